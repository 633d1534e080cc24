"""Writes: once for a key, only on the version that was seen, told in the chain by the token's name."""

import json
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from jiheng.channels.api import once
from jiheng.channels.api.models import Answer, Token
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.many import handed_out
from jiheng.stages.goals.models import Goal
from tests.channels.api.callers import call, mark, token_for
from tests.make import County, make_county, make_goal, make_subject
from tests.stages.goals.sheets import explained

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Any:
    return make_county()


@pytest.fixture
def goal(place: County) -> Goal:
    return make_goal(place, make_subject(place))


def officer(place: County, role: str = "unit_project") -> Person:
    return place.person(role)


def money(fen: int) -> dict[str, int]:
    return {"fiscal_fen": fen, "other_fen": 0}


def test_a_step_is_taken_once_and_told_by_the_tokens_name(place: County, goal: Goal) -> None:
    token = token_for(officer(place), name="一体化对接")
    shown = call(token, "GET", f"goals/{goal.pk}").json()
    assert [one["action"] for one in shown["actions"]] == ["submit"]
    body = {"action": "submit", "comment": ""}
    first = call(token, "POST", f"goals/{goal.pk}/act", body, etag=mark(goal), key="submit-goal-1")
    assert first.status_code == HTTPStatus.OK, first.content.decode()
    entries = Entry.objects.count()
    again = call(token, "POST", f"goals/{goal.pk}/act", body, etag=mark(goal), key="submit-goal-1")
    assert (again.status_code, again.content, again["ETag"]) == (200, first.content, first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert Entry.objects.count() == entries
    entry = Entry.objects.filter(action="goals.submit").latest("pk")
    assert "经接口令牌“一体化对接”" in entry.actor
    assert "经接口令牌“一体化对接”" in Signature.objects.latest("pk").name
    assert first_break(place.place.pk) is None


def test_a_key_used_for_something_else_is_refused(place: County, goal: Goal) -> None:
    token = token_for(officer(place, "unit_finance"))
    done = call(token, "POST", f"goals/{goal.pk}/money", money(100), etag=mark(goal), key="money-1234")
    assert done.status_code == HTTPStatus.OK, done.content.decode()
    other = call(token, "POST", f"goals/{goal.pk}/money", money(200), etag=mark(goal), key="money-1234")
    assert other.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已用于另一件事" in other.json()["detail"]
    goal.refresh_from_db()
    assert goal.fiscal_fen == 100


def test_another_tokens_key_is_its_own(place: County, goal: Goal) -> None:
    one, two = (token_for(officer(place, "unit_finance"), name=name) for name in ("甲", "乙"))
    for token, fen in ((one, 100), (two, 200)):
        done = call(token, "POST", f"goals/{goal.pk}/money", money(fen), etag=mark(goal), key="same-key-1")
        assert done.status_code == HTTPStatus.OK
    goal.refresh_from_db()
    assert goal.fiscal_fen == 200


def test_a_write_without_key_or_version_is_not_done(place: County, goal: Goal) -> None:
    token, path = token_for(officer(place, "unit_finance")), f"goals/{goal.pk}/money"
    assert call(token, "POST", path, money(100), etag=mark(goal), key="").status_code == HTTPStatus.BAD_REQUEST
    for etag in ("", "*", '""'):
        answer = call(token, "POST", path, money(100), etag=etag)
        assert answer.status_code == HTTPStatus.PRECONDITION_REQUIRED
        assert "ETag" in answer.json()["errors"][0]["remedy"]
    assert Answer.objects.count() == 0


def test_a_stale_version_is_not_overwritten(place: County, goal: Goal) -> None:
    token, path = token_for(officer(place, "unit_finance")), f"goals/{goal.pk}/money"
    seen = call(token, "GET", f"goals/{goal.pk}")["ETag"]
    assert call(token, "POST", path, money(100), etag=seen).status_code == HTTPStatus.OK
    late = call(token, "POST", path, money(200), etag=seen)
    assert late.status_code == HTTPStatus.PRECONDITION_FAILED
    assert late["Content-Type"] == "application/problem+json"
    goal.refresh_from_db()
    assert goal.fiscal_fen == 100
    fresh = call(token, "GET", f"goals/{goal.pk}")
    assert fresh.json()["fiscal_fen"] == 100
    assert call(token, "GET", f"goals/{goal.pk}", headers={"If-None-Match": fresh["ETag"]}).status_code == 304


def test_a_refusal_names_reason_clause_and_remedy_and_keeps_no_answer(place: County) -> None:
    year = make_subject(place, change="new", requested_fen=900_000_000)
    token = token_for(officer(place))
    path, key = f"subject-years/{year.pk}/goal", "start-goal-9"
    said = call(token, "POST", path, {"copy_last_year": False}, etag=mark(year), key=key)
    assert said.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    told = said.json()
    assert told["errors"][0]["message"] == told["detail"]
    assert told["errors"][0]["clause"]
    assert told["instance"] == said["X-Request-ID"]
    assert not Answer.objects.exists()
    assert not Goal.objects.filter(subject_year=year).exists()


def test_a_crash_half_way_leaves_neither_the_write_nor_its_answer(place: County, goal: Goal) -> None:
    """Killed after the service and before the answer is kept: nothing is there, and the same key does it once."""
    token, path, key = token_for(officer(place, "unit_finance")), f"goals/{goal.pk}/money", "crash-12345"
    entries = Entry.objects.count()
    with patch.object(Answer, "save", side_effect=SystemExit("killed")), pytest.raises(SystemExit):
        call(token, "POST", path, money(700), etag=mark(goal), key=key)
    goal.refresh_from_db()
    assert goal.fiscal_fen != 700
    assert Answer.objects.filter(key=key).count() == 0
    assert Entry.objects.count() == entries
    done = call(token, "POST", path, money(700), etag=mark(goal), key=key)
    assert done.status_code == HTTPStatus.OK
    goal.refresh_from_db()
    assert goal.fiscal_fen == 700
    again = call(token, "POST", path, money(700), etag='"stale"', key=key)
    assert again.content == done.content


def test_an_upload_is_checked_and_confirmed_with_what_was_seen(place: County) -> None:
    person = place.person("performance_office")
    token = token_for(person)
    kinds = {one["key"] for one in call(token, "GET", "import-kinds").json()["items"]}
    assert "projects" in kinds
    content = "项目代码,项目名称\n1,没有别的列\n".encode()
    query = {"kind": "projects", "name": "清单.csv"}
    kept = call(token, "POST", "imports/upload", content, query=query)
    assert kept.status_code == HTTPStatus.OK, kept.content.decode()
    batch = kept.json()
    assert batch["phase"] == "preview"
    assert batch["report"]["problems"]
    refused = call(
        token, "POST", f"imports/{batch['id']}/confirm", {"fingerprint": "x"}, etag=kept["ETag"]
    )
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    dropped = call(token, "POST", f"imports/{batch['id']}/drop", etag=kept["ETag"])
    assert dropped.json()["phase"] == "dropped"


def test_a_file_of_many_goals_is_read_and_written_as_on_the_screen(place: County, goal: Goal) -> None:
    person = officer(place)
    token = token_for(person)
    content = explained(handed_out(person, goal.cycle), "按年度计划核定")
    kept = call(token, "POST", "many-goals/upload", content, query={"name": "清单.xlsx"})
    assert kept.status_code == HTTPStatus.OK, kept.content.decode()
    batch = kept.json()
    assert batch["report"]["read"]["changed"] == 1
    assert batch["report"]["read"]["clashes"] == []
    assert call(token, "GET", f"many-goals/{batch['id']}").json()["phase"] == "preview"
    other = token_for(officer(place, "unit_finance"), name="财务")
    assert call(other, "GET", f"many-goals/{batch['id']}").status_code == HTTPStatus.NOT_FOUND
    done = call(token, "POST", f"many-goals/{batch['id']}/apply", {"choices": {}}, etag=kept["ETag"])
    assert done.json()["phase"] == "applied", done.content.decode()
    assert not goal.indicators.exclude(explanation="按年度计划核定").exists()


def test_answers_older_than_a_month_are_not_kept(place: County, goal: Goal) -> None:
    token = token_for(officer(place, "unit_finance"))
    old = Answer.objects.create(
        token=Token.objects.get(), key="old-old-old", request="", at=clock.now() - once.KEPT * 2
    )
    call(token, "POST", f"goals/{goal.pk}/money", money(1), etag=mark(goal))
    assert not Answer.objects.filter(pk=old.pk).exists()


def test_lists_turn_pages_by_key_and_name_wrong_filters(place: County) -> None:
    for _ in range(5):
        make_subject(place)
    token = token_for(place.person("performance_office"))
    seen: list[int] = []
    after = ""
    while True:
        page = call(token, "GET", "subject-years", query={"limit": 2, "after": after, "sort": "-asked"}).json()
        seen += [one["id"] for one in page["items"]]
        assert page["count"] == SubjectYear.objects.count()
        if page["next"] is None:
            break
        after = page["next"]
    assert sorted(seen) == sorted(SubjectYear.objects.values_list("pk", flat=True))
    for query in ({"state": "nothing"}, {"sort": "unknown"}, {"after": "zzz"}, {"limit": 0}, {"colour": "red"}):
        answer = call(token, "GET", "subject-years", query=query)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, query
        assert answer.json()["errors"][0]["where"] in query
    row = call(token, "GET", "subject-years", query={"limit": 1}).json()["items"][0]
    assert isinstance(row["requested_fen"], int)


def test_what_cannot_be_read_is_told_in_chinese(place: County, goal: Goal) -> None:
    token, path = token_for(officer(place, "unit_finance")), f"goals/{goal.pk}/money"
    etag = mark(goal)
    wrong = call(token, "POST", path, {"fiscal_fen": "12.5", "colour": 1}, etag=etag).json()
    assert {(one["where"], one["message"]) for one in wrong["errors"]} == {
        ("fiscal_fen", "须为整数"), ("colour", "没有这一项"),
    }  # fmt: skip
    for body, status in (("{", 400), ('{"note": "\\u0000"}', 400), ('{"fiscal_fen": NaN}', 400)):
        assert call(token, "POST", path, body, etag=etag).status_code == status
    form = call(token, "POST", path, b"fiscal_fen=1", etag=etag)
    assert form.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert json.loads(form.content)["title"]


def test_nothing_is_left_open_after_a_refusal(place: County, goal: Goal) -> None:
    token = token_for(officer(place, "unit_finance"))
    call(token, "POST", f"goals/{goal.pk}/money", money(-1), etag=mark(goal))
    assert not transaction.get_connection().needs_rollback
