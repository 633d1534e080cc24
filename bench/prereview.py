"""The checks over a whole year of goals at once, and over one goal as a person fills it in.

Lower bounds in the same process, over the same rows: the pure checks alone, their facts already in memory, and the
bare reading of all columns of goals and rows. `_measure.Figures` of sizes up to a province; nothing is written.
"""

import gc
from itertools import islice
from typing import Any

from bench import _measure
from bench.sweeps import ONCE_FROM, PART, REPEATS, Taken, bounds, parts

SIZES = {"SQLite": (1_000, 4_000, 16_000), "PostgreSQL": (2_000, 20_000, 200_000)}  # projects, 12 rows each
PURE = 4_000  # goals whose facts are held in memory for the first bound, which is told for all of them
SINGLE = 200


def measure(projects: str) -> _measure.Figures:
    """Build so many projects and check the goals of their year."""
    from bench import _province  # noqa: PLC0415  # after the set-up

    return figures(_province.build(int(projects)).cycle)


def figures(cycle: Any) -> _measure.Figures:
    """Check the goals of a cycle together, by the bare rules, and one by one."""
    from jiheng.registers.cycles.queries import rules_at  # noqa: PLC0415  # after the set-up
    from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings  # noqa: PLC0415
    from jiheng.rules.goal_checks.registry import check_goal  # noqa: PLC0415
    from jiheng.stages.goals.facts import checked_facts, findings_of  # noqa: PLC0415
    from jiheng.stages.goals.models import Goal, GoalIndicator  # noqa: PLC0415
    from jiheng.stages.goals.prereview import prereview  # noqa: PLC0415
    from jiheng.stages.goals.surroundings import NOTHING  # noqa: PLC0415

    gc.collect()
    before = _measure.forget_peak()
    first = Taken()
    made = first(lambda: prereview(cycle))
    taken = [first]
    while made.rows <= ONCE_FROM and len(taken) < REPEATS:
        one = Taken()
        one(lambda: prereview(cycle))
        taken.append(one)
    best, peak = min(taken, key=lambda one: one.processor), _measure.peak_mb()
    read = Taken()
    for model, wanted in ((Goal, {"cycle": cycle}), (GoalIndicator, {"goal__cycle": cycle})):
        for _ in parts(model.objects.filter(**wanted).order_by("pk").values_list(), read):
            pass
    settings, pure = GoalSettings.of(rules_at(cycle)), Taken()
    goals = Goal.objects.filter(cycle=cycle).select_related("subject_year").order_by("pk")[:PURE]
    held = goals.prefetch_related("indicators__library").iterator(chunk_size=PART // 40)
    number = 0
    while batch := list(islice(held, PART // 40)):
        facts = [checked_facts(goal, list(goal.indicators.all()), NOTHING) for goal in batch]
        number += len(facts)

        def by_the_rules(facts: list[GoalFacts] = facts) -> None:
            for one in facts:
                check_goal(one, settings)

        pure(by_the_rules)
    pure.clock *= made.goals / number
    pure.processor *= made.goals / number
    single = _measure.repeated(1, lambda: [findings_of(goal) for goal in _some(cycle)])
    return {
        "goals": made.goals,
        "rows": made.rows,
        "found": sum(made.found.values()),
        "clock": best.clock,
        "processor": best.processor,
        "before_mb": before,
        "peak_mb": peak,
        "single": single.median / SINGLE,
        **bounds(pure, read),
    }


def _some(cycle: Any) -> Any:
    from jiheng.stages.goals.models import Goal  # noqa: PLC0415  # after the set-up

    return Goal.objects.filter(cycle=cycle).select_related("subject_year", "cycle__snapshot").order_by("pk")[:SINGLE]


def report() -> None:
    """Measure every size and print."""
    for server in _measure.servers():
        found = [_measure.fresh("bench.prereview", size, server=server) for size in SIZES[server]]
        _measure.title(f"全年目标预审，{server}")
        tell(found)


def tell(found: list[_measure.Figures]) -> None:
    """Print the figures of all sizes."""
    head = (
        *("目标", "行", "结果", "预审（处理器）", "下限：纯规则", "下限：只读全部列", "为两个下限之和的倍数"),
        *("每秒目标（每核）", "每秒行数", "单独查一份", "峰值 MiB（开始时）"),
    )
    rows = []
    for one in found:
        clock, processor = one["pure"][0] + one["read"][0], one["pure"][1] + one["read"][1]
        rows.append(
            (
                f"{one['goals']:,}",
                f"{one['rows']:,}",
                f"{one['found']:,}",
                f"{one['clock']:.2f} s（{one['processor']:.2f}）",
                f"{one['pure'][0]:.2f} s（{one['pure'][1]:.2f}）",
                f"{one['read'][0]:.2f} s（{one['read'][1]:.2f}）",
                f"{one['clock'] / clock:.2f}（{one['processor'] / processor:.2f}）",
                f"{one['goals'] / one['clock']:,.0f}（{one['goals'] / one['processor']:,.0f}）",
                f"{one['rows'] / one['clock']:,.0f}",
                f"{one['single'] * 1000:.1f} ms",
                f"{one['peak_mb']:.0f}（{one['before_mb']:.0f}）",
            )
        )
    _measure.table(head, rows)
    sizes = [one["rows"] for one in found]
    for key, label in (("clock", "按钟"), ("processor", "处理器")):
        print(f"增长指数（{label}）：{_measure.growth(sizes, [one[key] for one in found])}")


if __name__ == "__main__":
    _measure.run(measure, report)
