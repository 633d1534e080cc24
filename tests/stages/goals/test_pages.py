"""Goals in the browser's words: each role through its pages, what is refused, what does not exist for others."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.services import load_library
from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.goals.services import return_goal, start_goal
from jiheng.stages.goals.stage import STAGE
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def as_(person: Person, county: make.County) -> Client:
    return make.sign_in(Client(), person, county.cycle)


def url(name: str, *args: Any) -> str:
    return reverse(f"goals:{name}", args=args)


def content_form(goal: Goal, rows: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The project half as its page sends it."""
    stored = [
        {
            "pk": row.pk,
            "library": row.library_id or "",
            "level1": row.level1,
            "level2": row.level2,
            "name": row.name,
            "target_text": row.target_text,
            "unit": row.unit,
            "weight": str(row.weight),
            "method": row.method,
            "free_reason": row.free_reason,
            "standard": row.standard,
            "data_source": row.data_source,
            "term_text": "",
            "explanation": "",
        }
        for row in goal.indicators.all()
    ]
    told = stored if rows is None else rows
    data = {
        "seen": goal.content_version,
        "page": "page-of-a-test",
        "objective": goal.objective,
        "medium_objective": "",
        "rows-TOTAL_FORMS": len(told),
        "rows-INITIAL_FORMS": len(stored),
        "do": "save",
    }
    for number, row in enumerate(told):
        data |= {f"rows-{number}-{key}": value for key, value in row.items()}
    return data | more


def money_form(goal: Goal, **more: Any) -> dict[str, Any]:
    data = {
        "seen": goal.money_version,
        "page": "",
        "fiscal_fen": "100",
        "other_fen": "",
        "medium_fiscal_fen": "",
        "medium_other_fen": "",
        "note": "询价",
        "do": "save",
    }
    return data | more


def sign(client: Client, goal: Goal, action: str = "submit", **more: Any) -> Any:
    goal.refresh_from_db()
    data = {"action": action, "version": goal.version, "comment": "", **more}
    return client.post(url("act", goal.pk), data)


@pytest.mark.feature("3.10")
def test_goal_travels_through_the_pages_of_all_roles(county: make.County) -> None:
    year = make.make_subject(county)
    project, finance = as_(county.person("unit_project"), county), as_(county.person("unit_finance"), county)
    assert project.get(url("start", year.pk)).status_code == 200
    assert project.post(url("start", year.pk), {"from": "empty"}).status_code == 302
    goal = Goal.objects.get()
    rows = [
        {
            "level1": row.level1,
            "level2": row.level2,
            "name": row.name,
            "target_text": row.target_text,
            "unit": row.unit,
            "weight": str(row.weight),
            "free_reason": row.free_reason,
        }
        for row in make.make_rows()
    ]
    data = content_form(goal, rows, objective="购置教学设备120台并投入使用。")
    assert project.post(url("edit", goal.pk), data).status_code == 302
    assert finance.post(url("edit", goal.pk), money_form(goal)).status_code == 302
    assert sign(project, goal).status_code == 302
    assert sign(finance, goal).status_code == 302
    reviewer = as_(county.person("department_reviewer"), county)
    assert reviewer.get(url("review", goal.pk)).status_code == 200
    tiers = {f"tier-{item.key}": "excellent" for item in county.policy.scorecards["goal_review"].items}
    goal.refresh_from_db()
    assert reviewer.post(url("review", goal.pk), {**tiers, "version": goal.version}).status_code == 302
    assert sign(reviewer, goal, "approve_department").status_code == 302
    assert sign(as_(county.person("division"), county), goal, "pass").status_code == 302
    assert sign(as_(county.person("performance_office"), county), goal, "pass").status_code == 302
    assert sign(as_(county.person("bureau_leader"), county), goal, "approve").status_code == 302
    goal.refresh_from_db()
    assert (goal.state, goal.indicators.count(), GoalReview.objects.get().total) == ("approved", 7, 100)
    page = project.get(url("detail", goal.pk)).content.decode()
    assert "已批复" in page
    assert "调整目标" in page


