"""The page that tries out other gates: other score lines, another limit. It reads and writes nothing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.fields import AmountField, NumberField
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, page
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.rules.appraisal import CONCLUSIONS
from jiheng.rules.gate_simulation import LIMIT, Crossing, Lines, Turned
from jiheng.rules.money import Fen
from jiheng.stages.appraisal.access import may_simulate
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.simulation import (
    appraisals_by_key,
    department_names,
    limit_tried,
    lines_of,
    lines_tried,
    parts_of_crossing,
    parts_of_turned,
    years_by_key,
)

SHOWN = 200
"""So many rows of a number are listed; the rest is said to be there."""


class GateForm(forms.Form):
    """Lines and a limit to try out; what is left empty stays as it is."""

    supported = NumberField(label="予以支持，至少（分）", minimum=Decimal(0), maximum=Decimal(1000), required=False)
    revised = NumberField(label="调整完善后予以支持，至少（分）", minimum=Decimal(0), maximum=Decimal(1000), required=False)
    limit_fen = AmountField(label="须评估的金额下限（万元）", required=False, help_text="写 0 为不设下限；不试算的空着。")

    def lines(self, now: Lines) -> Lines | None:
        """Return the lines tried; None when none was typed."""
        given = self.cleaned_data
        if given["supported"] is None and given["revised"] is None:
            return None
        supported = now.supported if given["supported"] is None else given["supported"]
        revised = now.revised if given["revised"] is None else given["revised"]
        # Whoever raises the lower line above the upper one means that nothing below it gets in.
        return Lines(max(supported, revised), revised)

    def limit(self) -> tuple[bool, Decimal | None]:
        """Return whether a limit is tried, and which, in 元 (None: no limit)."""
        fen = self.cleaned_data["limit_fen"]
        return fen is not None, Decimal(fen) / 100 if fen else None


@dataclass(frozen=True)
class Line:
    """One row behind a number: what it is, whose, before and after, the money in fen."""

    name: str
    url: str
    department: str
    points: Decimal | None
    before: str
    after: str
    fen: Fen


@dataclass(frozen=True)
class Shown:
    """The rows behind the number that was pressed: the first of them, and how many there are."""

    name: str
    rows: list[Line]
    count: int
    fen: Fen


@page(may=may_simulate)
def simulate(request: PageRequest) -> HttpResponse:
    """At 75 instead of 60: which projects, which departments, how much; another limit: who must be appraised, who no more."""
    person, cycle = request.person, current_cycle(request)
    tried = any(key in request.GET for key in ("supported", "revised", "limit_fen"))
    form = GateForm(request.GET if tried else None)
    context: dict[str, Any] = {"cycle": cycle, "form": form, "today": clock.today()}
    if cycle is not None:
        context |= {
            "now": lines_of(cycle), "limit": rule_in(cycle, LIMIT), "version": cycle.snapshot.digest[:12],
            "grades": policy_for(cycle).clause_of(policy_for(cycle).grades[card_in(cycle).grades]),
        }  # fmt: skip
        if form.is_bound and form.is_valid():
            context |= _tried(person, cycle, form, request.GET.get("show", ""))
    return render(request, "appraisal/simulate.html", context)


def _tried(person: Person, cycle: Cycle, form: GateForm, show: str) -> dict[str, Any]:
    names = department_names(person, cycle)
    found: dict[str, Any] = {}
    lines = form.lines(lines_of(cycle))
    if lines is not None:
        rows, changed = lines_tried(person, cycle, lines)
        sides = {"out": [one for one in changed if one.falls_out], "in": [one for one in changed if one.comes_in]}
        sides["other"] = [one for one in changed if not one.falls_out and not one.comes_in]
        found |= {
            "lines": lines, "scored": len(rows), "changed": len(changed), "differing": _differing(rows, lines_of(cycle)),
            "sides": [(key, _SIDES[key], len(some), sum(one.at_stake for one in some)) for key, some in sides.items()],
            "changed_parts": parts_of_turned(changed, names), "at_stake": sum(one.at_stake for one in changed),
        }  # fmt: skip
        if show.startswith("line-"):
            found["shown"] = _shown_lines(person, show.removeprefix("line-"), changed, sides, names)
    asked, yuan = form.limit()
    if asked:
        years, crossed = limit_tried(person, cycle, yuan)
        ways = {"more": [one for one in crossed if one.then], "less": [one for one in crossed if not one.then]}
        found |= {
            "limited": True, "yuan_fen": None if yuan is None else int(yuan * 100), "years": len(years), "crossed": len(crossed),
            "ways": [(key, _WAYS[key], len(some), sum(one.row.request.amount_fen for one in some)) for key, some in ways.items()],
            "crossed_parts": parts_of_crossing(crossed, names),
        }  # fmt: skip
        if show.startswith("limit-"):
            found["shown"] = _shown_limit(person, show.removeprefix("limit-"), crossed, ways, names)
    return found


_SIDES = {"out": "不再支持", "in": "变为支持", "other": "换一种支持"}
_WAYS = {"more": "变为须评估", "less": "变为不须评估"}


def _differing(rows: list[Any], now: Lines) -> int:
    """How many were concluded otherwise than their score proposes: the trial looks at the score alone."""
    return sum(now.conclusion(one.points, vetoed=one.vetoed) != one.conclusion for one in rows)


def _shown_lines(
    person: Person, what: str, changed: list[Turned], sides: dict[str, list[Turned]], names: dict[int, str]
) -> Shown | None:
    some = sides.get(what) if what in sides else [one for one in changed if f"d{one.row.department}" == what]
    title = _SIDES.get(what) or names.get(int(what[1:]) if what[1:].isdecimal() else 0, "结论改变")
    if what == "all":
        some, title = changed, "结论改变"
    if some is None:
        return None
    held = appraisals_by_key(person, [one.row.key for one in some[:SHOWN]])
    rows = [
        Line(
            held[one.row.key].subject_year.name, reverse("appraisal:detail", args=[one.row.key]), names.get(one.row.department, ""),
            one.row.points, CONCLUSIONS[one.before], CONCLUSIONS[one.after], one.at_stake,
        )
        for one in some[:SHOWN]
    ]  # fmt: skip
    return Shown(title, rows, len(some), sum(one.at_stake for one in some))


def _shown_limit(
    person: Person, what: str, crossed: list[Crossing], ways: dict[str, list[Crossing]], names: dict[int, str]
) -> Shown | None:
    some = ways.get(what) if what in ways else [one for one in crossed if f"d{one.row.department}" == what]
    title = _WAYS.get(what) or names.get(int(what[1:]) if what[1:].isdecimal() else 0, "跨过限额")
    if what == "all":
        some, title = crossed, "跨过限额"
    if some is None:
        return None
    held = years_by_key(person, [one.row.key for one in some[:SHOWN]])
    rows = [
        Line(
            held[one.row.key].name, reverse("subjects:detail", args=[one.row.key]), names.get(one.row.department, ""),
            None, one.now.reason, one.then.reason, one.row.request.amount_fen,
        )
        for one in some[:SHOWN]
    ]  # fmt: skip
    return Shown(title, rows, len(some), sum(one.row.request.amount_fen for one in some))
