"""What performance management rests on (依据): the kinds a place names, and which of them are not on record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

KINDS, DEMANDED = "warrant_kinds", "warrants_demanded"
"""The parameters: the kinds in their order, and which of them each link of the process demands."""
LINKS: Mapping[str, str] = {"project": "项目", "appraisal": "事前绩效评估", "evaluation": "绩效评价"}
"""The links at which something is put on record, as the parameter names them."""


@dataclass(frozen=True)
class Kind:
    """One kind as the rules name it."""

    key: str
    label: str


def kinds_in(value: Sequence[Mapping[str, object]] | None) -> tuple[Kind, ...]:
    """The kinds of a place in the order of its rules; none where it names none."""
    return tuple(Kind(str(one["key"]), str(one["label"])) for one in value or ())


def missing(
    link: str, kinds: Sequence[Kind], demanded: Mapping[str, Sequence[str]] | None, filed: Collection[str]
) -> list[Kind]:
    """The kinds that a link demands and that are not on record, in the order of the rules.

    `filed` are the keys of kinds on record for the subject and year, at whichever link they were put there.
    """
    asked = set((demanded or {}).get(link, ()))
    return [one for one in kinds if one.key in asked and one.key not in filed]
