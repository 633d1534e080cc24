"""The rules in force can be found by any word of them, with their clauses."""

from collections.abc import Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.web.pages import anyone
from jiheng.foundation.web.searching import Hit, Looked
from jiheng.registers.policies.queries import current_policy, policy_of
from jiheng.registers.policies.reading import RuleLine, rules_by_stage


def look(person: Person, cycle: Any, words: Sequence[str], most: int) -> list[Hit]:
    """Return values of the rules frozen for the year, or of the pack where no year is open."""
    place, query = place_of(person), " ".join(words)
    policy = policy_of(cycle.snapshot) if cycle is not None else current_policy(place)
    year = cycle.budget_year if cycle is not None else clock.today().year
    lines = (line for group in rules_by_stage(policy, place, year, clock.today(), query) for line in group.rules)
    address = f"{reverse('policies:list')}?{urlencode({'q': query})}"
    return [Hit(one.label, f"{address}#rule-{one.key}", detail=_said(one)) for one in islice(lines, most)]



def _said(line: RuleLine) -> str:
    """Return the value in force in words, with its clause."""
    return f"{'；'.join(line.value.lines)}（{line.value.clause}）" if line.value else ""


SEARCHED = [Looked("policies", "制度", ("规定", "条款"), "policies:list", anyone, look)]
