"""What scripted people do: each act walks one stage for some subjects, through the same services as the pages.

An act is a function `(world, **what the script says)`; its name is the word that the script uses.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiheng.channels.scenarios.judging import judgement
from jiheng.channels.scenarios.texts import (
    goal_rows,
    line_for,
    line_short,
    money_note_of,
    objective_of,
    overview_of,
    reading_for,
    report_text,
    result_of,
)
from jiheng.channels.scenarios.world import World, amounts
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import attach
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post, post_all
from jiheng.registers.cycles.extensions import ask_extension, decide_extension
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.cycles.review_tables import Answers, filled
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.services import confirm_all
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.queries import standing_for
from jiheng.registers.subjects.services import SubjectData, register_subject
from jiheng.rules.money import fen_to_wan, wan_to_fen
from jiheng.rules.policy import load_policy
from jiheng.stages.appraisal import services as appraisal_services
from jiheng.stages.appraisal.facts import card_in, materials_of, outline_in
from jiheng.stages.assessment.services import assess_departments, confirm_assessment
from jiheng.stages.disclosure.queries import due_list
from jiheng.stages.disclosure.services import publish_all
from jiheng.stages.evaluation.access import scored_on_table
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.self_outlines import outline_for
from jiheng.stages.evaluation.selfreport.drafting import drafted
from jiheng.stages.evaluation.selfreport.services import save_self_report
from jiheng.stages.evaluation.selfreview.services import card_of as self_card
from jiheng.stages.evaluation.selfreview.services import review_self_evaluation
from jiheng.stages.evaluation.services import draws, self_evaluations
from jiheng.stages.evaluation.services import evaluations as evaluation_services
from jiheng.stages.goals import services as goal_services
from jiheng.stages.goals.access import workflow_of
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services.reviewing import card_of as review_card
from jiheng.stages.monitoring import services as monitoring
from jiheng.stages.monitoring.models import Checkpoint
from jiheng.stages.results import services as results

Act = Callable[..., None]
ACTS: dict[str, Act] = {}

# A one-page file without content: evidence is attached because the rules ask for it.
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

def act(function: Act) -> Act:
    """Make a function a word of the script language."""
    ACTS[function.__name__] = function
    return function


def years(world: World, year: int, codes: list[str] | str) -> list[SubjectYear]:
    """Return subjects of a year by code, or those of a group by the beginning of their code (`A*`), or all."""
    found = SubjectYear.objects.filter(place=world.place, budget_year=year).select_related(
        "subject", "unit", "department", "cycle__snapshot", "cycle__place", "place"
    )
    found = found.defer("cycle__snapshot__content")  # long, and read once a process
    if codes == "all":
        return list(found.filter(kind="project").order_by("subject__code"))
    if isinstance(codes, str):
        return list(found.filter(subject__code__startswith=codes.rstrip("*")).order_by("subject__code"))
    by_code = {one.subject.code: one for one in found.filter(subject__code__in=codes)}
    return [by_code[code] for code in codes]


@act
def open_years(world: World, years: list[int], ground: str) -> None:
    """The bureau confirms what the pack assumes and opens budget years."""
    office = world.bureau("performance_office")
    confirm_all(policy=load_policy(world.place.code), place=world.place, ground=ground, person=office)
    for year in years:
        open_cycle(place=world.place, budget_year=year, person=office)


@act
def register(
    world: World,
    year: int,
    subjects: list[dict[str, str]],
    total_wan: str | None = None,
    change: str = "continuing",
    kind: str = "project",
) -> None:
    """Units register subjects; amounts are theirs, or generated so that they add up to a published total."""
    cycle = world.cycle(year)
    if total_wan is not None:
        fen = amounts(world, f"register:{year}:{subjects[0]['code']}", len(subjects), wan_to_fen(total_wan))
    else:
        fen = [wan_to_fen(one["wan"]) for one in subjects]
    for one, requested in zip(subjects, fen, strict=True):
        unit = world.body(one["unit"])
        person = world.bureau("performance_office") if kind != "project" else world.person(unit.code, "unit_project")
        data = SubjectData(
            code=one["code"],
            name=one["name"],
            kind=kind,
            unit=unit,
            department=unit.parent or unit,
            change=one.get("change", change),
            is_major=one["major"] == "yes" if "major" in one else one.get("change", change) == "new",
            requested_fen=requested,
            first_year=int(one["first"]) if "first" in one else None,
            last_year=int(one["last"]) if "last" in one else None,
            sector=one.get("sector", ""),
            category=one.get("category", ""),
            book=one.get("book", "general_public_budget"),
            overview=overview_of(one["name"]),
            basis="本级年度工作计划",
        )
        register_subject(cycle=cycle, data=data, person=person)


@act
def register_split(world: World, total_wan: str, groups: list[dict[str, Any]], change: str = "continuing") -> None:
    """Units register subjects of several budget years whose unpublished amounts add up to one published total."""
    counts = [len(group["subjects"]) for group in groups]
    fen = amounts(world, "register_split", sum(counts), wan_to_fen(total_wan))
    for group in groups:
        told = [{**one, "wan": f"{fen_to_wan(fen.pop(0)):.2f}"} for one in group["subjects"]]
        register(world, group["year"], told, change=change)


@act
def appraise(world: World, year: int, levels: dict[str, list[str] | str], until: str = "concluded") -> None:
    """Units state their case, departments score first, the bureau second and concludes by its table."""
    for level, codes in levels.items():
        for one in years(world, year, codes):
            _appraise_one(world, one, level, until)


def _appraise_one(world: World, year: SubjectYear, level: str, until: str) -> None:
    unit, code = world.person(year.unit.code, "unit_project"), year.subject.code
    reviewer, office = world.person(year.department.code, "department_reviewer"), world.bureau("performance_office")
    card = card_in(year.cycle)
    case = appraisal_services.start_appraisal(year=year, person=unit)
    for material in materials_of(year):
        if material.required:
            appraisal_services.attach_material(
                appraisal=case, material=material.key, name=f"{material.label}.pdf", content=PAPER, person=unit
            )
    sections = {part.key: f"{year.name}：{part.title}的事实和依据见所附材料。" for part in outline_in(year.cycle).sections}
    appraisal_services.save_sections(appraisal=case, sections=sections, person=unit)
    appraisal_services.submit_appraisal(appraisal=case, person=unit)
    own = judgement(world, f"own:{code}", card, "strong")
    appraisal_services.save_department_lines(appraisal=case, points=own.points, missing=own.reasons, person=reviewer)
    appraisal_services.forward_appraisal(appraisal=case, person=reviewer)
    if until == "bureau":
        return
    judged = judgement(world, f"bureau:{code}", card, level)
    points = judged.points
    appraisal_services.save_bureau_lines(appraisal=case, points=points, missing=judged.reasons, person=office)
    grades = policy_for(year.cycle).grades[card.grades]
    conclusion = grades.grade(card.total_of(points).points).key
    share = {"supported": 100, "supported_after_revision": world.luck(f"agreed:{code}").randint(70, 95)}
    agreed = case.asked_fen * share.get(conclusion, 0) // 100 // 10_000 * 10_000
    conditions = []
    if conclusion == "supported_after_revision":
        due = clock.today() + timedelta(days=30)
        conditions = [appraisal_services.ConditionData("细化实施方案和资金测算", due)]
    appraisal_services.conclude_appraisal(
        appraisal=case,
        conclusion=conclusion,
        agreed_fen=agreed,
        reason=f"五个方面综合得分 {card.total_of(points).points} 分",
        person=office,
        conditions=conditions,
    )


@act
def enter(world: World, year: int, codes: list[str] | str) -> None:
    """Conditions are met, projects enter the library; those that the gate refuses stay outside."""
    office = world.bureau("performance_office")
    for one in years(world, year, codes):
        case = getattr(one, "appraisal", None)
        if case is not None:
            if case.conclusion == "not_supported":
                continue
            for condition in case.conditions.filter(met_on__isnull=True):
                appraisal_services.meet_condition(condition=condition, person=office, proof="已按意见修改，材料齐全")
        appraisal_services.enter_library(year=one, person=office)


@act
def set_goals(world: World, year: int, codes: list[str] | str, until: str = "approved") -> None:
    """Units write goals in two halves and both sign; department, division and performance office review."""
    for one in years(world, year, codes):
        if one.library_state == "entered":
            goal_through(world, one, until)


def goal_through(world: World, year: SubjectYear, until: str, asked_fen: int | None = None) -> Goal:
    """Take one subject's goal to a state; it asks for what it may unless told for how much."""
    project, finance = world.person(year.unit.code, "unit_project"), world.person(year.unit.code, "unit_finance")
    goal = goal_services.start_goal(year=year, person=project)
    fen = allowed_money(year) if asked_fen is None else asked_fen
    tasks = [goal_services.TaskData(one.name, one.content, one.pk) for one in goal.tasks.all()]
    if goal.scope == "department" and not tasks:
        tasks = [goal_services.TaskData("履行部门职责的年度任务", "按部门职责和年度计划完成各项任务")]
    goal_services.save_content(
        goal=goal, person=project, rows=goal_rows(year, world.luck(f"goal:{year.subject.code}")), objective=objective_of(year),
        tasks=tasks,
    )  # fmt: skip
    shares = {one.pk: (0 if at else fen, 0) for at, one in enumerate(goal.tasks.all())}  # the first task carries the money
    goal_services.save_money(
        goal=goal, person=finance, fiscal_fen=fen, other_fen=0, note=money_note_of(year), task_money=shares
    )
    if until == "draft":
        return goal
    _both_sign(goal, project, finance)
    onward(world, goal, until)
    return goal


