"""Posting to the ledger and reversing."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils.module_loading import import_string

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.bulk import insert_rows
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.portions import portions
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.budgets.access import may_book, may_reverse
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import set_library_state
from jiheng.rules.money import format_wan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.rules.runs import runs

NEEDS_DECISION = {"cut", "pause", "recapture"}
KINDS = {kind for kind, _ in LedgerEntry.KINDS}


class Posting(NamedTuple):
    """One movement to be posted; `amount_fen` signed by its effect on the balance."""

    year: SubjectYear
    kind: str
    amount_fen: int
    day: date
    source: str = "fiscal"
    note: str = ""
    reference: str = ""


Gate = Callable[[Sequence[Posting]], list[Refusal]]


@lru_cache(maxsize=1)
def _gates() -> tuple[Gate, ...]:
    """Return what stages say against movements of money: the ledger lies below them, settings name them."""
    return tuple(cast(Gate, import_string(path)) for path in settings.JIHENG_LEDGER_GATES)


def gate_refusals(postings: Sequence[Posting], *, without: Collection[Gate] = ()) -> list[Refusal]:
    """Return why money may not move: 没有评估结论不得安排预算，没有批复的绩效目标不得安排和支付. Empty when it may.

    `without` leaves out gates that the caller has asked itself.
    """
    return [refusal for gate in _gates() if gate not in without for refusal in gate(postings)]


Follower = Callable[[Sequence[SubjectYear]], None]


@lru_cache(maxsize=1)
def _followers() -> tuple[Follower, ...]:
    """Return what stages do when budgets have changed: the ledger lies below them, settings name them."""
    return tuple(cast(Follower, import_string(path)) for path in settings.JIHENG_LEDGER_FOLLOWERS)


def _changed(years: Iterable[SubjectYear]) -> None:
    """Tell the stages, within the act, whose budget has changed; each subject once."""
    told = list({year.pk: year for year in years}.values())
    for follower in _followers() if told else ():
        follower(told)


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
    """Append many entries of one act, with one audit entry for their sum; all or none.

    台账由财政部门登记。Refused for another place's subjects, unknown kinds, cuts without decision or with
    the wrong sign, and for whatever the gates of the stages name: no road to the ledger goes around them.
    """
    _refuse_wrong(postings, person, cause, clause)
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
        _mark_budgeted([posting.year for posting in postings if brings_money(posting)], person)
        _changed(posting.year for posting in postings if posting.kind in LedgerEntry.BUDGET_KINDS)
        subject = batch or (made[0].subject_year if made else "ledger")
        record(
            "ledger.post",
            subject,
            {
                "entries": len(made),
                "fen": sum(one.amount_fen for one in made),
                "kind": made[0].kind if made else "",
                **named_entries([one.pk for one in made]),
            },
            clause,
        )
    return made


ENTRY = ("place", "subject_year", "budget_year", "kind", "book", "source", "amount_fen", "day", "cause", "clause",
         "note", "reference", "batch")  # fmt: skip


def post_batch(*, postings: Sequence[Posting], person: Person, batch: ImportBatch) -> None:
    """Append the entries of an imported list as `post_all` would, row by row without an object for each.

    The same refusals; one audit entry with their sum and the digest of all of them.
    """
    _refuse_wrong(postings, person, None, "")
    with act(person):
        rows = []
        for year, kind, fen, day, source, note, reference in postings:
            rows.append(
                (year.place_id, year.pk, year.budget_year, kind, year.book, source, fen, day, "", "", note, reference, batch.pk)
            )
        insert_rows(LedgerEntry, ENTRY, rows)
        _mark_budgeted([posting.year for posting in postings if brings_money(posting)], person)
        _changed(posting.year for posting in postings if posting.kind in LedgerEntry.BUDGET_KINDS)
        told = {
            "entries": len(rows),
            "fen": sum(one.amount_fen for one in postings),
            "kind": postings[0].kind if postings else "",
            "entries_sha256": entries_digest(rows),
        }
        record("ledger.post", batch, told)


ALL = (*ENTRY, "reverses")


def named_entries(keys: Sequence[int]) -> dict[str, object]:
    """Return what names entries of the ledger in the chain: their numbers as ranges, and the digest of all of them.

    Read back from the database, so that whoever proves it reads the same.
    """
    told = entry_texts(keys)
    return {"ids": [list(one) for one in runs(keys)], "entries_sha256": texts_digest(told[key] for key in sorted(keys))}


def entry_texts(keys: Sequence[int]) -> dict[int, str]:
    """Return the text of each of these entries of the ledger, whole, by number; what is gone is left out."""
    found: dict[int, str] = {}
    for some in portions(sorted(keys)):
        for pk, *row in LedgerEntry.objects.filter(pk__in=some).order_by().values_list("pk", *ALL):
            found[pk] = "|".join(map(str, row))
    return found


def texts_digest(texts: Iterable[str]) -> str:
    """Return the digest of entries of the ledger told as texts, in order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def entries_digest(rows: Iterable[Sequence[object]]) -> str:
    """Return the digest of entries of the ledger, in order: each a row of the columns `ENTRY`."""
    return texts_digest("|".join(map(str, row)) for row in rows)


