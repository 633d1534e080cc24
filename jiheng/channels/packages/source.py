"""What a kind of decision needs of its records: which are decided, who reads them, and what goes into the file."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.models import Entry as ChainEntry
from jiheng.foundation.audit.queries import HistoryLine
from jiheng.foundation.web.record import told
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rules_at
from jiheng.registers.cycles.versions import Versions
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.decision_package import kind_named, written
from jiheng.rules.decision_package.excerpt import excerpt
from jiheng.rules.decision_package.file import About, Entry, Program
from jiheng.rules.entry import Strict
from jiheng.rules.policy import PolicyAt


@dataclass(frozen=True)
class Drawn:
    """What goes into the file of one record: the result as it stands in the record, and the entries of the rules used."""

    facts: Strict
    result: Strict
    decided: Strict | None = None
    parameters: Collection[str] = ()
    grades: Collection[str] = ()
    scorecards: Collection[str] = ()


@dataclass(frozen=True)
class Source:
    """Where decisions of one kind come from.

    `visible` are the decided records that a person may read, `may` says who may; `entry` is the chain's entry by which
    one was decided, `worked_at` the one at which it was worked out, where that was another; `draw` gets the rules of
    that moment, and leaves out what the person may not see.
    """

    kind: str
    visible: Callable[[Person], QuerySet[Any]]
    may: Callable[[Person, Any], Verdict]
    year: Callable[[Any], SubjectYear]
    office: Callable[[Any], str]
    draw: Callable[[Any, PolicyAt, Person], Drawn]
    entry: Callable[[Any], ChainEntry | None] = lambda _: None
    worked_at: Callable[[Any], ChainEntry | None] | None = None
    workflow: str = ""


def package_of(source: Source, record: Model, person: Person) -> bytes:
    """Return the file of a decided record: the same bytes each time, until the program is another version."""
    kind, year = kind_named(source.kind), source.year(record)
    entry = source.entry(record)
    worked = source.worked_at(record) if source.worked_at is not None else entry
    cycle = Versions(year.cycle).as_of(worked.at if worked is not None else None)
    rules = rules_at(cycle, timezone.localdate(worked.at) if worked is not None else clock.today())
    drawn = source.draw(record, rules, person)
    return written(
        kind,
        facts=drawn.facts,
        result=drawn.result,
        decided=drawn.decided,
        about=About(
            place=str(cycle.place),
            record=f"{kind.short}第{record.pk}号",
            subject=year.name,
            code=year.subject.code,
            unit=year.unit.name,
            department=year.department.name,
            budget_year=year.budget_year,
            office=source.office(record),
        ),
        rules=excerpt(rules, parameters=drawn.parameters, grades=drawn.grades, scorecards=drawn.scorecards),
        whole_digest=rules.policy.digest,
        entry=_chained(entry, year.cycle, source.workflow) if entry is not None else None,
        program=Program(name="绩衡", version=version("jiheng")),
    )


def _chained(entry: ChainEntry, cycle: Cycle, workflow: str) -> Entry:
    """Return what the file says of the chain's entry: who acted is left out, in which office stays."""
    line = HistoryLine(entry.number, entry.at, "", entry.action, entry.detail, entry.clause)
    tables = [policy_for(cycle).workflows[workflow]] if workflow else []
    return Entry(
        number=entry.number,
        at=timezone.localtime(entry.at).isoformat(),
        action=told([line], *tables)[0].text,
        role=ROLES[entry.role].label if entry.role in ROLES else "系统",
        clause=entry.clause,
        algorithm=entry.algorithm,
        digest=entry.digest,
    )


def tidy(value: Decimal | None) -> Decimal | None:
    """Return a number of the database as people write it: 30 instead of 30.000000."""
    if value is None:
        return None
    plain = format(value, "f")
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)
