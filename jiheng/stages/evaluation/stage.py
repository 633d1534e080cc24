"""Evaluation, as the rest of the system sees it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.stage import Milestone, PortalFact, Stage, Todo, Track, Window
from jiheng.foundation.workflow.models import Signature
from jiheng.foundation.workflow.signed import sent_back, who_signed
from jiheng.registers.cycles.deadlines import next_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for, window, with_granted
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.scoring.method import plain
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.access import (
    FILLERS,
    OUTSIDE,
    SCORERS,
    evaluation_steps,
    evaluation_workflow,
    scheme_waits,
    self_evaluations_with_files,
    self_steps,
    self_workflow,
    visible_evaluations,
    visible_self_evaluations,
)
from jiheng.stages.evaluation.documents import grade_words
from jiheng.stages.evaluation.effects import effects
from jiheng.stages.evaluation.exemplars import EXEMPLARS
from jiheng.stages.evaluation.facts import project_gaps, response_due
from jiheng.stages.evaluation.fieldwork import desk as fieldwork
from jiheng.stages.evaluation.fieldwork.access import visible_records, visible_requests, visible_schemes
from jiheng.stages.evaluation.joint import desk as joint
from jiheng.stages.evaluation.joint.access import visible_partner_findings
from jiheng.stages.evaluation.judging import demands_of, grade_label
from jiheng.stages.evaluation.library_statistics import reached
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation, SelfLine
from jiheng.stages.evaluation.past_outcomes import past_outcomes
from jiheng.stages.evaluation.plans import desk as plans
from jiheng.stages.evaluation.plans.access import visible_plans
from jiheng.stages.evaluation.queries import (
    SELF_CALENDAR,
    SELF_TASKS,
    draw_population,
    drawn_ids,
    not_started,
    report_due,
    self_due,
    usual_draw,
    waiting_spot_checks,
)
from jiheng.stages.evaluation.reviews import desk as reviews
from jiheng.stages.evaluation.self_outlines import report_missing
from jiheng.stages.evaluation.services.self_evaluations import hash_of

ONE_BY_ONE = 5
"""More records than these that wait for the same step become one line that opens the list."""
IN_WORK = ("planned", "scoring", "report_draft", "report_second", "report_expert", "report_passed", "consultation")
"""The states of an evaluation until its result, those of reviewed reports among them."""
GRADE_TONES: dict[str, Tone] = {"poor": "amber", "fair": "amber"}


# --- to do


def todos(person: Person) -> list[Todo]:
    """What waits for the person: to begin, fill, sign; to confirm, draw, re-check, accept; to score, answer."""
    if person.role in FILLERS:
        return [*_to_begin(person), *_to_fill(person), *_to_answer(person), *fieldwork.todos(person)]
    if person.role == "unit_head":
        return [*_to_answer(person), *fieldwork.todos(person)]
    own = [*_self_steps(person), *_to_recheck(person), *_to_check(person)]
    own += [*_to_score(person), *_evaluation_steps(person)]
    return [*own, *fieldwork.todos(person), *reviews.todos(person), *joint.todos(person), *plans.todos(person)]


def _cycles(person: Person) -> list[Cycle]:
    return list(cycles_in_sight(person).filter(state="open"))


def _open_self(person: Person) -> QuerySet[SelfEvaluation]:
    return with_granted(visible_self_evaluations(person).filter(cycle__state="open"), *SELF_TASKS)


def _to_begin(person: Person) -> list[Todo]:
    """Budgeted projects with an approved goal whose year is over and that have no self-evaluation."""
    found = []
    for cycle in _cycles(person):
        span = window(cycle, "self_evaluation_submit", person.organisation_id)
        if span is not None and span.opens is not None and clock.today() < span.opens:
            continue
        ready = list(not_started(person, cycle).filter(goal_ready=True))
        if len(ready) > ONE_BY_ONE:
            title = f"{cycle.budget_year} 年度待自评 {len(ready)} 项"
            found.append(
                Todo(title, "开展自评", reverse("evaluation:missing"), due=span.due if span else None)
            )
            continue
        found += [
            Todo(
                year.name,
                "开展自评",
                reverse("evaluation:self_start", args=[year.pk]),
                due=span.due if span else None,
                money_fen=year.requested_fen,
            )
            for year in ready
        ]
    return found


PAGES = {"填写": "evaluation:self_fill", "撰写": "evaluation:self_report"}
"""The page on which the unit does what the first word of a line of work says."""


def _to_fill(person: Person) -> list[Todo]:
    found = []
    drafts = list(
        _open_self(person).filter(state="draft").prefetch_related("lines__indicator").order_by("pk")
    )
    signed, back = who_signed(drafts, hash_of), sent_back(drafts, taken_only=True)
    for record in drafts:
        verb, detail = _unit_step(record, person, signed.get(record.pk, set()))
        if verb and (record.pk not in back or record.pk in signed):
            name = PAGES.get(verb[:2], "evaluation:self_detail")
            found.append(_self_todo(record, verb, reverse(name, args=[record.pk]), detail))
    return found


def _unit_step(record: SelfEvaluation, person: Person, signed: set[int]) -> tuple[str, str]:
    """Return the verb and a word on it, or "" when the other officer has to act first."""
    rows = list(record.lines.all())
    gaps = project_gaps(record, rows)
    slow = any(one.row is None for one in demands_of(record, rows)) and not record.execution_reason
    if person.role == "unit_finance" and slow:
        return "填写执行偏差原因", "预算执行率偏低，须说明原因"
    if person.role == "unit_project" and gaps:
        return "填写完成情况", f"还缺 {len(gaps)} 项：{'、'.join(gaps[:3])}{'等' if len(gaps) > 3 else ''}"
    unwritten = report_missing(record)
    if person.role == "unit_project" and unwritten:
        return "撰写自评报告", f"还缺 {len(unwritten)} 部分"
    if gaps or slow or unwritten or person.user_id in signed:
        return "", ""
    return "核对并签署", "另一位经办已签署" if signed else ""


def _to_answer(person: Person) -> list[Todo]:
    rows = visible_evaluations(person).filter(state="consultation", unit_reply="")
    return [
        Todo(
            one.subject_year.name,
            "答复评价报告",
            reverse("evaluation:respond", args=[one.pk]),
            due=response_due(one),
            detail=f"{one.kind_words}征求意见",
        )
        for one in rows
        if any(step.action == "respond" for step in evaluation_steps(person, one))
    ]


def _self_steps(person: Person) -> list[Todo]:
    """Self-evaluations that wait for this role's decision, many as one line."""
    found: list[Todo] = []
    for cycle in _cycles(person):
        drawn = drawn_ids(cycle)
        workflow = policy_for(cycle).workflows["self_evaluation"]
        for state, told in workflow.states.items():
            steps = [one for one in workflow.actions(state, person.role) if not one.comment and not one.own]
            forward = next((one for one in steps if one.action != "recheck"), None)
            if forward is None:
                continue
            rows = (
                _open_self(person)
                .filter(cycle=cycle, state=state)
                .exclude(pk__in=drawn if state == "submitted" else ())
            )
            some = list(rows.order_by("moved_at")[: ONE_BY_ONE + 1])
            if len(some) <= ONE_BY_ONE:
                found += [
                    _self_todo(one, forward.label, reverse("evaluation:self_detail", args=[one.pk]))
                    for one in some
                ]
                continue
            found.append(
                Todo(
                    f"{cycle.budget_year} 年度自评 {rows.count()} 份（{told.label}）",
                    forward.label,
                    f"{reverse('evaluation:list')}?state={state}",
                    due=min((day for one in some if (day := self_due(one)) is not None), default=None),
                    money_fen=rows.aggregate(fen=Sum("budget_fen"))["fen"] or 0,
                )
            )
    return found


