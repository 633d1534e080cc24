"""To whom the rules of a year want what reported, and how far that is done."""

from dataclasses import dataclass
from typing import Any

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.disclosure.models import Dispatch
from jiheng.stages.disclosure.reporting.access import REFERRAL, TRUSTED, visible_dispatches

OWED = ("goals_reported_to", "results_reported_to", "assessment_reported_to")
MATTERS = (*OWED, REFERRAL)
"""The parameters that name recipients; what is only handed over when there is a case is not owed."""


@dataclass(frozen=True)
class Line:
    """One recipient of one matter, with what was sent to it."""

    matter: str
    label: str
    recipient: str
    clause: str
    sent: tuple[Dispatch, ...]

    @property
    def state(self) -> tuple[str, Tone]:
        """How far it is, in words and colour."""
        if not self.sent:
            return "未报送", "amber"
        received = sum(one.received_on is not None for one in self.sent)
        if received:
            return ("已收到", "green") if received == len(self.sent) else ("部分收到", "blue")
        return ("已移送" if self.matter == REFERRAL else "已报送"), "blue"

    @property
    def verb(self) -> str:
        """What the page calls the noting of one more paper."""
        return "登记移送" if self.matter == REFERRAL else "登记报送"


def recipients_of(cycle: Cycle, matter: str) -> tuple[list[str], str, str]:
    """Return the recipients of a matter in the words of the rules, its label and clause; none where they say nothing."""
    rule = rule_in(cycle, matter) if matter in MATTERS else None
    if rule is None:
        return [], "", ""
    return [_name(one) for one in rule.value], rule.label, str(rule.clause)


def _name(one: Any) -> str:
    return str(one["label"]) if isinstance(one, dict) else str(one)


def lines_of(cycle: Cycle, person: Person) -> list[Line]:
    """Return every recipient that the rules name with what was sent to it; referrals as they are, for who must know."""
    sent: dict[tuple[str, str], list[Dispatch]] = {}
    for one in visible_dispatches(person).filter(cycle=cycle):
        sent.setdefault((one.matter, one.recipient), []).append(one)
    found = []
    for matter in OWED:
        names, label, clause = recipients_of(cycle, matter)
        found += [Line(matter, label, name, clause, tuple(sent.get((matter, name), ()))) for name in names]
    _, label, clause = recipients_of(cycle, REFERRAL)
    if label and person.role in TRUSTED:
        found += [
            Line(REFERRAL, label, name, clause, tuple(rows)) for (matter, name), rows in sent.items() if matter == REFERRAL
        ]
    return found
