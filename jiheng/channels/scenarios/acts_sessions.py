"""Acts of places where goals go up twice and are passed face to face, and of special work funds reviewed every year."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

from jiheng.channels.scenarios.acts import PAPER, act, years
from jiheng.channels.scenarios.acts_goals import goal_of
from jiheng.channels.scenarios.judging import judgement
from jiheng.channels.scenarios.texts import goal_rows, money_note_of, objective_of, overview_of
from jiheng.channels.scenarios.world import HUNDRED_YUAN, World, amounts
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.services import create_organisation
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post_all
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subjects
from jiheng.rules.money import share_out, wan_to_fen
from jiheng.stages.appraisal import services as appraisal
from jiheng.stages.appraisal.facts import card_in, materials_of, outline_in
from jiheng.stages.goals import services
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services.reviewing import card_of
from jiheng.stages.goals.sessions.services import (
    Plan,
    add_party,
    decide_item,
    move_session,
    plan_session,
    put_on_agenda,
)

NOTE = "按一下的意见补充测算依据。"


@act
def found_units(world: World, department: str, count: int) -> None:
    """Units whose names were not published exist below a department."""
    parent = world.body(department)
    for at in range(1, count + 1):
        create_organisation(
            place=world.place, code=f"u{at:03d}", name=f"未列名预算单位（{at}）", kind="unit", parent=parent,
            valid_from=parent.valid_from,
        )  # fmt: skip


@act
def cover_units(world: World, year: int, count: int, total_wan: str, books: list[str]) -> None:
    """The whole money of each of so many units is registered, amounts generated to one total, the books in turn."""
    units = list(Organisation.objects.filter(place=world.place, kind="unit", code__startswith="u").order_by("code")[:count])
    fen = amounts(world, f"cover:{year}", count, wan_to_fen(total_wan))
    rows = [
        SubjectData(
            code=f"W{unit.code}", name=f"{unit.name}整体支出", kind="department", unit=unit, department=unit.parent or unit,
            requested_fen=money, book=books[at % len(books)], overview="部门整体支出", basis="年初预算",
        )
        for at, (unit, money) in enumerate(zip(units, fen, strict=True))
    ]  # fmt: skip
    register_subjects(cycle=world.cycle(year), rows=rows, person=world.bureau("performance_office"))


@act
def list_projects(
    world: World, year: int, prefix: str, count: int, total_wan: str, units: list[str], name: str, change: str = "continuing",
    category: str = "",
) -> None:  # fmt: skip
    """Projects without published names are registered, their amounts generated to one total."""
    fen = amounts(world, f"list:{year}:{prefix}", count, wan_to_fen(total_wan))
    bodies = [world.body(code) for code in units]
    rows = []
    for at, money in enumerate(fen):
        unit, called = bodies[at % len(bodies)], f"未列名{name}（{at + 1}）"
        rows.append(
            SubjectData(
                code=f"{prefix}{at + 1:02d}", name=called, kind="project", unit=unit, department=unit.parent or unit,
                change=change, is_major=change == "new", requested_fen=money, category=category,
                overview=overview_of(called), basis="本级年度工作计划",
            )
        )  # fmt: skip
    register_subjects(cycle=world.cycle(year), rows=rows, person=world.bureau("performance_office"))


@act
def carry_on(world: World, year: int, codes: str) -> None:
    """Projects of the year before are registered again over their budget of then."""
    rows = [
        SubjectData(
            code=one.subject.code, name=one.name, kind="project", unit=one.unit, department=one.department,
            change="continuing", requested_fen=balance(one.pk).budget, category=one.category, overview=one.overview,
            basis=one.basis,
        )
        for one in years(world, year - 1, codes)
    ]  # fmt: skip
    register_subjects(cycle=world.cycle(year), rows=rows, person=world.bureau("performance_office"))


@act
def appraise_down(world: World, year: int, codes: str, agreed_wan: str) -> None:
    """Projects are appraised before they are budgeted; what is agreed of each is its share of one total."""
    found = years(world, year, codes)
    steps = share_out(wan_to_fen(agreed_wan) // HUNDRED_YUAN, [Decimal(one.requested_fen) for one in found])
    for one, agreed in zip(found, steps, strict=True):
        _appraise_down(world, one, agreed * HUNDRED_YUAN)


def _appraise_down(world: World, year: SubjectYear, agreed: int) -> None:
    unit, office = world.person(year.unit.code, "unit_project"), world.bureau("performance_office")
    reviewer, card = world.person(year.department.code, "department_reviewer"), card_in(year.cycle)
    case = appraisal.start_appraisal(year=year, person=unit)
    for material in materials_of(year):
        if material.required:
            appraisal.attach_material(appraisal=case, material=material.key, name=f"{material.label}.pdf", content=PAPER, person=unit)
    sections = {part.key: f"{year.name}：{part.title}见所附材料。" for part in outline_in(year.cycle).sections}
    appraisal.save_sections(appraisal=case, sections=sections, person=unit)
    appraisal.submit_appraisal(appraisal=case, person=unit)
    own = judgement(world, f"own:{year.subject.code}", card, "strong")
    appraisal.save_department_lines(appraisal=case, points=own.points, missing=own.reasons, person=reviewer)
    appraisal.forward_appraisal(appraisal=case, person=reviewer)
    judged = judgement(world, f"bureau:{year.subject.code}", card, "strong")
    appraisal.save_bureau_lines(appraisal=case, points=judged.points, missing=judged.reasons, person=office)
    appraisal.conclude_appraisal(
        appraisal=case, conclusion="supported", agreed_fen=agreed, reason="绩效评估核减低效和重复支出", person=office
    )


@act
def first_goals(world: World, year: int, codes: str, share: str = "1", first_row: dict[str, str] | None = None) -> None:
    """Units write goals over their money, or a share of it, and both sign; the first row may be told."""
    for one in years(world, year, codes):
        project, finance = (world.person(one.unit.code, role) for role in ("unit_project", "unit_finance"))
        rows = goal_rows(one, world.luck(f"goal:{one.subject.code}"))
        if first_row:
            rows[0] = replace(rows[0], name=first_row["name"], target_text=first_row["value"], unit=first_row["unit"])
        case = getattr(one, "appraisal", None)
        asked = case.agreed_fen if case is not None else one.requested_fen
        goal = services.start_goal(year=one, person=project)
        services.save_content(goal=goal, person=project, rows=rows, objective=objective_of(one))
        fen = int(asked * Decimal(share))
        services.save_money(goal=goal, person=finance, fiscal_fen=fen, other_fen=0, note=money_note_of(one))
        for person in (project, finance):
            services.submit_goal(goal=goal, person=person)


@act
def first_round(world: World, year: int, codes: str) -> None:
    """Departments score and pass, the division passes, the performance office sends down with its opinion."""
    for one in years(world, year, codes):
        goal = goal_of(world, year, one.subject.code)
        _to_performance(world, one, goal)
        services.return_goal(goal=goal, person=world.bureau("performance_office"), comment="一下：请补充测算依据")


@act
def second_round(world: World, year: int, codes: str) -> None:
    """Units mend and sign again; department and bureau score, and the goal waits for its session."""
    for one in years(world, year, codes):
        goal = goal_of(world, year, one.subject.code)
        project, finance = (world.person(one.unit.code, role) for role in ("unit_project", "unit_finance"))
        services.save_money(
            goal=goal, person=finance, fiscal_fen=goal.fiscal_fen, other_fen=0, note=f"{goal.money_note}{NOTE}"
        )
        for person in (project, finance):
            services.submit_goal(goal=goal, person=person)
        _to_performance(world, one, goal)
        _score(world, goal, "performance_office", world.bureau("performance_office"))
        services.pass_performance(goal=goal, person=world.bureau("performance_office"))


def _to_performance(world: World, year: SubjectYear, goal: Goal) -> None:
    reviewer = world.person(year.department.code, "department_reviewer")
    _score(world, goal, "department", reviewer)
    services.approve_department(goal=goal, person=reviewer)
    services.pass_division(goal=goal, person=world.bureau("division"))


def _score(world: World, goal: Goal, side: str, person: Any) -> None:
    luck = world.luck(f"{side}:{goal.subject_year.subject.code}")
    tiers = {item.key: luck.choice(["excellent", "excellent", "good"]) for item in card_of(goal).items}
    services.review_goal(goal=goal, person=person, tiers=tiers, opinion="逐项对照审核，见各项得分")


@act
def hold_session(world: World, year: int, codes: str) -> None:
    """The bureau reviews goals face to face, passes each and seals the minutes."""
    goals = [goal_of(world, year, one.subject.code) for one in years(world, year, codes)]
    meet(world, year, goals, [("bureau", "绩效管理股、对口业务股室", "会审")])


def meet(world: World, year: int, goals: list[Goal], parties: Iterable[tuple[str, str, str]], venue: str = "财政局会议室") -> None:
    """Goals are reviewed face to face by several parties (kind, body, duty); each passes, the minutes are sealed."""
    office = world.bureau("performance_office")
    plan = Plan(f"{year} 年度绩效目标集中会审", clock.today(), office.appointment_id, time(9, 0), venue, 10)
    session = plan_session(cycle=world.cycle(year), plan=plan, person=office)
    put_on_agenda(session=session, goals=goals, person=office)
    for kind, body, duty in parties:
        add_party(session=session, kind=kind, body=body, duty=duty, person=office)
    move_session(session=session, action="convene", person=office)
    for item in session.items.select_related("goal__subject_year", "session__cycle"):
        decide_item(item=item, outcome="passed", person=office)
    move_session(session=session, action="seal", person=office)


@act
def pass_without_session(world: World, year: int, codes: str) -> None:
    """The performance office passes goals that wait for a session, without one."""
    for one in years(world, year, codes):
        services.move_goal(
            goal=goal_of(world, year, one.subject.code), person=world.bureau("performance_office"), action="pass_session"
        )


@act
def pass_now(world: World, year: int, codes: str) -> None:
    """The performance office scores goals and passes them, whatever the round."""
    for one in years(world, year, codes):
        goal = goal_of(world, year, one.subject.code)
        _to_performance(world, one, goal)
        _score(world, goal, "performance_office", world.bureau("performance_office"))
        services.pass_performance(goal=goal, person=world.bureau("performance_office"))


@act
def approve_and_budget(world: World, year: int, codes: str) -> None:
    """The leader approves goals with the budget, the treasury books what each goal is over."""
    postings = []
    for one in years(world, year, codes):
        goal = goal_of(world, year, one.subject.code)
        services.approve_goal(goal=goal, person=world.bureau("bureau_leader"))
        postings.append(Posting(one, "initial", goal.fiscal_fen, clock.today(), note="年初预算批复"))
    post_all(postings=postings, person=world.bureau("treasury"))


@act
def budget_only(world: World, year: int, codes: str) -> None:
    """The treasury books budgets for goals, approved or not."""
    postings = [
        Posting(one, "initial", goal_of(world, year, one.subject.code).fiscal_fen, clock.today(), note="年初预算批复")
        for one in years(world, year, codes)
    ]
    post_all(postings=postings, person=world.bureau("treasury"))


@act
def move_budgets(world: World, year: int, codes: str, total_wan: str, to: str) -> None:
    """Budgets go up or down by amounts generated to one total; where more is given, the goal is handed in anew first."""
    found = years(world, year, codes)
    fen = amounts(world, f"move:{year}:{codes}", len(found), wan_to_fen(total_wan))
    postings = []
    for one, amount in zip(found, fen, strict=True):
        if to == "up":
            project, finance = (world.person(one.unit.code, role) for role in ("unit_project", "unit_finance"))
            goal = services.adjust_goal(goal=goal_of(world, year, one.subject.code), person=project, reason="预算调整：调增支出")
            more = goal.fiscal_fen + amount
            services.save_money(goal=goal, person=finance, fiscal_fen=more, other_fen=0, note=goal.money_note)
            for person in (project, finance):
                services.submit_goal(goal=goal, person=person)
        postings.append(Posting(one, "adjustment", amount if to == "up" else -amount, clock.today(), note="预算调整"))
    post_all(postings=postings, person=world.bureau("treasury"))
