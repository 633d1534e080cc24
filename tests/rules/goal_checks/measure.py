"""How many planted defects the checks of goals find, and what they name besides: `python -m tests.rules.goal_checks.measure`.

Goals that a reviewer accepted (`pass/`) are varied in ways that change nothing, then one defect of each kind is
planted into every row that can carry it. The published tables beside the project are only counted by check.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import yaml

from jiheng.rules.goal_checks.facts import TREASURY, GoalFacts, GoalSettings, IndicatorFacts
from jiheng.rules.goal_checks.registry import CHECKS, check_goal
from jiheng.rules.medium_terms import read_term, written
from jiheng.rules.policy.loading import load_policy
from jiheng.rules.reading import read_target
from tests.rules.goal_checks.test_goal_checks import HERE, SETTINGS, goal

PROJECTS = Path(__file__).parents[4] / "shared" / "data" / "projects.jsonl"
Planted = Iterator[GoalFacts]
DEFECTS: dict[str, tuple[str, Callable[[GoalFacts], Planted]]] = {}
"""Kind of defect → the check that must name it, and the goals that carry it."""


def plants(kind: str, check: str) -> Callable[[Callable[[GoalFacts], Planted]], Callable[[GoalFacts], Planted]]:
    """Register a defect."""

    def keep(plant: Callable[[GoalFacts], Planted]) -> Callable[[GoalFacts], Planted]:
        DEFECTS[kind] = (check, plant)
        return plant

    return keep


def each(facts: GoalFacts, change: Callable[[IndicatorFacts], IndicatorFacts | None]) -> Planted:
    """The goal once for every row that the change can be made to."""
    for at, one in enumerate(facts.indicators):
        made = change(one)
        if made is not None:
            yield replace(facts, indicators=(*facts.indicators[:at], made, *facts.indicators[at + 1 :]))


def row_defect(kind: str, check: str, when: Callable[[IndicatorFacts], bool], /, **cells: Any) -> None:
    """Register a defect that lies in single cells of a row."""

    def plant(facts: GoalFacts) -> Planted:
        return each(facts, lambda one: replace(one, **cells) if when(one) else None)

    plants(kind, check)(plant)


def _figure(one: IndicatorFacts) -> bool:
    return one.counts and one.value is not None and one.operator != "range"


def _percent(one: IndicatorFacts) -> bool:
    return _figure(one) and one.unit == "%"


def _grows(one: IndicatorFacts) -> bool:
    return "增长" in one.level3 or "变动" in one.level3


def _sure(one: IndicatorFacts) -> bool:
    return _percent(one) and one.level3.endswith(("合格率", "准确率", "及时率"))


def _content(one: IndicatorFacts) -> bool:
    return "满意" in one.level3


def _in(part: str) -> Callable[[IndicatorFacts], bool]:
    return lambda one: part in one.level1 + one.level2


ADJECTIVE: dict[str, Any] = {"target_text": "显著提升", "value": None, "kind": "qualitative", "operator": "qualitative", "due": None}
BARE: dict[str, Any] = {"target_text": "符合要求", "value": None, "kind": "qualitative", "operator": "qualitative", "due": None}
TIMELY: dict[str, Any] = {"target_text": "按计划及时完成", "value": None, "kind": "qualitative", "operator": "qualitative", "due": None}
row_defect("只写形容词", "vague_target", _figure, **ADJECTIVE)
row_defect("只写一个词", "bare_answer", lambda one: _figure(one) and not _in("时效")(one), **BARE)
row_defect("时间只写按计划", "vague_time", lambda one: one.due is not None, **TIMELY)
row_defect("没有指标值", "completeness", lambda _: True, target_text="", value=None, due=None)
row_defect("没有单位", "measurable", _figure, unit="")
row_defect("占位符", "placeholder", _figure, target_text="≥**", value=None)
row_defect("超过100%", "percent_above_100", lambda one: _percent(one) and not _grows(one), value=Decimal(150))
row_defect("比率用了计数单位", "unit_dimension", lambda one: _percent(one) and one.level3[-1] in "率例度", unit="个")
row_defect("满意度过低", "satisfaction_floor", _content, value=Decimal(60))
row_defect("比率过低", "low_rate", lambda one: _sure(one) and one.operator in {">=", "="}, value=Decimal(40))
row_defect("分值为零", "weight_sum", lambda _: True, weight=Decimal(0))
row_defect("分值过大", "largest_weight", lambda _: True, weight=Decimal(45))
row_defect("资金到位当产出", "input_as_output", _in("数量"), level3="项目资金到位率", unit="%", value=Decimal(95))
row_defect("活动当效益", "activity_as_effect", _in("效益"), level3="政策宣传次数", unit="次", value=Decimal(6), operator=">=")
row_defect("通用名称", "generic_name", _in("数量"), level3="工作完成情况")
row_defect("名称是一句话", "long_name", _in("效益"), level3="通过实施本项目改善条件，促进发展")
row_defect("指标值写进名称", "figure_in_name", _in("数量"), level3="完成300人次服务")
row_defect("没有这种分类", "known_branch", _in("数量"), level2="工作指标")
row_defect("合格率放进数量指标", "branch_meaning", _in("质量"), level2="数量指标", level3="成果验收合格率", unit="%", value=Decimal(95))
row_defect("绝对化用词", "forbidden_words", _in("效益"), level3="国内领先的服务人数")
row_defect("增减没有基数", "growth_base", _in("社会效益"), level3="群众负担减轻下降率", unit="%", value=Decimal(5))
row_defect("区间过宽", "wide_range", lambda one: _figure(one) and (one.value or 0) > 0, operator="range", high=Decimal(10**9))
row_defect("单位与指标库不同", "library_unit", _percent, library_unit="人次")
row_defect("低于参考值", "softer_than_reference", _content, reference=Decimal(98))


@plants("符号反了", "direction_mismatch")
def _turned(facts: GoalFacts) -> Planted:
    return each(facts, lambda one: replace(one, operator="<=") if _content(one) or _sure(one) else None)


@plants("比上年宽松", "softer_than_last")
def _softer(facts: GoalFacts) -> Planted:
    def change(one: IndicatorFacts) -> IndicatorFacts | None:
        if not _figure(one) or one.operator != ">=" or not one.value:
            return None
        return replace(one, last_value=one.value * Decimal("1.05"), last_unit=one.unit)

    return each(replace(facts, last_amount=facts.amount), change)


@plants("上年已大大超过", "beaten_last_year")
def _beaten(facts: GoalFacts) -> Planted:
    return each(
        facts,
        lambda one: replace(one, last_actual=one.value * 2) if _figure(one) and one.operator == ">=" and one.value else None,
    )


@plants("多年不变", "same_for_years")
def _same(facts: GoalFacts) -> Planted:
    return each(
        facts,
        lambda one: replace(one, past=(one.target_text,) * 2) if _figure(one) and one.value not in {0, 100} else None,
    )


@plants("日期不在年度内", "date_outside_year")
def _other_year(facts: GoalFacts) -> Planted:
    return each(
        facts, lambda one: replace(one, due=one.due.replace(year=facts.year + 1)) if one.due is not None else None
    )


@plants("重名", "duplicate_rows")
def _twice(facts: GoalFacts) -> Planted:
    first, *rest = facts.indicators
    for at in range(len(rest)):
        yield replace(facts, indicators=(first, *rest[:at], replace(rest[at], level3=first.level3), *rest[at + 1 :]))


@plants("换个说法重复", "near_duplicates")
def _reworded(facts: GoalFacts) -> Planted:
    for at, one in enumerate(facts.indicators):
        if _figure(one) and len(one.level3) >= 4:
            copy = replace(one, key="99", level3=f"实际{one.level3}")
            yield replace(facts, indicators=(*facts.indicators[: at + 1], copy, *facts.indicators[at + 1 :]))


@plants("一行两个数", "compound_indicator")
def _compound(facts: GoalFacts) -> Planted:
    return each(facts, lambda one: replace(one, target_text=f"{one.target_text}，另30人次") if _figure(one) else None)


@plants("零目标用≥", "empty_target")
def _nothing(facts: GoalFacts) -> Planted:
    return each(facts, lambda one: replace(one, operator=">=", value=Decimal(0)) if _figure(one) else None)


@plants("缺少必设的一级指标", "completeness")
def _no_effects(facts: GoalFacts) -> Planted:
    yield replace(facts, indicators=tuple(one for one in facts.indicators if one.level1 != "效益指标"))


@plants("没有总体目标", "completeness")
def _no_objective(facts: GoalFacts) -> Planted:
    yield replace(facts, objective="")


@plants("总体目标笼统", "objective_thin")
def _thin(facts: GoalFacts) -> Planted:
    yield replace(facts, objective="做好全年工作")


@plants("总体目标照抄上年", "copied_objective")
def _copied(facts: GoalFacts) -> Planted:
    yield replace(facts, last_objective=facts.objective)


@plants("目标与指标脱节", "objective_apart")
def _apart(facts: GoalFacts) -> Planted:
    yield replace(facts, objective="完成77777处设施维护，服务88888人次，全面改善使用条件。")


@plants("名称照搬目标", "name_from_objective")
def _quoted(facts: GoalFacts) -> Planted:
    words = facts.objective.split("，")[0]
    yield from each(facts, lambda one: replace(one, level3=words) if _in("数量")(one) and len(words) > 12 else None)


@plants("来源合计不符", "source_sum")
def _sources(facts: GoalFacts) -> Planted:
    yield replace(facts, sources={"财政拨款": facts.amount - 10000})


@plants("目标资金多于申报", "asked_money")
def _more_than_asked(facts: GoalFacts) -> Planted:
    own = facts.sources.get(TREASURY, 0)
    if own > 100:
        yield replace(facts, asked=own * 9 // 10)


@plants("目标写的总投资对不上", "objective_money")
def _other_total(facts: GoalFacts) -> Planted:
    most = max(facts.amount, facts.medium_amount or 0)
    yield replace(facts, objective=f"项目总投资{Decimal(most) / 1000000 * 2:f}万元，{facts.objective}")


@plants("元和万元写错", "cost_against_money")
def _slip(facts: GoalFacts) -> Planted:
    wan = Decimal(facts.amount) / 1000000
    cells: dict[str, Any] = {"level3": "项目总成本", "unit": "元", "value": wan, "operator": "<=", "target_text": f"≤{wan}元"}
    yield from each(facts, lambda one: replace(one, **cells) if "成本" in one.level2 else None)


@plants("成本超过资金", "cost_against_money")
def _dear(facts: GoalFacts) -> Planted:
    wan = Decimal(facts.amount) / 1000000 * 3
    cells: dict[str, Any] = {"level3": "项目总成本", "unit": "万元", "value": wan, "operator": "<=", "target_text": f"≤{wan}万元"}
    yield from each(facts, lambda one: replace(one, **cells) if "成本" in one.level2 else None)


@plants("数量乘单位成本超过资金", "quantity_times_cost")
def _product(facts: GoalFacts) -> Planted:
    each_fen = Decimal(max(facts.amount, facts.medium_amount or 0)) / 100 * 2
    count: dict[str, Any] = {"level3": "购置样机", "unit": "样机", "value": Decimal(1), "operator": ">=", "target_text": "≥1样机"}
    cost: dict[str, Any] = {
        "level3": "单台样机成本", "unit": "元/样机", "value": each_fen, "operator": "<=", "target_text": f"≤{each_fen}元/样机",
    }  # fmt: skip
    first = next((one for one in facts.indicators if "数量" in one.level2), None)
    if first is not None:
        with_count = replace(
            facts, indicators=tuple(replace(one, **count) if one is first else one for one in facts.indicators)
        )
        yield from each(with_count, lambda one: replace(one, **cost) if "成本" in one.level2 else None)


@plants("单位成本高于标准", "unit_cost_standard")
def _above_standard(facts: GoalFacts) -> Planted:
    cells: dict[str, Any] = {
        "level3": "单台购置成本", "unit": "元/台", "value": Decimal(5200), "operator": "<=", "target_text": "≤5200元/台",
        "reference": Decimal(5000),
    }  # fmt: skip
    yield from each(facts, lambda one: replace(one, **cells) if "成本" in one.level2 else None)


@plants("资金减三成产出不变", "money_and_outputs")
def _money(facts: GoalFacts) -> Planted:
    rows = tuple(
        replace(one, last_value=one.value, last_unit=one.unit) if "数量" in one.level2 else one for one in facts.indicators
    )
    if any(one.last_value is not None for one in rows):
        yield replace(facts, indicators=rows, last_amount=-(-facts.amount * 10 // 7))


@plants("资金不变产出减少", "money_and_outputs")
def _less(facts: GoalFacts) -> Planted:
    rows = tuple(
        replace(one, last_value=one.value * 2, last_unit=one.unit) if "数量" in one.level2 and one.value else one
        for one in facts.indicators
    )
    if any(one.last_value is not None for one in rows):
        yield replace(facts, indicators=rows, last_amount=facts.amount)


@plants("比率全是100%", "all_hundred")
def _hundred(facts: GoalFacts) -> Planted:
    rows = [replace(one, value=Decimal(100)) if _percent(one) else one for one in facts.indicators]
    made: dict[str, Any] = {"unit": "%", "value": Decimal(100), "operator": "=", "kind": "quantitative", "due": None}
    extra = [replace(rows[0], key=f"9{n}", level3=f"{name}率", weight=Decimal(1), **made)
             for n, name in enumerate(("资料归档完整", "问题整改到位", "台账登记准确", "公示公开"))]  # fmt: skip
    yield replace(facts, indicators=(*rows, *extra))


@plants("缺少该类支出的指标", "demanded_branches")
def _demanded(facts: GoalFacts) -> Planted:
    yield replace(facts, name="办公用房修缮", indicators=tuple(one for one in facts.indicators if "质量" not in one.level2))


row_defect("没有写数据来源", "data_source", lambda _: True, data_source="")


row_defect("阶段性目标超过全年指标值", "interim_targets", lambda one: one.operator == ">=" and bool(one.value), interim_text="7月：99999999")


@plants("没有用核心指标", "core_indicators")
def _no_core(facts: GoalFacts) -> Planted:
    yield replace(facts, category="培训", core_offered=1)


@plants("共性指标不够", "common_indicators")
def _few_common(facts: GoalFacts) -> Planted:
    first, *rest = facts.indicators
    yield replace(facts, category="培训", common_offered=2, indicators=(replace(first, common=True), *rest))


@plants("日期都是年末", "year_end_dates")
def _year_end(facts: GoalFacts) -> Planted:
    dated = [one for one in facts.indicators if one.due is not None]
    if dated and dated[0].due is not None:
        last = replace(dated[0], due=dated[0].due.replace(month=12, day=31))
        rest = tuple(one for one in facts.indicators if one.due is None)
        yield replace(facts, indicators=(*rest, last, replace(last, key="99", level3="成果移交时间")))


@plants("指标太少", "indicator_count")
def _few(facts: GoalFacts) -> Planted:
    yield replace(facts, indicators=facts.indicators[:2])


@plants("定性指标过多", "qualitative_share")
def _words(facts: GoalFacts) -> Planted:
    graded: dict[str, Any] = {"target_text": "达成：资料齐全；部分达成：缺1项；未达成：缺2项以上", "kind": "qualitative", "operator": "qualitative"}
    rows = tuple(replace(one, **graded, value=None, due=None) for one in facts.indicators[:-1])
    yield replace(facts, indicators=(*rows, facts.indicators[-1]))


def _three_years(facts: GoalFacts, share: Callable[[Decimal], Decimal], total: Callable[[Decimal], Decimal]) -> Planted:
    """The goal as one of three years; one row's medium term asks `share` of its value a year and `total` of three times it."""
    spread = replace(facts, span=(facts.year, facts.year + 2), medium_objective="三年建成并投入使用。")

    def change(one: IndicatorFacts) -> IndicatorFacts | None:
        if not _figure(one) or one.operator != ">=" or not one.value or one.unit == "%":
            return None
        part = share(one.value)
        years = {facts.year + at: part for at in range(3)}
        return replace(one, term=read_term(written(f"≥{total(part * 3).normalize():f}{one.unit}", "each", years)))

    return each(spread, change)