def onward(world: World, goal: Goal, until: str) -> None:
    """Take a goal on to a state by its own table; who decides by a score scores first."""
    while goal.state != until:
        _step_on(world, goal)


def _step_on(world: World, goal: Goal) -> None:
    steps = workflow_of(goal).steps
    step = next(one for one in steps if one.from_state == goal.state and not one.comment and not one.own)
    year = goal.subject_year
    for at, role in enumerate(step.by if step.all_must_sign else step.by[:1]):
        person = world.person(year.department.code, role) if role == "department_reviewer" else world.bureau(role)
        if "review_passed" in step.requires and not at:
            _review(world, goal, person)
        goal_services.move_goal(goal=goal, person=person, action=step.action)


@act
def return_goals(world: World, year: int, codes: list[str], comment: str, rows: dict[str, str]) -> None:
    """Departments send goals back; `rows` maps a second level to what is wrong with its rows."""
    for one in years(world, year, codes):
        goal = Goal.objects.get(subject_year=one)
        named = {row.pk: rows[row.level2] for row in goal.indicators.all() if row.level2 in rows}
        goal_services.return_goal(
            goal=goal, person=world.person(one.department.code, "department_reviewer"), comment=comment, rows=named
        )


@act
def extend(world: World, year: int, item: str, unit: str, due: date, reason: str) -> None:
    """A body asks for more time for a task of the calendar, the bureau grants it."""
    asked = ask_extension(
        cycle=world.cycle(year), item=item, organisation=world.body(unit), due=due, reason=reason,
        person=world.person(unit, "unit_project"),
    )  # fmt: skip
    office = world.bureau("performance_office")
    decide_extension(extension=asked, granted=True, opinion="同意", person=office)


