"""Words for places with many bodies: made by number, their indicators loaded, key reviews listed, scored, cut, rewarded."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from jiheng.channels.scenarios.acts import act, register, years
from jiheng.channels.scenarios.acts_goals import file_goal, forward_goal, goal_of, send_goal_again, tier_of
from jiheng.channels.scenarios.acts_sessions import meet
from jiheng.channels.scenarios.world import UNIT_ROLES, World, amounts, spread_loss, username_of
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.services import appoint, create_organisation, create_user
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.indicators.portable import FORMAT, VERSION, sheets_in_text
from jiheng.registers.indicators.proposing import act_on, propose_list
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.indicator_sheet import Sheet
from jiheng.rules.money import fen_to_wan, share_out, wan_to_fen
from jiheng.stages.goals import services
from jiheng.stages.goals.keyreview.services import agree_money, list_key_reviews, promise_rewards
from jiheng.stages.goals.services.reviewing import card_of

STEP = 10_000  # fen: unpublished amounts are made in steps of 0.01 万元
LEVELS = {"excellent": (91, 97), "good": (81, 89), "passed": (76, 79), "failed": (40, 59)}
"""Points of a review in words, whatever the year's line: from, to."""


def numbers(told: str) -> list[int]:
    """Read numbers such as `1-3 7`."""
    found: list[int] = []
    for part in told.split():
        low, _, high = part.partition("-")
        found += range(int(low), int(high or low) + 1)
    return found


@act
def settle_many(
    world: World, since: date, departments: int, units: int, department_name: str, unit_name: str, officers: int
) -> None:
    """Departments and units by number, the units dealt out in turn; the first `officers` units have people of their own."""
    made = []
    for number in range(1, departments + 1):
        code = f"d{number:04}"
        body = create_organisation(
            place=world.place, code=code, name=department_name.format(number=number), kind="department", valid_from=since
        )
        _appointed(world, code, body, ("department_reviewer",), since)
        made.append(body)
    for number in range(1, units + 1):
        code = f"u{number:04}"
        parent = made[(number - 1) % departments]
        body = create_organisation(
            place=world.place, code=code, name=unit_name.format(number=number), kind="unit", parent=parent, valid_from=since
        )
        if number <= officers:
            _appointed(world, code, body, UNIT_ROLES, since)


def _appointed(world: World, code: str, body: Any, roles: Iterable[str], since: date) -> None:
    for role in roles:
        user = create_user(username=username_of(world.place, code, role), name=f"{body.name}经办", password=None)
        appoint(user=user, organisation=body, role=role, valid_from=since)


# --- indicators


@act
def load_indicators(
    world: World, proposers: int, sectors: int, projects: int, indicators: int, code: str, sector: str, project: str
) -> None:
    """Bodies propose their indicators as a list of the library, the bureau reviews and publishes each list.

    The sectors are dealt out in turn over those who propose; `indicators` rows are shared out over `projects` kinds of
    use, these over the sectors, as evenly as they go.
    """
    per_project = share_out(indicators, [1] * projects)
    uses = iter(range(1, projects + 1))
    owned = {number: [next(uses) for _ in range(count)] for number, count in enumerate(share_out(projects, [1] * sectors), start=1)}
    for proposer in range(1, proposers + 1):
        rows: list[dict[str, Any]] = []
        for number in range(proposer, sectors + 1, proposers):
            for use in owned[number]:
                where = {"sector": sector.format(number=number), "category": "重点项目", "purpose": project.format(number=use)}
                rows += [sheet(at, **where) for at in range(per_project[use - 1])]
        publish_sheets(world, rows, world.person(code.format(number=proposer), "department_reviewer"))


@act
def load_common(world: World, categories: list[str], each: int, rank: str = "ordinary", sector: str = "通用") -> None:
    """The bureau proposes indicators by category, common ones of the common sector, and publishes them."""
    rows = [sheet(at, sector=sector, category=one, purpose="", rank=rank) for one in categories for at in range(each)]
    publish_sheets(world, rows, world.bureau("performance_office"))