def _to_recheck(person: Person) -> list[Todo]:
    """What was drawn and waits, and a draw that is due and has not been made."""
    if person.role not in {"performance_office", "evaluation_centre"}:
        return []
    found = []
    for cycle in _cycles(person):
        drawn = drawn_ids(cycle)
        waiting = list(
            _open_self(person).filter(cycle=cycle, pk__in=drawn, state="submitted")[: ONE_BY_ONE + 1]
        )
        if len(waiting) > ONE_BY_ONE:
            address = f"{reverse('evaluation:list')}?drawn=waiting"
            found.append(
                Todo(f"{cycle.budget_year} 年度抽中自评待复核", "复核", address, due=self_due(waiting[0]))
            )
        else:
            found += [
                _self_todo(one, "复核", reverse("evaluation:self_recheck", args=[one.pk])) for one in waiting
            ]
        span = window(cycle, "self_evaluation_recheck")
        opened = span is None or span.opens is None or span.opens <= clock.today()
        if not drawn and opened and person.role == "performance_office":
            population = len(draw_population(cycle))
            if population:
                title = f"{cycle.budget_year} 年度自评复核抽取（可抽 {population} 份，应抽 {usual_draw(cycle, population)} 份）"
                found.append(Todo(title, "抽取", reverse("evaluation:draws"), due=span.due if span else None))
    return found