def _both_sign(goal: Goal, project: Person, finance: Person) -> None:
    goal_services.submit_goal(goal=goal, person=project)
    goal_services.submit_goal(goal=goal, person=finance)


def _review(world: World, goal: Goal, person: Person) -> None:
    card = review_card(goal)
    luck = world.luck(f"review:{goal.subject_year.subject.code}")
    tiers = {item.key: luck.choice(["excellent", "excellent", "good"]) for item in card.items}
    opinion = "目标与资金、任务相匹配"
    gate = rules_at(goal.cycle).get("goal_review_gate")
    grade = filled(goal.cycle, card, Answers(tiers, {}, {}, opinion)).band.key
    if gate is not None and gate.value.get(grade) in {"return", "stop"}:
        tiers = dict.fromkeys(tiers, "excellent")  # on a short table few good tiers lie below the line: this one is to pass
    goal_services.review_goal(goal=goal, person=person, tiers=tiers, opinion=opinion)


def agreed_money(year: SubjectYear) -> int:
    """Return what the subject may be budgeted: what the appraisal agreed, else what was asked."""
    case = getattr(year, "appraisal", None)
    if case is not None and case.agreed_fen is not None:
        return int(case.agreed_fen)
    return year.requested_fen


def allowed_money(year: SubjectYear) -> int:
    """Return what a goal may ask for and a budget may be: agreed money, but no more than what earlier results leave."""
    ceilings = [one.ceiling_fen for one in standing_for(year) if one.ceiling_fen is not None]
    return min([agreed_money(year), *ceilings])


