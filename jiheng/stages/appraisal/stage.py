"""Ex-ante appraisal, as the rest of the system sees it."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.stage import Milestone, Stage, Todo, Track, Window
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.signed import sent_back
from jiheng.registers.cycles.deadlines import chained_window, next_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import (
    cycles_in_sight,
    granted_for,
    granted_in,
    policy_for,
)
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.appraisal.access import GATEKEEPERS, actions_of
from jiheng.stages.appraisal.effects import effects
from jiheng.stages.appraisal.gates import gates
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.panel.access import appraisals_with_files
from jiheng.stages.appraisal.queries import (
    appraisal_of,
    appraisal_required,
    library_moment,
    not_yet_appraised,
    open_conditions,
    ready_for_library,
    under_way,
    waiting_for,
)
from jiheng.stages.appraisal.radar.access import visible_decisions
from jiheng.stages.appraisal.radar.queries import notes

ONE_BY_ONE = 5
"""More records than these that wait for the same step become one line that opens the list."""
SUBMIT, CONCLUDE = "appraisal_submit", "appraisal_conclude"
TONES: dict[str, Tone] = {"supported": "green", "supported_after_revision": "amber", "not_supported": "red"}


def _cycles(person: Person) -> list[Cycle]:
    return list(cycles_in_sight(person).filter(state="open"))


def _due(cycle: Cycle, key: str, given: Mapping[str, date]) -> date | None:
    """报送延期几天，作出结论顺延几天。"""
    found = chained_window(cycle, (SUBMIT, CONCLUDE), key, given)
    return found.due if found else None


def todos(person: Person) -> list[Todo]:
    """What waits for the person: to start, to fill, to score, to conclude, to put right, to let in."""
    cycles = _cycles(person)
    waiting = waiting_for(person, cycles)
    back = sent_back(waiting)
    found = _to_start(person, cycles)
    found += _by_step(person, [one for one in waiting if one.pk not in back])
    found += _conditions(person)
    if person.role in GATEKEEPERS:
        found += _to_let_in(person, cycles)
    return found


def _to_start(person: Person, cycles: Iterable[Cycle]) -> list[Todo]:
    if person.role != "unit_project":
        return []
    return [
        Todo(
            year.name,
            "发起事前评估",
            reverse("appraisal:gate", args=[year.pk]),
            due=_due(cycle, SUBMIT, given.get(year.unit_id, {})),
            detail=trigger.reason,
            money_fen=year.requested_fen,
        )
        for cycle in cycles
        for given in (granted_in(cycle.pk),)
        for year, trigger in not_yet_appraised(person, cycle)
    ]


def _by_step(person: Person, waiting: list[Appraisal]) -> list[Todo]:
    grouped: dict[tuple[int, str], list[Appraisal]] = {}
    for appraisal in waiting:
        grouped.setdefault((appraisal.cycle_id, appraisal.state), []).append(appraisal)
    found = []
    for (_, state), appraisals in grouped.items():
        if len(appraisals) <= ONE_BY_ONE:
            found += [_todo(person, one) for one in appraisals]
            continue
        first = appraisals[0]
        label = policy_for(first.cycle).workflows["appraisal"].states[state].label
        found.append(
            Todo(
                f"{first.cycle.budget_year} 年度事前评估 {len(appraisals)} 项（{label}）",
                _verb(person, first),
                f"{reverse('appraisal:list')}?state={state}",
                due=min((day for one in appraisals if (day := _day(person, one)) is not None), default=None),
                money_fen=sum(one.asked_fen for one in appraisals),
            )
        )
    return found


def _day(person: Person, appraisal: Appraisal) -> date | None:
    return _due(appraisal.cycle, SUBMIT if person.is_unit else CONCLUDE, granted_for(appraisal))


def _verb(person: Person, appraisal: Appraisal) -> str:
    actions = {step.action for step in actions_of(appraisal, person)}
    if "submit" in actions:
        return "填写并提交评估"
    if "conclude" in actions:
        return "评分并作出结论"
    return "评分并报送财政" if person.role == "department_reviewer" else "办理评估"


def _todo(person: Person, appraisal: Appraisal, verb: str = "", reason: str = "") -> Todo:
    year = appraisal.subject_year
    return Todo(
        year.name,
        verb or _verb(person, appraisal),
        reverse("appraisal:detail", args=[appraisal.pk]),
        due=_day(person, appraisal),
        money_fen=appraisal.asked_fen,
        reason=reason,
    )


def _conditions(person: Person) -> list[Todo]:
    unit, bureau = person.role in {"unit_project", "unit_finance"}, person.role in GATEKEEPERS
    if not unit and not bureau:
        return []
    return [
        Todo(
            f"{one.appraisal.subject_year.name}：{one.text}",
            "登记完成情况" if unit else "确认完成",
            reverse("appraisal:detail", args=[one.appraisal_id]) + "#conditions",
            due=one.due,
            detail="" if unit else one.proof,
        )
        for one in open_conditions(person)
        if (one.answered_on is None) is unit
    ]


def _to_let_in(person: Person, cycles: Iterable[Cycle]) -> list[Todo]:
    found = []
    for cycle in cycles:
        ready = list(ready_for_library(person, cycle))
        if len(ready) > ONE_BY_ONE:
            found.append(
                Todo(
                    f"{cycle.budget_year} 年度 {len(ready)} 个项目评估通过，可以入库",
                    "办理入库",
                    f"{reverse('appraisal:list')}?gate=ready",
                    money_fen=sum(year.requested_fen for year in ready),
                )
            )
            continue
        found += [
            Todo(
                year.name, "办理入库", reverse("appraisal:gate", args=[year.pk]), money_fen=year.requested_fen
            )
            for year in ready
        ]
    return found


def returned(person: Person) -> list[Todo]:
    """What came back to the person's side, with the reason in the first line."""
    waiting = waiting_for(person, _cycles(person))
    back = sent_back(waiting)
    return [
        _todo(person, one, "修改后重新提交" if person.is_unit else "重新办理", _said(back[one.pk]))
        for one in waiting
        if one.pk in back
    ]


