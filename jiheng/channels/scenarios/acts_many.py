"""Words for places that publish large counts: subjects by number, libraries by sector, reviews by two offices, cuts of results."""

from datetime import date
from decimal import Decimal

from jiheng.channels.scenarios.acts import act, decide, evaluate, self_evaluation_through, years
from jiheng.channels.scenarios.acts_evaluation import evaluation_of
from jiheng.channels.scenarios.acts_goals import goal_of
from jiheng.channels.scenarios.acts_keyreviews import numbers, publish_sheets, sheet
from jiheng.channels.scenarios.acts_monitoring import check_monitoring, put_right, report_of, report_progress
from jiheng.channels.scenarios.acts_plans import adopt_plan, plan_evaluations, submit_plan
from jiheng.channels.scenarios.texts import overview_of
from jiheng.channels.scenarios.world import HUNDRED_YUAN, World, amounts, username_of
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_for
from jiheng.foundation.accounts.services import appoint, create_organisation, create_place, create_user
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subjects
from jiheng.rules.money import share_out, wan_to_fen
from jiheng.rules.workflow import Workflow
from jiheng.stages.disclosure.queries import Source, due_list
from jiheng.stages.disclosure.services import publish_all
from jiheng.stages.evaluation.access import self_workflow
from jiheng.stages.evaluation.models import Draw, Evaluation, SelfEvaluation
from jiheng.stages.evaluation.services.self_evaluations import move_self_evaluation
from jiheng.stages.goals import services
from jiheng.stages.monitoring.access import workflow_of as monitoring_table
from jiheng.stages.monitoring.models import MonitoringReport
from jiheng.stages.monitoring.services import move_report


@act
def register_many(
    world: World, year: int, prefix: str, count: int, total_wan: str, bodies: str, name: str, kind: str = "project",
    change: str = "continuing", category: str = "",
) -> None:  # fmt: skip
    """The bureau registers a list of subjects without published names, dealt out in turn over units by number.

    Their amounts are generated so that they add up to the total.
    """
    units = [world.body(f"u{number:04}") for number in numbers(bodies)]
    rows = []
    for at, fen in enumerate(amounts(world, f"many:{year}:{prefix}", count, wan_to_fen(total_wan))):
        unit, called = units[at % len(units)], name.format(number=at + 1)
        rows.append(
            SubjectData(
                code=f"{prefix}{at + 1:04}", name=called, kind=kind, unit=unit, department=unit.parent or unit, change=change,
                is_major=change == "new", requested_fen=fen, category=category, overview=overview_of(called),
                basis="本级年度工作计划",
            )
        )  # fmt: skip
    register_subjects(cycle=world.cycle(year), rows=rows, person=world.bureau("performance_office"))


@act
def found_counties(world: World, since: date, count: int, name: str) -> None:
    """Counties below the place have finance bureaus with a performance office and an evaluation centre."""
    for number in range(1, count + 1):
        place = create_place(code=f"{world.place.code}-{number:02}", name=name.format(number=number), parent=world.place)
        bureau = create_organisation(
            place=place, code="bureau", name=f"{place.name}财政局", kind="bureau", valid_from=since
        )
        for role in ("performance_office", "evaluation_centre"):
            user = create_user(username=f"{place.code}.{role}", name=f"{place.name}经办", password=None)
            appoint(user=user, organisation=bureau, role=role, valid_from=since)


# --- indicators


@act
def load_by_sector(world: World, sectors: list[str], indicators: int, proposer: str) -> None:
    """Each sector's indicators are proposed as one list by a body, reviewed and published; shared out as evenly as they go."""
    for number, (sector, count) in enumerate(zip(sectors, share_out(indicators, [1] * len(sectors)), strict=True), start=1):
        rows = [sheet(at, sector=sector, category="个性指标", purpose="部门项目") for at in range(count)]
        publish_sheets(world, rows, world.person(proposer.format(number=number), "department_reviewer"))


