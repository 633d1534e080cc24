"""The parts of a self-evaluation's report that the record already knows, written out for the unit to go on from."""

from decimal import Decimal

from jiheng.registers.cycles.queries import policy_for, rule_in, value_in
from jiheng.rules.scoring.method import plain
from jiheng.stages.evaluation.documents import rate_of
from jiheng.stages.evaluation.judging import actual_words, grade_label
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.evaluation.parts import money_words
from jiheng.stages.goals.queries import value_words


def drafted(record: SelfEvaluation) -> dict[str, str]:
    """Return what each part can say from the record alone, by the keys of outlines; empty parts are the unit's."""
    lines = list(record.lines.select_related("indicator"))
    return {
        "situation": _situation(record, lines),
        "work": _work(record, lines),
        "analysis": _analysis(record, lines),
        "experience": _experience(record, lines),
        "conclusion": _conclusion(record, lines),
    }


def _situation(record: SelfEvaluation, lines: list[SelfLine]) -> str:
    year = record.subject_year
    told = ["（一）概况"]
    told += [text for text in (year.overview.strip(), year.basis.strip()) if text]
    told.append(money_words(record))
    told += ["（二）绩效目标", record.goal.objective.strip()]
    told += [f"{one.indicator.level2}：{one.indicator.name}，{value_words(one.indicator)}。" for one in lines]
    if record.goal.revision > 1:
        told.append(f"绩效目标经过调整，现为第 {record.goal.revision} 版。")
    return "\n".join(text for text in told if text)


def _work(record: SelfEvaluation, lines: list[SelfLine]) -> str:
    form = policy_for(record.cycle).forms["F5"].label
    execution = value_in(record.cycle, "self_evaluation_weights").value["execution"]
    rows = f"{len(lines)} 个绩效指标共 {plain(sum((one.indicator.weight for one in lines), Decimal(0)))} 分"
    scored = f"，预算执行率 {plain(Decimal(str(execution)))} 分" if record.execution_points is not None else "，折算为 100 分"
    told = [f"采用《{form}》，按批复的绩效目标逐项评分：{rows}{scored}。"]
    for key, words in (("evaluation_standards", "评价标准"), ("evaluation_methods", "评价方法")):
        rule = rule_in(record.cycle, key)
        if rule is not None:
            told.append(f"可选用的{words}：{'、'.join(rule.value)}。")
    return "\n".join(told)


def _analysis(record: SelfEvaluation, lines: list[SelfLine]) -> str:
    told = [record.actual_objective.strip()] if record.actual_objective.strip() else []
    told += [
        f"{one.indicator.name}：指标值 {value_words(one.indicator)}，实际完成 {actual_words(one)}，"
        f"得 {plain(one.points)} 分（满分 {plain(one.indicator.weight)} 分）。"
        for one in lines
        if one.points is not None
    ]
    return "\n".join(told)


def _experience(record: SelfEvaluation, lines: list[SelfLine]) -> str:
    rate = rate_of(record.budget_fen, record.executed_fen)
    told = [f"预算执行率 {rate}%：{_ended(record.execution_reason)}"] if record.execution_reason and rate is not None else []
    told += [f"{one.indicator.name}：{_ended(one.reason)}" for one in lines if one.reason.strip()]
    return "\n".join(f"{number}．{text}" for number, text in enumerate(told, 1))


def _ended(text: str) -> str:
    return f"{text.strip().rstrip('。')}。"


def _conclusion(record: SelfEvaluation, lines: list[SelfLine]) -> str:
    if record.total is None:
        return ""
    given: dict[str, Decimal] = {}
    for one in lines:
        given[one.indicator.level1] = given.get(one.indicator.level1, Decimal(0)) + (one.points or Decimal(0))
    parts = [f"预算执行率得 {plain(record.execution_points)} 分"] if record.execution_points is not None else []
    parts += [f"{label}得 {plain(points)} 分" for label, points in given.items()]
    return f"自评总得分 {plain(record.total)} 分，等级“{grade_label(record, record.grade)}”。其中：{'，'.join(parts)}。"
