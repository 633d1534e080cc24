"""The register of bodies: departments and units, with what stands above each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import ManyToOneRel

from jiheng.channels.exchange.kinds import Checked, ListKind, Setting
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.services import create_organisation
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.sheets.tables import ListColumn, ListRow, TableDefinition
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.values import Value
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal

KINDS = {"主管部门": "department", "预算单位": "unit", "第三方机构": "agency", "监督机构": "overseer"}
DEFINITION = TableDefinition(
    key="units",
    label="单位名册",
    columns=(
        ListColumn(
            key="code",
            label="单位代码",
            required=True,
            unique=True,
            max_length=40,
            aliases=("单位编码", "预算单位代码", "预算代码"),
        ),
        ListColumn(
            key="name", label="单位名称", required=True, max_length=200, aliases=("预算单位名称", "单位")
        ),
        ListColumn(
            key="kind",
            label="单位类型",
            kind=Kind.CHOICE,
            choices=tuple(KINDS),
            aliases=("类型",),
            help="不填为预算单位",
        ),
        ListColumn(
            key="parent",
            label="上级单位代码",
            max_length=40,
            aliases=("上级代码", "主管部门代码", "上级单位编码"),
            help="预算单位必填：主管部门或上级预算单位的代码",
        ),
        ListColumn(key="since", label="生效日期", kind=Kind.DATE, help="不填为今天"),
    ),
)


@dataclass(frozen=True)
class UnitData:
    """A body to be added; `parent` is a code, of one that stands already or that the list brings too."""

    code: str
    name: str
    kind: str
    parent: str
    since: date


def check(setting: Setting, rows: Sequence[ListRow]) -> Iterable[Checked]:
    """Each body must have a code of its own and something above it, without going round in a circle."""
    present = {
        one.code: one
        for one in Organisation.objects.filter(
            place_id=setting.person.place_id, valid_to__isnull=True
        ).select_related("parent")
    }
    above = {str(row.values["code"]): cast("str | None", row.values["parent"]) for row in rows}
    for row in rows:
        checked = Checked(row)
        values = row.values
        code, name, parent = (cast("str | None", values[key]) for key in ("code", "name", "parent"))
        kind = KINDS[str(values["kind"] or "预算单位")]
        since = cast("date | None", values["since"]) or clock.today()
        if kind == "unit" and not parent:
            checked.wrong("parent", "上级单位代码", "预算单位须填写上级单位代码")
        if parent and parent not in present and parent not in above:
            checked.wrong("parent", "上级单位代码", f"“{parent}”既不在名册中，也不在本表中")
        elif code and parent and _circle(code, above):
            checked.wrong("parent", "上级单位代码", f"上下级关系成环：沿“{parent}”向上又回到“{code}”")
        if code and name:
            checked.made = UnitData(code, name, kind, parent or "", since)
            _present(checked, present.get(code))
        yield checked


def _circle(code: str, above: dict[str, str | None]) -> bool:
    seen, at = {code}, above.get(code)
    while at:
        if at in seen:
            return at == code
        seen.add(at)
        at = above.get(at)
    return False


def _present(checked: Checked, present: Organisation | None) -> None:
    data = cast(UnitData, checked.made)
    if present is None:
        return
    parent = present.parent.code if present.parent else ""
    if (present.name, present.kind) == (data.name, data.kind) and data.parent in {parent, ""}:
        checked.same = "已在名册中，名称、类型和上级相同"
        return
    told = f"“{present.name}”（{present.get_kind_display()}，上级 {parent or '无'}）"
    checked.wrong("code", "单位代码", f"名册中该代码是{told}，与本行不同；更名、改隶由绩效管理股在“单位”页登记变动")


def apply(setting: Setting, made: Sequence[UnitData], batch: ImportBatch) -> tuple[int, int]:
    """Add the bodies, those above first; return how many."""
    place = Place.objects.get(pk=setting.person.place_id)
    bodies = {one.code: one for one in Organisation.objects.filter(place=place, valid_to__isnull=True)}
    waiting = {one.code: one for one in made}
    added = []
    while waiting:
        ready = [one for one in waiting.values() if one.parent not in waiting]
        for one in ready:
            bodies[one.code] = create_organisation(
                place=place,
                code=one.code,
                name=one.name,
                kind=one.kind,
                parent=bodies.get(one.parent),
                valid_from=one.since,
                person=setting.person,
            )
            added.append(bodies[one.code].pk)
            del waiting[one.code]
    batch.report = {**batch.report, "added": added}
    return len(added), 0


def undo(batch: ImportBatch, person: Person) -> int:
    """Take the bodies out of the register again, provided that nobody and nothing belongs to any of them."""
    keys = list(batch.report.get("added", []))
    bodies = {
        one.pk: one for one in Organisation.objects.filter(place_id=batch.place_id) if one.pk in set(keys)
    }
    used = _used(set(bodies))
    if used:
        raise Refused(
            Refusal(
                f"“{bodies[pk].name}”已有人员任职、下级单位或业务记录",
                national_clause("duty_vouchers"),
                remedy="不能随名册撤销",
                where=str(pk),
            )
            for pk in sorted(used)
        )
    with act(person):
        for pk in reversed(keys):
            if pk in bodies:
                record("organisation.remove", bodies[pk], {"code": bodies[pk].code, "name": bodies[pk].name})
                bodies[pk].delete()
    return len(bodies)


def _used(keys: set[int]) -> set[int]:
    """Return those bodies to which something belongs that did not come with them."""
    found: set[int] = set()
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        name, model = relation.field.name, relation.related_model
        for start in range(0, len(keys), 500):
            some = sorted(keys)[start : start + 500]
            hanging = model._default_manager.filter(**{f"{name}__in": some}).order_by()
            for pk, child in hanging.values_list(f"{name}_id", "pk"):
                if model is not Organisation or child not in keys:
                    found.add(pk)
    return found


def rows(setting: Setting) -> Iterable[Sequence[Value]]:
    """Return the bodies of the place that a list may bring."""
    labels = {key: label for label, key in KINDS.items()}
    found = Organisation.objects.filter(
        place_id=setting.person.place_id, kind__in=labels, valid_to__isnull=True
    )
    for one in found.select_related("parent").order_by("code"):
        parent = one.parent.code if one.parent else None
        yield (one.code, one.name, labels[one.kind], parent, one.valid_from)


LIST = ListKind(
    key="units",
    label="单位名册",
    about="主管部门和预算单位及其上下级",
    order=10,
    roles=frozenset({"system_admin", "performance_office"}),
    yearly=False,
    amount="",
    definition=lambda _: DEFINITION,
    check=check,
    apply=apply,
    undo=undo,
    rows=rows,
    undone="将从名册中撤出本批新增的单位；任何一个已有人员或业务的，整批不能撤销。",
)
