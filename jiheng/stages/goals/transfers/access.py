"""Who splits a transfer, who takes a share over, who answers what was made of it, and who sees which share."""

from django.db.models import Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.subjects.access import within
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.goals.access import visible_years
from jiheng.stages.goals.models import Goal, TransferShare, TransferSplit

KIND = "transfer"
SPLITTERS = frozenset({"division", "performance_office"})
SPLIT = "split__subject_year"


def visible_transfers(person: Person) -> QuerySet[SubjectYear]:
    """Return the transfers among the subjects and years that the person may see."""
    return visible_years(person).filter(kind=KIND)


def visible_splits(person: Person) -> QuerySet[TransferSplit]:
    """Return the splits of the transfers that the person may see; what comes from above is seen share by share."""
    found = TransferSplit.objects.filter(within(person, "subject_year__"))
    return found.select_related("subject_year__cycle__place", "subject_year__unit", "subject_year__department", "goal")


def visible_shares(person: Person) -> QuerySet[TransferShare]:
    """Return the shares of the transfers that the person may see, and issued ones that come to the person's own place or body.

    A county sees its own share and not its neighbour's.
    """
    mine = Q(unit_id__in=person.own)
    if person.sees_whole_place:
        mine |= Q(place_id=person.place_id) | Q(unit__place_id=person.place_id)
    if person.role == "department_reviewer":
        mine |= Q(unit_id__in=person.subtree)
    here = within(person, f"{SPLIT}__") | (mine & Q(split__issued_on__isnull=False))
    found = TransferShare.objects.filter(here)
    related = ("place", "unit", "split__goal", f"{SPLIT}__cycle__snapshot", f"{SPLIT}__cycle__place", f"{SPLIT}__unit")
    return found.select_related(*related).defer(f"{SPLIT}__cycle__snapshot__content")


@while_open
def may_split(person: Person, year: SubjectYear) -> Verdict:
    """The bureau's division in charge or its performance office splits a transfer of its place."""
    if year.kind != KIND:
        return deny("只有转移支付向下分解", national_clause("transfer_sums"))
    if year.place_id != person.place_id:
        return deny("只能分解本地区的转移支付", national_clause("duty_place"))
    if person.role not in SPLITTERS:
        return deny("转移支付由财政局业务股室或绩效管理股分解、下达", national_clause("duty_offices"))
    return allow()


@while_open
def may_issue(person: Person, split: TransferSplit) -> Verdict:
    """Whoever may split hands a split down, once."""
    verdict = may_split(person, split.subject_year)
    if verdict and split.issued_on is not None:
        return deny(f"第 {split.number} 次分解已于 {split.issued_on} 下达", national_clause("transfer_sums"))
    return verdict


def may_see_share(_person: Person, _share: TransferShare) -> Verdict:
    """Whoever finds the share among the visible ones."""
    return allow()


@while_open
def may_take(person: Person, share: TransferShare) -> Verdict:
    """A lower place's bureau takes its share over, a unit its own project officer; once it has been issued."""
    if share.split.issued_on is None:
        return deny("这份转移支付还没有下达", national_clause("transfer_sums"))
    if share.place_id is not None:
        if person.place_id == share.place_id and person.role in SPLITTERS:
            return allow()
        return deny("下达到地区的转移支付由当地财政局业务股室或绩效管理股承接", national_clause("duty_offices"))
    if person.role == "unit_project" and share.unit_id in person.own:
        return allow()
    return deny("下达到单位的转移支付由该单位的项目经办承接", national_clause("duty_unit"))


def may_print_region(_person: Person, goal: Goal) -> Verdict:
    """Whoever sees the goal of a transfer prints it as the form of a region."""
    if goal.subject_year.kind != KIND:
        return deny("只有转移支付的绩效目标打印区域绩效目标申报表", national_clause("transfer_sums"))
    return allow()


@while_open
def may_answer_share(person: Person, share: TransferShare) -> Verdict:
    """Who splits a transfer answers what the receivers make of it."""
    if share.split.issued_on is None:
        return deny("这份转移支付还没有下达", national_clause("transfer_sums"))
    return may_split(person, share.split.subject_year)
