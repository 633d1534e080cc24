"""Cleaning by kind: what people type, the value it means, the words when it means none."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.forms.fields import Field, Kind
from jiheng.rules.forms.values import Cleaned, clean, exact, missing, shown
from tests.foundation.sheets.national import FORMS
from tests.foundation.sheets.strategies import values


def box(kind: Kind, **more: object) -> Field:
    return Field.model_validate({"key": "box", "label": "一格", "kind": kind} | more)


MONEY, POINTS, PERCENT = box(Kind.MONEY_WAN), box(Kind.POINTS), box(Kind.PERCENT)
GRADE = box(Kind.CHOICE, choices=["优", "良", "中", "差"], ticked=True)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (MONEY, "1,234.56", 1234560000),
        (MONEY, " — ", None),
        (POINTS, "９.5", Decimal("9.5")),
        (PERCENT, "95.5%", Decimal("95.5")),
        (PERCENT, 95.5, Decimal("95.5")),
        (box(Kind.DATE), "2026年3月9日", date(2026, 3, 9)),
        (box(Kind.TICK), "√", True),
        (box(Kind.TICK), "", False),
        (GRADE, "良", "良"),
        (GRADE, "优□ 良√ 中□ 差□", "良"),
        (GRADE, "□优 ☑良 □中 □差", "良"),
        (GRADE, "□优 □良 □中 □差", None),
        (box(Kind.TEXT), "  两\r\n行 ", "两 行"),
        (box(Kind.LONG_TEXT), "两\r\n行\x07", "两\n行"),
        (box(Kind.TARGET), "≥95%", "≥95%"),
        (box(Kind.TARGET), "有效改善", "有效改善"),
    ],
)
def test_clean_understands(field: Field, typed: object, value: object) -> None:
    assert clean(field, typed) == Cleaned(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        (MONEY, "十来万", "“十来万”是约数，没有确切的金额；请填写确切的金额"),
        (box(Kind.MONEY_WAN, low=0), "-1", "“一格”不得小于 0万元"),
        (MONEY, 10**9, "“1000000000”超过了 10 万亿元；请核对单位"),
        (POINTS, "9.555", "“9.555”的小数超过两位；请四舍五入到两位小数"),
        (box(Kind.POINTS, high=10), "11", "“一格”不得大于 10"),
        (PERCENT, "95元", "“95元”的单位“元”不是百分比；请填写百分比，例如 98%"),
        (box(Kind.DATE), "2026年3月", "“2026年3月”只有年月，没有日；请写成 2026-06-30 的样子"),
        (GRADE, "一般", "“一般”不在可选项中；请从优、良、中、差中选一项"),
        (GRADE, "优√ 良√ 中□", "同时勾选了优、良；请只选一项"),
        (box(Kind.TICK), "也许", "“也许”不是勾选；请打“√”或留空"),
        (box(Kind.TARGET), "≥**%", "“≥**%”还留着模板的占位符；请换成真实的指标值"),
        (box(Kind.TEXT, max_length=3), "一二三四", "“一格”最多 3 字，现有 4 字；请删去 1 字"),
    ],
)
def test_clean_names_what_is_wrong(field: Field, typed: object, words: str) -> None:
    assert clean(field, typed) == Cleaned(None, words)


def test_clean_takes_the_unit_of_the_sheet_and_names_another_in_the_cell() -> None:
    assert clean(MONEY, "12000", money_unit="元") == Cleaned(1200000)
    found = clean(MONEY, "12000元")
    assert (found.value, found.notice) == (1200000, "写的是元，本栏单位是万元，已按 1.20 万元（12,000.00 元）读取，请核对")


def test_missing_speaks_only_of_required_boxes() -> None:
    needed = box(Kind.TEXT, required=True)
    assert (missing(needed, None), missing(needed, "有"), missing(box(Kind.TEXT), None)) == (
        "“一格”必须填写",
        "",
        "",
    )


def test_shown_draws_boxes_to_tick() -> None:
    assert shown(GRADE, "良") == "□优　■良　□中　□差"
    assert shown(GRADE, None) == "□优　□良　□中　□差"
    assert shown(PERCENT, Decimal("92.50")) == "92.5%"


FIELDS: list[Field] = [column for form in FORMS.values() for block in form.grids for column in block.columns]
FIELDS += [one for form in FORMS.values() for one in form.boxes]
BY_KIND = {field.kind: field for field in FIELDS}


@pytest.mark.parametrize("kind", sorted(BY_KIND))
@given(draw=st.data())
def test_exact_text_cleans_to_the_same_value(kind: Kind, draw: st.DataObject) -> None:
    field = BY_KIND[kind]
    value = draw.draw(values(field))
    assert clean(field, exact(field, value)).value == value
