"""Tracks of goals in the made-up city: shares of projects and money, what each form asks, who is raised by lot.

The rules place each goal (`rules/tracks.py`) by the pack `places/bench-city`, whose lines are assumed; amounts are those of
`bench/amounts.py`. Nothing is stored and no database is needed. Minutes are worked out from what is typed and are no stopwatch.
"""

import argparse
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from bench.amounts import LEAST_SPREAD, SPREAD, WIDEST_SPREAD, amount_fen
from jiheng.rules.policy import load_policy
from jiheng.rules.sampling import drawn
from jiheng.rules.tracks import TRACKS_KEY, Track, TrackFacts, place_on_track, read_tracks

PLACES = Path(__file__).with_name("places")
PACK = "bench-city"
BUDGET_YEAR = 2023
PROJECTS = 1_516  # 郑州's projects
NEW = 9  # one in so many is new, as in `city.py`
LEVELS = (LEAST_SPREAD, SPREAD, WIDEST_SPREAD)
ROW, TEXTS, MONEY = 3, 1, 2
"""Fields that are filled: of a row picked from the library name, value and points; the objective; amount and how it was found."""
KEYS = {"row": 14, "objective": 60, "money": 40}
KEY, THINK = 0.28, 1.35
"""Seconds for a key and for a decision: Card, Moran and Newell's keystroke-level model, average typist. Chinese takes two keys a sign."""


@dataclass(frozen=True)
class Share:
    """What is on one track: per cent of projects and of money, how many a lot raised from it, its fields and minutes."""

    label: str
    projects: Decimal
    money: Decimal
    raised: int
    fields: int
    minutes: Decimal


def tracks_of_city() -> tuple[dict[str, Track], int]:
    """Return the tracks of the made-up city by key, in their order, and the fewest rows that a goal has elsewhere."""
    os.environ["JIHENG_PACKS"] = str(PLACES)
    policy = load_policy(PACK)
    found = read_tracks(policy.value(TRACKS_KEY, budget_year=BUDGET_YEAR).value)
    return {one.key: one for one in found}, int(policy.value("goal_min_indicators", budget_year=BUDGET_YEAR).value)


def shares(tracks: Sequence[Track], usual: int, *, projects: int = PROJECTS, spread: float = SPREAD, seed: int = 1) -> dict[str, Share]:
    """Place so many made-up projects on the tracks; by key what is on each. `usual` rows are asked where a track says nothing."""
    luck = Random(seed)
    count: Counter[str] = Counter()
    money: Counter[str] = Counter()
    raised: Counter[str] = Counter()
    for number in range(projects):
        fen = amount_fen(luck, spread)
        facts = TrackFacts(fen, change="new" if number % NEW == 0 else "continuing")
        own = place_on_track(facts, tracks, {}).track
        count[own.key] += 1
        money[own.key] += fen
        if own.raised is not None and drawn(f"{seed}:{spread}", str(number), own.raised.per_cent):
            raised[own.key] += 1
    return {
        one.key: Share(
            one.label,
            _per_cent(count[one.key], projects),
            _per_cent(money[one.key], money.total()),
            raised[one.key],
            *_effort(usual if one.fewest is None else one.fewest),
        )
        for one in tracks
    }


def _per_cent(part: int, whole: int) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"))


def _effort(rows: int) -> tuple[int, Decimal]:
    """Return the fields of a form of so many rows, and the minutes that typing and deciding take."""
    fields = rows * ROW + TEXTS + MONEY
    keys = 2 * (rows * KEYS["row"] + KEYS["objective"] + KEYS["money"])
    return fields, Decimal((keys * KEY + fields * THINK) / 60).quantize(Decimal("0.1"))


def main() -> None:
    """Print the shares for each spread and several seeds."""
    given = argparse.ArgumentParser(description="造出来的市里，各档的项目和资金各占多少")
    given.add_argument("--projects", type=int, default=PROJECTS, help="项目数")
    given.add_argument("--seeds", type=int, default=20, help="每种分布造几次")
    asked = given.parse_args()
    tracks, usual = tracks_of_city()
    for spread in LEVELS:
        found = [
            shares(list(tracks.values()), usual, projects=asked.projects, spread=spread, seed=seed)
            for seed in range(1, asked.seeds + 1)
        ]
        print(f"离散 {spread}，{asked.projects:,} 个项目，造 {asked.seeds} 次（中位，括号内为最小和最大）")
        for key in tracks:
            some = [one[key] for one in found]
            print(
                f"  {some[0].label}档：项目 {_range([one.projects for one in some])}%，资金 {_range([one.money for one in some])}%，"
                f"随机提档 {_range([Decimal(one.raised) for one in some])} 个，"
                f"至少填 {some[0].fields} 处，推算 {some[0].minutes} 分钟"
            )


def _range(values: list[Decimal]) -> str:
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]}（{ordered[0]}～{ordered[-1]}）"


if __name__ == "__main__":
    main()
