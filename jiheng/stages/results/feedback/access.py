"""Who gives results back, who signs for them, who sees it."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.rules.policy import DatedValue
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.models import Feedback

REQUIRED = "result_feedback_required"
GIVERS = {"fiscal": "performance_office", "in_process": "performance_office", "department": "department_reviewer"}
"""Who organised the evaluation gives its result back, by kind of evaluation."""
RECEIVERS = frozenset({"unit_head", "unit_project", "unit_finance"})


def feedback_rule(cycle: Cycle) -> DatedValue | None:
    """Return the rule by which results are given back; None where the place has none."""
    rule = rule_in(cycle, REQUIRED)
    return rule if rule is not None and rule.value else None


def visible_feedbacks(person: Person) -> QuerySet[Feedback]:
    """Return what was given back of the subjects in sight; outside evaluators see none."""
    found = Feedback.objects.filter(within(person, "evaluation__subject_year__"))
    return found.select_related(
        "evaluation__subject_year__unit", "evaluation__subject_year__department", "evaluation__subject_year__subject",
        "cycle__snapshot", "cycle__place", "place",
    ).defer("cycle__snapshot__content")  # fmt: skip


def to_give(person: Person) -> QuerySet[Evaluation]:
    """Return the fixed results that the person has to give back."""
    kinds = [kind for kind, role in GIVERS.items() if role == person.role]
    found = visible_evaluations(person).filter(kind__in=kinds, state="confirmed", feedback__isnull=True)
    if person.role == "department_reviewer":
        found = found.filter(subject_year__department_id__in=person.own)
    return found.filter(confirmed_on__isnull=False).order_by("confirmed_on", "pk")


def may_see_feedbacks(person: Person, _: object = None) -> Verdict:
    """Business roles see what was given back, each their own part."""
    return may_see_subjects(person)


@while_open
def may_give(person: Person, evaluation: Evaluation) -> Verdict:
    """Whoever organised the evaluation gives its fixed result back, once."""
    rule = feedback_rule(evaluation.cycle)
    if rule is None:
        return deny("本地制度没有规定评价结果的反馈", clause_in(evaluation.cycle, "workflows.evaluation"))
    if person.role != GIVERS.get(evaluation.kind):
        return deny("评价结果由组织评价的一方反馈", str(rule.clause))
    if evaluation.state != "confirmed" or evaluation.confirmed_on is None:
        return deny("评价结果确定以后才反馈", str(rule.clause))
    if Feedback.objects.filter(evaluation=evaluation).exists():
        return deny("已经反馈，不再重复反馈", str(rule.clause))
    return allow()


@while_open
def may_receive_feedback(person: Person, feedback: Feedback) -> Verdict:
    """The unit that was evaluated signs for it, once."""
    if person.role not in RECEIVERS or feedback.evaluation.subject_year.unit_id not in person.own:
        return deny("评价结果的反馈由被评价单位签收", feedback.clause)
    if feedback.received_on is not None:
        return deny("已经签收", feedback.clause)
    return allow()


def may_see_given(person: Person, _: Feedback) -> Verdict:
    """Whoever sees what was given back may print it."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触评价结果的反馈", national_clause("duty_access"))
