"""Two sweeps over a whole year: self-evaluations scored again, and deviations of monitoring found again.

Each reads in batches, holds what stands there against the frozen rules and names what differs; nothing is written.
Lower bounds in the same process, over the same rows: the pure rules alone, their facts already in memory (points row
by row, execution rate, total and grade; deviations, light and forecast), and the bare reading of the same columns.
Both walk the rows once, a part at a time, so that a province fits too. Beside them one by one, as a page saves one
form (`save_results` with its entry in the chain), on a sample.

Time is told twice: by the clock, and of the processor in this process; on a busy machine only the second compares.
PostgreSQL works in a process of its own, which only the clock sees.
"""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bench import _measure

SIZES = {"SQLite": (1_000, 4_000, 16_000), "PostgreSQL": (2_000, 20_000, 200_000)}  # projects, 12 rows each
REPEATS, ONCE_FROM = 3, 500_000  # more rows are swept once
PART, REPORTS = 20_000, 400
SAMPLE = 20


@dataclass
class Taken:
    """Seconds of several stretches of one work, by the clock and of the processor."""

    clock: float = 0.0
    processor: float = 0.0

    def __call__(self, work: Callable[[], Any]) -> Any:
        """Do a part of the work and count its time."""
        clock, processor = time.perf_counter(), time.process_time()
        done = work()
        self.clock += time.perf_counter() - clock
        self.processor += time.process_time() - processor
        return done


def measure(projects: str) -> _measure.Figures:
    """Build so many projects and measure both sweeps."""
    from bench import _province  # noqa: PLC0415  # after the set-up

    built = _province.build(int(projects))
    return figures(built.cycle) | {"single": one_by_one(built.cycle)}


def figures(cycle: Any) -> _measure.Figures:
    """Measure both sweeps and their lower bounds over what a year holds."""
    return {"scoring": scoring(cycle), "deviations": deviating(cycle)}


def scoring(cycle: Any) -> _measure.Figures:
    """Score the year again; then the pure rules and the bare reading over the same rows."""
    from jiheng.rules.scoring.registry import score  # noqa: PLC0415  # after the set-up
    from jiheng.rules.scoring.self_evaluation import execution_points, total_from  # noqa: PLC0415
    from jiheng.stages.evaluation.judging import LineData, judged, read_actual  # noqa: PLC0415
    from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine  # noqa: PLC0415
    from jiheng.stages.evaluation.services import sweep  # noqa: PLC0415
    from jiheng.stages.goals.targets import scored_as  # noqa: PLC0415

    year, rules = cycle.budget_year, sweep.rules_of(cycle)
    found = swept(lambda: sweep.rescore_all(cycle))
    pure, read = Taken(), Taken()
    records = SelfEvaluation.objects.filter(cycle=cycle).exclude(state="draft").order_by("pk")
    lines = SelfLine.objects.filter(evaluation__cycle=cycle).order_by("pk")
    for _ in parts(records.values_list(*sweep.RECORD_COLUMNS), read):
        pass
    for _ in parts(lines.values_list(*sweep.COLUMNS), read):
        pass
    held = lines.select_related("indicator").iterator(chunk_size=PART)
    while batch := list(islice(held, PART)):
        facts, forms = [], dict[int, list[Any]]()
        for line in batch:
            row, told = line.indicator, LineData(line.actual_text, line.tier, line.claimed)
            facts.append((row.method, scored_as(row, year), read_actual(row, told)))
            points = judged(row, told, year).points
            forms.setdefault(line.evaluation_id, []).append((row.weight, points.points if points else None))
        money = SelfEvaluation.objects.filter(pk__in=list(forms)).values_list("pk", "budget_fen", "executed_fen")
        whole = [(budget, paid, forms[pk]) for pk, budget, paid in money]

        def by_the_rules(facts: Any = facts, whole: Any = whole) -> None:
            for method, indicator, actual in facts:
                score(method, indicator, actual)
            for budget, paid, scored in whole:
                execution, _ = execution_points(budget, paid, rules.weight, rules.places)
                total_from(execution, scored, rules.grades)

        pure(by_the_rules)
    return found | bounds(pure, read)


def deviating(cycle: Any) -> _measure.Figures:
    """Find the year's deviations again; then the pure rules and the bare reading over the same rows."""
    from jiheng.rules.monitoring import deviations, forecast_execution, light_of  # noqa: PLC0415  # after the set-up
    from jiheng.stages.monitoring.facts import monitoring_facts, monitoring_lines  # noqa: PLC0415
    from jiheng.stages.monitoring.models import MonitoringReport, Reading, Warning  # noqa: PLC0415
    from jiheng.stages.monitoring.services import sweep  # noqa: PLC0415

    lines = monitoring_lines(cycle)
    found = swept(lambda: sweep.find_again(cycle))
    pure, read = Taken(), Taken()
    reports = MonitoringReport.objects.filter(cycle=cycle).order_by("pk")
    for columns in (
        reports.values_list(*sweep.RECORD_COLUMNS),
        Reading.objects.filter(report__cycle=cycle).order_by("pk").values_list(*sweep.COLUMNS),
        Warning.objects.filter(report__cycle=cycle).order_by("pk").values_list(*sweep.FOUND_COLUMNS),
    ):
        for _ in parts(columns, read):
            pass
    held = reports.select_related("cycle", "checkpoint").iterator(chunk_size=REPORTS)
    while batch := list(islice(held, REPORTS)):
        said: dict[int, list[Reading]] = {one.pk: [] for one in batch}
        rows = Reading.objects.filter(report__gte=batch[0].pk, report__lte=batch[-1].pk).select_related("indicator")
        for one in rows.order_by("report_id", "indicator__position"):
            said[one.report_id].append(one)
        facts = [monitoring_facts(report, said[report.pk]) for report in batch]

        def by_the_rules(facts: Any = facts) -> None:
            for one in facts:
                light_of(deviations(one, lines))
                forecast_execution(one)

        pure(by_the_rules)
    return found | bounds(pure, read)


