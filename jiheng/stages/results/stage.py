"""Use of results, as the rest of the system sees it."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.stage import Milestone, Stage, Todo, Track, Window
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.signed import sent_back
from jiheng.registers.cycles.deadlines import next_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.results.access import (
    findings_to_order,
    may_accept,
    results_to_propose,
    visible_decisions,
    visible_rectifications,
)
from jiheng.stages.results.accountability import desk as accountability
from jiheng.stages.results.accountability.access import visible_accountabilities
from jiheng.stages.results.allocation import desk as allocation
from jiheng.stages.results.allocation.access import visible_allocations
from jiheng.stages.results.effects import effects
from jiheng.stages.results.feedback import desk as feedback
from jiheng.stages.results.feedback.access import visible_feedbacks
from jiheng.stages.results.gates import gates
from jiheng.stages.results.grounds.access import visible_ground_cases
from jiheng.stages.results.grounds.queries import led_by_results
from jiheng.stages.results.models import Decision, Rectification
from jiheng.stages.results.queries import overdue, unposted_cuts

ONE_BY_ONE = 5
"""More records than these that wait for the same step become one line that opens the list."""


def _open_cycles(person: Person) -> list[Cycle]:
    return list(cycles_in_sight(person).filter(state="open"))


def _due(cycle: Cycle, key: str) -> date | None:
    found = window(cycle, key)
    return found.due if found else None


def todos(person: Person) -> list[Todo]:
    """What waits: results to propose, findings to order, decisions, rectification, accountability, schemes."""
    return [*_todos(person), *accountability.todos(person), *allocation.todos(person), *feedback.todos(person)]


def _todos(person: Person) -> list[Todo]:
    if person.role == "performance_office":
        return [*_to_propose(person), *_to_order(person), *_to_accept(person), *_to_post(person), *_grounds_to_mark(person)]
    if person.role == "division":
        return _grounds_to_mark(person)
    if person.role == "bureau_leader":
        return [*_to_decide(person), *_grounds_to_decide(person)]
    if person.role == "unit_project":
        waiting = _issued(person)
        back = sent_back(waiting)
        return [_rectify(one) for one in waiting if one.pk not in back]
    if person.role == "department_reviewer":
        return _late_below(person)
    return _to_sign(person) if person.is_overseer else []


def _to_propose(person: Person) -> list[Todo]:
    found = []
    for cycle in _open_cycles(person):
        count = results_to_propose(person).filter(cycle=cycle).count()
        if count:
            title = f"{cycle.budget_year} 年度 {count} 个评价结果待提出处理意见"
            found.append(Todo(title, "提出处理意见", reverse("results:waiting"), due=_due(cycle, "results_decide")))
    return found


def _to_order(person: Person) -> list[Todo]:
    found = []
    for cycle in _open_cycles(person):
        count = findings_to_order(person).filter(evaluation__cycle=cycle).count()
        if count:
            title = f"{cycle.budget_year} 年度评价发现的 {count} 个问题待下达整改"
            found.append(Todo(title, "下达整改", reverse("results:findings")))
    return found


def _to_accept(person: Person) -> list[Todo]:
    waiting = list(visible_rectifications(person).filter(state="reported").order_by("reported_on", "pk"))
    if len(waiting) > ONE_BY_ONE:
        url = f"{reverse('results:rectifications')}?state=reported"
        return [Todo(f"{len(waiting)} 个问题已报整改情况，待验收", "验收整改", url)]
    return [
        Todo(
            f"{_name(one)}：{one.finding.text}",
            "验收整改",
            reverse("results:rectification", args=[one.pk]),
            due=one.due,
        )
        for one in waiting
    ]


def _to_sign(person: Person) -> list[Todo]:
    """Rectification of joint evaluations that waits for the partner's signature."""
    reported = visible_rectifications(person).filter(state="reported", finding__evaluation__partner_id__in=person.own)
    waiting = [one for one in reported.order_by("reported_on", "pk")[:50] if may_accept(person, one)]
    signed = {
        one.subject
        for one in Signature.objects.filter(
            subject__in=[subject_key(one) for one in waiting], action="accept", used=False, user_id=person.user_id
        )
    }
    return [
        Todo(f"{_name(one)}：{one.finding.text}", "验收整改", reverse("results:rectification", args=[one.pk]), due=one.due)
        for one in waiting
        if subject_key(one) not in signed
    ]


