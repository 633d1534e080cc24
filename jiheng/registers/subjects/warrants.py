"""What a subject's performance management rests on: filed by kind, withdrawn with a reason, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.registers.subjects.models import SubjectYear, Warrant
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.warrants import DEMANDED, KINDS, LINKS, Kind, kinds_in, missing

WRITERS = frozenset(
    {"unit_project", "unit_finance", "department_reviewer", "division", "performance_office", "evaluation_centre"}
)


@dataclass(frozen=True)
class WarrantData:
    """A document to be filed: its kind, at which link of the process, what it is called, its number and clause."""

    kind: str
    title: str
    number: str = ""
    clause: str = ""
    link: str = "project"


def visible_warrants(person: Person) -> QuerySet[Warrant]:
    """Return the warrants of the subjects that the person sees, withdrawn ones too."""
    found = Warrant.objects.filter(within(person, "subject_year__"))
    return found.select_related("organisation", "subject_year__cycle__place").defer("subject_year__cycle__snapshot__content")


def kinds_of(cycle: Cycle) -> tuple[Kind, ...]:
    """Return the kinds that the rules of the year name; none where they name none."""
    rule = rule_in(cycle, KINDS)
    return kinds_in(rule.value) if rule is not None else ()


def may_see_warrants(person: Person, year: SubjectYear) -> Verdict:
    """Whoever sees the project sees what it rests on, where the rules name kinds."""
    if not kinds_of(year.cycle):
        return deny("本年度的制度没有规定依据的类别", clause_in(year.cycle, "duty_project_library"))
    return may_see_subjects(person)


@while_open
def may_write_warrant(person: Person, year: SubjectYear) -> Verdict:
    """The unit, its department and the bureau put on record what they rest on."""
    if person.role not in WRITERS:
        return deny("依据由单位经办、主管部门和财政局登记", clause_in(year.cycle, "duty_offices"))
    return may_see_warrants(person, year)


@while_open
def may_keep_warrant(person: Person, warrant: Warrant) -> Verdict:
    """Whoever filed it attaches its text or withdraws it: the same body, while it stands."""
    if warrant.withdrawn_on is not None:
        return deny("这件依据已经撤回", clause_in(warrant.subject_year.cycle, "duty_vouchers"))
    if person.role not in WRITERS or warrant.organisation_id not in person.own:
        return deny("依据由登记它的单位补充或撤回", clause_in(warrant.subject_year.cycle, "duty_offices"))
    return allow()


def file_warrant(
    *, year: SubjectYear, data: WarrantData, person: Person, name: str = "", content: bytes = b""
) -> Warrant:
    """登记一件依据：归入制度规定的类别，写明名称、文号、条款和用于哪个环节。Raises Refused with every fault.

    With a `name` its text comes along: both are kept, or, where the file is refused, neither.
    """
    require(may_write_warrant(person, year))
    if found := _wrong(year, data):
        raise Refused(found)
    with act(person):
        made = Warrant(
            subject_year=year, organisation_id=person.organisation_id, link=data.link, kind=data.kind,
            title=data.title.strip(), number=data.number.strip(), clause=data.clause.strip(),
            written_by=str(person), written_on=clock.today(),
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as twice:
            raise mistaken(f"这一类里已登记过“{made.title}”", "同一文件的另一条，请写明条款", "title") from twice
        labels = {one.key: one.label for one in kinds_of(year.cycle)}
        told = {"kind": labels[made.kind], "title": made.title, "number": made.number, "clause": made.clause}
        record("subject.warrant", made, told, clause_in(year.cycle, KINDS))
        if name:
            attach_warrant(warrant=made, name=name, content=content, person=person)
    return made


def _wrong(year: SubjectYear, data: WarrantData) -> list[Refusal]:
    clause, found = clause_in(year.cycle, KINDS), []
    kinds = kinds_of(year.cycle)
    if data.kind not in {one.key for one in kinds}:
        words = "、".join(one.label for one in kinds)
        found.append(Refusal("须归入制度规定的一类依据", clause, f"可以归入：{words}", "kind"))
    if data.link not in LINKS:
        found.append(mistake("“用于”只能是项目、事前绩效评估或绩效评价", where="link"))
    for key, label, longest in (("title", "名称", 200), ("number", "文号", 80), ("clause", "条款", 100)):
        if len(getattr(data, key).strip()) > longest:
            found.append(mistake(f"{label}最多 {longest} 字", where=key))
    if not data.title.strip():
        found.append(mistake("须填写文件或资料的名称", where="title"))
    return found


def withdraw_warrant(*, warrant: Warrant, reason: str, person: Person) -> None:
    """归错、登错的撤回，写明理由；登记过的内容保留。"""
    require(may_keep_warrant(person, warrant))
    if not reason.strip():
        raise refuse("须写明撤回的理由", national_clause("duty_reasons"), where="reason")
    with act(person):
        same = Warrant.objects.filter(pk=warrant.pk, withdrawn_on__isnull=True)
        warrant.withdrawn_on, warrant.withdraw_reason = clock.today(), reason.strip()[:300]
        if same.update(withdrawn_on=warrant.withdrawn_on, withdraw_reason=warrant.withdraw_reason) != 1:
            raise mistaken("这件依据已经撤回")
        record("subject.warrant_withdraw", warrant, {"title": warrant.title, "comment": warrant.withdraw_reason})


def attach_warrant(*, warrant: Warrant, name: str, content: bytes, person: Person) -> Evidence:
    """Attach the text; the file is filed under the kind of its warrant. Refused for a file that does harm."""
    require(may_keep_warrant(person, warrant))
    with act(person):
        return attach(subject=warrant, row=warrant.kind, name=name, content=content, person=person)


@dataclass(frozen=True)
class Shelf:
    """One kind with what is on record under it; `asked` are the links that demand it, in words."""

    kind: Kind
    warrants: Sequence[Warrant]
    asked: Sequence[str]

    @property
    def lacking(self) -> bool:
        """Whether it is demanded and empty."""
        return bool(self.asked) and not self.warrants


def shelves_of(year: SubjectYear) -> list[Shelf]:
    """Return every kind of the rules with what stands under it."""
    filed = list(year.warrants.filter(withdrawn_on__isnull=True).select_related("organisation"))
    rule = rule_in(year.cycle, DEMANDED)
    asked = dict(rule.value) if rule is not None and rule.value else {}
    return [
        Shelf(
            kind,
            [one for one in filed if one.kind == kind.key],
            [label for link, label in LINKS.items() if kind.key in asked.get(link, ())],
        )
        for kind in kinds_of(year.cycle)
    ]


def warrants_context(year: SubjectYear, link: str, person: Person) -> dict[str, Any]:
    """Gather what a page of a later link shows of the warrants (subjects/_warrants.html)."""
    return {
        "warrants_asked": bool(kinds_of(year.cycle)),
        "warrants_missing": missing_warrants(year, link),
        "warrants_open": bool(may_see_warrants(person, year)),
    }


def missing_warrants(year: SubjectYear, link: str) -> list[Kind]:
    """Return the kinds that a link of the process demands and that are not on record for the subject and year."""
    kinds, rule = kinds_of(year.cycle), rule_in(year.cycle, DEMANDED)
    if not kinds or rule is None or not rule.value:
        return []
    filed = set(year.warrants.filter(withdrawn_on__isnull=True).values_list("kind", flat=True))
    return missing(link, kinds, rule.value, filed)