def _to_check(person: Person) -> list[Todo]:
    """Monitoring reports that were drawn and wait to be held against the source data: one line a cycle."""
    if person.role not in {"performance_office", "evaluation_centre"}:
        return []
    found = []
    for cycle in _cycles(person):
        waiting = waiting_spot_checks(cycle)
        first = waiting.first()
        if first is not None:
            title = f"{cycle.budget_year} 年度抽中的监控表待核对 {waiting.count()} 份"
            found.append(Todo(title, "核对", reverse("evaluation:spot_check", args=[first.pk])))
    return found


def _to_score(person: Person) -> list[Todo]:
    if person.role not in SCORERS:
        return []
    rows = visible_evaluations(person).filter(evaluator_id__in=person.own, state="scoring")
    return [
        Todo(
            f"{one.subject_year.name}（{one.kind_words}）",
            "评分" if one.total is None else "撰写报告并提交",
            reverse("evaluation:score" if one.total is None else "evaluation:report", args=[one.pk]),
            due=report_due(one),
            money_fen=one.amount_fen,
        )
        for one in rows.order_by("due")[:50]
        if not _was_sent_back(one) and scheme_waits(one) is None
    ]


def _was_sent_back(record: Evaluation) -> Signature | None:
    last = Signature.objects.filter(subject=subject_key(record)).order_by("-pk").first()
    return last if last is not None and last.action in {"return", "revise"} else None


def _evaluation_steps(person: Person) -> list[Todo]:
    """Reports that wait for the organiser: to send to the unit, to answer, to confirm."""
    found = []
    for one in visible_evaluations(person).exclude(state__in=("planned", "scoring", "confirmed")):
        steps = [step for step in evaluation_steps(person, one) if step.to_state not in {"scoring", one.state}]
        due = response_due(one)
        heard = one.state != "consultation" or one.unit_reply or (due is not None and clock.today() > due)
        if steps and heard:
            found.append(
                Todo(
                    f"{one.subject_year.name}（{one.kind_words}）",
                    steps[0].label,
                    reverse("evaluation:detail", args=[one.pk]),
                    due=report_due(one),
                    detail="单位已答复" if one.unit_reply else "",
                    money_fen=one.amount_fen,
                )
            )
    return found


def _self_todo(record: SelfEvaluation, verb: str, url: str, detail: str = "", reason: str = "") -> Todo:
    return Todo(
        record.subject_year.name,
        verb,
        url,
        due=self_due(record),
        detail=detail,
        money_fen=record.budget_fen,
        reason=reason,
    )


# --- came back, on its way


