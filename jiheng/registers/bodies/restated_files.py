"""A year restated by today's bodies as files: a workbook with its differences on a second sheet, and CSV."""

from datetime import date
from typing import Any

from django.http import HttpResponse

from jiheng.foundation.web.export import Page, Sheet, csv_response, sheet_response
from jiheng.registers.bodies.restated import Line, Move, Restated
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.money import fen_to_wan

REHUNG = "所属单位改隶"
COLUMNS = (
    ("单位", "text"), ("终止日期", "day"), ("项目，当年", "number"), ("项目，今天", "number"), ("申报，当年", "wan"),
    ("申报，今天", "wan"), ("预算，当年", "wan"), ("预算，今天", "wan"), ("预算差额", "wan"), ("支出，当年", "wan"),
    ("支出，今天", "wan"), ("差异说明", "text"),
)  # fmt: skip
DIFFERENCES = (
    ("当年的单位", "text"), ("今天的单位", "text"), ("项目", "number"), ("申报", "wan"), ("预算", "wan"), ("支出", "wan"),
    ("依据", "text"),
)  # fmt: skip


def because(move: Move) -> str:
    """Say by which changes money went from one body to another."""
    return "；".join(f"{one.day} {one.get_kind_display()}，{one.document}" for one in move.changes) or REHUNG


def explained(line: Line, moves: tuple[Move, ...]) -> str:
    """Say what a body of today took over from others, and what of its own went to others."""
    out = [f"划给{one.target} {one.sums.subjects} 个项目（{because(one)}）" for one in moves if one.source_id == line.body]
    into = [f"接自{one.source} {one.sums.subjects} 个项目（{because(one)}）" for one in moves if one.target_id == line.body]
    return "；".join(out + into)


def rows_of(found: Restated) -> list[tuple[Any, ...]]:
    """Return one row for each body, money in fen."""
    return [
        (
            one.name, one.until, one.stood.subjects, one.now.subjects, one.stood.requested, one.now.requested,
            one.stood.budget, one.now.budget, one.change.budget, one.stood.paid, one.now.paid,
            explained(one, found.moves),
        )
        for one in found.lines
    ]  # fmt: skip


def title_of(cycle: Cycle, by: str, day: date) -> str:
    """Return the name of the file: which year, and that it is restated, by the bodies of which day."""
    return f"{cycle.budget_year}年度{by}（按{day}的机构重述）"


def restated_xlsx(found: Restated, cycle: Cycle, by: str, day: date) -> HttpResponse:
    """Return both views, then every difference with the change behind it, then what the workbook is."""
    notes = (
        ("口径", f"按 {day} 的机构重述：{cycle.budget_year} 年度同样的项目，记在这一天的单位名下，每个项目只计一次"),
        ("当年", "当年的单位（年末），没到年末的按现在；已公开、已打印的往年数字仍是这一口径，不改"),
        ("差异", f"见“差异”表，{len(found.moves)} 处；两种口径的合计相同"),
        ("地区", str(cycle.place)),
        ("重述日期", day.isoformat()),
    )
    sums = tuple(kind in {"number", "wan"} for _, kind in COLUMNS)
    differences = Page(
        "差异",
        DIFFERENCES,
        tuple(kind in {"number", "wan"} for _, kind in DIFFERENCES),
        [
            (one.source, one.target, one.sums.subjects, one.sums.requested, one.sums.budget, one.sums.paid, because(one))
            for one in found.moves
        ],
    )
    return sheet_response(Sheet(title_of(cycle, by, day), COLUMNS, sums, notes), rows_of(found), (differences,))


def restated_csv(found: Restated, cycle: Cycle, by: str, day: date) -> HttpResponse:
    """Return one row for each body with its explanation; each says for which year and by which day's bodies."""
    labels = [f"{label}（万元）" if kind == "wan" else label for label, kind in COLUMNS]
    rows = []
    for row in rows_of(found):
        cells = [
            fen_to_wan(value) if kind == "wan" else "" if value is None else value
            for value, (_, kind) in zip(row, COLUMNS, strict=True)
        ]
        rows.append([cycle.budget_year, day, *cells])
    return csv_response(title_of(cycle, by, day), ["预算年度", "重述日期", *labels], rows)
