"""The shape of forms: rows that fill the grid, keys that differ, data to JSON and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from jiheng.rules.forms.data import check_code, complete, definition_digest, from_json, template_data, to_json
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.forms.fields import Kind
from jiheng.rules.forms.layout import Role, lay_out, lines_needed
from tests.foundation.sheets.national import FORMS, WAN, self_evaluation


def form(*blocks: dict[str, Any], widths: tuple[int, ...] = (10, 20, 10, 20)) -> FormDefinition:
    return FormDefinition.model_validate(
        {
            "key": "T1",
            "label": "试表",
            "cite": {"source": "test", "clause": "一"},
            "title": "试表（{year}年度）",
            "widths": widths,
            "blocks": blocks,
        }
    )


NAME = {"key": "name", "label": "名称", "span": 3}


def test_form_whose_row_does_not_fill_the_grid_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="表T1“名称”一行占3列，应占4列"):
        form({"kind": "pairs", "rows": [[NAME | {"span": 2}]]})


def test_form_with_a_key_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="键重复：name"):
        form({"kind": "pairs", "rows": [[NAME], [NAME]]})


def test_choice_without_choices_and_dash_without_column_are_refused() -> None:
    with pytest.raises(ValidationError, match="须列出 choices"):
        form({"kind": "pairs", "rows": [[NAME | {"kind": "choice"}]]})
    money = {
        "kind": "money",
        "key": "money",
        "columns": [{"key": "a", "label": "甲", "kind": "money_wan", "span": 3}],
        "rows": [{"key": "r", "label": "行", "dash": ["b"]}],
    }
    with pytest.raises(ValidationError, match="不存在的列 b"):
        form(money)


@pytest.mark.parametrize("key", ["F1", "F2", "F3", "F4", "F5", "F7", "F9", "F14", "F1P"])
def test_layout_of_every_form_covers_the_whole_grid_once(key: str) -> None:
    definition = FORMS[key]
    layout = lay_out(definition, template_data(definition, {"year": 2025}))
    covered = [
        (row, column)
        for cell in layout.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    ]
    whole = [(row, column) for row in range(len(layout.lines)) for column in range(len(layout.widths))]
    assert sorted(covered) == whole


def test_layout_merges_equal_groups_and_adds_up_the_total() -> None:
    layout = lay_out(FORMS["F5"], self_evaluation())
    groups = {cell.text: cell.rows for cell in layout.cells if cell.field and cell.field.key == "level1"}
    assert groups == {"产出指标": 2, "效益指标": 1}
    totals = [cell.text for cell in layout.cells if cell.role in (Role.TOTAL_LABEL, Role.TOTAL)]
    assert totals == ["总分", "100", "94.5", ""]
    dashes = [cell for cell in layout.cells if cell.role is Role.DASH]
    assert len(dashes) == 6


def test_layout_makes_rows_high_enough_for_long_texts() -> None:
    data = self_evaluation() | {"goal": "建" * 400}
    definition = FORMS["F5"]
    layout = lay_out(definition, data)
    goal = next(cell for cell in layout.cells if cell.path == "goal")
    width = sum(definition.widths[goal.column : goal.column + goal.columns])
    assert layout.lines[goal.row] == lines_needed("建" * 400, width) > layout.least[goal.row]


def test_for_period_changes_the_labels_and_nothing_else() -> None:
    other = FORMS["F4"].for_period("1-9月")
    assert other.field("money.executed").label == "1-9月执行数"
    assert other.for_period("1-7月") == FORMS["F4"]
    with pytest.raises(ValueError, match="没有可换的期间"):
        FORMS["F5"].for_period("1-9月")


def test_field_finds_boxes_by_path() -> None:
    definition = FORMS["F5"]
    assert definition.field("project_name").label == "项目名称"
    assert definition.field("money.total.rate").kind is Kind.PERCENT
    assert definition.field("indicators.0.reason").label == "偏差原因分析及改进措施"
    with pytest.raises(LookupError, match=r"表F5没有“money\.total\.profit”"):
        definition.field("money.total.profit")


def test_complete_refuses_keys_that_the_form_does_not_have() -> None:
    for wrong in ({"profit": 1}, {"money": {"total": {"profit": 1}}}, {"indicators": [{"profit": 1}]}):
        with pytest.raises(LookupError, match="profit"):
            complete(FORMS["F5"], wrong)


def test_fixed_table_brings_its_own_words_and_takes_no_more_rows() -> None:
    data = complete(FORMS["F3"], {"items": [{"opinion": "良", "score": Decimal(8)}]})
    assert [(row["point"], row["opinion"]) for row in data["items"]][:2] == [
        ("规范完整性（10分）", "良"),
        ("明确清晰性（10分）", None),
    ]
    with pytest.raises(LookupError, match="只有 8 行"):
        complete(FORMS["F3"], {"items": [{}] * 9})


def test_data_survives_json() -> None:
    data = self_evaluation()
    plain = to_json(FORMS["F5"], data)
    assert (plain["filled_on"], plain["money"]["total"]["rate"]) == ("2026-03-09", "90")
    assert from_json(FORMS["F5"], plain) == data
    assert (data["filled_on"], data["money"]["total"]["rate"]) == (date(2026, 3, 9), Decimal(90))


def test_check_code_changes_with_any_value() -> None:
    data = self_evaluation()
    code = check_code(FORMS["F5"], data)
    changed = self_evaluation()
    changed["money"]["total"]["executed"] = 1170 * WAN + 1
    assert code == check_code(FORMS["F5"], self_evaluation()) != check_code(FORMS["F5"], changed)
    assert len(code) == 19
    assert definition_digest(FORMS["F5"]) != definition_digest(FORMS["F4"])
