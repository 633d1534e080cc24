"""Which items of a review table take points away, and which never do."""

from decimal import Decimal

import pytest

from jiheng.rules.checklist_statistics import ENOUGH, use_by_kind

POINTS = {"a": Decimal(5), "b": Decimal(10)}


def lines(a: str, b: str) -> dict[str, dict[str, str]]:
    return {"a": {"points": a}, "b": {"points": b}, "gone": {"points": "1"}}


@pytest.mark.feature("4.22")
def test_an_item_that_never_fails_is_named_for_its_kind_alone() -> None:
    reviews = [("project", lines("5", "10" if at else "6")) for at in range(ENOUGH)]
    found = use_by_kind([*reviews, ("department", lines("3", "10"))], POINTS)
    assert found["project"]["a"].never_fails
    assert not found["project"]["b"].never_fails
    assert (found["project"]["b"].failed, found["project"]["b"].full) == (1, ENOUGH - 1)
    assert not found[""]["a"].never_fails
    assert not found["department"]["b"].never_fails, "one review is not enough"
    assert found["department"]["a"].rate(POINTS["a"]) == Decimal("0.6")
    assert "gone" not in found[""]
    assert use_by_kind([], POINTS) == {}
    few = use_by_kind([("project", lines("5", "10"))] * (ENOUGH - 1), POINTS)
    assert not few["project"]["a"].never_fails
