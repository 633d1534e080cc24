"""Units of measure: which belong together, and how much one is of the other."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

MEASURES: dict[str, dict[str, str]] = {
    "%": {"%": "1", "％": "1", "百分比": "1", "百分之": "1", "个百分点": "1", "百分点": "1", "‰": "0.1", "‱": "0.01",
          "成": "10"},
    "元": {"元": "1", "块": "1", "人民币元": "1", "元人民币": "1"},
    "米": {"米": "1", "m": "1", "M": "1", "延米": "1", "延长米": "1", "公里": "1000", "千米": "1000",
          "km": "1000", "KM": "1000", "Km": "1000", "里": "500", "厘米": "0.01", "cm": "0.01",
          "毫米": "0.001", "mm": "0.001"},
    "平方米": {"平方米": "1", "平米": "1", "m2": "1", "平方": "1", "平方公里": "1000000",
            "平方千米": "1000000", "km2": "1000000"},
    "亩": {"亩": "1", "公顷": "15", "hm2": "15"},
    "立方米": {"立方米": "1", "m3": "1", "立方": "1", "方": "1"},
    "公斤": {"公斤": "1", "千克": "1", "kg": "1", "KG": "1", "吨": "1000", "t": "1000", "T": "1000",
           "克": "0.001", "g": "0.001", "斤": "0.5"},
    "小时": {"小时": "1", "h": "1", "时": "1", "分钟": "1/60", "分": "1/60"},
    "天": {"天": "1", "日": "1", "日历天": "1", "自然日": "1"},
    "工作日": {"工作日": "1", "个工作日": "1"},
    "月": {"个月": "1", "月": "1", "年": "12", "周年": "12"},
    "倍": {"倍": "1"},
    "度": {"度": "1", "千瓦时": "1", "kWh": "1"},
}  # fmt: skip
COUNTS = (
    "个 人 名 位 户 家 件 次 人次 项 套 台 辆 条 座 处 场 场次 期 批 批次 份 册 本 篇 只 头 株 棵 粒 例 宗 起 所 间 张 "
    "块 支 种 类 人数 单 笔 组 对 门 节 课时 学时 站 幅 枚 艘 架 部 口 眼 盏 樘 根 片 副 床 村 村次 校 班 队 班次 车次 "
    "户次 家次 件次 例次 人天 人日 点 眼井 羽 尾 公众号 匹 颗 桶 瓶 袋 箱 包 吨次 标段 包件 宗地 元次 场地 例数 幢 "
    "栋 层 路 线 段 孔 柜 屏 面 家企业 个村 个镇 个乡镇 个项目 人/次 件(册) 名学生 位老人 名教师"
).split()
SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8), "千": Decimal(1000), "百": Decimal(100), "十万": Decimal(10**5),
          "百万": Decimal(10**6), "千万": Decimal(10**7), "佰": Decimal(100), "仟": Decimal(1000)}  # fmt: skip
FACTORS = {unit: (base, size) for base, sizes in MEASURES.items() for unit, size in sizes.items()}
MINUTES = Decimal(60)
LONGEST_FIRST = sorted(SCALES.items(), key=lambda pair: -len(pair[0]))


@dataclass(frozen=True)
class Unit:
    """A unit as a multiple of a base; `base` is empty for bare counts, so that 50 and 50个 compare."""

    scale: Decimal
    base: str
    known: bool


@lru_cache(maxsize=4_096)
def unit_of(text: str) -> Unit:
    """The scale and base of a unit's text: 万亩 is 10,000 亩, km 1,000 米, 人次 a count, others themselves."""
    text = re.sub(r"(?<=.)\([^()]*\)$", "", text.strip()).strip("()")  # 万件(册) counts 万件
    if text == "" or text in COUNTS:
        return Unit(Decimal(1), "", True)
    if text in FACTORS:
        return _measure(text)
    for prefix, scale in LONGEST_FIRST:
        if text.startswith(prefix):
            rest = unit_of(text[len(prefix) :])
            return Unit(scale * rest.scale, rest.base, rest.known)
    if re.search("[/每·]", text):
        return _compound(text)
    return Unit(Decimal(1), text, False)


def _measure(text: str) -> Unit:
    base, size = FACTORS[text]
    if size == "1/60":
        return Unit(
            Decimal(1), text, True
        )  # a sixtieth is no exact decimal: minutes compare with minutes only
    return Unit(Decimal(size), base, True)


def _compound(text: str) -> Unit:
    """A rate such as 元/平方米: the scale of what is counted, the divisor kept as written."""
    head, sign, tail = re.split("([/每·])", text, maxsplit=1)
    first = unit_of(head)
    return Unit(first.scale, f"{first.base}{sign}{tail}", first.known and len(tail) <= 8)


def factor_between(one: str, other: str) -> Decimal | None:
    """How many of `other` one of `one` is; None when the two do not measure the same thing."""
    first, second = unit_of(one), unit_of(other)
    if first.base != second.base or not second.scale:
        return None
    return first.scale / second.scale
