"""The list of changes of bodies: renamed, hung elsewhere, merged, split; a whole reform in one sheet."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.accounts.changes import ChangeData, NewBody
from jiheng.foundation.accounts.models import BodyChange, Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.bodies.services import register_change
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal

KINDS = {label: key for key, label in BodyChange.KINDS}
BETWEEN = re.compile(r"[、,，;；\s]+")
NAMES = re.compile(r"[、;；\n]+")
DEFINITION = TableDefinition(
    key="changes",
    label="单位变动",
    columns=(
        ListColumn(key="kind", label="变动", kind=Kind.CHOICE, choices=tuple(KINDS), required=True, aliases=("类别",)),
        ListColumn(key="day", label="生效日期", kind=Kind.DATE, required=True),
        ListColumn(
            key="sources", label="原单位代码", required=True, max_length=2000, help="几个单位合并的，用顿号隔开"
        ),
        ListColumn(
            key="stays", label="原单位保留", kind=Kind.CHOICE, choices=("是", "否"), help="只在分立时填；不填为否"
        ),
        ListColumn(
            key="codes", label="新单位代码", required=True, max_length=2000,
            help="更名不换代码的照填原代码；并入已有单位的填那个单位的代码；分立的用顿号隔开，第一个承接以前年度的事项",
        ),
        ListColumn(
            key="names", label="新单位名称", max_length=4000, help="与代码一一对应，用顿号隔开；并入已有单位的不填"
        ),
        ListColumn(key="parent", label="上级单位代码", max_length=40, help="不填为原单位的上级"),
        ListColumn(key="document", label="批准文件", required=True, max_length=300, aliases=("文件", "依据")),
        ListColumn(key="note", label="说明", max_length=300),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ChangeRow:
    """A change as the sheet tells it, by codes: the bodies of later rows may be made by earlier ones."""

    kind: str
    day: date
    sources: tuple[str, ...]
    stays: bool
    codes: tuple[str, ...]
    names: tuple[str, ...]
    parent: str
    document: str
    note: str

    def told(self, place_id: int) -> ChangeData:
        """Return what the service takes, with the bodies as they stand now. Refused for a code that nobody has."""
        standing = {one.code: one for one in Organisation.objects.filter(place_id=place_id, valid_to=None)}
        wanted = [*self.sources, *((self.parent,) if self.parent else ()), *(() if self.names else self.codes)]
        unknown = [one for one in dict.fromkeys(wanted) if one not in standing]
        if unknown:
            raise mistaken(f"名册中没有代码为“{'、'.join(unknown)}”的现有单位")
        if self.names and len(self.names) != len(self.codes):
            raise mistaken(f"新单位代码 {len(self.codes)} 个，名称 {len(self.names)} 个，须一一对应")
        sources = tuple(standing[one] for one in self.sources)
        above = standing[self.parent] if self.parent else sources[0].parent
        while above is not None and above.valid_to is not None and above.successor is not None:
            above = above.successor
        new = tuple(NewBody(code, name, above) for code, name in zip(self.codes, self.names, strict=False))
        targets: tuple[NewBody | Organisation, ...] = new or tuple(standing[code] for code in self.codes)
        return ChangeData(self.kind, self.day, self.document, sources, targets, self.stays, note=self.note)


class _RehearsedError(Exception):
    """Thrown to take a rehearsal back, with what was said against each row."""

    def __init__(self, found: list[list[Refusal]]) -> None:
        self.found = found
        super().__init__()


def rehearse(rows: Sequence[ChangeRow], person: Person) -> list[list[Refusal]]:
    """Register the changes one after another and take them all back; return what is against each.

    So the preview says exactly what the registration would say, also where one row builds on another.
    """
    try:
        with act(person):
            _play(rows, person)
    except _RehearsedError as rehearsed:
        return rehearsed.found
    return []


def _play(rows: Sequence[ChangeRow], person: Person) -> None:
    """Register the changes, each refused one apart, and throw what was said."""
    found: list[list[Refusal]] = []
    for row in rows:
        try:
            register_change(data=row.told(person.place_id), person=person)
        except Refused as refused:
            found.append(refused.refusals)
        else:
            found.append([])
    raise _RehearsedError(found)


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each change must be one that the page of bodies would take, after those above it in the sheet."""
    there = {
        (one.kind, one.day, one.document, frozenset(line.source.code for line in one.lines.all()))
        for one in BodyChange.objects.filter(place_id=setting.person.place_id).prefetch_related("lines__source")
    }
    checked, waiting = [], []
    for row in rows:
        one = Checked(row)
        checked.append(one)
        told = _read(row)
        if told is None:
            continue
        one.made = told
        if (told.kind, told.day, told.document, frozenset(told.sources)) in there:
            one.same = "已登记过这次变动"
        else:
            waiting.append(one)
    said = rehearse([cast(ChangeRow, one.made) for one in waiting], setting.person)
    for one, refusals in zip(waiting, said, strict=True):
        for refusal in refusals:
            column = {"day": "day", "document": "document", "targets": "codes"}.get(refusal.where, "sources")
            label = next(field.label for field in DEFINITION.columns if field.key == column)
            one.wrong(column, label, f"{refusal.message}{'：' + refusal.remedy if refusal.remedy else ''}")
    return checked


