"""Whatever became of the bodies, a year's money is the same by its own bodies and by today's."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import count
from typing import Any, cast

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.accounts.changes import ChangeData, NewBody
from jiheng.foundation.accounts.models import BodyChange, Organisation
from jiheng.foundation.accounts.tree import tree_on
from jiheng.registers.bodies.queries import level
from jiheng.registers.bodies.restated import Sums, leaves_of, restate
from jiheng.registers.bodies.services import choices_after, movable, move_subjects, register_change
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import SubjectYear
from tests.make import County, make_budget, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
YEARS = (2023, 2024, 2025)
NUMBERS = count(1)


@pytest.fixture
def county() -> County:
    """A county with three open years, the same three projects in each, a different sum for each."""
    made = make_county()
    with clock.at(date(2022, 12, 1)):
        office = made.person("performance_office")
        later = [open_cycle(place=made.place, budget_year=year, person=office) for year in YEARS[1:]]
        cycles = [made.cycle, *later]
        for cycle in cycles:
            for unit in range(3):
                for number in range(2):
                    make_year(made, cycle, unit, number)
    return made


def make_year(county: County, cycle: Cycle, unit: int, number: int) -> None:
    """A project of a unit in one year, with money; the same code every year."""
    asked = 1_000_001 * (unit * 2 + number + 1) + cycle.budget_year
    year = make_subject(county, unit=unit, cycle=cycle, code=f"X{unit}{number}", requested_fen=asked)
    make_budget(county, year, asked - 7)
    make_budget(county, year, asked // 3, kind="payment", day=date(cycle.budget_year, 6, 1))


def data_of(draw: st.DataObject, county: County, day: date) -> ChangeData:
    """Draw a change of bodies that stand."""
    kind = draw.draw(st.sampled_from(("department", "unit", "unit")))
    bodies = list(Organisation.objects.filter(place=county.place, kind=kind, valid_to=None, valid_from__lt=day))
    body = draw.draw(st.sampled_from(sorted(bodies, key=lambda one: one.pk)))
    others = [one for one in bodies if one.pk != body.pk]
    above = list(Organisation.objects.filter(place=county.place, kind="department", valid_to=None).order_by("pk"))
    parent = draw.draw(st.sampled_from(above)) if kind == "unit" else None

    def new() -> NewBody:
        number = next(NUMBERS)
        return NewBody(f"N{number}", f"新单位{number}", parent)

    what = draw.draw(st.sampled_from(("rename", "merge", "into", "split", "part")))
    if what in {"merge", "into"} and others:
        other = draw.draw(st.sampled_from(others))
        if what == "into":
            return ChangeData("merge", day, "文件", (body,), (other,))
        return ChangeData("merge", day, "文件", (body, other), (new(),))
    if what == "split":
        return ChangeData("split", day, "文件", (body,), (new(), new()), heir=draw.draw(st.integers(0, 1)))
    if what == "part":
        return ChangeData("split", day, "文件", (body,), (new(),), stays=True)
    return ChangeData("rename", day, "文件", (body,), (new(),))


def divide(draw: st.DataObject, change: BodyChange, county: County) -> None:
    """After a split, draw where some of the projects go."""
    bodies = [one.pk for one in choices_after(change) if one.kind == "unit"]
    rows = list(movable(change).values_list("pk", flat=True))
    if change.kind == "split" and bodies and rows:
        moves = {pk: draw.draw(st.sampled_from(bodies)) for pk in rows}
        move_subjects(change=change, moves=moves, person=county.person("performance_office"))


def plus(sums: Iterator[Sums]) -> Sums:
    """Add up."""
    total = Sums()
    for one in sums:
        total = total.plus(one)
    return total


@given(draw=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_are_the_same_in_both_views_after_any_history(county: County, draw: st.DataObject) -> None:
    office = county.person("performance_office")
    cycles = list(Cycle.objects.filter(place=county.place))
    with transaction.atomic():
        day = date(2023, 1, 1)
        before = {cycle.pk: plus(one.sums for one in leaves_of(office, cycle)) for cycle in cycles}
        for _ in range(draw.draw(st.integers(1, 5))):
            day += timedelta(days=draw.draw(st.integers(20, 300)))
            with clock.at(day):
                divide(draw, register_change(data=data_of(draw, county, day), person=office), county)
        with clock.at(day + timedelta(days=1)):
            standing = {one.pk for one in tree_on(county.place.pk).standing}
            for cycle in cycles:
                check_year(county, cycle, before[cycle.pk], standing, day)
        transaction.set_rollback(True)


def check_year(county: County, cycle: Cycle, total: Sums, standing: set[int], day: date) -> None:
    """Compare the views of one year, by department and by unit, today and on any day between."""
    office = county.person("performance_office")
    for what in ("unit", "department"):
        found = restate(office, cycle, what)
        assert found.total == total
        assert plus(one.stood for one in found.lines) == plus(one.now for one in found.lines) == total
        assert {one.body for one in found.lines if one.now.subjects} <= standing
        gone = {one.body: one.change for one in found.lines}
        assert plus(iter(gone.values())) == Sums()
        for line in found.lines:  # each difference is what its moves say
            out = plus(one.sums for one in found.moves if one.source == line.name)
            back = plus(one.sums for one in found.moves if one.target == line.name)
            assert line.change == back.less(out)
    for on in (date(2023, 1, 2), date(2023, 7, 1), day, clock.today()):
        leaves = leaves_of(office, cycle, on)
        assert len({one.pk for one in leaves}) == len(leaves) == SubjectYear.objects.filter(cycle=cycle).count()
        assert plus(one.sums for one in leaves) == total
        assert level(office, cycle, on).total == total
        if on.year == cycle.budget_year:
            then = {one.pk for one in tree_on(county.place.pk, on).standing}
            assert {one.unit for one in leaves} | {one.department for one in leaves} <= then


@pytest.mark.feature("1.02")
def test_file_holds_both_views_and_each_difference_with_its_ground(county: County, client: Client) -> None:
    """The workbook's sums are the page's, its second sheet explains them, and both say of which day they are."""
    office = county.person("performance_office")
    units = list(Organisation.objects.filter(place=county.place, kind="unit", valid_to=None).order_by("code")[:2])
    with clock.at(date(2025, 7, 1)):
        data = ChangeData("merge", date(2025, 6, 1), "编办〔2025〕7号", (units[0],), (units[1],))
        register_change(data=data, person=office)
        cycle = county.cycle
        found = restate(office, cycle, "unit")
        sign_in(client, office, cycle)
        page = client.get(reverse("bodies:restated"), {"by": "unit"}).content.decode()
        assert "导出 Excel" in page
        answer = client.get(reverse("bodies:restated_file", args=["xlsx"]), {"by": "unit"})
        text = client.get(reverse("bodies:restated_file", args=["csv"]), {"by": "unit"}).content.decode("utf-8-sig")
    book = load_workbook(BytesIO(b"".join(answer)), read_only=True)
    assert book.sheetnames == ["明细", "差异", "说明"]
    lines, moves, about = [cast("list[tuple[Any, ...]]", list(book[name].iter_rows(values_only=True))) for name in book.sheetnames]
    assert len(lines) == len(found.lines) + 2
    assert round(lines[-1][6] * 10**6) == round(lines[-1][7] * 10**6) == found.total.budget
    assert [row[:3] for row in moves[1:-1]] == [(units[0].name, units[1].name, found.moves[0].sums.subjects)]
    assert "编办〔2025〕7号" in moves[1][-1]
    assert ("重述日期", "2025-07-01") in [row[:2] for row in about]
    told = {row[0]: row[-1] for row in lines}
    assert f"划给{units[1].name}" in told[units[0].name]
    assert f"接自{units[0].name}" in told[units[1].name]
    rows = list(csv.DictReader(StringIO(text)))
    assert {(row["预算年度"], row["重述日期"]) for row in rows} == {("2023", "2025-07-01")}
    assert sum(Decimal(row["预算，今天（万元）"]) * 10**6 for row in rows) == found.total.budget
