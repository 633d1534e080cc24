"""Grounds that follow from results: when they are there, what may be decided, what is still as before."""

from decimal import Decimal

import pytest

from jiheng.rules.result_grounds import USUAL, against, choices, decided, follows_from, still_as_before

POOR = {
    "key": "poor_policy", "label": "评价为差的政策", "results": {"grades": ["poor"], "kinds": ["policy"]},
    "decisions": ["adjust", "merge", "cancel"],
}  # fmt: skip
PLAIN = {"key": "expired", "label": "到期"}


@pytest.mark.parametrize(
    ("kind", "grade", "there"), [("policy", "poor", True), ("policy", "fair", False), ("project", "poor", False), ("policy", "", False)]
)
def test_a_result_brings_a_ground_about(kind: str, grade: str, there: bool) -> None:
    assert follows_from(POOR, kind, grade) is there
    assert follows_from(PLAIN, kind, grade) is False


def test_what_may_be_decided_is_what_the_ground_names() -> None:
    assert choices(PLAIN) == choices(None) == USUAL
    assert choices(POOR, result_stands=True) == ("adjust", "merge", "cancel")
    assert choices(POOR) == ("adjust", "merge", "cancel", "dismiss")  # the result was changed by a re-check since


def test_a_decision_that_the_ground_does_not_name_is_refused() -> None:
    def said(action: str, allowed: tuple[str, ...], ratio: str | None = None) -> list[str]:
        return [one.message for one in against(action, Decimal(ratio) if ratio else None, "效益差", merges=False, clause="某条", allowed=allowed)]

    assert said("adjust", ("adjust", "cancel")) == []
    assert said("adjust", USUAL) == ["这种情形不能决定“调整政策”，可以选择压减、整合、取消、不属于该情形"]
    assert said("cut", ("adjust", "cancel"), "10") == ["这种情形不能决定“压减”，可以选择调整政策、取消"]
    assert said("", ("adjust", "cancel")) == ["没有选择处理，可以选择调整政策、取消"]


def test_an_adjustment_takes_no_money_by_itself() -> None:
    left = decided("adjust", 100, None, "评价为差的政策")
    assert (left.cut, left.ceiling, left.text) == (0, 100, "评价为差的政策：调整政策")


@pytest.mark.parametrize(
    ("change", "parts", "same"),
    [("continuing", [], True), ("raised", [], True), ("adjusted", [], False), ("continuing", ["overview"], False),
     ("continuing", ["basis"], False), ("continuing", ["requested_fen", "name"], True)],
)  # fmt: skip
def test_a_policy_is_adjusted_when_its_content_is(change: str, parts: list[str], same: bool) -> None:
    assert still_as_before(change, parts) is same
