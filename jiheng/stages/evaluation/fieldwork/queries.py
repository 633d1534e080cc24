"""What was done of an evaluation's work, how asked material stands, which items a record proves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from jiheng.foundation import clock
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.rules.money import round_half_up
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, FieldRecord, MaterialRequest

STEPS = {"scheme": "工作方案", "material": "调取材料", **dict(FieldRecord.KINDS)}
"""Every step that rules may demand and a scheme may provide for, in order."""


@dataclass(frozen=True)
class Standing:
    """How asked material stands, in words and as a tone; `late` counts the days past the last one."""

    words: str
    tone: Tone
    late: int = 0


def standing(asked: MaterialRequest) -> Standing:
    """Say whether the material came, in time or not, was refused, or is still to come."""
    until = asked.delivered_on or clock.today()
    late = max(0, (until - asked.due).days)
    if asked.delivered_on is not None:
        return Standing(f"逾期 {late} 天提供", "amber", late) if late else Standing("已提供", "green")
    if asked.refused_on is not None:
        return Standing("被拒绝提供", "red", late)
    if late:
        return Standing(f"逾期 {late} 天未提供", "red", late)
    return Standing("已签收", "blue") if asked.received_on else Standing("待签收", "grey")


def withheld(rows: QuerySet[MaterialRequest]) -> QuerySet[MaterialRequest]:
    """Return what was refused and never brought, is overdue, or came after its last day."""
    missing = Q(delivered_on=None) & (Q(refused_on__isnull=False) | Q(due__lt=clock.today()))
    return rows.filter(missing | Q(delivered_on__gt=F("due")))


def scheme_of(evaluation: Evaluation) -> EvaluationScheme | None:
    """Return the work plan of an evaluation; None while there is none."""
    return EvaluationScheme.objects.filter(evaluation=evaluation).select_related("cycle__snapshot").defer("cycle__snapshot__content").first()


def done_steps(evaluation: Evaluation) -> list[str]:
    """Return the keys of the steps that are done.

    Material counts once something was asked and every request came to an end: brought, refused or overdue.
    """
    found = []
    if EvaluationScheme.objects.filter(evaluation=evaluation, state="approved").exists():
        found.append("scheme")
    asked = list(evaluation.material_requests.all())
    if asked and all(one.delivered_on or one.refused_on or standing(one).late for one in asked):
        found.append("material")
    kinds = set(evaluation.field_records.filter(struck_at=None).values_list("kind", flat=True))
    return found + [key for key in STEPS if key in kinds]


@dataclass(frozen=True)
class StepLine:
    """One step: whether rules demand it, whether it is done."""

    key: str
    label: str
    asked: bool
    done: bool


def step_lines(evaluation: Evaluation) -> list[StepLine]:
    """Return every step in order, those that the rules demand by the rules' own words."""
    rule = rule_in(evaluation.cycle, "evaluation_fieldwork")
    asked = {str(one["key"]): str(one["label"]) for one in rule.value} if rule is not None else {}
    done = done_steps(evaluation)
    return [StepLine(key, asked.get(key, label), key in asked, key in done) for key, label in STEPS.items()]


def satisfaction(record: FieldRecord) -> Decimal | None:
    """Return how many of the answers were satisfied, per cent to two places; None where nothing was counted."""
    if not record.returned or record.satisfied is None:
        return None
    return round_half_up(Decimal(100) * record.satisfied / record.returned, 2)


def item_labels(evaluation: Evaluation) -> dict[str, str]:
    """Return the items of the evaluation's scorecard: key to label."""
    items = policy_for(evaluation.cycle).scorecards[evaluation.scorecard].items
    return {one.key: one.label for one in items}


def proofs(requests: Sequence[MaterialRequest], records: Sequence[FieldRecord]) -> Mapping[str, list[str]]:
    """Return by item of the scorecard what proves it, in words."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in requests:
        if one.item and one.delivered_on is not None:
            found[one.item].append(f"材料{one.number}")
    for record in records:
        if record.item and record.struck_at is None:
            found[record.item].append(f"{record.get_kind_display()}（{record.made_on:%m-%d}）")
    return found