def sheet(at: int, *, sector: str, category: str, purpose: str, rank: str = "ordinary") -> dict[str, Any]:
    """Return one made-up indicator of the library in its portable form."""
    level1, level2, name, operator, value, unit, method = KINDS[at % len(KINDS)]
    number = at // len(KINDS) + 1
    sheet = Sheet(
        level1=level1, level2=level2, name=f"{name}（{number}）", definition=f"{name}，按业务台账统计", operator=operator,
        value=value, unit=unit, method=method, data_source="业务台账", evidence="业务台账和验收资料", basis="部门工作计划",
        sector=sector, category=category, purpose=purpose, rank=rank,
    )  # fmt: skip
    return {"code": "", **asdict(sheet)}


KINDS = (
    ("产出指标", "数量指标", "完成任务数量", ">=", "10", "项", "proportional"),
    ("产出指标", "质量指标", "验收合格项目数", ">=", "9", "项", "proportional"),
    ("产出指标", "成本指标", "单位成本", "<=", "5", "万元", "reverse_ratio"),
    ("效益指标", "社会效益指标", "受益人数", ">=", "100", "人", "proportional"),
    ("满意度指标", "服务对象满意度指标", "满意的服务对象人数", ">=", "90", "人", "proportional"),
)
"""Indicators of the generated library: published are their numbers, not their names."""


def publish_sheets(world: World, rows: list[dict[str, Any]], proposer: Person) -> None:
    """Somebody proposes indicators as one list; the division reviews, the leader publishes it."""
    text = json.dumps({"format": FORMAT, "version": VERSION, "place": world.place.name, "indicators": rows}, ensure_ascii=False)
    made = propose_list(told=sheets_in_text(text.encode()), ground="按指引建立指标体系", person=proposer)
    act_on(proposal=made, action="review", comment="符合指引", person=world.bureau("division"))
    act_on(proposal=made, action="publish", comment="", person=world.bureau("bureau_leader"))


# --- key reviews


@act
def register_key_projects(
    world: World, year: int, total_wan: str, of: int, codes: str, bodies: int, name: str
) -> None:
    """Units register some of `of` projects whose unpublished amounts add up to one published total over all years."""
    fen = amounts(world, "key_projects", of, wan_to_fen(total_wan))
    told = [
        {
            "code": f"K{number:03}", "name": name.format(number=number), "unit": f"u{(number - 1) % bodies + 1:04}",
            "wan": f"{fen_to_wan(fen[number - 1]):.2f}",
        }
        for number in numbers(codes)
    ]  # fmt: skip
    register(world, year, told)


def _codes(told: str) -> list[str]:
    return [f"K{number:03}" for number in numbers(told)]


@act
def choose_key_projects(world: World, year: int, codes: str, reason: str, due: date) -> None:
    """The leaders put projects on the year's list."""
    chosen = years(world, year, _codes(codes))
    list_key_reviews(cycle=world.cycle(year), years=chosen, reason=reason, due=due, person=world.bureau("bureau_leader"))


@act
def list_key_projects(world: World, year: int, codes: list[str], reason: str, due: date, role: str = "bureau_leader") -> None:
    """Somebody of the bureau puts projects, told by their codes, on the year's list."""
    list_key_reviews(cycle=world.cycle(year), years=years(world, year, codes), reason=reason, due=due, person=world.bureau(role))


@act
def file_key_goals(world: World, year: int, codes: str) -> None:
    """Units write their goals, departments and divisions let them pass to the last office."""
    file_goal(world, year, _codes(codes))
    forward_goal(world, year, _codes(codes))


@act
def score_key_goals(world: World, year: int, levels: dict[str, str], role: str = "performance_office") -> None:
    """The office scores goals at a level in words; the points are the seed's."""
    for level, codes in levels.items():
        low, high = LEVELS[level]
        for code in _codes(codes):
            total = Decimal(world.luck(f"points:{code}").randint(low * 100, high * 100)) / 100
            score_at(world, year, code, total, role)


