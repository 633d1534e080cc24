"""Evaluations on scorecards: assigned, scored with reasons, reported, answered, confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.accounts.roles import BUREAU_ROLES
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.foundation.workflow.claim import Seen, claim
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal, mistake, under
from jiheng.rules.scoring.fitting import fitting_cards
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.access import (
    SCORERS,
    evaluation_workflow,
    may_answer,
    may_attach,
    may_move_evaluation,
    may_respond,
    may_score,
    may_start_evaluation,
    ordering_role,
)
from jiheng.stages.evaluation.facts import evaluation_facts
from jiheng.stages.evaluation.models import Comment, Evaluation, Finding, ScoreLine
from jiheng.stages.evaluation.partners import planned_partner, take_up_findings, tell_partner
from jiheng.stages.evaluation.review_tables import verdicts_on
from jiheng.stages.evaluation.services.evaluator_draws import assignment_problems, use_draw
from jiheng.stages.evaluation.signed import hash_of
from jiheng.stages.evaluation.years import facts_between, money_of, order_refusals
from jiheng.stages.goals.models import Goal

LONGEST = 500
LONGEST_SECTION = 20_000
LONGEST_COMMENT = 1000
NO_COMMENT = "没有意见"


@dataclass(frozen=True)
class EvaluationOrder:
    """What is to be evaluated, on which table, by whom, until when; `amount_fen` is the money concerned.

    With `span` (stage, overall, policy) the years from `first_year` to that of `year`; the money concerned is then that
    of these years, from the ledger.
    """

    year: SubjectYear
    kind: str
    scorecard: str
    amount_fen: int
    evaluator: Organisation
    due: date
    span: str = ""
    first_year: int | None = None


@dataclass(frozen=True)
class FindingData:
    """One problem with its advice; money concerned in fen."""

    category: str
    text: str
    advice: str
    amount_fen: int = 0


@dataclass(frozen=True)
class AnswerData:
    """What was done with one comment of the unit: adopted, partly, declined, and why."""

    verdict: str
    answer: str


def card_of(evaluation: Evaluation) -> Scorecard:
    """Return the scorecard of the evaluation as frozen for its cycle."""
    return policy_for(evaluation.cycle).scorecards[evaluation.scorecard]


# --- order


def start_evaluation(*, order: EvaluationOrder, person: Person) -> Evaluation:
    """Set up an evaluation and give it to its evaluator; a body does not evaluate itself."""
    require(may_start_evaluation(person, order.year))
    problems = _order_problems(order, person)
    if problems:
        raise Refused(problems)
    policy = policy_for(order.year.cycle)
    goal = Goal.objects.filter(subject_year=order.year, state="approved", current=True).first()
    first = order.first_year if order.span else None
    money = money_of(facts_between(order.year, first))[0] if first is not None else order.amount_fen
    with act(person):
        made = Evaluation.objects.create(
            place_id=order.year.place_id,
            state=policy.workflows["evaluation"].start,
            created_at=clock.now(),
            cycle=order.year.cycle,
            work_year=clock.today().year,
            evaluated_year=order.year.budget_year,
            subject_year=order.year,
            goal=goal,
            kind=order.kind,
            span=order.span,
            first_year=first,
            scorecard=order.scorecard,
            amount_fen=money,
            evaluator=order.evaluator,
            organiser_id=person.organisation_id,
            partner=planned_partner(order.year, order.kind),
            due=order.due,
        )
        record(
            "evaluation.order",
            made,
            {
                "kind": order.kind, "evaluator": str(order.evaluator), "amount_fen": money,
                **({"span": made.get_span_display(), "years": made.years_words} if order.span else {}),
            },
        )
        use_draw(made)
        _step(made, "start", person)
        text = f"有新的{made.kind_words}任务，{order.due:%Y-%m-%d} 前完成"
        _tell_evaluator(made, text)
        tell_partner(made, f"联合评价已安排，请参加指标共商，{order.due:%Y-%m-%d} 前完成")
    return made


def _order_problems(order: EvaluationOrder, person: Person) -> list[Refusal]:
    """Return everything that is wrong with an order, at once."""
    found = []
    cycle = order.year.cycle
    cards = policy_for(cycle).scorecards
    if order.scorecard not in cards:
        found.append(mistake(f"制度中没有评分表“{order.scorecard}”", where="scorecard"))
    elif order.scorecard not in (fits := fitting_cards(order.kind, order.year.kind, cards)):
        found.append(
            Refusal(
                f"“{cards[order.scorecard].label}”不用于这类对象",
                clause_in(cycle, f"scorecards.{fits[0]}"),
                remedy=f"请用“{'”或“'.join(cards[one].label for one in fits)}”",
                where="scorecard",
            )
        )
    if order.kind not in dict(Evaluation.KINDS):
        found.append(mistake(f"没有“{order.kind}”这种评价", where="kind"))
    if person.role == "department_reviewer" and order.kind != "department":
        found.append(
            Refusal(
                "主管部门只组织部门评价",
                clause_in(cycle, "evaluation_kinds"),
                remedy="评价类型请选“部门评价”",
                where="kind",
            )
        )
    if order.evaluator.pk == order.year.unit_id:
        found.append(
            Refusal(
                "被评价单位不能评价自己",
                clause_in(cycle, "evaluator_separate"),
                where="evaluator",
                remedy="请改派其他评价主体",
            )
        )
    if order.evaluator.place_id != order.year.place_id:
        found.append(
            Refusal(
                "评价主体不属于本地区",
                clause_in(cycle, "duty_place"),
                where="evaluator",
                remedy="请改派本地区登记的评价主体",
            )
        )
    found += assignment_problems(order.year, order.kind, order.evaluator)
    found += _span_problems(order)
    if order.amount_fen < 0:
        found.append(mistake("涉及金额不能为负数", where="amount_fen"))
    if order.due < clock.today():
        found.append(
            Refusal(
                f"完成期限 {order.due:%Y-%m-%d} 已经过去",
                clause_in(cycle, "workflows.evaluation"),
                remedy="请改为今天以后的日期",
                where="due",
            )
        )
    work_year = clock.today().year
    if Evaluation.objects.filter(subject_year=order.year, kind=order.kind, span=order.span, work_year=work_year).exists():
        found.append(
            Refusal(
                f"{work_year} 年已对该对象安排同类评价",
                clause_in(cycle, "workflows.evaluation"),
                remedy="请在评价列表中查看",
                where="kind",
            )
        )
    return found


def _span_problems(order: EvaluationOrder) -> list[Refusal]:
    """Return what is against the years that an order names."""
    if not order.span and order.first_year is None:
        return []
    if not order.span:
        remedy = "请选跨年度评价的种类，或不写起始年度"
        return [mistake("写了起始年度，没有选哪一种跨年度评价", remedy=remedy, where="span")]
    if order.first_year is None:
        return [mistake("跨年度评价须写明从哪一年起", where="first_year")]
    return order_refusals(order.year, order.span, order.first_year, clock.today())


# --- scores and report


def save_scores(
    *,
    evaluation: Evaluation,
    points: Mapping[str, Decimal],
    reasons: Mapping[str, str],
    person: Person,
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """Write the points of items; every problem at once; a lost point needs its reason.

    A `draft` may still lack reasons, leaves out points that do not fit and makes no entry in the chain.
    """
    _allowed_to_score(person, evaluation)
    card = card_of(evaluation)
    problems = score_problems(evaluation, card, points, reasons)
    if problems and not draft:
        raise Refused(problems)
    unfit = {one.where for one in card.problems(points)}
    kept = {key: value for key, value in points.items() if key not in unfit}
    with act(person):
        claim(evaluation, "content", seen=seen)
        before = {line.item: line for line in evaluation.lines.all()}
        for key, value in kept.items():
            ScoreLine.objects.update_or_create(
                evaluation=evaluation,
                item=key,
                defaults={"points": value, "reason": reasons.get(key, "").strip()[:LONGEST]},
            )
        changed = {
            key: [str(before[key].points) if key in before else None, str(value)]
            for key, value in kept.items()
            if key not in before or before[key].points != value
        }
        _sum_up(evaluation, card)
        if not draft:
            record("evaluation.score", evaluation, {"changed": changed, "total": evaluation.total})


def _allowed_to_score(person: Person, evaluation: Evaluation) -> None:
    require(may_score(person, evaluation))


def score_problems(
    evaluation: Evaluation, card: Scorecard, points: Mapping[str, Decimal], reasons: Mapping[str, str]
) -> list[Refusal]:
    """Return what is wrong with typed points: outside the item, over two decimals, lost without a reason."""
    clause = str(policy_for(evaluation.cycle).clause_of(card))
    found = under(clause, card.problems(points))
    for item in card.items:
        reason = reasons.get(item.key, "").strip()
        if item.key in points and points[item.key] < item.points and not reason:
            lost = item.points - points[item.key]
            words = f"“{item.label}”扣了 {lost} 分，须写明原因和依据"
            found.append(Refusal(words, clause, "请写明扣分的事实和依据", item.key))
        if len(reason) > LONGEST:
            found.append(
                mistake(f"“{item.label}”的扣分原因最多 {LONGEST} 字，现有 {len(reason)} 字", where=item.key)
            )
    return found


def _sum_up(evaluation: Evaluation, card: Scorecard) -> None:
    scored = dict(evaluation.lines.values_list("item", "points"))
    evaluation.total, evaluation.grade = total_and_grade(evaluation, card, scored)
    evaluation.save(update_fields=["total", "grade"])


def total_and_grade(
    evaluation: Evaluation, card: Scorecard, scored: Mapping[str, Decimal]
) -> tuple[Decimal | None, str]:
    """Return total and grade once every item has points; (None, "") before."""
    if set(scored) != {item.key for item in card.items}:
        return None, ""
    total = card.total_of(scored)
    grades = policy_for(evaluation.cycle).grades[card.grades]
    return total.points, total.grade or grades.grade(total.points).key


def save_report(
    *,
    evaluation: Evaluation,
    sections: Mapping[str, str],
    findings: Sequence[FindingData],
    person: Person,
    seen: Seen | None = None,
    draft: bool = False,
) -> None:
    """Write the report's sections and the list of problems; every problem at once.

    A `draft` keeps half-written findings too and makes no entry in the chain.
    """
    _allowed_to_score(person, evaluation)
    outline = policy_for(evaluation.cycle).documents["evaluation_report"]
    known = {section.key for section in outline.sections}
    unknown = sorted(set(sections) - known)
    if unknown:
        raise mistaken(f"报告提纲中没有“{'、'.join(unknown)}”")
    problems = [
        mistake(f"“{section.title}”最多 {LONGEST_SECTION} 字", where=section.key)
        for section in outline.sections
        if len(sections.get(section.key, "")) > LONGEST_SECTION
    ]
    problems += [one for number, told in enumerate(findings, 1) for one in finding_problems(evaluation, number, told)]
    if problems and not draft:
        raise Refused(problems)
    with act(person):
        claim(evaluation, "content", seen=seen)
        evaluation.sections = {key: text.strip()[:LONGEST_SECTION] for key, text in sections.items()}
        evaluation.save(update_fields=["sections"])
        evaluation.findings.all().delete()
        Finding.objects.bulk_create(
            [
                Finding(
                    evaluation=evaluation,
                    number=number,
                    category=one.category[:12],
                    text=one.text.strip()[:LONGEST],
                    advice=one.advice.strip()[:LONGEST],
                    amount_fen=max(one.amount_fen, 0),
                )
                for number, one in enumerate(findings, 1)
            ]
        )
        if not draft:
            record(
                "evaluation.report",
                evaluation,
                {"sections": evaluation.sections, "findings": [[one.category, one.text] for one in findings]},
            )


def finding_problems(evaluation: Evaluation, number: int, one: FindingData) -> list[Refusal]:
    """Return what is wrong with one finding: no words, no advice, too long, money below nought."""
    where, clause = f"finding-{number}", clause_in(evaluation.cycle, "documents.evaluation_report")
    found = []
    if not one.text.strip():
        found.append(Refusal(f"第 {number} 个问题没有写明", clause, remedy="请写明问题和依据", where=where))
    if not one.advice.strip():
        found.append(
            Refusal(f"第 {number} 个问题没有写整改建议", clause, remedy="请提出可行的建议", where=where)
        )
    if one.category not in dict(Finding.CATEGORIES):
        found.append(Refusal(f"第 {number} 个问题没有选类别", clause, where=where))
    if len(one.text) > LONGEST or len(one.advice) > LONGEST:
        found.append(
            mistake(f"第 {number} 个问题和建议各最多 {LONGEST} 字", remedy="详情写入报告正文", where=where)
        )
    if one.amount_fen < 0:
        found.append(mistake(f"第 {number} 个问题的涉及金额不能为负数", where=where))
    return found


def attach_paper(*, evaluation: Evaluation, row: str, name: str, content: bytes, person: Person) -> Evidence:
    """Add a working paper or proof; the evaluator does so while it scores, the unit while it answers."""
    require(may_attach(person, evaluation))
    return attach(subject=evaluation, row=row[:80], name=name, content=content, person=person)


# --- steps


def _step(
    evaluation: Evaluation, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    digest = hash_of(evaluation)
    advance(
        evaluation,
        workflow=evaluation_workflow(evaluation),
        action=action,
        person=person,
        facts={**evaluation_facts(evaluation, person), "expert_opinions": verdicts_on(evaluation, "report", digest)},
        comment=comment,
        content_hash=digest,
        version=version,
    )


def _allowed_to_move(person: Person, evaluation: Evaluation) -> None:
    require(may_move_evaluation(person, evaluation))


def submit_report(*, evaluation: Evaluation, person: Person, version: int | None = None) -> None:
    """Hand in scores and report; refused while an item, a reason or a required section is missing."""
    _allowed_to_move(person, evaluation)
    lines = {line.item: line for line in evaluation.lines.all()}
    problems = score_problems(
        evaluation,
        card_of(evaluation),
        {key: line.points for key, line in lines.items()},
        {key: line.reason for key, line in lines.items()},
    )
    for one in evaluation.findings.all():
        told = FindingData(one.category, one.text, one.advice, one.amount_fen)
        problems += finding_problems(evaluation, one.number, told)
    with act(person):
        try:
            _step(evaluation, "submit_report", person, version=version)
        except Refused as refused:
            raise Refused([*problems, *refused.refusals]) from None
        if problems:
            raise Refused(problems)
        if evaluation.organiser is not None:
            role = ordering_role(evaluation.kind)
            _tell(evaluation, evaluation.organiser, role, "评价报告初稿已提交")


def return_report(
    *, evaluation: Evaluation, person: Person, comment: str, version: int | None = None
) -> None:
    """Give the report back to its evaluator with the reason."""
    _allowed_to_move(person, evaluation)
    with act(person):
        _step(evaluation, "return", person, comment, version)
        _tell_evaluator(evaluation, f"评价报告被退回：{comment}")


def consult_unit(*, evaluation: Evaluation, person: Person, version: int | None = None) -> None:
    """Send the draft to the evaluated unit for comment; each new draft is a new round."""
    _allowed_to_move(person, evaluation)
    with act(person):
        evaluation.round += 1
        evaluation.asked_at = clock.now()
        evaluation.unit_reply = ""
        evaluation.save(update_fields=["round", "asked_at", "unit_reply"])
        _step(evaluation, "consult", person, version=version)
        for role in ("unit_project", "unit_head"):
            _tell(evaluation, evaluation.subject_year.unit, role, "评价报告征求意见，请答复")


def respond(
    *,
    evaluation: Evaluation,
    reply: str,
    person: Person,
    comments: Sequence[str] = (),
    version: int | None = None,
) -> None:
    """The evaluated unit's answer, point by point in `comments`; "没有意见" is an answer, silence is not."""
    require(may_respond(person, evaluation))
    points = [text.strip() for text in comments if text.strip()]
    words = reply.strip() or (f"提出 {len(points)} 条意见" if points else "")
    if not words:
        raise refuse(
            "请写明意见，没有意见也请注明",
            clause_in(evaluation.cycle, "evaluation_response_days"),
            remedy="逐条填写，或选“没有意见”",
            where="reply",
        )
    long = [number for number, text in enumerate(points, 1) if len(text) > LONGEST_COMMENT]
    if long:
        raise Refused(
            [
                mistake(f"第 {one} 条意见超过 {LONGEST_COMMENT} 字", remedy="请分条或作为附件上传")
                for one in long
            ]
        )
    with act(person):
        evaluation.unit_reply = words
        evaluation.save(update_fields=["unit_reply"])
        evaluation.comments.filter(round=evaluation.round).delete()
        Comment.objects.bulk_create(
            [
                Comment(evaluation=evaluation, round=evaluation.round, number=number, text=text)
                for number, text in enumerate(points, 1)
            ]
        )
        _step(evaluation, "respond", person, words, version)
        _tell(evaluation, bureau_of(evaluation.place_id), "performance_office", f"被评价单位已答复：{words[:100]}")
        if evaluation.organiser is not None and evaluation.kind == "department":
            _tell(evaluation, evaluation.organiser, "department_reviewer", f"被评价单位已答复：{words[:100]}")