def _refuse_wrong(
    postings: Sequence[Posting], person: Person, cause: models.Model | None, clause: str
) -> None:
    _may_post(person, {posting.year.place_id for posting in postings})
    for posting in postings:
        if posting.kind not in KINDS:
            raise mistaken(f"台账没有“{posting.kind}”这类记录")
        if posting.kind in NEEDS_DECISION and (cause is None or not clause):
            raise refuse(
                "核减、暂停、收回资金须指明所依据的决定和条款",
                clause_in(posting.year.cycle, "workflows.decision"),
            )
        if posting.kind in {"cut", "recapture"} and posting.amount_fen > 0:
            raise refuse("核减和收回须记为负数", clause_in(posting.year.cycle, "workflows.decision"))
    if found := gate_refusals(postings):
        raise Refused(found)


def _may_post(person: Person, places: set[int]) -> None:
    if not person.is_bureau:
        raise refuse(
            "预算和支付台账由财政局登记",
            national_clause("duty_offices"),
            remedy="请与财政局业务股室或集中支付中心联系",
        )
    if places - {person.place_id}:
        raise refuse("只能登记本地区的台账", national_clause("duty_place"))


def brings_money(posting: Posting) -> bool:
    """Return whether a project gets budget by this: at the beginning of the year, or added during it."""
    return posting.kind == "initial" or (posting.kind == "adjustment" and posting.amount_fen > 0)


def _mark_budgeted(years: list[SubjectYear], person: Person) -> None:
    """A subject that gets budget stands in the library as budgeted; the gates have let it pass."""
    for year in years:
        if year.library_state in {"proposed", "entered"}:
            set_library_state(year=year, state="budgeted", clause="", person=person)


def reverse(*, entry: LedgerEntry, day: date, note: str, person: Person) -> LedgerEntry:
    """Take one entry back by its opposite; an entry is reversed once and never changed.

    A reversal stays: what was taken back by mistake is posted anew.
    """
    _may_post(person, {entry.place_id})
    if entry.reverses_id is not None:
        raise refuse(
            "冲销记录不能再冲销",
            clause_in(entry.subject_year.cycle, "duty_vouchers"),
            remedy="确需恢复的，请重新登记一笔",
        )
    with act(person):
        # The row is the lock: of two people who take the same entry back, the second waits and then sees it.
        LedgerEntry.objects.select_for_update().get(pk=entry.pk)
        if LedgerEntry.objects.filter(reverses=entry).exists():
            raise refuse("该笔已冲销过", clause_in(entry.subject_year.cycle, "duty_vouchers"))
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
        if entry.kind in LedgerEntry.BUDGET_KINDS:
            _changed([entry.subject_year])
        record("ledger.reverse", made, {"of": entry.pk, "fen": made.amount_fen, **named_entries([made.pk])}, entry.clause)
    return made


def book_by_hand(*, posting: Posting, person: Person) -> LedgerEntry:
    """手工登记一笔支付、调整或年初预算：须有凭证号或文号和原因，累计支付不得超过预算，依据取自制度包。

    Raises Refused with everything against it.
    """
    found = _against(posting, person)
    if found:
        raise Refused(found)
    with act(person):
        made = post(posting=posting, person=person)
        record(
            "ledger.book",
            made,
            {"fen": made.amount_fen, "comment": posting.note, "reference": posting.reference},
        )
    return made