@pytest.mark.parametrize(
    "name",
    ["detail", "edit", "adjust", "act", "drop", "autosave", "check", "library", "return", "review", "upload"],
)
def test_goal_of_another_unit_does_not_exist(county: make.County, name: str) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    stranger = as_(county.person("unit_project", 1), county)
    ways = [stranger.post(url(name, goal.pk))] if name in {"act", "drop", "autosave", "check"} else []
    ways += [] if ways else [stranger.get(url(name, goal.pk))]
    assert [one.status_code for one in ways] == [404]


def test_files_of_another_units_goal_do_not_exist(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    stranger = as_(county.person("unit_project", 1), county)
    for path in (url("form", goal.pk, "xlsx"), url("form", goal.pk, "pdf"), url("template", goal.pk)):
        assert stranger.get(path).status_code == 404
    assert stranger.get(url("start", goal.subject_year_id)).status_code == 404


def test_submission_is_refused_with_clauses_beside_the_button(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), rows=make.make_rows(make.ROWS[:2]))
    project = as_(county.person("unit_project"), county)
    goal.refresh_from_db()
    answer = project.post(
        url("act", goal.pk), {"action": "submit", "version": goal.version}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "没有设置效益指标" in text
    assert "依据" in text
    assert "<html" not in text


def test_step_on_a_page_behind_is_overtaken(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    answer = project.post(url("act", goal.pk), {"action": "submit", "version": 0})
    assert answer.status_code == 409


def test_half_saved_from_a_page_behind_is_overtaken(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    data = content_form(goal)
    assert project.post(url("edit", goal.pk), {**data, "page": "one"}).status_code == 302
    assert project.post(url("edit", goal.pk), {**data, "page": "two"}).status_code == 409
    assert project.post(url("autosave", goal.pk), {**data, "page": "two"}).status_code == 409


def test_autosave_keeps_what_was_typed_even_twice(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    fresh = {
        "level1": "产出指标",
        "level2": "数量指标",
        "name": "新的一行",
        "target_text": "≥1",
        "weight": "",
    }
    data = content_form(goal)
    count = data["rows-TOTAL_FORMS"]
    data |= {f"rows-{count}-{key}": value for key, value in fresh.items()} | {"rows-TOTAL_FORMS": count + 1}
    for _ in range(2):
        assert project.post(url("autosave", goal.pk), data).status_code == 204
    assert [row.name for row in goal.indicators.all()][-1] == "新的一行"
    assert goal.indicators.count() == 8


def test_an_empty_grid_begins_with_one_row_that_is_no_indicator(county: make.County) -> None:
    goal = start_goal(year=make.make_subject(county), person=county.person("unit_project"))
    client = as_(county.person("unit_project"), county)
    page = client.get(url("edit", goal.pk)).content.decode()
    assert 'name="rows-TOTAL_FORMS" value="1"' in page
    assert 'name="rows-0-name"' in page
    blank = dict.fromkeys(("level1", "level2", "name", "target_text", "unit", "weight", "free_reason"), "")
    answer = client.post(url("edit", goal.pk), content_form(goal, [blank], objective="只写了目标。"))
    assert answer.status_code == 302
    goal.refresh_from_db()
    assert (goal.objective, goal.indicators.count()) == ("只写了目标。", 0)
    whole = start_goal(
        year=make.make_subject(county, kind="department", code="D1"), person=county.person("unit_project")
    )
    whole.tasks.all().delete()
    assert 'name="tasks-0-name"' in client.get(url("edit", whole.pk)).content.decode()
    filled = make.make_goal(county, make.make_subject(county))
    assert 'name="rows-TOTAL_FORMS" value="7"' in client.get(url("edit", filled.pk)).content.decode()


def test_grid_rows_are_removed_and_blank_ones_ignored(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    data = content_form(goal)
    count = data["rows-TOTAL_FORMS"]
    data |= {"rows-0-DELETE": "on", "rows-TOTAL_FORMS": count + 2, f"rows-{count}-level1": "产出指标"}
    assert project.post(url("edit", goal.pk), data).status_code == 302
    assert [row.position for row in goal.indicators.all()] == [1, 2, 3, 4, 5, 6]


def test_wrong_weight_is_shown_at_its_cell(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    answer = project.post(url("edit", goal.pk), content_form(goal) | {"rows-0-weight": "二十"})
    assert answer.status_code == 422
    assert "分值须为 0 到 100 的数" in answer.content.decode()
    assert (
        project.post(url("autosave", goal.pk), content_form(goal) | {"rows-0-weight": "x"}).status_code == 422
    )


def test_live_check_reads_the_open_page_and_saves_nothing(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    answer = project.post(url("check", goal.pk), content_form(goal) | {"rows-0-target_text": "大幅提升"})
    text = answer.content.decode()
    assert 'data-row="1"' in text
    assert "大幅提升" in text
    goal.refresh_from_db()
    assert goal.indicators.all()[0].target_text == "≥120"


@pytest.mark.feature("3.16")
def test_what_the_live_check_finds_stands_at_its_row_though_a_cell_above_cannot_be_read(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    typed = content_form(goal) | {"rows-0-weight": "三十", "rows-2-target_text": "大幅提升"}
    answer = project.post(url("check", goal.pk), typed)
    (found,) = [one for one in answer.context["findings"] if "大幅提升" in one.message]
    assert found.row == 3
    stored = sum(one.weight for one in goal.indicators.all())
    assert answer.context["shares"].total == stored - goal.indicators.all()[0].weight
    gone = project.post(url("check", goal.pk), typed | {"rows-0-DELETE": "on"})
    assert [one.row for one in gone.context["findings"] if "大幅提升" in one.message] == [2]


@pytest.mark.feature("3.04")
def test_library_panel_searches_in_chinese(county: make.County) -> None:
    load_library(place=county.place, person=county.person("performance_office"))
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    text = project.get(url("library", goal.pk), {"words": "满意度", "sector": "教育"}).content.decode()
    assert "学生及家长满意度" in text
    assert "参训人员满意度" not in text
    assert "没有符合的指标" in project.get(url("library", goal.pk), {"words": "量子"}).content.decode()


@pytest.mark.feature("3.12")
def test_single_rows_are_returned_through_the_page(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    reviewer = as_(county.person("department_reviewer"), county)
    row = goal.indicators.all()[1]
    assert reviewer.get(url("return", goal.pk)).status_code == 200
    wrong = reviewer.post(url("return", goal.pk), {"row": row.pk, "version": goal.version, "comment": "改"})
    assert wrong.status_code == 422
    data = {"row": row.pk, f"reason-{row.pk}": "没有量化", "version": goal.version, "comment": "改"}
    assert reviewer.post(url("return", goal.pk), data).status_code == 302
    project = as_(county.person("unit_project"), county)
    page = project.get(url("edit", goal.pk)).content.decode()
    assert "只退回了 1 项指标" in page
    assert page.count("readonly") > 6 * 5
    back = STAGE.returned(county.person("unit_project"))
    assert [(one.title, "改" in one.reason, one.detail) for one in back] == [
        (goal.subject_year.name, True, f"只退回 1 项指标：{row.name}")
    ]


def test_review_mistakes_are_drawn_again(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    reviewer = as_(county.person("department_reviewer"), county)
    data = {"tier-clear": "good", "points-clear": "九", "version": goal.version, "opinion": "保留的意见"}
    answer = reviewer.post(url("review", goal.pk), data)
    assert answer.status_code == 422
    assert "“明确清晰性”的得分“九”" in answer.content.decode()
    assert "保留的意见" in answer.content.decode()


def test_adjustment_begins_and_is_given_up_through_pages(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "approved")
    project = as_(county.person("unit_project"), county)
    assert project.get(url("adjust", goal.pk)).status_code == 200
    assert project.post(url("adjust", goal.pk), {"kind": "预算调整"}).status_code == 422
    assert project.post(url("adjust", goal.pk), {"kind": "预算调整", "reason": "追加"}).status_code == 302
    new = Goal.objects.get(revision=2)
    assert new.change_reason == "预算调整：追加"
    assert project.post(url("drop", new.pk)).status_code == 302
    assert Goal.objects.count() == 1


def test_approved_goal_has_no_edit_page(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "approved")
    project = as_(county.person("unit_project"), county)
    answer = project.get(url("edit", goal.pk))
    assert answer.status_code == 403
    assert "请办理目标调整" in answer.content.decode()


def test_bulk_from_the_list(county: make.County) -> None:
    goals = [make.make_goal(county, make.make_subject(county), "department") for _ in range(2)]
    reviewer = as_(county.person("department_reviewer"), county)
    assert reviewer.get(url("list")).status_code == 200
    answer = reviewer.post(
        url("bulk", "approve_department"), {"pk": [goal.pk for goal in goals]}, follow=True
    )
    assert "已办理 2 项" in answer.content.decode()
    assert set(Goal.objects.values_list("state", flat=True)) == {"division"}
    assert as_(county.person("unit_project"), county).post(url("bulk", "pass")).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(
    county: make.County, number: int, django_assert_max_num_queries: Any
) -> None:
    for unit in range(number):
        make.make_goal(county, make.make_subject(county, unit=unit))
        make.make_subject(county, unit=unit)
    division = as_(county.person("division"), county)
    division.get(url("list"))
    with django_assert_max_num_queries(QUERIES):
        page = division.get(url("list")).content.decode()
    assert f"{number} 项" in page


QUERIES = 27


def test_empty_list_says_what_to_do(county: make.County) -> None:
    assert "还没有绩效目标" in as_(county.person("division"), county).get(url("list")).content.decode()


@pytest.mark.feature("3.21")
@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_official_forms_are_sent(county: make.County, kind: str) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    reviewer = as_(county.person("department_reviewer"), county)
    tiers = {f"tier-{item.key}": "excellent" for item in county.policy.scorecards["goal_review"].items}
    reviewer.post(url("review", goal.pk), {**tiers, "version": goal.version})
    review = GoalReview.objects.get()
    start = b"PK" if kind == "xlsx" else b"%PDF"
    for path in (url("form", goal.pk, kind), url("review_form", review.pk, kind)):
        answer = reviewer.get(path)
        assert answer.status_code == 200
        assert answer.content.startswith(start)
    if kind == "xlsx":
        sheet = load_workbook(BytesIO(reviewer.get(url("form", goal.pk, kind)).content)).worksheets[0]
        texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert {"购置教学设备台数", "≥120台", "≤8000元/台", "测试县第一中学"} <= texts


def test_whole_department_has_its_own_form(county: make.County) -> None:
    year = make.make_subject(county, kind="department", name="整体支出", code="D1")
    make.make_subject(county, name="实验室建设")
    project = as_(county.person("unit_project"), county)
    project.post(url("start", year.pk), {"from": "empty"})
    goal = Goal.objects.get()
    page = project.get(url("edit", goal.pk)).content.decode()
    assert "年度主要任务" in page
    assert "实验室建设" in page
    assert project.get(url("form", goal.pk, "pdf")).content.startswith(b"%PDF")
    finance = as_(county.person("unit_finance"), county)
    task = goal.tasks.get()
    data = money_form(goal) | {
        "tasks-TOTAL_FORMS": 1,
        "tasks-INITIAL_FORMS": 1,
        "tasks-0-pk": task.pk,
        "tasks-0-fiscal_fen": "60",
        "tasks-0-other_fen": "40",
    }
    assert finance.post(url("edit", goal.pk), data).status_code == 302
    task.refresh_from_db()
    assert (task.fiscal_fen, task.other_fen) == (60_000_000, 40_000_000)


# --- offline form


def upload(client: Client, goal: Goal, content: bytes, name: str = "填报表.xlsx") -> Any:
    return client.post(url("upload", goal.pk), {"file": SimpleUploadedFile(name, content)})


def filled(client: Client, goal: Goal, changes: dict[str, Any]) -> bytes:
    """The template with some cells overwritten: the text that stands there → the new one."""
    book = load_workbook(BytesIO(client.get(url("template", goal.pk)).content))
    left = dict(changes)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if str(cell.value) in left:
                cell.value = left.pop(str(cell.value))
    assert left == {}
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_template_comes_back_without_differences(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    answer = upload(project, goal, project.get(url("template", goal.pk)).content)
    assert answer.status_code == 200
    assert "表中内容与现有内容相同" in answer.content.decode()


def test_filled_form_is_previewed_then_taken_over(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    answer = upload(project, goal, filled(project, goal, {"≥120台": "≥１５０台", "≥95%": "97%以上"}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "将写入的变动" in page
    assert "确认写入 2 处变动" in page
    assert goal.indicators.all()[0].target_text == "≥120"
    token = answer.context["token"]
    assert project.post(url("upload_apply", goal.pk), {"token": token}).status_code == 302
    values = {row.name: (row.operator, row.value, row.unit) for row in goal.indicators.all()}
    assert values["购置教学设备台数"] == (">=", 150, "台")
    assert values["实验开出率"] == (">=", 97, "%")
    assert Evidence.objects.get().row == "离线填报表"
    assert project.post(url("upload_apply", goal.pk), {"token": token}).status_code == 409


def test_mistakes_are_named_at_their_cells_and_nothing_is_written(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    answer = upload(project, goal, filled(project, goal, {"≥120台": "≥XX台", "测试县第一中学": "别的学校"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "占位符" in page
    assert "请确认没有传错表" in page
    assert "确认写入" not in page


def test_the_marked_copy_belongs_to_its_own_record_and_page(county: make.County) -> None:
    goal, other = (make.make_goal(county, make.make_subject(county)) for _ in range(2))
    project = as_(county.person("unit_project"), county)
    answer = upload(project, goal, filled(project, goal, {"≥120台": "≥XX台"}))
    token = answer.context["token"]
    file = project.get(url("upload_marked", goal.pk), {"file": token})
    assert file["Content-Type"].endswith("spreadsheetml.sheet")
    assert "%EF%BC%88%E5%B7%B2%E6%A0%87%E6%B3%A8%EF%BC%89.xlsx" in file["Content-Disposition"]  # （已标注）
    book = load_workbook(BytesIO(file.content))
    said = [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert any("占位符" in one for one in said)
    for pk, given in ((other.pk, token), (goal.pk, token[:-2]), (goal.pk, "")):
        assert project.get(url("upload_marked", pk), {"file": given}).headers["Location"] == url("upload", pk)
        assert project.post(url("upload_apply", pk), {"token": given}).headers["Location"] == url("upload", pk)


def test_finance_upload_brings_only_the_money(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    finance = as_(county.person("unit_finance"), county)
    book = load_workbook(BytesIO(finance.get(url("template", goal.pk)).content))
    sheet = book.worksheets[0]
    numbers = [cell for row in sheet.iter_rows() for cell in row if cell.value == 100]
    for cell in numbers:
        cell.value = 88.5
    next(cell for row in sheet.iter_rows() for cell in row if cell.value == "≥120台").value = "≥130台"
    target = BytesIO()
    book.save(target)
    answer = upload(finance, goal, target.getvalue())
    assert [one.what for one in answer.context["changes"]] == ["年度财政拨款"]
    finance.post(url("upload_apply", goal.pk), {"token": answer.context["token"]})
    goal.refresh_from_db()
    assert goal.fiscal_fen == 88_500_000
    assert goal.indicators.all()[0].target_text == "≥120"


def test_what_is_no_workbook_is_refused(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = as_(county.person("unit_project"), county)
    assert upload(project, goal, b"not a workbook").status_code == 422
    other = make.make_goal(county, make.make_subject(county))
    answer = upload(project, goal, project.get(url("template", goal.pk)).content)
    forged = project.post(url("upload_apply", other.pk), {"token": answer.context["token"]}, follow=True)
    assert "核对页已过期" in forged.content.decode()


# --- to-dos


def test_todos_follow_the_goal(county: make.County) -> None:
    year = make.make_subject(county)
    project, finance = county.person("unit_project"), county.person("unit_finance")
    assert [one.verb for one in STAGE.todos(project)] == ["填报绩效目标"]
    goal = make.make_goal(county, year)
    assert [one.verb for one in STAGE.todos(project)] == ["核对并签署"]
    sign(as_(project, county), goal)
    assert STAGE.todos(project) == []
    assert [(one.verb, one.detail) for one in STAGE.todos(finance)] == [("核对并签署", "另一位经办已签署")]
    sign(as_(finance, county), goal)
    assert [one.verb for one in STAGE.todos(county.person("department_reviewer"))] == ["审核通过"]
    assert STAGE.todos(county.person("department_reviewer", 1)) == []
    assert [one.title for one in STAGE.watching(project)] == [year.name]


def test_what_came_back_stands_once_with_its_reason(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "reviewed")
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    with pytest.raises(Refused, match="不能只退回个别指标"):
        return_goal(goal=goal, person=leader, comment="偏低", rows={goal.indicators.all()[0].pk: "偏低"})
    assert "退回个别指标" not in as_(leader, county).get(url("detail", goal.pk)).content.decode()
    assert as_(leader, county).get(url("return", goal.pk)).status_code == 403
    return_goal(goal=goal, person=leader, comment="社会效益指标偏低")
    assert STAGE.todos(office) == []
    (back,) = STAGE.returned(office)
    assert (back.verb, back.reason.endswith("：社会效益指标偏低")) == ("重新审核", True)
    goal.refresh_from_db()
    return_goal(goal=goal, person=office, comment="请提高目标值")
    assert STAGE.returned(office) == []
    for role in ("unit_project", "unit_finance"):
        person = county.person(role)
        assert STAGE.todos(person) == []
        assert [one.verb for one in STAGE.returned(person)] == ["修改后重新提交"]


def test_many_goals_become_one_line(county: make.County) -> None:
    for _ in range(6):
        make.make_goal(county, make.make_subject(county), "department")
    found = STAGE.todos(county.person("department_reviewer"))
    assert [(one.title, one.money_fen) for one in found] == [
        ("2023 年度绩效目标 6 项（主管部门审核）", 600_000_000)
    ]
    assert found[0].url.endswith("?state=department")


def test_changed_budget_asks_for_adjustment(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_budget(county, year)
    goal = make.make_goal(county, year, "approved")
    make.make_budget(county, year, 10_000_000, kind="adjustment")
    found = STAGE.todos(county.person("unit_project"))
    assert [(one.verb, one.reason) for one in found] == [
        ("调整绩效目标", "预算现为 110.00 万元，目标批复时为 100.00 万元")
    ]
    page = as_(county.person("unit_project"), county).get(url("detail", goal.pk)).content.decode()
    assert "多 10.00 万元" in page


@pytest.mark.feature("3.03")
def test_the_points_and_last_years_promise_stand_beside_the_rows(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    row = goal.indicators.get(name="实验开出率")
    row.last_target = "≥93"
    row.save()
    page = make.sign_in(Client(), county.person("unit_project"), county.cycle).get(f"/goals/{goal.pk}/edit/")
    text = page.content.decode()
    assert "上年目标 ≥93%，还没有自评结果" in text
    shares = page.context["shares"]
    assert shares.total == sum(one.weight for one in goal.indicators.all())
    assert f"最多的是第 {shares.heaviest.place} 行“{shares.heaviest.name}”" in text
    assert [(one.position, one.target, one.actual) for one in page.context["past"]] == [(row.position, "≥93%", "")]