@act
def budget(world: World, year: int, codes: list[str] | str) -> None:
    """The treasury books first budgets as agreed, within what decided cuts leave: the ledger takes no more."""
    person = world.bureau("treasury")
    for one in years(world, year, codes):
        if one.kind == "project" and one.library_state not in {"entered", "budgeted"}:
            continue
        post(posting=Posting(one, "initial", allowed_money(one), clock.today(), note="年初预算批复"), person=person)


@act
def pay(world: World, year: int, codes: list[str] | str, share: str) -> None:
    """The treasury books payments up to a share of the budget, a little different for each subject."""
    postings = []
    for one in years(world, year, codes):
        money = balance(one.pk)
        if not money.budget:
            continue
        luck = world.luck(f"pay:{one.subject.code}:{share}")
        target = Decimal(share) * (Decimal(luck.randint(92, 100)) / 100)
        amount = int(money.budget * target) // 10_000 * 10_000 - money.executed
        if amount > 0:
            postings.append(Posting(one, "payment", amount, clock.today(), note="国库集中支付"))
    if postings:
        post_all(postings=postings, person=world.bureau("treasury"))


@act
def monitor(
    world: World, year: int, checkpoint: str, until: str = "closed", codes: list[str] | str = "all"
) -> None:
    """The bureau opens a checkpoint; units read their indicators, explain and sign; it is closed."""
    cycle = world.cycle(year)
    opened = Checkpoint.objects.filter(cycle=cycle, key=checkpoint).first()
    if opened is None:
        opened = monitoring.open_checkpoint(cycle=cycle, key=checkpoint, person=world.bureau("performance_office"))
    reports = opened.reports.select_related(
        "subject_year__unit", "subject_year__department", "checkpoint", "cycle__snapshot", "goal", "place"
    ).defer("cycle__snapshot__content")
    chosen = years(world, year, codes)
    for report in reports.filter(subject_year__in=chosen).order_by("pk"):
        year_ = report.subject_year
        project = world.person(year_.unit.code, "unit_project")
        finance = world.person(year_.unit.code, "unit_finance")
        rows = report.readings.select_related("indicator")
        luck = world.luck(f"monitor:{checkpoint}:{report.subject_year_id}")
        monitoring.save_readings(
            report=report,
            readings={row.pk: reading_for(row.indicator, opened.as_of, luck) for row in rows},
            note="按实施方案推进，支付随进度办理",
            measures=[monitoring.MeasureData("加快招标、验收和支付", "项目负责岗", opened.as_of + timedelta(days=60))],
            person=project,
        )
        if until == "draft":
            continue
        monitoring.submit_report(report=report, person=project)
        monitoring.submit_report(report=report, person=finance)
        if until == "department":
            continue
        monitoring.confirm_report(report=report, person=world.person(year_.department.code, "department_reviewer"))
        monitoring.close_report(report=report, person=world.bureau("division"))
        for measure in report.measures.all():
            monitoring.follow_up(measure=measure, outcome="已落实", person=project)