def _to_post(person: Person) -> list[Todo]:
    return [
        Todo(
            f"{one.evaluation.subject_year.name}：{one.for_budget_year} 年度预算已下达，核减尚未登记",
            "写入台账",
            reverse("results:decision", args=[one.pk]),
            money_fen=one.amount_fen,
        )
        for one, _ in unposted_cuts(person)
    ]


def _to_decide(person: Person) -> list[Todo]:
    waiting = list(visible_decisions(person).filter(state="proposed").order_by("pk"))
    if len(waiting) > ONE_BY_ONE:
        url = f"{reverse('results:decisions')}?state=proposed"
        total = sum(one.base_fen for one in waiting)
        return [
            Todo(
                f"{len(waiting)} 项评价结果处理意见待决定",
                "作出决定",
                url,
                due=_due(waiting[0].cycle, "results_decide"),
                money_fen=total,
            )
        ]
    return [
        Todo(
            one.evaluation.subject_year.name,
            "作出决定",
            reverse("results:decide", args=[one.pk]),
            due=_due(one.cycle, "results_decide"),
            detail=one.proposal_note,
            money_fen=one.base_fen,
        )
        for one in waiting
    ]


def _grounds_to_mark(person: Person) -> list[Todo]:
    """Policies whose results ask for a decision: whoever marks first."""
    found = []
    for cycle in cycles_in_sight(person).filter(state="open"):
        rows = led_by_results(person, cycle).select_related(None).select_related("unit").order_by("pk")[:20]
        found += [
            Todo(one.name, "提出政策调整", reverse("results:ground_mark", args=[one.pk]), detail=f"评价结果属于制度列出的情形，{one.unit}")
            for one in rows
        ]
    return found


def _grounds_to_decide(person: Person) -> list[Todo]:
    rows = visible_ground_cases(person).filter(decided_on__isnull=True, cycle__state="open")
    return [
        Todo(
            f"{one.subject_year.name}：{one.ground_text}",
            "决定调整、整合或取消" if one.evaluation_id else "决定压减、整合或取消",
            reverse("results:ground_decide", args=[one.pk]),
            detail=one.facts[:60],
            money_fen=one.base_fen,
        )
        for one in rows.exclude(marked_by=person.user_id).order_by("pk")[:50]
    ]


def _issued(person: Person) -> list[Rectification]:
    return list(visible_rectifications(person).filter(state="issued").order_by("due", "pk"))


def _rectify(one: Rectification, verb: str = "填报整改情况", reason: str = "") -> Todo:
    return Todo(
        f"{_name(one)}：{one.finding.text}",
        verb,
        reverse("results:report", args=[one.pk]),
        due=one.due,
        detail=one.requirement,
        reason=reason,
    )


def _late_below(person: Person) -> list[Todo]:
    return [
        Todo(
            f"{one.unit} {_name(one)}：{one.finding.text}",
            "督促整改",
            reverse("results:rectification", args=[one.pk]),
            due=one.due,
        )
        for one in overdue(visible_rectifications(person).filter(state="issued")).order_by("due", "pk")[:50]
    ]


def _name(one: Rectification) -> str:
    return one.finding.evaluation.subject_year.name


def returned(person: Person) -> list[Todo]:
    """What came back: proposals to the performance office, rectification and reports of it to the body."""
    return [*_returned(person), *accountability.returned(person)]


