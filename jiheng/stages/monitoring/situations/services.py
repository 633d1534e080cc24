"""Writing, handing in, receiving, handing on, sending back and closing reported situations."""

from dataclasses import asdict, dataclass
from datetime import date

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import advance, refuse
from jiheng.foundation.workflow.claim import claim, only_once
from jiheng.registers.cycles.clocks import working_day_after
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.models import SituationReport
from jiheng.stages.monitoring.situations.access import (
    may_begin_situation,
    may_move_situation,
    may_write_situation,
    way_of_reporting,
    workflow_of,
)

LONGEST = 2000


@dataclass(frozen=True)
class SituationData:
    """What is reported: the day it came up, the facts, what they do to the goal, which help is needed ("" for none)."""

    occurred_on: date
    facts: str
    effect: str
    needed: str = ""


def begin_situation(*, year: SubjectYear, told: SituationData, person: Person) -> SituationReport:
    """项目实施单位写下一件情况，还没有报送。制度没有把情况反映列为跟踪方式的年度不办。"""
    require(may_begin_situation(person))
    if not visible_subject_years(person).filter(pk=year.pk).exists():
        raise mistaken("只能反映本单位项目的情况", where="year")
    rule = way_of_reporting(year.cycle)
    if rule is None:
        raise mistaken("本年度的制度没有规定情况反映", remedy="请在监控表的情况说明中写明")
    told = _sound(told)
    with act(person):
        only_once(year, SituationReport.objects.filter(subject_year=year, **asdict(told)), "这件情况已经写下", "facts")
        made = SituationReport.objects.create(
            place_id=year.place_id,
            state=_start(year),
            created_at=clock.now(),
            cycle=year.cycle,
            subject_year=year,
            clause=str(rule.clause),
            **asdict(told),
        )
        record("situation.begin", made, {"day": str(told.occurred_on), "text": told.facts[:300]}, made.clause)
    return made


def save_situation(*, situation: SituationReport, told: SituationData, person: Person, version: int | None = None) -> None:
    """Keep what the unit has written; nothing is sent. Overtaken when somebody wrote first."""
    require(may_write_situation(person, situation))
    told = _sound(told)
    with act(person):
        claim(situation, version=version)
        for key, value in asdict(told).items():
            setattr(situation, key, value)
        situation.save(update_fields=list(asdict(told)))
        record("situation.save", situation, {"day": str(told.occurred_on), "text": told.facts[:300]})


def move_situation(
    *, situation: SituationReport, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    """报送、签收、转报、办结、退回、撤回：以制度的流程表为准；办理期限自报送次日起按工作日计算，过期办结的记为逾期。"""
    require(may_move_situation(person, situation))
    if action == "submit" and not (situation.facts and situation.effect):
        raise refuse("情况和对绩效目标的影响都要写明", situation.clause, where="facts")
    workflow = workflow_of(situation)
    with act(person):
        changed = _dated(situation, action, comment)
        if changed:
            situation.save(update_fields=changed)
        advance(
            situation,
            workflow=workflow,
            action=action,
            person=person,
            facts={},
            comment=comment,
            content_hash=content_hash({key: str(getattr(situation, key)) for key in ("occurred_on", "facts", "effect", "needed")}),
            version=version,
        )
        _tell(situation, action, comment)


def _dated(situation: SituationReport, action: str, comment: str) -> list[str]:
    """Write the days that a step sets; return the columns that changed."""
    today = clock.today()
    if action == "submit" and situation.submitted_on is None:
        situation.submitted_on = today
        days = rule_in(situation.cycle, "situation_reply_days")
        if days is not None and days.value is not None:
            situation.due = working_day_after(situation.cycle, today, int(days.value))
            situation.due_clause = str(days.clause)
        return ["submitted_on", "due", "due_clause"]
    if action == "hand_on":
        situation.handed_on = True
        return ["handed_on"]
    if action == "close":
        situation.closed_on, situation.outcome = today, comment.strip()
        situation.late = situation.due is not None and today > situation.due
        return ["closed_on", "outcome", "late"]
    return []


def _sound(told: SituationData) -> SituationData:
    told = SituationData(told.occurred_on, told.facts.strip(), told.effect.strip(), told.needed.strip())
    if told.occurred_on > clock.today():
        raise mistaken("发生日期不能晚于今天", where="occurred_on")
    if max(len(told.facts), len(told.effect), len(told.needed)) > LONGEST:
        raise mistaken(f"每部分最多 {LONGEST} 字", where="facts")
    return told


def _start(year: SubjectYear) -> str:
    return workflow_of(SituationReport(cycle=year.cycle)).start


def _tell(situation: SituationReport, action: str, comment: str) -> None:
    year, link = situation.subject_year, reverse("monitoring:situation", args=[situation.pk])

    def tell(body: Organisation, role: str, text: str) -> None:
        notify(organisation=body, role=role, text=text, link=link, about=situation)

    if action == "submit":
        tell(year.department, "department_reviewer", f"{year.unit}反映“{year.name}”的情况，请签收")
    elif action == "hand_on":
        tell(bureau_of(situation.place_id), "division", f"{year.department}转报“{year.name}”的情况，请签收")
    elif action == "receive":
        tell(year.unit, "unit_project", f"“{year.name}”的情况已签收")
    elif action == "return":
        tell(year.unit, "unit_project", f"“{year.name}”的情况被退回：{comment}")
    elif action == "close":
        tell(year.unit, "unit_project", f"“{year.name}”的情况已办结：{comment}")
        if situation.handed_on:
            tell(year.department, "department_reviewer", f"转报的“{year.name}”的情况已办结：{comment}")
