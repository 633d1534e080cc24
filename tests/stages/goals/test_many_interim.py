"""Interim targets in the file of many goals: a column where the place has checkpoints, merged and marked like any other."""

import random
from dataclasses import replace
from io import BytesIO
from typing import cast

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.tables import read_table
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.interim_targets import Point
from jiheng.rules.merging import Row
from jiheng.stages.goals.many import Many, _cells
from jiheng.stages.goals.many_book import OWN, goal_lines, many_book, with_points
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.offline import COLUMNS, Cells, merge_goal, wrong_interim
from tests import make
from tests.stages.goals.test_many import at, listed, officer, saved, upload, write
from tests.stages.goals.test_merged_files import FILES, Edited, edited

PLACE = "hunan-tianyuan"
POINTS = (Point("july", "1—7月", 7), Point("october", "1—10月", 10))
FIRST = "购置教学设备台数"


def planned(county: make.County, name: str, text: str = "7月：60") -> Goal:
    """A goal whose first row has an interim target."""
    first, *others = make.make_rows()
    rows = [replace(first, interim_text=text), *others]
    return make.make_goal(county, make.make_subject(county, name=name), rows=rows)


def interim(goal: Goal, name: str = FIRST) -> str:
    return goal.indicators.get(name=name).interim_text


@pytest.mark.django_db
@pytest.mark.feature("10.05")
def test_they_go_out_come_back_the_same_and_are_written_for_all_projects() -> None:
    county = make.make_county(PLACE)
    one, two = planned(county, "教学设备更新", "7月：60\n"), planned(county, "操场改造")
    client = officer(county)
    book, sheet, letters = listed(client)
    assert at(sheet, letters, "阶段性目标", FIRST, one).value == "7月：60"
    same = upload(client, saved(book)).context["told"]
    assert (same.problems, same.changes, same.clashes, same.unread) == ([], [], [], [])
    at(sheet, letters, "阶段性目标", FIRST, one).value = "1-7月：70台"
    at(sheet, letters, "阶段性目标", FIRST, two).value = None
    answer = upload(client, saved(book))
    told = answer.context["told"]
    assert [(name, c.what) for name, _, c in told.changes] == [("教学设备更新", FIRST), ("操场改造", FIRST)]
    assert "阶段 1-7月：70台" in told.changes[0][2].after
    assert write(client, answer).status_code == 302
    assert (interim(one), interim(two)) == ("1-7月：70台", "")
    one.indicators.filter(name=FIRST).update(interim_text="7月：80")
    file = client.get(reverse("goals:many_updated", args=[answer.context["batch"].pk]))
    page = cast("Worksheet", load_workbook(BytesIO(file.content)).worksheets[0])
    assert at(page, letters, "阶段性目标", FIRST, one).value == "7月：80"


@pytest.mark.django_db
def test_what_both_changed_is_chosen_cell_by_cell() -> None:
    county = make.make_county(PLACE)
    goal = planned(county, "教学设备更新")
    client = officer(county)
    book, sheet, letters = listed(client)
    at(sheet, letters, "阶段性目标", FIRST, goal).value = "7月：70"
    goal.indicators.filter(name=FIRST).update(interim_text="7月：80")
    answer = upload(client, saved(book))
    (clash,) = answer.context["told"].clashes
    assert (clash.what, clash.base, clash.mine, clash.theirs) == (
        f"教学设备更新 · {FIRST}“阶段性目标”", "7月：60", "7月：80", "7月：70",
    )  # fmt: skip
    assert write(client, answer, clash=[clash.name], **{"side-0": "theirs"}).status_code == 302
    assert interim(goal) == "7月：70"


@pytest.mark.django_db
@pytest.mark.feature("10.06")
@pytest.mark.parametrize(("text", "says"), [
    ("7月：119.99", ""), ("7月：120", ""), ("7月：120.01", "超过全年的120台"), ("6月：60", "不是监控时点"),
    ("7月：" + "很" * 198, "最多 200 字，现有 201 字"),
])  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell_and_marked(text: str, says: str) -> None:
    county = make.make_county(PLACE)
    goal = planned(county, "教学设备更新")
    client = officer(county)
    book, sheet, letters = listed(client)
    cell = at(sheet, letters, "阶段性目标", FIRST, goal)
    cell.value = text
    answer = upload(client, saved(book))
    problems: list[Problem] = answer.context["told"].problems
    if not says:
        assert problems == []
        return
    assert {one.cell for one in problems} == {cell.coordinate}
    assert any(says in one.message for one in problems)
    assert all(one.rule and one.expected and one.expected != "填写文字" for one in problems)
    marked = client.get(reverse("goals:many_marked", args=[answer.context["batch"].pk]))
    page = cast("Worksheet", load_workbook(BytesIO(marked.content))["绩效目标"])
    comment = page[cell.coordinate].comment
    assert comment is not None
    assert says in comment.text
    assert write(client, answer).status_code == 422