@act
def self_evaluate(world: World, year: int, codes: list[str] | str, until: str = "accepted") -> None:
    """Units evaluate themselves by rule, both sign, departments confirm, the bureau takes note."""
    for one in years(world, year, codes):
        goal = Goal.objects.filter(subject_year=one, state="approved", current=True).first()
        if goal is not None:
            self_evaluation_through(world, goal, until)


def self_evaluation_through(world: World, goal: Goal, until: str, reached: str = "") -> SelfEvaluation:
    """Take one subject's self-evaluation to a state: draft, department, submitted or accepted.

    `unwritten` is a draft with everything but the report, where the place asks for one. `reached` is how much of every
    number was reached, in per cent; else it is nearly all, by luck.
    """
    year = goal.subject_year
    project, finance = world.person(year.unit.code, "unit_project"), world.person(year.unit.code, "unit_finance")
    record = self_evaluations.start_self_evaluation(goal=goal, person=project)
    luck = world.luck(f"self:{year.subject.code}:{year.budget_year}")
    rows = record.lines.select_related("indicator")
    self_evaluations.save_results(
        evaluation=record,
        lines={
            row.pk: line_short(row.indicator, year.budget_year, reached) if reached else line_for(row.indicator, year.budget_year, luck)
            for row in rows
        },
        actual_objective=result_of(year),
        person=project,
    )
    if until == "draft":
        return record
    if until != "unwritten":
        write_up(record, project)
    self_evaluations.save_execution_reason(evaluation=record, reason="部分合同尾款按约定次年支付", person=finance)
    attach(subject=record, row="", name="完成情况证明.pdf", content=PAPER, person=project)
    if until == "unwritten":
        return record
    self_evaluations.submit_self_evaluation(evaluation=record, person=project)
    self_evaluations.submit_self_evaluation(evaluation=record, person=finance)
    if until == "department":
        return record
    reviewer = world.person(year.department.code, "department_reviewer")
    score_self(world, record, reviewer)
    self_evaluations.confirm_self_evaluation(evaluation=record, person=reviewer)
    if until == "accepted":
        take_note(world, record)
    return record


def write_up(record: SelfEvaluation, person: Person, empty: Sequence[str] = ()) -> None:
    """The unit writes the report of its self-evaluation where the place asks for one; parts in `empty` stay empty."""
    outline = outline_for(record)
    if outline is None:
        return
    made = drafted(record)
    told = {
        one.key: made.get(one.key) or report_text(record.subject_year, one.title, record.total)
        for one in outline.sections
        if one.required and one.key not in empty
    }
    save_self_report(evaluation=record, sections=told, person=person)


def score_self(world: World, record: SelfEvaluation, person: Person) -> None:
    """A side scores a self-evaluation on the review table, where the place has them scored."""
    if not scored_on_table(record):
        return
    luck = world.luck(f"self-review:{record.subject_year.subject.code}")
    tiers = {item.key: luck.choice(["excellent", "excellent", "good"]) for item in self_card(record).items}
    review_self_evaluation(
        evaluation=record, person=person, answers=Answers(tiers, {}, {}, "自评与佐证、目标相符")
    )


def take_note(world: World, record: SelfEvaluation) -> None:
    """The performance office takes note of a self-evaluation."""
    office = world.bureau("performance_office")
    score_self(world, record, office)
    self_evaluations.accept_self_evaluation(evaluation=record, person=office)


