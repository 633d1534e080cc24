"""Several programs at once: the same thing is done once, whoever was faster."""

from http import HTTPStatus

import pytest

from jiheng.foundation.audit.models import Entry
from jiheng.stages.goals.models import Goal
from tests.channels.api.callers import call, mark, token_for
from tests.make import make_county, make_goal, make_subject
from tests.threads import all_at_once


@pytest.mark.concurrency
@pytest.mark.usefixtures("committed")
def test_one_key_sent_four_times_at_once_is_done_once() -> None:
    place = make_county()
    goal = make_goal(place, make_subject(place))
    token, seen = token_for(place.person("unit_project")), mark(goal)

    def send() -> tuple[int, bytes]:
        answer = call(token, "POST", f"goals/{goal.pk}/act", {"action": "submit"}, etag=seen, key="double-click")
        return answer.status_code, answer.content

    answers = all_at_once(*[send] * 4)
    assert {status for status, _ in answers} == {HTTPStatus.OK}
    assert len(set(answers)) == 1
    assert Entry.objects.filter(action="goals.submit").count() == 1


@pytest.mark.concurrency
@pytest.mark.usefixtures("committed")
def test_two_programs_on_one_version_one_is_told_that_it_is_stale() -> None:
    place = make_county()
    goal = make_goal(place, make_subject(place))
    token, seen = token_for(place.person("unit_finance")), mark(goal)

    def save(fen: int) -> int:
        body = {"fiscal_fen": fen, "other_fen": 0}
        return int(call(token, "POST", f"goals/{goal.pk}/money", body, etag=seen).status_code)

    statuses = all_at_once(lambda: save(100), lambda: save(200))
    assert sorted(statuses) == [HTTPStatus.OK, HTTPStatus.PRECONDITION_FAILED]
    assert Goal.objects.get(pk=goal.pk).fiscal_fen == (100 if statuses[0] == HTTPStatus.OK else 200)
