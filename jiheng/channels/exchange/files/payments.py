"""Payments from the treasury: one row a voucher line, against a project's budget."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from django.db.models import Q, Sum

from jiheng.channels.exchange.files._common import CODE, NAME, NOTE, SOURCE, SOURCE_KEYS, gated, slip
from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, budget_first, post_batch, reverse_all
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.labels import source_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.money import format_wan

DEFINITION = TableDefinition(
    key="payments",
    label="支付清单",
    columns=(
        CODE,
        NAME,
        ListColumn(
            key="amount",
            label="支付金额",
            kind=Kind.MONEY_WAN,
            required=True,
            aliases=("金额", "实际支付金额", "支出金额"),
            help="退款填负数",
        ),
        ListColumn(
            key="day",
            label="支付日期",
            kind=Kind.DATE,
            required=True,
            aliases=("日期", "清算日期", "记账日期"),
        ),
        ListColumn(
            key="reference",
            label="凭证号",
            required=True,
            max_length=80,
            aliases=("支付凭证号", "支付令号", "单据号", "凭证编号"),
            help="同一凭证同一项目只能有一行",
        ),
        SOURCE,
        NOTE,
    ),
)


@dataclass
class _Known:
    """What is registered already, read once for the whole list."""

    years: dict[str, SubjectYear]
    budgets: dict[int, int]
    paid: dict[int, int]
    vouchers: dict[tuple[str, str], tuple[int, date]]
    law: str
    here: dict[tuple[str, str], int] = field(default_factory=dict)


def _known(cycle: Cycle) -> _Known:
    years = SubjectYear.objects.filter(cycle=cycle).select_related("subject").defer("overview", "basis")
    entries = LedgerEntry.objects.filter(subject_year__cycle=cycle)
    sums = (
        entries.order_by()
        .values_list("subject_year_id")
        .annotate(
            budget=Sum("amount_fen", filter=Q(kind__in=LedgerEntry.BUDGET_KINDS), default=0),
            paid=Sum("amount_fen", filter=Q(kind="payment"), default=0),
        )
    )
    held = entries.filter(kind="payment", reverses__isnull=True, reversed_by__isnull=True).exclude(
        reference=""
    )
    columns = ("reference", "subject_year__subject__code", "amount_fen", "day")
    found = list(sums)
    return _Known(
        years={one.subject.code: one for one in years},
        budgets={pk: budget for pk, budget, _ in found},
        paid={pk: paid for pk, _, paid in found},
        vouchers={(ref, code): (fen, day) for ref, code, fen, day in held.values_list(*columns)},
        law=f"（{law}）" if (law := budget_first(cycle)) else "",
    )


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each payment must belong to a budgeted project, lie in the year, and stay within the budget."""
    return gated(_checked(setting, rows), "支付金额")


