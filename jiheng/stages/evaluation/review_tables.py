"""Where the tables of a place have experts judge: in which state of which document."""

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow import Step
from jiheng.stages.evaluation.models import Evaluation, ExpertReview

TABLES = {"indicators": "evaluation_scheme", "report": "evaluation"}
"""By which table each document moves: the indicators with the work plan, the report with the evaluation."""


def expert_step(cycle: Cycle, document: str) -> Step | None:
    """Return the step that waits for the experts' opinions on a document; None where the place has none."""
    table = policy_for(cycle).workflows.get(TABLES[document])
    steps = table.steps if table is not None else ()
    return next((step for step in steps if "experts_judged" in step.requires), None)


def way_of(cycle: Cycle, document: str) -> list[str]:
    """Return the states from the writing of a document until experts have judged it, as the steps lead through them.

    The order of the steps tells it: frozen rules come back from PostgreSQL with their keys in another order.
    """
    table, last = policy_for(cycle).workflows[TABLES[document]], expert_step(cycle, document)
    if last is None:
        return []
    way = [table.start if document == "indicators" else "scoring"]
    while way[-1] != last.to_state:
        ahead = [one.to_state for one in table.steps if one.from_state == way[-1] and one.to_state not in way]
        if not ahead:
            raise LookupError(f"{table.key}: no step leads from {way[-1]} to {last.to_state}")
        way.append(ahead[0])
    return way


def is_reviewed(cycle: Cycle, document: str, state: str) -> bool:
    """Whether a document in this state has been through all reviews."""
    way = way_of(cycle, document)
    steps, behind = policy_for(cycle).workflows[TABLES[document]].steps, set(way[-1:])
    for _ in steps:
        behind |= {one.to_state for one in steps if one.from_state in behind} - set(way[:-1])
    return state in behind


def reviewed(cycle: Cycle) -> list[str]:
    """Return which documents experts judge in the place, in their order."""
    return [key for key in TABLES if expert_step(cycle, key) is not None]


def verdicts_on(evaluation: Evaluation, document: str, digest: str) -> list[str] | None:
    """Return what each expert who was asked about exactly this content said, "" for silence; None where none is asked."""
    if expert_step(evaluation.cycle, document) is None:
        return None
    rows = ExpertReview.objects.filter(evaluation=evaluation, document=document, content_hash=digest)
    return list(rows.order_by("pk").values_list("verdict", flat=True))
