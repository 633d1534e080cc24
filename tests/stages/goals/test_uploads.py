"""Goal forms filled in offline with other people's habits: what is understood, what is named, what is refused."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

from jiheng.foundation.files.compound import OLE
from jiheng.foundation.sheets.limits import ENCRYPTED
from jiheng.foundation.sheets.meta import packed, unpacked
from jiheng.foundation.sheets.write import write_template
from jiheng.foundation.workflow.advance import Refused
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.goals.documents import goal_form
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.offline import as_base, cells_of, from_base
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.services import RowData, save_content
from jiheng.stages.goals.targets import read_row
from jiheng.stages.goals.uploads import Uploaded, apply_upload, keep_upload
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


# --- merging with what the system has by now


def handed_out(goal: Goal) -> bytes:
    """The goal's template as the page hands it out: with what stands now kept inside."""
    definition, data = goal_form(goal)
    base = packed(as_base(goal, cells_of(goal)))
    return write_template(
        definition, data, place=goal.place.code, record=f"goals.goal:{goal.pk}", base=base
    )


def overwritten(content: bytes, changes: dict[Any, Any]) -> bytes:
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


def saved(county: make.County, goal: Goal, **changes: str) -> None:
    """Save the goal in the system as its officer would: the target of a row by the row's name."""
    rows = []
    for row in goal.indicators.all():
        data = RowData(
            row.level1, row.level2, row.name, changes.get(row.name, row.target_text), row.weight, row.unit, row.method,
            pk=row.pk, free_reason=row.free_reason, standard=row.standard, data_source=row.data_source,
            explanation=row.explanation, term_text=row.term_text,
        )  # fmt: skip
        rows.append(data)
    goal.refresh_from_db()
    save_content(
        goal=goal, person=county.person("unit_project"), rows=rows, objective=changes.get("objective", goal.objective),
        medium_objective=goal.medium_objective,
    )  # fmt: skip


def test_what_was_saved_meanwhile_and_what_was_filled_in_are_both_kept(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    file = overwritten(handed_out(goal), {"≥95%": "≥97%"})
    saved(county, goal, 购置教学设备台数="≥150", objective="年内完成全部购置。")
    found = sent(county, goal, file)
    assert (found.problems, found.clashes["content"]) == ([], [])
    assert (found.based, found.since["content"]) == (True, 1)
    assert [one.what for one in found.content_changes] == ["实验开出率"]
    apply_upload(goal=goal, name="填报表.xlsx", digest=found.digest, person=county.person("unit_project"))
    goal.refresh_from_db()
    values = {row.name: value_words(row) for row in goal.indicators.all()}
    assert (values["购置教学设备台数"], values["实验开出率"]) == ("≥150台", "≥97%")
    assert goal.objective == "年内完成全部购置。"


def test_what_both_changed_is_a_clash_until_somebody_chooses(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    file = overwritten(handed_out(goal), {"≥120台": "≥130台"})
    saved(county, goal, 购置教学设备台数="≥150")
    person = county.person("unit_project")
    found = sent(county, goal, file)
    (clash,) = found.clashes["content"]
    assert (clash.what, clash.base, clash.mine, clash.theirs) == (
        "购置教学设备台数“指标值”", "≥120台", "≥150台", "≥130台",
    )  # fmt: skip
    assert clash.cell
    assert found.content_changes == []
    with pytest.raises(Refused, match="没有选择"):
        apply_upload(goal=goal, name="填报表.xlsx", digest=found.digest, person=person)
    apply_upload(
        goal=goal, name="填报表.xlsx", digest=found.digest, person=person, choices={clash.name: "theirs"}
    )
    assert value_words(goal.indicators.get(name="购置教学设备台数")) == "≥130台"


def test_a_row_renamed_in_the_file_is_the_same_row_and_one_added_in_the_system_stays(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    row = goal.indicators.get(name="购置教学设备台数")
    file = overwritten(handed_out(goal), {"购置教学设备台数": "购置实验设备台数"})
    GoalIndicator.objects.create(
        goal=goal, position=90, level1="产出指标", level2="质量指标", name="后来加的", target_text="≥99%", weight=5
    )
    found = sent(county, goal, file)
    assert found.problems == []
    rows = {one.name: one.pk for one in found.content["rows"]}
    assert rows["购置实验设备台数"] == row.pk
    assert "后来加的" in rows


def test_a_row_taken_out_of_the_file_that_was_changed_meanwhile_is_a_clash(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    book = load_workbook(BytesIO(handed_out(goal)))
    for line in book.worksheets[0].iter_rows():
        if any(cell.value == "购置教学设备台数" for cell in line):
            for cell in line:
                if not isinstance(cell, MergedCell) and cell.value != "产出指标":
                    cell.value = None
    out = BytesIO()
    book.save(out)
    saved(county, goal, 购置教学设备台数="≥150")
    found = sent(county, goal, out.getvalue())
    (clash,) = found.clashes["content"]
    assert clash.theirs == "（已删除）"
    assert "≥150台" in clash.mine
    assert "购置教学设备台数" in {one.name for one in found.content["rows"]}


def test_without_what_was_handed_out_the_file_is_held_against_the_present(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    book = load_workbook(BytesIO(handed_out(goal)))
    del book["_jiheng"]
    out = BytesIO()
    book.save(out)
    saved(county, goal, 购置教学设备台数="≥150")
    found = sent(county, goal, out.getvalue())
    assert (found.problems, found.based, found.clashes["content"]) == ([], False, [])
    assert [one.what for one in found.content_changes] == ["购置教学设备台数"]


def test_a_damaged_base_is_not_believed(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    text = packed(as_base(goal, cells_of(goal)))
    assert unpacked(text)["goal"] == goal.pk
    for broken in ("", text[:-3], text[:16] + "AAAA" + text[20:], "x" * 40, text[:20]):
        assert unpacked(broken) is None
    forms: tuple[Any, ...] = (None, [], {"goal": goal.pk}, {"goal": goal.pk, "boxes": 1, "rows": [], "tasks": []})
    for strange in forms:
        assert from_base(strange, goal) is None
