"""What waits around express releases: goals to hand in afterwards, late ones, goals to check."""

from collections.abc import Sequence

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


def in_sight(person: Person) -> list[Followed]:
    """Return the releases of open years that are not done, for those whose desk tells of them."""
    if person.role not in VERBS and not person.is_unit:
        return []
    return open_releases(visible_releases(person))


def todos(person: Person, releases: Sequence[Followed]) -> list[Todo]:
    """What of the releases in sight waits for the person."""
    verbs = VERBS.get(person.role, {})
    if person.reading:
        return []
    return [_todo(one, verbs[one.standing]) for one in releases if one.standing in verbs][:MOST]


def awaited_years(releases: Sequence[Followed]) -> set[int]:
    """Return the subjects and years whose goal is asked for already, because of money released first."""
    return {one.release.subject_year_id for one in releases if one.standing in {Standing.AWAITED, Standing.LATE}}


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