@plants("中期各年合计不符", "medium_years")
def _years_short(facts: GoalFacts) -> Planted:
    return _three_years(facts, lambda value: value, lambda sum_: sum_ + 1)


@plants("年度低于中期", "medium_year_value")
def _year_short(facts: GoalFacts) -> Planted:
    return _three_years(facts, lambda value: value + 1, lambda sum_: sum_)


@plants("跨年度没有中期目标", "medium_missing")
def _no_medium(facts: GoalFacts) -> Planted:
    if facts.kind == "project":
        yield replace(facts, span=(facts.year, facts.year + 2))


def accepted() -> list[GoalFacts]:
    """Goals that have no finding."""
    return [goal(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted((HERE / "pass").glob("*.yaml"))]


def varied(facts: GoalFacts, random: Random) -> GoalFacts:
    """The goal with what changes nothing: rows in another order, points moved, counts and money a little higher."""
    rows = list(facts.indicators)
    random.shuffle(rows)
    pairs = [(at, at + 1) for at in range(0, len(rows) - 1, 2)]
    for one, two in pairs:
        move = Decimal(random.randint(0, 4))
        if rows[one].weight > move and rows[two].weight + move <= 30:
            rows[one] = replace(rows[one], weight=rows[one].weight - move)
            rows[two] = replace(rows[two], weight=rows[two].weight + move)
    return replace(facts, indicators=tuple(replace(one, key=str(at)) for at, one in enumerate(rows, 1)))


@dataclass
class Tally:
    """By kind of defect: how many were planted, how many named by the check meant; what was named of clean goals."""

    planted: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    alarms: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def measure(rounds: int) -> Tally:
    """Plant every defect into every accepted goal, `rounds` variations of each."""
    tally, random = Tally(), Random(1)
    for base in accepted():
        for _ in range(rounds):
            facts = varied(base, random)
            tally.clean += 1
            tally.alarms.update(one.check for one in check_goal(facts, SETTINGS))
            for kind, (check, plant) in DEFECTS.items():
                for broken in plant(facts):
                    tally.planted[kind] += 1
                    hit = any(one.check == check for one in check_goal(broken, SETTINGS))
                    tally.named[kind] += hit
                    if not hit and len(tally.missed) < 20:
                        tally.missed.append(f"{kind}：{facts.name or facts.kind}")
    return tally


def published() -> Counter[str]:
    """What the checks name in the published tables, by check; empty where the folder is absent."""
    settings = GoalSettings.of(load_policy("national").at(2024, date(2024, 1, 10)))
    found: Counter[str] = Counter()
    if not PROJECTS.exists():
        return found
    for line in PROJECTS.read_text(encoding="utf-8").splitlines():
        table = json.loads(line)
        year = table["fiscal_year"] or 2023
        rows = []
        for at, one in enumerate(table["indicators"], 1):
            text, unit = str(one.get("target") or ""), one.get("unit") or ""
            target = read_target(text, unit=unit, year=year)
            words = target.kind == "qualitative"
            rows.append(
                IndicatorFacts(
                    str(at), one.get("level1") or "", one.get("level2") or "", one.get("level3") or "",
                    "qualitative" if words else "range" if target.kind == "range" else target.op or ">=",
                    text, target.low if target.kind == "range" else target.value, target.high, target.unit or unit,
                    Decimal(str(one.get("weight") or 0)), "qualitative" if words else "quantitative",
                    due=target.last if target.kind == "date" else None,
                )
            )  # fmt: skip
        fen = round(Decimal(str(table["budget"].get("annual_wan") or 0)) * 1000000)
        facts = GoalFacts(
            "project", year, table.get("annual_objective") or "", fen, {"": fen}, tuple(rows), name=table.get("project_name") or ""
        )
        found.update(one.check for one in check_goal(facts, settings))
    return found


def in_words(tally: Tally) -> str:
    """The counts as a table in Markdown."""
    lines = ["| 植入的缺陷 | 审核项 | 植入 | 查出 | 漏报 |", "|---|---|--:|--:|--:|"]
    for kind, (check, _) in DEFECTS.items():
        planted, named = tally.planted[kind], tally.named[kind]
        lines.append(f"| {kind} | {CHECKS[check].label} | {planted} | {named} | {planted - named} |")
    planted, named = sum(tally.planted.values()), sum(tally.named.values())
    lines.append(f"| 合计 {len(DEFECTS)} 种 | | {planted} | {named} | {planted - named} |")
    lines.append(f"\n没有缺陷的目标 {tally.clean} 份，误报 {sum(tally.alarms.values())} 处。")
    return "\n".join([*lines, *(f"漏报：{one}" for one in tally.missed)])




if __name__ == "__main__":
    sys.stdout.write(in_words(measure(int((sys.argv[1:] or ["10"])[0]))) + "\n")
    if real := published():
        sys.stdout.write("\n公开的表：" + "，".join(f"{CHECKS[key].label} {count}" for key, count in real.most_common()) + "\n")
