"""How many planted inconsistencies the checks find, and what they name besides: `python -m tests.rules.published.measure`.

Made-up tables first, each defect in each dress; then, where ../shared/data lies beside the project, the real
published tables with defects planted into them.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

from jiheng.rules.published.report import report
from tests.rules.published.mutations import MUTATIONS, REPRINTS
from tests.rules.published.twins import DEFECTS, DRESSES, Table, clean_table, goes_with

PROJECTS = Path(__file__).parents[4] / "shared" / "data" / "projects.jsonl"


@dataclass
class Tally:
    """Planted inconsistencies by check: how many, how many named, and what was named that was not planted."""

    planted: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    besides: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    alarms: int = 0
    wrong: list[str] = field(default_factory=list)

    def plant(self, name: str, check: str, before: Counter[str], after: Counter[str]) -> None:
        """Count one planted defect by what the checks named before and after."""
        self.planted[check] += 1
        extra = after - before - Counter([check])
        hit = after[check] > before[check]
        self.named[check] += hit
        for other, count in extra.items():
            self.besides[other] += count
        if extra or not hit:
            self.wrong.append(f"{name}：{dict(before)} → {dict(after)}")

    def reprint(self, name: str, before: Counter[str], after: Counter[str]) -> None:
        """Count one table printed otherwise, that says the same."""
        self.tables += 1
        self.alarms += sum((after - before).values()) + sum((before - after).values())
        if before != after:
            self.wrong.append(f"{name}：{dict(before)} → {dict(after)}")


def found(table: Table) -> Counter[str]:
    """The checks that the table fails."""
    findings = report(0, table)["findings"]
    assert isinstance(findings, list)
    return Counter(finding["check"] for finding in findings)


def _dressed(table: Table, dress: Callable[[Table], None]) -> Table:
    twin = deepcopy(table)
    dress(twin)
    return twin


def made_up(seeds: range) -> Tally:
    """Clean tables in every dress, and every defect in every dress that it goes with."""
    tally = Tally()
    for seed in seeds:
        base = clean_table(Random(seed))
        for name, dress in DRESSES.items():
            tally.reprint(f"{seed} {name}", Counter(), found(_dressed(base, dress)))
        for defect, check in DEFECTS.items():
            broken = _dressed(base, defect)
            tally.plant(f"{seed} {defect.__name__}", check, Counter(), found(broken))
            for name, dress in DRESSES.items():
                if goes_with(defect, name):
                    twin = _dressed(broken, dress)
                    tally.plant(f"{seed} {defect.__name__} {name}", check, Counter(), found(twin))
    return tally


def real_tables() -> Iterator[Table]:
    """The published tables beside the project; none where the folder is absent."""
    if PROJECTS.exists():
        for line in PROJECTS.read_text(encoding="utf-8").splitlines():
            yield json.loads(line, parse_float=Decimal)


def published() -> Tally:
    """Real tables printed otherwise, and with one defect planted into each that has the figures for it."""
    tally = Tally()
    for number, table in enumerate(real_tables()):
        before = found(table)
        for name, change in REPRINTS.items():
            twin = deepcopy(table)
            change(twin)
            tally.reprint(f"{number} {name}", before, found(twin))
        for name, (check, mutation) in MUTATIONS.items():
            twin = deepcopy(table)
            if not before[check] and mutation(twin):
                tally.plant(f"{number} {name}", check, before, found(twin))
    return tally


def in_words(title: str, tally: Tally) -> str:
    """The counts as a table."""
    lines = [title, f"{'核对':<24}{'植入':>8}{'报告':>8}{'漏报':>8}{'另外多报':>8}"]
    for check in sorted(tally.planted | tally.besides):
        planted, named = tally.planted[check], tally.named[check]
        lines.append(f"{check:<26}{planted:>8}{named:>10}{planted - named:>10}{tally.besides[check]:>10}")
    planted, named = sum(tally.planted.values()), sum(tally.named.values())
    lines.append(f"{'合计':<24}{planted:>8}{named:>10}{planted - named:>10}{sum(tally.besides.values()):>10}")
    lines.append(f"换一种印法而意思不变的表 {tally.tables} 张，结论改变的 {tally.alarms} 处")
    return "\n".join([*lines, *(f"  ✗ {one}" for one in tally.wrong[:40])])


if __name__ == "__main__":
    sys.stdout.write(in_words("仿真表", made_up(range(int((sys.argv[1:] or ["20"])[0])))) + "\n\n")
    if PROJECTS.exists():
        sys.stdout.write(in_words("真实公开表", published()) + "\n")
