"""What a rule answers when it says no: the fact, the clause and the way out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar


@dataclass(frozen=True)
class Refusal:
    """One reason against an act, in the words that the person sees.

    Whoever makes one names its clause; `mistake` and `clause_to_come` are the only ways to make one without.
    """

    message: str
    clause: str = ""
    remedy: str = ""
    where: str = ""

    def __str__(self) -> str:
        parts = [self.message]
        if self.clause:
            parts.append(f"依据：{self.clause}")
        if self.remedy:
            parts.append(f"办法：{self.remedy}")
        return "。".join(part.rstrip("。") for part in parts) + "。"


R = TypeVar("R", bound=Refusal)


def mistake(message: str, remedy: str = "", where: str = "") -> Refusal:
    """Return a reason behind which no rule stands.

    Something was typed or read wrongly, a technical limit was reached, or somebody else was faster.
    """
    return Refusal(message, "", remedy, where)


def clause_to_come(message: str, remedy: str = "", where: str = "") -> Refusal:
    """Return a reason whose clause only the caller knows: the step of a workflow, the scorecard.

    The caller puts it on with `under`.
    """
    return Refusal(message, "", remedy, where)


def under(clause: str, refusals: Iterable[R]) -> list[R]:
    """Return the reasons, each with its own clause or else with this one."""
    return [one if one.clause else replace(one, clause=clause) for one in refusals]


def about(name: str, refusals: Iterable[Refusal]) -> list[Refusal]:
    """Return the reasons as those of one among many that are handled together: each begins with its name."""
    return [replace(one, message=f"{name}：{one.message}") for one in refusals]
