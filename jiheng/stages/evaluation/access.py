"""Who sees and does what with self-evaluations, draws and evaluations."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.indicators.access import may_propose
from jiheng.registers.subjects.access import may_see_subjects, visible_subject_years, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step, Workflow
from jiheng.stages.evaluation.models import (
    AgencyRating,
    Draw,
    Evaluation,
    EvaluationScheme,
    EvaluatorDraw,
    ExpertReview,
    SelfEvaluation,
    SpotCheck,
)
from jiheng.stages.monitoring.models import MonitoringReport

OUTSIDE = {"agency", "expert"}
THIRD_PARTIES = frozenset({"agency", "expert_pool"})
"""Kinds of bodies that evaluate for others."""
SCORERS = ("agency", "expert", "evaluation_centre", "department_reviewer")
"""The roles in which the body that carries out an evaluation acts, and is told of it."""
ORGANISERS = {"performance_office", "evaluation_centre", "department_reviewer"}
FILLERS = {"unit_project", "unit_finance"}
SHOWN_WITH = ("subject_year__subject", "subject_year__unit", "subject_year__department")
RELATED = (*SHOWN_WITH, "cycle__snapshot", "cycle__place", "goal", "place")
BODIES = ("evaluator", "organiser", "partner")
"""The bodies that take part in an evaluation."""


# --- what a person sees


def ordering_role(kind: str) -> str:
    """Return the role that orders evaluations of a kind, judges them, and is told of them."""
    return "department_reviewer" if kind == "department" else "performance_office"


def visible_self_evaluations(person: Person) -> QuerySet[SelfEvaluation]:
    """Return the self-evaluations that the person may see."""
    found = SelfEvaluation.objects.filter(within(person, "subject_year__"))
    return found.select_related(*RELATED).defer("cycle__snapshot__content")


def self_evaluations_with_files(person: Person) -> QuerySet[SelfEvaluation]:
    """Return the self-evaluations whose evidence the person may open.

    Besides the visible ones: those of subjects that an outside evaluator was given to evaluate.
    """
    if person.role not in OUTSIDE:
        return visible_self_evaluations(person)
    given = visible_evaluations(person).order_by().values("subject_year")
    return SelfEvaluation.objects.filter(subject_year__in=given).exclude(state="draft")


def visible_evaluations(person: Person) -> QuerySet[Evaluation]:
    """Return the evaluations that the person may see; outside evaluators only those given to them, experts also
    those whose indicators or report they were asked to review.

    A unit sees an evaluation of itself while it is asked for comment and once it is confirmed; a department
    also from the beginning what it ordered or carries out.
    """
    if person.role in OUTSIDE:
        given = Q(evaluator_id__in=person.own)
        if person.role == "expert":  # also what one was asked to review
            given |= Q(pk__in=ExpertReview.objects.filter(user_id=person.user_id).values("evaluation"))
        condition = given & Q(place_id=person.place_id)
    else:
        condition = within(person, "subject_year__")
        open_to_unit = Q(state__in=("consultation", "confirmed"))
        if person.is_unit:
            condition &= open_to_unit
        elif person.role == "department_reviewer":
            own = Q(evaluator_id__in=person.own) | Q(organiser_id__in=person.own)
            condition &= own | open_to_unit
    found = Evaluation.objects.filter(condition)
    return found.select_related(*RELATED, *BODIES).defer("cycle__snapshot__content")


def visible_draws(person: Person) -> QuerySet[Draw]:
    """Return the recorded draws of the place, for the bureau and overseers."""
    if not person.sees_whole_place:
        return Draw.objects.none()
    found = Draw.objects.filter(cycle__place_id=person.place_id).select_related(
        "cycle__snapshot", "cycle__place"
    )
    return found.defer("cycle__snapshot__content")


def visible_spot_checks(person: Person) -> QuerySet[SpotCheck]:
    """Return what was found when monitoring reports were checked: each sees that of the reports that they see."""
    found = SpotCheck.objects.filter(within(person, "report__subject_year__"))
    return found.select_related(
        "report__subject_year__unit", "report__subject_year__department", "report__subject_year__subject",
        "report__checkpoint", "report__cycle__snapshot", "report__cycle__place", "draw",
    ).defer("report__cycle__snapshot__content")  # fmt: skip


def visible_evaluator_draws(person: Person) -> QuerySet[EvaluatorDraw]:
    """Return the draws of third parties in sight: the bureau and overseers all, departments those of their units."""
    found = EvaluatorDraw.objects.filter(within(person, "subject_year__"))
    if person.is_unit:
        return found.none()
    return found.select_related(
        "subject_year__unit", "subject_year__subject", "subject_year__cycle__snapshot", "subject_year__cycle__place",
        "chosen__organisation", "evaluation",
    ).defer("subject_year__cycle__snapshot__content")  # fmt: skip


def visible_years(person: Person) -> QuerySet[SubjectYear]:
    """Return the subjects and years that the person may see."""
    return visible_subject_years(person)


def may_see_self_evaluations(person: Person, _: SelfEvaluation | None = None) -> Verdict:
    """Business roles see self-evaluations, each their own part."""
    if may_see_subjects(person):
        return allow()
    return deny(f"“{person.role_label}”不接触单位自评", national_clause("duty_access"))


def may_see_evaluations(person: Person, _: Evaluation | None = None) -> Verdict:
    """Business roles and outside evaluators see evaluations, each their own part."""
    if person.role in OUTSIDE:
        return allow()
    return may_see_self_evaluations(person)


def may_see_draws(person: Person, _: Draw | None = None) -> Verdict:
    """The bureau and overseers see the draws."""
    if person.sees_whole_place:
        return allow()
    return deny("抽取记录只对财政局和监督机构开放", national_clause("duty_access"))


# --- whose it is


def concerns(person: Person, year: SubjectYear) -> Verdict:
    """Say whether the subject is the person's to act on: own unit, unit below the department, own place."""
    if person.place_id != year.place_id:
        return deny("不属于本地区的项目", national_clause("duty_place"))
    if person.is_unit and year.unit_id not in person.own:
        return deny("只能办理本单位的项目", national_clause("duty_unit"))
    below = year.unit_id in person.subtree or year.department_id in person.own
    if person.role == "department_reviewer" and not below:
        return deny("只能办理本部门及所属单位的项目", national_clause("duty_unit"))
    return allow()


