"""Words for evaluations step by step: the register, the draw, the order, methods and report, the look, the result."""

from datetime import date, timedelta
from decimal import Decimal

from jiheng.channels.scenarios.acts import act, take_note, write_up, years
from jiheng.channels.scenarios.judging import judgement
from jiheng.channels.scenarios.texts import report_text
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register, leave_register
from jiheng.rules.scoring.fitting import fitting_cards
from jiheng.stages.evaluation.fieldwork import services as fieldwork
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.services import evaluations as services
from jiheng.stages.evaluation.services import evaluator_draws, self_evaluations
from jiheng.stages.evaluation.services.agency_ratings import RatingData, quality_card, rate_agency
from jiheng.stages.evaluation.services.basis import BasisData, look_at_report, save_basis
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.rechecks import recheck_evaluation
from jiheng.stages.evaluation.standards import standard_rows

FIELD = {"visit": "实物与合同、验收单一致", "survey": "受益群众满意", "expert": "产出达到设计标准"}
"""What is noted of each kind of field work."""


def evaluation_of(world: World, year: int, code: str, kind: str = "fiscal", span: str = "") -> Evaluation:
    """Return the evaluation of a subject; the one that covers several years by its `span`."""
    return Evaluation.objects.get(
        place=world.place, evaluated_year=year, subject_year__subject__code=code, kind=kind, span=span
    )


def judge_of(world: World, record: Evaluation) -> Person:
    """Return who scores it in the body that it was given to."""
    role = {"agency": "agency", "expert_pool": "expert", "bureau": "evaluation_centre"}.get(record.evaluator.kind, "department_reviewer")
    return world.person(record.evaluator.code, role)


@act
def enter_evaluators(world: World, bodies: dict[str, str], fields: str = "综合") -> None:
    """The bureau takes agencies into its register: body → name."""
    for code, name in bodies.items():
        told = EvaluatorData(name, "agency", world.body(code), fields, "", clock.today())
        enter_register(data=told, person=world.bureau("performance_office"))


@act
def leave_evaluators(world: World, bodies: list[str], reason: str) -> None:
    """Agencies leave the register."""
    for code in bodies:
        entry = Evaluator.objects.get(organisation=world.body(code), left_on__isnull=True)
        leave_register(evaluator=entry, day=clock.today(), reason=reason, person=world.bureau("performance_office"))


@act
def draw_evaluator(
    world: World, year: int, code: str, seed: str, recused: dict[str, str] | None = None, kind: str = "fiscal", field: str = ""
) -> None:
    """The bureau draws a third party; those who recuse themselves (body → reason) are left out."""
    (one,) = years(world, year, [code])
    entries = {entry.organisation.code: entry.pk for entry in Evaluator.objects.filter(place=world.place, left_on__isnull=True)}
    recusals = {entries[body]: reason for body, reason in (recused or {}).items()}
    drawing = evaluator_draws.Drawing(one, kind, seed, recusals, field)
    evaluator_draws.draw_evaluator(drawing=drawing, person=world.bureau("performance_office"))


@act
def put_draw_aside(world: World, year: int, code: str, reason: str, kind: str = "fiscal") -> None:
    """The one drawn cannot take it on."""
    (one,) = years(world, year, [code])
    drawn = evaluator_draws.open_draw(one, kind)
    if drawn is None:
        raise ValueError(f"“{code}”没有抽取过第三方")
    evaluator_draws.set_draw_aside(drawn=drawn, reason=reason, person=world.bureau("performance_office"))


@act
def order_evaluation(
    world: World, year: int, codes: list[str], evaluator: str, kind: str = "fiscal", card: str = "",
    span: str = "", first: int | None = None,
) -> None:
    """The bureau gives evaluations to a body, on the card of the kind of subject; `drawn` is whoever was drawn.

    With `span` across the years from `first` to `year`.
    """
    for one in years(world, year, codes):
        drawn = evaluator_draws.open_draw(one, kind) if evaluator == "drawn" else None
        body = drawn.chosen.organisation if drawn is not None else world.body(evaluator)
        fits = card or fitting_cards(kind, one.kind, policy_for(one.cycle).scorecards)[0]
        order = services.EvaluationOrder(one, kind, fits, one.requested_fen, body, clock.today() + timedelta(days=60), span, first)
        services.start_evaluation(order=order, person=world.bureau("performance_office"))