def answer_comments(
    *, evaluation: Evaluation, answers: Mapping[int, AnswerData], person: Person, version: int | None = None
) -> None:
    """Say of each comment of this round whether it is adopted and why; every problem at once.

    Overtaken when somebody wrote or moved the evaluation first.
    """
    require(may_answer(person, evaluation))
    rows = list(evaluation.comments.filter(round=evaluation.round))
    problems = []
    for row in rows:
        told = answers.get(row.pk, AnswerData("", ""))
        where = f"comment-{row.pk}"
        if told.verdict not in dict(Comment.VERDICTS):
            problems.append(
                Refusal(
                    f"第 {row.number} 条意见没有选处理意见",
                    clause_in(evaluation.cycle, "workflows.evaluation"),
                    where=where,
                )
            )
        elif told.verdict != "adopted" and not told.answer.strip():
            problems.append(
                Refusal(
                    f"第 {row.number} 条意见未全部采纳，须说明理由",
                    clause_in(evaluation.cycle, "workflows.evaluation"),
                    where=where,
                )
            )
        if len(told.answer) > LONGEST_COMMENT:
            problems.append(mistake(f"对第 {row.number} 条的答复最多 {LONGEST_COMMENT} 字", where=where))
        row.verdict, row.answer = told.verdict, told.answer.strip()
    if problems:
        raise Refused(problems)
    with act(person):
        claim(evaluation, version=version)
        Comment.objects.bulk_update(rows, ["verdict", "answer"])
        record(
            "evaluation.answer",
            evaluation,
            {"answers": [[one.text, one.verdict, one.answer] for one in rows]},
        )


