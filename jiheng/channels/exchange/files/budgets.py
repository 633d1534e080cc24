"""Budgets and their adjustments from the budget division: one row a project and source of money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, Sum

from jiheng.channels.exchange.files._common import CODE, NAME, NOTE, SOURCE, SOURCE_KEYS, gated, slip
from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import Posting, post_batch, reverse_all
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.labels import SOURCES, source_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal

KINDS = {"年初预算": "initial", "预算调整": "adjustment"}
DEFINITION = TableDefinition(
    key="budgets",
    label="预算清单",
    columns=(
        CODE,
        NAME,
        ListColumn(
            key="kind",
            label="预算类型",
            kind=Kind.CHOICE,
            choices=tuple(KINDS),
            aliases=("指标类型", "类型"),
            help="不填为年初预算",
        ),
        SOURCE,
        ListColumn(
            key="amount",
            label="预算金额",
            kind=Kind.MONEY_WAN,
            required=True,
            aliases=("金额", "预算数", "指标金额", "批复金额"),
            help="调减填负数",
        ),
        ListColumn(
            key="day",
            label="批复日期",
            kind=Kind.DATE,
            required=True,
            aliases=("日期", "下达日期", "指标日期"),
        ),
        ListColumn(
            key="reference",
            label="文号",
            max_length=80,
            aliases=("指标文号", "批复文号", "凭证号"),
            help="预算调整必填",
        ),
        NOTE,
    ),
)


@dataclass
class _Known:
    """What is registered already, read once for the whole list."""

    years: dict[str, SubjectYear]
    budgets: dict[int, int]
    paid: dict[int, int]
    entries: dict[tuple[str, str, str, str], tuple[int, date]]
    here: dict[tuple[str, str, str, str], int] = field(default_factory=dict)


def _key(code: str, kind: str, source: str, reference: str) -> tuple[str, str, str, str]:
    """A project has one initial budget for each source; adjustments are told apart by their document."""
    return (code, kind, source, reference if kind == "adjustment" else "")


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
    held = entries.filter(kind__in=KINDS.values(), reverses__isnull=True, reversed_by__isnull=True)
    columns = ("subject_year__subject__code", "kind", "source", "reference", "amount_fen", "day")
    found = list(sums)
    return _Known(
        years={one.subject.code: one for one in years},
        budgets={pk: budget for pk, budget, _ in found},
        paid={pk: paid for pk, _, paid in found},
        entries={_key(*told): (fen, day) for *told, fen, day in held.values_list(*columns)},
    )


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each budget must belong to a project of the library, once, in proportion to what was asked."""
    return gated(_checked(setting, rows), "预算金额")


