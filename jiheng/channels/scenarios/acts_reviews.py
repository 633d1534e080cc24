"""Words for the review of indicators and reports in steps, experts among them, and for evaluations made with a partner."""

from datetime import date, timedelta

from jiheng.channels.scenarios.acts import FINDINGS, PAPER, act, years
from jiheng.channels.scenarios.acts_evaluation import evaluation_of, judge_of
from jiheng.channels.scenarios.acts_plans import plan_evaluations, plan_of
from jiheng.channels.scenarios.judging import judgement
from jiheng.channels.scenarios.texts import report_text
from jiheng.channels.scenarios.world import World, username_of
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_for
from jiheng.foundation.accounts.services import appoint, create_user
from jiheng.foundation.files.services import attach
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register
from jiheng.stages.evaluation.fieldwork import services as fieldwork
from jiheng.stages.evaluation.joint import services as joint
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, ExpertReview
from jiheng.stages.evaluation.plans.services import add_lines
from jiheng.stages.evaluation.review_tables import expert_step
from jiheng.stages.evaluation.reviews import services as reviews
from jiheng.stages.evaluation.services import evaluations as services
from jiheng.stages.results import services as results
from jiheng.stages.results.models import Rectification

OPINIONS = {"pass": "指标与目标相关，证据充分，结论客观", "return": "部分指标不够具体，证据不足"}


@act
def enter_experts(world: World, body: str, names: list[str], since: date, fields: str = "财政绩效") -> None:
    """The bureau takes experts of a pool into its register, each with an account of their own."""
    pool = world.body(body)
    for number, name in enumerate(names, start=1):
        user = create_user(username=f"{body}.{number}", name=name, password=None)
        appoint(user=user, organisation=pool, role="expert", valid_from=since)
        told = EvaluatorData(name, "expert", pool, fields, "", clock.today())
        enter_register(data=told, person=world.bureau("performance_office"))


def _person(world: World, record: Evaluation, role: str) -> Person:
    return judge_of(world, record) if role == "evaluator" else world.bureau(role)


def _scheme(record: Evaluation) -> EvaluationScheme:
    return EvaluationScheme.objects.get(evaluation=record)


def _move(record: Evaluation, document: str, action: str, person: Person, opinion: str = "") -> None:
    if document == "indicators":
        fieldwork.move_scheme(scheme=_scheme(record), action=action, person=person, comment=opinion)
    else:
        services.move_evaluation(evaluation=record, action=action, person=person, comment=opinion)


@act
def order_reviewed(world: World, year: int, codes: list[str], evaluator: str, card: str) -> None:
    """The bureau gives evaluations to a body, on a card."""
    for one in years(world, year, codes):
        money = balance(one.pk).budget or one.requested_fen
        order = services.EvaluationOrder(one, "fiscal", card, money, world.body(evaluator), clock.today() + timedelta(days=60))
        services.start_evaluation(order=order, person=world.bureau("performance_office"))


def _write_indicators(world: World, record: Evaluation) -> None:
    judge = judge_of(world, record)
    plan = EvaluationScheme.objects.filter(evaluation=record).first() or fieldwork.begin_scheme(evaluation=record, person=judge)
    fieldwork.save_scheme(scheme=plan, text="按评分表逐项核实，指标、标准和数据来源见评分表", steps=[], person=judge)
    fieldwork.move_scheme(scheme=plan, action="submit", person=judge)


@act
def write_indicators(world: World, year: int, codes: list[str]) -> None:
    """Evaluators write the indicators and the plan and hand them in for review."""
    for code in codes:
        _write_indicators(world, evaluation_of(world, year, code))


@act
def rewrite_indicators(world: World, year: int, code: str, text: str) -> None:
    """An evaluator changes the indicators that came back and hands them in again."""
    record = evaluation_of(world, year, code)
    judge, plan = judge_of(world, record), _scheme(record)
    fieldwork.save_scheme(scheme=plan, text=text, steps=[], person=judge)
    fieldwork.move_scheme(scheme=plan, action="submit", person=judge)


@act
def score_early(world: World, year: int, code: str) -> None:
    """An evaluator tries to score."""
    record = evaluation_of(world, year, code)
    judged = judgement(world, f"evaluate:{code}", services.card_of(record), "good")
    services.save_scores(evaluation=record, points=judged.points, reasons=judged.reasons, person=judge_of(world, record))


