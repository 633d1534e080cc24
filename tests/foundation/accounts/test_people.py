"""Who acts: appointments and bodies count while they are in force, and nothing else counts."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import (
    Person,
    appointments_of,
    person_for,
    person_of,
    subtree_of,
    valid_on,
)
from jiheng.foundation.accounts.roles import ROLES, SIDES
from jiheng.foundation.accounts.services import (
    appoint,
    create_organisation,
    create_user,
    end_appointment,
    give_password,
)
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import OutsideAct
from jiheng.foundation.refused import Refused
from tests.make import BEGINNING, make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db

TODAY = date(2023, 5, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def place() -> Place:
    return make_place()


def held(person: Person) -> list[int]:
    return [one.pk for one in appointments_of(person.user_id)]


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (BEGINNING, None, True),
        (BEGINNING, TODAY, True),
        (BEGINNING, YESTERDAY, False),
        (TODAY, None, True),
        (TOMORROW, None, False),
    ],
)
def test_appointment_counts_from_its_first_to_its_last_day(
    place: Place, start: date, end: date | None, counts: bool
) -> None:
    person = make_person(make_organisation(place, "unit", "中学"), "unit_head")
    Appointment.objects.filter(pk=person.appointment_id).update(valid_from=start, valid_to=end)
    assert bool(held(person)) is counts


def test_body_that_ended_yesterday_gives_nothing(place: Place) -> None:
    unit = make_organisation(place, "unit", "中学")
    person = make_person(unit, "unit_head")
    Organisation.objects.filter(pk=unit.pk).update(valid_to=TODAY)
    assert held(person) == [person.appointment_id]
    Organisation.objects.filter(pk=unit.pk).update(valid_to=YESTERDAY)
    assert held(person) == []
    with pytest.raises(Appointment.DoesNotExist):
        person_for(User.objects.get().username)


def test_user_who_was_switched_off_holds_nothing(place: Place) -> None:
    person = make_person(make_organisation(place, "bureau", "财政局"), "performance_office")
    User.objects.filter(pk=person.user_id).update(is_active=False)
    assert held(person) == []
    with pytest.raises(Appointment.DoesNotExist):
        person_for(User.objects.get().username)


def test_tree_is_that_of_the_day(place: Place) -> None:
    top = make_organisation(place, "department", "教育局")
    middle = make_organisation(place, "department", "中心校", top)
    low = make_organisation(place, "unit", "小学", middle)
    beside = make_organisation(place, "unit", "中学", top)
    other = make_organisation(place, "unit", "水站")
    assert subtree_of(top) == {top.pk, middle.pk, low.pk, beside.pk}
    assert subtree_of(low) == {low.pk}
    Organisation.objects.filter(pk=middle.pk).update(valid_to=YESTERDAY)
    assert subtree_of(top) == {top.pk, beside.pk}
    assert subtree_of(top, YESTERDAY) == {top.pk, middle.pk, low.pk, beside.pk}
    assert other.pk not in person_of(make_appointment(top, "department_reviewer")).subtree


def make_appointment(organisation: Organisation, role: str) -> Appointment:
    return Appointment.objects.get(pk=make_person(organisation, role).appointment_id)


def test_tree_that_bites_its_own_tail_still_ends(place: Place) -> None:
    one = make_organisation(place, "unit", "甲")
    two = make_organisation(place, "unit", "乙", one)
    Organisation.objects.filter(pk=one.pk).update(parent=two)
    assert subtree_of(one) == {one.pk, two.pk}


def test_bodies_of_another_place_are_never_below(place: Place) -> None:
    top = make_organisation(place, "department", "教育局")
    elsewhere = make_place("elsewhere", "邻县")
    foreign = make_organisation(elsewhere, "unit", "邻县中学", top)
    assert foreign.pk not in subtree_of(top)


def test_condition_of_validity_is_inclusive_at_both_ends(place: Place) -> None:
    unit = make_organisation(place, "unit", "中学")
    Organisation.objects.filter(pk=unit.pk).update(valid_from=TODAY, valid_to=TODAY)
    found = [Organisation.objects.filter(valid_on(day)).count() for day in (YESTERDAY, TODAY, TOMORROW)]
    assert found == [0, 1, 0]


def test_body_cannot_end_before_it_began(place: Place) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(
            place=place, code="9", name="错", kind="unit", valid_from=TODAY, valid_to=YESTERDAY
        )


def test_every_role_sits_on_exactly_one_side() -> None:
    listed = [role for roles in SIDES.values() for role in roles]
    assert sorted(listed) == sorted(ROLES)


@pytest.mark.parametrize("role", sorted(SIDES["system"] + SIDES["outside"]))
def test_role_without_business_sees_no_whole_place(place: Place, role: str) -> None:
    person = make_person(make_organisation(place, "bureau", "财政局"), role)
    assert [person.sees_whole_place, person.is_unit, person.is_bureau] == [False] * 3


def test_long_names_fit_where_the_actor_is_written(place: Place) -> None:
    person = make_person(make_organisation(place, "unit", "很长的单位名称" * 28), "unit_head", "某" * 60)
    assert len(str(person)) == 200
    assert str(person).endswith("…")


class TestSecurityAdministrator:
    """任职由安全管理员登记，不给自己任职，不管别的地区。"""

    @pytest.fixture
    def bureau(self, place: Place) -> Organisation:
        return make_organisation(place, "bureau", "财政局")

    def test_appoints_and_ends_on_the_record(self, bureau: Organisation) -> None:
        security = make_person(bureau, "security_admin")
        user = create_user(username="zhao", name="赵一", password="quiet-river-27")
        made = appoint(
            user=user, organisation=bureau, role="division", valid_from=TODAY, person=security, reason="任〔2023〕1号"
        )
        assert [one.role for one in appointments_of(user.pk)] == ["division"]
        end_appointment(appointment=made, day=TODAY, person=security, reason="调离")
        entry = Entry.objects.get(action="appointment.end")
        assert entry.actor == str(security)
        assert entry.detail.items() >= {"day": "2023-05-10", "reason": "调离"}.items()
        with clock.at(TOMORROW):
            assert list(appointments_of(user.pk)) == []

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"security_admin"}))
    def test_nobody_else_appoints(self, bureau: Organisation, role: str) -> None:
        person = make_person(bureau, role)
        user = create_user(username="zhao", name="赵一", password=None)
        with pytest.raises(PermissionDenied, match="安全管理员"):
            appoint(user=user, organisation=bureau, role="bureau_leader", valid_from=TODAY, person=person)
        assert list(appointments_of(user.pk)) == []

    def test_gives_nothing_to_himself(self, bureau: Organisation) -> None:
        security = make_person(bureau, "security_admin")
        user = User.objects.get(pk=security.user_id)
        with pytest.raises(PermissionDenied, match="自己"):
            appoint(user=user, organisation=bureau, role="bureau_leader", valid_from=TODAY, person=security)

    def test_ends_nothing_of_another_place(self, bureau: Organisation) -> None:
        security = make_person(bureau, "security_admin")
        foreign = make_appointment(
            make_organisation(make_place("elsewhere", "邻县"), "bureau", "邻县财政局"), "division"
        )
        with pytest.raises(PermissionDenied):
            end_appointment(appointment=foreign, day=TODAY, person=security)
        foreign.refresh_from_db()
        assert foreign.valid_to is None

    def test_ends_nothing_before_it_began(self, bureau: Organisation) -> None:
        made = make_appointment(bureau, "division")
        with pytest.raises(Refused, match="不能早于"):
            end_appointment(appointment=made, day=BEGINNING - timedelta(days=1))

    def test_unknown_role_is_no_appointment(self, bureau: Organisation) -> None:
        user = create_user(username="zhao", name="赵一", password=None)
        with pytest.raises(LookupError):
            appoint(user=user, organisation=bureau, role="superuser", valid_from=TODAY)


def test_new_password_must_be_changed_and_is_noted_without_itself(place: Place) -> None:
    bureau = make_organisation(place, "bureau", "财政局")
    person, security = make_person(bureau, "division"), make_person(bureau, "security_admin")
    user = User.objects.get(pk=person.user_id)
    give_password(user=user, new="quiet-river-27", place=place, person=security, reason="本人忘记")
    user.refresh_from_db()
    assert user.check_password("quiet-river-27")
    assert user.must_change_password
    entry = Entry.objects.get(action="user.new_password")
    assert "quiet" not in str(entry.detail)


def test_new_password_is_not_for_everybody_to_give(place: Place) -> None:
    bureau = make_organisation(place, "bureau", "财政局")
    victim, attacker = make_person(bureau, "bureau_leader"), make_person(bureau, "system_admin")
    user = User.objects.get(pk=victim.user_id)
    with pytest.raises(PermissionDenied):
        give_password(user=user, new="quiet-river-27", place=place, person=attacker)
    user.refresh_from_db()
    assert not user.check_password("quiet-river-27")


def test_body_made_by_nobody_still_has_its_entry(place: Place) -> None:
    made = create_organisation(place=place, code="1", name="财政局", kind="bureau", valid_from=BEGINNING)
    entry = Entry.objects.get(action="organisation.create")
    assert (entry.actor, entry.subject) == ("系统", f"accounts.organisation:{made.pk}")


def test_person_of_one_place_writes_into_no_other_chain(place: Place) -> None:
    person = make_person(make_organisation(place, "bureau", "财政局"), "system_admin")
    elsewhere = make_place("elsewhere", "邻县")
    with pytest.raises((OutsideAct, PermissionDenied)):
        create_organisation(
            place=elsewhere, code="1", name="甲", kind="unit", valid_from=BEGINNING, person=person
        )
    assert not Organisation.objects.filter(place=elsewhere).exists()