@act
def recheck(world: World, year: int, count: int, seed: str) -> None:
    """The bureau draws self-evaluations and scores them again."""
    office, centre = world.bureau("performance_office"), world.bureau("evaluation_centre")
    drawn = draws.draw_rechecks(cycle=world.cycle(year), count=count, seed=seed, person=office)
    for record in SelfEvaluation.objects.filter(pk__in=[int(key) for key in drawn.chosen]):
        luck = world.luck(f"recheck:{record.pk}")
        points = {}
        for line in record.lines.select_related("indicator"):
            own = line.points or Decimal(0)
            less = Decimal(luck.choice([0, 0, 0, 1]))
            points[line.pk] = (max(own - less, Decimal(0)), "佐证材料不足" if less else "")
        self_evaluations.recheck_self_evaluation(
            evaluation=record, points=points, note="抽查复核，部分指标佐证不足", person=centre
        )
        take_note(world, record)


@act
def evaluate(
    world: World,
    year: int,
    kind: str,
    card: str,
    evaluator: str,
    subjects: dict[str, str],
    days: int = 60,
    until: str = "confirmed",
    findings: int = 2,
) -> None:
    """An evaluator scores subjects on a card; the unit is heard; the bureau confirms.

    `subjects` maps a code to a published total or to a level in words (excellent, good, fair, poor).
    """
    for code, level in subjects.items():
        (one,) = years(world, year, [code])
        _evaluate_one(world, one, kind, card, evaluator, level, days, until, findings)


FINDINGS = (
    ("management", "过程资料归档不及时", "完善档案，明确专人负责"),
    ("outcome", "效益指标的统计口径不够清楚", "明确口径，留存统计台账"),
    ("management", "合同尾款结算滞后", "按合同约定及时结算"),
)
"""What evaluators find: kind, what is wrong, what to do."""


def _evaluate_one(
    world: World, year: SubjectYear, kind: str, card_key: str, evaluator: str, level: str, days: int, until: str,
    findings: int = 2,
) -> Evaluation:
    office = world.bureau("performance_office")
    body = world.body(evaluator)
    judge = world.person(evaluator, {"agency": "agency", "bureau": "evaluation_centre"}.get(body.kind, "department_reviewer"))
    orderer = judge if kind == "department" else office
    money = balance(year.pk).budget or year.requested_fen
    order = evaluation_services.EvaluationOrder(
        year, kind, card_key, money, body, clock.today() + timedelta(days=days)
    )
    record = evaluation_services.start_evaluation(order=order, person=orderer)
    card = evaluation_services.card_of(record)
    topic = f"evaluate:{kind}:{year.subject.code}"
    judged = judgement(world, topic, card, level, _execution(year))
    evaluation_services.save_scores(evaluation=record, points=judged.points, reasons=judged.reasons, person=judge)
    if until == "scoring":
        return record
    outline = policy_for(year.cycle).documents["evaluation_report"]
    evaluation_services.save_report(
        evaluation=record,
        sections={part.key: report_text(year, part.title, record.total) for part in outline.sections},
        findings=[evaluation_services.FindingData(*told) for told in FINDINGS[:findings]],
        person=judge,
    )
    evaluation_services.submit_report(evaluation=record, person=judge)
    asker = world.person(year.department.code, "department_reviewer") if orderer == judge else office
    evaluation_services.consult_unit(evaluation=record, person=office if asker == judge else asker)
    if until == "consultation":
        return record
    evaluation_services.respond(
        evaluation=record, reply="对评价结果没有意见，将按建议整改。", person=world.person(year.unit.code, "unit_project")
    )
    evaluation_services.confirm_evaluation(evaluation=record, answer="被评价单位无异议", person=office)
    return record


def _execution(year: SubjectYear) -> dict[str, Decimal]:
    """Return the rates that the ledger decides, by the keys that scorecards give such items."""
    money = balance(year.pk)
    return {"execution_rate": Decimal(money.executed) / money.budget} if money.budget > 0 else {}


