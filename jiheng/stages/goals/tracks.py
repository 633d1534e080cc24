"""Which track a goal is on (繁简分档), by which clause, and what that asks of it.

While it is written the track follows its money; submitting freezes it with the reason, until other money is submitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiheng.foundation import clock
from jiheng.foundation.audit.services import record
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_checks.registry import CHECKS
from jiheng.rules.policy import DatedValue
from jiheng.rules.tracks import (
    TRACKS_KEY,
    USUAL,
    Placed,
    Track,
    TrackFacts,
    asked_of,
    needs_of,
    place_on_track,
    read_tracks,
)
from jiheng.stages.goals.models import Goal, KeyReview


def track_rule(cycle: Cycle) -> DatedValue | None:
    """Return the list of tracks of a cycle's rules; None where the place treats all goals alike."""
    return rule_in(cycle, TRACKS_KEY)


def track_key(goal: Goal) -> str:
    """Return the track by which rows of a table part; the usual one where the place has no tracks."""
    placed = track_of(goal)
    return USUAL if placed is None else placed.track.key


def track_of(goal: Goal) -> Placed | None:
    """Return the goal's track with the reason: the frozen one while its money is the same, else as things stand."""
    rule = track_rule(goal.cycle)
    if rule is None:
        return None
    frozen = _frozen(goal, rule)
    return frozen if frozen is not None else _as_it_stands(goal, rule)


def _frozen(goal: Goal, rule: DatedValue) -> Placed | None:
    basis = goal.track_basis
    if goal.track is None or basis is None or basis["fen"] != goal.fiscal_fen + goal.other_fen:
        return None
    own = next((one for one in read_tracks(rule.value) if one.key == goal.track), None)
    return None if own is None else Placed(own, basis["why"])


def _as_it_stands(goal: Goal, rule: DatedValue) -> Placed:
    tracks, year = read_tracks(rule.value), goal.subject_year
    asked = any(name == "listed" for one in tracks for name, _ in one.needs)
    facts = TrackFacts(
        fen=goal.fiscal_fen + goal.other_fen,
        kind=year.kind,
        change=year.change,
        major=year.is_major,
        listed=asked and KeyReview.objects.filter(subject_year=year, struck_on=None).exists(),
    )
    return place_on_track(facts, tracks, _words(goal.cycle))


def _words(cycle: Cycle) -> Mapping[str, str]:
    return {**policy_for(cycle).subject_kinds, **dict(SubjectYear.CHANGES)}


def freeze_track(goal: Goal) -> None:
    """Keep the track that a goal has as it is submitted; inside the act of the step. Other money places it anew."""
    rule = track_rule(goal.cycle)
    if rule is None or _frozen(goal, rule) is not None:
        return
    _keep(goal, _as_it_stands(goal, rule), rule)


def list_changed(goal: Goal) -> None:
    """Place a submitted goal anew after its project went onto the list of key reviews or off it; inside that act.

    A goal that stands where the other track does not come by keeps its own: it has been reviewed that far.
    """
    rule = track_rule(goal.cycle)
    if rule is None or goal.track is None:
        return
    placed, table = _as_it_stands(goal, rule), policy_for(goal.cycle).workflows["goals"]
    ways = {step.from_state for step in table.steps if step.when.get("track", placed.track.key) == placed.track.key}
    if placed.track.key != goal.track and goal.state in ways:
        _keep(goal, placed, rule)


def _keep(goal: Goal, placed: Placed, rule: DatedValue) -> None:
    before, clause = goal.track, str(rule.clause)
    goal.track = placed.track.key
    goal.track_basis = {
        "fen": goal.fiscal_fen + goal.other_fen, "why": placed.why, "clause": clause, "on": clock.today().isoformat(),
    }  # fmt: skip
    goal.save(update_fields=["track", "track_basis"])
    record("goals.track", goal, {"track": placed.track.label, "before": before, "why": placed.why}, clause)


@dataclass(frozen=True)
class TrackTold:
    """A goal's track as its page shows it: why, by which clause, what it asks; `others` are all tracks of the place."""

    label: str
    why: str
    clause: str
    frozen: bool
    asked: list[str]
    others: list[tuple[str, str, str]]


def track_told(goal: Goal) -> TrackTold | None:
    """Return what the page of a goal tells of its track; None where the place has none."""
    rule = track_rule(goal.cycle)
    placed = track_of(goal)
    if rule is None or placed is None:
        return None
    words = _words(goal.cycle)

    def asks(track: Track) -> list[str]:
        return asked_of(track, _branches(goal.cycle), {key: check.label for key, check in CHECKS.items()})

    return TrackTold(
        placed.track.label,
        placed.why,
        str(rule.clause),
        _frozen(goal, rule) is not None,
        asks(placed.track),
        [(one.label, needs_of(one, words), "；".join(asks(one))) for one in read_tracks(rule.value)],
    )


def _branches(cycle: Cycle) -> dict[str, str]:
    rule = rule_in(cycle, "goal_branches")
    rows: list[dict[str, Any]] = rule.value if rule is not None else []
    return {one["key"]: one["label"] for row in rows for one in (row, *row.get("children", []))}


def track_choices(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the tracks of a cycle's rules by key, for the list's filter."""
    rule = track_rule(cycle)
    return [] if rule is None else [(one.key, one.label) for one in read_tracks(rule.value)]
