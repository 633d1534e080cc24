"""Parameters: dated values, each with the day or budget year from which it holds and its clause."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field, model_validator

from jiheng.rules.entry import Citation, Clause, Strict
from jiheng.rules.money import Fen, wan_to_fen, yuan_to_fen
from jiheng.rules.strictness import OF_FLOORS, Strictness, looser, unfit

Unit = Literal[
    "元",
    "万元",
    "%",
    "百分点",
    "分",
    "天",
    "工作日",
    "个月",
    "分钟",
    "年",
    "个",
    "位",
    "倍",
    "是否",
    "文字",
    "清单",
    "表",
]
_WHOLE = {"分钟", "天", "工作日", "个月", "年", "个", "位"}
Point = date | int


@dataclass(frozen=True)
class DatedValue:
    """A value in force: what it is, in which unit, since when, by which clause, from which pack.

    `since` is a budget year (int) or a day; `assumed` means that no document was found that says it.
    """

    key: str
    label: str
    unit: str
    value: Any
    clause: Clause
    assumed: bool
    origin: str
    since: Point
    words: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def fen(self) -> Fen:
        """The amount in fen. TypeError when the parameter is not money."""
        if self.unit == "元":
            return yuan_to_fen(self.value)
        if self.unit == "万元":
            return wan_to_fen(self.value)
        raise TypeError(f"“{self.label}”的单位是{self.unit}，不是金额")

    def __str__(self) -> str:
        return f"{self.label}：{show_value(self.value, self.unit, self.words)}"


_HEADINGS = {
    "links": "环节",
    "project": "项目",
    "appraisal": "事前绩效评估",
    "role": "岗位",
    "asks_reduction": "须申请调减预算",
    "holds_payment": "暂停支付",
    "subjects": "对象",
    "major": "列为重大的",
    "listed": "列入重点审核清单的",
    "categories": "支出类别",
    "percent": "压减（%）",
    "front": "前几名",
    "back": "后几名",
    "changes": "情形",
    "department": "部门评价",
    "fiscal": "财政评价",
    "in_process": "事中评价",
    "whole_department": "部门整体支出评价",
    "fund": "社会保险基金评价",
    "goals": "绩效目标",
    "self_evaluation": "单位自评",
    "evaluation": "绩效评价",
    "execution": "预算执行率",
    "green": "绿灯",
    "yellow": "黄灯",
    "min_ratio": "最低%",
    "max_ratio": "最高%",
    "proposed_ratio": "通常%",
    "in_principle": "原则上",
    "vague_target": "定性指标分级描述",
    "action": "处理",
    "effect": "后果",
    "follow": "目标须跟上或写明不涉及",
    "results": "由哪些评价结果引起",
    "decisions": "可以决定",
    "required": "必备",
    "assumed": "假定",
    "month": "月",
    "day": "日",
    "ratio": "比例%",
    "children": "下级",
    "clues": "线索",
    "kinds": "对象",
    "emergencies": "突发事件",
    "longer_than": "项目期超过（年）",
    "most_years": "一个中期最多（年）",
    "demanded": "必须填写",
    "term_years": "期限最多（年）",
    "growth_tied": "可以与收入或生产总值增长挂钩",
    "documents": "须登记的文件",
    "appraised": "延续的一律重新评估",
    "organised": "评价",
    "grades": "等级",
    "starts": "起算",
    "ends": "办结",
    "days": "期限",
    "before": "向前倒数",
    "holder": "承办",
    "public": "逾期对外显示",
    "each": "逐个",
    "by": "登记",
    "who": "由谁评价",
    "every": "逐个",
    "least": "至少几个",
    "confidence": "置信度（%）",
    "fence": "离群界限（四分位比的倍数）",
    "from": "起",
    "to": "止",
    "worked": "调休上班",
    "line": "最低平均分",
    "rate": "占核定资金%",
    "most": "一个部门至多（万元）",
    "raised": "增加规模",
    "cut_before": "上年结果核减",
    "slow": "上年执行慢",
    "findings": "自动审核提醒多",
    "longest": "最多计年数",
    "rule": "依据",
    "plan": "计划标准",
    "industry": "行业标准",
    "history": "历史标准",
    "other": "其他标准",
    "drop_from": "几名以上去掉最高最低各一份",
    "total_spread": "总分相差多少分以上再评",
    "item_spread": "一项相差占分值%以上标出",
    "rounds": "最多几轮",
    "duty": "办理",
    "roles": "代表岗位",
}
_WORDS = {
    "appraisal": "事前绩效评估",
    "goals": "绩效目标",
    "monitoring": "运行监控",
    "evaluation": "绩效评价",
    "results": "结果应用",
    "disclosure": "信息公开",
    "registered": "部门本年度登记的各类对象",
    "department_reviewer": "主管部门审核",
    "project": "项目",
    "policy": "政策",
    "department": "部门",
    "lower_bureau": "下级财政部门",
    "new": "新增",
    "raised": "增加规模",
    "enlarged": "调整扩大",
    "adjusted": "调整内容",
    "renewed": "到期延续",
    "continuing": "延续",
    "excellent": "优",
    "good": "良",
    "fair": "中",
    "poor": "差",
    "output": "产出指标",
    "quantity": "数量指标",
    "quality": "质量指标",
    "timeliness": "时效指标",
    "cost": "成本指标",
    "benefit": "效益指标",
    "economic_benefit": "经济效益指标",
    "social_benefit": "社会效益指标",
    "ecological_benefit": "生态效益指标",
    "sustained_impact": "可持续影响指标",
    "satisfaction": "满意度指标",
    "beneficiary_satisfaction": "服务对象满意度指标",
    "average": "按其他单位的平均",
    "zero": "按零",
    "possible": "有可能",
    "impossible": "完全不可能",
    "keep": "照常安排",
    "cut": "核减",
    "none": "不予安排",
    "adjust": "调整",
    "cut_or_cancel": "削减或取消",
    "adjust_policy": "政策调整",
    "merge": "整合",
    "cancel": "取消",
    "recapture": "收回",
    "pass": "进入下一步",
    "pass_after_edit": "协商完善后进入下一步",
    "return": "退回重报",
    "stop": "不得进入下一步",
    "block": "不改正不能提交",
    "warn": "提醒",
    "off": "不审核",
    "with_budget": "随预算公开",
    "with_accounts": "随决算公开",
    "evaluated_year_budget": "被评价年度的预算",
    "reverse_ratio": "按比例",
    "reverse_linear": "按直线",
    "general_public_budget": "一般公共预算",
    "government_fund_budget": "政府性基金预算",
    "state_capital_operating_budget": "国有资本经营预算",
    "social_insurance_fund_budget": "社会保险基金预算",
    "special_fund": "专项资金",
    "fund": "社会保险基金",
    "revenue": "税费收入",
    "investment_fund": "政府投资基金",
    "ppp": "政府和社会资本合作项目",
    "procurement": "政府采购项目",
    "purchased_service": "政府购买服务项目",
    "bond": "政府债券项目",
    "fiscal": "财政评价",
    "transfer": "转移支付",
    "goal_late": "逾期未报的绩效目标",
    "deviating": "监控红灯",
    "target_missed": "自评为最低等级",
    "poor_grade": "评价为最低等级",
    "spot_check_untrue": "监控数据抽查不实",
    "rectification_failed": "逾期未销号的整改",
    "reward": "奖励",
    "tilt": "倾斜",
    "deduct": "扣减",
    "criticise": "通报批评",
    "either": "有一项即可",
    "both": "两项都须具备",
    "bureau": "财政部门",
    "congress_session": "人民代表大会会议举行",
    "draft_sent": "预算草案初步方案送人大",
    "budget_approved": "人民代表大会批准预算",
    "department_approved": "财政部门批复部门预算",
    "units_approved": "部门批复所属单位预算",
    "budget_published": "本级预算公开",
    "department_budget_published": "部门预算公开",
    "general_transfers_issued": "一般性转移支付下达完毕",
    "special_transfers_issued": "专项转移支付下达完毕",
    "accounts_session": "人大常委会审查决算的会议举行",
    "accounts_sent": "决算草案送人大",
    "accounts_approved": "人大常委会批准决算",
    "department_accounts_approved": "财政部门批复部门决算",
    "unit_accounts_approved": "部门批复所属单位决算",
    "accounts_published": "本级决算公开",
    "department_accounts_published": "部门决算公开",
    "draft_before_congress_days": "预算草案送审期限",
    "department_approval_days": "批复各部门的期限",
    "unit_approval_days": "批复所属单位的期限",
    "publication_days": "公开的期限",
    "general_transfer_days": "一般性转移支付下达期限",
    "special_transfer_days": "专项转移支付下达期限",
    "accounts_before_session_days": "决算草案送审期限",
    "accounts_department_approval_days": "决算批复各部门的期限",
    "accounts_unit_approval_days": "决算批复所属单位的期限",
    "goal_requirements": "绩效目标的基本要求",
    "goal_branches": "绩效指标的分类",
    "goal_weight_total": "绩效指标分值合计",
    "goal_forbidden_words": "绩效目标中不宜使用的词",
    "duty_indicator_library": "指标从指标库选取",
    "division": "业务股室",
    "performance_office": "绩效管理股",
    "evaluation_centre": "绩效评价中心",
    "expert": "评审专家",
    "congress": "人大",
    "auditor": "审计",
    "funds_committee": "预算（资金）管理委员会",
}
"""Words for the keys that packs use as values; `_HEADINGS` for those that they use as names of rows."""


NO_WORDS: Mapping[str, str] = MappingProxyType({})


def _heading(key: str, words: Mapping[str, str]) -> str:
    return words.get(key) or _HEADINGS.get(key) or _WORDS.get(key) or key


def show_value(value: Any, unit: str, words: Mapping[str, str] = NO_WORDS) -> str:
    """A value in one line of words, with its unit; tables show the label of each row first.

    `words` are the place's own for its keys, such as what it calls its grades; ours serve where it has none.
    """
    if value is None:
        return "（不作规定）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        label = value.get("label")
        rest = "，".join(
            f"{_heading(key, words)}：{show_value(child, '', words)}"
            for key, child in value.items()
            if key not in {"key", "label"}
        )
        return rest if label is None else f"{label}（{rest}）" if rest else str(label)
    if isinstance(value, list):
        return "、".join(show_value(child, "", words) for child in value)
    suffix = "" if unit in {"清单", "表", "文字", "是否"} else unit
    said = words.get(value) or _WORDS.get(value, value) if isinstance(value, str) else value
    return f"{said}{suffix}"


def value_lines(value: Any, unit: str, words: Mapping[str, str] = NO_WORDS) -> list[str]:
    """A value in lines of words: tables and lists of rows one row a line, inner rows indented."""
    if isinstance(value, dict) and "label" not in value:
        return [line for key, child in value.items() for line in _row(str(key), child, words)]
    if isinstance(value, list) and any(isinstance(child, dict) for child in value):
        return [show_value(child, "", words) for child in value]
    return [show_value(value, unit, words)]


def _row(key: str, child: Any, words: Mapping[str, str]) -> list[str]:
    name = _heading(key, words)
    if name == key and isinstance(child, dict) and "label" in child:
        return [show_value(child, "", words)]  # the row tells its own name
    if isinstance(child, dict | list) and "label" not in child:
        lines = value_lines(child, "", words)
        return [f"{name}：{lines[0]}"] if len(lines) == 1 else [f"{name}：", *(f"  {line}" for line in lines)]
    return [f"{name}：{show_value(child, '', words)}"]


class Setting(Strict):
    """One dated value of a parameter. Exactly one of `from_budget_year` and `from_day` is given.

    `value: null` ends what was prescribed before.
    """

    from_budget_year: int | None = Field(default=None, ge=1990, le=2100)
    from_day: date | None = Field(default=None, alias="from")
    value: Any
    cite: Citation
    assumed: bool = False
    note: str = ""

    @property
    def since(self) -> Point:
        """The point from which the value holds."""
        if self.from_day is not None:
            return self.from_day
        if self.from_budget_year is not None:
            return self.from_budget_year
        raise AssertionError("checked when the parameter was read")


def _misfit(unit: str, value: Any) -> str:
    """Why a value cannot have this unit; empty when it can."""
    if value is None:
        return ""
    if unit == "是否":
        return "" if isinstance(value, bool) else "须为 true 或 false"
    if unit == "文字":
        return "" if isinstance(value, str) and value else "须为文字"
    if unit == "清单":
        return "" if isinstance(value, list) and value else "须为清单"
    if unit == "表":
        return "" if isinstance(value, dict) and value else "须为表（键: 值）"
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "须为数"
    if value < 0:
        return "不能为负数"
    if unit in _WHOLE and not isinstance(value, int):
        return "须为整数"
    return ""


class Parameter(Strict):
    """A parameter of the rules: `by` says whether the budget year or the day of the act decides.

    `floor` marks what nearer packs may not loosen, in the sense of `floor_direction`:
    `not_above` (a limit that may only be tightened), `not_below` (a minimum that may only be raised),
    `covers` (a list to which may only be added), `same` (may not be changed). `stricter` says which way a value
    that is no floor is stricter: a nearer pack that is looser states why in `looser_because`. Neither is frozen.
    """

    label: str
    unit: Unit
    by: Literal["budget_year", "event"] = "budget_year"
    values: tuple[Setting, ...] = Field(min_length=1)
    floor: bool = False
    floor_direction: Literal["not_above", "not_below", "covers", "same"] | None = None
    new: bool = False
    note: str = ""
    stricter: Strictness | None = Field(default=None, exclude=True)
    looser_because: str = Field(default="", exclude=True)

    @model_validator(mode="after")
    def _in_order(self) -> "Parameter":
        faults = []
        wanted, other = ("from", "from_budget_year") if self.by == "event" else ("from_budget_year", "from")
        for setting in self.values:
            has_day, has_year = setting.from_day is not None, setting.from_budget_year is not None
            if has_day == has_year or has_day != (self.by == "event"):
                faults.append(f"每个值须写 {wanted}，不写 {other}（按 by: {self.by}）")
                continue
            misfit = _misfit(self.unit, setting.value)
            if misfit:
                faults.append(f"值“{show_value(setting.value, '')}”与单位“{self.unit}”不符：{misfit}")
        if not faults:
            for earlier, later in pairwise(self.values):
                if not _before(earlier.since, later.since):
                    faults.append(f"值须按生效先后排列，{later.since} 不晚于 {earlier.since}")
        if self.floor != (self.floor_direction is not None):
            faults.append("floor: true 与 floor_direction 须同时写明")
        if self.floor and self.stricter is not None:
            faults.append("底线的方向由 floor_direction 写明，不再写 stricter")
        if misfit := unfit(self.stricter, self.unit):
            faults.append(misfit)
        if faults:
            raise ValueError("；".join(faults))
        return self

    def said(self, point: Point) -> Setting | None:
        """What was last said by a budget year or a day, an end (`value: null`) included; None before the first."""
        found = None
        for setting in self.values:
            if not _before(point, setting.since):
                found = setting
        return found

    def at(self, point: Point) -> Setting | None:
        """The setting in force at a budget year or on a day; None before the first and after an end."""
        found = self.said(point)
        return found if found is not None and found.value is not None else None


def _before(one: Point, two: Point) -> bool:
    if isinstance(one, date) and isinstance(two, date):
        return one < two
    if isinstance(one, int) and isinstance(two, int):
        return one < two
    raise TypeError("预算年度与日期不能相比")


@dataclass(frozen=True)
class Loosening:
    """From one point on `near` is looser than `far`: both settings (None: nothing said) and why."""

    since: Point
    near: Setting | None
    far: Setting
    why: str


def loosenings(near: Parameter, far: Parameter, strictness: Strictness) -> list[Loosening]:
    """Where `near` is looser than `far`, once for each pair of settings, from the first point on.

    Before the first value of `near` nothing is prescribed, so nothing can be done then and nothing is loosened.
    """
    found: list[Loosening] = []
    for point in _points([*near.values, *far.values]):
        theirs, own = far.said(point), near.said(point)
        if theirs is None or own is None:
            continue
        why = looser(strictness, own.value, theirs.value)
        if why and not any(one.near is own and one.far is theirs for one in found):
            found.append(Loosening(point, own, theirs, why))
    return found


def loosened(near: Parameter, far: Parameter, clause: Callable[[Citation], str] | None = None) -> list[str]:
    """How `near` loosens the floor `far`, at every point where either changes; empty when it does not.

    `clause` puts a citation into words, so that both sides are told with theirs.
    """
    if near.by != far.by or near.unit != far.unit:
        return [f"“{far.label}”是上级的底线，by 与 unit 须与上级相同（{far.by}，{far.unit}）"]

    def by(setting: Setting | None) -> str:
        return f"，依据{clause(setting.cite)}" if clause and setting else ""

    return [
        f"“{far.label}”自{one.since}起为{show_value(one.near.value if one.near else None, near.unit)}{by(one.near)}，"
        f"{one.why}（{show_value(one.far.value, far.unit)}{by(one.far)}），上级标明为底线（floor），不得放宽"
        for one in loosenings(near, far, OF_FLOORS[far.floor_direction or "same"])
    ]


def _points(settings: Iterable[Setting]) -> list[Point]:
    points: list[Point] = []
    for setting in settings:
        if setting.since not in points:
            points.append(setting.since)
    return sorted(points, key=lambda point: point if isinstance(point, int) else point.toordinal())