@act
def load_common_in_all(world: World, categories: list[str], indicators: int) -> None:
    """The bureau publishes common indicators, shared out over the categories as evenly as they go."""
    counts = share_out(indicators, [1] * len(categories))
    rows = [
        sheet(at, sector="通用", category=category, purpose="")
        for category, count in zip(categories, counts, strict=True)
        for at in range(count)
    ]
    publish_sheets(world, rows, world.bureau("performance_office"))


# --- the two offices


@act
def pass_as_same_person(world: World, year: int, code: str, role: str, also: str) -> None:
    """Somebody of one office, appointed to the other too, lets a goal pass there."""
    username = username_of(world.place, "bureau", role)
    user = Appointment.objects.get(organisation=world.body("bureau"), user__username=username, role=role).user
    appoint(user=user, organisation=world.body("bureau"), role=also, valid_from=clock.today())
    services.move_goal(goal=goal_of(world, year, code), person=person_for(username, also), action="pass")


@act
def self_evaluate_by_table(world: World, year: int, codes: list[str] | str, until: str, reached: str = "") -> None:
    """Units evaluate themselves and sign; whoever's turn it is by the place's table takes it on to a state.

    `reached` is how much of every number was reached, in per cent; else it is nearly all, by luck.
    """
    for one in years(world, year, codes):
        held = SelfEvaluation.objects.filter(subject_year=one).first()
        if held is None:
            held = self_evaluation_through(world, goal_of(world, year, one.subject.code), "department", reached)
        while held.state != until:
            action, person = _next(world, one, self_workflow(held), held.state)
            move_self_evaluation(evaluation=held, person=person, action=action)


@act
def move_self_as(world: World, year: int, code: str, action: str, role: str) -> None:
    """An office of the bureau takes one step of a self-evaluation's table."""
    held = SelfEvaluation.objects.get(subject_year__cycle=world.cycle(year), subject_year__subject__code=code)
    move_self_evaluation(evaluation=held, person=world.bureau(role), action=action)


@act
def report_many(
    world: World, year: int, checkpoint: str, attained: dict[str, str], due: date, until: str, kind: str = "correct"
) -> None:
    """Units of everything whose code begins so read so many per cent of what is due, and say what they do until when.

    `kind` is the place's word for what is done about it.
    """
    for prefix, share in attained.items():
        codes = [one.subject.code for one in years(world, year, prefix)]
        measures = {"加快实施和支付，按月报送进展": due}
        likely = "certain" if Decimal(share) >= 100 else "possible"  # who is behind gives the reason with the doubt
        report_progress(world, year, checkpoint, codes, attained=share, likelihood=likely, measures=measures, kind=kind, until="submitted")
        monitor_by_table(world, year, checkpoint, codes, until)


@act
def monitor_by_table(world: World, year: int, checkpoint: str, codes: list[str], until: str) -> None:
    """Reports that have left their units go on by the place's table to a state."""
    for code in codes:
        report = report_of(world, year, checkpoint, code)
        while report.state != until:
            action, person = _next(world, report.subject_year, monitoring_table(report), report.state)
            move_report(report=report, person=person, action=action)


@act
def put_right_many(world: World, year: int, checkpoint: str, codes: str, outcome: str) -> None:
    """Units of everything whose code begins so write what came of their measures."""
    put_right(world, year, checkpoint, [one.subject.code for one in years(world, year, codes)], outcome)


@act
def check_drawn(world: World, year: int, lower: str = "0", source: str = "验收单") -> None:
    """The evaluation centre holds every report that was drawn against the source data, each number so many per cent lower."""
    drawn = Draw.objects.filter(cycle=world.cycle(year), purpose="monitoring").latest("pk")
    for report in MonitoringReport.objects.filter(pk__in=[int(key) for key in drawn.chosen]).select_related("checkpoint", "subject_year__subject"):
        check_monitoring(world, year, report.checkpoint.key, report.subject_year.subject.code, lower, source)


