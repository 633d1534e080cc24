"""What a year's forms cost: counted while a page is open, told by form, not of few, and against what they may take."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.reports.burden import burden_in
from jiheng.foundation import clock
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.workflow.filling import filled, opened_at
from jiheng.foundation.workflow.models import FillingTime
from jiheng.rules.burden import FEWEST
from jiheng.stages.goals.models import Goal
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def typed(client: Client, goal: Goal, opened: str, **more: str) -> None:
    """Send a page of the goal's texts as it saves itself, with the moment at which it was opened."""
    told = {"opened": opened, "seen": str(goal.content_version), "objective": "办培训", "rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}
    client.post(reverse("goals:check", args=[goal.pk]), told | more)


@pytest.mark.feature("10.34")
def test_what_an_open_page_sends_is_counted_for_the_form_and_for_nobody(
    county: make.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal, began = make.make_goal(county, make.make_subject(county)), clock.now()
    client = make.sign_in(Client(), county.person("unit_project"), county.cycle)
    assert 'name="opened"' in client.get(reverse("goals:edit", args=[goal.pk])).content.decode()
    for minutes in (2, 3, 60, 62):
        now = began + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        typed(client, goal, began.isoformat())
    (held,) = FillingTime.objects.all()
    assert (held.subject, held.role) == (subject_key(goal), "unit_project")
    assert (held.seconds, held.sittings) == (5 * 60, 2)
    assert {one.name for one in FillingTime._meta.get_fields()} == {"id", "place", "subject", "role", "seconds", "sittings", "last_at"}
    typed(client, goal, "昨天")
    held.refresh_from_db()
    assert held.seconds == 5 * 60


@pytest.mark.parametrize("text", ["", "昨天", "2026-10-09", "2026-10-09T09:00:00"])
def test_a_moment_that_no_page_writes_counts_for_nothing(text: str) -> None:
    assert opened_at(text) is None


@pytest.mark.feature("10.34")
def test_the_year_tells_forms_from_enough_of_them_on_against_their_limit(
    county: make.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, began = county.person("performance_office"), clock.now()
    years = [make.make_subject(county) for _ in range(FEWEST)]
    goals = [
        Goal.objects.create(
            place=county.place, state="draft", created_at=began, cycle=county.cycle, subject_year=year, scope="project"
        )
        for year in years
    ]

    def at(minutes: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(minutes=minutes))

    for count, goal in enumerate(goals, 1):
        for minutes in range(0, 32, 4):
            at(minutes)
            filled(goal, "unit_project", began, done=True)
        at(0)
        filled(goal, "unit_finance", began, done=True)
        at(3)
        filled(goal, "unit_finance", began, done=True)
        (one,) = burden_in(county.cycle, office).forms
        assert one.told.forms == count
        assert (one.told.middle is None) == (count < FEWEST)
    told = burden_in(county.cycle, office).forms[0].told
    assert (told.middle, told.allowed, told.over) == (Decimal(31), Decimal(30), True)
    page = make.sign_in(Client(), office, county.cycle).get(reverse("reports:list")).content.decode()
    assert "填报用时" in page
    assert "超过约束" in page
    assert burden_in(county.cycle, county.person("unit_project")).forms == ()
