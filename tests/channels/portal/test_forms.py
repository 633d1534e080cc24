"""A publication on its official form: what was published, and nothing else."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.channels.portal.documents import official_form
from jiheng.foundation import clock
from jiheng.foundation.sheets.read import read_form
from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.services import publish, withdraw
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.goals.models import Goal
from tests.made_results import make_budgeted, make_result
from tests.make import DAY, County, make_county, make_goal, make_subject


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def goal(county: County) -> Goal:
    with clock.at(DAY):
        made = make_goal(county, make_subject(county, name="2023年实验室设备更新项目"), "approved")
    made.objective = "购置设备120台，联系电话13900001111。"
    made.save(update_fields=["objective"])
    return made


def cells(content: bytes) -> list[str]:
    return [str(cell.value) for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in row]


def form(client: Client, made: Publication, kind: str) -> bytes:
    answer = client.get(reverse(f"portal:form_{kind}", args=[made.number]))
    assert answer.status_code == 200
    assert made.number in answer["Content-Disposition"]
    assert not answer.cookies
    return answer.content


def test_a_goal_is_given_on_its_form_without_persons(county: County, goal: Goal, client: Client) -> None:
    made = publish(source=goal, person=county.person("performance_office"))
    page = client.get(reverse("portal:detail", args=[made.number])).content.decode()
    assert reverse("portal:form_pdf", args=[made.number]) in page
    content = form(client, made, "xlsx")
    data = read_form(policy_for(goal.cycle).forms["F1"], content).data
    assert data["year_total"] == goal.fiscal_fen + goal.other_fen
    assert data["year_goal"] == "购置设备120台，联系电话（电话略）。"
    assert [one["name"] for one in data["indicators"]] == [row.name for row in goal.indicators.all()]
    assert data["filled_by"] is None
    words = "".join(cells(content))
    assert "13900001111" not in words
    assert not any(county.person(role).name in words for role in ("unit_project", "unit_finance"))
    assert form(client, made, "pdf").startswith(b"%PDF-")


def test_a_whole_departments_goal_is_given_on_the_form_of_departments(county: County, client: Client) -> None:
    with clock.at(DAY):
        whole = make_goal(county, make_subject(county, name="县教育局整体支出"), "approved")
    # The road of a department's goal is walked elsewhere; here its form is looked at.
    whole.scope = "department"
    whole.save(update_fields=["scope"])
    whole.tasks.create(position=1, name="改善办学条件", content="更新设备", fiscal_fen=100_000_000)
    made = publish(source=whole, person=county.person("performance_office"))
    words = "".join(cells(form(client, made, "xlsx")))
    assert "整体支出绩效目标" in words
    assert "改善办学条件" in words


def test_a_self_evaluation_is_given_with_money_and_scores(county: County, goal: Goal, client: Client) -> None:
    record = SelfEvaluation.objects.create(
        place=county.place, cycle=county.cycle, subject_year=goal.subject_year, goal=goal,
        work_year=county.cycle.budget_year, state="accepted", created_at=clock.now(), moved_at=clock.now(),
        initial_fen=100_000_000, budget_fen=100_000_000, executed_fen=93_000_000,
    )  # fmt: skip
    made = publish(source=record, person=county.person("performance_office"))
    content = form(client, made, "xlsx")
    data = read_form(policy_for(goal.cycle).forms["F5"], content).data
    assert data["money"]["total"]["executed"] == 93_000_000
    assert data["money"]["total"]["rate"] == 93
    assert form(client, made, "pdf").startswith(b"%PDF-")


def test_an_evaluation_is_given_as_its_score_sheet(county: County, client: Client) -> None:
    with clock.at(DAY):
        result = make_result(county, make_budgeted(county))
    made = publish(source=result, person=county.person("performance_office"))
    words = "".join(cells(form(client, made, "xlsx")))
    assert made.content["scores"][0]["name"] in words
    _, data = official_form(made)
    firsts = {row["level1"]: row["level1_points"] for row in data["items"]}
    assert sum(firsts.values()) == sum(row["points"] for row in data["items"]) == 100
    assert form(client, made, "pdf").startswith(b"%PDF-")


def test_what_was_withdrawn_gives_no_form(county: County, goal: Goal, client: Client) -> None:
    office = county.person("performance_office")
    made = publish(source=goal, person=office)
    withdraw(publication=made, reason="金额有误", person=office)
    assert client.get(reverse("portal:form_pdf", args=[made.number])).status_code == 404
    assert client.get(reverse("portal:form_xlsx", args=["2023-没有"])).status_code == 404
