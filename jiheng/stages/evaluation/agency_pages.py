"""Pages of the quality of third parties' work: the ranking, one rating, the form on which it is made."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation.audit.queries import history
from jiheng.foundation.web.fields import AmountField
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page
from jiheng.foundation.web.record import TitleLine, told
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.access import (
    may_rate_agency,
    may_see_ratings,
    visible_evaluations,
    visible_ratings,
)
from jiheng.stages.evaluation.agency_quality import entries_for, floor_rule, is_kept_away, ranking
from jiheng.stages.evaluation.forms import typed_points
from jiheng.stages.evaluation.models import AgencyRating, Evaluation
from jiheng.stages.evaluation.pages import title_of
from jiheng.stages.evaluation.services.agency_ratings import RatingData, quality_card, rate_agency


def _state(row: Any) -> str:
    return "不再委托" if is_kept_away(row) else "可以委托"


def _tone(row: Any) -> Tone:
    return "red" if is_kept_away(row) else "green"


AGENCIES = Table(
    key="agencies",
    title="第三方工作质量",
    unit="个",
    columns=(
        Column("rank", "名次", "place_in", kind="number", sort="place_in"),
        Column("name", "名称", "name", sort="name", card=True),
        Column("kind", "类别", "get_kind_display", sort="kind"),
        Column("organisation", "所在机构", "organisation.name", sort="organisation__name"),
        Column("average", "平均分", "average", kind="points", sort="average", card=True, help="历次评分的平均，各年都算"),
        Column("rated", "评分次数", "rated", kind="number", sort="rated", card=True),
        Column("last", "最近评分", "last_rated", kind="day", sort="last_rated"),
        Column("state", "委托", _state, kind="state", tone=_tone, card=True),
    ),
    facets=(Facet("kind", "类别", Evaluator.KINDS),),
    search=("name", "organisation__name"),
    search_label="名称、机构",
    order="-average",
    empty=Empty("还没有评过第三方的工作质量", "第三方承担的评价结果确定后，绩效管理股在评价页评分。"),
)  # fmt: skip


@page(may=may_see_ratings)
def agencies(request: PageRequest) -> HttpResponse:
    """Third parties by the average of their ratings; below the floor of the rules they are not engaged."""
    cycle = current_cycle(request)
    latest = visible_ratings(request.person)[:50]
    context = {"floor": floor_rule(cycle) if cycle is not None else None, "latest": latest}
    return list_page(request, AGENCIES, ranking(request.person, cycle), template="evaluation/agencies.html", context=context)


@page(may=may_see_ratings, record=visible_ratings)
def rating(request: PageRequest, one: AgencyRating) -> HttpResponse:
    """One rating: every item with the reason for lost points, the opinion, the fee where it hangs on it."""
    card = quality_card(one.evaluation)
    grades = policy_for(one.evaluation.cycle).grades[card.grades]
    context = {
        "one": one,
        "title": TitleLine(
            f"{one.entry}　评价工作质量", unit=str(one.entry.organisation), state=grades.band(one.grade).label,
            tone="green" if one.grade in {"excellent", "good"} else "amber",
        ),
        "rows": [(item, *one.points.get(item.key, ("", ""))) for item in card.items],
        "clauses": [one.clause],
        "history": told(history(one)),
        "may_open": visible_evaluations(request.person).filter(pk=one.evaluation_id).exists(),
    }  # fmt: skip
    return render(request, "evaluation/rating.html", context)


class RateForm(forms.Form):
    """For whom, and the agreed fee where it hangs on the quality."""

    entry = forms.TypedChoiceField(label="承担评价的", coerce=int, empty_value=None)
    fee_fen = AmountField(label="约定费用（万元）", required=False)

    def __init__(self, data: Any, *, entries: list[Evaluator], paid: bool) -> None:
        super().__init__(data)
        self.fields["entry"].choices = [(one.pk, one.name) for one in entries]  # type: ignore[attr-defined]
        if len(entries) < 2:
            del self.fields["entry"]
        if not paid:
            del self.fields["fee_fen"]


@page(may=may_rate_agency, record=visible_evaluations, methods=("GET", "POST"))
def rate(request: PageRequest, record: Evaluation) -> HttpResponse:
    """Rate a third party's work item by item, once."""
    card = quality_card(record)
    shares = rule_in(record.cycle, "agency_fee_shares")
    posted = request.POST if request.method == "POST" else None
    form = RateForm(posted, entries=entries_for(record), paid=shares is not None and shares.value is not None)
    refusals: list[Refusal] = []
    if posted is not None:
        points, reasons, refusals = typed_points({item.key: item.label for item in card.items}, posted)
        if not form.is_valid():
            refusals += [mistake(f"{form.fields[key].label}：{one[0]}", where=key) for key, one in form.errors.items()]
        if not refusals:
            given = form.cleaned_data
            data = RatingData(points, reasons, posted.get("opinion", ""), given.get("fee_fen"), given.get("entry"))
            try:
                made = rate_agency(evaluation=record, told=data, person=request.person)
            except Refused as refused:
                refusals = refused.refusals
            else:
                messages.success(request, f"已评 {made.total} 分，并告知{made.evaluation.evaluator}。")
                return go(request, "evaluation:rating", made.pk)
    wrong: dict[str, list[Refusal]] = {}
    for one in refusals:
        wrong.setdefault(one.where, []).append(one)
    context = {
        "record": record,
        "title": title_of(record),
        "name": "评第三方工作质量",
        "form": form,
        "rows": [
            {
                "item": item,
                "points": posted.get(f"points-{item.key}", "") if posted is not None else "",
                "reason": posted.get(f"reason-{item.key}", "") if posted is not None else "",
                "wrong": wrong.get(item.key, []),
            }
            for item in card.items
        ],
        "opinion": posted.get("opinion", "") if posted is not None else "",
        "clause": str(policy_for(record.cycle).clause_of(card)),
        "refusals": refusals,
    }
    return (invalid if posted is not None else render)(request, "evaluation/rate_agency.html", context)
