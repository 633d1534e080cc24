"""The whole 盐池 scenario: time, statements, chain entries; beside it the time that the statements alone take.

Lower bound: the time spent inside the database driver, statement by statement, in the same run.
Growth: the same act (a quarter's monitoring of the same projects) at four lengths of the chain, and time
per chain entry over the quarters of the run.
"""

import time
from typing import Any

from bench import _measure

PLACE = "ningxia-yanchi"
SEEDS = ("1", "2", "3")
LIKE_ACT = ("monitor", 2022)  # the same projects each quarter


class Meter:
    """Counts the statements and the time inside them."""

    def __init__(self) -> None:
        self.statements = 0
        self.seconds = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - start
            self.statements += 1


def measure(seed: str) -> _measure.Figures:
    """Play the script once, act by act; then compare with the published figures and verify the chain."""
    from django.db import connection  # noqa: PLC0415  # after the set-up

    from jiheng.channels.scenarios import run  # noqa: PLC0415
    from jiheng.channels.scenarios.acts import perform  # noqa: PLC0415
    from jiheng.channels.scenarios.script import read_script  # noqa: PLC0415
    from jiheng.channels.scenarios.world import settle  # noqa: PLC0415
    from jiheng.foundation.audit.models import Entry  # noqa: PLC0415
    from jiheng.foundation.audit.queries import first_break  # noqa: PLC0415

    script, meter, marks, alike = read_script(PLACE), Meter(), [], []
    start = time.perf_counter()
    with connection.execute_wrapper(meter):
        told = script.place
        world = settle(
            code=told.code,
            name=told.name,
            region_code=told.region_code,
            bodies=script.bodies,
            since=script.since,
            seed=seed,
        )
        uncounted = 0.0
        for one in script.acts:
            before = time.perf_counter()
            perform(world, one.day, one.do, one.with_)
            after = time.perf_counter()
            entries = Entry.objects.count()
            marks.append((after - start - uncounted, entries))
            if (one.do, one.with_.get("year")) == LIKE_ACT:
                alike.append((entries, after - before))
            uncounted += time.perf_counter() - after
        played = time.perf_counter() - start - uncounted
        table = run.compare(world, run.read_expected(PLACE))
    compared = time.perf_counter() - start - uncounted - played
    begun = time.perf_counter()
    broken = first_break(world.place.pk)
    return {
        "played": played,
        "compared": compared,
        "statements": meter.statements - len(script.acts),
        "in_database": meter.seconds,
        "entries": marks[-1][1],
        "figures": len(table),
        "equal": sum(row.equal for row in table),
        "different": [row.label for row in table if not row.equal],
        "marks": marks,
        "alike": alike,
        "verified": time.perf_counter() - begun,
        "whole": broken is None,
    }


def report() -> None:
    """Play with several seeds and print."""
    for server in _measure.servers():
        _measure.title(f"盐池的一年，{server}")
        found = [_measure.fresh("bench.scenario", seed, server=server) for seed in SEEDS]
        _measure.table(
            ("种子", "用时 s", "语句", "其中语句本身 s（下限）", "倍数", "链上记录", "每条 ms", "相等", "峰值 MiB"),
            [
                (
                    seed,
                    f"{one['played']:.2f}",
                    one["statements"],
                    f"{one['in_database']:.2f}",
                    f"{one['played'] / one['in_database']:.1f}",
                    one["entries"],
                    f"{one['played'] / one['entries'] * 1000:.1f}",
                    f"{one['equal']}/{one['figures']}",
                    f"{one['peak_mb']:.0f}",
                )
                for seed, one in zip(SEEDS, found, strict=True)
            ],
        )
        print("用时：", _measure.Times(tuple(one["played"] for one in found)))
        print("核验全链：", _measure.Times(tuple(one["verified"] for one in found)))
        for seed, one in zip(SEEDS, found, strict=True):
            if one["different"] or not one["whole"]:
                print(f"种子 {seed}：不等 {one['different']}，链{'完整' if one['whole'] else '断裂'}")
        grown(found[0])


def grown(one: _measure.Figures) -> None:
    """Print whether the same act takes longer on a longer chain."""
    sizes = [entries for entries, _ in one["alike"]]
    taken = [seconds for _, seconds in one["alike"]]
    shown = "，".join(f"{size} 条时 {seconds:.2f} s" for size, seconds in zip(sizes, taken, strict=True))
    print(f"增长（同样的季度监控，链越来越长）：{shown}；指数 {_measure.growth(sizes, taken)}（0 为不随链长）")
    quarters, done = [], (0.0, 0)
    for part in (1, 2, 3, 4):
        mark = next(mark for mark in one["marks"] if mark[1] >= one["entries"] * part / 4)
        quarters.append((mark[0] - done[0]) / max(1, mark[1] - done[1]) * 1000)
        done = mark
    print("四个四分之一段，每条 ms：", "、".join(f"{each:.1f}" for each in quarters))


if __name__ == "__main__":
    _measure.run(measure, report)
