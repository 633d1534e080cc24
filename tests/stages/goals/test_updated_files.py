"""A person's own form of one goal, given back with the present state: theirs stays, what has no place is told."""

from decimal import Decimal
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

from jiheng.foundation.sheets.meta import LEFT
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.services import TaskData, save_content, save_money, start_goal
from jiheng.stages.goals.updating import updated_upload
from jiheng.stages.goals.uploads import apply_upload, read_upload
from tests import make
from tests.stages.goals.test_uploads import handed_out, saved, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def opened(content: bytes) -> tuple[Workbook, Worksheet]:
    book = load_workbook(BytesIO(content))
    return book, next(cast("Worksheet", sheet) for sheet in book.worksheets if sheet.title not in {LEFT, "我的"})


def at(sheet: Worksheet, value: Any) -> str:
    """The address of the first cell that holds a value."""
    return next(str(cell.coordinate) for line in sheet.iter_rows() for cell in line if cell.value == value)


def bytes_of(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def again(goal: Goal, content: bytes) -> Any:
    """The file read once more, as if it were uploaded unchanged."""
    goal.refresh_from_db()
    return read_upload(goal, "表.xlsx", "", content)


@pytest.mark.feature("10.07")
def test_the_users_form_is_given_back_updated_with_all_that_was_added(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    book, sheet = opened(handed_out(goal))
    sheet[at(sheet, "≥95%")].value = "≥97%"
    name = at(sheet, "购置教学设备台数")
    sheet[name].comment = Comment("问过装备股", "老赵")
    sheet[name].fill = PatternFill("solid", start_color="FF00B050")
    sheet["K3"] = "我的备注"
    sheet.row_dimensions[5].height = 77
    book.create_sheet("我的")["A1"] = "=1+1"
    client = Client()
    make.sign_in(client, county.person("unit_project"))
    page = client.post(
        reverse("goals:upload", args=[goal.pk]), {"file": SimpleUploadedFile("表.xlsx", bytes_of(book))}
    )
    done = client.post(reverse("goals:upload_apply", args=[goal.pk]), {"token": page.context["token"]}, follow=True)
    saved(county, goal, 购置教学设备台数="≥150", objective="年内完成全部购置。")
    row = goal.indicators.all()[0]
    GoalIndicator.objects.create(
        goal=goal, position=90, level1=row.level1, level2=row.level2, name="后来加的", target_text="≥9个", weight=Decimal(0)
    )
    file = client.get(reverse("goals:upload_updated", args=[goal.pk]), {"file": done.context["filled"]})
    assert "更新" in done.content.decode()
    back, made = opened(file.content)
    assert made[name].value == "购置教学设备台数"
    assert made[name].comment is not None
    assert (made[name].comment.text, made[name].fill.start_color.rgb) == ("问过装备股", "FF00B050")
    assert (made["K3"].value, made.row_dimensions[5].height, back["我的"]["A1"].value) == ("我的备注", 77, "=1+1")
    assert at(made, "≥150台")
    assert at(made, "≥97%")
    assert at(made, "年内完成全部购置。")
    told = list(back[LEFT].iter_rows(values_only=True))
    assert len(told) == 2
    assert "后来加的" in str(told[1])
    # Sent back as it is, it changes nothing, and what has no place on it stays in the system.
    unchanged = again(goal, file.content)
    assert (unchanged.problems, unchanged.content_changes, unchanged.clashes) == ([], [], {"content": [], "money": []})
    assert (unchanged.based, unchanged.since["content"]) == (True, 0)
    # Edited again, only the edit comes in.
    made[at(made, "≥150台")].value = "≥160台"
    edited = again(goal, bytes_of(back))
    assert [one.what for one in edited.content_changes] == ["购置教学设备台数"]


def test_rows_taken_out_in_the_system_are_emptied_and_stay_out(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    found = sent(county, goal, handed_out(goal))
    goal.indicators.get(name="实验开出率").delete()
    made = updated_upload(goal, found.digest)
    _, sheet = opened(made.content)
    assert all(cell.value != "实验开出率" for line in sheet.iter_rows() for cell in line)
    back = again(goal, made.content)
    assert (back.problems, back.content_changes) == ([], [])


def test_a_row_that_the_user_added_is_known_afterwards(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    book, sheet = opened(handed_out(goal))
    names = [row.name for row in goal.indicators.all()]
    first = sheet[at(sheet, names[0])].row
    # The second row is typed over with another indicator, as people do who want a new one in its place.
    second = sheet[at(sheet, names[1])]
    second.value = "全新的指标"
    found = sent(county, goal, bytes_of(book))
    apply_upload(goal=goal, name="表.xlsx", digest=found.digest, person=county.person("unit_project"))
    goal.refresh_from_db()
    made = updated_upload(goal, found.digest)
    back = again(goal, made.content)
    assert (back.problems, back.content_changes) == ([], [])
    assert first > 1


def test_amounts_are_put_in_the_unit_that_the_sheet_states(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    book, sheet = opened(handed_out(goal))
    sheet[at(sheet, "单位：万元")].value = "单位：元"
    found = sent(county, goal, bytes_of(book), role="unit_finance")
    goal.refresh_from_db()
    save_money(
        goal=goal, person=county.person("unit_finance"), fiscal_fen=123_450_000, other_fen=0, medium_fiscal_fen=0,
        medium_other_fen=0, note=goal.money_note,
    )  # fmt: skip
    goal.refresh_from_db()
    made = updated_upload(goal, found.digest)
    assert at(opened(made.content)[1], 1_234_500)
    back = again(goal, made.content)
    assert back.money["fiscal_fen"] == 123_450_000
    assert back.money_changes == []


def test_a_department_form_keeps_its_totals_in_step(county: make.County) -> None:
    year = make.make_subject(county, kind="department", name="整体支出", code="D1")
    goal = start_goal(year=year, person=county.person("unit_project"))
    tasks = [TaskData(name="保障运转", content="日常"), TaskData(name="课后服务", content="全覆盖")]
    save_content(
        goal=goal, person=county.person("unit_project"), rows=make.make_rows(), objective="全年目标。", medium_objective="", tasks=tasks
    )
    goal.refresh_from_db()
    pks = [task.pk for task in goal.tasks.all()]

    def pay(first: int, second: int) -> None:
        goal.refresh_from_db()
        save_money(
            goal=goal, person=county.person("unit_finance"), fiscal_fen=first + second, other_fen=0, medium_fiscal_fen=0,
            medium_other_fen=0, note="", task_money={pks[0]: (first, 0), pks[1]: (second, 0)},
        )  # fmt: skip
        goal.refresh_from_db()

    pay(10**8, 2 * 10**8)
    found = sent(county, goal, handed_out(goal))
    assert found.problems == []
    pay(10**8, 3 * 10**8)
    made = updated_upload(goal, found.digest)
    back = again(goal, made.content)
    assert (back.problems, back.money_changes, back.content_changes) == ([], [], [])
    _, sheet = opened(made.content)
    assert at(sheet, 400)
