"""How much should be taken back in all and of whom first: worked out in the database, whatever the number of reports.

The arithmetic is that of `rules.recapture`, which goes on to tell each project's facts and calculation; a test holds
both against each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest, Least

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.kept import Kept, kept
from jiheng.foundation.web.pages import whole
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.monitoring import time_progress
from jiheng.rules.recapture import Ground
from jiheng.stages.monitoring.models import Checkpoint, Measure, Reading, Warning
from jiheng.stages.monitoring.recapture.finding import (
    Candidate,
    candidates,
    checkpoint_before,
    due_of,
    grounds_of,
    latest_checkpoint,
    looked_at,
)

PAGE_SIZE = 50
FEN = BigIntegerField()


@dataclass(frozen=True)
class Asked:
    """How many projects should give money back, how much in fen, and by when the first of them."""

    number: int = 0
    money: int = 0
    first: date | None = None


def _uncorrected(checkpoint: Checkpoint) -> Q:
    overdue = Measure.objects.filter(
        report__cycle=checkpoint.cycle_id, report__checkpoint__as_of__lte=checkpoint.as_of,
        done_on__isnull=True, due__lt=clock.today(),
    )  # fmt: skip
    found = Q(subject_year__in=overdue.values("report__subject_year"))
    before = checkpoint_before(checkpoint)
    if before is None:
        return found
    money = Q(reading__isnull=True) & Q(Exists(_same(before, None)))
    indicator = Q(Exists(_same(before, "reading__indicator__lineage")))
    again = Warning.objects.filter(report__checkpoint=checkpoint).filter(money | indicator)
    return found | Q(pk__in=again.values("report"))


def _same(before: Checkpoint, lineage: str | None) -> QuerySet[Warning]:
    """The same warning of the same project at the checkpoint before: of the same indicator, or of money alike."""
    rows = Warning.objects.filter(
        report__checkpoint=before, report__subject_year=OuterRef("report__subject_year"), rule=OuterRef("rule")
    )
    if lineage is None:
        return rows.filter(reading__isnull=True)
    return rows.filter(reading__indicator__lineage=OuterRef(lineage))


def _whole(condition: Q) -> Case:
    return Case(When(condition, then=F("unspent")), default=Value(0), output_field=FEN)


def _behind(checkpoint: Checkpoint) -> Any:
    share = time_progress(checkpoint.as_of, checkpoint.cycle.budget_year) / 100
    double = Value(2 * share.denominator, output_field=FEN)
    half_up = F("budget") * Value(2 * share.numerator, output_field=FEN) + Value(share.denominator, output_field=FEN)
    return Least(half_up / double - F("paid"), F("unspent"), output_field=FEN)


AMOUNTS: Mapping[str, Callable[[Checkpoint], Any]] = {
    "uncorrected": lambda checkpoint: _whole(_uncorrected(checkpoint)),
    "unattainable": lambda checkpoint: _whole(
        Q(pk__in=Reading.objects.filter(report__checkpoint=checkpoint, likelihood="impossible").values("report"))
    ),
    "behind_calendar": _behind,
    "idle": lambda checkpoint: _whole(
        Q(pk__in=Warning.objects.filter(report__checkpoint=checkpoint, rule="idle_money").values("report"))
    ),
}


def _rows(checkpoint: Checkpoint, grounds: Sequence[Ground], person: Person) -> QuerySet[Any, Any]:
    """Return the reports whose money should be taken back, each with the most that a ground asks for as `asked`."""
    posted = "subject_year__ledger__"

    def sum_of(*kinds: str) -> Cast:
        return Cast(Sum(f"{posted}amount_fen", filter=Q(**{f"{posted}kind__in": kinds}), default=0), FEN)

    rows: QuerySet[Any, Any] = looked_at(checkpoint, person).order_by().values("pk", "subject_year")
    rows = rows.annotate(budget=sum_of(*LedgerEntry.BUDGET_KINDS), paid=sum_of("payment"))
    rows = rows.annotate(unspent=Greatest(F("budget") - F("paid"), Value(0), output_field=FEN))
    for ground in grounds:
        if ground.key not in AMOUNTS:
            raise LookupError(f"没有“{ground.key}”这种收回情形（{ground.clause}）")
        rows = rows.annotate(**{f"by_{ground.key}": AMOUNTS[ground.key](checkpoint)})
    amounts = [F(f"by_{one.key}") for one in grounds]
    most = Greatest(*amounts, output_field=FEN) if len(amounts) > 1 else amounts[0]
    found: QuerySet[Any, Any] = rows.annotate(asked=most).filter(asked__gt=0)
    return found


def asked_in_all(cycle: Cycle, person: Person) -> Kept[Asked]:
    """Return how much should be taken back by the latest monitoring and is not proposed yet, as the person sees it.

    One query over the reports, kept while nothing is written.
    """
    grounds, checkpoint = grounds_of(cycle), latest_checkpoint(cycle)
    if not grounds or checkpoint is None:
        return Kept(Asked())
    opened = checkpoint

    def work() -> Asked:
        days = {one.key: due_of(cycle, one)[0] for one in grounds}
        until = [
            When(**{f"by_{key}": F("asked")}, then=Value(day, output_field=DateField())) for key, day in days.items()
        ]
        rows = _rows(opened, grounds, person).annotate(until=Case(*until, output_field=DateField()))
        found = rows.aggregate(number=Count("pk"), money=Sum("asked"), first=Min("until"))
        return Asked(found["number"], int(found["money"] or 0), found["first"])

    key = f"recapture:{checkpoint.pk}:{person.role}:{person.organisation_id}"
    return kept(person.place_id, key, work, least=0)


@dataclass(frozen=True)
class CandidatePage:
    """Some of those whose money should be taken back, most money first; `next` names the page behind it."""

    rows: tuple[Candidate, ...] = ()
    next: str = ""


def candidate_page(cycle: Cycle, person: Person, *, after: str = "", size: int = PAGE_SIZE) -> CandidatePage:
    """Return a page of the candidates with facts and calculation, told by the rules; a fixed number of queries.

    `after` is the `next` of the page before; anything else starts at the first page.
    """
    grounds, checkpoint = grounds_of(cycle), latest_checkpoint(cycle)
    if not grounds or checkpoint is None:
        return CandidatePage()
    rows = _rows(checkpoint, grounds, person)
    fen, _, key = after.partition(".")
    money, pk = whole(fen), whole(key)
    if money is not None and pk is not None:
        rows = rows.filter(Q(asked__lt=money) | Q(asked=money, pk__gt=pk))
    found = list(rows.order_by("-asked", "pk").values_list("asked", "pk")[: size + 1])
    told = candidates(cycle, person, only=[pk for _, pk in found[:size]]) if found else []
    behind = f"{found[size - 1][0]}.{found[size - 1][1]}" if len(found) > size else ""
    return CandidatePage(tuple(told), behind)
