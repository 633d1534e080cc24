"""Pages of the chain: who reads it, what is found, how a changed entry and a rebuilt chain show."""

import ast
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.channels.audit.queries import Unreadable, anchors, read_anchor
from jiheng.channels.audit.words import GROUPS, words_of
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry, Head
from jiheng.foundation.audit.words import ACTION_WORDS
from tests.contracts.sources import PACKAGE, python_files
from tests.guards import take_away
from tests.make import (
    County,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_place,
    make_subject,
    sign_in,
)


@pytest.fixture
def county(db: None) -> County:
    with clock.at(date(2022, 10, 8)):
        county = make_county()
    with clock.at(date(2022, 11, 1)):
        make_goal(county, make_subject(county, name="教学设备购置项目"), "approved")
    return county


def read(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(f"audit:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_readers_see_who_did_what_in_words(county: County, client: Client) -> None:
    for role in ("auditor", "audit_admin"):
        sign_in(client, county.person(role), county.cycle)
        page = read(client, "list")
        assert "绩效目标 · 填写目标和指标" in page
        assert f"共 {Head.objects.get(place=county.place).number}" in page
        found = read(client, "list", query="?about=goals&role=unit_finance")
        assert "填写资金" in found
        assert "填写目标和指标" not in found.partition("<tbody>")[2]
        assert str(county.person("bureau_leader")) in read(client, "list", query=f"?q={county.person('bureau_leader').name}")
    assert "没有符合筛选条件" in read(client, "list", query="?q=没有这个人")


def test_nobody_else_reads_it(county: County, client: Client) -> None:
    first = Entry.objects.order_by("pk")[0]
    for role in ("unit_project", "department_reviewer", "performance_office", "bureau_leader", "congress", "system_admin"):
        sign_in(client, county.person(role), county.cycle)
        for name in ("list", "verify", "anchors"):
            assert client.get(reverse(f"audit:{name}")).status_code == 403
        assert client.get(reverse("audit:entry", args=[first.pk])).status_code == 404
    stranger = make_person(make_organisation(make_place("national", "别县"), "overseer", "别县审计局"), "auditor")
    sign_in(client, stranger)
    assert client.get(reverse("audit:entry", args=[first.pk])).status_code == 404


def test_one_entry_is_shown_whole_with_its_neighbours(county: County, client: Client) -> None:
    sign_in(client, county.person("auditor"), county.cycle)
    entry = Entry.objects.get(action="goals.approve")
    page = read(client, "entry", entry.pk)
    for words in (entry.digest, entry.previous, entry.actor, "内容与摘要相符", "上一条"):
        assert words in page
    take_away()
    Entry.objects.filter(pk=entry.pk).update(sealed_actor="别人")
    assert "内容与摘要不符" in read(client, "entry", entry.pk)


def test_verification_names_the_changed_entry(county: County, client: Client) -> None:
    sign_in(client, county.person("audit_admin"), county.cycle)
    url = reverse("audit:verify")
    whole = client.post(url).content.decode()
    assert "没有缺少、改动、调换或截断" in whole
    take_away()
    Entry.objects.filter(place=county.place, number=7).update(clause="改过")
    broken = client.post(url).content.decode()
    assert "第 7 条：内容与摘要不符，已被改动" in broken
    assert "完整" not in broken.partition("从第一条起")[0].partition("核验结果")[2]


def test_a_rebuilt_chain_shows_against_the_anchor_that_was_kept(county: County, client: Client) -> None:
    auditor = county.person("auditor")
    sign_in(client, auditor, county.cycle)
    kept = str(anchors(auditor)[0])
    url = reverse("audit:verify")
    assert "并与库外锚点一致" in client.post(url, {"anchor": f"{county.place.code} {kept}"}).content.decode()
    number, _, digest = kept.partition(":")
    foreign = f"{number}:{'0' * len(digest)}"
    assert "链曾被整体重写" in client.post(url, {"anchor": foreign}).content.decode()
    later = f"{int(number) + 5}:{digest}"
    assert "尾部被截" in client.post(url, {"anchor": later}).content.decode()
    assert client.post(url, {"anchor": "明天再说"}).status_code == 422


@pytest.mark.parametrize("text", ["12", "x:" + "0" * 64, "12:" + "g" * 64, "12:" + "0" * 63])
def test_what_is_no_anchor_is_not_guessed(text: str) -> None:
    with pytest.raises(Unreadable):
        read_anchor(text)
    assert read_anchor("  ") is None


def test_anchors_are_the_last_entries_of_their_days(county: County, client: Client) -> None:
    auditor = county.person("auditor")
    with clock.at(date(2022, 11, 20)):
        make_subject(county)
    found = anchors(auditor)
    assert [one.day for one in found] == [date(2022, 11, 20), date(2022, 11, 1), date(2022, 10, 8)]
    for one in found:
        last = Entry.objects.get(place=county.place, number=one.number)
        assert last.digest == one.digest
    assert found[0].number == Head.objects.get(place=county.place).number
    sign_in(client, auditor, county.cycle)
    assert str(found[0]) in read(client, "anchors")


def test_the_list_asks_a_fixed_number_of_times(county: County, client: Client) -> None:
    sign_in(client, county.person("auditor"), county.cycle)

    def count() -> int:
        read(client, "list")
        with CaptureQueriesContext(connection) as captured:
            read(client, "list")
        return len(captured)

    with clock.at(date(2022, 11, 2)):
        make_goal(county, make_subject(county, unit=2), "approved")
    assert Entry.objects.count() > 50  # both times the list has a second page
    few = count()
    with clock.at(date(2022, 11, 2)):
        make_goal(county, make_subject(county, unit=2), "approved")
    assert count() == few


def recorded() -> set[str]:
    """Every action that the source records by a literal name."""
    return {
        node.args[0].value
        for _, tree in python_files(PACKAGE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "record"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_recorded_action_has_words(county: County) -> None:
    actions = recorded()
    assert len(actions) > 50
    assert sorted(actions - set(ACTION_WORDS)) == []
    assert {action.partition(".")[0] for action in actions | set(words_of([county.cycle]))} <= set(GROUPS)