def _returned(person: Person) -> list[Todo]:
    if person.role == "performance_office":
        rows = list(visible_decisions(person).filter(state="returned"))
        back = sent_back(rows)
        return [
            Todo(
                one.evaluation.subject_year.name,
                "重新提出处理意见",
                reverse("results:revise", args=[one.pk]),
                money_fen=one.base_fen,
                reason=f"{back[one.pk].name}：{back[one.pk].comment}" if one.pk in back else "",
            )
            for one in rows
        ]
    if person.role == "unit_project":
        waiting = _issued(person)
        back = sent_back(waiting)
        return [
            _rectify(one, "继续整改", f"{back[one.pk].name}：{back[one.pk].comment}")
            for one in waiting
            if one.pk in back
        ]
    return []


def watching(person: Person) -> list[Todo]:
    """What was sent on and is not finished."""
    found = accountability.watching(person)
    if person.role == "performance_office":
        rows: Iterable[Decision] = visible_decisions(person).filter(state="proposed").order_by("moved_at")[:50]
        found += [
            Todo(
                one.evaluation.subject_year.name,
                "查看",
                reverse("results:decision", args=[one.pk]),
                detail="处理意见待局领导决定",
                money_fen=one.base_fen,
            )
            for one in rows
        ]
    if person.role == "unit_project":
        reported = visible_rectifications(person).filter(state="reported").order_by("reported_on")[:50]
        found += [
            Todo(
                f"{_name(one)}：{one.finding.text}",
                "查看",
                reverse("results:rectification", args=[one.pk]),
                detail="整改情况待验收",
            )
            for one in reported
        ]
    return found


def milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    """The decisions that follow from this year's evaluations, how rectification stands, who was called to account."""
    return [*_milestones(year, person), *accountability.milestones(year, person)]


def _milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    decisions = list(visible_decisions(person).filter(evaluation__subject_year=year).order_by("pk"))
    if not decisions:
        return [Milestone("results", "结果应用", None, "未开始")]
    found = [_decided(one) for one in decisions]
    rows = list(
        Rectification.objects.filter(finding__evaluation__subject_year=year).values_list("state", "closed_on", "pk")
    )
    if rows:
        closed = [day for state, day, _ in rows if state == "closed"]
        done = len(closed) == len(rows)
        day = max((one for one in closed if one is not None), default=None) if done else None
        found.append(
            Milestone(
                "rectification",
                "整改",
                day,
                f"{len(closed)}/{len(rows)} 已销号",
                "green" if done else "amber",
                reverse("results:rectification", args=[rows[0][2]])
                if len(rows) == 1
                else f"{reverse('results:rectifications')}?q={year.name}",
            )
        )
    return found


def _decided(one: Decision) -> Milestone:
    url = reverse("results:decision", args=[one.pk])
    if one.state != "decided":
        return Milestone("results", "结果应用", None, "待决定" if one.state == "proposed" else "退回重提", "amber", url)
    text = one.get_action_display()
    if one.amount_fen and one.ratio is not None:
        text += f" {one.ratio.normalize():f}%"
    return Milestone("results", "结果应用", one.decided_on, text, "amber" if one.amount_fen else "green", url)


def deadline(cycle: Cycle, organisation_id: int | None = None) -> Window | None:
    """Decisions first, then the end of rectification."""
    return next_window(cycle, ("results_decide", "rectification_close"), organisation_id)


STAGE = Stage(
    key="results",
    label="结果应用",
    icon="report-money",
    order=50,
    home="results:decisions",
    roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    todos=todos,
    returned=returned,
    watching=watching,
    milestones=milestones,
    deadline=deadline,
    records={
        "results.decision": visible_decisions,
        "results.rectification": visible_rectifications,
        "results.accountability": visible_accountabilities,
        "results.feedback": visible_feedbacks,
        "results.allocation": visible_allocations,
        "results.groundcase": visible_ground_cases,
    },
    tracks={
        "results.decision": Track(
            "decision", "评价结果应用", dict.fromkeys(("returned", "proposed"), "results_decide"), bearer=""
        ),
        "results.rectification": Track(
            "rectification", "整改", dict.fromkeys(("issued", "reported"), "rectification_close"), bearer="unit_id"
        ),
        "results.accountability": Track("accountability", "绩效问责", bearer="body_id"),
        "results.allocation": Track("allocation", "资金分配", bearer=""),
    },
    effects=effects,
    gates=gates,
)
