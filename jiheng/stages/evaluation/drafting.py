"""The parts of an evaluation report that the record already knows, written out for the evaluator to go on from."""

from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.rules.money import format_wan
from jiheng.rules.scoring.method import plain
from jiheng.stages.evaluation.documents import grade_words
from jiheng.stages.evaluation.judging import actual_words, grade_label
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.parts import money_words
from jiheng.stages.evaluation.queries import ScoreRow, level_totals, score_rows
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.evaluation.years import told, years_of
from jiheng.stages.goals.queries import value_words

NUMERALS = "一二三四五六七八九十"


def drafted(evaluation: Evaluation) -> dict[str, str]:
    """Return what each part of the report can say from the record alone; empty parts are the evaluator's."""
    rows = score_rows(evaluation, card_of(evaluation))
    findings = list(evaluation.findings.all())
    parts = {one.key for one in policy_for(evaluation.cycle).documents["evaluation_report"].sections}
    advice = "\n".join(f"{one.number}．{one.advice}" for one in findings)
    conclusion = _conclusion(evaluation, rows)
    if "advice" not in parts and advice:  # an outline without a part of its own takes conclusion and advice together
        conclusion = "\n".join(filter(None, (conclusion, "建议：", advice)))
    return {
        "situation": _situation(evaluation),
        "work": _work(evaluation),
        "conclusion": conclusion,
        "analysis": _analysis(rows),
        "experience": "\n".join(f"{one.number}．{one.text}" for one in findings),
        "advice": advice,
    }


def self_evaluation_of(evaluation: Evaluation) -> SelfEvaluation | None:
    """Return the unit's own evaluation of the same subject and year once it has left the unit."""
    found = SelfEvaluation.objects.filter(subject_year_id=evaluation.subject_year_id).exclude(state="draft")
    related = ("goal", "cycle__snapshot", "cycle__place", "subject_year__unit", "subject_year__department")
    return found.select_related(*related).defer("cycle__snapshot__content").first()


def _situation(evaluation: Evaluation) -> str:
    year, own = evaluation.subject_year, self_evaluation_of(evaluation)
    lines = ["（一）项目概况"]
    lines += [text for text in (year.overview.strip(), year.basis.strip()) if text]
    if own is not None:
        lines.append(money_words(own))
    else:
        lines.append(f"本次评价涉及资金 {format_wan(evaluation.amount_fen)} 万元。")
    lines.append(told(years_of(evaluation)))
    if evaluation.goal is not None:
        lines += ["（二）项目绩效目标", evaluation.goal.objective.strip()]
        lines += [
            f"{row.level2}：{row.name}，{value_words(row)}。" for row in evaluation.goal.indicators.all()
        ]
    return "\n".join(line for line in lines if line)


def _work(evaluation: Evaluation) -> str:
    year, card = evaluation.subject_year, card_of(evaluation)
    methods = rules_at(evaluation.cycle).get("evaluation_methods")
    named, standards = evaluation.basis.get("methods", []), evaluation.basis.get("standards", [])
    known = f"可选用的方法：{'、'.join(methods.value)}。" if methods is not None else ""
    known = f"采用的方法：{'、'.join(named)}。" if named else known
    known += f"采用的标准：{'、'.join(standards)}。" if standards else ""
    return "\n".join(
        (
            "（一）评价目的、对象和范围",
            (
                f"对{year.unit.name}“{year.name}”{evaluation.years_words}度支出开展{evaluation.kind_words}，"
                f"涉及资金 {format_wan(evaluation.amount_fen)} 万元。"
            ),
            "（二）评价原则、指标体系、方法和标准",
            f"采用《{card.label}》，{len(card.groups)} 个一级指标、{len(card.items)} 个三级指标，满分 {plain(card.total)} 分。{known}",
            "（三）评价工作过程",
            f"评价由{evaluation.evaluator.name}承担。",
        )
    )


def _conclusion(evaluation: Evaluation, rows: list[ScoreRow]) -> str:
    if evaluation.total is None:
        return ""
    parts = "，".join(
        f"{one.label} {plain(one.given)} 分（满分 {plain(one.points)} 分）" for one in level_totals(rows)
    )
    words = f"评价总得分 {plain(evaluation.total)} 分，等级“{grade_words(evaluation)}”。其中：{parts}。"
    own = self_evaluation_of(evaluation)
    if own is not None and own.total is not None:
        words += f"单位自评 {plain(own.total)} 分，等级“{grade_label(own, own.grade)}”。"
    return words


def _analysis(rows: list[ScoreRow]) -> str:
    if any(row.points is None for row in rows):
        return ""
    lines = []
    for numeral, level in zip(NUMERALS, level_totals(rows), strict=False):
        lines.append(f"（{numeral}）{level.label}情况")
        lines.append(f"{level.label}分值 {plain(level.points)} 分，得 {plain(level.given)} 分。")
        for row in rows:
            if row.level1.label == level.label and row.points is not None and row.points < row.item.points:
                lost, reason = row.item.points - row.points, row.reason.rstrip("。")
                lines.append(f"{row.item.label}得 {plain(row.points)} 分，扣 {plain(lost)} 分：{reason}。")
    return "\n".join(lines)


def own_rows(own: SelfEvaluation) -> list[tuple[str, str, str, str]]:
    """Return name, target, actual value and points of the unit's own evaluation, for those who judge it."""
    return [
        (
            line.indicator.name,
            value_words(line.indicator),
            actual_words(line),
            f"{plain(line.points) if line.points is not None else '—'} / {plain(line.indicator.weight)}",
        )
        for line in own.lines.select_related("indicator")
    ]
