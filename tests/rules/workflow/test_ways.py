"""Tables that part: a row for some cases only, and what the reader asks of such a table."""

import pytest
from pydantic import ValidationError

from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow import Attempt, Workflow
from jiheng.rules.workflow.registry import MissingFact

CITE = {"source": "own", "clause": "第一条"}
FOUR_EYES = {"not_same_person_as": ["submit"]}


def row(action: str, label: str, to: str, role: str, **when: str) -> dict[str, object]:
    """A step out of the review, for one way or for all."""
    return {"action": action, "label": label, "from": "review", "to": to, "by": [role], "when": when, **FOUR_EYES}


def table(*more: dict[str, object], ways: tuple[str, ...] = ("department", "bureau")) -> dict[str, object]:
    """A table whose review parts by who allocates the money."""
    to = {"department": "end", "bureau": "division"}
    return {
        "label": "分路",
        "cite": CITE,
        "start": "draft",
        "final": ["end"],
        "states": {name: {"label": label} for name, label in (("draft", "草拟"), ("review", "审核"), ("division", "科室"), ("end", "办结"))},
        "steps": [
            {"action": "submit", "label": "提交", "from": "draft", "to": "review", "by": ["unit_project"]},
            *(
                row("pass", f"通过{way}", to[way], "department_reviewer", allocator=way) for way in ways
            ),
            {"action": "pass", "label": "科室通过", "from": "division", "to": "end", "by": ["division"], **FOUR_EYES},
            *more,
        ],
    }  # fmt: skip


def attempt(allocator: str | None) -> Attempt:
    facts = {} if allocator is None else {"allocator": allocator}
    return Attempt("review", "pass", "department_reviewer", "乙", facts)


@pytest.mark.feature("10.01")
def test_a_case_goes_its_own_way() -> None:
    workflow = Workflow.parse(table())
    ends = {way: workflow.take(attempt(way)) for way in ("department", "bureau")}
    assert {way: one.state for way, one in ends.items() if not isinstance(one, list)} == {"department": "end", "bureau": "division"}
    buttons = {way: [one.label for one in workflow.on_way({"allocator": way}).actions("review", "department_reviewer")] for way in ends}
    assert buttons == {"department": ["通过department"], "bureau": ["通过bureau"]}
    assert len(workflow.actions("review", "department_reviewer")) == 2


def test_a_stage_that_does_not_tell_the_way_is_an_error_of_the_program() -> None:
    with pytest.raises(MissingFact, match="资金由谁分配"):
        Workflow.parse(table()).take(attempt(None))


def test_a_way_without_this_row_is_told_what_it_may_do() -> None:
    only = row("hand_on", "转交", "division", "department_reviewer", allocator="bureau")
    workflow = Workflow.parse(table(only, ways=("department", "bureau")))
    refused = workflow.take(Attempt("review", "hand_on", "department_reviewer", "乙", {"allocator": "department"}))
    assert isinstance(refused, list)
    (said,) = refused
    assert isinstance(said, Refusal)
    assert "通过department" in said.remedy
    assert "转交" not in said.remedy


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (table(ways=("department",)), "财政部门分配的到了状态“draft”就走不到任何终点"),
        (table(row("pass", "又通过", "end", "department_reviewer")), "财政部门分配的写了2次"),
        (table(row("x", "别的", "end", "division", weather="rain")), "“weather: rain”不是分路的写法"),
        (table(row("x", "别的", "end", "division", allocator="nobody")), "“allocator: nobody”不是分路的写法"),
    ],
)  # fmt: skip
def test_a_table_that_parts_unsoundly_is_not_read(made: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Workflow.parse(made)
    assert said in str(caught.value)


def test_the_picture_tells_for_whom_a_row_is() -> None:
    assert "（主管部门分配的）" in Workflow.parse(table()).diagram()