# --- self-evaluation


def self_workflow(record: SelfEvaluation) -> Workflow:
    """Return the table by which a self-evaluation moves: the one frozen for its cycle."""
    return policy_for(record.cycle).workflows["self_evaluation"]


@while_open
def may_start_self_evaluation(person: Person, year: SubjectYear) -> Verdict:
    """The unit that spent the money evaluates itself: its project or finance officer begins."""
    if person.role not in FILLERS:
        return deny("自评由项目单位的项目经办或财务经办填报", national_clause("workflows.self_evaluation"))
    return concerns(person, year)


@while_open
def may_fill_self_evaluation(person: Person, record: SelfEvaluation) -> Verdict:
    """The unit's own staff fill it while it is a draft: project staff the results, finance staff the money."""
    if record.subject_year.unit_id not in person.own:
        return deny("只有项目实施单位可以填报自评", clause_in(record.cycle, "workflows.self_evaluation"))
    if person.role not in FILLERS:
        return deny("自评由项目经办和财务经办填报", clause_in(record.cycle, "workflows.self_evaluation"))
    if record.state != "draft":
        label = self_workflow(record).states[record.state].label
        return deny(
            f"自评现为“{label}”，须撤回或退回后才能修改", clause_in(record.cycle, "workflows.self_evaluation")
        )
    return allow()


@while_open
def may_fill_results(person: Person, record: SelfEvaluation) -> Verdict:
    """Actual values, reasons and the objective's result are filled by the project officer."""
    verdict = may_fill_self_evaluation(person, record)
    if verdict and person.role != "unit_project":
        return deny("完成情况由项目经办填写", clause_in(record.cycle, "workflows.self_evaluation"))
    return verdict


@while_open
def may_fill_money(person: Person, record: SelfEvaluation) -> Verdict:
    """Why money was spent slowly is explained by the finance officer; the amounts come from the ledger."""
    verdict = may_fill_self_evaluation(person, record)
    if verdict and person.role != "unit_finance":
        return deny("执行情况由财务经办填写", clause_in(record.cycle, "workflows.self_evaluation"))
    return verdict