def _write_report(world: World, record: Evaluation, level: str, findings: int = 2) -> None:
    judge, code = judge_of(world, record), record.subject_year.subject.code
    judged = judgement(world, f"evaluate:{code}", services.card_of(record), level)
    services.save_scores(evaluation=record, points=judged.points, reasons=judged.reasons, person=judge)
    parts = policy_for(record.cycle).documents["evaluation_report"].sections
    services.save_report(
        evaluation=record, sections={part.key: report_text(record.subject_year, part.title, record.total) for part in parts},
        findings=[services.FindingData(*told) for told in FINDINGS[:findings]], person=judge,
    )  # fmt: skip
    services.submit_report(evaluation=record, person=judge)


@act
def write_report_for_review(world: World, year: int, codes: list[str], level: str = "good") -> None:
    """Evaluators score, write the report and hand it in for review."""
    for code in codes:
        _write_report(world, evaluation_of(world, year, code), level)


@act
def take_review_step(world: World, year: int, code: str, document: str, action: str, role: str, opinion: str = "") -> None:
    """Somebody takes one step of the review of an evaluation's indicators or report."""
    record = evaluation_of(world, year, code)
    _move(record, document, action, _person(world, record, role), opinion)


@act
def review_as_same_person(
    world: World, year: int, code: str, document: str, action: str, role: str, also: str, opinion: str = ""
) -> None:
    """Somebody of one office, appointed to the other too, tries to take the other's step."""
    username = username_of(world.place, "bureau", role)
    held = Appointment.objects.filter(organisation=world.body("bureau"), user__username=username)
    if not held.filter(role=also).exists():
        user = held.get(role=role).user
        appoint(user=user, organisation=world.body("bureau"), role=also, valid_from=clock.today())
    _move(evaluation_of(world, year, code), document, action, person_for(username, also), opinion)


@act
def ask_experts(world: World, year: int, code: str, count: int, seed: str = "") -> None:
    """The office asks so many more experts of the register; drawn where a seed is named."""
    record, office = evaluation_of(world, year, code), world.bureau("performance_office")
    if seed:
        reviews.draw_experts(evaluation=record, count=count, seed=seed, person=office)
        return
    asked = record.expert_reviews.filter(content_hash__in=record.expert_reviews.filter(given_at=None).values("content_hash"))
    free = Evaluator.objects.filter(place=world.place, kind="expert", left_on=None).exclude(pk__in=asked.values("expert"))
    reviews.appoint_experts(evaluation=record, experts=list(free.order_by("pk").values_list("pk", flat=True)[:count]), person=office)


def _say(seat: ExpertReview, verdict: str) -> None:
    user = seat.user
    if user is None:
        raise ValueError(f"“{seat.expert}”没有账号")
    reviews.give_opinion(seat=seat, verdict=verdict, opinion=OPINIONS[verdict], person=person_for(user.username, "expert"))


@act
def experts_say(world: World, year: int, code: str, verdicts: list[str]) -> None:
    """Experts who were asked say in turn that they agree (pass) or advise to send it back (return); the others are silent."""
    seats = evaluation_of(world, year, code).expert_reviews.filter(given_at=None).order_by("pk")
    for seat, verdict in zip(seats, verdicts, strict=False):
        _say(seat, verdict)


def _reviewed(world: World, record: Evaluation, document: str) -> None:
    """Let a document pass whatever steps of review the place's table has, from wherever it stands."""
    step = expert_step(record.cycle, document)
    if step is None:
        return
    case = _scheme(record) if document == "indicators" else record
    table = policy_for(record.cycle).workflows["evaluation_scheme" if document == "indicators" else "evaluation"]
    while case.state != step.to_state:
        at = next(
            one for one in table.steps
            if one.from_state == case.state and one.to_state != case.state and one.action != "return"
        )  # fmt: skip
        office = world.bureau(at.by[0])
        panel = rule_in(record.cycle, "evaluation_expert_panel")
        if at == step and panel is not None:
            free = Evaluator.objects.filter(place=world.place, kind="expert", left_on=None).order_by("pk")
            keys = list(free.values_list("pk", flat=True)[: int(panel.value["least"])])
            for seat in reviews.appoint_experts(evaluation=record, experts=keys, person=office):
                _say(seat, "pass")
        if document == "indicators" and record.partner is not None and at == step:
            fieldwork.move_scheme(scheme=_scheme(record), action="agree", person=world.person(record.partner.code, "auditor"))
        _move(record, document, at.action, office, "同意")
        case.refresh_from_db()


@act
def review_wholly(world: World, year: int, codes: list[str], document: str) -> None:
    """Indicators or reports pass every step that is left."""
    for code in codes:
        _reviewed(world, evaluation_of(world, year, code), document)


def _conclude(world: World, record: Evaluation) -> None:
    office = world.bureau("performance_office")
    services.consult_unit(evaluation=record, person=office)
    unit = world.person(record.subject_year.unit.code, "unit_project")
    services.respond(evaluation=record, reply="对评价结果没有意见，将按建议整改。", person=unit)
    services.confirm_evaluation(evaluation=record, answer="被评价单位无异议", person=office)


