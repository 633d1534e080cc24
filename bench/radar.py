"""The radar for repeats over all projects of one place, up to a province, against holding each against each on a sample.

Made-up projects with planted repeats, all in one place, so that nothing keeps them apart but the radar itself. The
sample is held against itself pair by pair with the same judgement; what both find shows what the index passes over.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any

from bench import _measure

SIZES = (2_000, 20_000, 200_000)
SAMPLE = 1_000
_LEAST, _MOST = 0xB0A1, 0xD7F9
"""The commonest characters of GB 2312, from which names of things are made."""


def projects_of(number: int) -> tuple[list[Any], list[frozenset[int]]]:
    """Return so many projects of one place and what was planted among them, by key."""
    from tests.rules.radar.made import made_county  # noqa: PLC0415  after the set-up

    signs = [sign for row in range(_LEAST >> 8, (_MOST >> 8) + 1) for sign in _row(row)]
    pick = Random(number)
    found: list[Any] = []
    planted: list[frozenset[int]] = []
    seed = 0
    while len(found) < number:
        seed += 1
        made = made_county(seed, stems=["".join(pick.sample(signs, 2)) for _ in range(1_600)])
        first = len(found)
        for one in made.projects:
            department, unit = f"{one.department}{seed % 30}", f"{one.unit}{seed % 30}"
            found.append(replace(one, key=len(found), code=f"{seed}-{one.code}", department=department, unit=unit))
        planted += [frozenset(first + key for key in group) for groups in made.planted.values() for group in groups]
    return found[:number], [group for group in planted if max(group) < number]


def _row(row: int) -> list[str]:
    return [bytes((row, cell)).decode("gb2312") for cell in range(0xA1, 0xFA if row == _MOST >> 8 else 0xFF)]


def measure(number: str) -> _measure.Figures:
    """Run the radar once over so many projects; over the sample also pair by pair."""
    from jiheng.rules.radar.facts import Settings  # noqa: PLC0415  after the set-up
    from jiheng.rules.radar.finding import find  # noqa: PLC0415

    facts, planted = projects_of(int(number))
    settings = Settings(limit_fen=500_000_000)
    before = _measure.forget_peak()
    start = time.process_time()
    hits, counted = find(facts, settings)
    taken, peak = time.process_time() - start, _measure.peak_mb()
    members = [frozenset(hit.members) for hit in hits]
    shown: dict[Any, list[frozenset[Any]]] = {}
    for one in members:
        for key in one:
            shown.setdefault(key, []).append(one)
    seen = sum(any(2 * len(group & one) > len(group) for key in group for one in shown.get(key, ())) for group in planted)
    found = {
        "projects": counted.projects, "compared": counted.compared, "hits": len(hits), "seconds": taken, "before_mb": before,
        "radar_mb": peak, "planted": len(planted), "seen": seen,
    }  # fmt: skip
    return found | (_by_pairs(facts) if int(number) == SIZES[0] else {})


def _by_pairs(facts: Sequence[Any]) -> _measure.Figures:
    """Hold each of the sample against each: how long, how many hits, how many of them the radar finds as well."""
    from jiheng.rules.radar.facts import Settings  # noqa: PLC0415  after the set-up
    from jiheng.rules.radar.finding import find  # noqa: PLC0415
    from jiheng.rules.radar.index import Index  # noqa: PLC0415
    from jiheng.rules.radar.judging import pair_hit  # noqa: PLC0415
    from jiheng.rules.radar.reading import read  # noqa: PLC0415

    settings = Settings()
    sample = sorted(facts[:SAMPLE], key=lambda one: (one.place, one.year, one.code))
    start = time.process_time()
    index = Index(sample, [read(one) for one in sample])
    by_pairs = {
        hit.members for one, other in combinations(range(len(sample)), 2) if (hit := pair_hit(index, one, other, settings))
    }
    slow = time.process_time() - start
    start = time.process_time()
    hits, _ = find(sample, settings)
    quick = time.process_time() - start
    both = by_pairs & {hit.members for hit in hits}
    return {"sample": len(sample), "all_pairs": slow, "radar": quick, "pairs": len(by_pairs), "both": len(both)}


def report() -> None:
    """Measure every size that is asked for, or all, and print."""
    sizes = [int(one) for one in sys.argv[1:]] or list(SIZES)
    _measure.title("重复、拆分、零碎项目的筛查（一个地区）")
    found = [_measure.fresh("bench.radar", size) for size in sizes]
    _measure.table(
        ("项目", "比较的对数", "报出", "处理器秒", "每个项目 ms", "峰值 MiB（开始时）", "植入", "查出"),
        [
            (f"{one['projects']:,}", f"{one['compared']:,}", f"{one['hits']:,}", f"{one['seconds']:.1f}",
             f"{1000 * one['seconds'] / one['projects']:.2f}", f"{one['radar_mb']:.0f}（{one['before_mb']:.0f}）",
             f"{one['planted']:,}", f"{one['seen'] / one['planted']:.3f}")
            for one in found
        ],
    )  # fmt: skip
    if len(found) > 1:
        print(f"增长指数 {_measure.growth(sizes, [one['seconds'] for one in found])}")
    for one in found:
        if "sample" in one:
            times = (SIZES[-1] / one["sample"]) ** 2
            print(
                f"{one['sample']:,} 个项目两两比较 {one['all_pairs']:.1f} s，报出 {one['pairs']} 对；筛查 {one['radar']:.2f} s，"
                f"其中的 {one['both']} 对也报出（{one['both'] / max(1, one['pairs']):.3f}）。照平方推算，{SIZES[-1]:,} 个项目两两比较要 "
                f"{one['all_pairs'] * times / 3600:,.0f} 小时"
            )


if __name__ == "__main__":
    _measure.run(measure, report)
