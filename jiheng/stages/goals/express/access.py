"""Who sees express releases, who decides them, who checks the goal afterwards."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.subjects.access import within
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.models import ExpressRelease

DECIDER = "bureau_leader"
CHECKER = "performance_office"


def visible_releases(person: Person) -> QuerySet[ExpressRelease]:
    """Return the express releases of the projects that the person may see."""
    found = ExpressRelease.objects.filter(within(person, "subject_year__")).prefetch_related("checks__goal")
    related = (
        "subject_year__subject", "subject_year__unit", "subject_year__department", "subject_year__cycle__snapshot",
        "subject_year__cycle__place",
    )  # fmt: skip
    return found.select_related(*related).defer("subject_year__cycle__snapshot__content")


def may_decide(person: Person, _: object = None) -> Verdict:
    """The leaders of the bureau decide that money goes before its goal."""
    if person.role == DECIDER:
        return allow()
    return deny("先行下达由局领导决定", national_clause("goal_express_release"))


def may_see_release(_person: Person, _release: ExpressRelease) -> Verdict:
    """Whoever finds the release among the visible ones."""
    return allow()


@while_open
def may_check(person: Person, release: ExpressRelease) -> Verdict:
    """The performance office checks the goal that followed, but not who decided the release."""
    if person.role != CHECKER:
        return deny("补报的绩效目标由绩效管理股核查", release.clause)
    if person.user_id == release.user_id:
        return deny("先行下达是您决定的，事后核查须由另一人办理", national_clause("duty_offices"))
    return allow()
