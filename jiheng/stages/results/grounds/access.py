"""Who marks a policy or project on other grounds than a grade, who decides of it, who sees it."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.access import visible_subject_years, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.results.access import may_see_decisions
from jiheng.stages.results.models import GroundCase

RULE = "result_grounds"
MARKERS = frozenset({"performance_office", "division"})


def visible_ground_cases(person: Person) -> QuerySet[GroundCase]:
    """Return what is in sight: the bureau and overseers all, bodies their own once something was decided of it."""
    condition = within(person, "subject_year__")
    if not person.sees_whole_place:
        condition &= Q(decided_on__isnull=False)
    found = GroundCase.objects.filter(condition)
    return found.select_related(
        "subject_year__unit", "subject_year__department", "subject_year__subject", "other__subject", "into__subject", "evaluation",
        "marked_by", "cycle__snapshot", "cycle__place", "place",
    ).defer("cycle__snapshot__content")  # fmt: skip


def may_see_ground_cases(person: Person, _: object = None) -> Verdict:
    """Business roles, each their own part."""
    return may_see_decisions(person)


def candidates_in_sight(person: Person) -> QuerySet[SubjectYear]:
    """Return the policies and projects that may be marked: to the bureau and overseers, all of their place."""
    found = visible_subject_years(person)
    return found if person.sees_whole_place else found.none()


def may_see_candidates(person: Person, _: object = None) -> Verdict:
    """The bureau and overseers."""
    if person.sees_whole_place:
        return allow()
    return deny("到期和重复的政策清单对财政局和监督机构开放", national_clause("duty_access"))


@while_open
def may_mark(person: Person, year: SubjectYear | None = None) -> Verdict:
    """The performance office and the divisions mark, where the rules name grounds."""
    if person.role not in MARKERS:
        return deny("由绩效管理股或业务股室提出", national_clause("workflows.decision"))
    if year is not None and not _named(year.cycle):
        return deny("本年度的制度没有规定这类情形", clause_in(year.cycle, "workflows.decision"))
    return allow()


def _named(cycle: Cycle) -> bool:
    rule = rule_in(cycle, RULE)
    return rule is not None and bool(rule.value)


@while_open
def may_decide_ground(person: Person, case: GroundCase) -> Verdict:
    """The bureau's leader decides, once, and not of what he marked himself."""
    if person.role != "bureau_leader" or person.user_id == case.marked_by_id:
        return deny("由局领导决定，提出的人不能决定", case.clause)
    if case.decided_on is not None:
        return deny("已经作出决定", case.clause)
    return allow()
