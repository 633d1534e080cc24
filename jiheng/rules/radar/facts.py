"""What is known of a project, what a radar is asked for, and what it answers. Money in fen."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Kind = Literal["renamed", "reworded", "split", "fragments", "same_object"]
KINDS: Mapping[Kind, str] = MappingProxyType({
    "renamed": "换名重报",
    "reworded": "改写重报",
    "split": "拆分低于限额",
    "fragments": "零碎同类",
    "same_object": "同一对象重复安排",
})  # fmt: skip
"""The five kinds, with their labels."""
STRENGTHS: tuple[tuple[int, str], ...] = ((80, "高度相似"), (65, "比较相似"), (0, "有些相似"))
"""Least points of each strength. The words say what is seen, not what was meant."""
CARRIED_ON = frozenset({"continuing", "renewed", "raised", "adjusted"})
"""Reasons to ask for money that say themselves that the project was there before."""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project in one year as the radar compares it.

    `key` is unique; `code` is the same in all years of one project; `place` is where it is paid, `above` the places
    over it, nearest first; `transfer` names the transfer from above that this row is a share of; `object` is the
    thing that is paid for, where it is known apart from the text. `running` says that it is a cost of keeping a body
    going (人员类、运转类).
    """

    key: Hashable
    code: str
    name: str
    year: int
    department: str
    unit: str
    amount_fen: int
    content: str = ""
    sector: str = ""
    fund: str = ""
    place: str = ""
    above: tuple[str, ...] = ()
    transfer: str = ""
    object: str = ""
    change: str = "new"
    running: bool = False


@dataclass(frozen=True)
class Settings:
    """The values of a place. Likeness in per cent, amounts in fen; `limit_fen` None where the place sets no limit.

    A split is looked for below `limit_fen`; fragments are at least `fragment_number` projects of at most
    `fragment_fen`; years further apart than `years` are not compared.
    """

    likeness: int = 60
    limit_fen: int | None = None
    fragment_number: int = 5
    fragment_fen: int = 10_000_000
    years: int = 3


@dataclass(frozen=True)
class Hit:
    """Projects that are alike: of which kind, how strongly (0 to 100), how much money, and why, in words.

    `members` are keys, the earliest year first. `money_fen` is what would be paid twice (the smaller amount of a pair)
    or what goes past the limit or into pieces (the sum of a group).
    """

    kind: Kind
    members: tuple[Hashable, ...]
    score: int
    money_fen: int
    reasons: tuple[str, ...]

    @property
    def strength(self) -> str:
        """The strength in words."""
        return strength_of(self.score)


def strength_of(score: int) -> str:
    """Return the words for a likeness of so many points."""
    return next(label for least, label in STRENGTHS if score >= least)


@dataclass
class Counted:
    """What a run has looked at, to be told beside its result."""

    projects: int = 0
    left_out: int = 0
    compared: int = 0
    hits: dict[str, int] = field(default_factory=dict)