def _unanswered(evaluation: Evaluation) -> list[Refusal]:
    rows = evaluation.comments.filter(round=evaluation.round, verdict="")
    return [
        Refusal(
            f"单位的第 {one.number} 条意见还没有答复",
            clause_in(evaluation.cycle, "workflows.evaluation"),
            remedy="请先逐条答复",
            where=f"comment-{one.pk}",
        )
        for one in rows
    ]


def revise_report(
    *, evaluation: Evaluation, person: Person, comment: str, version: int | None = None
) -> None:
    """Let the evaluator change the draft because of what the unit said; what stood before is kept beside it."""
    _allowed_to_move(person, evaluation)
    problems = _unanswered(evaluation)
    if problems:
        raise Refused(problems)
    with act(person):
        evaluation.before = {
            "round": evaluation.round,
            "total": None if evaluation.total is None else str(evaluation.total),
            "grade": evaluation.grade,
            "points": {line.item: str(line.points) for line in evaluation.lines.all()},
            "sections": evaluation.sections,
            "findings": evaluation.findings.count(),
        }
        evaluation.save(update_fields=["before"])
        _step(evaluation, "revise", person, comment, version)
        _tell_evaluator(evaluation, f"按被评价单位意见修改报告：{comment}")


def confirm_evaluation(
    *, evaluation: Evaluation, answer: str, person: Person, version: int | None = None
) -> None:
    """Fix score and grade; what was done with the unit's reply is part of the record."""
    _allowed_to_move(person, evaluation)
    problems = _unanswered(evaluation)
    if problems:
        raise Refused(problems)
    with act(person):
        evaluation.reply_answer = answer.strip()
        evaluation.confirmed_on = clock.today()
        evaluation.save(update_fields=["reply_answer", "confirmed_on"])
        take_up_findings(evaluation)
        _step(evaluation, "confirm", person, answer, version)
        text = f"评价结果已确定：{evaluation.total} 分"
        _tell(evaluation, evaluation.subject_year.unit, "unit_project", text)
        _tell(evaluation, evaluation.subject_year.department, "department_reviewer", text)
        tell_partner(evaluation, f"{text}，请接收使用")


