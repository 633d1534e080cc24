"""Reading how well third parties worked: averages over the years, who is kept away by them, the ranking."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, DecimalField, F, IntegerField, Max, QuerySet, Sum, Value, Window
from django.db.models.functions import Rank

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.experts.access import visible_evaluators
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.agency_quality import kept_away
from jiheng.rules.policy import DatedValue
from jiheng.rules.refusal import Refusal
from jiheng.stages.evaluation.access import OUTSIDE
from jiheng.stages.evaluation.models import AgencyRating, Evaluation


def floor_rule(cycle: Cycle) -> DatedValue | None:
    """Return the average below which a third party is not engaged any more; None where the rules name none."""
    rule = rule_in(cycle, "agency_quality_floor")
    return rule if rule is not None and rule.value is not None else None


def totals_by_entry(entries: Iterable[int]) -> dict[int, list[Decimal]]:
    """Return all ratings of entries of the register, over all years."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    rows = AgencyRating.objects.filter(entry__in=list(entries)).order_by("pk")
    for entry, total in rows.values_list("entry", "total"):
        found[entry].append(total)
    return found


def away(cycle: Cycle, entries: Iterable[int]) -> dict[int, str]:
    """Return who of these is not engaged because of poor work, with the reason and its clause."""
    rule = floor_rule(cycle)
    if rule is None:
        return {}
    floor = Decimal(str(rule.value))
    said = {entry: kept_away(totals, floor) for entry, totals in totals_by_entry(entries).items()}
    return {entry: f"{words}（{rule.clause}）" for entry, words in said.items() if words}


def away_body(cycle: Cycle, body: Organisation, drawn: int | None) -> Refusal | None:
    """Return why a body may not be given an evaluation for its work before; None when it may.

    `drawn` is the entry of the register that was drawn. Without a draw the body may as long as one of its entries may.
    """
    rule = floor_rule(cycle)
    entries = [drawn] if drawn is not None else list(entries_of(body).values_list("pk", flat=True))
    out = away(cycle, entries) if rule is not None else {}
    if rule is None or not out or len(out) < len(entries):
        return None
    floor, totals = Decimal(str(rule.value)), totals_by_entry(out)
    words = f"“{body}”{kept_away([one for some in totals.values() for one in some], floor)}，不再委托"
    return Refusal(words, str(rule.clause), "请改派其他第三方", "evaluator")


def entries_of(body: Organisation) -> QuerySet[Evaluator]:
    """Return who of the register belongs to a body and has not left it."""
    return Evaluator.objects.filter(organisation=body, left_on__isnull=True).order_by("pk")


def entries_for(evaluation: Evaluation) -> list[Evaluator]:
    """Return whose work on an evaluation may be rated: who was drawn for it, else the entries of its evaluator."""
    drawn = getattr(evaluation, "evaluator_draw", None)
    return [drawn.chosen] if drawn is not None else list(entries_of(evaluation.evaluator))


def ranking(person: Person, cycle: Cycle | None) -> QuerySet[Evaluator]:
    """Return who of the register in sight was rated: `summed`, `average`, `rated`, `last_rated`, `floor` and `place_in`.

    `floor` is the average that the cycle's rules demand, None where they name none; `place_in` the rank, None for
    agencies and experts, who see nobody beside themselves.
    """
    rule = floor_rule(cycle) if cycle is not None else None
    floor = Decimal(str(rule.value)) if rule is not None else None
    rows = visible_evaluators(person).annotate(
        summed=Sum("ratings__total"), average=Avg("ratings__total"), rated=Count("ratings"), last_rated=Max("ratings__made_on"),
        floor=Value(floor, output_field=DecimalField(max_digits=6, decimal_places=2)),
    )  # fmt: skip
    rank = None if person.role in OUTSIDE else Window(Rank(), order_by=F("average").desc())
    return rows.filter(rated__gt=0).annotate(
        place_in=Value(None, output_field=IntegerField()) if rank is None else rank
    )


def is_kept_away(row: Any) -> bool:
    """Whether a row of `ranking` is below the floor: sums are compared, so that no rounding decides."""
    return row.floor is not None and row.summed < row.floor * row.rated