@pytest.mark.django_db
def test_lists_of_before_and_of_other_places_leave_what_is_stored() -> None:
    for place in (PLACE, make.PACK):
        county = make.make_county(place)
        goal = planned(county, "教学设备更新")
        client = officer(county)
        book, sheet, letters = listed(client)
        assert ("阶段性目标" in letters) is (place == PLACE)
        if place == PLACE:  # as lists went out before the column existed
            sheet.delete_cols(sheet[f"{letters['阶段性目标']}1"].column)
            letters = {str(one.value): one.column_letter for one in sheet[1] if one.value}
        at(sheet, letters, "设定依据", FIRST, goal).value = "工作计划"
        answer = upload(client, saved(book))
        told = answer.context["told"]
        assert ([str(one) for one in told.problems], told.clashes, told.changed) == ([], [], 1)
        assert write(client, answer).status_code == 302
        row = goal.indicators.get(name=FIRST)
        assert (row.standard, row.interim_text) == ("工作计划", "7月：60")


def _filled(rows: list[Edited], points: tuple[Point, ...]) -> bytes:
    """The list of one project as a person filled it, each row with the number that it was handed out with."""
    lines = goal_lines("P1", "示例项目", Cells({}, [Row(one.key or "", one.cells) for one in rows]))
    for line, one in zip(lines, rows, strict=False):
        line["id"] = one.key
    return many_book(Cycle(pk=1, budget_year=2026), lines, {"goals": {}}, {"产出指标": ["数量指标"]}, points)


def _change_interim(rows: list[Edited], chance: random.Random, who: int, words: set[str]) -> None:
    """Random interim targets with values that stand nowhere else."""
    for one in rows:
        if chance.randrange(2):
            words.discard(str(one.cells["interim"]))
            one.cells["interim"] = chance.choice(("7月：{}；10月：{}", "1-7月：{}；1—10月：{}")).format(
                who + chance.randrange(100), who + 100 + chance.randrange(100)
            )
            words.add(one.cells["interim"])


@pytest.mark.feature("10.05")
@settings(max_examples=FILES)
@given(st.integers(0, 2**48))
def test_no_interim_target_of_a_list_or_of_the_system_is_lost_silently(seed: int) -> None:
    chance = random.Random(seed)
    handed = []
    for number in range(chance.randrange(1, 7)):
        cells = dict.fromkeys(COLUMNS) | {
            "level1": "产出指标", "level2": "数量指标", "name": f"指标{number}", "target": f"≥{90_000 + number}个",
            "interim": chance.choice((None, f"7月：{number}")),
        }  # fmt: skip
        handed.append(Edited(f"k{number}", cells))
    filled_words: set[str] = set()
    saved_words: set[str] = set()
    filled, stands = edited(handed, chance, "甲", filled_words), edited(handed, chance, "乙", saved_words)
    for one in (*filled, *stands):
        one.cells = dict.fromkeys(COLUMNS) | one.cells
    _change_interim(filled, chance, 1_000, filled_words)
    _change_interim(stands, chance, 2_000, saved_words)
    base = Cells({}, [Row(str(one.key), one.cells) for one in handed])
    mine = Cells({}, [Row(one.key or f"new{place}", one.cells) for place, one in enumerate(stands)])
    older = chance.randrange(4) == 0
    points = () if older else POINTS
    reading = read_table(with_points(OWN, points), _filled(filled, points), year=2026)
    assert [str(one) for one in reading.problems] == []
    told = Many("清单.xlsx", "", "content")
    theirs = _cells(reading.rows, base, mine, told, own=True, whole=False)
    assert told.problems == []
    merged = merge_goal(base, mine, theirs)
    shown = {str(value) for row in merged.rows.rows for value in row.cells.values()}
    for clash in merged.rows.conflicts:
        for side in (clash.mine, clash.theirs):
            shown |= {str(value) for value in side.values()} if isinstance(side, dict) else {str(side)}
    if older:  # a list without the column says nothing of them
        filled_words = {one for one in filled_words if "月：" not in one}
    assert filled_words <= shown
    assert saved_words <= shown
    assert [one.message for one in wrong_interim(theirs, mine, points, 2026)] == []
