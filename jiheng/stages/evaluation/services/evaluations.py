"""Evaluations on scorecards: assigned, scored with reasons, reported, answered, confirmed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.access import may_score, may_start_evaluation
from jiheng.stages.evaluation.facts import evaluation_facts
from jiheng.stages.evaluation.models import Evaluation, Finding, ScoreLine
from jiheng.stages.goals.models import Goal


@dataclass(frozen=True)
class EvaluationOrder:
    """What is to be evaluated, on which table, by whom, until when; `amount_fen` is the money concerned."""

    year: SubjectYear
    kind: str
    scorecard: str
    amount_fen: int
    evaluator: Organisation
    due: date


@dataclass(frozen=True)
class FindingData:
    """One problem with its advice; money concerned in fen."""

    category: str
    text: str
    advice: str
    amount_fen: int = 0


def card_of(evaluation: Evaluation) -> Scorecard:
    """Return the scorecard of the evaluation as frozen for its cycle."""
    return policy_for(evaluation.cycle).scorecards[evaluation.scorecard]


def start_evaluation(*, order: EvaluationOrder, person: Person) -> Evaluation:
    """Set up an evaluation and give it to its evaluator; a body does not evaluate itself."""
    verdict = may_start_evaluation(person)
    if not verdict:
        raise refuse(verdict.reason)
    policy = policy_for(order.year.cycle)
    if order.scorecard not in policy.scorecards:
        raise refuse(f"制度中没有评分表“{order.scorecard}”", where="scorecard")
    if person.role == "department_reviewer" and order.kind != "department":
        raise refuse("主管部门只组织部门评价")
    if order.evaluator.pk == order.year.unit_id:
        raise refuse("被评价单位不能评价自己", where="evaluator", remedy="请改派其他评价主体")
    work_year = clock.today().year
    if Evaluation.objects.filter(subject_year=order.year, kind=order.kind, work_year=work_year).exists():
        raise refuse(f"{work_year} 年已对该对象安排同类评价")
    goal = Goal.objects.filter(subject_year=order.year, state="approved", current=True).first()
    with act(person):
        made = Evaluation.objects.create(
            place_id=order.year.place_id,
            state=policy.workflows["evaluation"].start,
            created_at=clock.now(),
            cycle=order.year.cycle,
            work_year=work_year,
            evaluated_year=order.year.budget_year,
            subject_year=order.year,
            goal=goal,
            kind=order.kind,
            scorecard=order.scorecard,
            amount_fen=order.amount_fen,
            evaluator=order.evaluator,
            due=order.due,
        )
        record(
            "evaluation.order",
            made,
            {"kind": order.kind, "evaluator": str(order.evaluator), "amount_fen": order.amount_fen},
        )
        _step(made, "start", person)
        for role in ("agency", "expert", "evaluation_centre", "department_reviewer"):
            _tell(made, order.evaluator, role, "有新的评价任务")
    return made


def save_scores(
    *,
    evaluation: Evaluation,
    points: dict[str, Decimal],
    reasons: dict[str, str],
    person: Person,
    version: int | None = None,
) -> None:
    """Write the points of items; every problem at once; a lost point needs its reason."""
    verdict = may_score(person, evaluation)
    if not verdict:
        raise refuse(verdict.reason)
    card = card_of(evaluation)
    problems = card.problems(points)
    clause = str(policy_for(evaluation.cycle).clause_of(card))
    problems += [
        Refusal(f"“{item.label}”扣了 {item.points - points[item.key]} 分，须写明原因和依据", clause, where=item.key)
        for item in card.items
        if item.key in points and points[item.key] < item.points and not reasons.get(item.key, "").strip()
    ]
    if problems:
        raise Refused(problems)
    with act(person):
        _claim(evaluation, version)
        before = {line.item: line for line in evaluation.lines.all()}
        for key, value in points.items():
            ScoreLine.objects.update_or_create(
                evaluation=evaluation,
                item=key,
                defaults={"points": value, "reason": reasons.get(key, "").strip()},
            )
        changed = {
            key: [str(before[key].points) if key in before else None, str(value)]
            for key, value in points.items()
            if key not in before or before[key].points != value
        }
        _sum_up(evaluation, card)
        record("evaluation.score", evaluation, {"changed": changed, "total": evaluation.total})


def _sum_up(evaluation: Evaluation, card: Scorecard) -> None:
    scored = dict(evaluation.lines.values_list("item", "points"))
    evaluation.total, evaluation.grade = None, ""
    if set(scored) == {item.key for item in card.items}:
        total = card.total_of(scored)
        evaluation.total = total.points
        grades = policy_for(evaluation.cycle).grades[card.grades]
        evaluation.grade = total.grade or grades.grade(total.points).key
    evaluation.save(update_fields=["total", "grade"])


def save_report(
    *,
    evaluation: Evaluation,
    sections: dict[str, str],
    findings: list[FindingData],
    person: Person,
    version: int | None = None,
) -> None:
    """Write the report's sections and the list of problems."""
    verdict = may_score(person, evaluation)
    if not verdict:
        raise refuse(verdict.reason)
    outline = policy_for(evaluation.cycle).documents["evaluation_report"]
    known = {section.key for section in outline.sections}
    unknown = sorted(set(sections) - known)
    if unknown:
        raise refuse(f"报告提纲中没有“{'、'.join(unknown)}”")
    problems = [
        Refusal(f"第 {number} 个问题没有写整改建议", where=f"finding-{number}")
        for number, one in enumerate(findings, 1)
        if not one.advice.strip() or not one.text.strip()
    ]
    if problems:
        raise Refused(problems)
    with act(person):
        _claim(evaluation, version)
        evaluation.sections = {key: text.strip() for key, text in sections.items()}
        evaluation.save(update_fields=["sections"])
        evaluation.findings.all().delete()
        Finding.objects.bulk_create(
            [
                Finding(
                    evaluation=evaluation,
                    number=number,
                    category=one.category,
                    text=one.text.strip(),
                    advice=one.advice.strip(),
                    amount_fen=one.amount_fen,
                )
                for number, one in enumerate(findings, 1)
            ]
        )
        record(
            "evaluation.report",
            evaluation,
            {"sections": evaluation.sections, "findings": [[one.category, one.text] for one in findings]},
        )