def returned(person: Person) -> list[Todo]:
    """Self-evaluations of the unit and reports of the evaluator that came back, with the reason first."""
    if person.role in FILLERS:
        return _returned_self(person)
    if person.role not in SCORERS:
        return []
    found = []
    rows = visible_evaluations(person).filter(evaluator_id__in=person.own, state="scoring")
    for one in rows:
        back = _was_sent_back(one)
        if back is not None:
            found.append(
                Todo(
                    f"{one.subject_year.name}（{one.kind_words}）",
                    "修改报告",
                    reverse("evaluation:report", args=[one.pk]),
                    due=report_due(one),
                    reason=f"{back.name}：{back.comment}",
                )
            )
    return found


def _returned_self(person: Person) -> list[Todo]:
    """Drafts that came back and that nobody has signed again."""
    drafts = list(_open_self(person).filter(state="draft").prefetch_related("lines__indicator"))
    signed, back = who_signed(drafts, hash_of), sent_back(drafts, taken_only=True)
    return [
        _self_todo(
            one,
            "修改后重新提交",
            reverse("evaluation:self_fill", args=[one.pk]),
            reason=f"{back[one.pk].name}：{back[one.pk].comment}",
        )
        for one in drafts
        if one.pk in back and one.pk not in signed
    ]


def watching(person: Person) -> list[Todo]:
    """Where the unit's own self-evaluations are; for the department, what it passed on; what was ordered."""
    found: list[Todo] = []
    if person.is_unit or person.role == "department_reviewer":
        rows = _open_self(person).exclude(state__in=("draft", "accepted")).order_by("moved_at")[:50]
        found += [
            _self_todo(
                one,
                "查看",
                reverse("evaluation:self_detail", args=[one.pk]),
                self_workflow(one).states[one.state].label
                + _since(one.moved_at.date() if one.moved_at else None),
            )
            for one in rows
            if person.is_unit or not self_steps(person, one)
        ]
    if person.role in {"performance_office", "evaluation_centre", "department_reviewer"}:
        ordered = visible_evaluations(person).filter(organiser_id__in=person.own, state="scoring")
        found += [
            Todo(
                f"{one.subject_year.name}（{one.kind_words}）",
                "查看",
                reverse("evaluation:detail", args=[one.pk]),
                due=report_due(one),
                detail=f"{one.evaluator}评价中",
            )
            for one in ordered.exclude(evaluator_id__in=person.own).order_by("due")[:20]
        ]
    return found


def _since(day: date | None) -> str:
    return f"，已 {(clock.today() - day).days} 天" if day else ""


# --- the line of life, the calendar, the public


def milestones(year: SubjectYear, person: Person) -> list[Milestone]:
    """Self-evaluation and evaluations in the line of life: score and grade, or where they stand.

    Outside evaluators see only what was given to them. The points are told apart by `self_evaluation`,
    `fiscal_evaluation` and so on, so that a record's page marks its own.
    """
    found = []
    if person.role not in OUTSIDE:
        found.append(_self_milestone(year))
    rows = visible_evaluations(person).filter(subject_year=year).order_by("created_at")
    return [*found, *(_milestone(one) for one in rows)]


def _self_milestone(year: SubjectYear) -> Milestone:
    own = SelfEvaluation.objects.filter(subject_year=year).first()
    if own is None:
        return Milestone("self_evaluation", "自评", None, "未自评")
    own.cycle = year.cycle
    url = reverse("evaluation:self_detail", args=[own.pk])
    state = self_workflow(own).states[own.state]
    if own.state == "draft" or own.total is None:
        return Milestone("self_evaluation", "自评", None, state.label, state.tone, url)
    text = f"{plain(own.total)} 分 {grade_label(own, own.grade)}"
    if own.recheck_total is not None:
        text += f"，复核 {plain(own.recheck_total)} 分"
    day = own.moved_at.date() if own.moved_at else None
    return Milestone(
        "self_evaluation", "自评", day, text, "green" if own.state == "accepted" else state.tone, url
    )


def _milestone(record: Evaluation) -> Milestone:
    label, url = record.get_kind_display(), reverse("evaluation:detail", args=[record.pk])
    at = f"{record.kind}_evaluation"
    if record.confirmed_on is not None and record.total is not None and record.state == "confirmed":
        text = f"{plain(record.total)} 分 {grade_words(record)}"
        tone = GRADE_TONES.get(record.grade, "green")
        return Milestone(at, label, record.confirmed_on, text, tone, url)
    state = evaluation_workflow(record).states[record.state]
    return Milestone(at, label, None, state.label, state.tone, url)


