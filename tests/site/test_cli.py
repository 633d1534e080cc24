"""The `jiheng` command: Chinese throughout, clear about mistakes, honest in its status."""

import json
import re
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, Place, User
from jiheng.foundation.accounts.person import held_today
from jiheng.foundation.audit.models import Entry, Head
from jiheng.registers.subjects.models import SubjectYear
from jiheng.site.cli import main, parser
from jiheng.site.commands import in_words, port_taken
from jiheng.site.words import in_chinese
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.services import publish
from tests.guards import take_away
from tests.make import (
    DAY,
    PACK,
    PASSWORD,
    County,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_place,
    make_subject,
)

Run = Callable[..., tuple[int, str]]
ENGLISH = re.compile(
    r"usage|options|optional|positional|arguments?\b|error|invalid|required|choose|show this|unrecognized", re.IGNORECASE
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command as from the shell; return its status and everything it wrote."""

    def call(*arguments: str) -> tuple[int, str]:
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
        written = capsys.readouterr()
        return status, written.out + written.err

    return call


def commands() -> list[str]:
    actions = next(one for one in parser()._actions if hasattr(one, "choices") and one.choices)
    return sorted(actions.choices or [])


class TestWords:
    """Help and mistakes in Chinese."""

    @pytest.mark.parametrize("command", ["", *commands()])
    def test_help_is_chinese_throughout(self, run: Run, command: str) -> None:
        status, text = run(*([command] if command else []), "--help")
        assert status == 0
        assert text.startswith("用法：jiheng")
        assert not ENGLISH.search(text), text

    def test_help_names_every_command(self, run: Run) -> None:
        text = run("--help")[1]
        assert [name for name in commands() if not re.search(rf"^\s+{name}\b", text, re.MULTILINE)] == []

    @pytest.mark.parametrize("command", commands())
    def test_every_option_says_what_it_is_for(self, command: str) -> None:
        actions = next(one for one in parser()._actions if hasattr(one, "choices") and one.choices)
        made = dict(actions.choices or {})[command]
        assert [one.dest for one in made._actions if not one.help] == []

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ([], "缺少：命令"),
            (["fly"], "没有 'fly'，可以是："),
            (["explain"], "缺少：地区, 年度, 参数"),
            (["explain", PACK, "two", "x"], "年度：须为整数，现为 'two'"),
            (["serve", "--port"], "--port：后面要写一个值"),
            (["serve", "--port", "x"], "--port：须为整数"),
            (["serve", "--colour", "red"], "不认识：--colour red"),
            (["demo", "--build"], "不认识：--build"),
            (["demo", "--build-only=1"], "--build-only：不带值"),
            (["import", "units", "a.csv"], "缺少：--user, --year"),
            (["audit", "fly"], "没有 'fly'"),
            (["audit", "verify", "--anchor", "12"], "序号:摘要"),
            (["person", "add", PACK, "--day", "1.3.2024"], "须写成 2024-03-01 的样子"),
        ],
        ids=lambda one: " ".join(one) if isinstance(one, list) else "",
    )
    def test_wrong_call_is_explained(self, run: Run, arguments: list[str], words: str) -> None:
        status, text = run(*arguments)
        assert status == 2
        assert words in text
        assert not ENGLISH.search(text), text

    def test_words_that_argparse_may_say(self) -> None:
        assert in_chinese("argument --a: not allowed with argument --b") == "--a：不能与 --b 同时使用"
        assert in_chinese("one of the arguments --a --b is required") == "须写其中一个：--a --b"
        assert in_chinese("argument 文件: invalid path value: 'x'") == "文件：不能是 'x'"
        assert in_chinese("已经是中文") == "已经是中文"


class TestRules:
    """Commands without a database."""

    def test_every_pack_and_case_holds(self, run: Run) -> None:
        status, text = run("policy", "check")
        assert status == 0, text
        assert f"（{PACK}）" in text
        assert "（national）" in text
        heads = [line for line in text.splitlines() if not line.startswith(" ")]
        assert all("0 个不符" in line for line in heads)

    def test_one_place_is_checked_alone(self, run: Run) -> None:
        status, text = run("policy", "check", "national")
        assert (status, len(text.splitlines())) == (0, 1)

    def test_unknown_place_is_said(self, run: Run) -> None:
        for arguments in (["policy", "check", "atlantis"], ["explain", "atlantis", "2023", "x"]):
            status, text = run(*arguments)
            assert (status, "没有“atlantis”" in text) == (1, True)

    def test_parameter_is_explained_with_clause_and_pack(self, run: Run) -> None:
        status, text = run("explain", PACK, "2023", "self_evaluation_cover")
        assert status == 0
        assert "《" in text
        assert "national" in text or "全国" in text

    def test_example_of_the_help_is_a_parameter(self, run: Run) -> None:
        key = re.search(r"参数的键，如\s+(\w+)", run("explain", "--help")[1])[1]  # type: ignore[index]
        assert run("explain", PACK, "2023", key)[0] == 0

    def test_unknown_parameter_is_said(self, run: Run) -> None:
        status, text = run("explain", PACK, "2023", "nothing_such")
        assert (status, "nothing_such" in text) == (1, True)

    def test_published_tables_are_checked(self, run: Run, tmp_path: Path) -> None:
        table = {
            "project_name": "甲项目", "doc_type": "自评表", "source": "a",
            "budget_published": {"annual": "10", "executed": "12"},
        }  # fmt: skip
        source, out = tmp_path / "tables.jsonl", tmp_path / "out.json"
        source.write_text(json.dumps(table, ensure_ascii=False) + "\n", encoding="utf-8")
        status, text = run("published", "check", str(source), "--json", str(out))
        assert status == 0
        assert "共 1 行" in text
        assert [one["project_name"] for one in json.loads(out.read_text(encoding="utf-8"))] == ["甲项目"]

    def test_file_that_is_not_there_is_said(self, run: Run, tmp_path: Path) -> None:
        status, text = run("published", "check", str(tmp_path / "nothing.jsonl"))
        assert status == 2
        assert "nothing.jsonl" in text


@pytest.mark.django_db
class TestAudit:
    """Verify, and anchors to be kept outside."""

    @pytest.fixture
    def place(self) -> Place:
        place = make_place()
        make_organisation(place, "bureau", "财政局")
        make_organisation(place, "unit", "中学")
        return place

    def test_whole_chain(self, run: Run, place: Place) -> None:
        assert run("audit", "verify") == (0, "测试县：审计链完整，共 2 条\n测试县：业务记录 2 项，状态、内容和签署与审计链所记一致\n")

    def test_broken_chain_is_named_with_its_number(self, run: Run, place: Place) -> None:
        take_away()
        Entry.objects.filter(number=2).update(sealed_actor="别人")
        assert run("audit", "verify") == (1, "测试县：第 2 条：内容与摘要不符，已被改动\n测试县：业务记录 2 项，状态、内容和签署与审计链所记一致\n")

    def test_one_broken_place_is_enough(self, run: Run, place: Place) -> None:
        other = make_place("elsewhere", "邻县")
        make_organisation(other, "bureau", "邻县财政局")
        take_away()
        Entry.objects.filter(place=other).update(sealed_actor="别人")
        status, text = run("audit", "verify")
        assert (status, "邻县：第 1 条" in text, "测试县：审计链完整" in text) == (1, True, True)
        assert run("audit", "verify", "--place", PACK)[0] == 0

    def test_publication_that_was_changed_is_named(self, run: Run) -> None:
        county = make_county()
        made = publish(
            source=make_goal(county, make_subject(county), "approved"), person=county.person("performance_office")
        )
        status, text = run("audit", "verify")
        assert (status, "公开内容 1 项，与公开时的摘要和审计链一致" in text) == (0, True)
        take_away()
        Publication.objects.update(content={"total": "99.99"})
        status, text = run("audit", "verify")
        assert (status, made.number in text, "审计链完整" in text) == (1, True, True)

    def test_chain_that_is_gone_is_not_whole(self, run: Run, place: Place) -> None:
        anchor = run("audit", "anchor")[1].split()[1]
        take_away()
        Entry.objects.all().delete()
        Head.objects.all().delete()
        assert run("audit", "verify") == (1, "测试县：第 1 条：该地区已有业务数据，审计链却一条也没有，整条链被删除\n")
        status, text = run("audit", "verify", "--anchor", anchor)
        assert (status, "库外锚点记到第 2 条，实有 0 条" in text) == (1, True)

    def test_anchor_is_printed_and_taken_back(self, run: Run, place: Place) -> None:
        status, text = run("audit", "anchor")
        head = Head.objects.get()
        assert (status, text) == (0, f"{PACK} 2:{head.digest}\n")
        anchor = text.split()[1]
        assert run("audit", "verify", "--anchor", anchor)[0] == 0
        status, text = run("audit", "verify", "--anchor", f"2:{'0' * 64}")
        assert (status, "锚点不符" in text) == (1, True)
        status, text = run("audit", "verify", "--anchor", f"9:{head.digest}")
        assert (status, "尾部被截" in text) == (1, True)

    def test_anchor_of_several_places_asks_which(self, run: Run, place: Place) -> None:
        make_place("elsewhere", "邻县")
        status, text = run("audit", "verify", "--anchor", f"1:{'0' * 64}")
        assert (status, "--place" in text) == (1, True)

    def test_unknown_place_is_not_whole(self, run: Run, place: Place) -> None:
        assert run("audit", "verify", "--place", "atlantis") == (1, "没有登记地区 atlantis\n")


@pytest.mark.django_db
class TestPeople:
    """The first place and people, from the shell."""

    @pytest.fixture
    def place(self, run: Run) -> Place:
        status, text = run("place", "add", PACK, "--name", "盐池县", "--bureau", "县财政局", "--code", "001")
        assert status == 0, text
        return Place.objects.get()

    def add(self, run: Run, **more: str) -> tuple[int, str]:
        given = {"user": "zhang", "name": "张一民", "organisation": "001", "role": "performance_office"} | more
        return run("person", "add", PACK, *(part for key, value in given.items() for part in (f"--{key}", value)))

    def test_place_comes_with_its_bureau_and_once(self, run: Run, place: Place) -> None:
        assert [(one.name, one.kind) for one in Organisation.objects.all()] == [("县财政局", "bureau")]
        status, text = run("place", "add", PACK, "--name", "x", "--bureau", "x", "--code", "1")
        assert (status, "已经登记过" in text) == (1, True)

    def test_place_is_put_below_another_one(self, run: Run, place: Place) -> None:
        told = ("--name", "示例省", "--bureau", "省财政厅", "--code", "002")
        assert run("place", "add", "national", *told, "--parent", "atlantis")[0] == 1
        status, text = run("place", "add", "national", *told)
        assert (status, "省财政厅" in text) == (0, True)
        status, text = run("place", "under", PACK, "--parent", "national")
        assert (status, "不能办理" in text) == (0, True)
        place.refresh_from_db()
        assert place.parent is not None
        assert place.parent.code == "national"
        assert run("place", "under", "national", "--parent", PACK)[0] == 1
        assert run("place", "under", PACK)[0] == 1
        assert run("place", "add", "hunan-tianyuan", "--parent", "national")[0] == 1

    def test_place_without_a_pack_is_refused(self, run: Run) -> None:
        status, text = run("place", "add", "atlantis", "--name", "x", "--bureau", "x", "--code", "1")
        assert (status, "没有“atlantis”" in text, Place.objects.count()) == (1, True, 0)

    def test_new_person_signs_in_with_the_printed_password_and_must_change_it(self, run: Run, place: Place) -> None:
        status, text = self.add(run)
        assert status == 0, text
        password = re.search(r"初始密码：(\S+?)（", text)[1]  # type: ignore[index]
        client = Client()
        client.post("/accounts/login/", {"username": "zhang", "password": password})
        assert client.get("/")["Location"] == "/accounts/password/"
        assert password not in str(list(Entry.objects.values_list("detail", flat=True)))

    def test_second_office_keeps_the_password(self, run: Run, place: Place) -> None:
        self.add(run)
        before = User.objects.get().password
        status, text = self.add(run, role="bureau_leader")
        assert (status, "密码" in text) == (0, False)
        assert User.objects.get().password == before
        assert sorted(held_today().values_list("role", flat=True)) == ["bureau_leader", "performance_office"]

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"role": "king"}, "没有岗位“king”"),
            ({"organisation": "999"}, "没有代码为“999”"),
            ({"name": "李四"}, "是张一民的"),
        ],
        ids=str,
    )
    def test_mistake_is_said_and_nothing_written(self, run: Run, place: Place, more: dict[str, str], words: str) -> None:
        self.add(run)
        status, text = self.add(run, **more)
        assert (status, words in text) == (1, True), text
        assert Appointment.objects.count() == 1

    def test_end_password_unlock_and_list(self, run: Run, place: Place) -> None:
        self.add(run)
        assert "张一民\t县财政局\t绩效管理股" in run("person", "list", PACK)[1]
        before = User.objects.get().password
        status, text = run("person", "password", PACK, "--user", "zhang")
        assert (status, "新密码" in text, User.objects.get().password == before) == (0, True, False)
        for _ in range(6):
            Client().post("/accounts/login/", {"username": "zhang", "password": "wrong"})
        given = {"username": "zhang", "password": re.search(r"：(\S+?)（登录后", text)[1]}  # type: ignore[index]
        assert Client().post("/accounts/login/", given).status_code == 429
        assert run("person", "unlock", PACK, "--user", "zhang")[0] == 0
        assert Client().post("/accounts/login/", given).status_code == 302
        with clock.at(date(2099, 1, 1)):
            assert run("person", "end", PACK, "--user", "zhang", "--day", "2098-12-31")[0] == 0
            assert run("person", "list", PACK) == (0, "")
            status, text = run("person", "end", PACK, "--user", "zhang")
            assert (status, "0 个现任岗位" in text) == (1, True)

    def test_account_is_switched_off_and_on_for_a_reason(self, run: Run, place: Place) -> None:
        self.add(run)
        assert run("person", "disable", PACK, "--user", "zhang", "--reason", "停职检查")[0] == 0
        assert run("person", "list", PACK) == (0, "")
        status, text = run("person", "disable", PACK, "--user", "zhang")
        assert (status, "已经停用" in text) == (1, True)
        assert run("person", "enable", PACK, "--user", "zhang")[0] == 0
        told = Entry.objects.get(action="user.disable")
        assert (told.actor, told.detail["reason"]) == ("系统", "停职检查")

    def test_offices_that_need_two_persons_are_refused(self, run: Run, place: Place) -> None:
        assert self.add(run, role="security_admin", until="2098-12-31")[0] == 0
        status, text = self.add(run, role="audit_admin")
        assert (status, "须是三个人" in text, Appointment.objects.count()) == (1, True, 1)
        status, text = self.add(run, user="zhang", role="audit_admin", day="2099-01-01")
        assert (status, Appointment.objects.count()) == (0, 2), text

    def test_people_of_another_place_are_out_of_reach(self, run: Run, place: Place) -> None:
        person = make_person(make_organisation(make_place("national", "邻县"), "bureau", "邻局"), "division")
        name = User.objects.get(pk=person.user_id).username
        for action in ("password", "unlock", "end"):
            assert run("person", action, PACK, "--user", name)[0] == 1
        assert User.objects.get(pk=person.user_id).check_password(PASSWORD)


@pytest.mark.django_db
class TestLists:
    """Import and export under somebody's name and rights."""

    @pytest.fixture
    def county(self) -> County:
        return make_county()

    def name(self, county: County, role: str) -> str:
        return User.objects.get(pk=county.person(role).user_id).username

    def test_exported_projects_are_those_of_the_person(self, run: Run, county: County, tmp_path: Path) -> None:
        make_subject(county, name="示范项目")
        target = tmp_path / "projects.xlsx"
        with clock.at(DAY):
            arguments = ("export", "projects", str(target), "--user", self.name(county, "performance_office"), "--year", "2023")
            assert run(*arguments)[0] == 0
        assert target.read_bytes().startswith(b"PK")

    @pytest.mark.parametrize("role", ["unit_head", "congress", "security_admin"])
    def test_person_without_the_right_imports_nothing(self, run: Run, county: County, tmp_path: Path, role: str) -> None:
        source = tmp_path / "projects.csv"
        source.write_text("项目代码,项目名称\nP1,甲\n", encoding="utf-8")
        status, text = run(
            "import", "projects", str(source), "--user", self.name(county, role), "--year", "2023", "--apply"
        )
        assert (status, SubjectYear.objects.count()) == (1, 0), text
        assert not ENGLISH.search(text)

    def test_unknown_ended_or_inactive_person_is_nobody(self, run: Run, county: County, tmp_path: Path) -> None:
        arguments = ("export", "projects", str(tmp_path / "a.xlsx"), "--year", "2023", "--user")
        name = self.name(county, "performance_office")
        assert run(*arguments, "nobody") == (1, "登录名“nobody”今天没有任何岗位，不能以其名义办理\n")
        assert run(*arguments, name, "--role", "bureau_leader")[0] == 1
        User.objects.filter(username=name).update(is_active=False)
        assert run(*arguments, name)[0] == 1

    def test_unknown_list_and_year_are_said(self, run: Run, county: County, tmp_path: Path) -> None:
        name = self.name(county, "performance_office")
        for kind, year in (("dreams", "2023"), ("projects", "1999")):
            status, text = run("export", kind, str(tmp_path / "a.xlsx"), "--user", name, "--year", year)
            assert status == 1, text
            assert not ENGLISH.search(text), text


@pytest.mark.django_db
def test_database_that_is_away_is_said_in_words(run: Run) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(away):
        status, text = run("audit", "verify")
    assert (status, "数据库打不开" in text) == (1, True)


def test_mistake_of_the_program_is_not_hidden() -> None:
    assert in_words(ZeroDivisionError()) is None
    assert in_words(KeyError("x")) is None


def test_free_port_is_free() -> None:
    assert not port_taken("127.0.0.1", 1)


def test_a_port_that_is_taken_is_not_shared(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for word in ("serve", "demo"):
            status, text = run(word, "--port", str(port))
            assert (status, f"端口 {port} 已被占用" in text) == (1, True)
