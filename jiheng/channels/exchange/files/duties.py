"""The list of duties (三定职责) of a body, brought by its own people."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from jiheng.channels.exchange.files._common import code_once
from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.duties.access import WRITERS, visible_duties
from jiheng.registers.duties.models import Duty
from jiheng.registers.duties.queries import bodies_to_write_for
from jiheng.registers.duties.services import DutyData, take_back, write_duties
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value

MAIN = {"是": True, "否": False}
BODY = ListColumn(
    key="body", label="单位代码", max_length=40, aliases=("预算单位代码", "单位编码"), help="不填为本单位"
)
DEFINITION = TableDefinition(
    key="duties",
    label="职责清单",
    columns=(
        BODY,
        ListColumn(key="code", label="职责编号", required=True, max_length=20, aliases=("编号", "序号")),
        ListColumn(key="text", label="职责", required=True, max_length=300, aliases=("职责内容", "三定职责", "主要职责内容")),
        ListColumn(key="main", label="是否主要职责", kind=Kind.CHOICE, choices=tuple(MAIN), required=True, aliases=("主要职责",)),
        ListColumn(key="since", label="生效日期", kind=Kind.DATE, required=True),
        ListColumn(key="until", label="终止日期", kind=Kind.DATE, help="仍在承担的不填"),
        ListColumn(key="source", label="依据文件", required=True, max_length=200, aliases=("三定规定", "依据")),
    ),
)  # fmt: skip


def bodies_by_code(person: Person) -> tuple[dict[str, Organisation], Organisation | None]:
    """Return the bodies for which the person writes by their codes, and the person's own."""
    found = {one.code: one for one in bodies_to_write_for(person)}
    return found, next((one for one in found.values() if one.pk == person.organisation_id), None)


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each duty must be of a body that the person writes for, with a number of its own and days in order."""
    bodies, own = bodies_by_code(setting.person)
    known = {
        (one.organisation_id, one.code): one
        for one in Duty.objects.filter(organisation__in=[one.pk for one in bodies.values()])
    }
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        checked, values = Checked(row), row.values
        code, text, source = (str(values[key] or "").strip() for key in ("code", "text", "source"))
        since, until = cast("date | None", values["since"]), cast("date | None", values["until"])
        body = body_of(checked, bodies, own)
        if since and until and until < since:
            checked.wrong("until", "终止日期", f"终止日期 {until} 早于生效日期 {since}")
        if body is not None and code:
            code_once(checked, seen, body.pk, code, "职责编号")
        if body is not None and code and text and source and since and values["main"]:
            main = MAIN[str(values["main"])]
            checked.made = DutyData(body, code, text, main, source, since, until)
            _held(checked, known.get((body.pk, code)))
        yield checked


def body_of(checked: Checked, bodies: dict[str, Organisation], own: Organisation | None) -> Organisation | None:
    """Return the body of a row: the one named, or the own one; a mistake is named at its cell."""
    code = str(checked.row.values["body"] or "").strip()
    body = bodies.get(code) if code else own
    if body is None:
        checked.wrong("body", "单位代码", f"“{code}”不是本单位或所属单位" if code else "须填写单位代码")
    return body


def _held(checked: Checked, held: Duty | None) -> None:
    if held is None:
        return
    data = cast(DutyData, checked.made)
    if (held.text, held.main, held.source, held.valid_from, held.valid_to) == (
        data.text, data.main, data.source, data.valid_from, data.valid_to
    ):  # fmt: skip
        checked.same = "已登记，内容相同"
        return
    checked.wrong("code", "职责编号", "该编号已登记为另一内容；职责变了的，先终止原来的一条，再用新的编号登记")


def apply(setting: Setting, made: Sequence[DutyData], batch: ImportBatch) -> tuple[int, int]:
    """Write the duties; return how many."""
    return len(write_duties(rows=made, person=setting.person, batch=batch)), 0


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the duties that the person sees, as a list may bring them."""
    for one in visible_duties(setting.person).order_by("organisation__code", "code"):
        main = "是" if one.main else "否"
        yield (one.organisation.code, one.code, one.text, main, one.valid_from, one.valid_to, one.source)


LIST = ListKind(
    key="duties",
    label="职责清单",
    about="三定规定的职责，主次、起止和依据文件",
    order=70,
    roles=WRITERS,
    yearly=False,
    amount="",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=lambda batch, person: take_back(batch=batch, person=person),
    rows=rows,
    undone="将撤出本批登记的职责；任何一项已有重点工作、资金或指标对应的，整批不能撤销。",
)