def self_steps(person: Person, record: SelfEvaluation) -> list[Step]:
    """Return the steps that this person has in the record's state; empty when it is not theirs to move."""
    if not concerns(person, record.subject_year):
        return []
    return self_workflow(record).actions(record.state, person.role)


@while_open
def may_move_self_evaluation(person: Person, record: SelfEvaluation) -> Verdict:
    """The table gives this role a step in the record's present state, and the record is theirs to act on."""
    verdict = concerns(person, record.subject_year)
    if not verdict or self_steps(person, record):
        return verdict
    label = self_workflow(record).states[record.state].label
    return deny(
        f"自评现为“{label}”，没有由{person.role_label}办理的步骤",
        clause_in(record.cycle, "workflows.self_evaluation"),
    )


REVIEW_SIDES = {"department_reviewer": "department", "performance_office": "performance", "evaluation_centre": "centre"}
"""Whose review of a self-evaluation it is, by role."""


def scored_on_table(record: SelfEvaluation) -> bool:
    """Say whether the place has self-evaluations scored on a review table."""
    return any("scored_by" in step.requires for step in self_workflow(record).steps)


@while_open
def may_review_self(person: Person, record: SelfEvaluation) -> Verdict:
    """A side that decides on the self-evaluation in its present state scores it, where the place has them scored."""
    clause = clause_in(record.cycle, "workflows.self_evaluation")
    if person.role not in REVIEW_SIDES:
        return deny("自评的审核评分由主管部门、绩效管理股、绩效评价中心办理", clause)
    if not scored_on_table(record):
        return deny("本地没有规定自评须按审核表评分", clause)
    verdict = concerns(person, record.subject_year)
    if not verdict:
        return verdict
    workflow = self_workflow(record)
    turn = {role for step in workflow.steps if step.from_state == record.state for role in step.by}
    if record.state == workflow.start or person.role not in turn:
        return deny(f"自评现为“{workflow.states[record.state].label}”，不在{person.role_label}的审核环节", clause)
    return allow()


def may_move_self_in_bulk(person: Person, *_record: object) -> Verdict:
    """Departments confirm, the performance office or the evaluation centre accepts many at once."""
    if person.role in {"department_reviewer", "performance_office", "evaluation_centre"}:
        return allow()
    return deny("批量办理限主管部门审核和财政认可", national_clause("duty_offices"))


@while_open
def may_recheck(person: Person, record: SelfEvaluation) -> Verdict:
    """The bureau re-checks what was drawn, after the department has confirmed it."""
    if person.role not in {"performance_office", "evaluation_centre"}:
        return deny("复核由绩效管理股或绩效评价中心承担", national_clause("duty_bureau"))
    if record.state != "submitted":
        return deny("只有主管部门已确认的自评可以复核", clause_in(record.cycle, "workflows.self_evaluation"))
    return concerns(person, record.subject_year)


@while_open
def may_recheck_evaluation(person: Person, record: Evaluation) -> Verdict:
    """The bureau re-checks a department's evaluation once it is confirmed, never one that it scored itself."""
    if person.role not in {"performance_office", "evaluation_centre"}:
        return deny("部门评价由绩效管理股或绩效评价中心抽查复核", national_clause("duty_bureau"))
    clause = clause_in(record.cycle, "workflows.evaluation")
    if record.kind != "department" or record.state != "confirmed":
        return deny("只有已确认的部门评价可以抽查复核", clause)
    if record.evaluator_id in person.own:
        return deny("财政局自己评分的，不由财政局复核", clause_in(record.cycle, "evaluator_separate"))
    return concerns(person, record.subject_year)


def may_draw(person: Person, *_: object) -> Verdict:
    """Draws are made by the performance office or the evaluation centre."""
    if person.role in {"performance_office", "evaluation_centre"}:
        return allow()
    return deny("抽查由绩效管理股或绩效评价中心抽取", national_clause("duty_bureau"))


def may_see_spot_checks(person: Person, _: SpotCheck | None = None) -> Verdict:
    """Whoever sees monitoring reports sees what was found in them, each their own part."""
    return may_see_self_evaluations(person)


