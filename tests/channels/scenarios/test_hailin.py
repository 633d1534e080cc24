"""海林 by its script: what the document demands is what the system does, and every threshold bites."""

from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.demands import Demand
from jiheng.channels.scenarios.run import Played, Row, as_text, judge, play, read_expected
from tests.channels.scenarios.whole import assert_whole
from tests.turns import seeds

pytestmark = pytest.mark.django_db

PLACE = "heilongjiang-hailin"


@pytest.fixture(scope="module", params=seeds("1", "7"))
def played(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Played]:
    """The played year, once a seed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, request.param)
        transaction.set_rollback(True)


def failed(table: Sequence[Row]) -> set[str]:
    return {row.key for row in table if not row.equal}


def test_everything_demanded_is_done(played: Played) -> None:
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {row.kind for row in table} >= {"threshold", "sentence"}
    assert {row.side for row in table} == {"", "below", "at", "above"}


def test_chain_is_whole_after_what_was_refused(played: Played) -> None:
    assert_whole(played.world.place)


OTHER = {
    "allowed": {"demand": "refused", "by": "hailin-2021-14 二（二）"},
    "refused": {"demand": "allowed", "by": "", "because": ""},
}


def otherwise(row: Demand) -> Demand:
    """The same demand with another answer."""
    return row.model_copy(update=OTHER.get(row.demand, {"demand": f"{row.demand}1"}))


def test_every_changed_expectation_fails(played: Played) -> None:
    expected = read_expected(PLACE)
    told = expected.model_copy(update={"demands": [otherwise(row) for row in expected.demands]})
    assert failed(judge(played, told)) >= {row.key for row in expected.demands}


def test_changed_expectation_fails_alone(played: Played) -> None:
    expected = read_expected(PLACE)
    for one in expected.demands[::60]:
        rest = [otherwise(row) if row is one else row for row in expected.demands]
        assert failed(judge(played, expected.model_copy(update={"demands": rest}))) == {one.key}


def test_refusal_by_another_clause_or_for_another_reason_fails(played: Played) -> None:
    expected = read_expected(PLACE)
    one = next(row for row in expected.demands if row.key == "a_project_new_at")
    for update in ({"by": "hailin-2021-14 二（三）"}, {"because": "达到 600.00 万元的限额"}):
        rest = [row.model_copy(update=update) if row is one else row for row in expected.demands]
        assert failed(judge(played, expected.model_copy(update={"demands": rest}))) == {one.key}


def test_act_without_demand_and_demand_without_act_are_faults(played: Played) -> None:
    expected = read_expected(PLACE)
    with pytest.raises(ValueError, match="没有写明要求"):
        judge(played, expected.model_copy(update={"demands": expected.demands[1:]}))
    stray = expected.demands[0].model_copy(update={"key": "stray", "of": "no-such-act"})
    with pytest.raises(ValueError, match="剧本中没有这些办理：no-such-act"):
        judge(played, expected.model_copy(update={"demands": [*expected.demands, stray]}))
