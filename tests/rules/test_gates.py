"""Gates of a project's life: passed, held, not asked; in their order, with what the refused act says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.appraisal import Condition, Trigger, library_refusals
from jiheng.rules.gates import ORDER, Gate, Stand, appraisal_gates, gate, in_order, next_step
from jiheng.rules.refusal import Refusal

CLAUSE = "《某县办法》第五条"
DEMANDED = Trigger(True, "“新增”项目一律须做事前绩效评估", "情形条")
FREE = Trigger(False, "“延续”项目不在事前绩效评估范围内", "情形条")
OPEN = Condition("补充测算明细", date(2022, 12, 1), met=False)


def stands(trigger: Trigger, conclusion: str | None, unmet: tuple[Condition, ...] = (), conditions: int = 0) -> list[Gate]:
    refusals = library_refusals(trigger, conclusion=conclusion, unmet=unmet, clause=CLAUSE)
    return appraisal_gates(trigger, refusals, conclusion=conclusion, said="予以支持", conditions=conditions, clause=CLAUSE, url="/a/")


@pytest.mark.feature("1.04")
@pytest.mark.parametrize(
    ("trigger", "conclusion", "unmet", "conditions", "expected"),
    [
        (DEMANDED, None, (), 0, (Stand.HELD, Stand.FREE)),
        (FREE, None, (), 0, (Stand.FREE, Stand.FREE)),
        (DEMANDED, "not_supported", (), 0, (Stand.HELD, Stand.FREE)),
        (FREE, "not_supported", (), 0, (Stand.HELD, Stand.FREE)),
        (DEMANDED, "supported", (), 0, (Stand.PASSED, Stand.FREE)),
        (FREE, "supported", (), 0, (Stand.PASSED, Stand.FREE)),
        (DEMANDED, "supported_after_revision", (OPEN,), 2, (Stand.PASSED, Stand.HELD)),
        (DEMANDED, "supported_after_revision", (), 2, (Stand.PASSED, Stand.PASSED)),
    ],
)
def test_appraisal_and_its_conditions_are_two_gates(
    trigger: Trigger, conclusion: str | None, unmet: tuple[Condition, ...], conditions: int, expected: tuple[Stand, Stand]
) -> None:
    found = stands(trigger, conclusion, unmet, conditions)
    assert tuple(one.stand for one in found) == expected
    refused = library_refusals(trigger, conclusion=conclusion, unmet=unmet, clause=CLAUSE)
    assert [why for one in found for why in one.refusals] == refused  # what the act says, no more and no less
    assert found[0].clause
    assert bool(found[1].clause) is (conditions > 0)


def test_a_gate_that_refuses_is_held_even_where_it_was_not_asked() -> None:
    why = Refusal("不予支持", CLAUSE, "重新申报")
    held = gate("library", [why], applies=False, passed="已入库", free="不须")
    assert (held.stand, held.text, held.clause, held.word, held.label) == (Stand.HELD, "不予支持", CLAUSE, "没有通过", "入库")


def test_gates_stand_in_the_order_of_life_and_the_first_held_is_next() -> None:
    passed = [gate(key, (), applies=True, passed="好", free="") for key in ("budget", "goal", "appraisal")]
    assert [one.key for one in in_order(passed)] == ["appraisal", "goal", "budget"]
    assert next_step(passed) is None
    later = gate("result", [Refusal("上限", CLAUSE)], applies=True, passed="", free="")
    sooner = gate("term", [Refusal("到期", CLAUSE)], applies=True, passed="", free="")
    assert next_step(in_order([*passed, later, sooner])) == sooner
    with pytest.raises(KeyError):
        in_order([Gate("unknown", Stand.FREE, "")])


@given(st.permutations(list(ORDER)))
def test_order_does_not_depend_on_who_told_first(keys: list[str]) -> None:
    gates = [gate(key, (), applies=False, passed="", free="不适用") for key in keys]
    assert [one.key for one in in_order(gates)] == list(ORDER)
