"""A policy's goal on a form of its own: on the page, in Excel and PDF, out and back; without such a form on a project's."""

from io import BytesIO
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.channels.portal.documents import official_form
from jiheng.foundation import clock
from jiheng.registers.cycles import queries
from jiheng.registers.subjects.models import SubjectYear, Warrant
from jiheng.stages.disclosure.services import publish
from jiheng.stages.goals import documents
from jiheng.stages.goals.documents import form_key, goal_form
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.policy_form import policy_boxes, years_of
from jiheng.stages.goals.uploads import apply_upload, keep_upload
from tests.make import DAY, PACK, County, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db
BASIS, CONTENT = "县政府常务会议纪要", "对义务教育学校购置教学设备给予补助，每台补助2000元"
SERVED = "全县义务教育阶段公办学校"


def registered(county: County, **data: Any) -> SubjectYear:
    """A policy of three years, of which the budget year is the second, with a document on which it rests."""
    now = county.cycle.budget_year
    told: dict[str, Any] = {
        "first_year": now - 1, "last_year": now + 1, "basis": BASIS, "overview": CONTENT, "served": SERVED, "change": "continuing",
    }  # fmt: skip
    year = make_subject(county, kind="policy", name="义务教育设备补助政策", **(told | data))
    Warrant.objects.create(
        subject_year=year, organisation=year.unit, kind="plan", title="设备补助办法", number="示教发〔2022〕1号",
        clause="第三条", written_by="经办", written_on=DAY,
    )  # fmt: skip
    return year


@pytest.fixture
def county() -> County:
    return make_county()


def template(goal: Goal, client: Client) -> tuple[Worksheet, dict[str, str]]:
    """The form as it is handed out to be filled in, and where its words stand."""
    book = load_workbook(BytesIO(client.get(reverse("goals:template", args=[goal.pk])).content))
    sheet = cast("Worksheet", book.worksheets[0])
    return sheet, {str(cell.value): cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value is not None}


def saved(sheet: Worksheet) -> bytes:
    out = BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(out)
    return out.getvalue()


@pytest.mark.feature("3.01")
def test_the_form_says_what_a_policy_is_and_the_page_too(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, registered(county))
        definition, data = goal_form(goal)
        client = sign_in(Client(), county.person("unit_project"), county.cycle)
        page = client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
        pdf = client.get(reverse("goals:form", args=[goal.pk, "pdf"])).content
        word = client.get(reverse("goals:form", args=[goal.pk, "docx"])).content
    now = county.cycle.budget_year
    assert (form_key(goal), definition.key, data["attribute"]) == ("F1P", "F1P", "延续政策")
    assert data["basis"] == f"{BASIS}\n《设备补助办法》（示教发〔2022〕1号）第三条"
    assert (data["content"], data["objects"]) == (CONTENT, SERVED)
    assert [(one["year"], one["total"], one["said"]) for one in data["years"]] == [
        (f"{now - 1}年", None, "没有批复的目标"), (f"{now}年", 100_000_000, "本年度目标"), (f"{now + 1}年", None, "以后年度"),
    ]  # fmt: skip
    for words in ("政策属性", "政策实施期", "政策资金", "F1P Excel", BASIS, "设备补助办法", CONTENT, SERVED, f"{now + 1} 年"):
        assert words in page
    assert pdf.startswith(b"%PDF-")
    (table,) = Document(BytesIO(word)).tables
    assert SERVED in {cell.text for row in table.rows for cell in row.cells}


@pytest.mark.feature("3.01")
@pytest.mark.parametrize(("before", "after", "count"), [(0, 0, 0), (0, 1, 2), (5, 5, 11), (6, 6, 11)])
def test_the_years_of_a_policy_are_shown_as_far_as_the_paper_goes(county: County, before: int, after: int, count: int) -> None:
    now = county.cycle.budget_year
    with clock.at(DAY):
        goal = make_goal(county, registered(county, first_year=now - before, last_year=now + after))
    assert len(years_of(goal)) == count


