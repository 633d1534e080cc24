"""天元 by its script: each article that can bite is seen to, below, at and above, for several seeds."""

from collections.abc import Iterator, Sequence

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import Played, Row, as_text, judge, play, read_expected
from tests.channels.scenarios.whole import assert_whole
from tests.turns import seeds

pytestmark = pytest.mark.django_db

PLACE = "hunan-tianyuan"
BITTEN = {4, 7, 9, 11, *range(13, 20), *range(22, 37), *range(38, 46)}
"""Articles that a person's act or a figure can show; the others define, divide work or name principles."""
NUMERALS = "零一二三四五六七八九"


@pytest.fixture(scope="module", params=seeds("1", "7"))
def played(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Played]:
    """The played year, once a seed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(PLACE, request.param)
        transaction.set_rollback(True)


def article(clause: str) -> int:
    """The number of an article written in Chinese."""
    words = clause.removeprefix("第").partition("条")[0]
    tens, _, ones = words.rpartition("十")
    if "十" not in words:
        return NUMERALS.index(words)
    return (NUMERALS.index(tens) if tens else 1) * 10 + (NUMERALS.index(ones) if ones else 0)


def failed(table: Sequence[Row]) -> set[str]:
    return {row.key for row in table if not row.equal}


def test_everything_demanded_is_done(played: Played) -> None:
    table = judge(played, read_expected(PLACE))
    assert [line for row in table if not row.equal for line in as_text([row])] == []
    assert {row.side for row in table} == {"", "below", "at", "above"}
    assert {article(row.clause) for row in table} == BITTEN
    assert_whole(played.world.place)


def test_a_changed_demand_fails_alone(played: Played) -> None:
    expected = read_expected(PLACE)
    for key, other in (("due_month_end", "2024-03-02"), ("report_at", "refused"), ("grade_e6000", "中")):
        changed = [
            one.model_copy(update={"demand": other, "by": "tianyuan-measures 第四十二条" if other == "refused" else ""})
            if one.key == key
            else one
            for one in expected.demands
        ]
        assert failed(judge(played, expected.model_copy(update={"demands": changed}))) == {key}
