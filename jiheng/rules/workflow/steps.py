"""The parts of a workflow table and of one attempt to move along it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ConfigDict, Field

from jiheng.rules.entry import Citation, Strict

Tone = Literal["grey", "blue", "amber", "green", "red"]


class State(Strict):
    """A state: the words people see, and the colour beside them (never the only sign)."""

    label: str
    tone: Tone = "grey"

    def __str__(self) -> str:
        return self.label


class Step(Strict):
    """One row of a table: who may move a case from one state to another, and on which conditions.

    `own` marks an act of the drafter's own side (withdrawing, answering); every other step away from
    the start names in `not_same_person_as` the acts whose person may not take it. `when` makes the row one
    for some cases only: a way (rules/workflow/ways.py) and its value.
    """

    model_config = ConfigDict(populate_by_name=True)

    action: str
    label: str
    from_state: str = Field(alias="from")
    to_state: str = Field(alias="to")
    by: tuple[str, ...] = Field(min_length=1)
    requires: dict[str, Any] = {}
    comment: bool = False
    all_must_sign: bool = False
    not_same_person_as: tuple[str, ...] = ()
    own: bool = False
    when: dict[str, str] = {}
    cite: Citation | None = None

    def is_for(self, facts: Mapping[str, Any]) -> bool:
        """Whether the row is one for such a case."""
        return all(facts.get(way) == value for way, value in self.when.items())


@dataclass(frozen=True)
class Signed:
    """A signature given earlier: by whom, as what, under which act, on exactly which content."""

    action: str
    role: str
    actor: int | str
    content_hash: str


@dataclass(frozen=True)
class Attempt:
    """What somebody tries: the facts hold `actors` (action → ids of those who took it before)."""

    state: str
    action: str
    role: str
    actor: int | str
    facts: Mapping[str, Any]
    comment: str = ""
    signatures: tuple[Signed, ...] = ()
    content_hash: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an allowed attempt leads to: the new state, or the old one with signatures still missing."""

    state: str
    signatures: tuple[Signed, ...]
    step: Step
    missing: tuple[str, ...] = ()
    clause: str = ""

    @property
    def moved(self) -> bool:
        """Whether the case leaves its state (false while signatures are missing)."""
        return not self.missing
