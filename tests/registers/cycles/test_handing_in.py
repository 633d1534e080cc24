"""What is handed in late carries the flag, by the calendar and the body's own extension; how far the tasks are."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import act
from jiheng.foundation.web.stage import Track
from jiheng.registers.cycles.deadlines import next_window, progress
from jiheng.registers.cycles.models import Extension, Handover
from jiheng.registers.cycles.queries import window
from jiheng.rules.policy import load_policy
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import submit_goal
from jiheng.stages.goals.stage import STAGE
from tests.make import County, make_county, make_goal, make_subject

pytestmark = pytest.mark.django_db
DUE = date(2022, 10, 31)
"""The goals of 2023 are due, by the calendar of the pack."""


@pytest.fixture
def county() -> County:
    return make_county()


def hand_in(county: County, day: date, unit: int = 0) -> Goal:
    with clock.at(day):
        goal = make_goal(county, make_subject(county, unit=unit))
        for role in ("unit_project", "unit_finance"):
            submit_goal(goal=goal, person=county.person(role, unit))
    return goal


def give(county: County, item: str, due: date, unit: int = 0) -> None:
    Extension.objects.create(
        cycle=county.cycle, item=item, organisation=county.units[unit], due=due, reason="水灾", state="granted"
    )


@pytest.mark.feature("1.10")
@pytest.mark.parametrize(("days", "late"), [(-1, 0), (0, 0), (1, 1), (12, 12)], ids=["before", "on", "after", "long"])
def test_what_comes_after_the_day_is_flagged_with_the_act(county: County, days: int, late: int) -> None:
    goal = hand_in(county, DUE + timedelta(days=days))
    made = Handover.objects.get(subject=f"goals.goal:{goal.pk}")
    assert (made.item, made.due, made.late_days, made.on) == ("goals_submit", DUE, late, DUE + timedelta(days=days))
    assert made.clause == str(county.policy.clause_of(county.policy.calendar["goals_submit"]))
    told = Entry.objects.filter(action="goals.submit").latest("number").detail
    assert told.get("late_days", 0) == late
    assert (told.get("due") == DUE.isoformat()) is bool(late)


@pytest.mark.parametrize(("days", "late"), [(9, 0), (10, 0), (11, 1)], ids=["before", "on", "after"])
def test_extension_moves_the_flag_of_its_body_alone(county: County, days: int, late: int) -> None:
    give(county, "goals_submit", DUE + timedelta(days=10))
    own, other = (hand_in(county, DUE + timedelta(days=days), unit) for unit in (0, 1))
    flags = dict(Handover.objects.values_list("subject", "late_days"))
    assert flags == {f"goals.goal:{own.pk}": late, f"goals.goal:{other.pk}": days}
    assert Handover.objects.get(subject=f"goals.goal:{own.pk}").extended


@pytest.mark.parametrize("number", [2, 5])
def test_many_steps_in_one_act_read_the_extensions_twice_at_most(county: County, number: int) -> None:
    give(county, "goals_submit", DUE + timedelta(days=10), unit=1)
    with clock.at(DUE):
        goals = [make_goal(county, make_subject(county, unit=at % 3)) for at in range(number)]
        for at, goal in enumerate(goals):
            submit_goal(goal=goal, person=county.person("unit_project", at % 3))
    with clock.at(DUE + timedelta(days=5)), CaptureQueriesContext(connection) as asked, act(county.person("unit_finance")):
        for at, goal in enumerate(goals):
            submit_goal(goal=goal, person=county.person("unit_finance", at % 3))
    assert sum('FROM "cycles_extension"' in one["sql"] for one in asked) <= 2
    flags = list(Handover.objects.order_by("pk").values_list("late_days", flat=True))
    assert flags == [0 if at % 3 == 1 else 5 for at in range(number)]


def test_extension_that_waits_or_was_refused_gives_no_time(county: County) -> None:
    give(county, "goals_submit", DUE + timedelta(days=30))
    for state in ("asked", "refused"):
        Extension.objects.update(state=state)
        found = window(county.cycle, "goals_submit", county.units[0].pk)
        assert found is not None
        assert found.due == DUE


def test_flag_is_never_changed(county: County) -> None:
    hand_in(county, DUE + timedelta(days=3))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Handover.objects.update(late_days=0)


def test_left_side_shows_the_own_day_of_the_body(county: County) -> None:
    give(county, "goals_submit", DUE + timedelta(days=10))
    with clock.at(DUE + timedelta(days=5)):
        own = STAGE.deadline(county.cycle, county.units[0].pk)
        other = STAGE.deadline(county.cycle, county.units[1].pk)
        assert own is not None
        assert other is not None
        assert own.due == DUE + timedelta(days=10)
        assert other.due == date(2022, 11, 30)  # submission is over for it: the review


@pytest.mark.feature("1.10")
def test_progress_counts_done_open_overdue_and_late_of_every_task(county: County) -> None:
    hand_in(county, DUE - timedelta(days=1))
    hand_in(county, DUE + timedelta(days=2), 1)
    with clock.at(DUE):
        make_goal(county, make_subject(county), "draft")
        make_subject(county)
    give(county, "goals_submit", DUE + timedelta(days=30))
    with clock.at(DUE + timedelta(days=3)):
        found = progress(county.cycle)["goals_submit"]
        assert (found.done, found.open, found.overdue, found.late) == (2, 2, 0, 1)
        Extension.objects.all().delete()
        assert progress(county.cycle)["goals_submit"].overdue == 2
        assert progress(county.cycle)["goals_review"].open == 2


DAYS = [
    ("heilongjiang-hailin", "progress_report_july", 2023, date(2023, 7, 20)),
    ("heilongjiang-hailin", "progress_report_december", 2023, date(2023, 12, 20)),
    ("heilongjiang-hailin", "november_recapture", 2023, date(2023, 11, 30)),
]


@pytest.mark.feature("1.10")
@pytest.mark.parametrize(("place", "item", "year", "due"), DAYS, ids=[one[1] for one in DAYS])
def test_days_of_hailin_bite_before_on_and_after(place: str, item: str, year: int, due: date) -> None:
    found = load_policy(place).calendar[item]
    assert found.due(year) == due
    county = make_county(place, year)
    states = []
    for days in (-1, 0, 1):
        with clock.at(due + timedelta(days=days)):
            span = next_window(county.cycle, (item,))
            assert span is not None
            states.append(span.state(clock.today())[0])
    assert states == ["还剩 1 天", "今天截止", "已截止"]


def test_track_without_items_hands_nothing_in() -> None:
    assert Track("monitoring", "运行监控表").items == {}
