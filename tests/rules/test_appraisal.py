"""When an appraisal is demanded, just below, at and above the limit; what the gate of the library refuses."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from jiheng.rules.appraisal import Condition, Request, Trigger, appraisal_trigger, library_refusals

LIMIT_FEN = 500_000_000
CLAUSE = "《某县办法》第五条"


@dataclass(frozen=True)
class Value:
    """A value in force."""

    label: str
    value: Any
    clause: str


@dataclass(frozen=True)
class Rules:
    """Rules with three changes caught, and a limit or none."""

    limit: Decimal | None
    changes: tuple[str, ...] = ("new", "enlarged", "renewed")
    joined: str = ""

    def value(self, key: str) -> Value:
        """What is prescribed."""
        found = self.get(key)
        if found is None:
            raise LookupError(key)
        return found

    def get(self, key: str) -> Value | None:
        """What is caught, the limit, and how it is joined with 重大; rules of before know no such key."""
        if key == "appraisal_trigger_kinds":
            caught = {"subjects": ["project", "policy"], "changes": list(self.changes)}
            return Value("对象和情形", caught, "情形条") if self.changes else None
        if key == "appraisal_major_joined":
            if not self.joined:
                raise LookupError(key)
            return Value("重大与限额", self.joined, "合并条")
        assert key == "appraisal_major_threshold"
        return None if self.limit is None else Value("限额", self.limit, "限额条")


WITH_LIMIT = Rules(Decimal(5_000_000))
CAUGHT = {"new": True, "raised": True, "adjusted": True, "renewed": True, "continuing": False}
AMOUNTS = {LIMIT_FEN - 1: False, LIMIT_FEN: True, LIMIT_FEN + 1: True}


@pytest.mark.feature("2.01")
@pytest.mark.parametrize(("change", "amount", "major"), list(product(CAUGHT, AMOUNTS, (False, True))))
def test_trigger_asks_change_amount_and_major(change: str, amount: int, major: bool) -> None:
    trigger = appraisal_trigger(WITH_LIMIT, Request("project", change, amount, major))
    assert trigger.required is (CAUGHT[change] and (major or AMOUNTS[amount]))
    assert trigger.clause == ("情形条" if not CAUGHT[change] or major else "限额条")


@pytest.mark.parametrize(("change", "amount", "major"), list(product(CAUGHT, AMOUNTS, (False, True))))
def test_trigger_that_joins_major_and_limit_asks_for_both(change: str, amount: int, major: bool) -> None:
    rules = Rules(Decimal(5_000_000), joined="both")
    trigger = appraisal_trigger(rules, Request("project", change, amount, major))
    assert trigger.required is (CAUGHT[change] and major and AMOUNTS[amount])
    if CAUGHT[change]:
        assert trigger.clause == ("合并条" if AMOUNTS[amount] and not major else "限额条")


@pytest.mark.parametrize("major", [False, True])
def test_trigger_that_joins_without_limit_asks_for_major_alone(major: bool) -> None:
    assert appraisal_trigger(Rules(None, joined="both"), Request("project", "new", 1, major)).required is major
    assert appraisal_trigger(Rules(None, joined="either"), Request("project", "new", 1, major)).required


def test_trigger_demands_nothing_in_a_year_without_a_rule() -> None:
    trigger = appraisal_trigger(Rules(None, ()), Request("project", "new", LIMIT_FEN, True))
    assert (trigger.required, trigger.reason) == (False, "本年度没有规定须做事前绩效评估的对象和情形")


@pytest.mark.parametrize("change", CAUGHT)
def test_trigger_without_limit_asks_only_the_change(change: str) -> None:
    assert appraisal_trigger(Rules(None), Request("project", change, 1)).required is CAUGHT[change]


def test_trigger_leaves_other_subjects_alone() -> None:
    trigger = appraisal_trigger(Rules(None), Request("department", "new", LIMIT_FEN * 9, True))
    assert (trigger.required, trigger.clause) == (False, "情形条")


def test_trigger_of_a_place_that_names_only_new_items() -> None:
    rules = Rules(None, ("new",))
    caught = {change: appraisal_trigger(rules, Request("policy", change, 1)).required for change in CAUGHT}
    assert caught == {"new": True, "raised": False, "adjusted": False, "renewed": False, "continuing": False}


def test_trigger_says_both_amounts() -> None:
    trigger = appraisal_trigger(WITH_LIMIT, Request("project", "new", LIMIT_FEN - 1))
    assert trigger.reason == "“新增”项目申报 500.00 万元，未达到 500.00 万元的限额，也未列为重大项目"
    assert trigger.threshold_fen == LIMIT_FEN


DEMANDED = Trigger(True, "“新增”项目一律须做事前绩效评估", "情形条")
FREE = Trigger(False, "“延续”项目不在事前绩效评估范围内", "情形条")
OPEN = Condition("补充测算明细", date(2022, 12, 1), met=False)
MET = Condition("补充测算明细", date(2022, 12, 1), met=True)


@pytest.mark.feature("1.04")
@pytest.mark.parametrize(
    ("trigger", "conclusion", "unmet", "where"),
    [
        (DEMANDED, None, (), ["appraisal"]),
        (FREE, None, (), []),
        (DEMANDED, "not_supported", (), ["appraisal"]),
        (FREE, "not_supported", (), ["appraisal"]),
        (DEMANDED, "supported", (), []),
        (DEMANDED, "supported_after_revision", (OPEN, MET), ["conditions"]),
        (DEMANDED, "supported_after_revision", (MET,), []),
    ],
)
def test_gate_refuses_by_conclusion(
    trigger: Trigger, conclusion: str | None, unmet: tuple[Condition, ...], where: list[str]
) -> None:
    refusals = library_refusals(trigger, conclusion=conclusion, unmet=unmet, clause=CLAUSE)
    assert [one.where for one in refusals] == where
    assert {one.clause for one in refusals} <= {CLAUSE}
