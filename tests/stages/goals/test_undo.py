"""What was moved in bulk goes back by one act: by whom it was done, soon, and where nobody acted since."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.refused import Refused
from jiheng.foundation.workflow.models import Signature
from jiheng.stages.goals.models import BulkMove, Goal
from jiheng.stages.goals.queries import signatures_for
from jiheng.stages.goals.services import approve_department, move_many, pass_division, undo_bulk
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def moved(county: make.County, number: int = 2) -> list[Goal]:
    goals = [make.make_goal(county, make.make_subject(county), "department") for _ in range(number)]
    outcome = move_many(goals=goals, person=county.person("department_reviewer"), action="approve_department")
    assert len(outcome.done) == number
    return goals


@pytest.mark.feature("3.19")
def test_one_undo_puts_back_what_nobody_touched_since(county: make.County) -> None:
    first, second = moved(county)
    pass_division(goal=second, person=county.person("division"))
    state = second.state
    outcome = undo_bulk(bulk=BulkMove.objects.get(), person=county.person("department_reviewer"))
    assert ([one.pk for one in outcome.done], [one.pk for one in outcome.left]) == ([first.pk], [second.pk])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("department", state)
    assert Signature.objects.filter(subject=f"goals.goal:{first.pk}").count() == 4  # two signed, one passed, one took back
    assert "撤销成批办理" in [one.step for one in signatures_for(first)]
    assert any(one.action == "goals.undo" and one.clause for one in history(first))
    assert first_break(county.place.pk) is None
    approve_department(goal=first, person=county.person("department_reviewer"))
    assert first.state == "division"


@pytest.mark.feature("3.19")
def test_it_is_undone_once_by_the_same_person_and_in_time(county: make.County, monkeypatch: pytest.MonkeyPatch) -> None:
    moved(county)
    bulk = BulkMove.objects.get()
    with pytest.raises(Refused, match="由本人撤销"):
        undo_bulk(bulk=bulk, person=county.second("department_reviewer"))
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: bulk.moved_at + timedelta(minutes=31))
        with pytest.raises(Refused, match="已超过可以撤销的时间"):
            undo_bulk(bulk=bulk, person=county.person("department_reviewer"))
    undo_bulk(bulk=bulk, person=county.person("department_reviewer"))
    bulk.refresh_from_db()
    with pytest.raises(Refused, match="已经撤销过"):
        undo_bulk(bulk=bulk, person=county.person("department_reviewer"))
    with pytest.raises(DatabaseError), transaction.atomic():
        BulkMove.objects.update(moved=[])


def test_large_sums_go_one_by_one(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    Goal.objects.filter(pk=goal.pk).update(fiscal_fen=500_000_000)
    goal.refresh_from_db()
    outcome = move_many(goals=[goal], person=county.person("department_reviewer"), action="approve_department")
    assert not outcome.done
    assert any("达到 500.00 万元的逐项办理" in one.message for one in outcome.refused[0][1])
    assert not BulkMove.objects.exists()


def test_button_stands_on_the_list_of_who_did_it(county: make.County) -> None:
    moved(county)
    bulk = BulkMove.objects.get()
    reviewer = make.sign_in(Client(), county.person("department_reviewer"), county.cycle)
    assert "撤销这一批" in reviewer.get(reverse("goals:list")).content.decode()
    other = make.sign_in(Client(), county.second("department_reviewer"), county.cycle)
    assert "撤销这一批" not in other.get(reverse("goals:list")).content.decode()
    assert other.post(reverse("goals:bulk_undo", args=[bulk.pk])).status_code == 404
    assert reviewer.post(reverse("goals:bulk_undo", args=[bulk.pk])).status_code == 302
    assert set(Goal.objects.values_list("state", flat=True)) == {"department"}
    assert isinstance(BulkMove.objects.get().undone_at, datetime)
