"""Registering a project: only one's own, in an open year, and no other unit's by its code."""

import pytest

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subject, register_subjects
from tests.make import DAY, County, make_county, make_organisation, make_place, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def told(county: County, unit: int = 0, code: str = "P1") -> SubjectData:
    body = county.units[unit]
    assert body.parent is not None
    return SubjectData(code=code, name="试验项目", kind="project", unit=body, department=body.parent)


def test_unit_registers_only_for_itself(county: County) -> None:
    clerk = county.person("unit_project", 0)
    assert register_subject(cycle=county.cycle, data=told(county), person=clerk).unit == county.units[0]
    with pytest.raises(Refused, match="本单位"):
        register_subject(cycle=county.cycle, data=told(county, 1, "P2"), person=clerk)


def test_unit_takes_up_no_project_of_another_unit_by_its_code(county: County) -> None:
    """With the code would come the other unit's goals and results of earlier years."""
    make_subject(county, unit=0, code="P9")
    with clock.at(DAY):
        later = open_cycle(place=county.place, budget_year=2024, person=county.person("performance_office"))
    thief, owner = county.person("unit_project", 1), county.person("unit_project", 0)
    with pytest.raises(Refused, match="其他单位"):
        register_subject(cycle=later, data=told(county, 1, "P9"), person=thief)
    assert register_subject(cycle=later, data=told(county, 0, "P9"), person=owner).budget_year == 2024


def test_bureau_hands_a_project_over_to_another_unit(county: County) -> None:
    make_subject(county, unit=0, code="P9")
    with clock.at(DAY):
        later = open_cycle(place=county.place, budget_year=2024, person=county.person("performance_office"))
    made = register_subject(cycle=later, data=told(county, 1, "P9"), person=county.person("division"))
    assert made.unit == county.units[1]


def test_nothing_is_registered_in_another_place(county: County) -> None:
    other = make_county("national")
    for person in (other.person("performance_office"), other.person("unit_project")):
        with pytest.raises(Refused, match="本地区"):
            register_subject(cycle=county.cycle, data=told(county), person=person)
        with pytest.raises(Refused, match="本地区"):
            register_subjects(cycle=county.cycle, rows=[told(county)], person=person)
    assert not SubjectYear.objects.exists()


def test_bodies_of_another_place_are_no_spenders(county: County) -> None:
    foreign = make_organisation(make_place("elsewhere", "邻县"), "unit", "邻县中学")
    data = SubjectData(code="P1", name="试", kind="project", unit=foreign, department=county.departments[0])
    with pytest.raises(Refused, match="本地区的单位"):
        register_subject(cycle=county.cycle, data=data, person=county.person("division"))


def test_closed_year_takes_no_more_projects(county: County) -> None:
    Cycle.objects.update(state="closed")
    with pytest.raises(Refused, match="已关闭"):
        register_subject(
            cycle=Cycle.objects.get(), data=told(county), person=county.person("unit_project", 0)
        )


@pytest.mark.parametrize("role", ["unit_head", "department_reviewer", "treasury", "congress", "agency", "system_admin"])
def test_other_roles_register_nothing(county: County, role: str) -> None:
    with pytest.raises(Refused):
        register_subject(cycle=county.cycle, data=told(county), person=county.person(role))
