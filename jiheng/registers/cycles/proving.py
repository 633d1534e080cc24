"""What of budget years the chain seals, and how the cases of a year are told to it."""

from collections.abc import Callable, Iterable
from typing import Any

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.foundation.files.proving import ATTACHED
from jiheng.foundation.workflow.models import Case
from jiheng.foundation.workflow.proving import case
from jiheng.registers.cycles.models import Cycle, Extension, Handover, LegalEvent, Turn
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow import Workflow

HANDED_IN = Part("handed_in", "报送登记", Handover, always=True, place="cycle__place")
"""On which day what was handed in, and how late."""


def _extension_steps(_: object) -> dict[str, str]:
    return dict(Extension.STATES)


def _cycle_steps(_: object) -> dict[str, str]:
    return dict(Cycle.STATES)


KINDS = (
    Kind(Cycle, "预算年度", (Part("turns", "关闭和重新开启", Turn, ("cycle_id",)),), steps=_cycle_steps),
    Kind(Extension, "延长期限", steps=_extension_steps, place="cycle__place"),
    Kind(LegalEvent, "法定事件", place="cycle__place"),
)


def case_of_year(
    model: type[Case],
    words: str,
    workflow: str | Callable[[Any], Workflow],
    parts: Iterable[Part] = (),
    *,
    open_in: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> Kind:
    """Return the kind of a case with a `cycle`, its files and what was handed in among its parts; `workflow` may be the key of its table."""

    def table(record: Any) -> Workflow:
        return policy_for(record.cycle).workflows[workflow] if isinstance(workflow, str) else workflow(record)

    return case(model, words, table, (*ATTACHED, HANDED_IN, *parts), open_in=open_in, leave=leave)