def score_at(world: World, year: int, code: str, total: Decimal, role: str) -> None:
    """Score one goal to exactly a total."""
    goal = goal_of(world, year, code)
    card = card_of(goal)
    given = spread_loss(world, f"score:{code}:{total}", [item.points for item in card.items], total)
    points = {item.key: value for item, value in zip(card.items, given, strict=True)}
    tiers = {item.key: tier_of(card.tiers, points[item.key] / item.points) for item in card.items}
    services.review_goal(
        goal=goal, person=world.bureau(role), tiers=tiers, points=points, remarks=dict.fromkeys(points, "依据不充分，细化不够"),
        opinion="按审核表逐项评定",
    )  # fmt: skip


@act
def turn_away(world: World, year: int, codes: str, comment: str) -> None:
    """The office lets what failed not into the library."""
    for code in _codes(codes):
        services.move_goal(
            goal=goal_of(world, year, code), person=world.bureau("performance_office"), action="refuse", comment=comment
        )


@act
def cut_key_goals(
    world: World, year: int, codes: str, reason: str, total_wan: str, failed: str, cut: str, projects_wan: str, of: int
) -> None:
    """The office agrees less money; units bring their goals down to it and sign anew, and it is scored again.

    A published total of cuts is what the `failed` projects of all years asked for, and the cuts of those in `cut`, in
    proportion to their money; `codes` are those of this year.
    """
    money = amounts(world, "key_projects", of, wan_to_fen(projects_wan))
    rest = wan_to_fen(total_wan) - sum(money[number - 1] for number in numbers(failed))
    listed = numbers(cut)
    steps = share_out(rest // STEP, [Decimal(money[number - 1]) for number in listed])
    cuts = dict(zip(listed, (one * STEP for one in steps), strict=True))
    office = world.bureau("performance_office")
    for number in numbers(codes):
        code = f"K{number:03}"
        goal = goal_of(world, year, code)
        agreed = goal.fiscal_fen - cuts[number]
        agree_money(goal=goal, agreed_fen=agreed, reason=reason, person=office)
        services.return_goal(goal=goal, person=office, comment="请按核定数修改资金和产出")
        subject = SubjectYear.objects.get(pk=goal.subject_year_id)
        finance = world.person(subject.unit.code, "unit_finance")
        services.save_money(goal=goal, person=finance, fiscal_fen=agreed, other_fen=0, note="按核定数测算")
    send_goal_again(world, year, _codes(codes))
    for code in _codes(codes):
        total = Decimal(world.luck(f"points:{code}:again").randint(8000, 8900)) / 100
        score_at(world, year, code, total, "performance_office")


@act
def pass_key_goals(world: World, year: int, codes: str) -> None:
    """The office lets goals pass."""
    for code in _codes(codes):
        services.pass_performance(goal=goal_of(world, year, code), person=world.bureau("performance_office"))


@act
def pass_in_panel(world: World, year: int, codes: str, parties: dict[str, list[str]]) -> None:
    """Goals are passed face to face before people from outside: kind of party → bodies."""
    goals = [goal_of(world, year, code) for code in _codes(codes)]
    told = [(kind, body, "现场审核") for kind, bodies in parties.items() for body in bodies]
    meet(world, year, goals, told, "财政厅会议室")


@act
def reward_departments(world: World, year: int) -> None:
    """The leaders promise flexible money by the terms of the rules."""
    promise_rewards(cycle=world.cycle(year), person=world.bureau("bureau_leader"))


@act
def move_goal_as(world: World, year: int, code: str, action: str, roles: list[str], comment: str = "") -> None:
    """Holders of roles in the bureau take one step of a goal's table, one after another."""
    for role in roles:
        services.move_goal(goal=goal_of(world, year, code), person=world.bureau(role), action=action, comment=comment)


@act
def score_as(world: World, year: int, totals: dict[str, str], role: str) -> None:
    """An office of the bureau scores goals to exactly these totals."""
    for code, total in totals.items():
        score_at(world, year, code, Decimal(total), role)


@act
def book_first(world: World, year: int, code: str, wan: str) -> None:
    """The treasury tries to book a first budget, whatever the library says to it."""
    (one,) = years(world, year, [code])
    posting = Posting(one, "initial", wan_to_fen(wan), clock.today(), note="年初预算批复")
    post(posting=posting, person=world.bureau("treasury"))