@act
def conclude_reviewed(world: World, year: int, codes: list[str]) -> None:
    """The unit is heard and the result confirmed."""
    for code in codes:
        _conclude(world, evaluation_of(world, year, code))


@act
def evaluate_reviewed(world: World, year: int, card: str, evaluator: str, levels: dict[str, str]) -> None:
    """Everything whose code begins so is evaluated from the order to the result through the reviews of the place."""
    for level, prefix in levels.items():
        for one in years(world, year, prefix):
            if Evaluation.objects.filter(subject_year=one, kind="fiscal").exists():
                continue
            code = one.subject.code
            order_reviewed(world, year, [code], evaluator, card)
            record = evaluation_of(world, year, code)
            if rule_in(record.cycle, "evaluation_fieldwork") is not None:
                _write_indicators(world, record)
                _reviewed(world, record, "indicators")
            _write_report(world, record, level)
            _reviewed(world, record, "report")
            _conclude(world, record)


# --- with a partner


@act
def plan_jointly(world: World, year: int, codes: str, partner: str, reason: str) -> None:
    """The bureau plans everything whose code begins so together with a body."""
    subjects = [one.subject.code for one in years(world, year, codes)]
    plan_evaluations(world, year, "bureau", subjects, reason=reason)
    found = years(world, year, subjects)
    add_lines(
        plan=plan_of(world, year, "bureau"), subjects=[one.pk for one in found], criteria=[], reason=reason,
        partner=world.body(partner), person=world.bureau("evaluation_centre"),
    )  # fmt: skip


def _partner(world: World, record: Evaluation, body: str = "") -> Person:
    if not body and record.partner is None:
        raise ValueError("不是联合评价")
    return world.person(body or (record.partner.code if record.partner else ""), "auditor")


@act
def propose_indicator(world: World, year: int, code: str, text: str, reason: str, body: str = "") -> None:
    """The partner proposes an indicator; `body` for one that is not the partner."""
    record = evaluation_of(world, year, code)
    joint.propose_indicator(evaluation=record, text=text, reason=reason, person=_partner(world, record, body))


@act
def answer_indicator(world: World, year: int, code: str, number: int, verdict: str, answer: str = "") -> None:
    """The performance office answers a proposed indicator."""
    proposal = evaluation_of(world, year, code).indicator_proposals.get(number=number)
    joint.answer_proposal(proposal=proposal, verdict=verdict, answer=answer, person=world.bureau("performance_office"))


@act
def agree_indicators(world: World, year: int, code: str, body: str = "") -> None:
    """The partner agrees to the indicators."""
    record = evaluation_of(world, year, code)
    fieldwork.move_scheme(scheme=_scheme(record), action="agree", person=_partner(world, record, body))


@act
def file_joint_finding(world: World, year: int, code: str, text: str, source: str, advice: str) -> None:
    """The partner files what it found."""
    record = evaluation_of(world, year, code)
    told = joint.PartnerFindingData("money", text, source, advice)
    joint.file_finding(evaluation=record, told=told, person=_partner(world, record))


@act
def take_result(world: World, year: int, code: str, use: str) -> None:
    """The partner takes the result over."""
    record = evaluation_of(world, year, code)
    joint.take_over(evaluation=record, use=use, person=_partner(world, record))


def _orders(world: World, year: int, code: str) -> list[Rectification]:
    return list(Rectification.objects.filter(finding__evaluation=evaluation_of(world, year, code)).order_by("pk"))


@act
def order_and_report(world: World, year: int, code: str) -> None:
    """Every finding of an evaluation is ordered to be put right, and the unit reports with proof."""
    office, record = world.bureau("performance_office"), evaluation_of(world, year, code)
    unit = world.person(record.subject_year.unit.code, "unit_project")
    for finding in record.findings.all():
        order = results.issue_rectification(finding=finding, requirement=finding.advice, person=office)
        attach(subject=order, row="", name="整改佐证.pdf", content=PAPER, person=unit)
        results.report_rectification(rectification=order, measure="已按建议完善", outcome="已完成整改", person=unit)


@act
def accept_for(world: World, year: int, code: str, side: str, body: str = "") -> None:
    """One side signs that every rectification of an evaluation is accepted: the bureau's `office` or the `partner`."""
    record = evaluation_of(world, year, code)
    person = world.bureau("performance_office") if side == "office" else _partner(world, record, body)
    for order in _orders(world, year, code):
        results.accept_rectification(rectification=order, note="佐证属实", person=person)