def _read(row: ListRow) -> ChangeRow | None:
    """Read a row; None where a cell that it cannot do without was named already."""
    values = row.values
    text = {key: str(values[key] or "").strip() for key in ("sources", "codes", "names", "parent", "document", "note")}
    kind, day = values["kind"], cast("date | None", values["day"])
    if kind not in KINDS or day is None or not (text["sources"] and text["codes"] and text["document"]):
        return None
    return ChangeRow(
        KINDS[str(kind)],
        day,
        tuple(one for one in BETWEEN.split(text["sources"]) if one),
        values["stays"] == "是",
        tuple(one for one in BETWEEN.split(text["codes"]) if one),
        tuple(one.strip() for one in NAMES.split(text["names"]) if one.strip()),
        text["parent"],
        text["document"],
        text["note"],
    )


def apply(setting: Setting, made: Sequence[ChangeRow], batch: ImportBatch) -> tuple[int, int]:
    """Register the changes in their order; return how many."""
    done = [
        register_change(data=one.told(setting.person.place_id), person=setting.person).pk for one in made
    ]
    batch.report = {**batch.report, "added": done}
    return len(done), 0


def undo(_batch: ImportBatch, _person: Person) -> int:
    """A change of bodies is never taken back: projects, offices and duties have gone with it."""
    raise refuse(
        "单位变动登记后不能撤销，项目、任职和未办事项已随单位划转",
        national_clause("duty_vouchers"),
        remedy="登记错的，请另行登记一次变动改正",
    )


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the changes of the place in the shape in which a list brings them, oldest first."""
    labels = {key: label for label, key in KINDS.items()}
    changes = BodyChange.objects.filter(place_id=setting.person.place_id).order_by("day", "pk")
    for one in changes.prefetch_related("lines__source__parent", "lines__target__parent"):
        lines = list(one.lines.all())
        sources = list(dict.fromkeys(line.source for line in lines))
        targets = list(dict.fromkeys(line.target for line in lines))
        stays = one.kind == "split" and not any(line.carries for line in lines)
        new = [target for target in targets if target.valid_from == one.day]
        yield (
            labels[one.kind], one.day, "、".join(body.code for body in sources), "是" if stays else None,
            "、".join(body.code for body in targets), "、".join(body.name for body in new) or None,
            targets[0].parent.code if new and targets[0].parent else None, one.document, one.note or None,
        )  # fmt: skip


LIST = ListKind(
    key="changes",
    label="单位变动",
    about="更名、改隶、合并、分立，按先后一行一次",
    order=15,
    roles=frozenset({"performance_office"}),
    yearly=False,
    amount="",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="单位变动登记后不能撤销；登记错的，另行登记一次变动改正。",
)
