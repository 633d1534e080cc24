"""What waits around transfers: shares to take over, and goals of receivers to answer."""

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.goals.models import Goal, TransferAnswer, TransferReceipt, TransferShare, TransferSplit
from jiheng.stages.goals.transfers.access import SPLITTERS

MOST = 50
YEAR = "split__subject_year"


def todos(person: Person) -> list[Todo]:
    """Shares in force that the person takes over, and, for who splits, approved goals that wait for an answer."""
    if person.reading:
        return []
    found = [
        Todo(
            one.split.subject_year.name,
            "承接转移支付",
            reverse("goals:transfer_take", args=[one.pk]),
            money_fen=one.amount_fen,
            detail=f"{one.split.subject_year.place}，{one.split.paper}",
        )
        for one in _to_take(person)
    ]
    return found + [
        Todo(
            one.split.subject_year.name,
            "答复承接的目标",
            reverse("goals:transfer_share", args=[one.pk]),
            money_fen=one.amount_fen,
            detail=f"{one.receiver}的目标已批复",
        )
        for one in _to_answer(person)
    ]


def _in_force() -> QuerySet[TransferShare]:
    """Return the shares of the newest issued splits of open years."""
    newest = (
        TransferSplit.objects.filter(issued_on__isnull=False, subject_year__cycle__state="open")
        .values("subject_year")
        .annotate(newest=Max("number"))
        .values("newest")
    )
    rows = TransferShare.objects.filter(split__issued_on__isnull=False, split__subject_year__cycle__state="open")
    return rows.filter(split__number=newest.filter(subject_year=OuterRef(YEAR))[:1])


def _receipts() -> QuerySet[TransferReceipt]:
    """Return what became of the share that is asked about."""
    found = TransferReceipt.objects.filter(subject_year=OuterRef(YEAR))
    return found.filter(Q(place=OuterRef("place")) | Q(unit=OuterRef("unit")))


def _shown(found: QuerySet[TransferShare]) -> QuerySet[TransferShare]:
    return found.select_related(f"{YEAR}__place", "place", "unit").order_by("pk")[:MOST]


def _to_take(person: Person) -> QuerySet[TransferShare]:
    if person.role == "unit_project":
        mine = Q(unit__in=person.own)
    elif person.role in SPLITTERS:
        mine = Q(place=person.place_id)
    else:
        return TransferShare.objects.none()
    return _shown(_in_force().filter(mine).exclude(Exists(_receipts())))


def _to_answer(person: Person) -> QuerySet[TransferShare]:
    """Approved goals of receivers about which nothing was said since they were approved."""
    if person.role not in SPLITTERS:
        return TransferShare.objects.none()
    answered = TransferAnswer.objects.filter(goal=OuterRef("pk"), share=OuterRef(OuterRef("pk")))
    waiting = Goal.objects.filter(
        subject_year__transfer_receipt__subject_year=OuterRef(YEAR), current=True, state="approved"
    ).filter(
        Q(subject_year__transfer_receipt__place=OuterRef("place")) | Q(subject_year__transfer_receipt__unit=OuterRef("unit"))
    )
    mine = _in_force().filter(split__subject_year__place=person.place_id)
    return _shown(mine.filter(Exists(waiting.exclude(Exists(answered)))))
