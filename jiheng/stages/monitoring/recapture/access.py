"""Who sees what is taken back, who proposes it and who decides."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.monitoring.models import Recapture

PROPOSERS = frozenset({"division", "performance_office"})
RULE = "workflows.recapture"


def visible_recaptures(person: Person) -> QuerySet[Recapture]:
    """Return what is taken back as far as the person sees it: units and departments once it is decided."""
    condition = within(person, "subject_year__")
    if not person.sees_whole_place:
        condition &= Q(state="decided")
    found = Recapture.objects.filter(condition)
    return found.select_related(
        "subject_year__unit", "subject_year__department", "subject_year__subject", "report__checkpoint",
        "cycle__snapshot", "cycle__place", "place", "ledger_entry",
    ).defer("cycle__snapshot__content")  # fmt: skip


def may_see_recaptures(person: Person, _: Recapture | None = None) -> Verdict:
    """Business roles see what was taken back, each their own part."""
    if person.is_unit or person.role == "department_reviewer" or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不接触收回资金", national_clause("duty_access"))


def may_see_candidates(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers see what the rules say should be taken back."""
    if person.sees_whole_place:
        return allow()
    return deny("应收回资金的清单只对财政局和监督机构开放", national_clause("duty_access"))


def may_propose_recapture(person: Person, _: object = None) -> Verdict:
    """The divisions and the performance office propose to take money back."""
    if person.role in PROPOSERS:
        return allow()
    return deny("收回由财政局业务股室或绩效管理股提出", national_clause(RULE))


@while_open
def may_revise_recapture(person: Person, recapture: Recapture) -> Verdict:
    """Those who propose do it again with what came back."""
    verdict = may_propose_recapture(person)
    if verdict and recapture.state != "returned":
        return deny("没有被退回，不能重提", clause_in(recapture.cycle, RULE))
    return verdict


@while_open
def may_decide_recapture(person: Person, recapture: Recapture) -> Verdict:
    """The bureau's leader decides what is proposed."""
    if person.role != "bureau_leader":
        return deny("由局领导决定", clause_in(recapture.cycle, RULE))
    if recapture.state != "proposed":
        return deny("不在待决定状态", clause_in(recapture.cycle, RULE))
    return allow()


@while_open
def may_act_on_recapture(person: Person, recapture: Recapture) -> Verdict:
    """Whoever decides may also return it; whoever proposes may propose again."""
    return may_decide_recapture(person, recapture) or may_revise_recapture(person, recapture)
