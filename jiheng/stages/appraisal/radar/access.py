"""Who sees which hits of the radar, who screens, who decides."""

from django.db.models import Exists, OuterRef, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.appraisal.models import RadarDecision, RadarHit, RadarMember

DECIDERS = frozenset({"division", "performance_office"})


def visible_hits(person: Person) -> QuerySet[RadarHit]:
    """Return the hits that the person may see: all of whose projects the person may see.

    A department sees what is alike among its own; that another department's project is alike, the bureau alone sees.
    """
    found = RadarHit.objects.filter(place_id=person.place_id)
    if not may_see_subjects(person):
        return found.none()
    if person.sees_whole_place:
        return found
    others = RadarMember.objects.filter(hit=OuterRef("pk")).exclude(
        year_key__in=SubjectYear.objects.filter(within(person)).values("pk")
    )
    return found.exclude(Exists(others))


def visible_decisions(person: Person) -> QuerySet[RadarDecision]:
    """Return the decisions about hits that the person may see."""
    return RadarDecision.objects.filter(hit__in=visible_hits(person))


def may_see_radar(person: Person, _: RadarHit | None = None) -> Verdict:
    """Everybody who sees projects sees what is alike among them."""
    return may_see_subjects(person)


def may_screen(person: Person, *_: object) -> Verdict:
    """The bureau's divisions and its performance office have the projects screened."""
    if person.role in DECIDERS and not person.reading:
        return allow()
    return deny("重复筛查由财政局业务股室或绩效管理股办理", national_clause("duty_offices"))


def may_judge(person: Person, hit: RadarHit) -> Verdict:
    """Who screens decides as well, about what is found in their place."""
    verdict = may_screen(person)
    if verdict and hit.place_id != person.place_id:
        return deny("只能判断本地区的项目", national_clause("duty_place"))
    return verdict
