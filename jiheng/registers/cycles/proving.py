"""Cases of a budget year as the chain is asked about them."""

from collections.abc import Callable, Iterable
from typing import Any

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.foundation.files.proving import EVIDENCE
from jiheng.foundation.workflow.models import Case
from jiheng.foundation.workflow.proving import case
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow import Workflow


def case_of_year(
    model: type[Case],
    words: str,
    workflow: str | Callable[[Any], Workflow],
    parts: Iterable[Part] = (),
    *,
    open_in: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> Kind:
    """Return the kind of a case with a `cycle`, its files among its parts; `workflow` may be the key of its table."""

    def table(record: Any) -> Workflow:
        return policy_for(record.cycle).workflows[workflow] if isinstance(workflow, str) else workflow(record)

    return case(model, words, table, (EVIDENCE, *parts), open_in=open_in, leave=leave)
