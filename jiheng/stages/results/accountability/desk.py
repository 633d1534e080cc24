"""What waits, came back or is under way in accountability, and its point in the line of life."""

from collections.abc import Iterable

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Milestone, Todo
from jiheng.foundation.workflow.signed import sent_back
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.results.accountability.access import (
    REPORTERS,
    may_report_accountability,
    visible_accountabilities,
)
from jiheng.stages.results.accountability.clues import is_late
from jiheng.stages.results.models import Accountability

MOST = 50


def _address(case: Accountability, name: str = "accountability") -> str:
    return reverse(f"results:{name}", args=[case.pk])


def _todo(case: Accountability, verb: str, name: str = "accountability", reason: str = "") -> Todo:
    return Todo(f"{case.body} 问责：{case.situation_text}", verb, _address(case, name), due=case.due, reason=reason)


def _own(person: Person, *states: str) -> Iterable[Accountability]:
    found = visible_accountabilities(person).filter(state__in=states, body_id__in=person.own)
    return found.order_by("due", "pk")[:MOST]


def todos(person: Person) -> list[Todo]:
    """Cases to decide, to receive, to report on, to close; late reports for the bureau."""
    if person.role == "bureau_leader":
        return [
            _todo(one, "作出问责决定", "accountability_decide")
            for one in visible_accountabilities(person).filter(state="proposed").order_by("pk")[:MOST]
        ]
    if person.role == "performance_office":
        waiting = visible_accountabilities(person).filter(state__in=("reported", "received"))
        return [
            _todo(one, "审核整改报告书" if one.state == "reported" else "催报整改报告书")
            for one in waiting.order_by("due", "pk")[:MOST]
            if one.state == "reported" or is_late(one)
        ]
    found = [_todo(one, "签收问责决定") for one in _own(person, "decided")]
    if person.role in REPORTERS:
        waiting_here = list(_own(person, "received"))
        back = sent_back(waiting_here)
        found += [
            _todo(one, "报送整改报告书", "accountability_report")
            for one in waiting_here
            if one.pk not in back and may_report_accountability(person, one)
        ]
    return found


def returned(person: Person) -> list[Todo]:
    """Reports of rectification that came back."""
    if person.role not in REPORTERS:
        return []
    waiting = list(_own(person, "received"))
    back = sent_back(waiting)
    return [
        _todo(one, "重新报送整改报告书", "accountability_report", f"{back[one.pk].name}：{back[one.pk].comment}")
        for one in waiting
        if one.pk in back
    ]


def watching(person: Person) -> list[Todo]:
    """What the performance office opened, and what bodies reported, that others have to go on with."""
    if person.role == "performance_office":
        found = visible_accountabilities(person).filter(state__in=("proposed", "decided")).order_by("moved_at")
        words = {"proposed": "待局领导决定", "decided": "待被问责单位签收"}
        return [Todo(f"{one.body} 问责", "查看", _address(one), detail=words[one.state]) for one in found[:MOST]]
    if person.role in REPORTERS:
        return [Todo(f"{one.body} 问责", "查看", _address(one), detail="整改报告书待审核") for one in _own(person, "reported")]
    return []


def milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    """The cases about a subject and year, as far as the person sees them."""
    found = visible_accountabilities(person).filter(subject_year=year).exclude(state="dismissed").order_by("pk")
    return [_point(one) for one in found]


def _point(case: Accountability) -> Milestone:
    state = policy_for(case.cycle).workflows["accountability"].states[case.state]
    tone: Tone = "green" if case.state == "closed" else "red" if is_late(case) else "amber"
    return Milestone("accountability", "绩效问责", case.closed_on, state.label, tone, _address(case))