@act
def reduce_by_monitoring(world: World, year: int, checkpoint: str, codes: str, total_wan: str) -> None:
    """The treasury takes this year's budgets down for what monitoring found, by one total shared out over the budgets."""
    reports = [report_of(world, year, checkpoint, one.subject.code) for one in years(world, year, codes)]
    budgets = [balance(one.subject_year_id).budget for one in reports]
    for report, steps in zip(reports, share_out(wan_to_fen(total_wan) // HUNDRED_YUAN, budgets), strict=True):
        posting = Posting(report.subject_year, "adjustment", -steps * HUNDRED_YUAN, clock.today(), note="低效项目审减")
        post(posting=posting, person=world.bureau("treasury"), cause=report, clause=clause_in(report.cycle, "monitoring_measures"))


@act
def move_report_as(world: World, year: int, checkpoint: str, code: str, action: str, role: str) -> None:
    """An office of the bureau takes one step of a monitoring report's table."""
    move_report(report=report_of(world, year, checkpoint, code), person=world.bureau(role), action=action)


def _next(world: World, year: SubjectYear, table: Workflow, state: str) -> tuple[str, Person]:
    """Return the step that leads on from a state by a table, and who takes it."""
    step = next(one for one in table.steps if one.from_state == state and not one.comment and not one.own and one.action != "recheck")
    role = step.by[0]
    return step.action, world.person(year.department.code, role) if role == "department_reviewer" else world.bureau(role)


# --- evaluations and what follows


@act
def evaluate_many(
    world: World, year: int, card: str, evaluators: list[str], levels: dict[str, str], kind: str = "fiscal", findings: int = 2
) -> None:
    """Everything whose code begins so is evaluated at a level in words, from the order to the result, the evaluators in turn."""
    subjects = [(one.subject.code, level) for level, prefix in levels.items() for one in years(world, year, prefix)]
    for at, (code, level) in enumerate(subjects):
        evaluate(world, year, kind, card, evaluators[at % len(evaluators)], {code: level}, findings=findings)


@act
def plan_many(world: World, year: int, reasons: dict[str, str]) -> None:
    """The bureau puts everything whose code begins so into its plan of evaluations with a reason, and the leader adopts it."""
    for prefix, reason in reasons.items():
        plan_evaluations(world, year, "bureau", [one.subject.code for one in years(world, year, prefix)], reason=reason)
    submit_plan(world, year, "bureau")
    adopt_plan(world, year, "bureau")


@act
def decide_many(world: World, year: int, ratios: dict[str, str], reason: str, kind: str = "fiscal") -> None:
    """Results of everything whose code begins so lead to a cut of the next budget, in per cent."""
    told = {one.subject.code: ratio for prefix, ratio in ratios.items() for one in years(world, year, prefix)}
    decide(world, year, told, reason, kind)


@act
def publish_results(world: World, year: int) -> None:
    """Every self-evaluation and evaluation of a budget year that may be public is made public."""
    due = (one.source for one in due_list(world.cycle(year)))
    sources: list[Source] = [one for one in due if isinstance(one, SelfEvaluation | Evaluation)]
    publish_all(sources=sources, person=world.bureau("performance_office"))


@act
def publish_goals(world: World, year: int, codes: list[str]) -> None:
    """The bureau makes approved goals public."""
    goals = [goal_of(world, year, code) for code in codes]
    publish_all(sources=list(goals), person=world.bureau("performance_office"))


@act
def reduce_by_evaluation(world: World, year: int, codes: list[str], total_wan: str, kind: str = "in_process") -> None:
    """The treasury takes this year's budgets down for the results of evaluations, by amounts generated to one total."""
    fen = amounts(world, f"reduce:{year}:{kind}", len(codes), wan_to_fen(total_wan))
    for code, amount in zip(codes, fen, strict=True):
        found = evaluation_of(world, year, code, kind)
        posting = Posting(found.subject_year, "adjustment", -amount, clock.today(), note="按评价结果压减当年预算")
        post(posting=posting, person=world.bureau("treasury"), cause=found, clause=clause_in(found.cycle, "result_consequences"))
