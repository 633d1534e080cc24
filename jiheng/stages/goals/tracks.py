"""Which track a goal is on (繁简分档), by which clause, and what that asks of it.

While it is written the track follows its money; submitting freezes it with the reason, until other money is submitted.
Some of those on a light track are raised by lot as they are submitted: reviewed as heavier ones, asked for no more rows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Head
from jiheng.foundation.audit.services import record, subject_key
from jiheng.foundation.portions import portions
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.goal_checks.registry import CHECKS
from jiheng.rules.policy import DatedValue
from jiheng.rules.sampling import drawn
from jiheng.rules.tracks import (
    TRACKS_KEY,
    USUAL,
    Placed,
    Track,
    TrackFacts,
    asked_of,
    needs_of,
    place_on_track,
    raise_by_lot,
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


def form_key(goal: Goal) -> str:
    """Return the track that says what a goal's form has to hold: its own one also where a lot raised it."""
    placed = track_of(goal)
    return USUAL if placed is None else (placed.form or placed.track).key


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
    tracks = {one.key: one for one in read_tracks(rule.value)}
    own = tracks.get(goal.track)
    return None if own is None else Placed(own, basis["why"], tracks.get(basis.get("form", "")))


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
    placed = _as_it_stands(goal, rule)
    _draw_lot(goal, placed)
    _keep(goal, _by_lot(goal, placed, rule), rule)


def _draw_lot(goal: Goal, placed: Placed) -> None:
    """Draw once for a goal, as it is first submitted on a track that raises some.

    The seed is the head of the place's chain as it stands: nobody knew it while the form was written, and it stays readable
    there. Other money is no new lot: else one would submit until it does not fall.
    """
    raised, basis = placed.track.raised, goal.track_basis or {}
    if raised is None or "lot" in basis:
        return
    head = Head.objects.filter(place_id=goal.place_id).first()
    seed = f"{head.number}:{head.digest}" if head is not None else ""
    hit = drawn(seed, subject_key(goal), raised.per_cent)
    goal.track_basis = {**basis, "lot": {"seed": seed, "per_cent": str(raised.per_cent), "hit": hit}}


def _by_lot(goal: Goal, placed: Placed, rule: DatedValue) -> Placed:
    """Return the track to which the lot raises the goal where one fell on it, else the one on which it is placed."""
    lot = (goal.track_basis or {}).get("lot")
    if lot is None or not lot["hit"]:
        return placed
    to = raise_by_lot(placed, read_tracks(rule.value))
    return to if goal.state in _ways(goal.cycle, to.track.key) else placed


def _ways(cycle: Cycle, key: str) -> set[str]:
    """Return the states that goals of a track come by."""
    table = policy_for(cycle).workflows["goals"]
    return {step.from_state for step in table.steps if step.when.get("track", key) == key}


def list_changed(goal: Goal) -> None:
    """Place a submitted goal anew after its project went onto the list of key reviews or off it; inside that act.

    A goal that stands where the other track does not come by keeps its own: it has been reviewed that far.
    """
    rule = track_rule(goal.cycle)
    if rule is None or goal.track is None:
        return
    placed = _by_lot(goal, _as_it_stands(goal, rule), rule)
    if placed.track.key != goal.track and goal.state in _ways(goal.cycle, placed.track.key):
        _keep(goal, placed, rule)


def _keep(goal: Goal, placed: Placed, rule: DatedValue) -> None:
    before, clause, lot = goal.track, str(rule.clause), (goal.track_basis or {}).get("lot")
    goal.track = placed.track.key
    goal.track_basis = {
        "fen": goal.fiscal_fen + goal.other_fen, "why": placed.why, "clause": clause, "on": clock.today().isoformat(),
    }  # fmt: skip
    if lot is not None:
        goal.track_basis["lot"] = lot
    if placed.form is not None:
        goal.track_basis["form"] = placed.form.key
    goal.save(update_fields=["track", "track_basis"])
    told = {"track": placed.track.label, "before": before, "why": placed.why}
    record("goals.track", goal, told | ({"seed": lot["seed"]} if lot is not None else {}), clause)


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
        asks(placed.form or placed.track),
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


def names_of_forms(cycle: Cycle, keys: Collection[int]) -> dict[int, str]:
    """Return by goal what its form is called where what forms cost is told: whose it is, and on which track it was filled."""
    scopes, tracks = dict(Goal.SCOPES), dict(track_choices(cycle))
    found = {}
    for part in portions(sorted(keys)):
        for pk, scope, placed, basis in Goal.objects.filter(pk__in=part).values_list("pk", "scope", "track", "track_basis"):
            own = (basis or {}).get("form", placed)
            found[pk] = "，".join([scopes.get(scope, scope)] + ([f"{tracks[own]}档"] if own in tracks else []))
    return found


@dataclass(frozen=True)
class TrackShare:
    """How many goals of a year and how much of their money (fen) are on one track, and how many a lot raised to it."""

    key: str
    label: str
    goals: int
    fen: int
    raised: int


def shares_in(cycle: Cycle) -> list[TrackShare]:
    """Return the tracks of a year with what is on them, in force or under review; [] where the place has none.

    Goals that were not submitted yet are on no track and left out.
    """
    found = []
    rows = Goal.objects.filter(cycle=cycle, current=True).order_by().values("track")
    counted = rows.annotate(
        goals=Count("pk"),
        fen=Sum(F("fiscal_fen") + F("other_fen")),
        raised=Count("pk", filter=Q(track_basis__form__isnull=False)),
    )
    told = {one["track"]: (one["goals"], one["fen"], one["raised"]) for one in counted}
    for key, label in track_choices(cycle):
        goals, fen, raised = told.get(key, (0, 0, 0))
        found.append(TrackShare(key, label, goals, fen, raised))
    return found
