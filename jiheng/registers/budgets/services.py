"""Posting to the ledger and reversing."""

from dataclasses import dataclass
from datetime import date

from django.db import models

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import set_library_state

NEEDS_DECISION = {"cut", "pause", "recapture"}


@dataclass(frozen=True)
class Posting:
    """One movement to be posted; `amount_fen` signed by its effect on the balance."""

    year: SubjectYear
    kind: str
    amount_fen: int
    day: date
    source: str = "fiscal"
    note: str = ""
    reference: str = ""


def post(
    *,
    posting: Posting,
    person: Person,
    cause: models.Model | None = None,
    clause: str = "",
    batch: ImportBatch | None = None,
) -> LedgerEntry:
    """Append one entry; a cut, pause or recapture without its decision is refused."""
    return post_all(postings=[posting], person=person, cause=cause, clause=clause, batch=batch)[0]


def post_all(
    *,
    postings: list[Posting],
    person: Person,
    cause: models.Model | None = None,
    clause: str = "",
    batch: ImportBatch | None = None,
) -> list[LedgerEntry]:
    """Append many entries of one act, with one audit entry for their sum."""
    for posting in postings:
        if posting.kind in NEEDS_DECISION and (cause is None or not clause):
            raise refuse("核减、暂停、收回资金须指明所依据的决定和条款")
        if posting.kind in {"cut", "recapture"} and posting.amount_fen > 0:
            raise refuse("核减和收回须记为负数")
    with act(person):
        made = LedgerEntry.objects.bulk_create(
            [
                LedgerEntry(
                    place_id=posting.year.place_id,
                    subject_year=posting.year,
                    budget_year=posting.year.budget_year,
                    kind=posting.kind,
                    book=posting.year.book,
                    source=posting.source,
                    amount_fen=posting.amount_fen,
                    day=posting.day,
                    cause=subject_key(cause) if cause is not None else "",
                    clause=clause,
                    note=posting.note,
                    reference=posting.reference,
                    batch=batch,
                )
                for posting in postings
            ],
            batch_size=1000,
        )
        _mark_budgeted([posting.year for posting in postings if posting.kind == "initial"], person)
        subject = batch or (made[0].subject_year if made else "ledger")
        record(
            "ledger.post",
            subject,
            {"entries": len(made), "fen": sum(one.amount_fen for one in made), "kind": made[0].kind if made else ""},
            clause,
        )
    return made


def _mark_budgeted(years: list[SubjectYear], person: Person) -> None:
    """A subject that is in the library and gets its first budget stands there as budgeted."""
    for year in years:
        if year.library_state == "entered":
            set_library_state(year=year, state="budgeted", clause="", person=person)


def reverse(*, entry: LedgerEntry, day: date, note: str, person: Person) -> LedgerEntry:
    """Take one entry back by its opposite; an entry is reversed once and never changed."""
    if LedgerEntry.objects.filter(reverses=entry).exists():
        raise refuse("该笔已冲销过")
    with act(person):
        made = LedgerEntry.objects.create(
            place_id=entry.place_id,
            subject_year_id=entry.subject_year_id,
            budget_year=entry.budget_year,
            kind=entry.kind,
            book=entry.book,
            source=entry.source,
            amount_fen=-entry.amount_fen,
            day=day,
            cause=entry.cause,
            clause=entry.clause,
            note=note,
            reference=entry.reference,
            reverses=entry,
            batch_id=entry.batch_id,
        )
        record("ledger.reverse", made, {"of": entry.pk, "fen": made.amount_fen}, entry.clause)
    return made


def reverse_all(*, entries: list[LedgerEntry], day: date, note: str, batch: ImportBatch, person: Person) -> int:
    """Take back a whole imported batch by opposite entries, with one audit entry for their sum.

    Entries already reversed, and reversals themselves, are passed over. Returns how many were taken back.
    """
    gone = set(LedgerEntry.objects.filter(reverses__batch=batch).values_list("reverses_id", flat=True))
    open_ = [entry for entry in entries if entry.pk not in gone and entry.reverses_id is None]
    with act(person):
        made = LedgerEntry.objects.bulk_create(
            [
                LedgerEntry(
                    place_id=entry.place_id,
                    subject_year_id=entry.subject_year_id,
                    budget_year=entry.budget_year,
                    kind=entry.kind,
                    book=entry.book,
                    source=entry.source,
                    amount_fen=-entry.amount_fen,
                    day=day,
                    cause=entry.cause,
                    clause=entry.clause,
                    note=note,
                    reference=entry.reference,
                    reverses=entry,
                    batch=batch,
                )
                for entry in open_
            ],
            batch_size=1000,
        )
        record("ledger.undo", batch, {"entries": len(made), "fen": sum(one.amount_fen for one in made)})
    return len(made)
