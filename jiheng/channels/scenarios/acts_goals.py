"""Words for goals step by step: filed whole or lacking something, scored to the point, returned, refused."""

from dataclasses import replace
from decimal import Decimal

from jiheng.channels.scenarios.acts import act, allowed_money, onward, years
from jiheng.channels.scenarios.texts import goal_rows, money_note_of, objective_of
from jiheng.channels.scenarios.world import World, spread_loss
from jiheng.foundation import clock
from jiheng.registers.cycles.legal_events import record_event
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import wan_to_fen
from jiheng.rules.scoring.scorecard import Tier
from jiheng.stages.goals import services
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import RowData
from jiheng.stages.goals.services.reviewing import card_of


def goal_of(world: World, year: int, code: str) -> Goal:
    """Return the newest goal of a subject."""
    return Goal.objects.filter(place=world.place, subject_year__budget_year=year, subject_year__subject__code=code).latest("pk")


@act
def file_goal(
    world: World,
    year: int,
    codes: list[str],
    without: list[str] | None = None,
    vague: str = "",
    picked: list[str] | None = None,
    sourced: bool = True,  # noqa: FBT001, FBT002 - a word of the script
    interim: str = "",
) -> None:
    """Units write goals and both sign.

    Rows of a second level may be left out, one effect told vaguely, the first rows picked from the library, each by
    the words `sector/rank`, or no source of data told. `interim` is by how much the first row's value for July
    differs from the year's.
    """
    for one in years(world, year, codes):
        project, finance = (world.person(one.unit.code, role) for role in ("unit_project", "unit_finance"))
        rows = [row for row in goal_rows(one, world.luck(f"goal:{one.subject.code}")) if row.level2 not in (without or [])]
        lost = 90 - sum(row.weight for row in rows)
        rows[0] = replace(rows[0], weight=rows[0].weight + lost)  # the other rows carry its points
        if vague:
            rows[-2] = replace(rows[-2], target_text=vague, unit="")
        for at, words in enumerate(picked or []):
            rows[at] = from_library(rows[at], one, words)
        if interim:
            due = Decimal(rows[0].target_text.lstrip("≥")) + Decimal(interim)
            rows[0] = replace(rows[0], interim_text=f"7月：{due}")
        if not sourced:
            rows = [replace(row, data_source="") for row in rows]
        goal = services.start_goal(year=one, person=project)
        services.save_content(goal=goal, person=project, rows=rows, objective=objective_of(one))
        services.save_money(goal=goal, person=finance, fiscal_fen=allowed_money(one), other_fen=0, note=money_note_of(one))
        for person in (project, finance):
            services.submit_goal(goal=goal, person=person)


def from_library(row: RowData, year: SubjectYear, words: str) -> RowData:
    """Return a row as the library's first indicator of the subject's category, of such a sector and rank, is picked."""
    sector, _, rank = words.partition("/")
    one = LibraryIndicator.objects.filter(
        place=year.place, category=year.category, level2=row.level2, sector=sector, rank=rank
    ).order_by("code")[0]
    return replace(
        row, library_id=one.pk, name=one.name, target_text=f"{one.operator}{one.value}", unit=one.unit, free_reason="",
        method=one.method,
    )  # fmt: skip


@act
def forward_goal(world: World, year: int, codes: list[str]) -> None:
    """Departments and the division let goals pass to the performance office."""
    for one in years(world, year, codes):
        goal = goal_of(world, year, one.subject.code)
        services.approve_department(goal=goal, person=world.person(one.department.code, "department_reviewer"))
        services.pass_division(goal=goal, person=world.bureau("division"))


@act
def score_goal(world: World, year: int, totals: dict[str, str]) -> None:
    """The performance office scores goals to exactly these totals; how they are shared out is the seed's."""
    for code, total in totals.items():
        goal = goal_of(world, year, code)
        card = card_of(goal)
        given = spread_loss(world, f"score:{code}:{total}", [item.points for item in card.items], Decimal(total))
        points = {item.key: value for item, value in zip(card.items, given, strict=True)}
        tiers = {item.key: tier_of(card.tiers, points[item.key] / item.points) for item in card.items}
        remarks = dict.fromkeys(points, "依据不充分，细化不够")
        services.review_goal(
            goal=goal, person=world.bureau("performance_office"), tiers=tiers, points=points, remarks=remarks,
            opinion="按审核表逐项评定",
        )  # fmt: skip


def tier_of(tiers: tuple[Tier, ...], share: Decimal) -> str:
    """Return the tier that a share of an item's points lies in."""
    return next(str(one.key) for one in sorted(tiers, key=lambda one: one.low, reverse=True) if share >= one.low)


@act
def pass_goal(world: World, year: int, codes: list[str]) -> None:
    """The performance office lets goals pass."""
    for code in codes:
        services.pass_performance(goal=goal_of(world, year, code), person=world.bureau("performance_office"))


@act
def send_back_goal(world: World, year: int, codes: list[str], comment: str) -> None:
    """The performance office sends goals back to their units."""
    for code in codes:
        services.return_goal(goal=goal_of(world, year, code), person=world.bureau("performance_office"), comment=comment)


@act
def send_goal_again(world: World, year: int, codes: list[str]) -> None:
    """Units sign returned goals again, department and division let them pass."""
    for one in years(world, year, codes):
        goal = goal_of(world, year, one.subject.code)
        for role in ("unit_project", "unit_finance"):
            services.submit_goal(goal=goal, person=world.person(one.unit.code, role))
    forward_goal(world, year, codes)


@act
def refuse_goal(world: World, year: int, codes: list[str], comment: str) -> None:
    """The performance office takes goals on no more."""
    for code in codes:
        services.move_goal(goal=goal_of(world, year, code), person=world.bureau("performance_office"), action="refuse", comment=comment)


@act
def adjust_goals(world: World, year: int, wan: dict[str, str], reason: str = "预算调整") -> None:
    """Units hand in approved goals anew over another sum, in 万元; both halves sign."""
    for one in years(world, year, list(wan)):
        project, finance = (world.person(one.unit.code, role) for role in ("unit_project", "unit_finance"))
        goal = services.adjust_goal(goal=goal_of(world, year, one.subject.code), person=project, reason=reason)
        services.save_money(
            goal=goal, person=finance, fiscal_fen=wan_to_fen(wan[one.subject.code]), other_fen=0, note=money_note_of(one)
        )
        for person in (project, finance):
            services.submit_goal(goal=goal, person=person)


@act
def approve_goals(world: World, year: int, codes: list[str]) -> None:
    """The leader approves goals with the budget."""
    for code in codes:
        services.approve_goal(goal=goal_of(world, year, code), person=world.bureau("bureau_leader"))


@act
def note_event(world: World, year: int, key: str, body: str = "") -> None:
    """The bureau records a step of the budget on this day: of the whole place, or of one department."""
    record_event(
        cycle=world.cycle(year), key=key, day=clock.today(), reference="公文", person=world.bureau("performance_office"),
        organisation=world.body(body) if body else None,
    )  # fmt: skip


@act
def take_goals_on(world: World, year: int, codes: list[str], until: str) -> None:
    """Whoever's turn it is, by the goal's own table, takes goals on to a state."""
    for code in codes:
        onward(world, goal_of(world, year, code), until)