@pytest.mark.feature("10.05")
def test_it_goes_out_and_comes_back_without_loss_and_says_what_it_does_not_take(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, registered(county))
        person = county.person("unit_project")
        client = sign_in(Client(), person, county.cycle)
        sheet, at = template(goal, client)
        same = keep_upload(goal=goal, name="政策.xlsx", content=saved(sheet), person=person)
        assert (same.problems, same.notices, same.content_changes, same.money_changes) == ([], [], [], [])
        sheet[at["≥120台"]].value = "≥130台"
        sheet[at[SERVED]].value = "另一种对象"
        changed = keep_upload(goal=goal, name="政策.xlsx", content=saved(sheet), person=person)
        assert [str(one) for one in changed.problems] == []
        assert [(one.cell, one.label) for one in changed.notices] == [(at[SERVED], "支持对象")]
        assert len(changed.content_changes) == 1
        apply_upload(goal=goal, name="政策.xlsx", digest=changed.digest, person=person)
        assert goal.indicators.get(name="购置教学设备台数").target_text == "≥130台"
        sheet[at["义务教育设备补助政策"]].value = "另一项政策"
        wrong = keep_upload(goal=goal, name="政策.xlsx", content=saved(sheet), person=person)
        assert [(one.cell, one.label) for one in wrong.problems] == [(at["义务教育设备补助政策"], "政策名称")]


@pytest.mark.feature("3.01")
def test_places_without_the_form_print_policies_on_that_of_projects(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(DAY):
        goal = make_goal(county, registered(county))
        project = make_goal(county, make_subject(county))
    assert form_key(project) == "F1"
    rules = queries.policy_for(county.cycle)
    older = rules.model_copy(update={"forms": {key: one for key, one in rules.forms.items() if key != "F1P"}})
    monkeypatch.setattr(documents, "policy_for", lambda _cycle: older)
    definition, data = goal_form(goal)
    assert (definition.key, data["attribute"], "years" in data) == ("F1", "延续项目", False)


def test_a_form_with_one_box_for_content_and_whom_it_serves_holds_both(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, registered(county))
    assert policy_boxes(goal, apart=False)["objects"] == f"{CONTENT}\n{SERVED}"
    assert "content" not in policy_boxes(goal, apart=False)


def test_whoever_registers_a_policy_says_whom_it_serves(county: County) -> None:
    client = sign_in(Client(), county.person("unit_project"), county.cycle)
    told = {
        "name": "设备补助政策", "code": "ZC-01", "kind": "policy", "change": "new", "requested_fen": "100", "book": "general_public_budget",
        "first_year": str(county.cycle.budget_year), "last_year": str(county.cycle.budget_year), "overview": CONTENT, "basis": BASIS,
    }  # fmt: skip
    refused = client.post(reverse("subjects:register"), told)
    assert refused.status_code == 422
    assert "政策须写明支持对象" in refused.content.decode()
    assert client.post(reverse("subjects:register"), told | {"served": SERVED}).status_code == 302
    assert SubjectYear.objects.get(subject__code="ZC-01").served == SERVED


def test_the_public_gets_the_form_of_policies_with_what_was_published(county: County) -> None:
    with clock.at(DAY):
        goal = make_goal(county, registered(county), "approved")
        made = publish(source=goal, person=county.person("performance_office"))
    definition, data = official_form(made)
    assert (definition.key, data["project_name"], "basis" in data) == ("F1P", "义务教育设备补助政策", False)


def test_where_interim_targets_are_set_the_form_of_policies_has_them() -> None:
    forms = queries.policy_for(make_county("hunan-tianyuan").cycle).forms
    assert forms["F1P"].field("notes.interim").label == forms["F1"].field("notes.interim").label
    with pytest.raises(LookupError):
        queries.policy_for(make_county(PACK).cycle).forms["F1P"].field("notes.interim")