def _checked(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    cycle, today = setting.year, clock.today()
    known = _known(cycle)
    for row in rows:
        checked = Checked(row)
        code = cast("str | None", row.values["code"])
        year = known.years.get(code or "")
        if code and year is None:
            checked.wrong(
                "code", "项目代码", f"“{code}”不在 {cycle.budget_year} 年度项目库中；请核对代码，或先导入项目"
            )
        _day(checked, cast("date | None", row.values["day"]), cycle.budget_year, today)
        if year is not None:
            _name(checked, cast("str | None", row.values["name"]), year)
            _voucher(checked, year, known)
            _amount(checked, year, known)
        yield checked


def _day(checked: Checked, day: date | None, budget_year: int, today: date) -> None:
    if day is None:
        return
    if day > today:
        checked.wrong("day", "支付日期", f"{day} 晚于今天（{today}）；请填实际支付的日期", "不晚于今天")
    elif day.year < budget_year:
        checked.wrong(
            "day", "支付日期", f"{day} 早于 {budget_year} 年度；请核对年度和日期", f"在 {budget_year} 年度内"
        )
    elif day.year > budget_year:
        checked.look("day", "支付日期", f"{day} 已过 {budget_year} 年度，请核对是否属于该年度支出")


def _name(checked: Checked, name: str | None, year: SubjectYear) -> None:
    if name and "".join(name.split()) != "".join(year.name.split()):
        checked.look("name", "项目名称", f"写的是“{name}”，项目库中该代码是“{year.name}”，请核对代码")


def _voucher(checked: Checked, year: SubjectYear, known: _Known) -> None:
    values = checked.row.values
    reference, fen = values["reference"], values["amount"]
    if not isinstance(reference, str):
        return
    key = (reference, year.subject.code)
    first = known.here.setdefault(key, checked.row.number)
    if first != checked.row.number:
        checked.wrong("reference", "凭证号", f"与第 {first} 行重复（同一凭证号、同一项目）")
        return
    before = known.vouchers.get(key)
    if before is None:
        return
    if before == (fen, values["day"]):
        checked.same = "该凭证已登记，金额和日期相同"
    else:
        checked.wrong(
            "reference",
            "凭证号",
            f"该凭证已登记为 {format_wan(before[0])} 万元（{before[1]}），与本行不同；更正须先冲销原记录",
        )


def _amount(checked: Checked, year: SubjectYear, known: _Known) -> None:
    values = checked.row.values
    fen, day = values["amount"], values["day"]
    if not isinstance(fen, int) or checked.same:
        return
    if fen == 0:
        checked.wrong("amount", "支付金额", "金额为 0，不是支付")
        return
    budget = known.budgets.get(year.pk, 0)
    if budget <= 0:
        checked.wrong("code", "项目代码", f"“{year.name}”没有预算，不得支出{known.law}；请先导入预算")
        return
    if slip(checked, "amount", "支付金额", fen, budget, "该项目全年预算", part=True):
        return
    paid = known.paid.get(year.pk, 0) + fen
    if paid > budget:
        words = f"累计支付 {format_wan(paid)} 万元，超过全年预算 {format_wan(budget)} 万元"
        checked.wrong("amount", "支付金额", f"{words}{known.law}；请核对，或先登记预算调整")
        return
    if paid < 0:
        checked.wrong("amount", "支付金额", f"退款后累计支付为 {format_wan(paid)} 万元，不能为负")
        return
    known.paid[year.pk] = paid
    if isinstance(day, date):
        source = SOURCE_KEYS.get(str(values["source"] or ""), "fiscal")
        note, reference = str(values["note"] or ""), str(values["reference"] or "")
        checked.made = Posting(year, "payment", fen, day, source=source, note=note, reference=reference)


def apply(setting: Setting, made: Sequence[Posting], batch: ImportBatch) -> tuple[int, int]:
    """Post the payments as one act; return entries and fen as they now stand in the ledger."""
    if made:
        post_batch(postings=made, person=setting.person, batch=batch)
    return standing(batch)


def standing(batch: ImportBatch) -> tuple[int, int]:
    """Return how many entries of a batch stand in the ledger, and their sum in fen."""
    entries = LedgerEntry.objects.filter(batch=batch, reverses__isnull=True)
    return entries.count(), entries.aggregate(fen=Sum("amount_fen", default=0))["fen"]


def undo(batch: ImportBatch, person: Person) -> int:
    """Reverse every payment of the batch by its opposite entry."""
    entries = list(LedgerEntry.objects.filter(batch=batch))
    note = f"撤销导入批次 {batch.pk}：{batch.name}"[:300]
    return reverse_all(entries=entries, day=clock.today(), note=note, batch=batch, person=person)


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the payments of the year that the person may see; reversed ones cancel out and are left out."""
    found = LedgerEntry.objects.filter(
        within(setting.person, "subject_year__"),
        subject_year__cycle=setting.year,
        kind="payment",
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    related = found.select_related("subject_year__subject").order_by("day", "pk")
    for one in related.iterator(chunk_size=2000):
        year = one.subject_year
        label = source_label(one.source)
        yield (year.subject.code, year.name, one.amount_fen, one.day, one.reference, label, one.note)


LIST = ListKind(
    key="payments",
    label="支付清单",
    about="国库集中支付的逐笔支付，记入台账，执行数由此得出",
    order=40,
    roles=frozenset({"treasury", "performance_office"}),
    yearly=True,
    amount="amount",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="将逐笔以相反的分录冲销，原分录保留。",
)
