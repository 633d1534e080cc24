"""Budget years: the switch at the top, the calendar with windows, more time for one body."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.registers.cycles.navigation import cycle_menu
from jiheng.registers.cycles.queries import calendar_of
from jiheng.registers.cycles.services import open_cycle
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def test_menu_falls_back_to_the_present_year_then_the_newest(county: County) -> None:
    office = county.person("performance_office")
    later = open_cycle(place=county.place, budget_year=2024, person=office)
    menus = [cycle_menu(office, chosen) for chosen in (str(county.cycle.pk), "", "999", "x")]
    assert [menu.current for menu in menus if menu] == [county.cycle, later, later, later]
    with clock.at(date(2023, 5, 1)):
        menu = cycle_menu(office, "")
        assert menu is not None
        assert menu.current == county.cycle
    stranger = make_county("national").person("unit_head")
    menu = cycle_menu(stranger, str(later.pk))
    assert menu is not None
    assert menu.current not in {later, county.cycle}


def test_calendar_has_every_item_in_order_of_days(county: County) -> None:
    lines = calendar_of(county.cycle)
    assert {line.window.key for line in lines} == set(county.policy.calendar)
    days = [line.window.due for line in lines]
    assert days == sorted(days)
    assert all(line.window.clause and line.roles for line in lines)



def test_year_is_opened_once_by_the_right_people(county: County) -> None:
    browser = sign_in(Client(), county.person("bureau_leader"), county.cycle)
    opened = reverse("cycles:open")
    assert browser.post(opened, {"budget_year": "2023"}).status_code == 422
    assert browser.post(opened, {"budget_year": "2024"}).status_code == 302
    assert "2024 年度" in browser.get(reverse("cycles:list")).text
    assert sign_in(Client(), county.person("unit_head")).get(opened).status_code == 403
    assert sign_in(Client(), county.person("system_admin")).get(reverse("cycles:list")).status_code == 403


@pytest.mark.feature("1.10")
def test_overdue_item_is_said_to_be_closed(county: County) -> None:
    browser = sign_in(Client(), county.person("unit_head"), county.cycle)
    with clock.at(date(2022, 9, 5)):
        page = browser.get(reverse("cycles:detail", args=[county.cycle.pk])).text
    assert '2022-08-31 <span class="muted">已截止' in page
    assert "还剩 25 天" in page