def _checked(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    cycle, today = setting.year, clock.today()
    known = _known(cycle)
    for row in rows:
        checked, values = Checked(row), row.values
        code, name, day = str(values["code"] or ""), values["name"], values["day"]
        year = known.years.get(code)
        if code and year is None:
            checked.wrong(
                "code", "项目代码", f"“{code}”不在 {cycle.budget_year} 年度项目库中；请核对代码，或先导入项目"
            )
        if isinstance(day, date) and day > today:
            checked.wrong("day", "批复日期", f"{day} 晚于今天（{today}）；请填批复文件的日期", "不晚于今天")
        if year is not None:
            if isinstance(name, str) and "".join(name.split()) != "".join(year.name.split()):
                checked.look("name", "项目名称", f"写的是“{name}”，项目库中该代码是“{year.name}”，请核对代码")
            if not setting.unread or row.cells.get("kind") not in setting.unread:
                told = _told(row)
                _once(checked, year, known, *told)
                _amount(checked, year, known, *told)
        yield checked


def _told(row: ListRow) -> tuple[str, str, str]:
    """Return kind and source of money of a row, and its document."""
    values = row.values
    kind = KINDS[str(values["kind"] or "年初预算")]
    source = SOURCE_KEYS.get(str(values["source"] or ""), "fiscal")
    return kind, source, str(values["reference"] or "")


def _once(checked: Checked, year: SubjectYear, known: _Known, kind: str, source: str, reference: str) -> None:
    values = checked.row.values
    if kind == "adjustment" and not reference:
        checked.wrong("reference", "文号", "预算调整须写明文号")
        return
    key = _key(year.subject.code, kind, source, reference)
    first = known.here.setdefault(key, checked.row.number)
    before = known.entries.get(key)
    if before is None and first == checked.row.number:
        return
    what = f"{SOURCES[source]}的年初预算" if kind == "initial" else f"文号“{reference}”的调整"
    if before is None or first != checked.row.number:
        checked.wrong("code", "项目代码", f"与第 {first} 行重复：同一项目{what}只能有一行")
        return
    if before == (values["amount"], values["day"]):
        checked.same = f"{what}已登记，金额和日期相同"
    else:
        checked.wrong(
            "amount",
            "预算金额",
            f"{what}已登记为 {format_wan(before[0])} 万元（{before[1]}）；"
            + ("变动请按“预算调整”登记" if kind == "initial" else "更正须先冲销原记录"),
        )


def _amount(checked: Checked, year: SubjectYear, known: _Known, kind: str, source: str, reference: str) -> None:
    values = checked.row.values
    fen, day = values["amount"], values["day"]
    if not isinstance(fen, int) or checked.same:
        return
    if fen == 0 or (fen < 0 and kind == "initial"):
        checked.wrong("amount", "预算金额", "年初预算须大于 0" if kind == "initial" else "调整金额不能为 0")
        return
    if slip(
        checked, "amount", "预算金额", abs(fen), year.requested_fen, "申报金额", part=kind == "adjustment"
    ):
        return
    if kind == "initial" and year.requested_fen and fen > year.requested_fen:
        words = f"预算 {format_wan(fen)} 万元多于申报 {format_wan(year.requested_fen)} 万元，请核对"
        checked.look("amount", "预算金额", words)
    pk = year.pk
    total = known.budgets.get(pk, 0) + fen
    if total < known.paid.get(pk, 0):
        paid = format_wan(known.paid.get(pk, 0))
        checked.wrong("amount", "预算金额", f"调整后预算 {format_wan(total)} 万元，少于已支付的 {paid} 万元")
        return
    known.budgets[pk] = total
    if isinstance(day, date):
        note = str(values["note"] or "")
        checked.made = Posting(year, kind, fen, day, source=source, note=note, reference=reference)


def apply(setting: Setting, made: Sequence[Posting], batch: ImportBatch) -> tuple[int, int]:
    """Post the budgets as one act; return entries and fen as they now stand in the ledger."""
    if made:
        post_batch(postings=made, person=setting.person, batch=batch)
    entries = LedgerEntry.objects.filter(batch=batch, reverses__isnull=True)
    return entries.count(), entries.aggregate(fen=Sum("amount_fen", default=0))["fen"]


def undo(batch: ImportBatch, person: Person) -> int:
    """Reverse every budget entry of the batch, unless payments already lean on it."""
    entries = list(LedgerEntry.objects.filter(batch=batch).select_related("subject_year"))
    touched = SubjectYear.objects.filter(
        pk__in=LedgerEntry.objects.filter(batch=batch).values("subject_year")
    )
    sums = touched.annotate(
        budget=Sum("ledger__amount_fen", filter=Q(ledger__kind__in=LedgerEntry.BUDGET_KINDS), default=0),
        paid=Sum("ledger__amount_fen", filter=Q(ledger__kind="payment"), default=0),
    )
    ours: dict[int, int] = {}
    for entry in entries:
        ours[entry.subject_year_id] = ours.get(entry.subject_year_id, 0) + entry.amount_fen
    short = [one for one in sums if one.budget - ours.get(one.pk, 0) < one.paid]
    if short:
        raise Refused(
            Refusal(
                f"“{one.name}”已支付 {format_wan(one.paid)} 万元，撤销后预算不足",
                clause_in(one.cycle, "payment_within_budget"),
                remedy="请先撤销相应的支付批次",
                where=str(one.pk),
            )
            for one in short
        )
    note = f"撤销导入批次 {batch.pk}：{batch.name}"[:300]
    return reverse_all(entries=entries, day=clock.today(), note=note, batch=batch, person=person)


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the budgets of the year that the person may see; reversed ones are left out."""
    labels = {key: label for label, key in KINDS.items()}
    found = LedgerEntry.objects.filter(
        within(setting.person, "subject_year__"),
        subject_year__cycle=setting.year,
        kind__in=labels,
        reverses__isnull=True,
        reversed_by__isnull=True,
    )
    related = found.select_related("subject_year__subject").order_by("day", "pk")
    for one in related.iterator(chunk_size=2000):
        year, kind, source = one.subject_year, labels[one.kind], source_label(one.source)
        yield (year.subject.code, year.name, kind, source, one.amount_fen, one.day, one.reference, one.note)


LIST = ListKind(
    key="budgets",
    label="预算清单",
    about="批复的年初预算和年中调整，记入台账，预算数由此得出",
    order=30,
    roles=frozenset({"performance_office", "division", "treasury"}),
    yearly=True,
    amount="amount",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="将逐笔以相反的分录冲销，原分录保留；已有支付的项目不能撤销预算。",
)
