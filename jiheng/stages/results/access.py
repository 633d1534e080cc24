"""Who sees, proposes, decides; who rectifies and who accepts."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Workflow
from jiheng.stages.evaluation.models import Evaluation, Finding
from jiheng.stages.evaluation.partners import is_partner
from jiheng.stages.results.models import Decision, Rectification


def visible_decisions(person: Person) -> QuerySet[Decision]:
    """Return the decisions that the person may see; units and departments once they are taken."""
    condition = within(person, "evaluation__subject_year__")
    if not person.sees_whole_place:
        condition &= Q(state="decided")
    found = Decision.objects.filter(condition)
    return found.select_related(
        "evaluation__subject_year__unit", "evaluation__subject_year__department",
        "evaluation__subject_year__subject", "evaluation__cycle__snapshot", "cycle__snapshot", "cycle__place",
        "place", "budget_entry",
    ).defer("cycle__snapshot__content", "evaluation__cycle__snapshot__content")  # fmt: skip


def visible_rectifications(person: Person) -> QuerySet[Rectification]:
    """Return the rectifications that the person may see."""
    found = Rectification.objects.filter(within(person, "finding__evaluation__subject_year__"))
    return found.select_related(
        "finding__evaluation__subject_year__unit", "finding__evaluation__subject_year__department",
        "finding__evaluation__subject_year__subject", "finding__evaluation__cycle__snapshot",
        "finding__evaluation__decision", "finding__evaluation__partner", "finding__partner_finding",
        "unit", "cycle__snapshot", "cycle__place", "place",
    ).defer("cycle__snapshot__content", "finding__evaluation__cycle__snapshot__content")  # fmt: skip


def results_to_propose(person: Person) -> QuerySet[Evaluation]:
    """Return the confirmed results without a proposal, for the bureau and overseers."""
    found = Evaluation.objects.filter(
        within(person, "subject_year__"), state="confirmed", decision__isnull=True
    )
    found = found if person.sees_whole_place else found.none()
    return found.select_related(
        "subject_year__unit", "subject_year__department", "subject_year__subject", "cycle__snapshot", "cycle__place"
    ).defer("cycle__snapshot__content")


def findings_to_order(person: Person) -> QuerySet[Finding]:
    """Return the findings of confirmed results without an order, for the bureau and overseers."""
    found = Finding.objects.filter(
        within(person, "evaluation__subject_year__"),
        evaluation__state="confirmed",
        rectification__isnull=True,
    )
    found = found if person.sees_whole_place else found.none()
    return found.select_related(
        "evaluation__subject_year__unit", "evaluation__subject_year__department",
        "evaluation__cycle__snapshot", "evaluation__cycle__place",
    ).defer("evaluation__cycle__snapshot__content")  # fmt: skip


def may_see_decisions(person: Person, _: Decision | None = None) -> Verdict:
    """Business roles see what results have done to budgets, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触结果应用", national_clause("duty_access"))


def may_see_rectifications(person: Person, _: Rectification | None = None) -> Verdict:
    """Business roles see rectifications, each their own part."""
    return may_see_decisions(person)


