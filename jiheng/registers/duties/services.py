"""The writes: a duty, its end, a main work and its duty, the shares of a project's money."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import Refused, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.claim import fill_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.access import may_end, may_own_work, may_share, may_write_for
from jiheng.registers.duties.models import Duty, DutyShare, MainWork
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.duties import in_force, share_faults
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake


@dataclass(frozen=True)
class DutyData:
    """A duty to be written."""

    organisation: Organisation
    code: str
    text: str
    main: bool
    source: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class WorkData:
    """A main work of a year to be written; `duty` is of the same body or of the one above it, or None."""

    organisation: Organisation
    code: str
    name: str
    source: str
    duty: Duty | None = None


def may_serve(duty: Duty, body: Organisation, year: int) -> bool:
    """Whether what belongs to a body may be hung on a duty: its own or its department's, in force in the year."""
    return in_force(duty.valid_from, duty.valid_to, year) and duty.organisation_id in {body.pk, body.parent_id}


def write_duties(*, rows: Sequence[DutyData], person: Person, batch: ImportBatch | None = None) -> list[Duty]:
    """Write duties of bodies that the person writes for; all or none. Raises Refused with every fault."""
    found: list[Refusal] = []
    bodies = {one.organisation.pk: one.organisation for one in rows}
    for body in bodies:
        require(may_write_for(person, body))
    known = set(Duty.objects.filter(organisation__in=bodies).values_list("organisation_id", "code"))
    for one in rows:
        for label, value in (("职责编号", one.code), ("职责", one.text), ("依据文件", one.source)):
            if not value.strip():
                found.append(mistake(f"须填写{label}", where=_FIELDS[label]))
        if one.valid_to is not None and one.valid_to < one.valid_from:
            found.append(mistake("终止日期早于生效日期", where="valid_to"))
        if (one.organisation.pk, one.code.strip()) in known:
            remedy = "职责的内容变了的，先终止原来的一条，再用新的编号登记"
            found.append(mistake(f"{one.organisation}已有编号为“{one.code}”的职责", remedy, "code"))
        known.add((one.organisation.pk, one.code.strip()))
    if found:
        raise Refused(found)
    with act(person):
        made = []
        for one in rows:
            duty = Duty.objects.create(
                organisation=one.organisation, code=one.code.strip(), text=one.text.strip(), main=one.main,
                source=one.source.strip(), valid_from=one.valid_from, valid_to=one.valid_to,
                written_by=str(person), written_on=clock.today(), batch=batch,
            )  # fmt: skip
            detail = {"code": duty.code, "text": duty.text, "main": duty.main, "from": duty.valid_from, "to": duty.valid_to}
            record("duties.write", duty, detail)
            made.append(duty)
    return made


_FIELDS = {"职责编号": "code", "职责": "text", "依据文件": "source", "工作编号": "code", "重点工作": "name", "来源文件": "source"}


def end_duty(*, duty: Duty, day: date, reason: str, person: Person) -> None:
    """End a duty on its last day, with the reason; its words and what hung on it stay as they were."""
    require(may_end(person, duty))
    if not reason.strip():
        raise refuse("终止职责须写明理由", national_clause("duty_reasons"), "如机构改革划转，注明文件", "reason")
    if day < duty.valid_from:
        raise Refused([mistake(f"终止日期不能早于生效日期 {duty.valid_from}", where="day")])
    with act(person):
        values = {"valid_to": day, "end_reason": reason.strip()[:300]}
        fill_once(duty, values, "valid_to")
        record("duties.end", duty, {"to": day, "reason": duty.end_reason})


def write_works(
    *, cycle: Cycle, rows: Sequence[WorkData], person: Person, batch: ImportBatch | None = None
) -> list[MainWork]:
    """Write main works of a year; all or none. Raises Refused with every fault."""
    if cycle.state != "open" or cycle.place_id != person.place_id:
        raise refuse(f"{cycle}已关闭或不属于本地区", national_clause("duty_year"))
    bodies = {one.organisation.pk for one in rows}
    for body in bodies:
        require(may_write_for(person, body))
    found: list[Refusal] = []
    known = set(MainWork.objects.filter(cycle=cycle, organisation__in=bodies).values_list("organisation_id", "code"))
    for one in rows:
        for label, value in (("工作编号", one.code), ("重点工作", one.name), ("来源文件", one.source)):
            if not value.strip():
                found.append(mistake(f"须填写{label}", where=_FIELDS[label]))
        if one.duty is not None and not may_serve(one.duty, one.organisation, cycle.budget_year):
            found.append(mistake(f"“{one.duty}”不是{one.organisation}{cycle.budget_year}年度的职责", where="duty"))
        if (one.organisation.pk, one.code.strip()) in known:
            found.append(mistake(f"{one.organisation}本年度已有编号为“{one.code}”的重点工作", where="code"))
        known.add((one.organisation.pk, one.code.strip()))
    if found:
        raise Refused(found)
    with act(person):
        made = []
        for one in rows:
            work = MainWork.objects.create(
                cycle=cycle, organisation=one.organisation, code=one.code.strip(), name=one.name.strip(),
                duty=one.duty, source=one.source.strip(), written_by=str(person), written_on=clock.today(), batch=batch,
            )  # fmt: skip
            detail = {"code": work.code, "name": work.name, "duty": one.duty.code if one.duty else ""}
            record("duties.work", work, detail)
            made.append(work)
    return made