def _said(signature: Signature) -> str:
    return f"{signature.name}：{signature.comment}"


def watching(person: Person) -> list[Todo]:
    """Where the appraisals are that the person's side has sent on."""
    if not person.is_unit and person.role != "department_reviewer":
        return []
    rows = under_way(person).filter(moved_at__isnull=False, cycle__state="open").order_by("moved_at")[:50]
    return [
        Todo(
            one.subject_year.name,
            "查看",
            reverse("appraisal:detail", args=[one.pk]),
            detail=policy_for(one.cycle).workflows["appraisal"].states[one.state].label,
            money_fen=one.asked_fen,
        )
        for one in rows
        if not any(not step.own for step in actions_of(one, person))
    ]


def milestones(year: SubjectYear, _: Person) -> list[Milestone]:
    """The appraisal and the entry to the library in the line of life."""
    return [_appraisal_point(year), _library_point(year)]


def _appraisal_point(year: SubjectYear) -> Milestone:
    appraisal = appraisal_of(year)
    if appraisal is None:
        trigger = appraisal_required(year)
        url = reverse("appraisal:gate", args=[year.pk])
        if trigger.required:
            return Milestone("appraisal", "事前评估", None, "须做，未发起", "amber", url)
        return Milestone("appraisal", "事前评估", None, "不须评估", "grey", url)
    url = reverse("appraisal:detail", args=[appraisal.pk])
    if appraisal.concluded_on is not None:
        text = appraisal.get_conclusion_display()
        return Milestone(
            "appraisal", "事前评估", appraisal.concluded_on, text, TONES[appraisal.conclusion], url
        )
    state = policy_for(year.cycle).workflows["appraisal"].states[appraisal.state]
    return Milestone("appraisal", "事前评估", None, state.label, state.tone, url)


def _library_point(year: SubjectYear) -> Milestone:
    url = reverse("appraisal:gate", args=[year.pk])
    label = year.get_library_state_display()
    if year.library_state == "proposed":
        return Milestone("library", "入库", None, "未入库", "grey", url)
    at = library_moment(year)
    tone: Tone = "red" if year.library_state == "refused" else "green"
    return Milestone("library", "入库", at.date() if at else None, label, tone, url)


def deadline(cycle: Cycle, organisation_id: int | None = None) -> Window | None:
    """Submission first, then the conclusion."""
    return next_window(cycle, (SUBMIT, CONCLUDE), organisation_id)


STAGE = Stage(
    key="appraisal",
    label="事前评估",
    icon="clipboard-search",
    order=10,
    home="appraisal:list",
    roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    todos=todos,
    returned=returned,
    watching=watching,
    milestones=milestones,
    deadline=deadline,
    records={"appraisal.appraisal": appraisals_with_files, "appraisal.radardecision": visible_decisions},
    tracks={
        "appraisal.appraisal": Track(
            "appraisal", "事前评估", {"draft": SUBMIT, "department": CONCLUDE, "bureau": CONCLUDE}
        )
    },
    effects=effects,
    notes=notes,
    gates=gates,
)
