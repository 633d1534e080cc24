"""Renaming, merging and splitting bodies: one recorded act, nothing overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, BodyChange, BodyChangeLine, Organisation
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.tree import tree_on
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import Denied, Refused
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake

CHANGING = frozenset({"department", "unit"})
FEWEST = 2
"""A merger joins and a split leaves at least so many bodies."""


@dataclass(frozen=True)
class NewBody:
    """A body that a change brings: its code, its name and what stands above it."""

    code: str
    name: str
    parent: Organisation | None = None


@dataclass(frozen=True)
class ChangeData:
    """What is told about a change.

    `sources` are the bodies that change, `targets` what becomes of them: new ones, or ones that stand. In a
    split `stays` says that the source goes on beside the new ones. The target at `heir` carries on what an
    ended source leaves.
    """

    kind: str
    day: date
    document: str
    sources: tuple[Organisation, ...]
    targets: tuple[NewBody | Organisation, ...]
    stays: bool = False
    heir: int = 0
    note: str = ""


def may_change_bodies(person: Person, _: object = None) -> Verdict:
    """The performance office: with a body go its projects and open duties, which administrators may not see."""
    if person.role == "performance_office":
        return allow()
    return deny("单位变动由绩效管理股登记：项目和未办事项随单位划转", national_clause("duty_offices"))


def change_bodies(*, data: ChangeData, person: Person) -> BodyChange:
    """End the bodies that change, begin the new ones, and keep who became whom; within one act.

    更名、改隶、合并、分立从生效日起：原单位前一日终止，名称和隶属不改写；新单位当日设立. On a change of name
    people stay in office (人随机构); after a merger or split the security administrator appoints anew.
    PermissionDenied unless it is the performance office of the place; Refused with every reason.
    """
    verdict = may_change_bodies(person)
    if not verdict:
        raise Denied(verdict.reason, verdict.clause)
    bodies = [*data.sources, *(one for one in data.targets if isinstance(one, Organisation))]
    bodies += [one.parent for one in data.targets if isinstance(one, NewBody) and one.parent is not None]
    if {one.place_id for one in bodies} != {person.place_id}:
        raise Denied("只能登记本地区单位的变动", national_clause("duty_place"))
    place = data.sources[0].place
    with act(person):
        keys = sorted(one.pk for one in data.sources)
        held = {one.pk: one for one in Organisation.objects.select_for_update().filter(pk__in=keys)}
        sources = [held[one.pk] for one in data.sources]
        refusals = [*_shape(data, sources), *_days(data, sources), *_names(data, sources)]
        if refusals:
            raise Refused(refusals)
        change = BodyChange.objects.create(
            place=place, kind=data.kind, day=data.day, document=data.document.strip(), note=data.note.strip()
        )
        targets = [
            one if isinstance(one, Organisation) else _begun(change, one, sources[0]) for one in data.targets
        ]
        for source in sources:
            _become(change, source, targets, None if data.stays else targets[data.heir])
        detail = {
            "day": data.day,
            "document": change.document,
            "from": "、".join(one.name for one in sources),
            "to": "、".join([*([sources[0].name] if data.stays else []), *(one.name for one in targets)]),
        }
        record("organisation.change", change, detail, clause=national_clause("duty_vouchers"))
        if data.kind == "rename":
            _stay_in_office(change, sources[0], targets[0])
    return change


def _shape(data: ChangeData, sources: list[Organisation]) -> Iterator[Refusal]:
    """Say what is wrong with who becomes whom."""
    ended, named = len(sources), len(data.targets)
    if not data.document.strip():
        rule = national_clause("duty_vouchers")
        yield Refusal("没有填写批准文件", rule, "写明文件名称和文号，它会写入审计链", "document")
    for one in sources:
        if one.kind not in CHANGING:
            yield mistake(f"{one.name}是{one.get_kind_display()}，不在这里登记变动", where="sources")
    if len({one.kind for one in sources}) > 1:
        yield mistake("主管部门和预算单位不能合在一起变动", "请分两次登记", "sources")
    if data.kind == "rename" and (ended, named, data.stays) != (1, 1, False):
        yield mistake("更名或改隶是一个单位变为一个单位", where="sources")
    if data.kind == "rename" and isinstance(data.targets[0], Organisation):
        yield mistake("名册中已有这个单位；并入已有单位请登记为合并", where="targets")
    if data.kind == "merge" and named != 1:
        yield mistake("合并后只有一个单位", where="targets")
    joined = ended + sum(isinstance(one, Organisation) for one in data.targets)
    if data.kind == "merge" and joined < FEWEST:
        yield mistake("合并至少涉及两个单位", "请再选一个原单位，或选择并入的单位", "sources")
    if data.kind == "split" and (ended != 1 or named + data.stays < FEWEST):
        yield mistake("分立是一个单位变为至少两个", "请再写一个新单位，或勾选原单位保留", "targets")
    if {one.pk for one in sources} & {one.pk for one in data.targets if isinstance(one, Organisation)}:
        yield mistake("原单位不能并入自己", where="targets")
    if any(isinstance(one, Organisation) and one.kind != sources[0].kind for one in data.targets):
        yield mistake("只能并入同类的单位", where="targets")


def _days(data: ChangeData, sources: list[Organisation]) -> Iterator[Refusal]:
    """Say which body cannot change on that day."""
    rule = national_clause("duty_vouchers")
    if data.day > clock.today():
        yield Refusal(f"生效日期 {data.day} 还没有到", rule, "请到生效之日再登记", "day")
    standing = [one for one in data.targets if isinstance(one, Organisation)]
    for one in [*sources, *standing]:
        if one.valid_to is not None:
            yield Refusal(f"{one.name}已于 {one.valid_to} 终止", rule, "请改选现有的单位", "sources")
        elif one.valid_from >= data.day:
            yield Refusal(f"{one.name} {one.valid_from} 才设立，不能从 {data.day} 起变动", rule, where="day")


def _names(data: ChangeData, sources: list[Organisation]) -> Iterator[Refusal]:
    """Say which new body cannot be: its code, its name, what stands above it."""
    tree = tree_on(sources[0].place_id, data.day)
    gone = set() if data.stays else {one.pk for one in sources}
    standing = [one for one in tree.bodies.values() if one.until is None and one.pk not in gone]
    codes, names = {one.code for one in standing}, {one.name for one in standing}
    new = [one for one in data.targets if isinstance(one, NewBody)]
    below = {pk for one in sources for pk in tree.below(one.pk)}
    for one in new:
        where = f"“{one.name or one.code}”"
        if not one.name.strip() or not one.code.strip():
            yield mistake("新单位须写明代码和名称", where="targets")
        if one.code.strip() in codes:
            yield mistake(f"{where}的代码 {one.code} 已被名册中的单位使用", where="targets")
        if one.name.strip() in names:
            yield mistake(f"名册中已有{where}", "并入已有单位请登记为合并，或换一个名称", "targets")
        if one.parent is not None and (one.parent.pk in below or one.parent.valid_to is not None):
            yield mistake(f"{where}的上级须是现有的、不在原单位之下的单位", where="targets")
        if sources[0].kind == "unit" and one.parent is None:
            yield mistake(f"{where}是预算单位，须写明上级", where="targets")
        codes.add(one.code.strip())
        names.add(one.name.strip())
    if data.kind == "rename" and len(new) == 1:
        source, parent = sources[0], tree.parent(sources[0].pk)
        same = (source.name, source.code, parent) == (
            new[0].name.strip(), new[0].code.strip(), new[0].parent.pk if new[0].parent else None,
        )  # fmt: skip
        if same:
            yield mistake("名称、代码和上级都没有变", where="targets")


def _begun(change: BodyChange, new: NewBody, source: Organisation) -> Organisation:
    made = Organisation.objects.create(
        place_id=change.place_id,
        code=new.code.strip(),
        name=new.name.strip(),
        kind=source.kind,
        parent=new.parent,
        valid_from=change.day,
    )
    detail = {"code": made.code, "name": made.name, "kind": made.kind, "document": change.document}
    record("organisation.create", made, detail)
    return made


def _become(
    change: BodyChange, source: Organisation, targets: list[Organisation], heir: Organisation | None
) -> None:
    """Keep what a body became; with an heir it ends on the day before."""
    for target in targets:
        carries = heir is not None and target.pk == heir.pk
        BodyChangeLine.objects.create(change=change, source=source, target=target, carries=carries)
    names = "、".join(one.name for one in targets)
    detail = {"document": change.document, "day": change.day, "from": source.name, "to": names}
    if heir is not None:
        source.valid_to, source.successor = change.day - timedelta(days=1), heir
        source.save(update_fields=["valid_to", "successor"])
        record("organisation.end", source, detail | {"heir": heir.name})
    else:
        record("organisation.part", source, detail)


def _stay_in_office(change: BodyChange, source: Organisation, target: Organisation) -> None:
    """People of a renamed body hold the same offices in it under its new name."""
    held = Appointment.objects.filter(organisation=source).exclude(valid_to__lt=change.day)
    for one in held.select_related("user"):
        last = one.valid_to
        if one.valid_from < change.day:
            one.valid_to = change.day - timedelta(days=1)
            one.save(update_fields=["valid_to"])
            written_along([one])
        made = Appointment.objects.create(
            user=one.user,
            organisation=target,
            role=one.role,
            valid_from=max(one.valid_from, change.day),
            valid_to=last,
        )
        detail = {"user": one.user.username, "role": one.role, "body": target.name, "since": made.valid_from}
        record("appointment.follow", made, detail | {"reason": change.document})