def draw_of(report: MonitoringReport) -> Draw | None:
    """Return the draw in which a monitoring report was drawn, None where it was not."""
    draws = Draw.objects.filter(cycle_id=report.cycle_id, purpose="monitoring").order_by("pk")
    return next((one for one in draws if str(report.pk) in one.chosen), None)


def spot_check_clause(cycle: Cycle) -> str:
    """Return the clause that has monitoring checked by draw; that of monitoring where the rules name none."""
    rule = rule_in(cycle, "monitoring_spot_check_share")
    return str(rule.clause) if rule is not None else clause_in(cycle, "monitoring_checkpoints")


@while_open
def may_spot_check(person: Person, report: MonitoringReport) -> Verdict:
    """Those who draw hold a drawn monitoring report against the source data, once."""
    if person.role not in {"performance_office", "evaluation_centre"}:
        return deny("监控数据由绩效管理股或绩效评价中心抽查核对", national_clause("duty_bureau"))
    clause = spot_check_clause(report.cycle)
    if draw_of(report) is None:
        return deny("只核对抽中的监控表，这一份没有抽中", clause)
    if SpotCheck.objects.filter(report=report).exists():
        return deny("这份监控表已经核对，核对记录不能更改", clause)
    return concerns(person, report.subject_year)


# --- evaluations on scorecards


def evaluation_workflow(record: Evaluation) -> Workflow:
    """Return the table by which an evaluation moves: the one frozen for its cycle."""
    return policy_for(record.cycle).workflows["evaluation"]


@while_open
def may_start_evaluation(person: Person, year: SubjectYear | None = None) -> Verdict:
    """The bureau sets up bureau and in-process evaluations; departments their own."""
    if person.role not in ORGANISERS:
        return deny("评价由绩效管理股、绩效评价中心或主管部门组织", national_clause("workflows.evaluation"))
    return concerns(person, year) if year is not None else allow()


@while_open
def may_work(person: Person, record: Evaluation) -> Verdict:
    """Only the evaluator that the evaluation was given to works on it, while it is being scored."""
    if record.evaluator_id not in person.own or person.role not in SCORERS:
        return deny(f"本评价由{record.evaluator}承担", clause_in(record.cycle, "workflows.evaluation"))
    if record.state != "scoring":
        label = evaluation_workflow(record).states[record.state].label
        return deny(
            f"评价现为“{label}”，只有“评价中”可以评分和撰写报告",
            clause_in(record.cycle, "workflows.evaluation"),
        )
    return allow()


@while_open
def may_score(person: Person, record: Evaluation) -> Verdict:
    """Whoever works on it scores and reports, once the work plan is approved where the rules demand one."""
    verdict = may_work(person, record)
    if verdict and (clause := scheme_waits(record)) is not None:
        return deny("评价工作方案还没有批准，不能评分和撰写报告；请在评价过程中拟定、提交论证", clause)
    return verdict


def scheme_waits(record: Evaluation) -> str | None:
    """Return the clause that demands an approved work plan before the scoring, while there is none; else None."""
    rule = rule_in(record.cycle, "evaluation_fieldwork")
    if rule is None or all(one["key"] != "scheme" for one in rule.value):
        return None
    approved = EvaluationScheme.objects.filter(evaluation_id=record.pk, state="approved").exists()
    return None if approved else str(rule.clause)


def evaluation_steps(person: Person, record: Evaluation) -> list[Step]:
    """Return the steps that this person has: evaluator, organiser, bureau and unit each their own."""
    steps = evaluation_workflow(record).actions(record.state, person.role)
    return [step for step in steps if _is_theirs(person, record, step.action)]


def _is_theirs(person: Person, record: Evaluation, action: str) -> bool:
    if person.place_id != record.place_id:
        return False
    if action == "submit_report":
        return record.evaluator_id in person.own
    if action == "respond":
        return record.subject_year.unit_id in person.own
    return person.is_bureau or record.organiser_id in person.own


