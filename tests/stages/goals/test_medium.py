"""The medium term beside the annual goal: told on pages, in the official form, over the interface, and into the next year."""

from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.sheets.write import write_template
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subject
from jiheng.stages.goals.documents import goal_form
from jiheng.stages.goals.facts import all_findings
from jiheng.stages.goals.medium import medium_of, period_in
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import RowData, save_content, start_goal
from jiheng.stages.goals.uploads import apply_upload, keep_upload
from tests.channels.api.callers import call, token_for
from tests.make import (
    BUDGET_YEAR,
    DAY,
    County,
    make_budget,
    make_county,
    make_goal,
    make_rows,
    make_subject,
    sign_in,
)

pytestmark = pytest.mark.django_db
THIRD = BUDGET_YEAR + 2
SETS = f"≥360台（{BUDGET_YEAR}年120、{BUDGET_YEAR + 1}年120、{THIRD}年120）"
RATE = f"≥98%（累计：{BUDGET_YEAR}年95、{BUDGET_YEAR + 1}年96、{THIRD}年98）"
CHECKS = {"medium_years", "medium_year_value", "medium_missing"}


@dataclass
class World:
    """A county with a project of three years and its goal."""

    county: County
    year: SubjectYear
    goal: Goal

    def write(self, sets: str = SETS, rate: str = RATE, value: str = "≥120") -> None:
        person = self.county.person("unit_project")
        stored = {row.name: row.pk for row in self.goal.indicators.all()}
        save_content(goal=self.goal, person=person, rows=rows(stored, sets, rate, value), objective="购置教学设备120台并投入使用。")
        self.goal.refresh_from_db()

    def found(self) -> list[tuple[str, str]]:
        return [(one.check, one.message) for one in all_findings(self.goal) if one.check in CHECKS]


def rows(stored: dict[str, int], sets: str, rate: str, value: str) -> list[RowData]:
    terms = {"购置教学设备台数": sets, "实验开出率": rate}
    made = [replace(row, pk=stored.get(row.name), term_text=terms.get(row.name, "")) for row in make_rows()]
    return [replace(row, target_text=value) if row.name == "购置教学设备台数" else row for row in made]


@pytest.fixture
def world() -> World:
    with clock.at(DAY):
        county = make_county()
        year = make_subject(county, first_year=BUDGET_YEAR, last_year=THIRD)
        world = World(county, year, make_goal(county, year))
        world.write()
        return world


@pytest.mark.feature("3.01")
def test_years_that_do_not_make_the_term_and_targets_below_it_are_found(world: World) -> None:
    with clock.at(DAY):
        assert world.found() == []
        for value, short in (("≥119", True), ("≥120", False), ("≥121", False)):
            world.write(value=value)
            assert bool(world.found()) is short, value
        world.write(sets=SETS.replace("360", "361"))
        assert world.found() == [("medium_years", "各年合计360台，中期指标值361台，少1台")]
        world.write(rate=RATE.replace("96", "94"))
        assert [one for one, _ in world.found()] == ["medium_years"]
        world.write(sets="", rate="")
        assert world.found() == [], "where the rules do not demand it, nothing is missing"


@pytest.mark.feature("3.01")
def test_a_project_of_one_year_has_no_medium_term(world: World) -> None:
    with clock.at(DAY):
        single = make_goal(world.county, make_subject(world.county))
        assert period_in(single) is None
        assert medium_of(single, list(single.indicators.all())) is None


@pytest.mark.feature("3.01")
def test_the_page_shows_the_term_beside_the_year_and_the_interface_tells_it(world: World) -> None:
    with clock.at(DAY):
        world.write(value="≥100")
        page = sign_in(Client(), world.county.person("unit_project"), world.county.cycle)
        for address in ("", "edit/"):
            shown = page.get(f"/goals/{world.goal.pk}/{address}").content.decode()
            assert f"中期目标 {BUDGET_YEAR}—{THIRD}年" in shown
            assert "≥360台" in shown
            assert "比中期目标分到本年的120台宽松" in shown
        told = call(token_for(world.county.person("unit_project")), "GET", f"goals/{world.goal.pk}").json()
        medium = {row["name"]: row["medium"] for row in told["indicators"]}
        assert medium["购置教学设备台数"] == {
            "spread": "each", "years": {str(BUDGET_YEAR): "120", str(BUDGET_YEAR + 1): "120", str(THIRD): "120"},
            "asked": "120", "short": True, "faults": [],
        }  # fmt: skip
        assert medium["师生满意度"] is None
        foreign = sign_in(Client(), world.county.person("unit_project", 1), world.county.cycle)
        assert foreign.get(f"/goals/{world.goal.pk}/").status_code == 404


@pytest.mark.feature("3.01")
def test_the_official_form_carries_the_term_out_and_back(world: World) -> None:
    project = world.county.person("unit_project")
    with clock.at(DAY):
        definition, data = goal_form(world.goal)
        content = write_template(definition, data, place=world.goal.place.code, record=f"goals.goal:{world.goal.pk}")
        book = load_workbook(BytesIO(content))
        (cell,) = [one for line in book.worksheets[0].iter_rows() for one in line if one.value == SETS]
        more = SETS.replace(f"{THIRD}年120", f"{THIRD}年121").replace("360", "361")
        cell.value = more
        out = BytesIO()
        book.save(out)
        upload = keep_upload(goal=world.goal, name="填报表.xlsx", content=out.getvalue(), person=project)
        assert upload.problems == []
        apply_upload(goal=world.goal, name="填报表.xlsx", digest=upload.digest, person=project)
        kept = dict(world.goal.indicators.values_list("name", "term_text"))
        assert (kept["购置教学设备台数"], kept["实验开出率"]) == (more, RATE)
        assert world.found() == []


@pytest.mark.feature("3.01")
def test_the_term_goes_on_into_the_next_year_with_what_came_of_it(world: World) -> None:
    county, project = world.county, world.county.person("unit_project")
    with clock.at(DAY):
        Goal.objects.filter(pk=world.goal.pk).update(state="approved", approved_on=DAY, current=True, medium_fiscal_fen=300_000_000)
        make_budget(county, world.year)
        cycle = open_cycle(place=county.place, budget_year=BUDGET_YEAR + 1, person=county.person("performance_office"))
        told = world.year
        data = SubjectData(
            code=told.subject.code, name=told.name, kind=told.kind, unit=told.unit, department=told.department,
            requested_fen=told.requested_fen, first_year=told.first_year, last_year=told.last_year, sector=told.sector,
        )  # fmt: skip
        after = register_subject(cycle=cycle, data=data, person=county.person("performance_office"))
        goal = start_goal(year=after, person=project)
        assert goal.medium_fiscal_fen == 300_000_000
        medium = medium_of(goal, list(goal.indicators.all()))
        assert medium is not None
        line = next(one for one in medium.lines if one.row.name == "购置教学设备台数")
        assert [(one.year, one.asked, one.promised) for one in line.cells] == [
            (BUDGET_YEAR, "120", "≥120台"), (BUDGET_YEAR + 1, "120", "≥120台"), (THIRD, "120", ""),
        ]  # fmt: skip
        rate = next(one for one in medium.lines if one.row.name == "实验开出率")
        assert rate.asked == "≥96%"
        assert rate.short == "比中期目标分到本年的96%宽松", "last year's 95 per cent is not enough for this year"
