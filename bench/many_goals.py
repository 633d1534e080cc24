"""One file with the goals of a unit's projects: read and merged, written, given back updated.

Every project has twelve rows; the file changes three of them. Measured is what the page or the worker does: reading
with all checks and the merge against what stands, then the same again under the lock and the writing, with an entry
in the chain for each goal. Lower bound in the same run: calamine alone turning the same file into Python values, and
the same indicator rows inserted with the driver's own `executemany` into the same table.
"""

import io
import time
from datetime import date
from typing import Any

from bench import _measure

SIZES = (10, 100, 1_000)
REPEATS = 3
CHANGED = (0, 4, 11)
"""Places of the rows whose value the file changes, in each project."""


def measure(size: str) -> _measure.Figures:
    """Build the unit, hand the list out, change it, bring it back; then the bare reader and the bare insert."""
    from django.db import connection  # noqa: PLC0415  # after the set-up

    from bench import city  # noqa: PLC0415
    from jiheng.foundation import clock  # noqa: PLC0415
    from jiheng.foundation.audit.models import Entry  # noqa: PLC0415
    from jiheng.foundation.sheets.upload import keep_workbook  # noqa: PLC0415
    from jiheng.stages.goals.many import apply_many, handed_out, read_many, updated  # noqa: PLC0415

    count = int(size)
    built = city.build(units=1, projects=count, evaluated=False)
    person = drafted(built)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the database does by itself once rows have stood for a while
    with clock.at(date(2022, 11, 10)):
        start = time.perf_counter()
        handed_out(person, built.cycle)
        handed = time.perf_counter() - start
        content = changed_list(person, built.cycle)
        digest = keep_workbook(name="清单.xlsx", content=content).digest
        before, base = Entry.objects.count(), _measure.peak_mb()
        start, spent = time.perf_counter(), time.process_time()
        told = read_many(person, built.cycle, "清单.xlsx", digest)
        read = time.perf_counter() - start
        assert told.ok, told.problems[:3]
        assert len(told.changed) == count, len(told.changed)
        middle = time.perf_counter()
        written = apply_many(
            person=person, cycle=built.cycle, name="清单.xlsx", digest=digest, seen=told.seen, choices={}
        )
        end, spent = time.perf_counter(), time.process_time() - spent
        assert written == count, written
        peak = _measure.peak_mb()
        held = indicator_rows()
        found = {
            "handed": handed,
            "read": read,
            "written": end - middle,
            "cpu": spent,
            "bare_cpu": cpu_of(lambda: bare_read(content)) + cpu_of(lambda: bare_insert(held)),
            "bare": _measure.repeated(REPEATS, lambda: both(content, held)).values,
            "entries": Entry.objects.count() - before,
            "rows": len(held),
            "file_mb": len(content) / 2**20,
            "base_mb": base,
            "peak_mb": peak,
        }
        start = time.perf_counter()
        updated(person, built.cycle, "清单.xlsx", digest)
        return found | {"updated": time.perf_counter() - start}


def drafted(built: Any) -> Any:
    """Take all goals back to where they are written, and return the officer of the unit who writes them."""
    from jiheng.foundation.accounts.models import Organisation  # noqa: PLC0415  # after the set-up
    from jiheng.foundation.accounts.person import person_of  # noqa: PLC0415
    from jiheng.foundation.accounts.services import appoint, create_user  # noqa: PLC0415
    from jiheng.registers.cycles.queries import policy_for  # noqa: PLC0415
    from jiheng.stages.goals.models import Goal  # noqa: PLC0415

    Goal.objects.update(state=policy_for(built.cycle).workflows["goals"].start, approved_on=None)
    user = create_user(username="bench.unit_project", name="项目经办", password=None)
    unit = Organisation.objects.get(place=built.place, kind="unit")
    return person_of(appoint(user=user, organisation=unit, role="unit_project", valid_from=date(2020, 1, 1)))


