"""Registering subjects, and the gate of the project library."""

from dataclasses import dataclass

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import may_register
from jiheng.registers.subjects.models import Standing, Subject, SubjectYear


@dataclass(frozen=True)
class SubjectData:
    """What is told about a subject when it is registered for a budget year; money in fen."""

    code: str
    name: str
    kind: str
    unit: Organisation
    department: Organisation
    change: str = "continuing"
    is_major: bool = False
    requested_fen: int = 0
    book: str = "general_public_budget"
    sector: str = ""
    category: str = ""
    first_year: int | None = None
    last_year: int | None = None
    overview: str = ""
    basis: str = ""


def register_subject(
    *, cycle: Cycle, data: SubjectData, person: Person, batch: ImportBatch | None = None
) -> SubjectYear:
    """Register a subject for a budget year; the same code again in the same year is refused."""
    verdict = may_register(person)
    if not verdict:
        raise refuse(verdict.reason)
    if person.is_unit and data.unit.pk != person.organisation_id:
        raise refuse("只能登记本单位的项目", where="unit")
    if data.requested_fen < 0:
        raise refuse("申报金额不能为负", where="requested_fen")
    if not data.name.strip():
        raise refuse("项目名称不能为空", where="name")
    with act(person):
        subject, _ = Subject.objects.get_or_create(
            place_id=cycle.place_id, code=data.code, defaults={"kind": data.kind}
        )
        if SubjectYear.objects.filter(subject=subject, cycle=cycle).exists():
            raise refuse(f"代码 {data.code} 在 {cycle.budget_year} 年度已登记", where="code")
        year = SubjectYear.objects.create(
            place_id=cycle.place_id,
            subject=subject,
            cycle=cycle,
            budget_year=cycle.budget_year,
            kind=data.kind,
            name=data.name.strip(),
            unit=data.unit,
            department=data.department,
            book=data.book,
            change=data.change,
            is_major=data.is_major,
            sector=data.sector,
            category=data.category,
            first_year=data.first_year or cycle.budget_year,
            last_year=data.last_year or cycle.budget_year,
            requested_fen=data.requested_fen,
            overview=data.overview,
            basis=data.basis,
            batch=batch,
        )
        record(
            "subject.register",
            year,
            {"name": year.name, "requested_fen": year.requested_fen, "change": year.change},
        )
    return year


def set_library_state(*, year: SubjectYear, state: str, clause: str, person: Person) -> None:
    """Write where the subject stands in the library; stages call it after their rules have said yes."""
    with act(person):
        before = year.library_state
        year.library_state = state
        year.save(update_fields=["library_state"])
        record("subject.library", year, {"from": before, "to": state}, clause)


def leave_standing(*, standing: Standing, person: Person) -> Standing:
    """Write what a result leaves to a later budget year; the loop of the year closes through it."""
    with act(person):
        standing.save()
        record("subject.standing", standing, {"text": standing.text}, standing.clause)
    return standing
