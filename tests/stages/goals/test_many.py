"""Many goals in one file: handed out, filled in by hand and by habit, merged, written together, given back updated."""

from io import BytesIO
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.models import Evidence, KnownLayout
from jiheng.foundation.jobs.models import JobRun
from jiheng.foundation.jobs.services import run_job
from jiheng.stages.goals import many_batches
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.services import save_content, start_goal
from tests import make
from tests.make import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def officer(county: make.County, role: str = "unit_project") -> Client:
    client = Client()
    sign_in(client, county.person(role))
    return client


def two_goals(county: make.County) -> list[Goal]:
    years = [make.make_subject(county, name="教学设备更新"), make.make_subject(county, name="操场改造")]
    return [make.make_goal(county, year) for year in years]


def listed(client: Client) -> tuple[Any, Worksheet, dict[str, str]]:
    """The list as it is handed out: the workbook, its sheet, the letter of each heading."""
    book = load_workbook(BytesIO(client.get(reverse("goals:many_file")).content))
    sheet = cast("Worksheet", book.worksheets[0])
    return book, sheet, {str(cell.value): cell.column_letter for cell in sheet[1] if cell.value}


def saved(book: Any, *, words: bool = False) -> bytes:
    """The workbook as bytes; with `words`, what begins with = is text (=100%), as it was handed out."""
    for line in book.worksheets[0].iter_rows() if words else ():
        for cell in line:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: Client, content: bytes, name: str = "清单.xlsx") -> Any:
    """Bring a file, and look at the page of what was read."""
    return client.post(reverse("goals:many"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def write(client: Client, read: Any, **chosen: Any) -> Any:
    """Confirm what the page showed."""
    return client.post(reverse("goals:many_apply", args=[read.context["batch"].pk]), chosen)


def at(sheet: Worksheet, letters: dict[str, str], heading: str, words: str, goal: Goal) -> Any:
    """The cell of a heading on the line of a project's indicator."""
    for row in range(2, sheet.max_row + 1):
        same = sheet[f"{letters['项目代码']}{row}"].value == goal.subject_year.subject.code
        if same and sheet[f"{letters['三级指标']}{row}"].value == words:
            return sheet[f"{letters[heading]}{row}"]
    raise AssertionError(words)


def target(goal: Goal, name: str = "购置教学设备台数") -> str:
    return value_words(goal.indicators.get(name=name))


@pytest.mark.feature("10.05")
def test_the_list_comes_back_without_differences_and_is_written_for_all_projects(county: make.County) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    same = upload(client, saved(book))
    assert (same.status_code, [str(p) for p in same.context["told"].problems]) == (200, [])
    assert "文件内容与现有内容相同" in same.content.decode()
    at(sheet, letters, "指标值", "购置教学设备台数", one).value = "不少于130台"
    at(sheet, letters, "指标值", "实验开出率", two).value = "≥98%"
    answer = upload(client, saved(book))
    assert [(name, c.what) for name, _, c in answer.context["told"].changes] == [
        ("教学设备更新", "购置教学设备台数"), ("操场改造", "实验开出率"),
    ]  # fmt: skip
    assert target(one) == "≥120台"
    assert write(client, answer).status_code == 302
    assert (target(one), target(two, "实验开出率")) == ("不少于130台", "≥98%")
    assert Evidence.objects.filter(row="离线填报表").count() == 2
    assert write(client, answer).status_code == 409
    assert "文件已写入" in client.get(reverse("goals:many_batch", args=[answer.context["batch"].pk])).content.decode()
    assert "已写入" in client.get(reverse("goals:many")).content.decode()


def test_conflicts_of_many_projects_are_chosen_and_the_rest_merges(county: make.County) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    for goal in (one, two):
        at(sheet, letters, "指标值", "购置教学设备台数", goal).value = "≥130台"
        row = goal.indicators.get(name="购置教学设备台数")
        row.target_text, row.value = "≥150", 150
        row.save()
    answer = upload(client, saved(book))
    clashes = answer.context["told"].clashes
    assert [one.what for one in clashes] == [
        "教学设备更新 · 购置教学设备台数“指标值”", "操场改造 · 购置教学设备台数“指标值”",
    ]  # fmt: skip
    named = [one.name for one in clashes]
    assert write(client, answer, clash=named).status_code == 422
    assert write(client, answer, clash=named, **{"side-0": "theirs", "side-rest": "mine"}).status_code == 302
    assert (target(one), target(two)) == ("≥130台", "≥150台")


@pytest.mark.feature("10.07")
def test_the_users_own_file_is_given_back_updated_with_all_that_was_added(county: make.County) -> None:
    one, _ = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    own = sheet.max_column + 1
    sheet.cell(1, own, "我的备注")
    sheet.cell(2, own, "问过李科")
    sheet.cell(2, own).fill = PatternFill("solid", start_color="FFFF00")
    sheet["C2"].comment = Comment("待定", "经办")
    sheet.row_dimensions[2].height = 66
    new = sheet.max_row + 1
    values: dict[str, Any] = {
        "项目代码": one.subject_year.subject.code, "一级指标": "产出", "二级指标": "质量", "三级指标": "设备投用率",
        "指标值": "100%", "分值": 5,
    }  # fmt: skip
    for heading, value in values.items():
        sheet[f"{letters[heading]}{new}"] = value
    answer = upload(client, saved(book))
    assert [str(p) for p in answer.context["told"].problems] == []
    assert answer.context["told"].unread == ["我的备注"]
    write(client, answer)
    assert one.indicators.filter(name="设备投用率", level2="质量指标").exists()
    row = one.indicators.get(name="购置教学设备台数")
    row.target_text, row.value = "≥150", 150
    row.save()
    file = client.get(reverse("goals:many_updated", args=[answer.context["batch"].pk]))
    back = load_workbook(BytesIO(file.content))
    page = cast("Worksheet", back.worksheets[0])
    assert at(page, letters, "指标值", "购置教学设备台数", one).value == "≥150台"
    assert page.cell(2, own).value == "问过李科"
    assert page.cell(2, own).fill.start_color.rgb == "00FFFF00"
    comment = page["C2"].comment
    assert comment is not None
    assert comment.text == "待定"
    assert page.row_dimensions[2].height == 66
    lineage = one.indicators.get(name="设备投用率").lineage.hex
    assert at(page, letters, "编号（勿改）", "设备投用率", one).value == lineage
    again = upload(client, file.content)
    told = again.context["told"]
    assert (told.problems, told.changes, told.clashes, told.based) == ([], [], [], True)


@pytest.mark.feature("10.06")
def test_every_mistake_is_told_at_its_cell_and_marked_in_the_users_file(county: make.County) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    at(sheet, letters, "指标值", "购置教学设备台数", one).value = "≥XX台"
    at(sheet, letters, "一级指标", "实验开出率", two).value = "乱写"
    at(sheet, letters, "分值", "实验开出率", two).value = "十二分半多"
    at(sheet, letters, "指标解释", "购置教学设备台数", two).value = "=A1&B1"  # saved without its result
    last = sheet.max_row + 1
    sheet[f"{letters['项目代码']}{last}"] = "没有的代码"
    sheet[f"{letters['三级指标']}{last}"] = "某指标"
    answer = upload(client, saved(book))
    problems = answer.context["told"].problems
    assert len(problems) == 5
    assert all(p.cell and p.rule and p.expected for p in problems)
    assert "写入 " not in answer.content.decode().split("form-bar")[-1]
    marked = client.get(reverse("goals:many_marked", args=[answer.context["batch"].pk]))
    told = cast("Worksheet", load_workbook(BytesIO(marked.content))["需更正事项"])
    assert told.max_row == 6
    assert write(client, answer).status_code == 422


def test_lines_sorted_copied_and_without_ids_are_still_known(county: make.County) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    rows = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    for number, line in enumerate(reversed(rows), start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(number, column).value = value
    at(sheet, letters, "三级指标", "购置教学设备台数", one).value = "购置实验设备台数"
    answer = upload(client, saved(book, words=True))
    assert answer.context["told"].problems == []
    write(client, answer)
    assert one.indicators.filter(name="购置实验设备台数").count() == 1
    assert one.indicators.count() == two.indicators.count()
    foreign = Workbook()
    page = cast("Worksheet", foreign.active)
    page.append(["项目名称", "一级指标", "二级指标", "三级指标", "指标值", "分值"])
    for row in two.indicators.all():
        page.append([two.subject_year.name, row.level1, row.level2, row.name, value_words(row), float(row.weight)])
    plain = upload(client, saved(foreign, words=True))
    told = plain.context["told"]
    assert (told.based, told.problems, told.changes) == (False, [], [])


def own_layout(goal: Goal, *, renamed: str = "绩效事项", extra: str = "") -> bytes:
    """A bureau's own table: a title, other words for the columns, merged project cells, sign and unit apart."""
    book = Workbook()
    page = cast("Worksheet", book.active)
    page.append(["某县绩效目标汇总表"])
    page.append(["序号", "用款项目", "大类", "小类", renamed, "方向", "数额", "计量", "占分", *([extra] if extra else [])])
    rows = list(goal.indicators.all())
    for number, row in enumerate(rows, start=1):
        words = value_words(row)
        sign = words[0] if words[0] in "≥≤=" else ""
        plain = bool(row.unit) and words.endswith(row.unit)
        value = words.removeprefix(sign).removesuffix(row.unit if plain else "")
        name = goal.subject_year.name if number == 1 else None
        page.append([number, name, row.level1, row.level2, row.name, sign, value, row.unit if plain else None, float(row.weight)])
    page.merge_cells(start_row=3, end_row=2 + len(rows), start_column=2, end_column=2)
    return saved(book)


PLACES = {"project": "1", "level1": "2", "level2": "3", "name": "4", "sign": "5", "target": "6", "measure": "7", "weight": "8"}


@pytest.mark.feature("10.08")
def test_a_bureaus_own_layout_is_learned_once_and_its_drift_is_told(county: make.County) -> None:
    goal, _ = two_goals(county)
    client = officer(county)
    first = upload(client, own_layout(goal))
    assert [one["column"].key for one in first.context["mapping"]][:2] == ["code", "project"]
    here = reverse("goals:many_batch", args=[first.context["batch"].pk])
    lacking = client.post(here, {"learn": "1", "column-project": "1"})
    assert "至少须指明三级指标" in lacking.content.decode()
    twice = client.post(here, {"learn": "1", "column-project": "4", "column-name": "4"})
    assert "不能对应两个栏目" in twice.content.decode()
    chosen = {f"column-{key}": place for key, place in PLACES.items()}
    learned = client.post(here, {"learn": "1", **chosen}, follow=True)
    told = learned.context["told"]
    assert ([str(p) for p in told.problems], told.rows_in) == ([], goal.indicators.count())
    assert told.changes == []
    assert KnownLayout.objects.get().columns["name"] == "绩效事项"
    again = upload(client, own_layout(goal))
    assert (again.status_code, again.context["mapping"], again.context["told"].changes) == (200, [], [])
    drifted = upload(client, own_layout(goal, extra="经办人"))
    assert "多了“经办人”" in drifted.content.decode()
    assert drifted.context["told"].problems == []
    moved = upload(client, own_layout(goal, renamed="事项名称"))
    assert "少了“绩效事项”" in moved.content.decode()
    assert moved.context["mapping"]


def test_money_of_many_projects_is_the_finance_officers_half(county: make.County) -> None:
    one, _ = two_goals(county)
    client = officer(county, "unit_finance")
    book, sheet, letters = listed(client)
    first = next(row for row in range(2, sheet.max_row + 1) if sheet[f"{letters['项目代码']}{row}"].value == one.subject_year.subject.code)
    sheet[f"{letters['年度财政拨款（万元）']}{first}"] = 88.5
    sheet[f"{letters['指标值']}{first}"] = "≥999台"
    answer = upload(client, saved(book))
    assert [(name, c.what, c.after) for name, _, c in answer.context["told"].changes] == [
        ("教学设备更新", "年度财政拨款", "88.50 万元")
    ]
    write(client, answer)
    one.refresh_from_db()
    assert one.fiscal_fen == 88_500_000
    assert target(one) == "≥120台"


def test_amounts_go_back_into_the_users_file_in_its_own_unit(county: make.County) -> None:
    one, _ = two_goals(county)
    client = officer(county, "unit_finance")
    book, sheet, letters = listed(client)
    money = letters["年度财政拨款（万元）"]
    first = next(row for row in range(2, sheet.max_row + 1) if sheet[f"{letters['项目代码']}{row}"].value == one.subject_year.subject.code)
    sheet[f"{money}1"] = "年度财政拨款（元）"
    for row in range(2, sheet.max_row + 1):
        if sheet[f"{money}{row}"].value is not None:
            sheet[f"{money}{row}"] = 885_000 if row == first else sheet[f"{money}{row}"].value * 10_000
    answer = upload(client, saved(book))
    write(client, answer)
    Goal.objects.filter(pk=one.pk).update(fiscal_fen=77_700_000)
    file = client.get(reverse("goals:many_updated", args=[answer.context["batch"].pk]))
    made = cast("Worksheet", load_workbook(BytesIO(file.content)).worksheets[0])
    assert made[f"{money}{first}"].value == 777_000


def test_a_project_without_a_goal_is_begun_by_its_lines(county: make.County) -> None:
    year = make.make_subject(county, name="新建食堂")
    client = officer(county)
    book, sheet, letters = listed(client)
    values: dict[str, Any] = {
        "年度目标": "年内建成。", "一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "建成食堂", "指标值": "1座",
        "分值": 50,
    }  # fmt: skip
    for heading, value in values.items():
        sheet[f"{letters[heading]}2"] = value
    answer = upload(client, saved(book))
    assert [str(p) for p in answer.context["told"].problems] == []
    assert write(client, answer).status_code == 302
    goal = Goal.objects.get(subject_year=year)
    assert (goal.objective, goal.indicators.get().name) == ("年内建成。", "建成食堂")


def test_a_goal_saved_meanwhile_is_shown_anew_and_nothing_is_written(county: make.County) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    at(sheet, letters, "指标值", "购置教学设备台数", one).value = "≥130台"
    answer = upload(client, saved(book))
    save_content(goal=two, person=county.person("unit_project"), objective="改后的目标", rows=[])
    again = client.post(reverse("goals:many_apply", args=[answer.context["batch"].pk]), follow=True)
    assert "已按现在的内容重新核对" in again.content.decode()
    assert target(one) == "≥120台"
    assert write(client, again).status_code == 302
    assert target(one) == "≥130台"
    two.refresh_from_db()
    assert two.objective == "改后的目标", "what was saved meanwhile stays"


def test_uploads_are_seen_by_those_who_write_the_same_half_of_the_same_body(county: make.County) -> None:
    two_goals(county)
    client = officer(county)
    batch = upload(client, saved(listed(client)[0])).context["batch"]
    here = reverse("goals:many_batch", args=[batch.pk])
    assert client.get(here).status_code == 200
    assert officer(county, "unit_finance").get(here).status_code == 404
    assert officer(county, "treasury").get(here).status_code == 404


@pytest.mark.feature("10.05")
def test_a_large_file_is_read_and_written_by_a_worker_while_the_page_waits(
    county: make.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    at(sheet, letters, "指标值", "购置教学设备台数", one).value = "≥130台"
    at(sheet, letters, "指标值", "实验开出率", two).value = "≥98%"
    monkeypatch.setattr(many_batches, "LARGE", 1)
    waiting = upload(client, saved(book))
    batch = waiting.context["batch"]
    assert "正在逐格核对" in waiting.content.decode()
    assert "正在逐格核对" in client.get(reverse("goals:many_progress", args=[batch.pk])).content.decode()
    client.post(reverse("goals:many_again", args=[batch.pk]))
    run = JobRun.objects.get()  # asked twice, read once
    run_job.func(run.pk)
    read = client.get(reverse("goals:many_batch", args=[batch.pk]))
    assert read.context["told"].changed == 2
    assert write(client, read).status_code == 302
    assert target(one) == "≥120台"
    assert "正在写入 2 个项目" in client.get(reverse("goals:many_batch", args=[batch.pk])).content.decode()
    assert write(client, read).status_code == 409
    run_job.func(JobRun.objects.get(done_at=None).pk)
    assert (target(one), target(two, "实验开出率")) == ("≥130台", "≥98%")
    assert client.get(reverse("goals:many_progress", args=[batch.pk])).status_code == 302
    assert Entry.objects.filter(action="goals.many_write").count() == 1


def test_what_stands_against_a_large_file_is_told_on_its_page(
    county: make.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = two_goals(county)
    client = officer(county)
    book, sheet, letters = listed(client)
    at(sheet, letters, "指标值", "购置教学设备台数", one).value = "≥130台"
    read = upload(client, saved(book))
    monkeypatch.setattr(many_batches, "LARGE", 1)
    write(client, read)
    save_content(goal=two, person=county.person("unit_project"), objective="改后的目标", rows=[])
    run_job.func(JobRun.objects.get().pk)
    told = client.get(reverse("goals:many_batch", args=[read.context["batch"].pk]))
    assert "没有写入" in told.content.decode()
    assert target(one) == "≥120台"
    assert told.context["told"].ready, "read anew with the worker's own try"


@pytest.mark.feature("10.05")
def test_the_goal_of_a_whole_department_is_in_the_file_with_its_tasks(county: make.County) -> None:
    project = make.make_subject(county, name="教学设备更新")
    make.make_goal(county, project)
    year = make.make_subject(county, kind="department", name="教育局整体支出", code="D1")
    whole = start_goal(year=year, person=county.person("unit_project"))
    client = officer(county)
    book, sheet, letters = listed(client)
    lines = {sheet[f"{letters['年度主要任务']}{row}"].value: row for row in range(2, sheet.max_row + 1)}
    task = whole.tasks.get()
    assert task.name == project.name
    row = lines[task.name]
    assert upload(client, saved(book)).context["told"].changes == []
    sheet[f"{letters['任务主要内容']}{row}"] = "购置设备并验收"
    new = sheet.max_row + 1
    sheet[f"{letters['项目代码']}{new}"] = "D1"
    sheet[f"{letters['年度主要任务']}{new}"] = "保障运转"
    sheet[f"{letters['年度财政拨款（万元）']}{new}"] = 5
    wrong = upload(client, saved(book))
    assert [p.label for p in wrong.context["told"].problems] == ["年度财政拨款"]
    sheet[f"{letters['年度财政拨款（万元）']}{new}"] = None
    answer = upload(client, saved(book))
    assert [(c.what, c.after) for _, _, c in answer.context["told"].changes] == [
        (f"任务“{task.name}”", f"{task.name}；购置设备并验收"), ("任务“保障运转”", ""),
    ]  # fmt: skip
    assert write(client, answer).status_code == 302
    assert [one.name for one in whole.tasks.order_by("position")] == [task.name, "保障运转"]
    finance = officer(county, "unit_finance")
    file = client.get(reverse("goals:many_updated", args=[answer.context["batch"].pk]))
    book = load_workbook(BytesIO(file.content))
    page = cast("Worksheet", book.worksheets[0])
    assert page[f"{letters['编号（勿改）']}{new}"].value == f"t{whole.tasks.get(name='保障运转').pk}"
    page[f"{letters['任务财政拨款（万元）']}{new}"] = 12.5
    money = upload(finance, saved(book))
    told = money.context["told"]
    assert ([str(p) for p in told.problems], told.clashes) == ([], [])
    assert "任务“保障运转”财政拨款" in [c.what for _, _, c in told.changes]
    assert write(finance, money).status_code == 302
    whole.refresh_from_db()
    assert whole.tasks.get(name="保障运转").fiscal_fen == 12_500_000
    assert whole.fiscal_fen == sum(one.fiscal_fen for one in whole.tasks.all())


def test_who_writes_no_goals_gets_no_file(county: make.County) -> None:
    client = officer(county, "treasury")
    assert client.get(reverse("goals:many")).status_code == 403
    assert client.get(reverse("goals:many_file")).status_code == 403


