"""Any data that a form can hold, drawn from its definition."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jiheng.rules.forms.data import FormData, complete, template_rows
from jiheng.rules.forms.definition import FormDefinition, MoneyBlock, TableBlock
from jiheng.rules.forms.fields import Column, Field, Kind
from jiheng.rules.forms.values import Value, clean

WORDS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")),
        st.sampled_from("=+-@'\"\n\t_x0041_，。；（）％①𠮷绩效目标合计总分"),
    ),
    max_size=30,
)
TARGETS = st.sampled_from(
    ["≥95%", "95%以上", "=300公里", "≤12.5万元", "有效改善", "2025年6月30日前", "10-20人", "5"]
)


def values(field: Field, *, filled: bool = False) -> st.SearchStrategy[Value]:
    """What cleaning can yield for the field; never empty when `filled` or required."""
    made = _filled(field)
    if field.kind is Kind.TICK or filled or field.required:
        return made
    return st.none() | made


def _filled(field: Field) -> st.SearchStrategy[Value]:
    low, high = field.low, field.high
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return WORDS.map(lambda text: clean(field, text).value or "字")
        case Kind.MONEY_WAN:
            return st.integers(0 if low is not None else -(10**15) + 1, 10**15 - 1)
        case Kind.NUMBER | Kind.PERCENT | Kind.POINTS:
            most = 100 if high is None else high
            return st.decimals(low or 0, most, places=2).map(
                lambda value: clean(field, f"{value}%" if field.kind is Kind.PERCENT else value).value
            )
        case Kind.DATE:
            return st.dates(date(1990, 1, 1), date(2100, 12, 31))
        case Kind.CHOICE:
            return st.sampled_from(field.choices)
        case Kind.TARGET:
            return TARGETS
        case Kind.TICK:
            return st.booleans()


@st.composite
def form_data(draw: st.DrawFn, definition: FormDefinition) -> FormData:
    """Whole data of the form; table rows say something under their groups, as real rows do."""
    data: dict[str, Any] = {"year": draw(st.none() | st.integers(2000, 2099))}
    for box in definition.boxes:
        data[box.key] = draw(values(box))
    for block in definition.grids:
        if isinstance(block, MoneyBlock):
            data[block.key] = {
                row.key: {
                    column.key: draw(values(column)) for column in block.columns if column.key not in row.dash
                }
                for row in block.rows
            }
        else:
            data[block.key] = draw(_rows(block))
    return complete(definition, data)


@st.composite
def _rows(draw: st.DrawFn, block: TableBlock) -> list[dict[str, Value]]:
    if block.fixed:
        own = template_rows(block)
        free = [column for column in block.columns if column.key not in own[0]]
        return [line | {column.key: draw(values(column)) for column in free} for line in own]
    return draw(
        st.lists(st.fixed_dictionaries({c.key: _in_row(c, block) for c in block.columns}), max_size=6)
    )


def _in_row(column: Column, block: TableBlock) -> st.SearchStrategy[Value]:
    """Groups repeat; the first column of each row's own words is filled, so that the row is a row."""
    if column.group and column.kind is Kind.POINTS:
        return st.sampled_from([Decimal(10), Decimal("20.5")])
    if column.group:
        return st.sampled_from(["产出指标", "效益指标", "=满意度"])
    first_own = next(one for one in block.columns if not one.group)
    after_group = any(
        one.group and follower.key == column.key
        for one, follower in zip(block.columns, block.columns[1:], strict=False)
    )
    return values(column, filled=column.key == first_own.key or after_group)
