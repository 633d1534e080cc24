"""What a kind of decision is: which facts it needs, what comes out, and how the rules get from one to the other."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiheng.rules.entry import Strict
from jiheng.rules.policy.parameters import DatedValue
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.method import plain


@dataclass(frozen=True)
class Step:
    """One line of the calculation, with the clause that it follows where a rule stands behind it."""

    text: str
    clause: str = ""

    def __str__(self) -> str:
        return f"{self.text}（依据：{self.clause}）" if self.clause else self.text


@dataclass(frozen=True)
class Worked:
    """What the rules make of the facts: the result, step by step, and what speaks against what the person decided."""

    result: Strict
    steps: tuple[Step, ...]
    against: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of decision; `short` names its files. `decided` is what a person decided beside the rule's proposal; None where nobody does.

    `work_out` gets facts, decision and rules; it raises ValueError or LookupError when nothing can be worked out.
    """

    key: str
    label: str
    short: str
    facts: type[Strict]
    result: type[Strict]
    work_out: Callable[[Any, Any, PolicyAt], Worked]
    decided: type[Strict] | None = None


def graded(table: GradeTable, total: Decimal, clause: str) -> Step:
    """The step from a total to its grade, with both ends of the band."""
    band, compared = table.grade(total), table.rounded(total)
    upper = f"不高于{plain(band.high)}分" if band.high == table.full else f"低于{plain(band.high)}分"
    return Step(f"{plain(compared)}分，不低于{plain(band.low)}分、{upper}，等级为“{band.label}”", clause)


def prescribed(rules: PolicyAt, key: str) -> DatedValue | None:
    """The value in force, or None where nothing is prescribed: an excerpt leaves out what the rules do not say."""
    return rules.get(key) if key in rules.policy.parameters else None
