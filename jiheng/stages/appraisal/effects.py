"""What other rules would do to appraisals: who must have one, who no longer."""

from django.urls import reverse

from jiheng.foundation.web.stage import Effect
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.appraisal import appraisal_trigger
from jiheng.stages.appraisal.facts import request_of


def effects(cycle: Cycle, other: Cycle) -> list[Effect]:
    """Return the subjects of the year that cross the line of 事前绩效评估, by the rule that the library asks."""
    now, then = rules_at(cycle), rules_at(other)
    found = []
    for year in SubjectYear.objects.filter(cycle_id=cycle.pk).select_related("unit", "subject").order_by("pk"):
        before, after = (appraisal_trigger(rules, request_of(year)) for rules in (now, then))
        if bool(before) != bool(after):
            found.append(
                Effect(
                    "须不须做事前绩效评估",
                    year.name,
                    f"{'须做' if before else '不须做'}：{before.reason}",
                    f"{'须做' if after else '不须做'}：{after.reason}",
                    reverse("subjects:detail", args=[year.pk]),
                    str(year.unit),
                    year.requested_fen,
                )
            )
    return found
