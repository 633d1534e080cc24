"""The list of the indicator library: what a place keeps, given out and proposed anew; nothing enters unreviewed."""

from collections.abc import Iterable, Sequence

from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import refuse
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.indicators.portable import (
    CODE_LONGEST,
    LABELLED,
    TEXTS,
    held,
    in_use,
    sheet_of_words,
    words_of,
)
from jiheng.registers.indicators.proposing import propose_list
from jiheng.registers.indicators.queries import sheet_of
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.indicator_sheet import LABELS, LONGEST, MUST, Sheet
from jiheng.rules.policy.clauses import national_clause

OPTIONAL = frozenset({"direction", "frequency", "rank"})
HELP = {
    "definition": "可以分行",
    "formula": "系统按它计算，如“合格人数÷参加考核人数×100%”",
    "sample": "如“合格人数=190；参加考核人数=200；结果=95”",
    "aliases": "用顿号隔开",
    "rank": "不填的，已有指标不变，新增的为一般指标",
    "references": "每行一条：标准类别｜标准值｜年份｜地区｜出处",
}


def _column(key: str) -> ListColumn:
    if key in LABELLED:
        choices = tuple(LABELLED[key].values())
        return ListColumn(
            key=key, label=LABELS[key], kind=Kind.CHOICE, choices=choices, required=key not in OPTIONAL
        )
    lines = key in {"definition", "references"}
    return ListColumn(
        key=key,
        label=LABELS[key],
        kind=Kind.LONG_TEXT if lines else Kind.TEXT,
        lines=lines,
        required=key in MUST,
        max_length=LONGEST.get(key, 4000),
        help=HELP.get(key, ""),
    )


DEFINITION = TableDefinition(
    key="indicators",
    label="指标库",
    columns=(
        ListColumn(
            key="code", label="编号", max_length=CODE_LONGEST, unique=True,
            help="已有的编号修订那一项；没有的按此编号新增，不填的由系统编号",
        ),
        *(_column(key) for key in (*TEXTS, "references")),
    ),
)  # fmt: skip


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each row must be a sheet that could be proposed by itself; every fault stands at its cell."""
    checked = [Checked(row) for row in rows]
    read = [_read(one) for one in checked]
    for one, line in zip(checked, held(place_of(setting.person), read), strict=True):
        for fault in line.faults:
            if one.row.cells.get(fault.where, "") not in setting.unread:
                one.wrong(fault.where, LABELS.get(fault.where, "编号"), fault.message)
        if line.same:
            one.same = "与指标库现有内容相同"
        one.made = (line.entry.code, line.entry.sheet)
    return checked


def _read(one: Checked) -> tuple[str, Sheet]:
    words = {key: str(value or "") for key, value in one.row.values.items()}
    sheet, faults = sheet_of_words(words)
    for fault in faults:
        one.wrong(fault.where, LABELS[fault.where], fault.message)
    return words["code"].removeprefix("'").strip(), sheet


def apply(setting: Setting, made: Sequence[tuple[str, Sheet]], batch: ImportBatch) -> tuple[int, int]:
    """Propose the list; it enters the library when others have reviewed and published it."""
    proposal = propose_list(told=made, ground=f"按清单“{batch.name}”增改", person=setting.person)
    batch.report = {**batch.report, "added": [proposal.pk]}
    return len(made), 0


def undo(_batch: ImportBatch, _person: Person) -> int:
    """What was proposed is decided by its review."""
    raise refuse(
        "清单已作为建议提交，不能在这里撤销",
        national_clause("duty_indicator_library"),
        remedy="请审核人在“指标建议”中退回或不采纳",
    )


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return what the place keeps and uses, in the shape in which a list brings it."""
    for one in in_use(place_of(setting.person)):
        words = words_of(sheet_of(one))
        yield (one.code, *(words[key] or None for key in (*TEXTS, "references")))


LIST = ListKind(
    key="indicators",
    label="指标库",
    about="成批新增或修订指标，由他人审核、发布后进入指标库",
    order=60,
    roles=frozenset({"performance_office", "division"}),
    yearly=False,
    amount="",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="清单已作为建议提交，由审核人退回或不采纳。",
)
