"""Who sees the joint work on an evaluation, who proposes, answers, files, takes over."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.evaluation.access import SCORERS, may_see_evaluations, visible_evaluations
from jiheng.stages.evaluation.fieldwork.queries import scheme_of
from jiheng.stages.evaluation.models import Evaluation, IndicatorProposal, PartnerFinding, PartnerTaking
from jiheng.stages.evaluation.partners import is_partner, joint_rule

RELATED = (
    "evaluation__subject_year__subject", "evaluation__subject_year__unit", "evaluation__subject_year__department",
    "evaluation__cycle__snapshot", "evaluation__cycle__place", "evaluation__evaluator", "evaluation__organiser",
)  # fmt: skip
TEXT = "evaluation__cycle__snapshot__content"
CLOSED_TO_FINDINGS = frozenset({"planned", "consultation", "confirmed"})


def visible_proposals(person: Person) -> QuerySet[IndicatorProposal]:
    """Return the indicators that partners proposed for the evaluations in sight; a unit sees none."""
    seen = visible_evaluations(person).order_by().values("pk")
    found = IndicatorProposal.objects.filter(evaluation__in=seen)
    return (found.none() if person.is_unit else found).select_related(*RELATED).defer(TEXT)


def visible_partner_findings(person: Person) -> QuerySet[PartnerFinding]:
    """Return what partners found in the evaluations in sight: a unit sees it with the draft and the result."""
    seen = visible_evaluations(person).order_by().values("pk")
    return PartnerFinding.objects.filter(evaluation__in=seen).select_related(*RELATED).defer(TEXT)


def may_see_joint(person: Person, _: object = None) -> Verdict:
    """The joint work is open to both sides, to the evaluator and to those who look on, not to the evaluated unit."""
    if person.is_unit:
        return deny("联合评价的办理情况由组织评价的一方、合作方和评价机构查阅", national_clause("duty_access"))
    return may_see_evaluations(person)


def joint_clause(cycle: Cycle) -> str:
    """Return the clause of joint evaluation; that of the evaluation's table where the rules name none."""
    rule = joint_rule(cycle)
    return str(rule.clause) if rule is not None else clause_in(cycle, "workflows.evaluation")


def indicators_settled(evaluation: Evaluation) -> bool:
    """Whether the indicators are approved, so that nothing is proposed to them any more."""
    scheme = scheme_of(evaluation)
    return scheme is not None and scheme.state in policy_for(evaluation.cycle).workflows["evaluation_scheme"].final


def _partner(person: Person, evaluation: Evaluation) -> Verdict:
    clause = joint_clause(evaluation.cycle)
    if evaluation.partner is None:
        return deny("这项评价没有列为联合评价", clause)
    if not is_partner(person, evaluation):
        return deny(f"由联合评价的合作方{evaluation.partner}办理", clause)
    return allow()


@while_open
def may_propose_indicator(person: Person, evaluation: Evaluation) -> Verdict:
    """The partner proposes indicators until they are approved."""
    verdict = _partner(person, evaluation)
    if verdict and (evaluation.state != "scoring" or indicators_settled(evaluation)):
        return deny("评价指标已经确定，不再提出建议", joint_clause(evaluation.cycle))
    return verdict


@while_open
def may_answer_proposal(person: Person, proposal: IndicatorProposal) -> Verdict:
    """Whoever carries out or orders the evaluation says, once, what becomes of a proposed indicator."""
    one = proposal.evaluation
    clause = joint_clause(one.cycle)
    evaluates = one.evaluator_id in person.own and person.role in SCORERS
    orders = person.role in {"performance_office", "evaluation_centre"} or (
        person.role == "department_reviewer" and one.organiser_id in person.own
    )
    if person.place_id != one.place_id or not (evaluates or orders):
        return deny("指标建议由承担评价或组织评价的一方答复", clause)
    if proposal.answered_at is not None:
        return deny("这条建议已经答复", clause)
    if one.state != "scoring" or indicators_settled(one):
        return deny("评价指标已经确定，不再答复建议", clause)
    return allow()


@while_open
def may_file_finding(person: Person, evaluation: Evaluation) -> Verdict:
    """The partner files what it found until the unit is asked about the draft: the unit is to see all of it then."""
    verdict = _partner(person, evaluation)
    if verdict and evaluation.state in CLOSED_TO_FINDINGS:
        return deny("已征求被评价单位意见，不再增加问题；确有问题的，先由财政部门退回修改报告", joint_clause(evaluation.cycle))
    return verdict


@while_open
def may_attach_finding(person: Person, finding: PartnerFinding) -> Verdict:
    """Papers are added to a finding as long as one may be filed."""
    return may_file_finding(person, finding.evaluation)


@while_open
def may_take_over(person: Person, evaluation: Evaluation) -> Verdict:
    """The partner takes the result over, once, after it is confirmed."""
    verdict = _partner(person, evaluation)
    if verdict and evaluation.state != "confirmed":
        return deny("评价结果还没有确定，不能接收", joint_clause(evaluation.cycle))
    if verdict and PartnerTaking.objects.filter(evaluation=evaluation).exists():
        return deny("评价结果已经接收", joint_clause(evaluation.cycle))
    return verdict