def work_as_demanded(world: World, record: Evaluation) -> None:
    """Every step of the work that the place demands before a report, done the same day."""
    rule = rule_in(record.cycle, "evaluation_fieldwork")
    steps = [one["key"] for one in rule.value] if rule is not None else []
    judge, office = judge_of(world, record), world.bureau("performance_office")
    if "scheme" in steps:
        plan = fieldwork.begin_scheme(evaluation=record, person=judge)
        fieldwork.save_scheme(scheme=plan, text="按评分表逐项核实", steps=[one for one in steps if one != "scheme"], person=judge)
        fieldwork.move_scheme(scheme=plan, action="submit", person=judge)
        fieldwork.argue_scheme(scheme=plan, people="绩效管理股、评价组", opinion="可行", person=office)
        fieldwork.move_scheme(scheme=plan, action="approve", person=office)
    if "material" in steps:
        asked = fieldwork.ask_material(evaluation=record, text="合同、验收单和支付凭证", person=judge)
        unit = world.person(record.subject_year.unit.code, "unit_project")
        fieldwork.deliver_material(asked=asked, note="在单位档案室查阅原件", person=unit)
    for kind in (one for one in steps if one in FIELD):
        told = fieldwork.RecordData(kind, clock.today(), FIELD[kind], "实施现场", "评价组", "", *((50, 46, 44) if kind == "survey" else ()))
        fieldwork.add_record(evaluation=record, told=told, person=judge)


@act
def write_evaluation(world: World, year: int, totals: dict[str, str], kind: str = "fiscal", empty: list[str] | None = None) -> None:
    """Evaluators score to exactly these totals and write the report; parts named in `empty` stay empty."""
    for code, total in totals.items():
        record = evaluation_of(world, year, code, kind)
        judge, judged = judge_of(world, record), judgement(world, f"evaluate:{code}", services.card_of(record), total)
        services.save_scores(evaluation=record, points=judged.points, reasons=judged.reasons, person=judge)
        outline = policy_for(record.cycle).documents["evaluation_report"]
        services.save_report(
            evaluation=record,
            sections={
                part.key: "" if part.key in (empty or []) else report_text(record.subject_year, part.title, Decimal(total))
                for part in outline.sections
            },
            findings=[services.FindingData("management", "过程资料归档不及时", "完善档案，明确专人负责")],
            person=judge,
        )


@act
def name_methods(
    world: World,
    year: int,
    codes: list[str],
    methods: list[str],
    standards: list[str],
    reason: str = "",
    kind: str = "fiscal",
    unnamed: int | None = None,
) -> None:
    """Evaluators say by which methods and standards they evaluate, and by which of them each indicator in turn.

    Of the indicators so many stay without a standard; all of them where nothing is said.
    """
    for code in codes:
        record = evaluation_of(world, year, code, kind)
        rows = standard_rows(record)
        named = rows[: len(rows) - unnamed] if unnamed is not None else []
        each = {str(row.lineage): standards[at % len(standards)] for at, row in enumerate(named)}
        save_basis(evaluation=record, told=BasisData(methods, standards, reason, each), person=judge_of(world, record))


@act
def hand_in_report(world: World, year: int, codes: list[str], kind: str = "fiscal") -> None:
    """Evaluators hand in their reports."""
    for code in codes:
        record = evaluation_of(world, year, code, kind)
        services.submit_report(evaluation=record, person=judge_of(world, record))


@act
def hear_unit(world: World, year: int, codes: list[str], kind: str = "fiscal") -> None:
    """The unit is asked and has nothing against it."""
    for code in codes:
        record = evaluation_of(world, year, code, kind)
        services.consult_unit(evaluation=record, person=world.bureau("performance_office"))
        unit = world.person(record.subject_year.unit.code, "unit_project")
        services.respond(evaluation=record, reply="没有意见", person=unit)


@act
def examine_report(world: World, year: int, codes: list[str], kind: str = "fiscal", unmet: list[str] | None = None) -> None:
    """The performance office looks at reports by the demands of the place; `unmet` ones are not met."""
    for code in codes:
        record = evaluation_of(world, year, code, kind)
        demands = rule_in(record.cycle, "report_qualities")
        met = [one for one in (demands.value if demands else []) if one not in (unmet or [])]
        look_at_report(evaluation=record, met=met, person=world.bureau("performance_office"))


@act
def confirm_result(world: World, year: int, codes: list[str], kind: str = "fiscal") -> None:
    """The performance office fixes results."""
    for code in codes:
        services.confirm_evaluation(evaluation=evaluation_of(world, year, code, kind), answer="无", person=world.bureau("performance_office"))