def _against(posting: Posting, person: Person) -> list[Refusal]:
    verdict, vouchers = may_book(person), clause_in(posting.year.cycle, "duty_vouchers")
    found = [] if verdict else [Refusal(verdict.reason, verdict.clause)]
    if person.place_id != posting.year.place_id:
        found.append(Refusal("不属于本地区的项目", clause_in(posting.year.cycle, "duty_place"), where="code"))
    if not posting.note:
        found.append(Refusal("手工登记须写明原因", vouchers, where="note"))
    if not posting.reference:
        found.append(Refusal("手工登记须写明凭证号或文号", vouchers, where="reference"))
    if posting.amount_fen == 0:
        found.append(Refusal("金额不能为 0", vouchers, where="amount_fen"))
    if posting.day > clock.today():
        found.append(Refusal(f"日期 {posting.day} 晚于今天", vouchers, where="day"))
    twice = LedgerEntry.objects.filter(
        subject_year=posting.year,
        kind=posting.kind,
        reference=posting.reference,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    if posting.reference and twice.exists():
        words = f"该项目已登记过凭证号或文号“{posting.reference}”"
        found.append(Refusal(words, vouchers, remedy="如要更正，请先冲销原分录", where="reference"))
    return found + gate_refusals([posting]) + _overdrawn(posting)


def budget_first(cycle: Cycle) -> str:
    """Return the clause by which nothing is spent without budget or beyond it, as the cycle's rules say."""
    return clause_in(cycle, "payment_within_budget")


def _overdrawn(posting: Posting) -> list[Refusal]:
    sums = LedgerEntry.objects.filter(subject_year=posting.year).aggregate(
        budget=Sum("amount_fen", filter=Q(kind__in=LedgerEntry.BUDGET_KINDS), default=0),
        paid=Sum("amount_fen", filter=Q(kind="payment"), default=0),
    )
    paid = sums["paid"] + (posting.amount_fen if posting.kind == "payment" else 0)
    budget = sums["budget"] + (posting.amount_fen if posting.kind in LedgerEntry.BUDGET_KINDS else 0)
    if paid < 0:
        return [
            Refusal(
                f"退款后累计支付为 {format_wan(paid)} 万元，不能为负",
                clause_in(posting.year.cycle, "duty_vouchers"),
                where="amount_fen",
            )
        ]
    if paid <= budget:
        return []
    words = f"累计支付 {format_wan(paid)} 万元，超过预算 {format_wan(budget)} 万元"
    return [Refusal(words, budget_first(posting.year.cycle), "请核对金额，或先登记预算调整", "amount_fen")]


def take_back(*, entry: LedgerEntry, note: str, person: Person) -> LedgerEntry:
    """冲销一笔：记一笔相反的分录，原分录保留；由决定产生的须由新的决定更正，冲销后支付不得多于预算。"""
    require(may_reverse(person, entry))
    if not note.strip():
        raise refuse("请写明冲销原因", clause_in(entry.subject_year.cycle, "duty_vouchers"), where="note")
    opposite = Posting(entry.subject_year, entry.kind, -entry.amount_fen, clock.today())
    against = _overdrawn(opposite)
    if against:
        raise Refused(against)
    return reverse(entry=entry, day=clock.today(), note=note.strip()[:300], person=person)


def reverse_all(
    *, entries: list[LedgerEntry], day: date, note: str, batch: ImportBatch, person: Person
) -> int:
    """Take back a whole imported batch by opposite entries, with one audit entry for their sum.

    Entries already reversed, and reversals themselves, are passed over. Returns how many were taken back.
    """
    _may_post(person, {entry.place_id for entry in entries})
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
        moved = SubjectYear.objects.filter(ledger__batch=batch, ledger__kind__in=LedgerEntry.BUDGET_KINDS).distinct()
        _changed(moved.select_related("cycle__snapshot", "cycle__place").defer("cycle__snapshot__content"))
        told = {"entries": len(made), "fen": sum(one.amount_fen for one in made)}
        record("ledger.undo", batch, told | named_entries([one.pk for one in made]))
    return len(made)
