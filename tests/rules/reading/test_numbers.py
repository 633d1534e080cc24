"""Numbers, quantities, rates and amounts: what is understood, what is named, and laws over random texts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.reading import (
    Problem,
    Quantity,
    read_amount,
    read_number,
    read_percent,
    read_quantity,
    unit_slip,
)

FULL_WIDTH = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"), (" 1,234,567.80 ", "1234567.80"), ("１２３．５", "123.5"), ("'007", "7"), ("－3", "-3"),
        ("十二", "12"), ("一百二十万", "1200000"), ("两千零五", "2005"), ("二〇二六", "2026"), ("壹佰零叁", "103"),
        ("三亿五千万", "350000000"), (3, "3"), (0.1 + 0.2, "0.3"), (Decimal("2.50"), "2.50"), ("5万", "50000"),
    ],
)  # fmt: skip
def test_number_reads_every_spelling(text: object, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "没有填写"), ("—", "没有填写"), (None, "没有填写"), ("1,23", "千位分隔符"), ("1 234", "空格"),
        ("290$", "不是计量单位"), ("1.2E+05", "科学计数法"), ("M.8", "不能辨认"), ("**", "占位符"), ("30人", "单位"),
        ("一般", "不是数字"), ("万无一失", "不是数字"), ("十分满意", "不是数字"), ("一百二", "不是数字"), (True, "不是数字"),
        ("12345678901234567890", "粘连"), (float("nan"), "不是数字"), ("10-20", "区间"), ("三三两两", "不是数字"),
    ],
)  # fmt: skip
def test_number_names_what_it_cannot_read(text: object, message: str) -> None:
    reading = read_number(text)
    assert isinstance(reading, Problem)
    assert message in str(reading)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("300 公里", "300", "公里"), ("42.59万亩", "42.59", "万亩"), ("百分之九十五", "95", "%"), ("千分之三", "3", "‰"),
        ("1次/月", "1", "次/月"), ("400元/人、天", "400", "元/人、天"), ("十二次", "12", "次"), ("37㎡", "37", "m2"),
        ("20个工作日", "20", "个工作日"), ("0.97比例", "0.97", "比例"),
    ],
)  # fmt: skip
def test_quantity_keeps_unit_as_written(text: str, value: str, unit: str) -> None:
    reading = read_quantity(text)
    assert isinstance(reading, Quantity)
    assert (reading.value, reading.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "points"), [("98%", "98"), ("98", "98"), ("3‰", "0.3"), ("1.5", "1.5"), ("0", "0")]
)
def test_percent_in_points(text: str, points: str) -> None:
    assert read_percent(text) == Decimal(points)


def test_percent_stored_as_share_is_asked_not_guessed() -> None:
    reading = read_percent("0.98")
    assert isinstance(reading, Problem)
    assert "可能是 0.98%，也可能是 98" in str(reading)
    assert read_percent("0.98", bare="share") == 98
    assert read_percent("0.98", bare="points") == Decimal("0.98")
    assert isinstance(read_percent("98人"), Problem)


@pytest.mark.parametrize(
    ("text", "column", "fen"),
    [
        ("12.5", "万元", 12_500_000), ("12.5万元", "万元", 12_500_000), ("5.8万", "万元", 5_800_000),
        ("1,681,680", "元", 168_168_000), ("￥3.36", "元", 336), (3.36, "万元", 3_360_000), ("1.2", "亿元", 12_000_000_000),
        ("三千万元", "万元", 3_000_000_000), ("387664.62", "元", 38_766_462), ("-13.27", "万元", -13_270_000),
    ],
)  # fmt: skip
def test_amount_in_fen(text: object, column: str, fen: int) -> None:
    reading = read_amount(text, column)
    assert reading.fen == fen
    assert reading.problem is None


@pytest.mark.parametrize(
    ("text", "column", "fen", "said"),
    [
        ("125000元", "万元", 12_500_000, "应填 12.5"),
        ("1.2亿元", "万元", 12_000_000_000, "应填 12000"),
        ("5万元", "元", 5_000_000, "应填 50000"),
    ],
)
def test_amount_names_contradicting_unit(text: str, column: str, fen: int, said: str) -> None:
    reading = read_amount(text, column)
    assert reading.fen == fen
    assert reading.problem is not None
    assert said in str(reading.problem)


@pytest.mark.parametrize("text", ["十万", "约5", "", "—", "参见附件1", "1.23456789", "12人", "≥5", "5 6"])
def test_amount_refuses_what_is_none(text: str) -> None:
    reading = read_amount(text, "万元")
    assert reading.fen is None
    assert reading.problem is not None


def test_amount_column_must_be_money() -> None:
    with pytest.raises(ValueError, match="公里"):
        read_amount("5", "公里")


def test_unit_slip_sees_ten_thousandfold() -> None:
    assert unit_slip(1_250_000, 125) is not None
    assert unit_slip(1_250_000, 1_250_000) is None
    assert unit_slip(0, 0) is None


@given(DECIMALS)
def test_number_round_trip_in_every_dress(value: Decimal) -> None:
    plain, grouped = f"{value:f}", f"{value:,f}"
    for text in (
        plain,
        grouped,
        f"  {plain} ",
        plain.translate(FULL_WIDTH),
        grouped.translate(FULL_WIDTH),
        f"'{plain}",
    ):
        assert read_number(text) == value


@given(st.integers(min_value=-(10**13), max_value=10**13), st.sampled_from(["元", "万元", "亿元"]))
def test_amount_round_trip_in_every_unit(fen: int, unit: str) -> None:
    size = {"元": 2, "万元": 6, "亿元": 10}[unit]
    text = f"{Decimal(fen).scaleb(-size):,f}"
    assert read_amount(text, unit).fen == fen
    assert read_amount(text + unit, unit).problem is None
    assert read_amount(text + unit, "万元").fen == fen


def spell(number: int) -> str:
    """The Chinese spelling of an integer below 10^12."""
    if number >= 10**8:
        head, rest = divmod(number, 10**8)
        return spell(head) + "亿" + _tail(rest, 10**7)
    if number >= 10**4:
        head, rest = divmod(number, 10**4)
        return spell(head) + "万" + _tail(rest, 10**3)
    out = ""
    for step, sign in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, step)
        if digit:
            out += "〇一二三四五六七八九"[digit] + sign
        elif out and number and not out.endswith("零"):
            out += "零"
    return out + ("〇一二三四五六七八九"[number] if number else "")


def _tail(rest: int, below: int) -> str:
    return "" if not rest else ("零" if rest < below else "") + spell(rest)


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_chinese_numerals_round_trip(number: int) -> None:
    assert read_number(spell(number)) == number


@given(st.text() | st.text(alphabet="0123456789.,%‰ 万亿元十百千零一二三≥≤-—/年月日人个**"))
def test_reading_never_raises_and_is_deterministic(text: str) -> None:
    for read in (read_number, read_quantity, read_percent, read_amount):
        assert read(text) == read(text)


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.lists(st.integers(), max_size=2)
)
def test_reading_never_raises_on_odd_types(value: object) -> None:
    for read in (read_number, read_quantity, read_percent, read_amount):
        assert repr(read(value)) == repr(read(value))


ABOUT = "约数"
SPOKEN_COUNT = st.sampled_from(["", "人", "次", "个", "家", "万元", "公里", "人次", "户"])


@pytest.mark.parametrize(
    "text",
    ["三十多", "近百", "百余", "约50", "50左右", "上百", "数十", "十几", "几十", "50余万元", "5万余人", "三四十人", "七八个", "一两次",
     "两三万元", "上千人", "成百上千", "若干", "50+", "10多家", "二十万左右", "将近50%", "20多个百分点", "三百多万元", "大约三十",
     "≥三十多人", "十来天", "数百万", "~50"]
)  # fmt: skip
def test_a_figure_left_open_is_named_as_about(text: str) -> None:
    for read in (read_number, read_quantity):
        reading = read(text)
        assert isinstance(reading, Problem)
        assert ABOUT in reading.message, reading
    amount = read_amount(text)
    assert amount.fen is None
    assert amount.problem is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1-2", "区间"), ("3~5天", "区间"), ("三至五天", "区间"), ("3、4", "不止一个数"), ("1/3", "分数"), ("3/5", "分数"),
        ("三分之一", "分数"), ("5分之3", "分数"), ("1：3", "比例"), ("2023/6", "日期"), ("半年", "半"), ("一半", "半"), ("1个半月", "半"),
        ("三年半", "半"), ("≧95", "比较符"), ("≥≥95%", "比较符"), ("大于等于95", "比较符"), ("不低于95", "比较符"), ("小于5", "比较符"),
        ("30日以内", "界限"), ("5%以下(含)", "界限"), ("＞＝95", "比较符"), ("=>95", "比较符"), ("100人以上", "界限"), ("10万元起", "界限"),
        ("不得少于30人", "比较符"), ("一百二", "不是数字"), ("百八十", "不是数字"), ("五一", "不是数字"), ("九五", "不是数字"), ("1O0", "计量单位"),
        ("3号", "计量单位"), ("1,2\n34", "空格"), ("(5)", "不能辨认"), ("负5", "不能辨认"), (".5", "不能辨认"),
    ],
)  # fmt: skip
def test_what_is_no_single_figure_is_named_for_what_it_is(text: str, message: str) -> None:
    reading = read_quantity(text)
    assert isinstance(reading, Problem)
    assert message in reading.message, reading


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("二〇二三", "2023", ""), ("两千零五十", "2050", ""), ("1.2万人次", "1.2", "万人次"), ("3亿", "3", "亿"), ("5成", "5", "成"),
        ("八成", "80", "%"), ("九成五", "95", "%"), ("3‰", "3", "‰"), ("万分之三", "3", "‱"), ("百分之三点五", "3.5", "%"),
        ("百分之百", "100", "%"), ("一点五公里", "1.5", "公里"), ("十二点五", "12.5", ""), ("两倍", "2", "倍"), ("1次/半年", "1", "次/半年"),
        ("100个百分点", "100", "个百分点"), ("12场（次）", "12", "场(次)"), ("0起", "0", "起"),
    ],
)  # fmt: skip
def test_quantity_understands_what_is_exact(text: str, value: str, unit: str) -> None:
    reading = read_quantity(text)
    assert isinstance(reading, Quantity)
    assert (reading.value, reading.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(("text", "points"), [("5成", "50"), ("万分之五", "0.05"), ("0.5‱", "0.005")])
def test_percent_of_tenths_and_ten_thousandths(text: str, points: str) -> None:
    assert read_percent(text) == Decimal(points)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("壹拾万元整", 10_000_000), ("12.5万元整", 12_500_000), ("人民币伍万元", 5_000_000)],
)
def test_amount_spelled_and_closed_with_zheng(text: str, fen: int) -> None:
    assert read_amount(text).fen == fen


@given(st.integers(1, 10**6), SPOKEN_COUNT, st.booleans())
def test_no_dress_of_a_figure_left_open_is_read_as_that_figure(number: int, unit: str, chinese: bool) -> None:
    figure = spell(number) if chinese else str(number)
    for text in (
        f"{figure}多{unit}",
        f"{figure}余{unit}",
        f"约{figure}{unit}",
        f"近{figure}{unit}",
        f"{figure}{unit}左右",
        f"{figure}{unit}上下",
        f"大约{figure}{unit}",
        f"≥{figure}{unit}",
        f"不少于{figure}{unit}",
        f"{figure}{unit}以上",
        f"{figure}{unit}以内",
        f"{figure}-{figure}{unit}",
        f"{figure}、{figure}{unit}",
        f"{figure}/{number}",
        f"{figure}分之{figure}",
    ):
        if text[:3] in ("百分之", "千分之", "万分之"):
            continue
        for read in (read_number, read_quantity):
            assert isinstance(read(text), Problem), text
        assert read_amount(text).fen is None, text


@given(
    st.text(
        alphabet="0123456789.,%‰ 万亿元十百千零一二三两几多余约近半成左右上下以内至-~、/≥≤年日人个次倍起",
        max_size=9,
    )
)
def test_what_is_read_is_the_whole_text(text: str) -> None:
    reading = read_quantity(text)
    if isinstance(reading, Quantity):
        assert not any(sign in reading.unit.split("/")[0] for sign in "多余几约近≥≤~、-0123456789"), reading
        assert not any(word in reading.unit for word in ("左右", "上下", "以内", "以上", "以下")), reading
        assert not reading.unit.startswith("半"), reading


@given(st.from_regex(r"[0-9]{1,17}(\.[0-9]{0,12})?", fullmatch=True))
def test_a_bare_figure_is_read_as_one_that_needs_care(text):
    careful = read_quantity(f" {text} ")
    quick = read_quantity(text)
    if isinstance(careful, Problem):
        assert isinstance(quick, Problem)
        assert quick.message == careful.message
    else:
        assert quick == careful