def own_work(*, work: MainWork, duty: Duty, person: Person, seen: str | None = None) -> None:
    """Say which duty a main work serves; the one before stays in the chain.

    `seen` is the key of the duty that the page showed; Overtaken when another one was chosen since.
    """
    require(may_own_work(person, work))
    if seen is not None and seen != str(work.duty_id or ""):
        raise Overtaken
    if not may_serve(duty, work.organisation, work.cycle.budget_year):
        raise Refused([mistake(f"“{duty}”不是{work.organisation}本年度的职责", where="duty")])
    with act(person):
        before = work.duty.code if work.duty else ""
        work.duty = duty
        work.save(update_fields=["duty"])
        record("duties.own", work, {"duty": duty.code, "before": before})


def shares_seen(year: SubjectYear) -> str:
    """Return the shares of a project as a page showed them, to be told when others are saved."""
    return "；".join(f"{one.duty_id}:{one.percent}" for one in year.duty_shares.order_by("duty"))


def share_money(
    *, year: SubjectYear, shares: Mapping[int, Decimal], person: Person, seen: str | None = None
) -> list[DutyShare]:
    """Say which duties a project's money serves, by key of the duty and per cent; nothing takes the shares away.

    The shares before stay in the chain. Raises Refused with every fault, Overtaken when somebody else was faster
    than what the page showed (`seen`).
    """
    require(may_share(person, year))
    if seen is not None and seen != shares_seen(year):
        raise Overtaken
    clause = clause_in(year.cycle, "goal_requirements")
    if year.kind == "department":
        raise refuse("部门整体支出不按比例对应职责，它的任务和指标逐行对应", clause)
    duties = {one.pk: one for one in Duty.objects.filter(pk__in=shares)}
    bodies = (year.unit, year.department)
    strange = [
        pk for pk in shares
        if pk not in duties or not any(may_serve(duties[pk], body, year.budget_year) for body in bodies)
    ]  # fmt: skip
    faults = [Refusal(one, clause, "核对比例", "percent") for one in share_faults(list(shares.values()))]
    if strange:
        faults.append(mistake("选择的职责不是该项目单位或主管部门本年度的职责", "请刷新页面后重选", "duty"))
    if faults:
        raise Refused(faults)
    with act(person):
        old = {one.duty.code: one.percent for one in year.duty_shares.select_related("duty")}
        year.duty_shares.all().delete()
        made = [
            DutyShare.objects.create(subject_year=year, duty=duties[pk], percent=percent)
            for pk, percent in shares.items()
        ]
        detail = {"shares": {duties[pk].code: percent for pk, percent in shares.items()}, "before": old}
        record("duties.share", year, detail)
    return made


def take_back(*, batch: ImportBatch, person: Person) -> int:
    """Take the duties or main works of a batch out again, provided that nothing hangs on any of them."""
    duties, works = Duty.objects.filter(batch=batch), MainWork.objects.filter(batch=batch)
    for body in {one.organisation_id for rows in (duties, works) for one in rows}:
        require(may_write_for(person, body))
    used = [one for one in duties if any(_hanging(one))]
    if used:
        clause = national_clause("duty_vouchers")
        raise Refused(Refusal(f"“{one}”已有重点工作、资金或指标对应", clause, "不能随清单撤销，可以终止", str(one.pk)) for one in used)
    with act(person):
        held: list[Duty | MainWork] = [*works, *duties]
        for one in held:
            record("duties.remove", one, {"code": one.code, "text": str(one)})
            one.delete()
    return len(held)


def _hanging(duty: Duty) -> Iterator[bool]:
    for relation in Duty._meta.related_objects:
        name, model = relation.field.name, relation.related_model
        yield model._default_manager.filter(**{name: duty}).exists()
