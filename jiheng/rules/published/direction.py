"""Which way an indicator should go, by its sign where one is printed and else by what it is called."""

import re
from typing import Literal

from jiheng.rules.published.form import Row
from jiheng.rules.reading import plain

Direction = Literal["up", "down", "unknown"]
UP = re.compile(
    r"(?:完成|合格|达标|覆盖|及时|到位|满意|知晓|支付|发放|拨付|下达|参与|参保|准确|成活|就业|使用|利用|保障|入学|巩固|处置|处理|办结|查办|"
    r"结案|整改|化解|治理|管理|接种|建档|签约|开工|竣工|验收|通过|增长|普及|认知|合规|规范|回访|治愈|控制达标|优良|好转|落实|执行|在线|成功|"
    r"正常|安装|公开|回收|修复|受益|资助|培训|评审|检测|抽检|监测|筛查|随访|受理|响应|上线|运行|完好|养护|供应|供电|供水|调解)率"
    r"|满意度|知晓度|认可度|参与度|达标天数|优良天数"
)
MIXED = re.compile(
    r"降低|减少|下降|压减|缩短|节约|节省|天数|时间|时长|周期|标准|控制率|资金|金额|经费|预算|投资|变动|比例|比重|幅度"
)
DOWN = re.compile(
    r"成本|费用|支出|单价|造价|发生|事故|死亡|病死|受害|成灾|伤亡|投诉|差错|错误|失误|失业|辍学|流失|违规|违法|违纪|超标|超支|超概|"
    r"不合格|不良|缺陷|误差|能耗|耗电|耗水|用电量|用水量|排放|污染|损失|结余|结转|闲置|空置|拖欠|逾期|负债|债务|隐患|发案|案发|"
    r"发病|患病|感染|病例|返贫|上访|信访|舆情|用时|时限|工期|延误|火灾|疫情|纠纷|残次|故障|三公|近视|肥胖|龋|缺勤|漏损|漏报|漏检|脱管|漏管|"
    r"损耗|损坏|破损|退货|返工|返修|中断|停电|停水|停机|积压|超期|违约|偏差|诉讼|复议|败诉|差评|扣分|处罚|犯罪|复吸|再犯|变质|过期|缺口|失信|"
    r"降幅|浓度|空缺|溺水|等待|候诊"
)
DOWN_LAST = re.compile(
    rf"(?:{DOWN.pattern})(?:发生|案件|事件|事故|人员|病例|病死)*"
    r"(?:率|数|数量|次数|起数|件数|人数|户数|例数|量|比例|比率|情况|时间|金额)?$"
)
"""事故发生数 and 近视率 fall; 病虫害防治面积 and 事故应急演练次数 are about something else."""
NEGATED = re.compile(r"[不未](?:合格|达标|满意|完成|及时|到位|通过)[^,]{0,3}[率数量]$")
RISING = re.compile(r"数量|质量|满意|经济效益|社会效益|产出|效益")


def direction_of(row: Row) -> Direction:
    """`up` where more is better, `down` where less is; `unknown` where neither sign nor name settles it."""
    if row.target.op in (">=", ">"):
        return "up"
    if row.target.op in ("<=", "<"):
        return "down"
    name = re.sub(r"\([^()]*\)$", "", plain(row.level3 or row.level2))
    kind = f"{row.level2} {row.level1}"
    if NEGATED.search(name):
        return "down"
    if UP.search(name):
        return "up"
    if MIXED.search(name):
        return "unknown"
    if DOWN.search(name) or "成本" in kind:
        # 事故发生数 falls, 事故应急演练次数 rises: only at the end of a name does the word say which.
        return (
            "down"
            if (DOWN_LAST.search(name) and not re.search("[无零]", name)) or "成本" in kind
            else "unknown"
        )
    return "up" if RISING.search(kind) and "时效" not in kind else "unknown"