def deadline(cycle: Cycle, organisation_id: int | None = None) -> Window | None:
    """Self-evaluation first, then its confirmation and re-check, then the reports."""
    return next_window(cycle, (*SELF_TASKS, "evaluation_report"), organisation_id)


def portal(year: SubjectYear) -> list[PortalFact]:
    """What came of it: the unit's own score once accepted, the confirmed evaluations."""
    facts = []
    own = SelfEvaluation.objects.filter(subject_year=year, state="accepted").first()
    if own is not None and own.total is not None:
        own.cycle = year.cycle
        day = own.moved_at.date() if own.moved_at else None
        facts.append(PortalFact("实际完成情况", own.actual_objective, day))
        facts.append(
            PortalFact("单位自评", f"{plain(own.total)} 分，等级“{grade_label(own, own.grade)}”", day)
        )
        if own.recheck_total is not None:
            facts.append(PortalFact("财政复核", f"{plain(own.recheck_total)} 分", day))
    for one in Evaluation.objects.filter(subject_year=year, state="confirmed"):
        one.cycle = year.cycle
        if one.total is not None:
            words = f"{plain(one.total)} 分，等级“{grade_words(one)}”"
            facts.append(PortalFact(one.kind_words, words, one.confirmed_on))
    return facts


def outcomes(years: Sequence[SubjectYear]) -> dict[int, dict[UUID, tuple[Decimal, str]]]:
    """Return by year's key what self-evaluations say came of the indicators, once they have left their unit."""
    lines = SelfLine.objects.filter(evaluation__subject_year__in=years, actual__isnull=False)
    told = lines.exclude(evaluation__state="draft").values_list(
        "evaluation__subject_year", "indicator__lineage", "actual", "indicator__unit"
    )
    found: dict[int, dict[UUID, tuple[Decimal, str]]] = defaultdict(dict)
    for year, lineage, actual, unit in told:
        if actual is not None:
            found[year][lineage] = (actual, unit)
    return found


def reported(year: SubjectYear) -> bool:
    """Whether a subject's year has a self-evaluation that the bureau took note of, or a confirmed evaluation."""
    own = SelfEvaluation.objects.filter(subject_year=year, state="accepted")
    return own.exists() or Evaluation.objects.filter(subject_year=year, state="confirmed").exists()


STAGE = Stage(
    key="evaluation",
    label="绩效评价",
    icon="checklist",
    order=40,
    home="evaluation:list",
    roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer", "agency", "expert"},
    todos=todos,
    returned=returned,
    watching=watching,
    milestones=milestones,
    deadline=deadline,
    portal=portal,
    records={
        "evaluation.selfevaluation": self_evaluations_with_files,
        "evaluation.evaluation": visible_evaluations,
        "evaluation.evaluationplan": visible_plans,
        "evaluation.evaluationscheme": visible_schemes,
        "evaluation.fieldrecord": visible_records,
        "evaluation.materialrequest": visible_requests,
        "evaluation.partnerfinding": visible_partner_findings,
    },
    tracks={
        "evaluation.selfevaluation": Track("self_evaluation", "绩效自评", SELF_CALENDAR),
        "evaluation.evaluation": Track(
            "evaluation",
            "绩效评价",
            dict.fromkeys(IN_WORK, "evaluation_report"),
            bearer="evaluator_id",
        ),
        "evaluation.evaluationplan": Track(
            "evaluation_plan",
            "评价计划",
            dict.fromkeys(("draft", "proposed"), "evaluation_plan"),
            bearer="body_id",
        ),
        "evaluation.evaluationscheme": Track("evaluation_scheme", "评价工作方案", {}),
    },
    effects=effects,
    outcomes=outcomes,
    reached=reached,
    past=past_outcomes,
    past_page="evaluation:past",
    reported=reported,
    exemplars=EXEMPLARS,
)