def may_see_waiting(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers see what has no proposal or order yet."""
    if person.sees_whole_place:
        return allow()
    return deny("待办的处理意见和整改只对财政局和监督机构开放", national_clause("duty_access"))


def may_propose(person: Person, _: object = None) -> Verdict:
    """The performance office proposes what a result does to the next budget."""
    if person.role == "performance_office":
        return allow()
    return deny("处理意见由绩效管理股提出", national_clause("workflows.decision"))


@while_open
def may_revise(person: Person, decision: Decision) -> Verdict:
    """The performance office proposes again what came back."""
    verdict = may_propose(person)
    if verdict and decision.state != "returned":
        return deny("处理意见没有被退回，不能重提", clause_in(decision.cycle, "workflows.decision"))
    return verdict


@while_open
def may_decide(person: Person, decision: Decision) -> Verdict:
    """The bureau's leader decides; the one who proposed does not."""
    if person.role != "bureau_leader":
        return deny("由局领导决定", clause_in(decision.cycle, "workflows.decision"))
    if decision.state == "decided":
        return deny("已经作出决定", clause_in(decision.cycle, "workflows.decision"))
    if decision.state != "proposed":
        return deny("处理意见已退回，待绩效管理股重提", clause_in(decision.cycle, "workflows.decision"))
    return allow()


def may_agree(person: Person, _: object = None) -> Verdict:
    """The bureau's leader agrees to many results that keep their budgets."""
    if person.role == "bureau_leader":
        return allow()
    return deny("由局领导决定", national_clause("workflows.decision"))


@while_open
def may_return(person: Person, decision: Decision) -> Verdict:
    """Whoever may decide may give the proposal back."""
    return may_decide(person, decision)


@while_open
def may_apply(person: Person, decision: Decision) -> Verdict:
    """The performance office posts a decided cut that waits for the later budget."""
    if person.role != "performance_office":
        return deny("核减由绩效管理股登记台账", clause_in(decision.cycle, "workflows.decision"))
    if decision.state != "decided":
        return deny("尚未作出决定，不能核减", clause_in(decision.cycle, "workflows.decision"))
    return allow()


@while_open
def may_issue(person: Person, _: object = None) -> Verdict:
    """The performance office orders findings to be put right."""
    if person.role == "performance_office":
        return allow()
    return deny("整改由绩效管理股下达", national_clause("workflows.rectification"))


@while_open
def may_report(person: Person, record: Rectification) -> Verdict:
    """The responsible unit's project staff report what they did."""
    if record.unit_id not in person.own or person.role != "unit_project":
        return deny("由责任单位的项目经办填报整改情况", clause_in(record.cycle, "workflows.rectification"))
    if record.state != "issued":
        return deny("整改情况已报送", clause_in(record.cycle, "workflows.rectification"))
    return allow()


def rectification_table(record: Rectification) -> Workflow:
    """Return the table by which a rectification moves: of joint evaluations that for both sides, where the place has one."""
    return policy_for(record.cycle).workflows["rectification"].on_way({"joint": joint_key(record)})


def joint_key(record: Rectification) -> str:
    """Return whether the finding comes from a joint evaluation, as tables name it."""
    return "yes" if record.finding.evaluation.partner_id is not None else "no"


def _accepts(person: Person, record: Rectification) -> bool:
    """Whether the person stands for a side that accepts: the performance office, the partner of a joint evaluation."""
    if person.role == "performance_office":
        return True
    named = any(step.action == "accept" and person.role in step.by for step in rectification_table(record).steps)
    return named and is_partner(person, record.finding.evaluation)


@while_open
def may_accept(person: Person, record: Rectification) -> Verdict:
    """Somebody else than the responsible unit accepts; of joint evaluations both sides do, where the table says so."""
    if not _accepts(person, record):
        return deny("整改由绩效管理股验收，责任单位不能为自己销号", clause_in(record.cycle, "workflows.rectification"))
    if record.state != "reported":
        return deny("尚未报送整改情况" if record.state == "issued" else "整改已销号", clause_in(record.cycle, "workflows.rectification"))
    return allow()


@while_open
def may_send_back(person: Person, record: Rectification) -> Verdict:
    """Whoever may accept may send back."""
    return may_accept(person, record)


@while_open
def may_act(person: Person, record: Rectification) -> Verdict:
    """Those who accept also send back what is reported; the service decides which and when."""
    if _accepts(person, record):
        return allow()
    return deny("整改由绩效管理股验收，责任单位不能为自己销号", clause_in(record.cycle, "workflows.rectification"))


@while_open
def may_answer_proposal(person: Person, decision: Decision) -> Verdict:
    """The bureau's leader gives a proposal back; the service decides whether it is still open."""
    if person.role == "bureau_leader":
        return allow()
    return deny("由局领导决定", clause_in(decision.cycle, "workflows.decision"))


@while_open
def may_extend(person: Person, record: Rectification) -> Verdict:
    """The performance office gives more time while the rectification is open."""
    if person.role != "performance_office":
        return deny("整改延期由绩效管理股批准", clause_in(record.cycle, "workflows.rectification"))
    if record.state == "closed":
        return deny("整改已销号，不需延期", clause_in(record.cycle, "workflows.rectification"))
    return allow()
