"""Who sees key reviews, who draws up their list, who agrees money, who promises rewards."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.access import SIDES, deciding_sides, may_review, may_see_goals
from jiheng.stages.goals.models import AgreedMoney, Goal, GoalReward, KeyReview


def visible_key_reviews(person: Person) -> QuerySet[KeyReview]:
    """Return the entries of the list that the person may see: as for the projects."""
    found = KeyReview.objects.filter(within(person, "subject_year__"))
    related = ("subject_year__subject", "subject_year__unit", "subject_year__department", "cycle__snapshot", "cycle__place")
    return found.select_related(*related).defer("cycle__snapshot__content")


def visible_agreed(person: Person) -> QuerySet[AgreedMoney]:
    """Return what reviews left of the money of projects that the person may see."""
    return AgreedMoney.objects.filter(within(person, "subject_year__")).select_related("subject_year")


def visible_rewards(person: Person) -> QuerySet[GoalReward]:
    """Return the rewards of the place for bureau and overseers, for a department its own."""
    found = GoalReward.objects.filter(place_id=person.place_id).select_related("department")
    return found if person.sees_whole_place else found.filter(department_id__in=person.own | person.subtree)


def may_see_key_reviews(person: Person, _: object = None) -> Verdict:
    """Everybody who sees goals sees which of them are reviewed as key ones."""
    return may_see_goals(person)


def may_see_whole(person: Person, _: object = None) -> Verdict:
    """What compares departments with each other is for the bureau and the overseers."""
    if person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不查看各部门的比较", national_clause("duty_access"))


def may_choose(person: Person, _: object = None) -> Verdict:
    """The leaders of the bureau choose what is reviewed as a key project."""
    if person.role == "bureau_leader":
        return allow()
    return deny("重点审核的范围由局领导划定", national_clause("duty_offices"))


@while_open
def may_strike(person: Person, entry: KeyReview) -> Verdict:
    """The leaders may strike an entry, with a reason, once."""
    verdict = may_choose(person)
    if verdict and entry.struck_on is not None:
        return deny(f"已于 {entry.struck_on} 移出重点审核清单", clause_in(entry.cycle, "key_review_countdown"))
    return verdict


@while_open
def may_agree(person: Person, goal: Goal) -> Verdict:
    """Whoever reviews a goal last says how much money it keeps."""
    if SIDES.get(person.role) not in deciding_sides(goal.cycle):
        return deny("核定资金由作出审核结论的岗位办理", clause_in(goal.cycle, "workflows.goals"))
    return may_review(person, goal)


def may_promise(person: Person, _: object = None) -> Verdict:
    """The leaders promise rewards."""
    if person.role == "bureau_leader":
        return allow()
    return deny("机动金由局领导决定", national_clause("duty_offices"))