@while_open
def may_move_evaluation(person: Person, record: Evaluation) -> Verdict:
    """The table gives this role a step in the present state, and this person stands for the right body."""
    if evaluation_steps(person, record):
        return allow()
    label = evaluation_workflow(record).states[record.state].label
    steps = [step for step in evaluation_workflow(record).steps if step.from_state == record.state]
    who = "、".join(dict.fromkeys(ROLES[role].label for step in steps for role in step.by))
    return deny(
        f"评价现为“{label}”，不由您办理" + (f"；由{who}按各自职责办理" if who else ""),
        clause_in(record.cycle, "workflows.evaluation"),
    )


@while_open
def may_respond(person: Person, record: Evaluation) -> Verdict:
    """The evaluated unit answers a draft that was sent to it."""
    if any(step.action == "respond" for step in evaluation_steps(person, record)):
        return allow()
    return deny(
        "只有被评价单位的项目经办或负责人可以在征求意见期间答复",
        clause_in(record.cycle, "workflows.evaluation"),
    )


@while_open
def may_attach(person: Person, record: Evaluation) -> Verdict:
    """The evaluator adds papers while it works, the unit proof while it answers."""
    if may_work(person, record) or may_respond(person, record):
        return allow()
    return deny(
        "只有承担评价的机构在评价中、被评价单位在征求意见期间可以上传材料",
        clause_in(record.cycle, "workflows.evaluation"),
    )


@while_open
def may_answer(person: Person, record: Evaluation) -> Verdict:
    """Whoever may revise or confirm after the unit was heard says what is done with each comment."""
    if any(step.action in {"revise", "confirm"} for step in evaluation_steps(person, record)):
        return allow()
    return deny(
        "意见由组织评价的部门或绩效管理股在征求意见期间逐条答复",
        clause_in(record.cycle, "workflows.evaluation"),
    )


def may_propose_retiring(person: Person, *_record: object) -> Verdict:
    """Whoever may propose and sees the whole place: what a unit always met, others may have missed."""
    verdict = may_propose(person)
    if verdict and not person.sees_whole_place:
        return deny("“总是达到”要看全地区的指标行，由财政局股室提出", national_clause("duty_indicator_library"))
    return verdict


# --- the quality of third parties' work


def visible_ratings(person: Person) -> QuerySet[AgencyRating]:
    """Return the ratings in sight: the bureau and overseers all, a department those that it ordered, an agency its own."""
    found = AgencyRating.objects.filter(place_id=person.place_id)
    if person.role in OUTSIDE:
        found = found.filter(evaluation__evaluator_id__in=person.own)
    elif person.role == "department_reviewer":
        found = found.filter(evaluation__organiser_id__in=person.own)
    elif not person.sees_whole_place:
        found = found.none()
    return found.select_related(
        "entry__organisation", "evaluation__subject_year__unit", "evaluation__subject_year__subject",
        "evaluation__cycle__snapshot", "evaluation__cycle__place",
    ).defer("evaluation__cycle__snapshot__content")  # fmt: skip


def may_see_ratings(person: Person, _: AgencyRating | Evaluator | None = None) -> Verdict:
    """The bureau, overseers and departments; agencies and experts what concerns themselves."""
    if person.sees_whole_place or person.role in OUTSIDE | {"department_reviewer"}:
        return allow()
    return deny("第三方工作质量对财政局、主管部门、监督机构和第三方本身开放", national_clause("duty_access"))


@while_open
def may_rate_agency(person: Person, record: Evaluation) -> Verdict:
    """The performance office rates a third party's work once its result stands, never work of its own body."""
    clause = clause_in(record.cycle, "scorecards.agency_quality")
    rule = rule_in(record.cycle, "agency_quality_assessed")
    if rule is None or not rule.value:
        return deny("本地制度没有要求评估第三方机构的工作质量", clause)
    clause = str(rule.clause)
    if person.role != "performance_office" or record.place_id != person.place_id:
        return deny("第三方工作质量由绩效管理股评分", clause)
    if record.evaluator.kind not in THIRD_PARTIES or record.evaluator_id in person.own:
        return deny("这项评价不是第三方承担的", clause)
    if record.state != "confirmed":
        return deny("评价结果确定后才评第三方的工作质量", clause)
    if AgencyRating.objects.filter(evaluation=record).exists():
        return deny("这项评价的第三方工作质量已经评分", clause)
    return allow()
