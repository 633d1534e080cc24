"""A project's content is changed: what counts as a change, what stands against it, when a goal covers it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jiheng.rules.content_change import against, changed, covered, differences, row_that_follows, tidy

WAS: dict[str, Any] = {
    "name": "村卫生室维修", "overview": "维修20所", "basis": "会议纪要", "requested_fen": 80_000_000, "first_year": 2022,
    "last_year": 2022, "sector": "", "category": "",
}  # fmt: skip


def said(after: dict[str, Any], *, reason: str = "撤并", document: str = "纪要〔2022〕3号", budget: int = 0) -> list[str]:
    found = against(WAS, after, reason=reason, document=document, budget_year=2022, budget_fen=budget, clause="条例第四十一条")
    return [one.message for one in found]


def test_only_what_differs_counts_and_is_told_in_words() -> None:
    after = tidy({"overview": " 维修20所 ", "requested_fen": 79_999_999, "sector": "卫生", "unit": "别的"})
    assert changed(WAS, after) == ["requested_fen", "sector"]
    assert [(one.label, one.before, one.after) for one in differences(WAS, after)] == [
        ("申报金额", "80.00 万元", "799,999.99 元"), ("领域", "（空）", "卫生"),
    ]  # fmt: skip
    assert differences(WAS, {}) == []


def test_a_change_has_a_reason_and_a_document_and_changes_something() -> None:
    assert said({"overview": "维修17所"}) == []
    assert said({"overview": "维修20所"}) == ["内容没有变化"]
    assert said({"overview": "维修17所"}, reason=" ", document="") == [
        "修改项目内容须写明理由，不超过 500 字", "须写明依据的文件，不超过 300 字",
    ]  # fmt: skip
    assert said({"overview": "维修17所"}, reason="长" * 501) == ["修改项目内容须写明理由，不超过 500 字"]
    assert said({"overview": "维修17所"}, reason="长" * 500, document="长" * 300) == []


def test_period_name_and_money_stay_sound() -> None:
    assert said({"name": ""}) == ["项目名称须填写，不超过 300 字"]
    assert said({"last_year": 2021}) == ["起止年须包含 2022 年度"]
    assert said({"first_year": 2021, "last_year": 2023}) == []
    assert said({"sector": "长" * 61}) == ["领域不超过 60 字"]
    assert said({"requested_fen": 79_999_999}, budget=80_000_000) != []
    assert said({"requested_fen": 80_000_001}, budget=80_000_000) == []
    assert said({"overview": "维修17所"}, budget=90_000_000) == []  # money that was not touched is not asked about
    assert said({"requested_fen": -1}) != []


def test_rules_ask_for_the_goal_only_where_the_row_says_so() -> None:
    plain = [{"key": "content", "label": "项目内容变化"}, {"key": "budget", "label": "预算调整", "follow": True}]
    assert row_that_follows(plain) is None
    assert row_that_follows(None) is None
    assert row_that_follows([{"key": "content", "label": "项目内容变化", "follow": True}]) is not None


def test_a_goal_covers_what_was_changed_before_it_was_handed_in() -> None:
    at = datetime(2022, 1, 18, 9, tzinfo=UTC)
    assert not covered(at, None)
    assert not covered(at, at - timedelta(seconds=1))
    assert covered(at, at)
    assert covered(at, at + timedelta(seconds=1))
