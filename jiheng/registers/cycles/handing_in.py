"""What was handed in, on which day, due when: noted with the act itself, late or in time."""

from datetime import timedelta
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.stage import Track
from jiheng.foundation.workflow.models import Case
from jiheng.registers.cycles.deadlines import bearer_of, chain_of, window_in
from jiheng.registers.cycles.models import Handover
from jiheng.registers.cycles.queries import policy_for


def note_step(case: Case, before: str, after: str, person: Person) -> dict[str, Any]:
    """Note that a case left the state in which a task of the calendar is waited for; runs inside its act.

    Returns what the chain keeps of it: the flag of what came late.

    A step back (return, withdrawal) hands nothing in. What comes after its day goes through and carries the
    flag: the law asks for the work even when it is late.
    """
    track = _tracks().get(case._meta.label_lower)
    if track is None or not _forward(track, before, after):
        return {}
    found = window_in(track, case, before)
    if found is None:
        return {}
    cycle, today = case.cycle, clock.today()  # type: ignore[attr-defined]
    usual = policy_for(cycle).calendar[found.key].due(cycle.budget_year)
    late = max(0, (today - found.due) // timedelta(days=1))
    Handover.objects.create(
        cycle=cycle,
        item=found.key,
        label=found.label,
        subject=subject_key(case),
        organisation_id=bearer_of(track, case),
        by=str(person),
        on=today,
        due=found.due,
        late_days=late,
        extended=found.due > usual and getattr(case, "due", None) is None,
        clause=found.clause,
    )
    if not late:
        return {}
    return {"task": found.label, "due": found.due.isoformat(), "late_days": late, "due_clause": found.clause}


def _tracks() -> dict[str, Track]:
    return {label: track for stage in stages() for label, track in stage.tracks.items()}


def _forward(track: Track, before: str, after: str) -> bool:
    chain, left, reached = chain_of(track), track.items.get(before), track.items.get(after)
    if left is None:
        return False
    return reached is None or chain.index(reached) > chain.index(left)
