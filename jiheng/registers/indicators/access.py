"""Who sees the indicator library, and who keeps it."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.rules.policy.clauses import national_clause

PROPOSERS = frozenset({"unit_project", "unit_head", "department_reviewer", "division", "performance_office"})


def own_indicators(person: Person) -> QuerySet[LibraryIndicator]:
    """Return the library that the person's place keeps itself, retired ones included: old goals refer to them."""
    return LibraryIndicator.objects.filter(place_id=person.place_id)


def visible_indicators(person: Person) -> QuerySet[LibraryIndicator]:
    """Return the library of the person's place, and what others hand down to it or share with it."""
    return indicators_of(person.place_id)


def indicators_of(place_id: int) -> QuerySet[LibraryIndicator]:
    """Return what a place may pick from: its own, what places above hand down, what its neighbours share.

    Those of others only while they are in use.
    """
    above, beside = _around(place_id)
    reach = Q(place_id__in=above, reach="handed") | Q(place_id__in=[*above[:1], *beside], reach="shared")
    if not above:
        return LibraryIndicator.objects.filter(place_id=place_id)
    return LibraryIndicator.objects.filter(Q(place_id=place_id) | reach & Q(retired_on=None))


def places_of(place_id: int) -> list[int]:
    """Return the places whose indicators may be among those that a place picks from, itself first."""
    above, beside = _around(place_id)
    return [place_id, *above, *beside]


def _around(place_id: int) -> tuple[list[int], list[int]]:
    """Return the places above one, the nearest first, and those beside it under the same upper place."""
    parents = dict(Place.objects.values_list("pk", "parent_id"))
    above: list[int] = []
    at = parents.get(place_id)
    while at is not None and at not in above:
        above.append(at)
        at = parents.get(at)
    beside = [one for one, parent in parents.items() if above and parent == above[0] and one != place_id]
    return above, beside


def visible_proposals(person: Person) -> QuerySet[Proposal]:
    """Return the proposals of the person's place: everybody who uses the library sees how it comes about."""
    return Proposal.objects.filter(place_id=person.place_id)


def may_see_library(person: Person, *_record: object) -> Verdict:
    """Everybody on the business side reads the library."""
    if person.role in {"system_admin", "security_admin", "audit_admin"}:
        return deny(f"“{person.role_label}”不接触业务数据", national_clause("duty_separation"))
    return allow()


def may_keep_library(person: Person, indicator: object = None) -> Verdict:
    """The performance office loads the starter set and says how far its place's indicators reach.

    What an indicator says is written by nobody alone: it is proposed, reviewed and published. What others share or
    hand down they keep.
    """
    if isinstance(indicator, LibraryIndicator) and indicator.place_id != person.place_id:
        return deny("共享和下发的指标由其所属地区维护", national_clause("duty_place"))
    if person.role == "performance_office":
        return allow()
    return deny(
        "指标库由财政局绩效管理股维护；单位可在申报目标时自拟指标并说明理由",
        national_clause("duty_indicator_library"),
    )


def may_propose(person: Person, *_record: object) -> Verdict:
    """Units, departments and the bureau's offices take part in building the library."""
    if person.role in PROPOSERS and not person.reading:
        return allow()
    return deny("指标建议由单位、主管部门和财政局股室提出", national_clause("duty_indicator_library"))


def may_act_on_proposal(person: Person, proposal: Proposal) -> Verdict:
    """Who reviews and publishes does so by the workflow; a draft is moved by who wrote it."""
    if proposal.state == "drafted" and proposal.proposed_by_id != person.user_id:
        return deny("待提交的建议由提出人办理", national_clause("duty_separation"))
    if person.role in PROPOSERS | {"bureau_leader"} and not person.reading:
        return allow()
    return deny("指标建议由财政局审核、发布", national_clause("duty_indicator_library"))


def may_rewrite(person: Person, proposal: Proposal) -> Verdict:
    """Who wrote a proposal changes it while it is a draft."""
    if proposal.state == "drafted" and proposal.proposed_by_id == person.user_id:
        return allow()
    return deny("只有提出人可以在提交前修改建议", national_clause("duty_separation"))
