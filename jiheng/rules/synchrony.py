"""Goals and budget step by step: what a step of the budget asks of the goals."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jiheng.rules.refusal import Refusal

LEVELS: Mapping[str, int] = MappingProxyType(
    {"assigned": 0, "declared": 1, "reviewed": 2, "approved": 3, "published": 4}
)
"""How far a goal has come: assigned, handed in, reviewed to the end, approved, made public."""
VERBS = MappingProxyType({"declared": "申报", "reviewed": "审核完", "approved": "批复", "published": "公开"})
NAMED = 3
"""So many goals are named; the others are counted."""


def waiting_for(step: str, label: str, event: str, behind: Sequence[str], clause: str) -> list[Refusal]:
    """部门预算的一步须等绩效目标的同一步。

    `behind` names the goals that have not come so far; nothing is said when all have. `label` is the place's
    word for the step, `event` that of the budget's step.
    """
    if not behind:
        return []
    more = "等" if len(behind) > NAMED else ""
    names = "、".join(f"“{one}”" for one in behind[:NAMED])
    words = f"“{label}”：还有 {len(behind)} 项绩效目标没有{VERBS[step]}（{names}{more}），不能登记“{event}”"
    return [Refusal(words, clause, f"请先把这些绩效目标{VERBS[step]}，再登记", "key")]
