"""Notices: told once for a key, to the holders of a role in a body, counted until they were seen."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.services import appoint
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.notices.services import mark_read, notices_for, notify, unread_count
from tests.make import BEGINNING, make_organisation, make_person, make_place
from tests.threads import all_at_once, names_of


@pytest.fixture
def unit(db: None) -> Organisation:
    return make_organisation(make_place(), "unit", "中学")


@pytest.fixture
def person(unit: Organisation) -> Person:
    return make_person(unit, "unit_project")


def tell(unit: Organisation, text: str = "请填报", role: str = "unit_project", key: str = "") -> None:
    notify(organisation=unit, role=role, text=text, key=key)


def texts(person: Person) -> list[str]:
    return [one.text for one in notices_for(person)]


def test_notice_reaches_the_holders_of_the_role_in_the_body(unit: Organisation, person: Person) -> None:
    colleague = make_person(unit, "unit_project")
    others = [make_person(unit, "unit_finance"), make_person(make_organisation(unit.place, "unit", "小学"), "unit_project")]
    tell(unit)
    assert texts(person) == texts(colleague) == ["请填报"]
    assert [texts(one) for one in others] == [[], []]


def test_same_key_is_told_once_and_no_key_each_time(unit: Organisation, person: Person) -> None:
    for _ in range(2):
        tell(unit, "到期提醒", key="due:2023")
        tell(unit, "退回")
    assert texts(person) == ["退回", "退回", "到期提醒"]


def test_same_key_is_another_notice_for_another_role(unit: Organisation) -> None:
    for role in ("unit_project", "unit_finance"):
        tell(unit, role=role, key="due:2023")
    assert Notice.objects.count() == 2


def test_unread_are_counted_until_seen(unit: Organisation, person: Person) -> None:
    assert unread_count(person) == 0
    tell(unit, "一")
    tell(unit, "二")
    assert unread_count(person) == 2
    mark_read(person)
    assert unread_count(person) == 0
    tell(unit, "三")
    assert unread_count(person) == 1


def test_colleague_s_reading_is_not_mine(unit: Organisation, person: Person) -> None:
    tell(unit)
    mark_read(make_person(unit, "unit_project"))
    assert unread_count(person) == 1


def test_reading_under_one_office_leaves_the_other_unread(unit: Organisation, person: Person) -> None:
    """A notice of the second office that came before the newest of the first is not lost."""
    user = User.objects.get(pk=person.user_id)
    second = person_of(
        Appointment.objects.get(
            pk=appoint(user=user, organisation=unit, role="unit_head", valid_from=BEGINNING).pk
        )
    )
    tell(unit, "负责人先到", role="unit_head")
    tell(unit, "项目后到")
    mark_read(person)
    assert (unread_count(person), unread_count(second)) == (0, 1)


def test_reading_nothing_is_no_harm(person: Person) -> None:
    mark_read(person)
    assert unread_count(person) == 0


def test_long_text_fits_and_says_that_it_goes_on(unit: Organisation, person: Person) -> None:
    tell(unit, "长" * 400)
    assert len(texts(person)[0]) == 300
    assert texts(person)[0].endswith("…")


def test_notice_has_the_moment_of_the_clock_and_its_record(unit: Organisation) -> None:
    with clock.at(date(2023, 6, 1)):
        notify(organisation=unit, role="unit_head", text="试", about=unit, link="/goals/1/")
    made = Notice.objects.get()
    assert (made.at.date(), made.about, made.link) == (date(2023, 6, 1), f"accounts.organisation:{unit.pk}", "/goals/1/")
    assert made.place_id == unit.place_id


@pytest.mark.concurrency
def test_same_key_from_many_sides_is_told_once(committed: None) -> None:
    unit = make_organisation(make_place(), "unit", "中学")
    answers = all_at_once(*[lambda: tell(unit, key="due:2023")] * 6)
    assert names_of(answers) == ["done"] * 6
    assert Notice.objects.count() == 1
