"""The bureau's list of projects for a budget year, into the project library."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from django.db.models import Sum

from jiheng.channels.exchange.files._common import slip
from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.labels import BOOKS, book_label
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subjects, unregister_batch
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.money import fen_to_wan, format_wan

BOOK_KEYS = {label: key for key, label in BOOKS}
CHANGE_KEYS = {label: key for key, label in SubjectYear.CHANGES}
LARGE_FEN = 100_000 * 10**6
"""十亿元：县级单个项目达到这个数的，多半是把元填成了万元。"""


def definition(setting: Setting) -> TableDefinition:
    """Return the columns; the kinds of subject are those of the year's rules."""
    return TableDefinition(
        key="projects",
        label="项目清单",
        columns=(
            ListColumn(
                key="code",
                label="项目代码",
                required=True,
                unique=True,
                max_length=40,
                aliases=("项目编码", "预算项目代码", "项目编号"),
                help="与预算管理一体化系统一致；同一项目各年不变",
            ),
            ListColumn(
                key="name", label="项目名称", required=True, max_length=300, aliases=("预算项目名称",)
            ),
            ListColumn(
                key="unit_code",
                label="单位代码",
                max_length=40,
                aliases=("实施单位代码", "预算单位代码", "单位编码"),
                help="单位代码和实施单位至少填一项",
            ),
            ListColumn(
                key="unit",
                label="实施单位",
                max_length=200,
                aliases=("单位名称", "项目单位", "预算单位", "项目实施单位", "单位"),
            ),
            ListColumn(
                key="amount",
                label="申报金额",
                kind=Kind.MONEY_WAN,
                required=True,
                low=0,
                aliases=("本年申报金额", "申报数", "项目金额", "申请金额"),
            ),
            ListColumn(
                key="change",
                label="项目属性",
                kind=Kind.CHOICE,
                choices=tuple(CHANGE_KEYS),
                help="不填为延续",
            ),
            ListColumn(
                key="kind",
                label="项目类别",
                kind=Kind.CHOICE,
                choices=tuple(policy_for(setting.year).subject_kinds.values()),
                aliases=("类别",),
                help="不填为项目支出",
            ),
            ListColumn(
                key="book",
                label="预算类别",
                kind=Kind.CHOICE,
                choices=tuple(BOOK_KEYS),
                help="不填为一般公共预算",
            ),
            ListColumn(key="major", label="重大项目", kind=Kind.TICK),
            ListColumn(
                key="first", label="起始年", kind=Kind.NUMBER, low=1990, high=2100, aliases=("开始年度",)
            ),
            ListColumn(
                key="last", label="终止年", kind=Kind.NUMBER, low=1990, high=2100, aliases=("结束年度",)
            ),
            ListColumn(key="sector", label="领域", max_length=60, aliases=("行业", "行业领域")),
            ListColumn(key="category", label="支出类别", max_length=60, aliases=("支出方向",)),
            ListColumn(key="overview", label="项目概况", kind=Kind.LONG_TEXT, aliases=("项目内容",)),
            ListColumn(key="basis", label="立项依据", kind=Kind.LONG_TEXT),
            ListColumn(
                key="served", label="支持对象", kind=Kind.LONG_TEXT, max_length=2000, aliases=("受益对象", "补助对象"), help="政策须写明"
            ),
        ),
    )


@dataclass
class _Known:
    """Bodies and subjects as they stand, read once for the whole list."""

    by_code: dict[str, Organisation]
    by_name: dict[str, list[Organisation]]
    by_key: dict[int, Organisation]
    registered: dict[str, SubjectYear]
    earlier: dict[str, int]
    named: dict[tuple[int, str], int] = field(default_factory=dict)


