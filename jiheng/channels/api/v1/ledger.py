"""The ledger: entries, balances, booking by hand, taking back."""

from typing import Annotated

from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, Year, cycle_asked, needed_cycle
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import Day, Reason, SignedFen
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.budgets.access import may_book, may_reverse, may_see_ledger, visible_entries
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.pages import ENTRIES
from jiheng.registers.budgets.queries import Balance, balance, entry_rows, ledger_totals
from jiheng.registers.budgets.services import Posting, book_by_hand, take_back
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.pages import may_see

AREA = Area("ledger")
ENTRY = Shape(LedgerEntry)

AREA.listing(
    "ledger-entries", ENTRIES, summary="台账分录清单", may=may_see_ledger, rows=entry_rows, page="budgets:list",
    cycle=True,
)  # fmt: skip
AREA.reading(
    "ledger-entries/{pk}", ENTRY, summary="一笔台账分录", record=visible_entries, may=may_see_ledger,
    page="budgets:detail",
)  # fmt: skip


class BalanceAnswer(BaseModel):
    """Money added up from the ledger, in fen."""

    initial_fen: int = Field(description="年初预算，单位：分")
    adjustment_fen: int = Field(description="预算调整，单位：分")
    cut_fen: int = Field(description="核减，单位：分")
    recapture_fen: int = Field(description="收回，单位：分")
    budget_fen: int = Field(description="现预算，单位：分")
    payment_fen: int = Field(description="支付，单位：分")
    pause_fen: int = Field(description="暂停支付，单位：分")


def _told(found: Balance) -> BalanceAnswer:
    return BalanceAnswer(
        initial_fen=found.initial,
        adjustment_fen=found.adjustment,
        cut_fen=found.cut,
        recapture_fen=found.recapture,
        budget_fen=found.budget,
        payment_fen=found.payment,
        pause_fen=found.pause,
    )


@AREA.telling("ledger-balance", summary="年度台账余额", may=may_see_ledger, page="budgets:list")
def totals(person: Person, *, budget_year: Year | None = None) -> BalanceAnswer:
    """您看得到的全部项目在一个年度的合计。"""
    cycle = cycle_asked(person, budget_year)
    return _told(ledger_totals(person, cycle) if cycle else Balance())


@AREA.telling(
    "subject-years/{pk}/balance", summary="一个项目的台账余额", record=visible_subject_years,
    may=may_see, page="subjects:detail",
)  # fmt: skip
def of_year(_: Person, year: SubjectYear, *, as_of: Day | None = None) -> BalanceAnswer:
    """一个项目一个年度的余额，可以写明截至哪一天。"""
    return _told(balance(year.pk, as_of))


@AREA.act("ledger-entries/book", summary="手工登记台账", may=may_book, page="budgets:book", answer=ENTRY)
def book(
    person: Person,
    *,
    subject_year_id: Annotated[Id, Field(description="项目年度编号")],
    kind: Annotated[str, Field(pattern="^(payment|adjustment)$", description="类型：支付、预算调整")],
    amount_fen: SignedFen,
    day: Day,
    source: Annotated[str, Field(max_length=30, description="资金来源的键")] = "fiscal",
    reference: Annotated[str, Field(max_length=80, description="凭证号或文号")],
    note: Annotated[str, Field(max_length=300, description="登记原因")],
    budget_year: Year | None = None,
) -> LedgerEntry:
    """逐笔登记支付或调整，写明凭证和原因；退款、调减为负数。"""
    cycle = needed_cycle(person, budget_year)
    year = visible_subject_years(person).filter(cycle=cycle, pk=subject_year_id).first()
    if year is None:
        raise mistaken(f"{cycle.budget_year} 年度项目库中没有这个项目", where="subject_year_id")
    posting = Posting(
        year, kind, amount_fen, day, source=source, note=note.strip(), reference=reference.strip()
    )
    return book_by_hand(posting=posting, person=person)


@AREA.act(
    "ledger-entries/{pk}/reverse", summary="冲销一笔分录", record=visible_entries, may=may_reverse,
    page="budgets:reverse", answer=ENTRY,
)  # fmt: skip
def reverse_one(person: Person, entry: LedgerEntry, *, note: Reason) -> LedgerEntry:
    """用相反的分录冲销，两笔都保留。"""
    return take_back(entry=entry, note=note, person=person)
