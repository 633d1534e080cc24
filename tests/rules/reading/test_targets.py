"""Targets: signs, ranges, dates, qualities, placeholders, and laws over random texts."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jiheng.rules.reading import Target, read_target

SIGNS = {
    ">=": ["≥", "≧", ">=", "＞＝", "=>", "大于等于", "不少于", "不低于", "不小于", "至少", "≥ "],
    "<=": ["≤", "≦", "<=", "＜＝", "小于等于", "不超过", "不高于", "不大于", "至多"],
    ">": [">", "＞", "大于", "高于", "超过"],
    "<": ["<", "＜", "小于", "低于", "少于"],
    "=": ["=", "＝", "═", "= ", "等于"],
    "": ["", "达到", "完成"],
}  # fmt: skip
SUFFIXES = {">=": ["以上", "及以上", "(含)以上"], "<=": ["以下", "以内", "及以下"], ">": ["以上(不含)"]}
UNITS = ["", "%", "人", "万元", "公里", "个工作日", "万亩", "元/平方米", "次/月"]
FIGURES = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)


@given(FIGURES, st.sampled_from(UNITS))
def test_target_round_trip_with_every_sign(value: Decimal, unit: str) -> None:
    assume(unit or not 1900 <= value < 2100)  # 2023.06 without a unit may be a month
    for op, signs in SIGNS.items():
        for sign in signs:
            target = read_target(f"{sign}{value}{unit}")
            assert (target.kind, target.op, target.value, target.unit) == ("quantitative", op, value, unit), (
                target
            )
    for op, suffixes in SUFFIXES.items():
        for suffix in suffixes:
            target = read_target(f"{value}{unit}{suffix}")
            assert (target.kind, target.op, target.value, target.unit) == ("quantitative", op, value, unit), (
                target
            )


@given(FIGURES, FIGURES, st.sampled_from(["", "%", "人", "天"]))
def test_target_range_in_every_spelling(one: Decimal, other: Decimal, unit: str) -> None:
    low, high = sorted((one, other))
    texts = [f"{low}-{high}{unit}", f"{low}{unit}~{high}{unit}", f"{low}—{high}{unit}", f"{low}至{high}{unit}",
             f"≥{low}{unit}且≤{high}{unit}", f"≤{high}{unit},≥{low}{unit}", f"{low}≤x≤{high}{unit}"]  # fmt: skip
    for text in texts:
        target = read_target(text)
        assert (target.kind, target.low, target.high, target.unit) == ("range", low, high, unit), text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("提高", "qualitative"), ("应改尽改", "qualitative"), ("十分满意", "qualitative"), ("是", "qualitative"),
        ("6月底前", "date"), ("2021年全年", "date"), ("1-12月", "date"), ("12月底到位", "date"), ("9月前", "date"),
        ("2026.6.30", "date"), ("2026-6-30前", "date"),
        ("3年", "quantitative"), ("20日内", "quantitative"), ("±5%", "range"), ("十二次", "quantitative"),
        ("≥**%", "unreadable"), ("★★", "unreadable"), ("≧ %", "unreadable"), ("", "unreadable"), ("—", "unreadable"),
        ("二100百分比", "unreadable"), ("5=50%", "unreadable"), ("≥95%以下", "unreadable"), ("20-10", "unreadable"),
        ("2条,覆盖乡镇1个", "unreadable"), ("至少全年完成2次宣传", "unreadable"), ("10人-20公里", "unreadable"),
    ],
)  # fmt: skip
def test_target_kind(text: str, kind: str) -> None:
    target = read_target(text, year=2021)
    assert target.kind == kind
    assert (target.problem is not None) == (kind == "unreadable")


def test_target_deadlines() -> None:
    assert read_target("6月底前", year=2026).last == date(2026, 6, 30)
    assert read_target("9月前", year=2026).op == "<"
    assert read_target("2026年6月30日前").op == "<="
    undated = read_target("9月前")
    assert undated.kind == "unreadable"
    assert "没有年份" in undated.note


def test_target_about_is_readable_but_named() -> None:
    target = read_target("95%左右")
    assert (target.op, target.value) == ("≈", 95)
    assert "没有明确界限" in target.note


def test_target_takes_unit_from_its_column() -> None:
    assert read_target("≥95", unit="%").unit == "%"
    assert read_target("≥95%", unit="%").problem is None
    assert read_target("≥95%", unit="百分比").problem is None
    assert "不同" in read_target("100人", unit="万元").note
    assert read_target("≥95", unit="—").unit == ""


@given(
    st.text()
    | st.text(alphabet="0123456789.%≥≤=<>-~—至以上下内前年月日底全人万元**★() 左右约不低于", max_size=24)
)
def test_target_never_raises_and_is_deterministic(text: str) -> None:
    target = read_target(text, year=2026)
    assert target == read_target(text, year=2026)
    assert isinstance(target, Target)
    assert (target.kind == "quantitative") == (target.value is not None)
    assert target.kind != "unreadable" or target.problem is not None


@pytest.mark.parametrize(
    ("text", "op", "value", "unit"),
    [("=0起", "=", 0, "起"), ("0起", "", 0, "起"), ("≤2起", "<=", 2, "起"), ("10万元起", ">=", 10, "万元")],
)
def test_cases_are_counted_in_qi_which_is_no_sign_after_a_figure(
    text: str, op: str, value: int, unit: str
) -> None:
    target = read_target(text)
    assert (target.op, target.value, target.unit, target.note) == (op, value, unit, "")


@pytest.mark.parametrize(
    "text",
    ["达成：全年通车；部分达成：封闭1次；未达成：封闭2次以上", "优：95%以上；良：90%以上；中：80%以上"],
)
def test_graded_words_are_a_quality_though_they_name_figures(text: str) -> None:
    assert read_target(text).kind == "qualitative"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("三十多人", 30, "人"), ("50余万元", 50, "万元"), ("50+", 50, ""), ("近50%", 50, "%"), ("五千余人", 5000, "人"),
     ("≥三十多人", 30, "人"), ("不超过50余万元", 50, "万元")],
)  # fmt: skip
def test_about_a_figure_is_shown_as_about_and_named(text: str, value: int, unit: str) -> None:
    target = read_target(text)
    assert (target.op, target.value, target.unit) == ("≈", value, unit)
    assert "约数" in target.note


@pytest.mark.parametrize(
    "text",
    ["数十", "近百", "百余", "上百", "十几", "几次", "三四", "三分之一", "1/3", "半年", "3、4", "超过百人", "不少于千亩", "一百二", "五一",
     "2023.6", "20230630"],
)  # fmt: skip
def test_what_names_no_single_figure_is_no_target_value_and_no_quality(text: str) -> None:
    target = read_target(text, year=2023)
    assert target.kind == "unreadable"
    assert target.note


@pytest.mark.parametrize(
    "text",
    [
        "一般",
        "十分满意",
        "万无一失",
        "数量充足",
        "几乎全部",
        "百姓满意",
        "近视率下降",
        "多功能厅",
        "两品一械",
        "成效显著",
        "上下联动",
        "约定",
    ],
)
def test_words_with_numerals_in_them_stay_words(text: str) -> None:
    assert read_target(text).kind == "qualitative"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023.07-2024.01", date(2023, 7, 1), date(2024, 1, 31)),
        ("2023-06", date(2023, 6, 1), date(2023, 6, 30)),
        ("2023-07-01至2023-12-31", date(2023, 7, 1), date(2023, 12, 31)),
        ("2022—2024年", date(2022, 1, 1), date(2024, 12, 31)),
    ],
)
def test_stretches_of_time_are_dates(text: str, first: date, last: date) -> None:
    target = read_target(text)
    assert (target.kind, target.first, target.last) == ("date", first, last)


@given(st.integers(1, 10**6), st.sampled_from(["", "人", "%", "万元", "次"]))
def test_no_way_to_leave_a_figure_open_gives_an_exact_target(number: int, unit: str) -> None:
    for text in (
        f"约{number}{unit}",
        f"近{number}{unit}",
        f"{number}{unit}左右",
        f"{number}多{unit}",
        f"{number}余{unit}",
        f"{number}{unit}+",
        f"≥{number}多{unit}",
    ):
        target = read_target(text)
        assert target.kind != "qualitative", text
        assert target.op == "≈" or target.kind == "unreadable", text
        assert target.note, text
