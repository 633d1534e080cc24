"""Re-check of departments' evaluations by the bureau: drawn, scored again, the result before it kept as it stood."""

from collections.abc import Mapping
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import Standing
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import may_recheck_evaluation
from jiheng.stages.evaluation.models import Evaluation, EvaluationVersion, ScoreLine
from jiheng.stages.evaluation.queries import draw_rule, drawn_ids
from jiheng.stages.evaluation.services.evaluations import card_of, score_problems, total_and_grade

LONGEST = 1000
BY_DECISION = "results.decision:"
"""How the cause of a standing begins that a decision on results left."""


def recheck_evaluation(
    *,
    evaluation: Evaluation,
    points: Mapping[str, Decimal],
    reasons: Mapping[str, str],
    opinion: str,
    person: Person,
) -> EvaluationVersion:
    """Score a department's evaluation again: its own result stays as the first version, the new one is in force.

    财政局抽查复核部门评价：抽中的才复核，逐项评分，写明复核意见；结果变动的形成新的一版，原来的一版保留。已据以作出预算处理决定的
    不再复核。Raises Refused with everything against it.
    """
    require(may_recheck_evaluation(person, evaluation))
    clause, card = recheck_clause(evaluation), card_of(evaluation)
    problems = score_problems(evaluation, card, points, reasons)
    problems += [
        Refusal(f"“{item.label}”未复核", clause, "请给出复核得分", item.key) for item in card.items if item.key not in points
    ]
    if not opinion.strip() or len(opinion.strip()) > LONGEST:
        problems.append(Refusal(f"须写明复核意见，不超过 {LONGEST} 字", clause, "请填写复核意见", "opinion"))
    if evaluation.pk not in drawn_ids(evaluation.cycle, "department"):
        problems.append(Refusal("这项部门评价没有抽中复核", clause, "请先抽取，抽中的才复核", "draw"))
    if _decided(evaluation):
        problems.append(Refusal("已据以作出预算处理决定，不再复核", clause, "确有错误的，由新的评价更正", "decision"))
    if problems:
        raise Refused(problems)
    with act(person):
        # The row is the lock: of two people who re-check at once the second waits and then sees it done.
        Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if evaluation.versions.filter(source="recheck").exists():
            raise refuse("这项部门评价已经复核", clause, "请刷新页面查看复核结果")
        before = _keep_first(evaluation)
        for key, value in points.items():
            ScoreLine.objects.filter(evaluation=evaluation, item=key).update(
                points=value, reason=reasons.get(key, "").strip()
            )
        total, grade = total_and_grade(evaluation, card, points)
        # The day of the move tells that what was published earlier is not the result any more.
        evaluation.total, evaluation.grade, evaluation.moved_at = total, grade, clock.now()
        evaluation.save(update_fields=["total", "grade", "moved_at"])
        made = EvaluationVersion.objects.create(
            evaluation=evaluation,
            number=before.number + 1,
            source="recheck",
            total=total or Decimal(0),
            grade=grade,
            points=_points_of(evaluation),
            opinion=opinion.strip(),
            clause=clause,
            made_on=clock.today(),
            made_by=str(person),
        )
        record(
            "evaluation.recheck",
            evaluation,
            {"total": [str(before.total), str(made.total)], "grade": [before.grade, made.grade], "comment": made.opinion},
            clause,
        )
        text = f"部门评价抽查复核：原 {before.total} 分，现 {made.total} 分"
        for body, role in (
            (evaluation.subject_year.unit, "unit_project"),
            (evaluation.subject_year.department, "department_reviewer"),
        ):
            link = f"/evaluation/{evaluation.pk}/"
            notify(organisation=body, role=role, text=f"{evaluation.subject_year.name}：{text}", link=link, about=evaluation)
    return made


def recheck_clause(evaluation: Evaluation) -> str:
    """Return the clause by which the bureau re-checks departments' evaluations."""
    rule = draw_rule(evaluation.cycle, "department")
    return str(rule.clause) if rule is not None else clause_in(evaluation.cycle, "workflows.evaluation")


def _decided(evaluation: Evaluation) -> bool:
    """Whether a decision on this very result binds a later budget already."""
    left = Standing.objects.filter(
        subject_id=evaluation.subject_year.subject_id,
        for_budget_year__gt=evaluation.evaluated_year,
        cause__startswith=BY_DECISION,
        grade=evaluation.grade,
        score=evaluation.total or Decimal(0),
    )
    return left.exists()


def _keep_first(evaluation: Evaluation) -> EvaluationVersion:
    return EvaluationVersion.objects.create(
        evaluation=evaluation,
        number=1,
        source="confirmed",
        total=evaluation.total or Decimal(0),
        grade=evaluation.grade,
        points=_points_of(evaluation),
        made_on=evaluation.confirmed_on,
        made_by=str(evaluation.evaluator),
    )


def _points_of(evaluation: Evaluation) -> dict[str, list[str]]:
    rows = evaluation.lines.order_by("pk").values_list("item", "points", "reason")
    return {item: [str(points), reason] for item, points, reason in rows}