@act
def draw_department_evaluations(world: World, year: int, count: int, seed: str) -> None:
    """The evaluation centre draws departments' evaluations for re-check."""
    draw_rechecks(cycle=world.cycle(year), count=count, seed=seed, person=world.bureau("evaluation_centre"), purpose="department")


@act
def evaluate_in_department(world: World, year: int, totals: dict[str, str]) -> None:
    """Departments evaluate projects of their units themselves; the bureau confirms."""
    for one in years(world, year, list(totals)):
        reviewer = world.person(one.department.code, "department_reviewer")
        order = services.EvaluationOrder(
            one, "department", "project_evaluation", one.requested_fen, one.department, clock.today() + timedelta(days=60)
        )
        services.start_evaluation(order=order, person=reviewer)
    write_evaluation(world, year, totals, kind="department")
    hand_in_report(world, year, list(totals), kind="department")
    hear_unit(world, year, list(totals), kind="department")
    confirm_result(world, year, list(totals), kind="department")


@act
def recheck_department(world: World, year: int, totals: dict[str, str], opinion: str, role: str = "evaluation_centre") -> None:
    """Somebody of the bureau scores departments' evaluations again to exactly these totals."""
    for code, total in totals.items():
        record = evaluation_of(world, year, code, "department")
        judged = judgement(world, f"recheck:{code}", services.card_of(record), total)
        recheck_evaluation(
            evaluation=record, points=judged.points, reasons=judged.reasons, opinion=opinion, person=world.bureau(role)
        )


@act
def evaluate_wholly(
    world: World, year: int, totals: dict[str, str], evaluator: str = "bureau", card: str = ""
) -> None:
    """Evaluations from order to result, by the book: method, standard, report, the unit heard, the report examined."""
    codes = list(totals)
    order_evaluation(world, year, codes, evaluator, card=card)
    for code in codes:
        work_as_demanded(world, evaluation_of(world, year, code))
    write_evaluation(world, year, totals)
    name_methods(world, year, codes, ["比较法"], ["计划标准"])
    hand_in_report(world, year, codes)
    hear_unit(world, year, codes)
    if rule_in(world.cycle(year), "report_qualities") is not None:
        examine_report(world, year, codes)
    confirm_result(world, year, codes)


@act
def rate_agencies(world: World, year: int, totals: dict[str, str], role: str = "performance_office") -> None:
    """Somebody of the bureau rates how third parties worked on evaluations, to exactly these totals."""
    for code, total in totals.items():
        record = evaluation_of(world, year, code)
        judged = judgement(world, f"rate:{code}", quality_card(record), total)
        told = RatingData(judged.points, judged.reasons, "按约定验收")
        rate_agency(evaluation=record, told=told, person=world.bureau(role))


def _self_of(world: World, year: int, code: str) -> SelfEvaluation:
    return SelfEvaluation.objects.get(place=world.place, subject_year__budget_year=year, subject_year__subject__code=code)


@act
def write_self_report(world: World, year: int, codes: list[str], empty: list[str] | None = None) -> None:
    """Units write the reports of their self-evaluations; parts named in `empty` stay empty."""
    for code in codes:
        record = _self_of(world, year, code)
        write_up(record, world.person(record.subject_year.unit.code, "unit_project"), empty or [])


@act
def submit_self(world: World, year: int, codes: list[str]) -> None:
    """Both officers of units sign self-evaluations as they stand."""
    for code in codes:
        for role in ("unit_project", "unit_finance"):
            record = _self_of(world, year, code)
            signer = world.person(record.subject_year.unit.code, role)
            self_evaluations.submit_self_evaluation(evaluation=record, person=signer)


@act
def accept_self(world: World, year: int, codes: list[str]) -> None:
    """The performance office takes note of self-evaluations as they stand."""
    for code in codes:
        take_note(world, _self_of(world, year, code))


@act
def recheck_self(world: World, year: int, codes: list[str], note: str) -> None:
    """The evaluation centre re-checks self-evaluations point by point, finds them right and gives its opinion."""
    for code in codes:
        record = _self_of(world, year, code)
        points = {line.pk: (line.points or Decimal(0), "") for line in record.lines.all()}
        self_evaluations.recheck_self_evaluation(evaluation=record, points=points, note=note, person=world.bureau("evaluation_centre"))


def day_of(text: str | date) -> date:
    """Return a day of a script, which YAML may have read already."""
    return text if isinstance(text, date) else date.fromisoformat(text)
