"""A large list merged three ways and given back marked, against the bare reading of the same file.

The list has 40 columns of words and figures; a twentieth of its rows were changed on one side, a twentieth on the
other, a few on both. Measured are the merge of rows in memory, the update of the user's file in place, and the marked
copy with a thousand mistakes. Lower bounds in the same run: for the merge calamine alone turning the same file into
Python values, for the two copies the same parts unpacked and packed again as they stream by.

`python -m bench.merging --property` tries ten thousand random merges of rows and three hundred of whole files, and
prints how many were tried.
"""

import io
import json
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from typing import Any

from bench import _measure

SIZES = (2_000, 6_000, 20_000)
COLUMNS = 40
MISTAKES = 1_000
REPEATS = 3
MERGES, FILES = 10_000, 300
PROPERTIES = ("tests/rules/test_merging.py", "tests/stages/goals/test_merged_files.py")


def measure(size: str) -> _measure.Figures:
    """Merge, update in place and mark one list; then read it with calamine alone."""
    import xlsxwriter  # noqa: PLC0415  after the set-up
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    from jiheng.foundation.sheets.found import Problem  # noqa: PLC0415
    from jiheng.foundation.sheets.mark import marked_copy  # noqa: PLC0415
    from jiheng.foundation.sheets.patch import patched  # noqa: PLC0415
    from jiheng.rules.merging import Row, merge  # noqa: PLC0415

    count, chance = int(size), random.Random(7)
    base = [Row(f"r{row}", {f"c{at}": f"内容{row}-{at}" for at in range(COLUMNS)}) for row in range(count)]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    page = book.add_worksheet("清单")
    for at in range(COLUMNS):
        page.write(0, at, f"第{at}列")
    for number, row in enumerate(base, start=1):
        for at, value in enumerate(row.cells.values()):
            page.write(number, at, value)
    book.close()
    content = target.getvalue()

    def changed(who: str) -> list[Row]:
        return [
            Row(row.key, {**row.cells, f"c{chance.randrange(COLUMNS)}": who}) if chance.random() < 0.05 else row
            for row in base
        ]

    mine, theirs = changed("甲"), changed("乙")
    held = _measure.forget_peak()
    merged = _measure.repeated(REPEATS, lambda: merge(base, mine, theirs))
    merge_mb = _measure.peak_mb() - held
    made = merge(base, mine, theirs)
    assert len(made.rows) == count
    assert made.taken
    values = {
        f"{get_column_letter(int(one.column[1:]) + 1)}{int(one.key[1:]) + 2}": one.after for one in made.taken
    }
    held = _measure.forget_peak()
    updated = _measure.repeated(REPEATS, lambda: patched(content, "清单", values))
    update_mb = _measure.peak_mb() - held
    problems = [
        Problem(f"{get_column_letter(1 + at % COLUMNS)}{2 + at % count}", "内容", f"第 {at} 处有误") for at in range(MISTAKES)
    ]
    held = _measure.forget_peak()
    marking = _measure.repeated(REPEATS, lambda: marked_copy(content, problems, sheet="清单"))
    mark_mb = _measure.peak_mb() - held
    copying = _measure.repeated(REPEATS, lambda: copied(content))

    def bare() -> int:
        read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return sum(1 for _ in read.iter_rows())

    held = _measure.forget_peak()
    reading = _measure.repeated(REPEATS, bare)
    return {
        "merge": merged.values, "merge_mb": merge_mb, "conflicts": len(made.conflicts),
        "update": updated.values, "update_mb": update_mb, "cells": len(values),
        "mark": marking.values, "mark_mb": mark_mb, "copy": copying.values,
        "read": reading.values, "read_mb": _measure.peak_mb() - held, "file_mb": len(content) / 2**20,
    }  # fmt: skip


def copied(content: bytes) -> bytes:
    """Unpack every part of a workbook and pack it again, a block at a time, and nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            with old.open(one) as source, new.open(one.filename, "w") as target:
                shutil.copyfileobj(source, target, 2**20)
    return out.getvalue()


def child(size: int) -> _measure.Figures:
    """Measure one size in a process of its own; no database is needed."""
    command = [sys.executable, "-m", "bench.merging", _measure.CHILD, str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: _measure.Figures = json.loads(done.stdout.decode().splitlines()[-1])
    return found


def report() -> None:
    """Print the figures of all sizes."""
    _measure.title(f"合并、就地更新、标注 {COLUMNS} 列的清单")
    found = [child(size) for size in SIZES]
    rows: list[tuple[str, ...]] = []
    totals: dict[str, list[float]] = {"merge": [], "update": [], "mark": []}
    for size, one in zip(SIZES, found, strict=True):
        taken = {key: _measure.Times(tuple(one[key])).median for key in ("read", "copy", *totals)}
        for key, values in totals.items():
            values.append(taken[key])
        rows.append(
            (
                f"{size:,}",
                *(f"{taken[key]:.2f}" for key in ("read", "merge", "copy", "update", "mark")),
                f"{taken['merge'] / taken['read']:.1f}",
                "／".join(f"{taken[key] / taken['copy']:.1f}" for key in ("update", "mark")),
                "／".join(f"{one[f'{key}_mb']:.0f}" for key in ("read", *totals)),
                f"{one['file_mb']:.1f}",
            )
        )
    _measure.table(
        (
            *("行", "下限：只读 s", "合并 s", "下限：解压再压 s", "就地更新 s", "标注副本 s"),
            *("合并为只读的倍数", "更新／标注为解压再压的倍数", "另用内存 MiB：读／合并／更新／标注", "文件 MiB"),
        ),
        rows,
    )
    growth = "；".join(
        f"{words} {_measure.growth(SIZES, totals[key])}"
        for key, words in (("merge", "合并"), ("update", "就地更新"), ("mark", "标注"))
    )
    print(f"增长指数：{growth}（1 为成比例）")


def property_run() -> int:
    """Try the properties in full and print how many cases there were."""
    settings: dict[str, Any] = {**os.environ, "JIHENG_MERGES": str(MERGES), "JIHENG_FILES": str(FILES)}
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PROPERTIES]
    status = subprocess.run(command, env=settings, check=False).returncode
    words = "没有一格悄悄丢失" if status == 0 else "有失败，见上"
    print(f"行的合并三条性质各 {MERGES:,} 次、整份文件 {FILES} 份，{time.perf_counter() - start:.0f} s：{words}")
    return status


if __name__ == "__main__":
    if "--property" in sys.argv:
        sys.exit(property_run())
    if sys.argv[1:2] == [_measure.CHILD]:
        print(json.dumps(measure(sys.argv[2])))
    else:
        report()
