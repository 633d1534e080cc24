"""Scoring a year's self-evaluations: read in batches, judged by the pure rules, written in bulk.

Three ways over the same rows of a generated city, in the same process:

- `rescore_all`: read, judge what was typed, add up, grade, compare with what stands; nothing written;
- the same with every row's points and calculation written back in bulk;
- one by one, as a page saves one form (`save_results` with its entry in the chain), on a sample.

Lower bounds: the pure rules alone over facts already in memory, and the bare reading of the same columns.
Between them stands what reading the typed texts costs (`judged` over rows in memory).
"""

import time
from itertools import islice
from typing import Any

from bench import _measure

SIZES = (1_000, 4_000, 16_000)  # indicator rows
REPEATS = 5
SAMPLE = 20


def measure(rows: str) -> _measure.Figures:
    """Build a city with about so many rows to score, and measure each way."""
    from django.db import transaction  # noqa: PLC0415  # after the set-up

    from bench import city  # noqa: PLC0415
    from jiheng.rules.scoring.registry import score  # noqa: PLC0415
    from jiheng.stages.evaluation.judging import LineData, judged, read_actual  # noqa: PLC0415
    from jiheng.stages.evaluation.models import SelfLine  # noqa: PLC0415
    from jiheng.stages.evaluation.services.sweep import LINE_COLUMNS, ROW_COLUMNS, rescore_all  # noqa: PLC0415
    from jiheng.stages.goals.targets import scored_as  # noqa: PLC0415

    projects = round(int(rows) / len(city.ROWS) * 10 / 9)
    built = city.build(units=max(5, projects // 5), projects=projects)
    base = _measure.peak_mb()
    cycle, year = built.cycle, built.cycle.budget_year
    lines = SelfLine.objects.filter(evaluation__cycle=cycle)

    swept = rescore_all(cycle)
    assert swept.differences == (), swept.differences[:3]
    rescored = _measure.repeated(REPEATS, lambda: rescore_all(cycle))

    def written() -> None:
        waiting = lines.select_related("indicator").order_by("pk").iterator(chunk_size=city.BATCH)
        with transaction.atomic():
            while batch := list(islice(waiting, city.BATCH)):
                for line in batch:
                    told = LineData(line.actual_text, line.tier, line.claimed, line.reason)
                    found = judged(line.indicator, told, year).points
                    assert found is not None
                    line.points, line.calculation = found.points, found.explanation[:300]
                SelfLine.objects.bulk_update(batch, ["points", "calculation"], batch_size=250)

    wrote = _measure.repeated(REPEATS, written)
    facts: list[tuple[str, Any, Any]] = []
    texts: list[tuple[Any, LineData]] = []
    for line in lines.select_related("indicator"):
        told = LineData(line.actual_text, line.tier, line.claimed, line.reason)
        row = line.indicator
        texts.append((row, told))
        facts.append((row.method, scored_as(row, year), read_actual(row, told)))

    def pure() -> None:
        for method, indicator, actual in facts:
            score(method, indicator, actual)

    def reading() -> None:
        for row, told in texts:
            judged(row, told, year)

    columns = (*LINE_COLUMNS, *ROW_COLUMNS)
    read = _measure.repeated(REPEATS, lambda: list(lines.order_by("pk").values_list(*columns)))
    return {
        "rows": swept.rows,
        "evaluations": swept.evaluations,
        "rescored": rescored.values,
        "written": wrote.values,
        "pure": _measure.repeated(REPEATS, pure).values,
        "judged": _measure.repeated(REPEATS, reading).values,
        "read": read.values,
        "single": one_by_one(cycle),
        "base_mb": base,
    }


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
        _measure.title(f"自评计分，{server}")
        found = [_measure.fresh("bench.scoring_sweep", size, server=server) for size in SIZES]
        medians = {
            key: [_measure.Times(tuple(one[key])).median for one in found]
            for key in ("rescored", "written", "pure", "read")
        }
        _measure.table(
            (
                "行",
                "复算对照",
                "计分并成批写回",
                "下限：内存中的纯规则",
                "同上，连同读懂所填文字",
                "下限：只读这些列",
                "逐份保存（推算）",
                "峰值 MiB（建好数据时）",
            ),
            [
                (
                    f"{one['rows']:,}",
                    *(str(_measure.Times(tuple(one[key]))) for key in ("rescored", "written", "pure", "judged", "read")),
                    f"{one['single'] * one['rows']:.1f} s",
                    f"{one['peak_mb']:.0f}（{one['base_mb']:.0f}）",
                )
                for one in found
            ],
        )
        rows = [one["rows"] for one in found]
        floor = [pure + read for pure, read in zip(medians["pure"], medians["read"], strict=True)]
        for key, label in (("rescored", "复算对照"), ("written", "计分并写回")):
            times = "、".join(f"{one / least:.1f}" for one, least in zip(medians[key], floor, strict=True))
            pace = "、".join(f"{size / taken:,.0f}" for size, taken in zip(rows, medians[key], strict=True))
            print(f"{label}：每秒 {pace} 行；为下限（纯规则＋只读）的 {times} 倍；增长指数 {_measure.growth(rows, medians[key])}")


if __name__ == "__main__":
    _measure.run(measure, report)
