"""Figures of evaluations that cover several years."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Place
from jiheng.rules.money import fen_to_wan
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.years import years_of


def _evaluation(place: Place, year: int, code: str, span: str) -> Evaluation:
    return Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code, span=span)


@measure
def span_years(place: Place, year: int, code: str, span: str) -> str:
    """What an evaluation across years draws from the records of each: budget, payments (万元), the unit's own evaluation."""
    return "；".join(
        f"{one.year.budget_year}年，预算{fen_to_wan(one.money.budget):.2f}，执行{fen_to_wan(one.money.executed):.2f}，"
        + ("有自评" if one.own is not None else "没有自评")
        for one in years_of(_evaluation(place, year, code, span))
    )


@measure
def span_amount(place: Place, year: int, code: str, span: str) -> str:
    """The money concerned of an evaluation across years, 万元."""
    return f"{fen_to_wan(_evaluation(place, year, code, span).amount_fen):.2f}"
