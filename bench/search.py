"""Search in the indicator library against LIKE, and the recommendation per project, at three sizes.

A library is generated from the starter one (its indicators, for other places). The same questions are asked of the
full-text search, ranked, its first sixty rows read, as the page of a goal does; and of LIKE over the same columns, the
first sixty that fit. A recommendation is worked out for projects of the library's classes, with approved goals of
other projects to be compared with. Each size has a process and a throw-away database of its own; peak memory is
that of asking, after the library is filled. Time of the processor is told beside that of the clock: on a busy machine
only it compares (PostgreSQL works in a process of its own, which only the clock sees).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

from bench import _measure

SIZES = (2_000, 50_000, 200_000)
TIMES = 5
SHOWN = 60
QUESTIONS = ("满意", "验收合格率", "道路里程", "pxkh", "培训 合格率", "量子纠缠")
PROJECTS = (
    ("全县干部能力提升培训班", "组织", "培训"),
    ("政务数据共享软件系统升级", "通用", "信息化"),
    ("通村道路硬化工程", "交通", "公路建设养护"),
    ("困难群众临时补贴", "民政", "补助发放"),
    ("办公楼屋面渗漏治理", "通用", "修缮"),
)
GOALS = 20
PLACES = [f"{a}{b}" for a in "东西南北中上下大小新老前后左右" for b in "河山桥塘坪岭湾村镇街城店湖沟庄"]


def generated(number: int) -> Iterator[tuple[str, Any]]:
    """Give out so many sheets with their codes: the starter library's, again and again for another place."""
    from jiheng.registers.indicators.starter import starter_library  # noqa: PLC0415

    rows = [one.sheet for one in starter_library().indicators]
    for at in range(number):
        again, sheet = at // len(rows), rows[at % len(rows)]
        place = f"{PLACES[again % len(PLACES)]}{again // len(PLACES) or ''}" if again else ""
        yield f"GEN-{at:07d}", replace(sheet, name=place + sheet.name, references=())


def filled(number: int) -> Any:
    """Fill a county's library, give it approved goals and drafts to be advised; return the county and the drafts."""
    from jiheng.registers.indicators.models import LibraryIndicator  # noqa: PLC0415  # after the set-up
    from jiheng.registers.indicators.services import columns_of  # noqa: PLC0415
    from tests import make  # noqa: PLC0415

    county = make.make_county()
    LibraryIndicator.objects.bulk_create(
        (LibraryIndicator(place=county.place, code=code, **columns_of(one, code)) for code, one in generated(number)),
        batch_size=1000,
    )
    drafts = []
    for at in range(GOALS + len(PROJECTS)):
        name, sector, category = PROJECTS[at % len(PROJECTS)]
        year = make.make_subject(county, name=f"{name}{at}", sector=sector, category=category)
        if at >= GOALS:
            drafts.append(make.make_goal(county, year, rows=[]))
            continue
        one = LibraryIndicator.objects.filter(category=category).order_by("code")[at % 5]
        rows = make.make_rows()
        rows[0] = replace(rows[0], name=one.name, library_id=one.pk, free_reason="")
        make.make_goal(county, year, "approved", rows=rows)
    return county, drafts


def measure(number: str) -> _measure.Figures:
    """Fill a library of so many indicators, ask both ways, recommend."""
    from django.db import connection  # noqa: PLC0415  # after the set-up

    from jiheng.registers.indicators.access import visible_indicators  # noqa: PLC0415
    from jiheng.registers.indicators.queries import search_library  # noqa: PLC0415
    from jiheng.rules.indicator_sheet import SEARCHED  # noqa: PLC0415
    from jiheng.stages.goals.recommending import advice_for  # noqa: PLC0415

    county, drafts = filled(int(number))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    person = county.person("unit_project")
    held = _measure.forget_peak()

    def by_like(words: str) -> list[Any]:
        from django.db.models import Q  # noqa: PLC0415

        rows = visible_indicators(person).filter(retired_on=None).defer("pieces")
        for word in words.split():
            within = Q()
            for key in SEARCHED:
                within |= Q(**{f"{key}__icontains": word})
            rows = rows.filter(within)
        return list(rows.order_by("code")[:SHOWN])

    search = {words: timed(partial(search_library, person, words=words, limit=SHOWN)) for words in QUESTIONS}
    like = {words: timed(partial(by_like, words)) for words in QUESTIONS}
    advice = [timed(partial(advice_for, person, goal), times=3) for goal in drafts]
    return {"search": search, "like": like, "advice": advice, "asking_mb": _measure.peak_mb(), "held_mb": held}


def timed(work: Callable[[], Any], times: int = TIMES) -> tuple[float, float, int]:
    """Return the median milliseconds by the clock and of the processor, and how many rows came."""
    clocks, processors, rows = [], [], 0
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        rows = len(work())
        clocks.append(1000 * (time.perf_counter() - clock))
        processors.append(1000 * (time.process_time() - processor))
    return median(clocks), median(processors), rows


def report() -> None:
    """Measure every size on every database and print."""
    for server in _measure.servers():
        _measure.title(f"指标库检索与推荐，{server}")
        lines, advised, memory = [], [], []
        for size in SIZES:
            found = _measure.fresh("bench.search", size, server=server)
            for words in QUESTIONS:
                one, other = found["search"][words], found["like"][words]
                cells = [f"{one[0]:.1f}", f"{one[1]:.1f}", one[2], f"{other[0]:.1f}", f"{other[1]:.1f}", other[2]]
                lines.append([f"{size:,}", words, *cells])
            advice = [one[1] if server == "SQLite" else one[0] for one in found["advice"]]
            advised.append(median(advice))
            clock, processor = (median(one[at] for one in found["advice"]) for at in (0, 1))
            longest = max(one[0] for one in found["advice"])
            memory.append([f"{size:,}", f"{clock:.0f}", f"{processor:.0f}", f"{longest:.0f}", f"{found['held_mb']:.0f}", f"{found['asking_mb']:.0f}"])
        _measure.table(["指标", "检索", "全文 毫秒", "处理器", "行", "LIKE 毫秒", "处理器", "行"], lines)
        print()
        _measure.table(["指标", "推荐一次 毫秒（中位）", "处理器", "最长", "问之前 MiB", "峰值 MiB"], memory)
        print(f"推荐的增长指数 {_measure.growth(SIZES, advised)}")


if __name__ == "__main__":
    _measure.run(measure, report)
