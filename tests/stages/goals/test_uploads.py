"""Goal forms filled in offline with other people's habits: what is understood, what is named, what is refused."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from jiheng.foundation.sheets.limits import ENCRYPTED, OLE
from jiheng.foundation.sheets.write import write_template
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.goals.documents import goal_form
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.targets import read_row
from jiheng.stages.goals.uploads import Uploaded, keep_upload
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def template(goal: Goal, changes: dict[Any, Any], record: str = "") -> bytes:
    """The goal's own template with some cells overwritten: what stands there → the new value."""
    definition, data = goal_form(goal)
    content = write_template(
        definition, data, place=goal.place.code, record=record or f"goals.goal:{goal.pk}"
    )
    book = load_workbook(BytesIO(content))
    left = dict(changes)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value in left:
                cell.value = left.pop(cell.value)
    assert left == {}
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sent(
    county: make.County, goal: Goal, content: bytes, name: str = "填报表.xlsx", role: str = "unit_project"
) -> Uploaded:
    return keep_upload(goal=goal, name=name, content=content, person=county.person(role))


def test_values_in_other_spellings_are_read_and_about_figures_named(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    good = sent(county, goal, template(goal, {"≥120台": "不少于１５０台", "≥95%": "97％以上"}))
    assert [str(one) for one in good.problems] == []
    assert len(good.content_changes) == 2
    about = sent(county, goal, template(goal, {"≥120台": "一百多台"}))
    assert any("约数" in one.message and one.cell for one in about.notices)
    none = sent(county, goal, template(goal, {"≥120台": "数百台"}))
    assert any("约数" in one.message and one.cell for one in none.problems)


def test_another_year_another_project_and_another_record_are_named(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    other = make.make_goal(county, make.make_subject(county))
    foreign = sent(county, goal, template(other, {}))
    assert any("没有传错表" in one.message and one.cell for one in foreign.problems)
    copied = sent(county, goal, template(goal, {}, record="goals.goal:999999"))
    assert (copied.problems, len(copied.notices)) == ([], 1)
    goal.subject_year.budget_year -= 1  # the form was downloaded for the year before
    old = template(goal, {})
    goal.subject_year.budget_year += 1
    assert any("年度" in one.message for one in sent(county, goal, old).problems)


def test_amounts_ten_thousand_times_larger_are_named_and_totals_stand_at_their_cell(
    county: make.County,
) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    book = load_workbook(BytesIO(template(goal, {})))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == 100:
                cell.value = 1_000_000
    out = BytesIO()
    book.save(out)
    slipped = sent(county, goal, out.getvalue(), role="unit_finance")
    assert any("填混" in one.message and one.cell for one in slipped.notices)


def test_names_in_full_width_are_the_same_rows(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    row = goal.indicators.all()[0]
    row.name = "购置(更新)教学设备台数"
    row.save()
    content = template(goal, {"购置(更新)教学设备台数": "购置（更新） 教学设备台数"})
    found = sent(county, goal, content)
    assert found.problems == []
    assert found.content["rows"][0].pk == row.pk


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("表.xls", OLE + b"\0" * 600, "旧版 .xls"),
        ("表.et", OLE + b"\0" * 600, "旧版 .xls 或 WPS"),
        ("表.xlsx", OLE + b"\0" * 600 + ENCRYPTED, "密码"),
        ("表.csv", "项目名称,指标".encode("gbk"), "CSV"),
        ("表.pdf", b"%PDF-1.7", "PDF"),
        ("表.xlsx", b"PK\x03\x04 torn", "损坏"),
    ],
)
def test_what_is_no_xlsx_is_refused_by_its_name_and_with_what_to_do(
    county: make.County, name: str, content: bytes, said: str
) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    with pytest.raises(Refused) as refused:
        sent(county, goal, content, name)
    (refusal,) = refused.value.refusals
    assert said in refusal.message
    assert refusal.remedy


def test_a_workbook_under_another_extension_is_refused_with_that_reason(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    with pytest.raises(Refused) as refused:
        sent(county, goal, template(goal, {}), "填报表.xls")
    assert "扩展名" in refused.value.refusals[0].message


def test_made_up_branches_and_ways_of_scoring_are_named_at_their_cells(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    rule = METHODS[goal.indicators.get(name="购置教学设备台数").method].label
    found = sent(county, goal, template(goal, {"质量指标": "乱类别", "效益指标": "乱效益", rule: "看着给分"}))
    said = {one.label: one for one in found.problems}
    assert set(said) == {"一级指标", "二级指标", "赋分规则"}
    assert all(one.cell for one in found.problems)
    assert "“乱类别”；请改为数量指标、质量指标" in said["二级指标"].message
    assert "“看着给分”" in said["赋分规则"].message


def test_the_way_of_scoring_comes_back_as_it_went_out_or_as_it_was_chosen(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    row = goal.indicators.get(name="购置教学设备台数")
    GoalIndicator.objects.filter(pk=row.pk).update(method="binary")
    same = sent(county, goal, template(goal, {}))
    assert (same.problems, same.content_changes) == ([], [])
    assert {one.name: one.method for one in same.content["rows"]}[row.name] == "binary"
    other = sent(county, goal, template(goal, {METHODS["binary"].label: METHODS["proportional"].label}))
    assert {one.name: one.method for one in other.content["rows"]}[row.name] == "proportional"


@pytest.mark.parametrize(("typed", "unit", "shown"), [
    ("百分之百", "%", "百分之百"), ("九成以上", "%", "九成以上"), ("95以上", "人", "≥95人"), ("不超过30", "天", "不超过30天"),
    ("120", "台", "≥120台"), ("50-60", "户", "50-60户"),
])  # fmt: skip
def test_a_target_with_its_unit_goes_out_and_comes_back(
    county: make.County, typed: str, unit: str, shown: str
) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    row = goal.indicators.get(name="购置教学设备台数")
    row.target_text, row.unit = typed, unit
    read_row(row, goal.subject_year.budget_year)
    row.save()
    assert value_words(row) == shown
    back = sent(county, goal, template(goal, {}))
    assert (back.problems, back.content_changes) == ([], [])