def move_evaluation(
    *, evaluation: Evaluation, person: Person, action: str, comment: str = "", version: int | None = None
) -> None:
    """Take the step named `action`; refused when there is no such step."""
    if action == "submit_report":
        submit_report(evaluation=evaluation, person=person, version=version)
    elif action == "return":
        return_report(evaluation=evaluation, person=person, comment=comment, version=version)
    elif action == "consult":
        consult_unit(evaluation=evaluation, person=person, version=version)
    elif action == "respond":
        respond(evaluation=evaluation, reply=comment, person=person, version=version)
    elif action == "revise":
        revise_report(evaluation=evaluation, person=person, comment=comment, version=version)
    elif action == "confirm":
        confirm_evaluation(evaluation=evaluation, answer=comment, person=person, version=version)
    elif action in review_actions(evaluation):
        review_report(evaluation=evaluation, action=action, person=person, opinion=comment, version=version)
    else:
        raise mistaken("没有这一步", remedy="请刷新页面后再办理")


def review_actions(evaluation: Evaluation) -> set[str]:
    """Return the steps by which the place's table has a report reviewed before the unit is heard."""
    steps = evaluation_workflow(evaluation).steps
    return {step.action for step in steps if step.from_state != step.to_state} - OWN_STEPS


OWN_STEPS = frozenset({"start", "submit_report", "return", "consult", "respond", "revise", "confirm"})
"""Steps that have a service of their own; every other one of a table reviews the report."""


def review_report(
    *, evaluation: Evaluation, action: str, person: Person, opinion: str, version: int | None = None
) -> None:
    """Let a report pass one step of its review, with the opinion; whoever is next is told."""
    _allowed_to_move(person, evaluation)
    with act(person):
        _step(evaluation, action, person, opinion, version)
        table = evaluation_workflow(evaluation)
        text = f"评价报告现为“{table.states[evaluation.state].label}”"
        for role in dict.fromkeys(role for step in table.steps if step.from_state == evaluation.state for role in step.by):
            body = evaluation.organiser if role == "department_reviewer" else bureau_of(evaluation.place_id)
            if body is not None and role in BUREAU_ROLES | {"department_reviewer"}:
                _tell(evaluation, body, role, text)


def money_words(evaluation: Evaluation) -> str:
    """Return the money concerned in words."""
    return f"{format_wan(evaluation.amount_fen)} 万元"


def _tell_evaluator(evaluation: Evaluation, text: str) -> None:
    for role in SCORERS:
        _tell(evaluation, evaluation.evaluator, role, text)


def _tell(evaluation: Evaluation, organisation: Organisation, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{evaluation.subject_year.name}：{text}",
        link=f"/evaluation/{evaluation.pk}/",
        about=evaluation,
    )
