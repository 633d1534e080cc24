"""A province reads its cities and counties and writes nothing there; nobody reads sideways or upwards."""

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from jiheng.channels.dashboards.places import Year, place_level
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.places import may_read_below, places_below, reading, under
from jiheng.foundation.accounts.services import create_place
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import act
from jiheng.registers.subjects.services import set_library_state
from tests.make import (
    BUREAU_ROLES,
    DAY,
    County,
    make_budget,
    make_county,
    make_organisation,
    make_person,
    make_promise,
    make_subject,
    sign_in,
)

pytestmark = pytest.mark.django_db


@dataclass
class Province:
    """A province, a city below it with a county, and another county right below the province."""

    place: Place
    city: Place
    counties: list[County]
    people: dict[str, Person]


@pytest.fixture
def province() -> Province:
    with clock.at(DAY):
        top = create_place(code="sheng", name="示例省")
        city = create_place(code="shi", name="示例市", parent=top)
        counties = [make_county(), make_county("national")]
        under(counties[0].place, city)
        under(counties[1].place, top)
        bureau = make_organisation(top, "bureau", "示例省财政厅")
        people = {role: make_person(bureau, role) for role in BUREAU_ROLES}
        watcher = make_organisation(top, "overseer", "示例省人大财经委")
        people["congress"] = make_person(watcher, "congress")
        for number, county in enumerate(counties, start=1):
            years = [make_subject(county, unit=unit, requested_fen=100_000_000 * number + unit) for unit in (0, 2)]
            for unit, year in zip((0, 2), years, strict=True):
                set_library_state(year=year, state="entered", clause="", person=county.person("performance_office"))
                make_budget(county, year, 90_000_000 * number + unit)
                make_budget(county, year, 30_000_000 * number, kind="payment")
            make_promise(years[-1])
    return Province(top, city, counties, people)


def test_every_place_below_is_found_whatever_its_depth(province: Province) -> None:
    one, two = (county.place for county in province.counties)
    assert {place.pk for place in places_below(province.place.pk)} == {province.city.pk, one.pk, two.pk}
    assert [place.pk for place in places_below(province.city.pk)] == [one.pk]
    assert places_below(one.pk) == []


@pytest.mark.feature("1.07")
def test_sums_of_a_province_are_those_of_its_counties(province: Province) -> None:
    top = place_level(province.place, 2023)
    one, two = (
        Year(2, 200_000_000 * n + 2, 180_000_000 * n + 2, 60_000_000 * n, 1, 2, 0, 0) for n in (1, 2)
    )
    assert {line.place.name: line.whole for line in top.lines} == {"示例市": one, "测试县": two}
    assert top.own == Year()
    assert top.total == Year(*(a + b for a, b in zip(one, two, strict=True)))
    assert top.total.rate == Decimal(180_000_000) / Decimal(540_000_004)
    city = place_level(province.place, 2023, province.city.pk)
    assert (city.total, [line.whole for line in city.lines], city.way) == (one, [one], (province.place,))
    with pytest.raises(LookupError):
        place_level(province.city, 2023, province.counties[1].place.pk)


def test_province_walks_from_its_sum_down_to_a_countys_projects(province: Province, client: Client) -> None:
    county = province.counties[0]
    with clock.at(DAY):
        sign_in(client, province.people["performance_office"])
        assert "下级地区" in client.get("/dashboards/").content.decode()
        top = client.get("/dashboards/places/").content.decode()
        assert "示例市" in top
        assert "54,000.00" not in top
        assert "540.00" in top
        city = client.get(f"/dashboards/places/?year=2023&at={province.city.pk}").content.decode()
        assert f'href="/dashboards/places/{county.place.pk}/?year=2023"' in city
        page = client.get(f"/dashboards/places/{county.place.pk}/?year=2023").content.decode()
        assert "测试县教育局" in page
        assert "180.00" in page
        ways = set(re.findall(r'href="(/[^"]*)"', page[page.index('<div class="page-head">') :]))
        own = f"/dashboards/places/{county.place.pk}/"
        assert [way for way in ways if not way.startswith(own)] == []
        for way in ways:
            answer = client.get(way.replace("&amp;", "&"))
            assert answer.status_code == 200, way
            assert "/subjects/" not in answer.content.decode().split("</nav>")[-1]


@pytest.mark.parametrize("role", BUREAU_ROLES)
def test_bureau_of_the_province_reads_and_writes_nothing(province: Province, role: str) -> None:
    person, place = province.people[role], province.counties[0].place
    reader = reading(person, place)
    assert (reader.place_id, reader.reading, reader.own) == (place.pk, True, frozenset({0}))
    before = Entry.objects.count()
    with pytest.raises(PermissionDenied, match="不能办理"), act(reader):
        pass
    year = province.counties[0].cycle.subject_years.all()[0]
    with pytest.raises(PermissionDenied):
        set_library_state(year=year, state="refused", clause="", person=reader)
    with pytest.raises(PermissionDenied):
        reading(reader, place)
    assert Entry.objects.count() == before


def test_nobody_reads_sideways_or_upwards(province: Province, client: Client) -> None:
    one, two = province.counties
    with clock.at(DAY):
        for role in ("performance_office", "bureau_leader", "division"):
            person = one.person(role)
            sign_in(client, person)
            for place in (two.place, province.city, province.place, one.place):
                assert not may_read_below(person, place)
                assert client.get(f"/dashboards/places/{place.pk}/").status_code == 404
                assert client.get(f"/dashboards/places/{place.pk}/rows/goals_cover/due/").status_code == 404
                with pytest.raises(PermissionDenied):
                    reading(person, place)
            assert client.get(f"/dashboards/places/?year=2023&at={two.place.pk}").status_code == 404
            assert "下级地区" not in client.get("/dashboards/").content.decode()
        for person in (province.people["congress"], one.person("unit_head"), one.person("system_admin")):
            sign_in(client, person)
            assert client.get("/dashboards/places/").status_code == 403
            assert client.get(f"/dashboards/places/{one.place.pk}/").status_code in {403, 404}


def test_place_cannot_stand_below_itself(province: Province) -> None:
    with pytest.raises(ValueError, match="不能作其上级"):
        under(province.place, province.counties[0].place)
