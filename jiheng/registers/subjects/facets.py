"""Choices above lists by whose a subject is: the departments and units whose subjects the person can see."""

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.lists import Facet
from jiheng.registers.subjects.queries import organisations_in_sight


def _departments(person: Person) -> list[tuple[str, str]]:
    return organisations_in_sight(person, "department")


def _units(person: Person) -> list[tuple[str, str]]:
    return organisations_in_sight(person, "unit")


def department_facet(path: str = "") -> Facet:
    """Narrow to one department; `path` leads to the subject and year, as `subject_year__`."""
    return Facet("department", "主管部门", _departments, field=f"{path}department_id")


def unit_facet(path: str = "", label: str = "单位") -> Facet:
    """Narrow to one unit; `path` leads to the subject and year, as `subject_year__`."""
    return Facet("unit", label, _units, field=f"{path}unit_id")
