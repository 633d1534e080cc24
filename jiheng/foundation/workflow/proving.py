"""How a stage tells of its cases, so that they are held against the chain: state, signatures, and what is theirs."""

from collections.abc import Callable, Iterable
from typing import Any

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.rules.workflow import Workflow

SIGNATURES = Part("signatures", "签署", Signature, always=True)


def case(
    model: type[Case],
    words: str,
    workflow: Callable[[Any], Workflow],
    parts: Iterable[Part] = (),
    *,
    open_in: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> Kind:
    """Return the kind of a case: its state and its signatures are always held against the chain.

    `open_in` names the states in which drafts are saved without an entry; `leave` columns that change without one.
    """

    def steps(record: Any) -> dict[str, str]:
        return {key: one.label for key, one in workflow(record).states.items()}

    return Kind(model, words, (SIGNATURES, *parts), frozenset(open_in), frozenset(leave), steps)
