"""Registering a change of bodies: with it go the subjects and open duties of the years that are not over."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.changes import ChangeData, change_bodies, may_change_bodies
from jiheng.foundation.accounts.models import BodyChange, Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.tree import Tree, tree_on
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Denied, mistaken
from jiheng.registers.cycles.models import Extension
from jiheng.registers.subjects.models import Passage, SubjectYear
from jiheng.rules.policy.clauses import national_clause

BATCH = 500


def register_change(*, data: ChangeData, person: Person) -> BodyChange:
    """Register a change of bodies and pass on what they have under way, in one act.

    变动当年及以后、尚未关闭的年度，项目连同未办事项划给承接单位；以前年度的项目仍记在原单位名下，由承接单位
    办理. PermissionDenied and Refused as `change_bodies`.
    """
    with act(person):
        change = change_bodies(data=data, person=person)
        for line in change.lines.filter(carries=True).select_related("source", "target").order_by("pk"):
            _pass_on(change, line.source, line.target)
            _extensions(change, line.source, line.target)
        _tell(change)
    return change


def under_way(change: BodyChange) -> QuerySet[SubjectYear]:
    """Return the subjects that a change touches: of its year and later ones, while the year is open."""
    rows = SubjectYear.objects.filter(
        place_id=change.place_id, budget_year__gte=change.day.year, cycle__state="open"
    )
    return rows.order_by("pk")


def _pass_on(change: BodyChange, source: Organisation, target: Organisation) -> None:
    rows = list(under_way(change).filter(Q(unit=source) | Q(department=source)))
    if not rows:
        return
    before, now = tree_on(change.place_id, source.valid_to), tree_on(change.place_id)
    goes = {year: _whither(year, source.pk, target.pk, before, now) for year in rows}
    _write(change, goes)


def _whither(year: SubjectYear, source: int, target: int, before: Tree, now: Tree) -> tuple[int, int]:
    """Return unit and department of a subject after the change."""
    unit = target if year.unit_id == source else year.unit_id
    if year.department_id == source:
        return unit, target
    # A unit that came below another department takes its projects along, unless another one answered for them.
    moved = year.unit_id == source and before.department(source) == year.department_id
    return unit, now.department(target) if moved else year.department_id


def _write(change: BodyChange, goes: Mapping[SubjectYear, tuple[int, int]]) -> None:
    names = dict(Organisation.objects.filter(place_id=change.place_id).values_list("pk", "name"))
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    passages = []
    for year, (unit, department) in goes.items():
        if (unit, department) == (year.unit_id, year.department_id):
            continue
        groups[unit, department].append(year.pk)
        passages.append(
            Passage(
                subject_year=year,
                change=change,
                from_unit_id=year.unit_id,
                to_unit_id=unit,
                from_department_id=year.department_id,
                to_department_id=department,
            )
        )
        detail = {
            "from": f"{names[year.department_id]} · {names[year.unit_id]}",
            "to": f"{names[department]} · {names[unit]}",
            "document": change.document,
        }
        record("subject.pass", year, detail, clause=national_clause("duty_vouchers"))
    Passage.objects.bulk_create(passages, batch_size=BATCH)
    for (unit, department), keys in groups.items():
        for start in range(0, len(keys), BATCH):
            some = SubjectYear.objects.filter(pk__in=keys[start : start + BATCH])
            some.update(unit_id=unit, department_id=department)


def _extensions(change: BodyChange, source: Organisation, target: Organisation) -> None:
    """More time that was granted to a body holds for whoever carries it on."""
    given = Extension.objects.filter(
        organisation=source, state="granted", cycle__state="open", cycle__budget_year__gte=change.day.year
    )
    for one in given.order_by("pk"):
        one.pk, one.organisation = None, target
        one.save(force_insert=True)
        detail = {"item": one.item, "body": target.name, "due": one.due, "reason": change.document}
        record("cycle.extend", one, detail)


def _tell(change: BodyChange) -> None:
    """Tell whoever carries on, and after a merger or split the security administrator who has to appoint."""
    lines = list(change.lines.select_related("source", "target"))
    what = f"{change.day} {change.get_kind_display()}"
    for one in {line.target.pk: line.target for line in lines}.values():
        sources = "、".join(line.source.name for line in lines if line.target_id == one.pk)
        role = "unit_head" if one.kind == "unit" else "department_reviewer"
        notify(organisation=one, role=role, text=f"{what}：{sources}的项目和未办事项由贵单位办理", about=change)
    if change.kind == "rename":
        return
    bureaus = Organisation.objects.filter(place_id=change.place_id, kind="bureau", valid_to=None)
    names = "、".join(dict.fromkeys(line.target.name for line in lines))
    for bureau in bureaus:
        text = f"{what}：请为{names}登记人员任职，原单位的任职已随单位终止"
        notify(organisation=bureau, role="security_admin", text=text, link="/people/", about=change)


def movable(change: BodyChange) -> QuerySet[SubjectYear]:
    """Return the subjects that a split may still divide: those now with the source or with what came of it."""
    bodies = {pk for line in change.lines.all() for pk in (line.source_id, line.target_id)}
    rows = under_way(change).filter(unit_id__in=bodies)
    return rows.select_related("subject", "unit", "department")


def choices_after(change: BodyChange) -> list[Organisation]:
    """Return the bodies among which a split divides the subjects: the source while it stands, and the new ones."""
    lines = list(change.lines.select_related("source", "target"))
    found = [line.source for line in lines if line.source.valid_to is None] + [line.target for line in lines]
    return list({one.pk: one for one in found if one.valid_to is None}.values())


def move_subjects(*, change: BodyChange, moves: Mapping[int, int], person: Person) -> int:
    """After a split, pass subjects to another one of its bodies; return how many went.

    `moves` maps the key of a subject and year to that of a body. PermissionDenied unless it is the performance
    office of the place; Refused for a subject or body that the split does not touch.
    """
    verdict = may_change_bodies(person)
    if not verdict or change.place_id != person.place_id:
        raise Denied(verdict.reason or "只能办理本地区的单位变动", verdict.clause or national_clause("duty_place"))
    with act(person):
        bodies = {one.pk for one in choices_after(change)}
        rows = {one.pk: one for one in movable(change).select_for_update(of=("self",))}
        if change.kind != "split" or set(moves) - set(rows) or set(moves.values()) - bodies:
            raise mistaken("项目或单位不在这次分立之内", "请刷新页面，按列出的项目和单位选择")
        now = tree_on(change.place_id)
        goes = {
            rows[key]: (
                unit,
                now.department(unit)
                if now.department(rows[key].unit_id) == rows[key].department_id
                else rows[key].department_id,
            )
            for key, unit in moves.items()
            if rows[key].unit_id != unit
        }
        _write(change, goes)
    return len(goes)
