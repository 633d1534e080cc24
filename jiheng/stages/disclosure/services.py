"""Publishing, correcting, withdrawing: a publication never changes."""

from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.chain import content_hash, plain
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import granted_in, rules_at
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.disclosure.access import may_publish
from jiheng.stages.disclosure.content import (
    assessment_content,
    evaluation_content,
    goal_content,
    self_evaluation_content,
)
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import (
    About,
    Source,
    about,
    content_wanted,
    due_for,
    due_on,
    standing_publication,
)
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.goals.models import Goal

REASON_LENGTH = TITLE_LENGTH = 300
TITLES = {
    "goal": "绩效目标",
    "self_evaluation": "绩效自评结果",
    "evaluation": "绩效评价结果",
    "assessment": "预算绩效管理考核结果",
}


def publish(*, source: Source, person: Person) -> Publication:
    """Publish an approved goal, an accepted self-evaluation, a confirmed evaluation or assessment as it stands now.

    Publishing the same content again is refused; changed content becomes a new publication that
    replaces the old one, which stays readable.
    """
    require(may_publish(person))
    kind, content = _content(source)
    told, place = about(source), source.cycle.place
    digest = content_hash(content)
    earlier = standing_publication(kind, told)
    if earlier is not None and earlier.digest == digest:
        raise mistaken("内容与已公开的相同，无须重复公开")
    basis = rules_at(source.cycle).value("publication_contents" if kind == "assessment" else "publication_days").clause
    with act(person):
        made = Publication.objects.create(
            place=place,
            number=_number(place, told, kind),
            kind=kind,
            budget_year=told.budget_year,
            subject=subject_key(source),
            subject_uuid=told.uuid,
            title=title_of(told, kind),
            organisation=told.department.name,
            content=plain(content),
            digest=digest,
            basis=str(basis),
            due=due_for(due_on(source.cycle, kind), kind, told, granted_in(source.cycle_id)),
            published_at=clock.now(),
            published_by=person.organisation_name,
            replaces=earlier,
        )
        record(
            "disclosure.publish",
            made,
            {"number": made.number, "title": made.title, "digest": digest},
            str(basis),
        )
        record("disclosure.publish", source, {"number": made.number}, str(basis))
    return made


def publish_all(*, sources: list[Source], person: Person) -> list[Publication]:
    """Publish many records in one act; one that cannot be published stops them all."""
    with act(person):
        return [publish(source=source, person=person) for source in sources]


def withdraw(*, publication: Publication, reason: str, person: Person) -> None:
    """Take a publication back; its number, title and the reason stay visible."""
    require(may_publish(person))
    if not reason.strip():
        raise refuse("撤回须写明原因，原因将向社会公开", national_clause("duty_reasons"), where="reason")
    if len(reason.strip()) > REASON_LENGTH:
        raise mistaken(f"撤回原因不超过 {REASON_LENGTH} 字，现为 {len(reason.strip())} 字", where="reason")
    if publication.withdrawn_at is not None:
        raise mistaken("已经撤回")
    with act(person):
        publication.withdrawn_at = clock.now()
        publication.withdrawn_reason = reason.strip()
        publication.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        record("disclosure.withdraw", publication, {"reason": publication.withdrawn_reason})


def _content(source: Source) -> tuple[str, dict[str, Any]]:
    if isinstance(source, Goal):
        if source.state != "approved":
            raise refuse("绩效目标批复后才能公开", clause_in(source.cycle, "publication_moments"))
        return "goal", goal_content(source)
    if isinstance(source, Assessment):
        if not content_wanted(source.cycle, "assessment"):
            raise refuse(
                "本地制度没有把考核结果列入公开的内容",
                clause_in(source.cycle, "publication_days"),
                remedy="要公开的，先修订制度参数 publication_contents",
            )
        if source.confirmed_on is None:
            raise refuse("考核结果由局领导确认后才能公开", clause_in(source.cycle, "publication_contents"))
        return "assessment", assessment_content(source)
    if isinstance(source, SelfEvaluation):
        if source.state not in {"accepted", "rechecked"}:
            raise refuse("绩效自评经财政局受理或复核后才能公开", clause_in(source.cycle, "publication_moments"))
        return "self_evaluation", self_evaluation_content(source)
    if source.state != "confirmed":
        raise refuse("评价结果确定后才能公开", clause_in(source.cycle, "publication_moments"))
    return "evaluation", evaluation_content(source)


def title_of(told: About, kind: str) -> str:
    """Return the title; a name that begins with its year does not get it twice, one that is too long is cut."""
    named = told.name.startswith(f"{told.budget_year}年")
    before, after = "" if named else f"{told.budget_year}年度", TITLES[kind]
    room = TITLE_LENGTH - len(before) - len(after)
    name = told.name if len(told.name) <= room else f"{told.name[: room - 1]}…"
    return f"{before}{name}{after}"


def _number(place: Place, told: About, kind: str) -> str:
    letter = {"goal": "M", "self_evaluation": "Z", "evaluation": "P", "assessment": "K"}[kind]
    made = Publication.objects.filter(place=place, budget_year=told.budget_year, kind=kind).order_by("-pk")
    last = made.values_list("number", flat=True).first()
    serial = int(last.rpartition("-")[2]) + 1 if last is not None else 1
    return f"{place.code}-{told.budget_year}{letter}-{serial:05d}"
