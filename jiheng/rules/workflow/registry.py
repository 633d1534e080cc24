"""The register of conditions that a workflow table may name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jiheng.rules.refusal import Refusal

Facts = Mapping[str, Any]
Answer = Refusal | Sequence[Refusal] | None


class Prescribed(Protocol):
    """A value in force, with its label and clause: what `policy.value` answers."""

    @property
    def label(self) -> str: ...

    @property
    def value(self) -> Any: ...

    @property
    def clause(self) -> object: ...


class Rules(Protocol):
    """The rules in force for one budget year and one day: what stands under `facts["policy"]`."""

    def value(self, key: str) -> Prescribed:
        """The value in force. LookupError when nothing is prescribed."""
        ...

    def get(self, key: str) -> Prescribed | None:
        """The value in force, or None when nothing is prescribed."""
        ...


class MissingFact(LookupError):
    """A stage forgot to gather a fact: an error of the program, never of the person."""


@dataclass(frozen=True)
class Condition:
    """One condition: its key in tables, the rule in its users' words, and the facts it rests on."""

    key: str
    text: str
    reads: tuple[str, ...]
    takes: type
    judge: Callable[[Facts, Any], Answer]

    def ask(self, facts: Facts, argument: Any) -> list[Refusal]:
        """All reasons against. MissingFact when a fact it rests on was not gathered."""
        for name in self.reads:
            if name not in facts:
                raise MissingFact(f"条件“{self.key}”需要事实“{name}”，办理程序没有提供")
        answer = self.judge(facts, argument)
        if answer is None:
            return []
        return [answer] if isinstance(answer, Refusal) else list(answer)


CHECKS: dict[str, Condition] = {}


def check(
    key: str, *, reads: tuple[str, ...], takes: type = bool
) -> Callable[[Callable[[Facts, Any], Answer]], Callable[[Facts, Any], Answer]]:
    """Register a condition: `reads` names its facts, `takes` the kind of value a table writes beside it.

    The function's docstring is the rule as people read it.
    """

    def register(judge: Callable[[Facts, Any], Answer]) -> Callable[[Facts, Any], Answer]:
        if key in CHECKS:
            raise ValueError(f"条件“{key}”登记了两次")
        text = (judge.__doc__ or "").strip()
        if not text:
            raise ValueError(f"条件“{key}”没有说明")
        CHECKS[key] = Condition(key, text, reads, takes, judge)
        return judge

    return register


def prescribed(facts: Facts, key: str) -> Prescribed | None:
    """The value in force of the facts' policy; None also where the place's rules don't know the parameter at all."""
    try:
        found: Prescribed | None = facts["policy"].get(key)
    except LookupError:
        return None
    return found


def blank(text: object) -> bool:
    """Whether a text says nothing."""
    return not str(text or "").strip()
