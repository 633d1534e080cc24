"""Pages of taking up newer rules in a year under way (采用新版制度): what would change, asking, approving."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from jiheng.foundation import clock
from jiheng.foundation.web.pages import PageRequest, go, page
from jiheng.foundation.web.record import TitleLine
from jiheng.registers.cycles.adopting import (
    against_adoption,
    ask_adoption,
    cycle_for,
    judge_adoption,
    may_ask_adoption,
    visible_adoptions,
)
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, policy_for
from jiheng.registers.policies.dry_run import effects_on
from jiheng.registers.policies.models import Adoption
from jiheng.registers.policies.queries import current_policy, may_judge, may_see_amendments, policy_of
from jiheng.rules.policy.overrides import overrides


class WordsForm(forms.Form):
    """Why, in the words of who signs."""

    words = forms.CharField(max_length=300, required=False)


@page(may=may_see_amendments, record=cycles_in_sight)
def adopt(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """In what newer rules differ from those of the year, what they would do to its records, and who signed."""
    adoptions = list(visible_adoptions(request.person).filter(budget_year=cycle.budget_year))
    waiting = next((one for one in adoptions if getattr(one, "verdict", None) is None), None)
    newer = policy_of(waiting.after) if waiting else current_policy(cycle.place)
    differs = newer.digest != cycle.snapshot.digest
    state = "待批准" if waiting else "有新版" if differs else "没有新版"
    may_ask = waiting is None and differs and cycle.state == "open" and bool(may_ask_adoption(request.person, cycle))
    context = {
        "cycle": cycle,
        "title": TitleLine(f"{cycle}采用新版制度", unit=str(cycle.place), state=state, tone="amber" if differs else "grey"),
        "rows": overrides(policy_for(cycle), newer, cycle.budget_year, clock.today()) if differs else [],
        "groups": effects_on(cycle, newer) if differs else [],
        "waiting": waiting,
        "adoptions": adoptions,
        "against": against_adoption(cycle) if may_ask else [],
        "may_ask": may_ask,
        "may_judge": waiting is not None and bool(may_judge(request.person, waiting)),
    }
    return render(request, "cycles/adopt.html", context)


@page(may=may_ask_adoption, record=cycles_in_sight, methods=("POST",))
def adopt_ask(request: PageRequest, cycle: Cycle) -> HttpResponse:
    """Ask that the year goes on under the rules as they stand now."""
    form = WordsForm(request.POST)
    form.is_valid()
    ask_adoption(cycle=cycle, reason=form.cleaned_data.get("words", ""), person=request.person)
    messages.success(request, "已签署提出，待另一人批准。")
    return go(request, "cycles:adopt", cycle.pk)


@page(may=may_judge, record=visible_adoptions, methods=("POST",))
def adopt_judge(request: PageRequest, adoption: Adoption) -> HttpResponse:
    """Approve that the year goes on under the newer rules, or not."""
    form, approved = WordsForm(request.POST), "approved" in request.POST
    form.is_valid()
    judge_adoption(
        adoption=adoption, approved=approved, comment=form.cleaned_data.get("words", ""), person=request.person
    )
    messages.success(request, "已批准，本年度从现在起按新版制度办理。" if approved else "已退回，没有批准。")
    return go(request, "cycles:adopt", cycle_for(adoption).pk)
