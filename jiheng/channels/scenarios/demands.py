"""What a document demands of named acts and of figures, and how the system answered: the second kind of scenario.

For places that published rules but no figures. The script only says who tried what on which day; what the
document demands stands in another file, written by hand, so that no input can decide what it is judged by.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.db import transaction
from pydantic import Field, model_validator

from jiheng.channels.scenarios.script import ActData
from jiheng.channels.scenarios.vocabulary import compute, perform
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.foundation.refused import Denied, Refused
from jiheng.rules.entry import Strict
from jiheng.rules.policy import Policy, load_policy
from jiheng.rules.policy.clauses import clause_written
from jiheng.rules.refusal import Refusal

ALLOWED, REFUSED = "允许", "退回"
EQUAL, DIFFERENT = "相等", "不等"
KINDS = {"threshold": "门槛", "date": "日期", "share": "比例", "sentence": "条文"}
SIDES = {"": "—", "below": "刚好不到", "at": "恰好", "above": "刚好超过"}


@dataclass(frozen=True)
class Outcome:
    """What came of a named act: done, or refused for these reasons."""

    reasons: tuple[Refusal, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the system said no."""
        return bool(self.reasons)

    @property
    def clauses(self) -> str:
        """The clauses that the system named, each once, in the order of its reasons."""
        return "；".join(dict.fromkeys(one.clause for one in self.reasons if one.clause))

    @property
    def words(self) -> str:
        """The reasons in words."""
        return "；".join(one.message for one in self.reasons)


def attempt(world: World, said: ActData) -> Outcome:
    """Perform a named act whole or not at all, and note how the system answered; faults are raised as ever."""
    try:
        with transaction.atomic():
            perform(world, said.day, said.do, said.with_)
    except Refused as refused:
        return Outcome(tuple(refused.refusals))
    except Denied as denied:
        return Outcome((Refusal(str(denied), denied.clause),))
    return Outcome()


class Demand(Strict):
    """One thing that the document demands, written by hand and used for comparing only.

    Either `of`, a named act of the script, with `demand` allowed or refused (`by` its clause, `because` words
    that the reason must hold), or `measure`, a figure, with `demand` its value. `rests_on` names the entries of
    the pack from which the answer follows.
    """

    key: str
    label: str
    kind: Literal["threshold", "date", "share", "sentence"]
    side: Literal["", "below", "at", "above"] = ""
    clause: str
    demand: str
    of: str = ""
    by: str = ""
    because: str = ""
    measure: str = ""
    with_: dict[str, Any] = Field(alias="with", default={})
    day: date | None = None
    unit: str = ""
    rests_on: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_question(self) -> "Demand":
        if bool(self.of) == bool(self.measure):
            raise ValueError("须且只须写 of（剧本中的办理）或 measure（数字）中的一个")
        if self.of and self.demand not in {"allowed", "refused"}:
            raise ValueError("办理的要求只能是 allowed（允许）或 refused（退回）")
        if self.demand == "refused" and not self.by:
            raise ValueError("要求退回的须写 by（依据的条款）")
        if (self.by or self.because) and self.demand != "refused":
            raise ValueError("by、because 只用于要求退回的")
        return self


@dataclass(frozen=True)
class Line:
    """One line of the table, whatever it compares; it stands when it is equal, also where a document contradicts itself."""

    key: str
    label: str
    computed: str
    equal: bool
    kind: str
    verdict: str
    unit: str
    clause: str
    note: str

    @property
    def accepted(self) -> bool:
        """Whether the line stands."""
        return self.equal

    def plain(self) -> dict[str, Any]:
        """Return the line for machines."""
        return asdict(self)


@dataclass(frozen=True)
class Answered(Line):
    """What the document demands, what the system did."""

    demanded: str
    side: str
    because: str
    rests_on: tuple[str, ...]


def answer(
    world: World, demands: Sequence[Demand], outcomes: dict[str, Outcome], last: date
) -> list[Answered]:
    """Set what the system did beside what is demanded; ValueError when the two files don't cover each other.

    `last` is the day of the script's last act: figures are read on it.
    """
    _cover(demands, outcomes)
    policy = load_policy(world.place.code)
    return [_answered(world, policy, one, outcomes, one.day or last) for one in demands]


def _cover(demands: Sequence[Demand], outcomes: dict[str, Outcome]) -> None:
    asked = {one.of for one in demands if one.of}
    if missing := sorted(asked - set(outcomes)):
        raise ValueError(f"剧本中没有这些办理：{'、'.join(missing)}")
    if unasked := sorted(set(outcomes) - asked):
        raise ValueError(f"剧本中的这些办理没有写明要求：{'、'.join(unasked)}")
    if twice := [key for key, times in Counter(one.key for one in demands).items() if times > 1]:
        raise ValueError(f"键重复：{'、'.join(twice)}")


def _answered(
    world: World, policy: Policy, one: Demand, outcomes: dict[str, Outcome], day: date
) -> Answered:
    if one.measure:
        with clock.at(day):
            demanded, computed, because = one.demand, compute(world.place, one.measure, dict(one.with_)), ""
        equal = _same(demanded, computed)
    else:
        found = outcomes[one.of]
        demanded, computed, equal = _judged(policy, one, found)
        because = found.words
    return Answered(
        key=one.key, label=one.label, computed=computed, equal=equal, kind=one.kind, verdict=EQUAL if equal else DIFFERENT,
        unit=one.unit, clause=one.clause, note=one.note, demanded=demanded, side=one.side, because=because,
        rests_on=one.rests_on,
    )  # fmt: skip


def _judged(policy: Policy, one: Demand, found: Outcome) -> tuple[str, str, bool]:
    computed = f"{REFUSED}，依据{found.clauses or '（无条款）'}" if found.refused else ALLOWED
    if one.demand == "allowed":
        return ALLOWED, computed, not found.refused
    clause = clause_written(policy, one.by)
    by_clause = [reason for reason in found.reasons if reason.clause == clause]
    equal = any(one.because in reason.message for reason in by_clause)
    words = f"，理由含“{one.because}”" if one.because else ""
    return f"{REFUSED}，依据{clause}{words}", computed, equal


def _same(demanded: str, computed: str) -> bool:
    """Numbers are equal as numbers (20 and 20.00), everything else to the letter."""
    try:
        return Decimal(demanded) == Decimal(computed)
    except InvalidOperation:
        return demanded == computed


def demands_as_text(table: Sequence[Answered]) -> Iterator[str]:
    """Return the table for people: a line a demand, below it by which clause and why the system said no."""
    for row in table:
        demanded, computed = _briefly(row.demanded), _briefly(row.computed)
        what = f"{row.label}：要求 {demanded}{row.unit}，系统 {computed}{row.unit}（{row.clause}）"
        yield f"{row.verdict}\t{KINDS[row.kind]}\t{SIDES[row.side]}\t{what}"
        if row.because:
            yield f"\t\t\t{row.computed}：{row.because}"
        if not row.equal and row.demanded != demanded:
            yield f"\t\t\t要求的是：{row.demanded}"
        if row.note:
            yield f"\t\t\t注：{row.note}"
    wrong = sum(not row.equal for row in table)
    yield f"共 {len(table)} 项要求，{len(table) - wrong} 项相等，{wrong} 项不等"


def _briefly(words: str) -> str:
    return REFUSED if words.startswith(f"{REFUSED}，") else words
