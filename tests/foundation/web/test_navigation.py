"""The frame: what a role sees on the left, where it is, the budget year, the bell."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import person_for
from jiheng.foundation.notices.services import notify
from jiheng.foundation.web import navigation
from tests.foundation.web.people import make_user

pytestmark = pytest.mark.django_db

STAGES = ["APPRAISAL", "GOALS", "MONITORING", "EVALUATION", "RESULTS", "ASSESSMENT", "DISCLOSURE"]


@pytest.fixture
def guide(settings: Any) -> Iterator[Client]:
    """Install the style guide instead of the product's own pages, and sign in."""
    settings.INSTALLED_APPS = [
        *(one for one in settings.INSTALLED_APPS if ".registers." not in one and ".channels." not in one),
        "tests.foundation.web.guide",
    ]
    settings.JIHENG_STAGES = [f"tests.foundation.web.guide.stages.{name}" for name in STAGES]
    settings.ROOT_URLCONF = "tests.foundation.web.guide.urls"
    navigation.find_again()
    client = Client()
    client.force_login(make_user(), backend="jiheng.foundation.sign_in.backend.PasswordBackend")
    yield client
    navigation.find_again()


def test_stages_stand_in_the_order_of_the_year_with_their_place_in_time(guide: Client) -> None:
    year = next(one for one in navigation.groups(person_for("zhang"), "/", 2026) if one.key == "year")
    shown = [(entry.label, entry.note, entry.tone) for entry in year.entries]
    assert shown[:3] == [
        ("事前评估", "已截止", "grey"), ("绩效目标", "还剩 9 天", "amber"), ("运行监控", "今天截止", "amber"),
    ]  # fmt: skip
    assert [label for label, _, _ in shown][-1] == "公开"


def test_role_sees_only_what_it_uses(guide: Client) -> None:
    person = person_for("zhang")
    keys = {one.key for one in navigation.groups(person, "/", None)}
    assert "system" not in keys
    admin = {one.key for one in navigation.groups(replace(person, role="security_admin"), "/", None)}
    assert "system" in admin


def test_entry_without_a_page_is_not_shown(guide: Client) -> None:
    found = navigation.groups(person_for("zhang"), "/", None)
    assert "没有的页面" not in {entry.label for group in found for entry in group.entries}


@pytest.mark.parametrize(
    ("path", "label"), [("/", "工作台"), ("/form/", "运行监控"), ("/form/7/", "运行监控")]
)
def test_one_entry_is_marked_as_here(guide: Client, path: str, label: str) -> None:
    found = navigation.groups(person_for("zhang"), path, None)
    assert [entry.label for group in found for entry in group.entries if entry.active] == [label]


def test_frame_shows_year_bell_and_person(guide: Client) -> None:
    person = person_for("zhang")
    notify(
        organisation=Organisation.objects.get(pk=person.organisation_id), role=person.role, text="目标已退回"
    )
    text = guide.get("/").content.decode()
    assert "2026 年度" in text
    assert "消息，1 条未读" in text
    assert "试验县水务局 · 财务经办" in text


def test_other_year_is_shown_once_chosen(guide: Client) -> None:
    guide.post("/session/cycle/", {"cycle": "2025"})
    text = guide.get("/").content.decode()
    assert "预算年度：2025 年度" in text


@pytest.mark.parametrize("path", ["/", "/list/", "/record/", "/form/", "/charts/", "/empty/"])
def test_guide_page_opens(guide: Client, path: str) -> None:
    assert guide.get(path).status_code == 200


def test_form_counts_its_errors_and_keeps_what_was_typed(guide: Client) -> None:
    sent = {"name": "道路", "amount": "abc", "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
            "form-0-name": "硬化道路", "form-0-weight": "30", "form-1-name": "已删", "form-1-DELETE": "on"}  # fmt: skip
    response = guide.post("/form/", sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert "有 4 处需要修改" in text
    assert "表格有 2 处需要修改" in text
    assert 'value="硬化道路"' in text
    assert "第 2 行 " not in text
