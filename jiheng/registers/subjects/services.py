"""Registering subjects, and the gate of the project library."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import ManyToOneRel

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.access import may_change_content, may_register
from jiheng.registers.subjects.models import ContentChange, Standing, Subject, SubjectYear
from jiheng.registers.subjects.queries import content_of, last_change, money_of
from jiheng.rules.content_change import against, changed, differences, tidy
from jiheng.rules.refusal import Refusal, mistake

LABELS = {
    "budgets.ledgerentry": "台账记录",
    "subjects.warrant": "依据",
    "subjects.contentchange": "内容修改",
    "appraisal.appraisal": "事前评估",
    "goals.goal": "绩效目标",
    "monitoring.monitoringreport": "监控表",
}
"""How what hangs on a subject is called in a refusal."""


@dataclass(frozen=True)
class SubjectData:
    """What is told about a subject when it is registered for a budget year; money in fen."""

    code: str
    name: str
    kind: str
    unit: Organisation
    department: Organisation
    change: str = "continuing"
    is_major: bool = False
    requested_fen: int = 0
    book: str = "general_public_budget"
    sector: str = ""
    category: str = ""
    first_year: int | None = None
    last_year: int | None = None
    overview: str = ""
    basis: str = ""
    served: str = ""


def register_subject(
    *, cycle: Cycle, data: SubjectData, person: Person, batch: ImportBatch | None = None
) -> SubjectYear:
    """Register a subject for a budget year; the same code again in the same year is refused."""
    require(may_register(person))
    _here(cycle, person)
    here = SubjectYear.objects.filter(cycle=cycle, subject__code=data.code)
    wrong = _wrong(data, set(here.values_list("subject__code", flat=True)), cycle, person)
    wrong += _of_others(data, cycle, person)
    if wrong:
        raise Refused(wrong)
    with act(person):
        subject, _ = Subject.objects.get_or_create(
            place_id=cycle.place_id, code=data.code, defaults={"kind": data.kind}
        )
        year = _year(cycle, subject, data, batch)
        year.save()
        _registered(year)
    return year


def register_subjects(
    *, cycle: Cycle, rows: list[SubjectData], person: Person, batch: ImportBatch | None = None
) -> list[SubjectYear]:
    """Register a whole list of the bureau, all or none: the same rules as one by one, in a few queries.

    Raises Refused with every row that is wrong.
    """
    require(may_register(person))
    _here(cycle, person)
    # Whole columns are read instead of asking for 20,000 codes: databases bound the length of a question.
    here = SubjectYear.objects.filter(cycle=cycle)
    twice = {code for code, times in Counter(data.code for data in rows).items() if times > 1}
    taken = set(here.values_list("subject__code", flat=True)) | twice
    wrong = [_wrong(data, taken, cycle, person) for data in rows]
    refusals = [one for found in wrong for one in found]
    if refusals:
        raise Refused(refusals)
    with act(person):
        held = {subject.code: subject for subject in Subject.objects.filter(place_id=cycle.place_id)}
        fresh = [
            Subject(place_id=cycle.place_id, code=data.code, kind=data.kind)
            for data in rows
            if data.code not in held
        ]
        held |= {subject.code: subject for subject in Subject.objects.bulk_create(fresh, batch_size=1000)}
        made = SubjectYear.objects.bulk_create(
            [_year(cycle, held[data.code], data, batch) for data in rows], batch_size=500
        )
        for year in made:
            _registered(year)
    return made


def _here(cycle: Cycle, person: Person) -> None:
    if cycle.place_id != person.place_id:
        raise refuse("只能登记本地区的项目", clause_in(cycle, "duty_place"))
    if cycle.state != "open":
        raise refuse(f"{cycle}已关闭，不能再登记项目", clause_in(cycle, "duty_year"))


def _of_others(data: SubjectData, cycle: Cycle, person: Person) -> list[Refusal]:
    """A unit takes up no project of another unit by its code: with it come last year's goals and results."""
    if not person.is_unit:
        return []
    years = SubjectYear.objects.filter(subject__place_id=cycle.place_id, subject__code=data.code)
    if not years.exclude(unit_id__in=person.own).exists():
        return []
    return [
        Refusal(
            f"代码 {data.code} 是其他单位以前年度的项目",
            clause_in(cycle, "duty_project_library"),
            remedy="请核对项目代码；项目已划转到本单位的，请由财政局业务股室登记",
            where="code",
        )
    ]


