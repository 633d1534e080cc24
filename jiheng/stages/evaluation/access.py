"""Who sees and does what with self-evaluations and evaluations."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.subjects.access import within
from jiheng.stages.evaluation.models import Draw, Evaluation, SelfEvaluation

OUTSIDE = {"agency", "expert"}
SCORERS = {"agency", "expert", "evaluation_centre", "department_reviewer"}


def visible_self_evaluations(person: Person) -> QuerySet[SelfEvaluation]:
    """Return the self-evaluations that the person may see."""
    found = SelfEvaluation.objects.filter(within(person, "subject_year__"))
    return found.select_related(
        "subject_year__unit", "subject_year__department", "cycle__snapshot", "cycle__place", "goal", "place"
    )


def visible_evaluations(person: Person) -> QuerySet[Evaluation]:
    """Return the evaluations that the person may see; outside evaluators only those given to them.

    A unit sees an evaluation of itself from the moment that the draft is sent to it for comment.
    """
    if person.role in OUTSIDE:
        condition = Q(evaluator_id=person.organisation_id, place_id=person.place_id)
    else:
        condition = within(person, "subject_year__")
        if person.is_unit:
            condition &= Q(state__in=("consultation", "confirmed"))
        elif person.role == "department_reviewer":
            own = Q(evaluator_id=person.organisation_id)
            condition &= own | Q(state__in=("consultation", "confirmed"))
    found = Evaluation.objects.filter(condition)
    return found.select_related(
        "subject_year__unit", "subject_year__department", "cycle__snapshot", "cycle__place", "goal",
        "evaluator", "place",
    )


def visible_draws(person: Person) -> QuerySet[Draw]:
    """Return the recorded draws of the place, for the bureau and overseers."""
    if not person.sees_whole_place:
        return Draw.objects.none()
    return Draw.objects.filter(cycle__place_id=person.place_id).select_related("cycle")


def may_see_self_evaluations(person: Person, _: SelfEvaluation | None = None) -> Verdict:
    """Business roles see self-evaluations, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触单位自评")


def may_see_evaluations(person: Person, _: Evaluation | None = None) -> Verdict:
    """Business roles and outside evaluators see evaluations, each their own part."""
    if person.role in OUTSIDE:
        return allow()
    return may_see_self_evaluations(person)


def may_see_draws(person: Person, _: Draw | None = None) -> Verdict:
    """The bureau and overseers see the draws."""
    if person.sees_whole_place:
        return allow()
    return deny("抽取记录只对财政局和监督机构开放")


def may_fill_self_evaluation(person: Person, record: SelfEvaluation) -> Verdict:
    """The unit's own staff fill it while it is a draft: project staff the results, finance staff the money."""
    if record.subject_year.unit_id != person.organisation_id:
        return deny("只有项目实施单位可以填报自评")
    if person.role not in {"unit_project", "unit_finance"}:
        return deny("自评由项目经办和财务经办填报")
    if record.state != "draft":
        return deny("自评已报送，须退回后才能修改")
    return allow()


def may_start_evaluation(person: Person) -> Verdict:
    """The bureau sets up bureau and in-process evaluations; departments their own."""
    if person.role in {"performance_office", "evaluation_centre", "department_reviewer"}:
        return allow()
    return deny("评价由绩效管理股、绩效评价中心或主管部门组织")


def may_score(person: Person, record: Evaluation) -> Verdict:
    """Only the evaluator that the evaluation was given to scores it, while it is being scored."""
    if person.organisation_id != record.evaluator_id or person.role not in SCORERS:
        return deny(f"本评价由{record.evaluator}承担")
    if record.state != "scoring":
        return deny("只有“评分中”的评价可以评分")
    return allow()


def may_draw(person: Person) -> Verdict:
    """Draws are made by the performance office or the evaluation centre."""
    if person.role in {"performance_office", "evaluation_centre"}:
        return allow()
    return deny("抽查由绩效管理股或绩效评价中心抽取")


def may_recheck(person: Person, record: SelfEvaluation) -> Verdict:
    """The bureau re-checks what was drawn, after the department has confirmed it."""
    if person.role not in {"performance_office", "evaluation_centre"}:
        return deny("复核由绩效管理股或绩效评价中心承担")
    if record.state != "submitted":
        return deny("只有主管部门已确认的自评可以复核")
    return allow()
