"""Pages of people and appointments: the security administrator keeps them, the audit administrator looks on."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import Person, held_today
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.models import Entry
from tests.make import PASSWORD, make_organisation, make_person, make_place, sign_in

pytestmark = pytest.mark.django_db

TODAY = date(2023, 5, 10)
WHY = "盐财人〔2023〕5号"


@pytest.fixture(autouse=True)
def _day():
    with clock.at(TODAY):
        yield


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def bureau(place: Place) -> Organisation:
    return make_organisation(place, "bureau", "测试县财政局")


@pytest.fixture
def school(place: Place) -> Organisation:
    return make_organisation(place, "unit", "测试县第一中学")


@pytest.fixture
def clerk(school: Organisation) -> Person:
    return make_person(school, "unit_project", "赵一民")


@pytest.fixture
def security(bureau: Organisation) -> Person:
    return make_person(bureau, "security_admin", "钱二和")


@pytest.fixture
def office(security: Person) -> Client:
    return sign_in(Client(), security)


def at(name: str, *args: object) -> str:
    return reverse(f"people:{name}", args=args)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return str(answer.content.decode())


def new(school: Organisation, **more: str) -> dict[str, str]:
    given = {
        "username": "wangyi", "name": "王一", "organisation": str(school.pk), "role": "unit_finance",
        "valid_from": "2023年5月10日", "valid_to": "", "reason": WHY,
    }  # fmt: skip
    return given | more


class TestList:
    """谁在哪里任什么职，现任、已结束、未到任。"""

    def test_shows_who_serves_now_and_finds_the_past(self, office: Client, clerk: Person, school: Organisation) -> None:
        past = make_person(school, "unit_head", "孙三平")
        Appointment.objects.filter(pk=past.appointment_id).update(valid_to=TODAY - timedelta(days=1))
        coming = make_person(school, "unit_finance", "李四安")
        Appointment.objects.filter(pk=coming.appointment_id).update(valid_from=TODAY + timedelta(days=1))
        for query, names in (
            ("", {"赵一民", "钱二和"}),
            ("?time=past", {"孙三平"}),
            ("?time=future", {"李四安"}),
            ("?time=", {"赵一民", "钱二和", "孙三平", "李四安"}),
            ("?time=&role=unit_head", {"孙三平"}),
            (f"?time=&body={school.pk}&q=一民", {"赵一民"}),
        ):
            rows = text(office.get(at("list") + query)).partition("<tbody>")[2].partition("</tbody>")[0]
            assert {name for name in ("赵一民", "钱二和", "孙三平", "李四安") if name in rows} == names, query

    def test_account_facet(self, office: Client, clerk: Person) -> None:
        User.objects.filter(pk=clerk.user_id).update(is_active=False)
        assert "赵一民" in text(office.get(at("list") + "?account=off"))
        assert "赵一民" not in text(office.get(at("list") + "?account=on"))
        assert "没有符合筛选条件" in text(office.get(at("list") + "?account=first"))

    def test_queries_do_not_grow(self, office: Client, school: Organisation) -> None:
        office.get(at("list"))
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as caught:
                office.get(at("list"))
            counts.append(len(caught))
            for _ in range(10):
                make_person(school, "unit_head")
        assert counts[0] == counts[1]


class TestRights:
    """安全管理员办，审计管理员看，别人都看不到。"""

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"security_admin", "audit_admin"}))
    def test_others_see_neither_page_nor_entry(self, bureau: Organisation, clerk: Person, role: str) -> None:
        client = sign_in(Client(), make_person(bureau, role))
        assert "人员与任职" not in text(client.get("/"))
        assert "安全管理员" in text(client.get(at("list")), 403)
        for name in ("detail", "appoint", "password", "disable", "enable", "resume"):
            assert client.get(at(name, clerk.user_id)).status_code == 404
        assert client.get(at("end", clerk.appointment_id)).status_code == 404
        assert client.get(at("new")).status_code == 403

    def test_audit_administrator_reads_and_writes_nothing(
        self, bureau: Organisation, school: Organisation, clerk: Person
    ) -> None:
        client = sign_in(Client(), make_person(bureau, "audit_admin"))
        assert "只读" in text(client.get(at("list")))
        shown = text(client.get(at("detail", clerk.user_id)))
        assert "赵一民" in shown
        assert "结束任职" not in shown
        assert client.post(at("new"), new(school)).status_code == 403
        for name in ("appoint", "password", "disable", "resume"):
            assert client.post(at(name, clerk.user_id), {"reason": "x"}).status_code == 403
        assert client.post(at("end", clerk.appointment_id), {"day": "2023-05-10", "reason": "x"}).status_code == 403
        assert User.objects.get(pk=clerk.user_id).check_password(PASSWORD)

    def test_own_appointment_and_account_are_out_of_reach(self, office: Client, security: Person) -> None:
        shown = text(office.get(at("detail", security.user_id)))
        assert "请由另一位安全管理员办理" in shown
        for name in ("appoint", "password", "disable", "resume"):
            assert "另一位安全管理员" in text(office.post(at(name, security.user_id), {"reason": WHY}), 403)
        assert office.post(at("end", security.appointment_id), {"day": "2023-05-10"}).status_code == 403
        assert held_today().filter(user_id=security.user_id).count() == 1

    def test_people_of_another_place_do_not_exist(self, office: Client) -> None:
        foreign = make_person(make_organisation(make_place("elsewhere", "邻县"), "bureau", "邻县财政局"), "division")
        for name in ("detail", "appoint", "password", "disable", "enable", "resume"):
            assert office.post(at(name, foreign.user_id), {"reason": WHY}).status_code in {404, 405}
        assert office.post(at("end", foreign.appointment_id), {"day": "2023-05-10", "reason": WHY}).status_code == 404

    def test_body_of_another_place_is_no_choice(self, office: Client) -> None:
        foreign = make_organisation(make_place("elsewhere", "邻县"), "unit", "邻县中学")
        text(office.post(at("new"), new(foreign)), 422)
        assert not User.objects.filter(username="wangyi").exists()


class TestRegister:
    """登记人员：初始密码只显示一次。"""

    def test_password_is_shown_once_and_works(self, office: Client, school: Organisation) -> None:
        answer = office.post(at("new"), new(school))
        shown = text(answer)
        assert answer["Cache-Control"] == "no-store"
        password = re.search(r"<code>([a-z0-9-]{14})</code>", shown)[1]  # type: ignore[index]
        made = User.objects.get(username="wangyi")
        assert password not in text(office.get(at("detail", made.pk)))
        assert password not in str(list(Entry.objects.values())) + str(dict(office.session))
        client = Client()
        client.post("/accounts/login/", {"username": "wangyi", "password": password})
        assert client.get("/")["Location"] == "/accounts/password/"
        form = {"old_password": password, "new_password1": "quiet-river-27", "new_password2": "quiet-river-27"}
        client.post("/accounts/password/", form)
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"username": "Wang Yi"}, "不合要求"),
            ({"role": "bureau_leader"}, "不是预算单位的岗位"),
            ({"valid_to": "2023-05-09"}, "早于任职起日"),
            ({"valid_from": "后天吧"}, "后天吧"),
            ({"reason": ""}, "任职依据"),
            ({"role": "superuser"}, "岗位"),
        ],
        ids=str,
    )
    def test_mistake_is_said_and_nothing_kept(
        self, office: Client, school: Organisation, more: dict[str, str], words: str
    ) -> None:
        assert words in text(office.post(at("new"), new(school, **more)), 422)
        assert not User.objects.filter(name="王一").exists()

    def test_second_post_of_the_same_form_registers_nobody_twice(self, office: Client, school: Organisation) -> None:
        office.post(at("new"), new(school))
        assert "已有人使用" in text(office.post(at("new"), new(school)), 422)
        assert User.objects.filter(name="王一").count() == 1


class TestAppoint:
    """登记任职、结束任职，都留在人员记录里。"""

    def test_clash_is_refused_with_clause_and_way_out(
        self, office: Client, clerk: Person, school: Organisation
    ) -> None:
        given = new(school)
        shown = text(office.post(at("appoint", clerk.user_id), given), 422)
        for words in ("须是两个人", "财会〔2012〕21号", "先结束原任职", WHY):
            assert words in shown
        assert held_today().filter(user_id=clerk.user_id).count() == 1

    def test_appointed_and_ended_with_history(self, office: Client, clerk: Person, school: Organisation) -> None:
        answer = office.post(at("appoint", clerk.user_id), new(school, role="unit_head", valid_to="2023-12-31"))
        assert answer["Location"] == at("detail", clerk.user_id)
        made = Appointment.objects.get(role="unit_head")
        assert "只有赵一民担任" in text(office.get(at("end", made.pk)))
        answer = office.post(at("end", made.pk), {"day": "2023.5.10", "reason": "轮岗"})
        assert answer["Location"] == at("detail", clerk.user_id)
        shown = text(office.get(at("detail", clerk.user_id)))
        for words in (
            "登记任职：测试县第一中学 单位负责人，自 2023-05-10 起 至 2023-12-31",
            "结束任职：测试县第一中学 单位负责人，最后一天 2023-05-10",
            "轮岗",
            "GB/T 22239",
            "钱二和",
        ):
            assert words in shown
        with clock.at(TODAY + timedelta(days=1)):
            assert "已于 2023-05-10 结束" in text(office.get(at("end", made.pk)), 403)
            assert "已结束" in text(office.get(at("detail", clerk.user_id)))

    def test_refused_end_keeps_what_was_written(self, office: Client, clerk: Person) -> None:
        shown = text(office.post(at("end", clerk.appointment_id), {"day": "2019-12-31", "reason": "轮岗"}), 422)
        assert "不能早于任职起日" in shown
        assert "轮岗" in shown


class TestAccount:
    """停用、启用、重置密码、解除登录暂停。"""

    def test_off_and_on(self, office: Client, clerk: Person) -> None:
        assert "没有" in text(office.get(at("detail", clerk.user_id)))
        assert office.get(at("enable", clerk.user_id)).status_code == 403
        text(office.post(at("disable", clerk.user_id), {"reason": ""}), 422)
        office.post(at("disable", clerk.user_id), {"reason": "停职检查"})
        assert not User.objects.get(pk=clerk.user_id).is_active
        shown = text(office.get(at("detail", clerk.user_id)))
        assert "停用，不能登录" in shown
        assert "停职检查" in shown
        office.post(at("enable", clerk.user_id), {"reason": "检查结束"})
        assert User.objects.get(pk=clerk.user_id).is_active

    def test_reset_is_shown_once_and_its_owner_learns_who_did_it(self, office: Client, clerk: Person) -> None:
        shown = text(office.post(at("password", clerk.user_id), {"reason": "本人忘记"}))
        password = re.search(r"<code>([a-z0-9-]{14})</code>", shown)[1]  # type: ignore[index]
        user, client = User.objects.get(pk=clerk.user_id), Client()
        client.post("/accounts/login/", {"username": user.username, "password": password})
        asked = text(client.get("/accounts/password/"))
        assert "钱二和（测试县财政局 安全管理员）重置" in asked
        assert "不是您申请的" in asked

    def test_pause_is_lifted(self, office: Client, clerk: Person) -> None:
        user = User.objects.get(pk=clerk.user_id)
        given = {"username": user.username, "password": "wrong"}
        for _ in range(6):
            Client().post("/accounts/login/", given)
        assert "解除登录暂停" in text(office.get(at("detail", clerk.user_id)))
        office.post(at("resume", clerk.user_id), {"reason": "本人到场"})
        assert "解除登录暂停" in text(office.get(at("detail", clerk.user_id)))  # in the history
        assert Client().post("/accounts/login/", given | {"password": PASSWORD}).status_code == 302