def _known(setting: Setting) -> _Known:
    place, cycle = setting.person.place_id, setting.year
    bodies = list(Organisation.objects.filter(place_id=place, valid_to__isnull=True).order_by("code"))
    spenders = [one for one in bodies if one.kind in {"unit", "department", "bureau"}]
    by_name: dict[str, list[Organisation]] = {}
    for one in spenders:
        by_name.setdefault("".join(one.name.split()), []).append(one)
    years = SubjectYear.objects.filter(place_id=place)
    last = years.filter(budget_year=cycle.budget_year - 1).values_list("subject__code", "requested_fen")
    return _Known(
        by_code={one.code: one for one in spenders},
        by_name=by_name,
        by_key={one.pk: one for one in bodies},
        registered={one.subject.code: one for one in years.filter(cycle=cycle).select_related("subject")},
        earlier=dict(last),
    )


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each project must have a unit that exists, a code not yet used in the year, a period that fits."""
    known = _known(setting)
    kinds = {label: key for key, label in policy_for(setting.year).subject_kinds.items()}
    for row in rows:
        checked = Checked(row)
        unit = _unit(checked, known)
        period = _period(checked, setting.year.budget_year)
        _amount(checked, known)
        _twice(checked, unit, known)
        values = row.values
        if unit is not None and period is not None and values["code"] and values["name"]:
            checked.made = SubjectData(
                code=str(values["code"]),
                name=str(values["name"]),
                kind=kinds[str(values["kind"])] if values["kind"] else "project",
                unit=unit,
                department=_department(unit, known),
                change=CHANGE_KEYS[str(values["change"])] if values["change"] else "continuing",
                is_major=bool(values["major"]),
                requested_fen=cast("int", values["amount"] or 0),
                book=BOOK_KEYS[str(values["book"])] if values["book"] else "general_public_budget",
                sector=str(values["sector"] or ""),
                category=str(values["category"] or ""),
                first_year=period[0],
                last_year=period[1],
                overview=str(values["overview"] or ""),
                basis=str(values["basis"] or ""),
                served=str(values["served"] or ""),
            )
            _registered(checked, known)
        yield checked


def _unit(checked: Checked, known: _Known) -> Organisation | None:
    code, name = (cast("str | None", checked.row.values[key]) for key in ("unit_code", "unit"))
    if not code and not name:
        checked.wrong("unit", "实施单位", "“单位代码”和“实施单位”至少填一项")
        return None
    if code:
        found = known.by_code.get(code)
        if found is None:
            checked.wrong("unit_code", "单位代码", f"“{code}”不在单位名册中；请核对，或先导入单位")
        elif name and "".join(name.split()) != "".join(found.name.split()):
            words = f"写的是“{name}”，该单位代码在名册中是“{found.name}”"
            checked.wrong("unit", "实施单位", f"{words}；请核对代码和名称")
            return None
        return found
    same = known.by_name.get("".join(str(name).split()), [])
    if not same:
        checked.wrong("unit", "实施单位", f"“{name}”不在单位名册中；请用全称，或先导入单位")
    elif len(same) > 1:
        codes = "、".join(one.code for one in same)
        checked.wrong("unit", "实施单位", f"名册中有 {len(same)} 个“{name}”（{codes}）；请填单位代码")
    return same[0] if len(same) == 1 else None


def _department(unit: Organisation, known: _Known) -> Organisation:
    """The department above a unit, as `department_of` finds it, without a query for each row."""
    above: Organisation | None = unit
    while above is not None:
        if above.kind == "department":
            return above
        above = known.by_key.get(above.parent_id) if above.parent_id else None
    return unit


def _period(checked: Checked, budget_year: int) -> tuple[int, int] | None:
    years = []
    for key, label in (("first", "起始年"), ("last", "终止年")):
        value = checked.row.values[key]
        if isinstance(value, Decimal) and value != int(value):
            checked.wrong(key, label, f"“{value}”不是年份")
            return None
        years.append(int(value) if isinstance(value, Decimal) else budget_year)
    first, last = years
    if not first <= budget_year <= last:
        checked.wrong("last", "终止年", f"起止年 {first}—{last} 不包含 {budget_year} 年度")
        return None
    return first, last


def _amount(checked: Checked, known: _Known) -> None:
    code, fen = checked.row.values["code"], checked.row.values["amount"]
    if not isinstance(fen, int):
        return
    if fen == 0:
        checked.wrong("amount", "申报金额", "申报金额须大于 0")
        return
    before = known.earlier.get(str(code), 0)
    if slip(checked, "amount", "申报金额", fen, before, "上年申报"):
        return
    if fen >= LARGE_FEN:
        words = (
            f"读作 {format_wan(fen)} 万元（{fen_to_wan(fen) / 10000:,.2f} 亿元），请核对是否把元填成了万元"
        )
        checked.look("amount", "申报金额", words)


def _twice(checked: Checked, unit: Organisation | None, known: _Known) -> None:
    name = checked.row.values["name"]
    if unit is None or not isinstance(name, str):
        return
    first = known.named.setdefault((unit.pk, "".join(name.split())), checked.row.number)
    if first != checked.row.number:
        checked.look("name", "项目名称", f"与第 {first} 行同单位同名称，请核对是否重复申报")


def _registered(checked: Checked, known: _Known) -> None:
    data = cast(SubjectData, checked.made)
    year = known.registered.get(data.code)
    if year is None:
        return
    if (year.name, year.unit_id, year.requested_fen) == (data.name, data.unit.pk, data.requested_fen):
        checked.same = "已登记，名称、单位和金额相同"
        return
    checked.wrong(
        "code",
        "项目代码",
        f"该年度已登记为“{year.name}”（{format_wan(year.requested_fen)} 万元），与本行不同；修改请在项目库办理",
    )


def apply(setting: Setting, made: Sequence[SubjectData], batch: ImportBatch) -> tuple[int, int]:
    """Register the projects as one act; return how many, and the sum asked in fen as it now stands."""
    if made:
        register_subjects(cycle=setting.year, rows=list(made), person=setting.person, batch=batch)
    years = SubjectYear.objects.filter(batch=batch)
    return years.count(), years.aggregate(fen=Sum("requested_fen", default=0))["fen"]


def undo(batch: ImportBatch, person: Person) -> int:
    """Take the projects out of the library again, provided that nothing hangs on any of them."""
    return unregister_batch(batch=batch, person=person)


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the projects of the year that the person may see."""
    kinds = policy_for(setting.year).subject_kinds
    for one in visible_subject_years(setting.person).filter(cycle=setting.year).order_by("subject__code"):
        yield (
            one.subject.code,
            one.name,
            one.unit.code,
            one.unit.name,
            one.requested_fen,
            one.get_change_display(),
            kinds.get(one.kind, ""),
            book_label(one.book),
            one.is_major,
            Decimal(one.first_year),
            Decimal(one.last_year),
            one.sector,
            one.category,
            one.overview,
            one.basis,
            one.served,
        )


LIST = ListKind(
    key="projects",
    label="项目清单",
    about="本年度申报的项目，登记进项目库",
    order=20,
    roles=frozenset({"performance_office", "division"}),
    yearly=True,
    amount="amount",
    definition=definition,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="将从项目库中撤出本批登记的项目；任何一项已有台账、评估或目标的，整批不能撤销。",
)
