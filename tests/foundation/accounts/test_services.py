"""People and appointments by their services: what is written, what is refused, what stays on record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.passwords import first_password
from jiheng.foundation.accounts.person import Person, appointments_of
from jiheng.foundation.accounts.roles import BODIES, ROLES, SIDES, roles_of
from jiheng.foundation.accounts.services import (
    appoint,
    end_appointment,
    give_password,
    lift_pause,
    register_person,
    switch_account,
)
from jiheng.foundation.audit.asides import with_asides
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.refused import Refused
from tests.make import BEGINNING, PASSWORD, make_organisation, make_person, make_place
from tests.threads import all_at_once, names_of

TODAY = date(2023, 5, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
WHY = "盐财人〔2023〕5号"


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def place(db: None) -> Place:
    return make_place()


@pytest.fixture
def bureau(place: Place) -> Organisation:
    return make_organisation(place, "bureau", "财政局")


@pytest.fixture
def school(place: Place) -> Organisation:
    return make_organisation(place, "unit", "第一中学")


@pytest.fixture
def security(bureau: Organisation) -> Person:
    return make_person(bureau, "security_admin")


def user_of(person: Person) -> User:
    return User.objects.get(pk=person.user_id)


def register(body: Organisation, person: Person | None, **more: Any) -> tuple[Appointment, str]:
    told: dict[str, Any] = {
        "username": "wangyi", "name": "王一", "organisation": body, "role": "unit_project", "valid_from": TODAY,
        "reason": WHY, "person": person,
    }  # fmt: skip
    return register_person(**(told | more))


class TestRegister:
    """人员随第一项任职一起登记，初始密码只显示一次。"""

    def test_new_person_signs_in_and_must_change_the_password(self, school: Organisation, security: Person) -> None:
        made, password = register(school, security)
        client = Client()
        client.post("/accounts/login/", {"username": "wangyi", "password": password})
        assert client.get("/")["Location"] == "/accounts/password/"
        assert [one.role for one in appointments_of(made.user_id)] == ["unit_project"]

    def test_stands_in_the_chain_with_reason_and_clause_but_no_password(
        self, school: Organisation, security: Person
    ) -> None:
        made, password = register(school, security, valid_to=TOMORROW)
        created, appointed = Entry.objects.filter(who__text=str(security)).order_by("number")
        assert (created.action, created.subject) == ("user.create", f"accounts.user:{made.user_id}")
        told = with_asides([appointed.detail])[0]
        assert told.pop("sealed")["record"]
        assert told == {
            "user": "wangyi", "role": "unit_project", "body": "第一中学", "since": "2023-05-10",
            "until": "2023-05-11", "reason": WHY,
        }  # fmt: skip
        assert all("GB/T 22239" in one.clause for one in (created, appointed))
        assert password not in str(list(Entry.objects.values()))
        assert first_break(security.place_id) is None

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"username": "王一"}, "不合要求"),
            ({"username": "WangYi"}, "小写"),
            ({"username": "w"}, "2 至 60"),
            ({"username": "wang yi"}, "不合要求"),
            ({"username": "-wang"}, "不合要求"),
            ({"username": "wang\n"}, "不合要求"),
            ({"name": "  "}, "没有填写姓名"),
            ({"reason": " "}, "没有填写任职依据"),
            ({"role": "bureau_leader"}, "不是预算单位的岗位"),
            ({"valid_to": YESTERDAY}, "早于任职起日"),
            ({"valid_from": date(2019, 12, 31)}, "2020-01-01 才设立"),
        ],
        ids=lambda one: one if isinstance(one, str) else next(iter(one)),
    )
    def test_refused_whole(
        self, school: Organisation, security: Person, more: dict[str, Any], words: str
    ) -> None:
        before = Entry.objects.count()
        with pytest.raises(Refused, match=words):
            register(school, security, **more)
        assert not User.objects.filter(name="王一").exists()
        assert Entry.objects.count() == before

    def test_name_that_is_taken_is_refused_and_its_password_stays(
        self, school: Organisation, security: Person
    ) -> None:
        taken = user_of(make_person(school, "unit_head"))
        with pytest.raises(Refused, match="已有人使用"):
            register(school, security, username=taken.username)
        taken.refresh_from_db()
        assert (taken.check_password(PASSWORD), taken.must_change_password) == (True, False)

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"security_admin"}))
    def test_is_nobody_elses(self, bureau: Organisation, school: Organisation, role: str) -> None:
        with pytest.raises(PermissionDenied, match="安全管理员"):
            register(school, make_person(bureau, role))
        assert not User.objects.filter(name="王一").exists()

    def test_is_not_for_another_place(self, security: Person) -> None:
        foreign = make_organisation(make_place("elsewhere", "邻县"), "unit", "邻县中学")
        with pytest.raises(PermissionDenied):
            register(foreign, security)

    def test_first_passwords_are_long_and_never_the_same(self) -> None:
        some = {first_password() for _ in range(200)}
        assert len(some) == 200
        assert {len(one) for one in some} == {14}
        assert not set("".join(some)) & set("01lio")


class TestAppoint:
    """不相容岗位相互分离；岗位要与单位相配；起止日期要合理。"""

    def test_finance_and_project_of_a_unit_are_two_persons(self, school: Organisation, security: Person) -> None:
        clerk = user_of(make_person(school, "unit_project"))
        told: dict[str, Any] = {
            "user": clerk, "organisation": school, "role": "unit_finance", "person": security, "reason": WHY,
        }  # fmt: skip
        with pytest.raises(Refused, match="须是两个人") as refused:
            appoint(valid_from=TODAY, **told)
        assert "财会〔2012〕21号" in refused.value.refusals[0].clause
        end_appointment(appointment=clerk.appointments.get(), day=TODAY, person=security, reason="轮岗")
        with pytest.raises(Refused, match="须是两个人"):
            appoint(valid_from=TODAY, **told)
        assert appoint(valid_from=TOMORROW, **told).valid_from == TOMORROW

    def test_administrators_are_three_persons_without_business(
        self, bureau: Organisation, security: Person
    ) -> None:
        system = user_of(make_person(bureau, "system_admin"))
        for role, words in (("audit_admin", "须是三个人"), ("security_admin", "须是三个人"), ("treasury", "不办业务")):
            with pytest.raises(Refused, match=words):
                appoint(
                    user=system, organisation=bureau, role=role, valid_from=TODAY, person=security, reason=WHY
                )
        leader = user_of(make_person(bureau, "bureau_leader"))
        with pytest.raises(Refused, match="不办业务"):
            appoint(
                user=leader, organisation=bureau, role="audit_admin", valid_from=TODAY, person=security, reason=WHY
            )

    def test_installation_is_held_to_the_same_rules(self, bureau: Organisation, school: Organisation) -> None:
        with pytest.raises(Refused, match="不是财政局的岗位"):
            register(bureau, None, reason="")
        assert register(school, None, reason="")[0].pk

    def test_every_role_fits_somewhere_and_no_bureau_role_outside(self) -> None:
        kinds = {kind for kind, _ in Organisation.KINDS}
        assert {one.key for kind in kinds for one in roles_of(kind)} == set(ROLES)
        assert set(BODIES) == set(SIDES)
        for kind in ("agency", "expert_pool"):
            assert {one.side for one in roles_of(kind)} == {"outside"}

    def test_body_that_was_dissolved_gets_nobody(self, school: Organisation, security: Person) -> None:
        Organisation.objects.filter(pk=school.pk).update(valid_to=YESTERDAY)
        school.refresh_from_db()
        with pytest.raises(Refused, match="已于 2023-05-09 撤销"):
            register(school, security)

    def test_account_that_is_off_gets_nothing(self, school: Organisation, security: Person) -> None:
        user = user_of(make_person(school, "unit_head"))
        switch_account(user=user, place=school.place, on=False, person=security, reason="停职")
        with pytest.raises(Refused, match="账号已停用"):
            appoint(
                user=user, organisation=school, role="unit_project", valid_from=TODAY, person=security, reason=WHY
            )

    def test_same_office_is_not_given_twice(self, school: Organisation, security: Person) -> None:
        user = user_of(make_person(school, "unit_head"))
        with pytest.raises(Refused, match="已经担任"):
            appoint(
                user=user, organisation=school, role="unit_head", valid_from=TODAY, person=security, reason=WHY
            )


@pytest.mark.concurrency
def test_of_two_who_give_incompatible_offices_at_once_one_is_refused(committed: None) -> None:
    place = make_place()
    bureau, school = make_organisation(place, "bureau", "财政局"), make_organisation(place, "unit", "第一中学")
    one, two = make_person(bureau, "security_admin"), make_person(bureau, "security_admin")
    user = user_of(make_person(school, "unit_head"))

    def giving(role: str, person: Person) -> Callable[[], Appointment]:
        return lambda: appoint(
            user=user, organisation=school, role=role, valid_from=BEGINNING, person=person, reason=WHY
        )

    answers = all_at_once(giving("unit_project", one), giving("unit_finance", two))
    assert names_of(answers) == ["Refused", "done"]
    assert user.appointments.count() == 2


class TestEnd:
    """任职只结束，不删除。"""

    @pytest.fixture
    def held(self, school: Organisation) -> Appointment:
        return Appointment.objects.get(pk=make_person(school, "unit_head").appointment_id)

    @pytest.mark.parametrize(
        ("day", "reason", "words"),
        [
            (date(2019, 12, 31), "调离", "不能早于任职起日 2020-01-01"),
            (TODAY, "  ", "没有填写理由"),
        ],
    )
    def test_refused(self, held: Appointment, security: Person, day: date, reason: str, words: str) -> None:
        with pytest.raises(Refused, match=words):
            end_appointment(appointment=held, day=day, person=security, reason=reason)
        held.refresh_from_db()
        assert held.valid_to is None

    def test_ended_office_is_touched_no_more_and_a_future_end_only_shortened(
        self, held: Appointment, security: Person
    ) -> None:
        end_appointment(appointment=held, day=TOMORROW, person=security, reason="借调期满")
        with pytest.raises(Refused, match="不能往后延"):
            end_appointment(appointment=held, day=TOMORROW + timedelta(days=9), person=security, reason="留任")
        end_appointment(appointment=held, day=YESTERDAY, person=security, reason="提前返回")
        with pytest.raises(Refused, match="已于 2023-05-09 结束"):
            end_appointment(appointment=held, day=YESTERDAY, person=security, reason="再来一次")
        assert Appointment.objects.filter(pk=held.pk).exists()
        assert Entry.objects.filter(action="appointment.end").count() == 2

    def test_own_office_is_ended_by_another(self, bureau: Organisation, security: Person) -> None:
        own = Appointment.objects.get(pk=security.appointment_id)
        with pytest.raises(PermissionDenied, match="自己"):
            end_appointment(appointment=own, day=TODAY, person=security, reason="调离")
        end_appointment(
            appointment=own, day=TODAY, person=make_person(bureau, "security_admin"), reason="调离"
        )


class TestAccount:
    """停用、启用、重置密码、解除登录暂停：安全管理员办，写明理由，不办自己的。"""

    @pytest.fixture
    def clerk(self, school: Organisation) -> Person:
        return make_person(school, "unit_project")

    def acts(self, user: User, place: Place, person: Person, reason: str = "本人申请") -> list[Any]:
        told: dict[str, Any] = {"user": user, "place": place, "person": person, "reason": reason}
        return [
            lambda: give_password(new="quiet-river-27", **told),
            lambda: switch_account(on=False, **told),
            lambda: lift_pause(**told),
        ]

    def test_account_off_is_out_at_once_and_on_again_back(
        self, clerk: Person, security: Person, place: Place
    ) -> None:
        user, client = user_of(clerk), Client()
        client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
        assert client.get("/").status_code == 200
        switch_account(user=user, place=place, on=False, person=security, reason="停职检查")
        assert client.get("/")["Location"].startswith("/accounts/login/")
        assert list(appointments_of(user.pk)) == []
        switch_account(user=user, place=place, on=True, person=security, reason="检查结束")
        assert [one.pk for one in appointments_of(user.pk)] == [clerk.appointment_id]
        told = Entry.objects.filter(subject=f"accounts.user:{user.pk}").order_by("number")
        assert [(one.action, one.detail["reason"]) for one in told] == [
            ("user.disable", "停职检查"),
            ("user.enable", "检查结束"),
        ]
        with pytest.raises(Refused, match="已经启用"):
            switch_account(user=user, place=place, on=True, person=security, reason="再来")

    def test_new_password_puts_out_whoever_was_in(self, clerk: Person, security: Person, place: Place) -> None:
        user, client = user_of(clerk), Client()
        client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
        give_password(user=user, new="quiet-river-27", place=place, person=security, reason="疑被盗用")
        assert client.get("/")["Location"].startswith("/accounts/login/")

    def test_pause_is_lifted_on_the_record(self, clerk: Person, security: Person, place: Place) -> None:
        user = user_of(clerk)
        given = {"username": user.username, "password": "wrong"}
        for _ in range(6):
            Client().post("/accounts/login/", given)
        assert Client().post("/accounts/login/", given | {"password": PASSWORD}).status_code == 429
        assert lift_pause(user=user, place=place, person=security, reason="本人到场核实") == 1
        assert Client().post("/accounts/login/", given | {"password": PASSWORD}).status_code == 302
        assert Entry.objects.get(action="user.resume").detail["reason"] == "本人到场核实"

    def test_nothing_without_a_reason(self, clerk: Person, security: Person, place: Place) -> None:
        for act in self.acts(user_of(clerk), place, security, " "):
            with pytest.raises(Refused, match="没有填写理由"):
                act()

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"security_admin"}))
    def test_nobody_elses(self, bureau: Organisation, clerk: Person, place: Place, role: str) -> None:
        for act in self.acts(user_of(clerk), place, make_person(bureau, role)):
            with pytest.raises(PermissionDenied, match="安全管理员"):
                act()

    def test_not_ones_own(self, security: Person, place: Place) -> None:
        for act in self.acts(user_of(security), place, security):
            with pytest.raises(PermissionDenied, match="自己"):
                act()

    def test_not_of_another_place(self, clerk: Person, place: Place) -> None:
        elsewhere = make_place("elsewhere", "邻县")
        foreign = make_person(make_organisation(elsewhere, "bureau", "邻县财政局"), "security_admin")
        for where in (place, elsewhere):
            for act in self.acts(user_of(clerk), where, foreign):
                with pytest.raises(PermissionDenied):
                    act()

    def test_somebody_who_serves_two_places_is_in_the_hands_of_neither(
        self, school: Organisation, clerk: Person, security: Person, place: Place
    ) -> None:
        """Else the administrator of one county could sign in as the leader of the next."""
        user = user_of(clerk)
        next_bureau = make_organisation(make_place("elsewhere", "邻县"), "bureau", "邻县财政局")
        there = appoint(user=user, organisation=next_bureau, role="bureau_leader", valid_from=TODAY)
        for act in self.acts(user, place, security):
            with pytest.raises(Refused, match="另一地区也有任职"):
                act()
        with pytest.raises(Refused, match="另一地区也有任职"):
            appoint(
                user=user, organisation=school, role="unit_head", valid_from=TODAY, person=security, reason=WHY
            )
        end_appointment(appointment=there, day=TODAY)
        with clock.at(TOMORROW):
            give_password(user=user, new="quiet-river-27", place=place, person=security, reason="本人忘记")
        user.refresh_from_db()
        assert user.check_password("quiet-river-27")
