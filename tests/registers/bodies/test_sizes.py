"""The registers that were asked for: 资兴's 237, 211 and 200 units in three years; 安康's 1,718 units on five levels."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.channels.dashboards.places import place_level
from jiheng.foundation import clock
from jiheng.foundation.accounts.changes import ChangeData, NewBody
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.places import reading
from jiheng.foundation.accounts.services import create_place
from jiheng.foundation.accounts.tree import rolled_up, tree_on
from jiheng.foundation.audit.queries import first_break
from jiheng.registers.bodies.queries import level
from jiheng.registers.bodies.restated import Restated, restate
from jiheng.registers.bodies.services import register_change
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.policies.services import take_snapshot
from jiheng.registers.subjects.models import Subject, SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subjects
from jiheng.rules.money import share_out, wan_to_fen
from tests.make import make_county, make_organisation, make_person

SINCE = date(2018, 1, 1)

# --- 资兴: how many units each year covered, and their money (资兴市财政局, 2022: 30.36亿, 37亿, 43.87亿元).
# Which units changed is not published: the 27 + 12 mergers, 2 splits and 3 renames below are made up to the counts.
ZIXING = {2019: (237, wan_to_fen("303600")), 2020: (211, wan_to_fen("370000")), 2021: (200, wan_to_fen("438700"))}


def units_of(place: Place, day: date) -> list[Organisation]:
    """Return the units that stand on a day, by code."""
    keys = [one.pk for one in tree_on(place.pk, day).standing if one.kind == "unit"]
    return list(Organisation.objects.filter(pk__in=keys).select_related("parent").order_by("code", "pk"))


def fill_year(cycle: Cycle, total: int, person: Person) -> None:
    """Register one project for each unit of the year, together exactly the year's money, and book it."""
    units = units_of(cycle.place, date(cycle.budget_year, 6, 30))
    shares = share_out(total, [number % 7 + 1 for number in range(len(units))])
    rows = [
        SubjectData(f"{cycle.budget_year}-{unit.code}", f"{unit.name}运转项目", "project", unit, unit.parent or unit, requested_fen=fen)
        for unit, fen in zip(units, shares, strict=True)
    ]
    for year in register_subjects(cycle=cycle, rows=rows, person=person):
        LedgerEntry.objects.create(
            place_id=year.place_id, subject_year=year, budget_year=year.budget_year, kind="initial",
            book=year.book, source="fiscal", amount_fen=year.requested_fen, day=date(cycle.budget_year, 1, 31),
        )  # fmt: skip


def changes_into(year: int, units: list[Organisation]) -> list[ChangeData]:
    """Return the changes on the first day of a year: 27 mergers, a split and 3 renames, then 12 mergers and a split."""
    day, paper = date(year, 1, 1), f"市委编委关于{year}年机构调整的批复"
    mergers = {2020: 27, 2021: 12}[year]
    found = [
        ChangeData("merge", day, paper, (units[2 * at],), (units[2 * at + 1],)) for at in range(mergers)
    ]
    one = units[2 * mergers]
    new = [NewBody(f"{one.code}{letter}", f"{one.name}{letter}处", one.parent) for letter in "甲乙"]
    found.append(
        ChangeData("split", day, paper, (one,), (new[0],), stays=True)
        if year == 2020
        else ChangeData("split", day, paper, (one,), tuple(new))
    )
    renamed = units[2 * mergers + 1 : 2 * mergers + 4] if year == 2020 else []
    found += [
        ChangeData("rename", day, paper, (unit,), (NewBody(unit.code, f"{unit.name}（新）", unit.parent),))
        for unit in renamed
    ]
    return found


@pytest.mark.django_db
@pytest.mark.feature("1.02")
def test_zixing_register_of_three_years_adds_up_in_both_views() -> None:
    place = create_place(code="national", name="资兴市")
    bureau = Organisation.objects.create(place=place, code="bureau", name="市财政局", kind="bureau", valid_from=SINCE)
    departments = Organisation.objects.bulk_create(
        Organisation(place=place, code=f"D{n:02}", name=f"第{n}局", kind="department", valid_from=SINCE) for n in range(20)
    )
    Organisation.objects.bulk_create(
        Organisation(
            place=place, code=f"U{n:03}", name=f"第{n}单位", kind="unit", parent=departments[n % 20], valid_from=SINCE
        )
        for n in range(237)
    )
    with clock.at(SINCE):
        office = make_person(bureau, "performance_office")
    printed: dict[int, Restated] = {}
    for year, (count, total) in ZIXING.items():
        with clock.at(date(year, 1, 1)):
            for data in changes_into(year, units_of(place, date(year, 1, 1))) if year > min(ZIXING) else []:
                register_change(data=data, person=office)
            # Rules of these years are in no pack yet; here only the register and its sums are asked.
            cycle = Cycle.objects.create(
                place=place, budget_year=year, snapshot=take_snapshot(place=place, person=office), opened_at=clock.now()
            )
        with clock.at(date(year, 12, 31)):
            assert len(units_of(place, date(year, 12, 31))) == count
            fill_year(cycle, total, office)
            printed[year] = restate(office, cycle, "unit")
            assert printed[year].total.budget == total
            assert printed[year].moves == ()
    with clock.at(date(2022, 1, 1)):
        for cycle in Cycle.objects.filter(place=place):
            now, then = restate(office, cycle, "unit"), printed[cycle.budget_year]
            stood = {line.name: line.stood for line in now.lines if line.stood.subjects}
            assert stood == {line.name: line.stood for line in then.lines}  # last year's figures under last year's names
            assert len(stood) == ZIXING[cycle.budget_year][0]
            assert now.total == then.total
            assert sum(line.now.budget for line in now.lines) == ZIXING[cycle.budget_year][1]
            assert {line.body for line in now.lines if line.now.subjects} <= {one.pk for one in units_of(place, clock.today())}
            assert all(move.changes for move in now.moves)
            assert level(office, cycle, date(cycle.budget_year, 12, 31)).total == then.total
        moved = {cycle.budget_year: len(restate(office, cycle, "unit").moves) for cycle in Cycle.objects.all()}
    # 27 merged and 3 renamed went into 2020; of 2021's 12 + 1 every one moves, too, once for each body it had before.
    assert moved[2021] == 0
    assert moved[2020] == 13
    assert moved[2019] >= 30
    assert first_break(place.pk) is None


