"""Loading a budget list from Excel: checked against the register, previewed, imported whole, on the record.

The list has one initial budget and nine adjustments a project. Measured is what the page does: `upload` (read,
check every row, keep the preview) and `confirm` (read and check again under the lock, post, one audit entry).
Lower bound in the same run: calamine alone turning the same file into Python values, and the same ledger rows
inserted with the driver's own `executemany` into the same table, with its guards and indexes. Beside it, where
`requirements/bench.lock` is installed, the same list with the same rules through django-import-export: tuned as far
as it lets one, and at the smallest size with the settings that it has of itself. The processor's time is given too:
on a busy machine it says more than the clock.
"""

import io
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench import _measure

SIZES = (20_000, 50_000, 100_000)
WIDE, NARROW = 40, 7
"""Columns of the file: seven are the list's own, the others are what an export of a budget system has besides."""
ROWS_A_PROJECT = 10
REPEATS = 3  # of the bounds; the load itself is repeated at the smallest size, in new processes
AGAIN = 2
OURS, THEIRS, USUAL = "ours", "theirs", "usual"


def measure(size: str, way: str = OURS, columns: str = str(WIDE)) -> _measure.Figures:
    """Build the projects, write the list, load it; then the bare reader and the bare insert."""
    from bench import city  # noqa: PLC0415  # after the set-up
    from jiheng.channels.exchange.services import confirm, kind_named, upload  # noqa: PLC0415
    from jiheng.foundation import clock  # noqa: PLC0415
    from jiheng.registers.budgets.models import LedgerEntry  # noqa: PLC0415

    count = int(size)
    built = city.build(projects=count // ROWS_A_PROJECT, goals=False)
    city.promise(built, 10**12)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "预算.xlsx"
        write(path, count // ROWS_A_PROJECT, int(columns))
        content = path.read_bytes()
    base, person = _measure.peak_mb(), built.people["treasury"]
    if way != OURS:
        return by_import_export(content, built, person, count, base, usual=way == USUAL)
    kind = kind_named("budgets")  # a server has read its kinds of lists before the first upload
    with clock.at(date(2024, 1, 10)):
        start, spent = time.perf_counter(), time.process_time()
        batch = upload(
            kind=kind, name="预算.xlsx", content=content, person=person, budget_year=city.BUDGET_YEAR
        )
        uploaded = time.perf_counter()
        batch.refresh_from_db()
        assert batch.report["ok"], batch.report["problems"][:3]
        middle = time.perf_counter()
        confirm(batch=batch, person=person, fingerprint=batch.report["fingerprint"])
        end, spent = time.perf_counter(), time.process_time() - spent
    peak = _measure.peak_mb()
    entries = LedgerEntry.objects.filter(batch=batch)
    assert entries.count() == count, entries.count()
    held = list(entries.order_by("pk").values_list(*COLUMNS))
    return {
        "uploaded": uploaded - start,
        "confirmed": end - middle,
        "read": _measure.repeated(REPEATS, lambda: bare_read(content)).values,
        "inserted": _measure.repeated(REPEATS, lambda: bare_insert(held)).values,
        "cpu": spent,
        "bare_cpu": cpu_of(lambda: bare_read(content)) + cpu_of(lambda: bare_insert(held)),
        "file_mb": len(content) / 2**20,
        "base_mb": base,
        "peak_mb": peak,
    }


def cpu_of(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that something takes: the median of a few."""
    taken = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return sorted(taken)[REPEATS // 2]


def by_import_export(
    content: bytes, built: Any, person: Any, count: int, base: float, *, usual: bool
) -> _measure.Figures:
    """Load the same list through django-import-export."""
    from bench import _import_export  # noqa: PLC0415  # after the set-up; may not be installed
    from jiheng.foundation import clock  # noqa: PLC0415
    from jiheng.registers.cycles.models import Cycle  # noqa: PLC0415

    cycle = Cycle.objects.get(pk=built.cycle.pk)
    with clock.at(date(2024, 1, 10)):
        start, spent = time.perf_counter(), time.process_time()
        stands = _import_export.load(content, person, cycle, usual=usual)
        end, spent = time.perf_counter(), time.process_time() - spent
    assert stands == count, stands
    return {"taken": end - start, "cpu": spent, "base_mb": base, "peak_mb": _measure.peak_mb()}


OTHERS = (
    *("单位编码", "单位名称", "主管处室", "功能分类科目编码", "功能分类科目名称", "部门经济分类编码", "部门经济分类名称"),
    *("政府经济分类编码", "政府经济分类名称", "项目类别", "指标来源", "指标类别", "资金性质编码", "预算级次", "支付方式"),
    *("是否政府采购", "是否直达资金", "是否追踪", "存量标识", "上级文号", "发文时间", "收文时间", "指标余额", "已下达金额"),
    *("已支付金额", "结转金额", "录入人代码", "录入时间", "审核人代码", "审核时间", "下达批次", "来源系统", "数据时间"),
)
"""What an export of a budget system has besides: text, codes, amounts and days in turn."""


def write(path: Path, projects: int, columns: int = WIDE) -> None:
    """Write the list as a budget division would hand it in: one initial budget, then adjustments."""
    import xlsxwriter  # noqa: PLC0415  # not needed to report

    luck = random.Random(1)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("预算清单")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    more = OTHERS[: columns - NARROW]
    for at, label in enumerate(more, start=NARROW):
        page.write_string(0, at, label)
    for at, label in enumerate(("项目代码", "预算类型", "资金来源", "预算金额（万元）", "批复日期", "文号", "摘要")):
        page.write_string(0, at, label)
    row = 0
    for number in range(1, projects + 1):
        for turn in range(ROWS_A_PROJECT):
            row += 1
            page.write_string(row, 0, f"410100{number:08d}")
            page.write_string(row, 1, "预算调整" if turn else "年初预算")
            page.write_string(row, 2, "财政拨款")
            # Half a 元 in each amount: a round one may be a ten-thousandth of what was asked, and is then doubted.
            steps = luck.randint(100, 900) if turn else luck.randint(5_000, 9_000)
            page.write_number(row, 3, steps / 100 + 0.00005)
            page.write_datetime(row, 4, date(2023, 1 + turn, 20), day)
            page.write_string(row, 5, f"示财预〔2023〕{turn}号" if turn else "")
            page.write_string(row, 6, "年初预算批复" if not turn else "追加项目经费")
            for at in range(NARROW, NARROW + len(more)):
                if at % 4 == 3:
                    page.write_datetime(row, at, date(2023, 1 + turn, 1 + at % 28), day)
                elif at % 4 == 2:
                    page.write_number(row, at, luck.randint(1, 10**7) / 100)
                elif at % 4 == 1:
                    page.write_string(row, at, f"{luck.randint(1, 999):03d}{at:02d}")
                else:
                    page.write_string(row, at, f"示例{more[at - NARROW]}{luck.randint(1, 200)}")
    book.close()


def bare_read(content: bytes) -> int:
    """Turn the sheet into Python values and nothing else."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # not needed to report

    page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sum(1 for _ in page.iter_rows())


COLUMNS = ("place_id", "subject_year_id", "budget_year", "kind", "book", "source", "amount_fen", "day")
EMPTY = ("cause", "clause", "note", "reference")


def bare_insert(rows: list[Any]) -> None:
    """Insert the same ledger rows with one `executemany`, and take them back."""
    from django.db import connection, transaction  # noqa: PLC0415  # after the set-up

    names = ", ".join((*COLUMNS, *EMPTY))
    marks = ", ".join(["%s"] * len(COLUMNS) + ["''"] * len(EMPTY))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO budgets_ledgerentry ({names}) VALUES ({marks})", rows)  # noqa: S608
        transaction.set_rollback(True)


def report() -> None:
    """Measure every size and print."""
    compared = bool(_measure.beside())
    if not compared:
        print("没有装 django-import-export（requirements/bench.lock），不作对照")
    for server in _measure.servers():
        _measure.title(f"预算清单导入，每行 {WIDE} 列，{server}")
        found = [_measure.fresh("bench.budget_load", size, server=server) for size in SIZES]
        again = [_measure.fresh("bench.budget_load", SIZES[0], server=server) for _ in range(AGAIN)]
        theirs = [_measure.fresh("bench.budget_load", size, THEIRS, server=server) for size in SIZES if compared]
        usual = [_measure.fresh("bench.budget_load", size, USUAL, server=server) for size in SIZES[:1] if compared]
        totals = [one["uploaded"] + one["confirmed"] for one in found]
        rows = []
        for size, total, one in zip(SIZES, totals, found, strict=True):
            read, inserted = (_measure.Times(tuple(one[key])) for key in ("read", "inserted"))
            rows.append(
                (
                    f"{size:,}",
                    f"{one['uploaded']:.1f}",
                    f"{one['confirmed']:.1f}",
                    f"{size / total:,.0f}",
                    f"{read.median:.2f}",
                    f"{inserted.median:.2f}",
                    f"{total / (read.median + inserted.median):.1f}",
                    f"{one['cpu']:.1f}／{one['bare_cpu']:.2f}",
                    f"{one['cpu'] / one['bare_cpu']:.1f}",
                    f"{one['peak_mb']:.0f}（{one['base_mb']:.0f}）",
                )
            )
        _measure.table(
            (
                *("行", "上传核对 s", "确认导入 s", "行／秒", "下限：只读 s", "下限：只写 s", "倍数"),
                *("处理器 s／下限", "倍数（处理器）", "峰值 MiB（之前）"),
            ),
            rows,
        )
        small = _measure.Times(tuple(one["uploaded"] + one["confirmed"] for one in (found[0], *again)))
        print(f"{SIZES[0]:,} 行共 {small}；增长指数 {_measure.growth(SIZES, totals)}（1 为成比例）")
        if theirs:
            _measure.table(
                ("行", "django-import-export", "s", "为本系统的", "处理器 s", "为本系统的", "峰值 MiB（之前）"),
                [
                    (
                        f"{size:,}",
                        way,
                        f"{other['taken']:.1f}",
                        f"{other['taken'] / total:.1f} 倍",
                        f"{other['cpu']:.1f}",
                        f"{other['cpu'] / one['cpu']:.1f} 倍",
                        f"{other['peak_mb']:.0f}（{other['base_mb']:.0f}）",
                    )
                    for way, others in (("调到最快", theirs), ("照它通常的设置", usual))
                    for size, total, one, other in zip(SIZES, totals, found, others, strict=False)
                ],
            )


if __name__ == "__main__":
    _measure.run(measure, report)