def changed_list(person: Any, cycle: Any) -> bytes:
    """The list as it is handed out, with a few values of every project changed."""
    from jiheng.stages.goals import many  # noqa: PLC0415  # after the set-up
    from jiheng.stages.goals.many_book import goal_lines, many_book  # noqa: PLC0415
    from jiheng.stages.goals.offline import as_base, cells_of  # noqa: PLC0415

    lines: list[dict[str, Any]] = []
    base: dict[str, Any] = {}
    for year, goal in many.fillable(person, cycle):
        assert goal is not None
        cells = cells_of(goal)
        base[str(goal.pk)] = as_base(goal, cells)
        own = goal_lines(year.subject.code, year.name, cells)
        for at in CHANGED:
            own[at] |= {"explanation": "按年度计划核定", "weight": own[at]["weight"]}
        lines += own
    return many_book(cycle, lines, {"goals": base}, many.branches_of(cycle))


def indicator_rows() -> list[Any]:
    """Every indicator as a tuple of its columns, without its key."""
    from jiheng.stages.goals.models import GoalIndicator  # noqa: PLC0415  # after the set-up

    own = [one.attname for one in GoalIndicator._meta.concrete_fields if not one.primary_key]
    fields = [one for one in GoalIndicator._meta.concrete_fields if not one.primary_key]
    from django.db import connection  # noqa: PLC0415

    return [
        tuple(one.get_db_prep_save(value, connection) for one, value in zip(fields, row, strict=True))
        for row in GoalIndicator.objects.order_by("pk").values_list(*own)
    ]


def cpu_of(work: Any) -> float:
    """Return the seconds of the processor that something takes: the median of a few."""
    taken = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return sorted(taken)[REPEATS // 2]


def bare_read(content: bytes) -> int:
    """Turn the sheet into Python values and nothing else."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # not needed to report

    page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sum(1 for _ in page.iter_rows())


def both(content: bytes, rows: list[Any]) -> None:
    """Read the sheet and insert the rows, bare."""
    bare_read(content)
    bare_insert(rows)


def bare_insert(rows: list[Any]) -> None:
    """Insert the same indicator rows with one `executemany`, and take them back."""
    from django.db import connection, transaction  # noqa: PLC0415  # after the set-up

    from jiheng.stages.goals.models import GoalIndicator  # noqa: PLC0415

    names = [str(one.column) for one in GoalIndicator._meta.concrete_fields if not one.primary_key]
    marks = ", ".join(["%s"] * len(names))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO goals_goalindicator ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608
        transaction.set_rollback(True)


def report() -> None:
    """Measure every size and print."""
    for server in _measure.servers():
        _measure.title(f"多个项目一个文件，{server}")
        found = [_measure.fresh("bench.many_goals", size, server=server) for size in SIZES]
        totals = [one["read"] + one["written"] for one in found]
        rows = []
        for size, total, one in zip(SIZES, totals, found, strict=True):
            bare = _measure.Times(tuple(one["bare"])).median
            rows.append(
                (
                    *(f"{size:,}", f"{one['rows']:,}", f"{one['handed']:.2f}", f"{one['read']:.2f}", f"{one['written']:.2f}"),
                    *(f"{bare:.3f}", f"{total / bare:.1f}", f"{one['cpu']:.2f}／{one['bare_cpu']:.3f}"),
                    *(f"{one['cpu'] / one['bare_cpu']:.1f}", f"{one['updated']:.2f}"),
                    f"{one['peak_mb']:.0f}（{one['base_mb']:.0f}）",
                )
            )
        _measure.table(
            (
                *("项目", "行", "下载 s", "读取合并 s", "写入 s", "下限：只读加只写 s", "倍数"),
                *("处理器 s／下限", "倍数（处理器）", "更新 s", "峰值 MiB（之前）"),
            ),
            rows,
        )
        print(f"增长指数 {_measure.growth(SIZES, totals)}（1 为成比例）")


if __name__ == "__main__":
    _measure.run(measure, report)