# --- 安康


@pytest.mark.django_db
@pytest.mark.feature("1.01")
def test_ankang_1718_units_on_five_levels_add_up_at_every_node() -> None:
    """Province, city, ten counties (places), townships and bureaus, units: each total is the sum of its leaves."""
    luck = random.Random(1718)
    model = make_county()  # its frozen rules serve for all: what is measured here is the tree
    province = create_place(code="sn", name="示例省")
    city = create_place(code="sn-ak", name="示例市", parent=province)
    counties = [create_place(code=f"sn-ak-{n}", name=f"示例{n}县", parent=city) for n in range(10)]
    cycles, money = [], dict[int, int]()
    for at, place in enumerate(counties):
        cycle = Cycle.objects.create(
            place=place, budget_year=2023, snapshot=model.cycle.snapshot, opened_at=clock.now()
        )
        cycles.append(cycle)
        townships = Organisation.objects.bulk_create(
            Organisation(place=place, code=f"T{n:02}", name=f"第{n}镇", kind="department", valid_from=SINCE)
            for n in range(15)
        )
        count = 171 + (at < 8)
        units = Organisation.objects.bulk_create(
            Organisation(
                place=place, code=f"U{n:03}", name=f"第{n}单位", kind="unit", parent=townships[n % 15], valid_from=SINCE
            )
            for n in range(count)
        )
        subjects = Subject.objects.bulk_create(
            Subject(place=place, code=f"P{n}", kind="project") for n in range(count)
        )
        years = SubjectYear.objects.bulk_create(
            SubjectYear(
                place=place, subject=subject, cycle=cycle, budget_year=2023, kind="project", name=f"项目{subject.code}",
                unit=unit, department=unit.parent, requested_fen=luck.randint(1, 10**9), first_year=2023, last_year=2023,
                library_state="budgeted",
            )
            for unit, subject in zip(units, subjects, strict=True)
        )  # fmt: skip
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                place=place, subject_year=year, budget_year=2023, kind="initial", book=year.book, source="fiscal",
                amount_fen=year.requested_fen, day=date(2023, 1, 31),
            )
            for year in years
        )  # fmt: skip
        money |= {year.unit_id: year.requested_fen for year in years}
    assert len(money) == 1718
    office = make_person(make_organisation(province, "bureau", "示例省财政厅"), "performance_office")
    with clock.at(date(2023, 6, 30)):
        top, second = place_level(province, 2023), place_level(province, 2023, city.pk)
        assert top.total.budget == top.lines[0].whole.budget == second.total.budget == sum(money.values())
        for line, cycle in zip(second.lines, cycles, strict=True):
            reader = reading(office, line.place)
            whole = level(reader, cycle, clock.today())
            leaves = {pk: fen for pk, fen in money.items() if pk in whole.tree.bodies}
            assert line.whole.budget == whole.total.budget == sum(node.sums.budget for node in whole.nodes)
            assert whole.total.budget == sum(leaves.values())
            for node in whole.nodes:
                below = [pk for pk in leaves if whole.tree.parent(pk) == node.body.pk]
                assert node.sums.budget == sum(leaves[pk] for pk in below)
                assert (node.sums.subjects, node.below) == (len(below), len(below))
    assert sum(line.whole.subjects for line in second.lines) == 1718


@given(st.data())
def test_every_sum_of_any_tree_is_the_sum_of_its_leaves(draw: st.DataObject) -> None:
    count = draw.draw(st.integers(1, 40))
    parents = {
        node: draw.draw(st.sampled_from([None, *range(node)])) if node else None for node in range(count)
    }
    leaves = draw.draw(st.dictionaries(st.integers(0, count - 1), st.integers(-(10**12), 10**12)))
    order = draw.draw(st.permutations(list(parents)))
    sums = rolled_up({node: parents[node] for node in order}, leaves)
    for node in parents:
        below = [one for one in parents if node in way_up(one, parents)]
        assert sums[node] == sum(leaves.get(one, 0) for one in below)
    assert sum(sums[node] for node, above in parents.items() if above is None) == sum(leaves.values())


def way_up(node: int | None, parents: dict[int, int | None]) -> list[int]:
    """Return the node and everything above it."""
    found = []
    while node is not None:
        found.append(node)
        node = parents[node]
    return found


def test_a_circle_of_bodies_is_refused() -> None:
    with pytest.raises(ValueError, match="成环"):
        rolled_up({1: 2, 2: 1}, {1: 5})
