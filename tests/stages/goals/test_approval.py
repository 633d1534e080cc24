"""Budget and goals approved by one paper: what it says, its check code, what it finds changed afterwards."""

from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from jiheng.foundation.refused import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.stages.goals.approval import deviations, ordinal
from jiheng.stages.goals.models import ApprovalDocument, Goal, GoalIndicator
from jiheng.stages.goals.services.approving import issue_approval
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def approved(county: make.County) -> Goal:
    """A goal approved for exactly the money of its budget."""
    year = make.make_subject(county)
    goal = make.make_goal(county, year, "approved")
    make.make_budget(county, year, goal.fiscal_fen + goal.other_fen)
    return goal


def issued(county: make.County, number: str = "测财绩〔2023〕1号") -> ApprovalDocument:
    return issue_approval(
        cycle=county.cycle, department=county.departments[0], number=number, person=county.person("performance_office")
    )


@pytest.mark.feature("3.20")
def test_paper_holds_budget_and_goals_and_agrees_with_the_records(county: make.County) -> None:
    goal = approved(county)
    one = issued(county)
    assert deviations(one) == []
    (project,) = one.content["projects"]
    assert (project["budget_fen"], len(project["goal"]["rows"])) == (goal.fiscal_fen + goal.other_fen, goal.indicators.count())
    client = make.sign_in(Client(), county.person("department_reviewer"), county.cycle)
    page = client.get(reverse("goals:approval", args=[one.pk])).content.decode()
    assert "与记录一致" in page
    assert one.code in page
    word = Document(BytesIO(client.get(reverse("goals:approval_file", args=[one.pk, "docx"])).content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert goal.subject_year.name in cells
    assert "≥120台" in cells
    footer = "".join(line.text for section in word.sections for line in section.footer.paragraphs)
    assert one.code in footer
    assert client.get(reverse("goals:approval_file", args=[one.pk, "pdf"])).content.startswith(b"%PDF")


@pytest.mark.feature("3.20")
def test_a_changed_figure_is_told(county: make.County) -> None:
    goal = approved(county)
    one = issued(county)
    make.make_budget(county, goal.subject_year, -5_000_000, day=date(2023, 6, 1), kind="adjustment")
    row = goal.indicators.first()
    assert row is not None
    GoalIndicator.objects.filter(pk=row.pk).update(target_text="≥100", value=100)
    told = {found.what: (found.said, found.now) for found in deviations(one)}
    assert told["预算"] == ("100.00 万元", "95.00 万元")
    assert told[f"指标“{row.name}”"][1].endswith("≥100台，20 分")
    later = approved(county)
    assert [found.project for found in deviations(one) if found.what == "项目"] == [later.subject_year.name]
    page = make.sign_in(Client(), county.person("auditor"), county.cycle).get(reverse("goals:approval", args=[one.pk]))
    assert "与现在的记录不一致" in page.content.decode()


@pytest.mark.feature("3.20")
def test_a_paper_is_found_by_its_check_code_and_cannot_be_altered(county: make.County) -> None:
    approved(county)
    one = issued(county)
    client = make.sign_in(Client(), county.person("division"), county.cycle)
    url = reverse("goals:approvals")
    assert one.number in client.get(url, {"code": one.code.lower().replace("-", " ")}).content.decode()
    assert "没有校验码或文号" in client.get(url, {"code": "0000-0000"}).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        ApprovalDocument.objects.update(number="另号")


def test_money_of_goal_and_budget_must_agree(county: make.County) -> None:
    goal = approved(county)
    make.make_budget(county, goal.subject_year, 1_000_000, day=date(2023, 6, 1), kind="adjustment")
    with pytest.raises(Refused, match="不一致"):
        issued(county)


def test_numbers_are_used_once_and_departments_need_goals(county: make.County) -> None:
    with pytest.raises(Refused, match="还没有批复的绩效目标"):
        issued(county)
    approved(county)
    issued(county)
    for number, said in (("测财绩〔2023〕1号", "已经用过"), ("  ", "请填写文号")):
        with pytest.raises(Refused, match=said):
            issued(county, number)
    Cycle.objects.filter(pk=county.cycle.pk).update(state="closed")
    county.cycle.refresh_from_db()
    with pytest.raises(Refused, match="已关闭"):
        issued(county, "测财绩〔2023〕2号")


def test_who_issues_and_who_reads(county: make.County) -> None:
    approved(county)
    with pytest.raises(Refused, match="由绩效管理股或局领导办理"):
        issue_approval(cycle=county.cycle, department=county.departments[0], number="1", person=county.person("division"))
    one = issued(county)
    other = make.sign_in(Client(), county.person("department_reviewer", 1), county.cycle)
    assert other.get(reverse("goals:approval", args=[one.pk])).status_code == 404
    unit = make.sign_in(Client(), county.person("unit_project"), county.cycle)
    assert unit.get(reverse("goals:approvals")).status_code == 403


def test_parts_are_counted_in_chinese() -> None:
    assert [ordinal(one) for one in (1, 10, 11, 20, 35, 100)] == ["一", "十", "十一", "二十", "三十五", "100"]