def _wrong(data: SubjectData, taken: set[str], cycle: Cycle, person: Person) -> list[Refusal]:
    """Say everything against registering a subject; `taken` are the codes already used in the year."""
    found = []
    if person.is_unit and data.unit.pk != person.organisation_id:
        found.append(Refusal("只能登记本单位的项目", clause_in(cycle, "duty_unit"), where="unit"))
    if {data.unit.place_id, data.department.place_id} != {cycle.place_id}:
        found.append(Refusal("实施单位和主管部门须是本地区的单位", clause_in(cycle, "duty_place"), where="unit"))
    if data.kind not in (kinds := policy_for(cycle).subject_kinds):
        words, remedy = f"制度没有“{data.kind}”这类对象", f"请从{'、'.join(kinds.values())}中选择"
        found.append(Refusal(words, clause_in(cycle, "duty_project_library"), remedy, "kind"))
    spendless = rule_in(cycle, "kinds_without_budget")
    if spendless is not None and data.kind in spendless.value and data.requested_fen > 0:
        words = f"{kinds.get(data.kind, data.kind)}没有支出预算，申报金额须为 0"
        found.append(Refusal(words, str(spendless.clause), "收入数在安排评价时填写", "requested_fen"))
    if data.requested_fen < 0:
        found.append(mistake("申报金额不能为负", where="requested_fen"))
    if not data.name.strip():
        found.append(mistake("项目名称不能为空", where="name"))
    if data.code in taken:
        words = f"代码 {data.code} 在 {cycle.budget_year} 年度已登记"
        found.append(Refusal(words, clause_in(cycle, "duty_project_library"), where="code"))
    return found


def _year(cycle: Cycle, subject: Subject, data: SubjectData, batch: ImportBatch | None) -> SubjectYear:
    return SubjectYear(
        place_id=cycle.place_id,
        subject=subject,
        cycle=cycle,
        budget_year=cycle.budget_year,
        kind=data.kind,
        name=data.name.strip(),
        unit=data.unit,
        department=data.department,
        book=data.book,
        change=data.change,
        is_major=data.is_major,
        sector=data.sector,
        category=data.category,
        first_year=data.first_year or cycle.budget_year,
        last_year=data.last_year or cycle.budget_year,
        requested_fen=data.requested_fen,
        overview=data.overview,
        basis=data.basis,
        served=data.served.strip(),
        batch=batch,
    )


def _registered(year: SubjectYear) -> None:
    record(
        "subject.register",
        year,
        {"name": year.name, "requested_fen": year.requested_fen, "change": year.change},
    )


