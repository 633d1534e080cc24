"""What waits around express releases: goals to hand in afterwards, late ones, goals to check."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.rules.express import Standing
from jiheng.stages.goals.express.access import CHECKER, visible_releases
from jiheng.stages.goals.releases import Followed, open_releases

VERBS: dict[str, dict[Standing, str]] = {
    "unit_project": {Standing.AWAITED: "补报绩效目标", Standing.LATE: "补报绩效目标"},
    "division": {Standing.LATE: "督促补报绩效目标"},
    CHECKER: {Standing.LATE: "督促补报绩效目标", Standing.TO_CHECK: "事后核查"},
}
MOST = 50


def todos(person: Person) -> list[Todo]:
    """Releases of open years that wait for the person."""
    verbs = VERBS.get(person.role, {})
    if not verbs or person.reading:
        return []
    return [_todo(one, verbs[one.standing]) for one in open_releases(visible_releases(person)) if one.standing in verbs][:MOST]


def awaited_years(person: Person) -> set[int]:
    """Return the subjects and years whose goal is asked for already, because of money released first."""
    waiting = {Standing.AWAITED, Standing.LATE}
    return {one.release.subject_year_id for one in open_releases(visible_releases(person)) if one.standing in waiting}


def _todo(one: Followed, verb: str) -> Todo:
    late = one.standing is Standing.LATE
    return Todo(
        one.release.subject_year.name,
        verb,
        reverse("goals:expressrelease", args=[one.release.pk]),
        due=one.due if one.standing in {Standing.AWAITED, Standing.LATE} else None,
        detail=f"{one.release.kind_words}，先行下达，{one.release.paper}",
        money_fen=one.release.amount_fen,
        reason="逾期没有补报，不得再安排和支付" if late else "",
    )
