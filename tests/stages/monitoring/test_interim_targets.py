"""Interim targets travel: set on the page, by workbook and interface, checked, signed, held against at the checkpoint."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.sheets.write import write_template
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.documents import goal_form
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import RowData, submit_goal
from jiheng.stages.goals.uploads import apply_upload, keep_upload
from jiheng.stages.monitoring.queries import reading_lines, readings_of
from jiheng.stages.monitoring.services import ReadingData, open_checkpoint, save_readings
from tests import make
from tests.channels.api.callers import call, mark, token_for

pytestmark = pytest.mark.django_db
PLACE = "hunan-tianyuan"


def planned(text: str) -> list[RowData]:
    """The usual rows, the first with an interim target."""
    first, *others = make.make_rows()
    return [replace(first, interim_text=text), *others]


def approved(county: make.County, text: str) -> Goal:
    """A goal whose first row has an interim target, as it stands once approved."""
    year = make.make_subject(county)
    goal = make.make_goal(county, year, rows=planned(text))
    Goal.objects.filter(pk=goal.pk).update(state="approved", approved_on=make.DAY)
    make.make_budget(county, year)
    goal.refresh_from_db()
    return goal


def test_a_goal_leaves_only_when_its_interim_targets_run_toward_the_year() -> None:
    county = make.make_county(PLACE)
    person = county.person("unit_project")
    for text, good in (("7月：119", True), ("7月：120台", True), ("7月：121", False), ("6月：60", False)):
        goal = make.make_goal(county, make.make_subject(county), rows=planned(text))
        if good:
            submit_goal(goal=goal, person=person)
            continue
        with pytest.raises(Refused) as refused:
            submit_goal(goal=goal, person=person)
        assert [one.clause for one in refused.value.refusals if "阶段性目标" in one.message] == [
            "《株洲市天元区预算绩效管理办法》第十四条（二）"
        ]


def test_only_places_that_offer_them_ask_for_them() -> None:
    shown = {}
    for place in (PLACE, make.PACK):
        county = make.make_county(place)
        goal = make.make_goal(county, make.make_subject(county), rows=planned("7月：60"))
        client = make.sign_in(Client(), county.person("unit_project"), county.cycle)
        page = client.get(reverse("goals:edit", args=[goal.pk])).content.decode()
        shown[place] = '<input type="hidden" name="rows-0-interim_text"' not in page
        assert 'value="7月：60"' in page
        goal.refresh_from_db()
        columns = {cell.value for row in _sheet(goal).iter_rows() for cell in row}
        assert ("阶段性目标" in columns) is (place == PLACE)
    assert shown == {PLACE: True, make.PACK: False}


def _sheet(goal: Goal):
    definition, data = goal_form(goal)
    content = write_template(definition, data, place=goal.place.code, record=f"goals.goal:{goal.pk}")
    return load_workbook(BytesIO(content)).worksheets[0]


def test_they_go_out_with_the_workbook_and_come_back_changed() -> None:
    county = make.make_county(PLACE)
    goal = make.make_goal(county, make.make_subject(county), rows=planned("7月：60"))
    sheet = _sheet(goal)
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "7月：60")
    cell.value = "7月：70台"
    out = BytesIO()
    sheet.parent.save(out)
    person = county.person("unit_project")
    upload = keep_upload(goal=goal, name="填报表.xlsx", content=out.getvalue(), person=person)
    assert upload.problems == []
    assert "7月：70台" in upload.content_changes[0].after
    apply_upload(goal=goal, name=upload.name, digest=upload.digest, person=person)
    assert goal.indicators.get(position=1).interim_text == "7月：70台"


def test_the_interface_writes_them_and_they_are_signed() -> None:
    county = make.make_county(PLACE)
    goal = make.make_goal(county, make.make_subject(county))
    before = hash_of(goal)
    row = goal.indicators.first()
    told = {
        "id": row.pk, "level1": row.level1, "level2": row.level2, "name": row.name, "target_text": row.target_text,
        "unit": row.unit, "weight": "20", "free_reason": row.free_reason, "interim_text": "7月：60",
    }  # fmt: skip
    body = {"objective": goal.objective, "indicators": [told]}
    token = token_for(county.person("unit_project"))
    answer = call(token, "POST", f"goals/{goal.pk}/content", body, etag=mark(goal), key="interim-1")
    assert answer.status_code == HTTPStatus.OK, answer.content.decode()
    assert answer.json()["indicators"][0]["interim_text"] == "7月：60"
    goal.refresh_from_db()
    assert hash_of(goal) != before


@pytest.mark.feature("5.04")
@pytest.mark.parametrize(("said", "light"), [("39.99", "yellow"), ("40", ""), ("40.01", "")])
def test_a_checkpoint_holds_the_value_against_its_interim_target(said: str, light: str) -> None:
    county = make.make_county(PLACE)
    goal = approved(county, "7月：50")
    with clock.at(date(2023, 8, 1)):
        point = open_checkpoint(cycle=county.cycle, key="july", person=county.person("performance_office"))
        report = point.reports.select_related("cycle__place", "place", "checkpoint").get()
        row = report.readings.get(indicator__position=1)
        assert (row.due_text, row.due) == ("50", Decimal(50))
        assert report.readings.filter(due__isnull=False).count() == 1
        person = county.person("unit_project")
        save_readings(
            report=report, readings={row.pk: ReadingData(said, likelihood="certain")}, note="", measures=[], person=person
        )
        drift = [one.light for one in report.warnings.filter(reading=row, rule="attainment_drift")]
    assert drift == ([light] if light else [])
    lines = reading_lines(report, readings_of(report), ())
    assert [(one.due, one.planned) for one in lines if one.reading.pk == row.pk] == [("50", True)]
    client = make.sign_in(Client(), person, county.cycle)
    for page in ("fill", "detail"):
        assert "阶段目标 50" in client.get(reverse(f"monitoring:{page}", args=[report.pk])).content.decode()
    assert "阶段 7月：50" in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