def _claim(evaluation: Evaluation, version: int | None) -> None:
    if version is not None and version != evaluation.version:
        raise Overtaken
    same = Evaluation.objects.filter(pk=evaluation.pk, version=evaluation.version)
    if same.update(version=evaluation.version + 1) != 1:
        raise Overtaken
    evaluation.version += 1


def signed_content(evaluation: Evaluation) -> dict[str, Any]:
    """Return exactly what is signed with each step."""
    return {
        "subject_year": evaluation.subject_year_id,
        "scores": list(evaluation.lines.order_by("item").values_list("item", "points", "reason")),
        "total": evaluation.total,
        "grade": evaluation.grade,
        "sections": evaluation.sections,
        "findings": list(evaluation.findings.values_list("number", "category", "text", "advice")),
        "reply": [evaluation.unit_reply, evaluation.reply_answer],
    }


def _step(
    evaluation: Evaluation, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    advance(
        evaluation,
        workflow=policy_for(evaluation.cycle).workflows["evaluation"],
        action=action,
        person=person,
        facts=evaluation_facts(evaluation, person),
        comment=comment,
        content_hash=content_hash(signed_content(evaluation)),
        version=version,
    )


def submit_report(*, evaluation: Evaluation, person: Person, version: int | None = None) -> None:
    """Hand in scores and report; refused while an item or a required section is missing."""
    with act(person):
        _step(evaluation, "submit_report", person, version=version)


def return_report(
    *, evaluation: Evaluation, person: Person, comment: str, version: int | None = None
) -> None:
    """Give the report back to its evaluator with the reason."""
    with act(person):
        _step(evaluation, "return", person, comment, version)
        for role in ("agency", "expert", "evaluation_centre"):
            _tell(evaluation, evaluation.evaluator, role, f"评价报告被退回：{comment}")


def consult_unit(*, evaluation: Evaluation, person: Person, version: int | None = None) -> None:
    """Send the draft to the evaluated unit for comment."""
    with act(person):
        _step(evaluation, "consult", person, version=version)
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", "评价报告征求意见")


def respond(*, evaluation: Evaluation, reply: str, person: Person, version: int | None = None) -> None:
    """The evaluated unit's answer; "没有意见" is an answer, silence is not."""
    if evaluation.subject_year.unit_id != person.organisation_id:
        raise refuse("只有被评价单位可以答复")
    if not reply.strip():
        raise refuse("请写明意见，没有意见也请注明", where="reply")
    with act(person):
        evaluation.unit_reply = reply.strip()
        evaluation.save(update_fields=["unit_reply"])
        _step(evaluation, "respond", person, reply, version)
        _tell(evaluation, _bureau(evaluation), "performance_office", "被评价单位已答复")


def confirm_evaluation(
    *, evaluation: Evaluation, answer: str, person: Person, version: int | None = None
) -> None:
    """Fix score and grade; what was done with the unit's reply is part of the record."""
    with act(person):
        evaluation.reply_answer = answer.strip()
        evaluation.confirmed_on = clock.today()
        evaluation.save(update_fields=["reply_answer", "confirmed_on"])
        _step(evaluation, "confirm", person, answer, version)
        text = f"评价结果已确定：{evaluation.total} 分"
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", text)
        _tell(evaluation, evaluation.subject_year.department, "department_reviewer", text)


def _bureau(evaluation: Evaluation) -> Organisation:
    return Organisation.objects.filter(place_id=evaluation.place_id, kind="bureau").order_by("pk")[:1].get()


def _tell(evaluation: Evaluation, organisation: Organisation, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{evaluation.subject_year.name}：{text}",
        link=f"/evaluation/{evaluation.pk}/",
        about=evaluation,
    )