def change_content(
    *,
    year: SubjectYear,
    content: Mapping[str, Any],
    reason: str,
    document: str,
    person: Person,
    seen: int | None = None,
) -> ContentChange:
    """修改已登记项目的内容：原内容、理由和依据的文件留存，现内容随即生效；只写改动的部分，金额为分。

    `seen` is the number of the last change when the form was opened. Raises Refused with everything that is wrong,
    Overtaken when the content was changed by somebody else since.
    """
    require(may_change_content(person, year))
    with act(person):
        # The row is the lock: of two who change at once the second sees the first one's content.
        held = SubjectYear.objects.select_for_update().get(pk=year.pk)
        last = last_change(held)
        if seen is not None and seen != last:
            raise Overtaken
        before, after = content_of(held), tidy(content)
        clause = clause_in(year.cycle, "duty_project_library")
        found = against(
            before, after, reason=reason, document=document, budget_year=held.budget_year,
            budget_fen=money_of(held).budget_fen, clause=clause,
        )  # fmt: skip
        spendless = rule_in(year.cycle, "kinds_without_budget")
        if spendless is not None and held.kind in spendless.value and after.get("requested_fen", 0) > 0:
            found.append(Refusal("这类对象没有支出预算，申报金额须为 0", str(spendless.clause), where="requested_fen"))
        if found:
            raise Refused(found)
        keys = changed(before, after)
        made = ContentChange.objects.create(
            subject_year=held,
            number=last + 1,
            before={key: before[key] for key in keys},
            after={key: after[key] for key in keys},
            reason=reason.strip(),
            document=document.strip(),
            made_at=clock.now(),
            made_by=str(person),
        )
        for key in keys:
            setattr(held, key, after[key])
            setattr(year, key, after[key])
        held.save(update_fields=keys)
        lines = [f"{one.label}：{one.before} → {one.after}" for one in differences(made.before, made.after)]
        told = {"changed": lines, "comment": made.reason, "document": made.document}
        record("subject.change_content", held, told, clause)
    return made


def answer_changes(
    *, changes: Iterable[ContentChange], answer: str, text: str, person: Person, clause: str
) -> list[ContentChange]:
    """Write once what became of the goal after these changes of content; those answered already stay as they are."""
    done = []
    with act(person):
        for one in changes:
            told = {"answer": answer, "answered_on": clock.today(), "answer_text": text, "answered_by": str(person)}
            if ContentChange.objects.filter(pk=one.pk, answer="").update(**told):
                label = dict(ContentChange.ANSWERS)[answer]
                record("subject.content_answered", one.subject_year, {"answer": label, "comment": text}, clause)
                done.append(one)
    return done


def unregister_batch(*, batch: ImportBatch, person: Person) -> int:
    """Take back the subjects that a list brought, provided that nothing hangs on any of them.

    Raises Refused with each subject that is already in use. Returns how many were taken back.
    """
    years = list(SubjectYear.objects.filter(batch=batch).order_by("pk"))
    used = _used_by(batch)
    if used:
        rule, remedy = clause_in(years[0].cycle, "duty_vouchers"), "该项目不能随清单撤销"
        raise Refused(
            Refusal(f"“{year.name}”已有{'、'.join(used[year.pk])}", rule, remedy, str(year.pk))
            for year in years
            if year.pk in used
        )
    with act(person):
        for year in years:
            record("subject.unregister", year, {"name": year.name, "requested_fen": year.requested_fen})
        SubjectYear.objects.filter(batch=batch).delete()
        subjects = sorted({year.subject_id for year in years})
        for start in range(0, len(subjects), 500):
            some = Subject.objects.filter(pk__in=subjects[start : start + 500])
            some.filter(years__isnull=True, standings__isnull=True).delete()
    return len(years)


def _used_by(batch: ImportBatch) -> dict[int, list[str]]:
    """Return by subject and year what hangs on it, by name; later stages are found along their relations."""
    found: dict[int, list[str]] = {}
    for relation in SubjectYear._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        rows = relation.related_model._default_manager
        name = relation.field.name
        hanging = rows.filter(**{f"{name}__batch": batch}).values_list(f"{name}_id", flat=True).distinct()
        for key in hanging.order_by():
            found.setdefault(key, []).append(LABELS.get(relation.related_model._meta.label_lower, "办理记录"))
    return found


def set_library_state(*, year: SubjectYear, state: str, clause: str, person: Person) -> None:
    """Write where the subject stands in the library; stages call it after their rules have said yes."""
    with act(person):
        before = year.get_library_state_display()
        year.library_state = state
        year.save(update_fields=["library_state"])
        after = year.get_library_state_display()
        record("subject.library", year, {"from": before, "to": after, "state": state}, clause)


def leave_standing(*, standing: Standing, person: Person) -> Standing:
    """Write what a result leaves to a later budget year; the loop of the year closes through it."""
    with act(person):
        standing.save()
        record("subject.standing", standing, {"text": standing.text}, standing.clause)
    return standing
