"""How values look, and what form fields take."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from jiheng.foundation import clock
from jiheng.foundation.web.columns import Column, row_of, rows_html
from jiheng.foundation.web.export import neutral
from jiheng.foundation.web.fields import AmountField, DayField, NumberField
from jiheng.foundation.web.stage import Window
from jiheng.foundation.web.templatetags import jiheng as show


@pytest.mark.parametrize(
    ("look", "value", "text"),
    [
        (show.wan, 123_456_789_000, "123,456.79"),
        (show.wan, 0, "0.00"),
        (show.wan, None, "—"),
        (show.wan, "", "—"),
        (show.yuan, -1_234_567, "-12,345.67"),
        (show.points, Decimal("82.495"), "82.50"),
        (show.points, None, "—"),
        (show.percent, Decimal("0.9245"), "92.5%"),
        (show.percent, Fraction(2, 3), "66.7%"),
        (show.percent, None, "—"),
        (show.count, 1204, "1,204"),
        (show.day, date(2026, 6, 30), "2026-06-30"),
        (show.day, datetime(2026, 6, 30, 18, 0, tzinfo=UTC), "2026-07-01"),
        (show.moment, datetime(2026, 6, 30, 18, 4, tzinfo=UTC), "2026-07-01 02:04"),
        (show.place_words, "comment", ""),
        (show.place_words, "reasons.满意度", ""),
        (show.place_words, "产出指标", "产出指标"),
    ],
)
def test_value_looks_the_same_everywhere(look: Any, value: Any, text: str) -> None:
    assert look(value) == text


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (date(2026, 6, 28), "逾期 2 天", "red"),
        (date(2026, 6, 30), "今天截止", "amber"),
        (date(2026, 7, 3), "还剩 3 天", "amber"),
        (date(2026, 7, 4), "还剩 4 天", "grey"),
    ],
)
def test_deadline_is_said_in_words_with_the_date_beside(due: date, words: str, tone: str) -> None:
    with clock.at(date(2026, 6, 30)):
        shown = show.due(due)
    assert words in shown
    assert f"tone-{tone}" in shown
    assert f">{due.isoformat()}<" in shown


@pytest.mark.parametrize(
    ("opens", "due", "words"),
    [
        (None, None, ""),
        (date(2026, 7, 1), date(2026, 7, 9), "07-01 开始"),
        (date(2027, 1, 1), date(2027, 3, 31), "2027-01 开始"),
        (None, date(2026, 7, 9), "还剩 9 天"),
        (None, date(2026, 6, 30), "今天截止"),
        (None, date(2026, 6, 29), "已截止"),
    ],
)
def test_stage_stands_in_time(opens: date | None, due: date | None, words: str) -> None:
    assert Window(opens, due).state(date(2026, 6, 30))[0] == words


def test_labels_are_escaped() -> None:
    page = Template("{% state_badge label tone %}{% clause text %}")
    shown = page.render(Context({"label": "<b>", "tone": '"x', "text": "<i>"}))
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert '"x' not in shown


def test_clause_is_silent_without_one() -> None:
    assert show.clause("") == ""


@given(st.text(max_size=20))
def test_exported_text_never_begins_like_a_formula(text: str) -> None:
    safe = neutral(text)
    assert len(safe) <= 1 or not safe.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert safe.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1,234.56", 1_234_560_000), ("１２.5万元", 12_500_000), ("0", 0), ("", None)],
)
def test_amount_field_reads_what_people_write(text: str, fen: int | None) -> None:
    assert AmountField(required=False).clean(text) == fen


@pytest.mark.parametrize("text", ["125000元", "十万", "一点钱", "-5", "12.3456789"])
def test_amount_field_names_what_it_cannot_take(text: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        AmountField().clean(text)
    assert len(refused.value.messages[0]) > 5


@given(st.integers(min_value=0, max_value=10**15))
def test_amount_field_shows_what_it_reads(fen: int) -> None:
    for unit in ("万元", "元"):
        field = AmountField(unit=unit)
        assert field.clean(field.prepare_value(fen)) == fen


@pytest.mark.parametrize(
    ("percent", "text", "value"),
    [(False, "1,204.5", Decimal("1204.5")), (True, "92.5%", Decimal("0.925")), (True, "98", Decimal("0.98"))],
)
def test_number_field_reads_numbers_and_rates(text: str, value: Decimal, *, percent: bool) -> None:
    field = NumberField(percent=percent)
    assert field.clean(text) == value
    assert field.clean(field.prepare_value(value)) == value


def test_number_field_keeps_its_bounds() -> None:
    field = NumberField(minimum=Decimal(0), maximum=Decimal(100))
    with pytest.raises(forms.ValidationError, match="不能大于 100"):
        field.clean("100.5")
    with pytest.raises(forms.ValidationError, match="不能小于 0"):
        field.clean("-1")


@pytest.mark.parametrize("text", ["2026-06-30", "2026/6/30", "2026年6月30日", "2026.06.30", "20260630"])
def test_day_field_reads_five_spellings(text: str) -> None:
    assert DayField().clean(text) == date(2026, 6, 30)


def test_day_field_names_a_day_that_does_not_exist() -> None:
    with pytest.raises(forms.ValidationError):
        DayField().clean("2026-02-30")


@pytest.mark.parametrize(("kind", "title"), [("text", "名次"), ("number", "部门")])
def test_a_card_is_headed_by_its_name_not_by_a_bare_figure(kind: Any, title: str) -> None:
    columns = [
        Column("rank", "名次", "rank", kind=kind, card=True),
        Column("name", "部门", "name", link=lambda _: "/x/", card=True),
    ]
    row = SimpleNamespace(pk=1, rank=3, name="教育局")
    drawn = rows_html(columns, [row_of(columns, row)], dense=False, pick=False)
    assert re.findall(r'cell-title" data-label="(\w+)"', drawn) == [title]
    assert drawn.count("cell-keep") == 2