def swept(work: Callable[[], Any]) -> _measure.Figures:
    """Sweep some times; the fastest counts, its memory with it. What a generated year holds is what the rules say."""
    gc.collect()
    before = _measure.forget_peak()
    taken: list[Taken] = []
    rows = 0
    while len(taken) < (1 if rows > ONCE_FROM else REPEATS):
        one = Taken()
        result = one(work)
        if result.differences:
            raise SystemExit(f"a generated year differs from its own rules: {result.differences[0]}")
        rows = result.rows
        taken.append(one)
    best = min(taken, key=lambda one: one.processor)
    return {
        "rows": rows,
        "clock": best.clock,
        "processor": best.processor,
        "before_mb": before,
        "peak_mb": _measure.peak_mb(),
    }


def bounds(pure: Taken, read: Taken) -> _measure.Figures:
    """Return the two lower bounds as figures."""
    return {"pure": (pure.clock, pure.processor), "read": (read.clock, read.processor)}


def parts(rows: Any, taken: Taken) -> Iterator[list[Any]]:
    """Read a part at a time, counting nothing but the reading."""
    waiting = taken(lambda: rows.iterator(chunk_size=PART))
    while part := taken(lambda: list(islice(waiting, PART))):
        yield part


def one_by_one(cycle: Any) -> float:
    """Return the seconds a row when forms are saved one by one through the service, on a sample."""
    from django.utils import timezone  # noqa: PLC0415  # after the set-up

    from jiheng.foundation.accounts.person import person_of  # noqa: PLC0415
    from jiheng.foundation.accounts.services import appoint, create_user  # noqa: PLC0415
    from jiheng.stages.evaluation.models import SelfEvaluation  # noqa: PLC0415
    from jiheng.stages.evaluation.services.self_evaluations import LineData, save_results  # noqa: PLC0415

    rows, spent = 0, 0.0
    some = SelfEvaluation.objects.filter(cycle=cycle).select_related("cycle__snapshot", "subject_year__unit", "goal")
    for number, record in enumerate(some[:SAMPLE]):
        unit = record.subject_year.unit
        user = create_user(username=f"clerk.{number}", name="经办", password=None)
        begun = timezone.localdate().replace(year=2020)
        person = person_of(appoint(user=user, organisation=unit, role="unit_project", valid_from=begun))
        SelfEvaluation.objects.filter(pk=record.pk).update(state="draft")
        record.refresh_from_db()
        told = {
            line.pk: LineData(line.actual_text, line.tier, line.claimed, line.reason) for line in record.lines.all()
        }
        start = time.perf_counter()
        save_results(evaluation=record, lines=told, actual_objective=record.actual_objective, person=person)
        spent += time.perf_counter() - start
        rows += len(told)
    return spent / rows


def report() -> None:
    """Measure every size and print."""
    for server in _measure.servers():
        found = [_measure.fresh("bench.sweeps", size, server=server) for size in SIZES[server]]
        for key, label in (("scoring", "自评复算"), ("deviations", "偏差复查")):
            _measure.title(f"{label}，{server}")
            tell([one[key] for one in found])
        paces = "、".join(f"{one['single'] * 1000:.1f} ms" for one in found)
        print(f"逐份保存自评（由 {SAMPLE} 份推算），每行：{paces}")


def tell(found: list[_measure.Figures]) -> None:
    """Print the figures of one sweep at all sizes."""
    rows = []
    for one in found:
        clock, processor = one["pure"][0] + one["read"][0], one["pure"][1] + one["read"][1]
        rows.append(
            (
                f"{one['rows']:,}",
                f"{one['clock']:.2f} s（{one['processor']:.2f}）",
                f"{one['pure'][0]:.2f} s（{one['pure'][1]:.2f}）",
                f"{one['read'][0]:.2f} s（{one['read'][1]:.2f}）",
                f"{one['clock'] / clock:.2f}（{one['processor'] / processor:.2f}）",
                f"{one['rows'] / one['clock']:,.0f}",
                f"{one['peak_mb']:.0f}（{one['before_mb']:.0f}）",
            )
        )
    head = ("行", "复算（处理器）", "下限：纯规则", "下限：只读这些列", "为两个下限之和的倍数", "每秒行数", "峰值 MiB（开始时）")
    _measure.table(head, rows)
    sizes = [one["rows"] for one in found]
    for key, label in (("clock", "按钟"), ("processor", "处理器")):
        print(f"增长指数（{label}）：{_measure.growth(sizes, [one[key] for one in found])}")


if __name__ == "__main__":
    _measure.run(measure, report)
