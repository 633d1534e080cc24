"""The list of the year's main works (年度重点工作) of a body, each with the duty that it serves."""

from collections.abc import Iterable, Sequence

from jiheng.channels.exchange.files._common import code_once
from jiheng.channels.exchange.files.duties import BODY, bodies_by_code, body_of
from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.registers.duties.access import WRITERS, visible_works
from jiheng.registers.duties.models import MainWork
from jiheng.registers.duties.queries import duties_to_serve
from jiheng.registers.duties.services import WorkData, take_back, write_works
from jiheng.rules.forms.values import Value

DEFINITION = TableDefinition(
    key="main_works",
    label="年度重点工作清单",
    columns=(
        BODY,
        ListColumn(key="code", label="工作编号", required=True, max_length=20, aliases=("编号", "序号")),
        ListColumn(key="name", label="重点工作", required=True, max_length=200, aliases=("工作任务", "重点任务", "任务名称")),
        ListColumn(
            key="duty", label="对应职责编号", max_length=20, aliases=("职责编号",), help="本单位或主管部门的职责编号；不填为暂不对应"
        ),
        ListColumn(key="source", label="来源文件", required=True, max_length=200, aliases=("依据文件", "任务来源")),
    ),
)  # fmt: skip


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each work must be of a body that the person writes for, and its duty one of that body or the one above."""
    bodies, own = bodies_by_code(setting.person)
    year = setting.year.budget_year
    duties = {(one.organisation_id, one.code): one for one in duties_to_serve(bodies.values(), year)}
    keys = [one.pk for one in bodies.values()]
    known = {
        (one.organisation_id, one.code): one for one in MainWork.objects.filter(cycle=setting.year, organisation__in=keys)
    }
    seen: dict[tuple[int, str], int] = {}
    for row in rows:
        checked, values = Checked(row), row.values
        code, name, duty, source = (str(values[key] or "").strip() for key in ("code", "name", "duty", "source"))
        body = body_of(checked, bodies, own)
        served = None
        if body is not None and duty:
            served = duties.get((body.pk, duty)) or duties.get((body.parent_id or 0, duty))
            if served is None:
                checked.wrong("duty", "对应职责编号", f"{body}及其主管部门{year}年度没有编号为“{duty}”的职责")
        if body is not None and code:
            code_once(checked, seen, body.pk, code, "工作编号")
        if body is not None and code and name and source:
            checked.made = WorkData(body, code, name, source, served)
            if held := known.get((body.pk, code)):
                if (held.name, held.source, held.duty_id) == (name, source, served.pk if served else None):
                    checked.same = "已登记，内容相同"
                else:
                    checked.wrong("code", "工作编号", "该编号已登记为另一内容；对应的职责在重点工作的页面上改")
        yield checked


def apply(setting: Setting, made: Sequence[WorkData], batch: ImportBatch) -> tuple[int, int]:
    """Write the works; return how many."""
    return len(write_works(cycle=setting.year, rows=made, person=setting.person, batch=batch)), 0


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the year's works that the person sees, as a list may bring them."""
    for one in visible_works(setting.person).filter(cycle=setting.year).order_by("organisation__code", "code"):
        yield (one.organisation.code, one.code, one.name, one.duty.code if one.duty else None, one.source)


LIST = ListKind(
    key="main_works",
    label="年度重点工作清单",
    about="部门年度重点工作及其对应的职责",
    order=71,
    roles=WRITERS,
    yearly=True,
    amount="",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=lambda batch, person: take_back(batch=batch, person=person),
    rows=rows,
    undone="将撤出本批登记的重点工作。",
)