@act
def evaluate_by_departments(world: World, year: int, card: str, subjects: dict[str, str]) -> None:
    """Each department evaluates projects of its own units."""
    for code, level in subjects.items():
        (one,) = years(world, year, [code])
        _evaluate_one(world, one, "department", card, one.department.code, level, 60, "confirmed")


@act
def accept_rest(world: World, year: int) -> None:
    """The bureau takes note of the self-evaluations that were not drawn."""
    for record in SelfEvaluation.objects.filter(cycle=world.cycle(year), state="submitted"):
        take_note(world, record)


@act
def decide(world: World, year: int, ratios: dict[str, str], reason: str, kind: str = "department") -> None:
    """The performance office proposes by rule, the leader decides a ratio within the bounds, in per cent."""
    for code, ratio in ratios.items():
        record = Evaluation.objects.get(
            place=world.place, subject_year__subject__code=code, subject_year__budget_year=year, kind=kind
        )
        decision = results.propose_decision(evaluation=record, person=world.bureau("performance_office"))
        share = decision.proposed_ratio if ratio == "proposed" else Decimal(ratio)
        results.decide_result(decision=decision, ratio=share, reason=reason, person=world.bureau("bureau_leader"))


@act
def propose(world: World, year: int, codes: list[str], kind: str) -> None:
    """The performance office proposes what the rule says; the leader has not decided yet."""
    for record in Evaluation.objects.filter(
        place=world.place, subject_year__subject__code__in=codes, subject_year__budget_year=year, kind=kind
    ):
        results.propose_decision(evaluation=record, person=world.bureau("performance_office"))


@act
def decide_rest(world: World, year: int, reason: str) -> None:
    """Every other confirmed evaluation of a year gets the consequence that the rule proposes."""
    waiting = Evaluation.objects.filter(
        place=world.place, evaluated_year=year, state="confirmed", decision__isnull=True
    ).exclude(kind="in_process")
    for record in waiting.select_related("subject_year__subject"):
        decide(world, year, {record.subject_year.subject.code: "proposed"}, reason, record.kind)


@act
def rectify(world: World, year: int, codes: list[str] | str = "all", until: str = "accepted") -> None:
    """Findings of a year's evaluations are ordered, put right with proof, accepted by somebody else."""
    office = world.bureau("performance_office")
    waiting = Evaluation.objects.filter(place=world.place, evaluated_year=year, state="confirmed")
    if codes != "all":
        waiting = waiting.filter(subject_year__subject__code__in=codes)
    for record in waiting:
        unit = world.person(record.subject_year.unit.code, "unit_project")
        for finding in record.findings.all():
            order = results.issue_rectification(finding=finding, requirement=finding.advice, person=office)
            if until == "issued":
                continue
            attach(subject=order, row="", name="整改佐证.pdf", content=PAPER, person=unit)
            results.report_rectification(
                rectification=order, measure="已按建议完善制度和资料", outcome="已完成整改", person=unit
            )
            if until != "reported":
                results.accept_rectification(rectification=order, note="佐证属实，予以销号", person=office)


@act
def publish(world: World, year: int) -> None:
    """Everything of a budget year that may be public is made public."""
    cycle = world.cycle(year)
    publish_all(sources=[one.source for one in due_list(cycle)], person=world.bureau("performance_office"))


@act
def assess(world: World, year: int, *, confirm: bool = True) -> None:
    """Departments are assessed by the record of the year; the leader confirms."""
    made = assess_departments(cycle=world.cycle(year), person=world.bureau("performance_office"))
    for one in made if confirm else []:
        confirm_assessment(assessment=one, person=world.bureau("bureau_leader"))


def perform(world: World, day: date, word: str, said: dict[str, Any]) -> None:
    """Perform one act of a script on its day. KeyError for a word that the language does not have."""
    with clock.at(day):
        ACTS[word](world, **said)

