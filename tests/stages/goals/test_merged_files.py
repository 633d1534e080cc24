"""Whole workbooks: one person edits the file, another the system, and no cell is lost when the file comes back."""

import os
import random
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import absolute_coordinate

from jiheng.foundation.sheets.meta import NAME, read_origin, unpacked
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.write import write_template
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.merging import Row
from jiheng.rules.policy.strict_yaml import read_yaml
from jiheng.stages.goals.offline import Cells, cells_of_form, merge_goal

FILES = int(os.environ.get("JIHENG_FILES", "12"))
"""Workbooks tried here; `python -m bench.merging --property` tries 300 and prints the number."""
FOLDER = Path(__file__).parents[3] / "jiheng/packs/national/forms"
F1 = FormDefinition.model_validate(read_yaml("F1.yaml", (FOLDER / "F1.yaml").read_text())[0].value)
BRANCHES = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标"))
TEXTS = ("name", "target", "term_target", "explanation", "basis", "source")


@dataclass
class Edited:
    """A row as one person has it: where it was handed out (None for a new one), and its cells."""

    key: str | None
    cells: dict[str, Any]


def form_of(rows: list[dict[str, Any]], boxes: dict[str, Any]) -> dict[str, Any]:
    return {
        "year": 2026, "project_name": "示例项目", "department": "示例局", "unit": "示例单位", "attribute": "新增项目",
        "year_total": boxes["fiscal_fen"], "year_appropriation": boxes["fiscal_fen"], "year_goal": boxes["objective"],
        "term_goal": boxes["medium_objective"],
        "indicators": [
            {
                "level1": one["level1"], "level2": one["level2"], "name": one["name"], "target": one["target"],
                "term_target": one["term_target"],
            }
            for one in rows
        ],
        "notes": [
            {key: one[key] for key in ("name", "explanation", "weight", "basis", "source")} for one in rows
        ],
    }  # fmt: skip


def as_excel_keeps_it(content: bytes, keys: list[str | None], order: list[str]) -> bytes:
    """The file with the hidden map as a spreadsheet leaves it: references follow rows, those of removed rows break."""
    book = load_workbook(BytesIO(content))
    _, where = read_origin(book)
    hidden = book[NAME]
    number = 1
    while hidden.cell(number, 1).value is not None:
        if str(hidden.cell(number, 2).value).startswith(("indicators.", "notes.")):
            hidden.delete_rows(number)
        else:
            number += 1
    for table in ("indicators", "notes"):
        for place, key in enumerate(order):
            for column in ("name", "target", "explanation"):
                at = where.cells.get(f"{table}.{keys.index(key)}.{column}") if key in keys else None
                path = f"{table}.{place}.{column}"
                ref = f"='{where.sheet}'!{absolute_coordinate(at)}" if at else f"='{where.sheet}'!#REF!"
                hidden.append(["cell", path, ref])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def edited(rows: list[Edited], chance: random.Random, who: str, words: set[str]) -> list[Edited]:
    """Random edits with words that stand nowhere else, so that each can be looked for afterwards."""
    out = [Edited(one.key, dict(one.cells)) for one in rows]
    for number in range(chance.randrange(1, 7)):
        deed, word = chance.randrange(6), f"{who}{number}项"
        value = f"≥{(10_000 if who == '甲' else 20_000) + number}个"
        if deed <= 2 and out:
            one = chance.choice(out)
            column = chance.choice(TEXTS)
            if str(one.cells[column]) in words:
                words.discard(str(one.cells[column]))  # written over by the same hand
            one.cells[column] = value if "target" in column else word
            words.add(one.cells[column])
        elif deed == 3:
            level1, level2 = chance.choice(BRANCHES)
            cells = {"level1": level1, "level2": level2, "weight": Decimal(5), **dict.fromkeys(TEXTS)}
            cells |= {"name": word, "target": value}
            out.insert(chance.randrange(len(out) + 1), Edited(None, cells))
            words |= {word, value}
        elif deed == 4 and len(out) > 1:
            gone = out.pop(chance.randrange(len(out)))
            words -= {str(value) for value in gone.cells.values()}
        elif deed == 5 and len(out) > 1:
            out.insert(chance.randrange(len(out)), out.pop(chance.randrange(len(out))))
    return out


@pytest.mark.feature("10.05")
@settings(max_examples=FILES)
@given(st.integers(0, 2**48))
def test_no_cell_of_a_file_or_of_the_system_is_lost_silently(seed: int) -> None:
    chance = random.Random(seed)
    handed = []
    for number in range(chance.randrange(1, 7)):
        level1, level2 = chance.choice(BRANCHES)
        handed.append(
            Edited(
                f"k{number}",
                {
                    "level1": level1, "level2": level2, "name": f"指标{number}", "target": f"≥{number + 1}个",
                    "term_target": None, "weight": Decimal(10), "explanation": None, "basis": f"依据{number}", "source": None,
                },
            )
        )  # fmt: skip
    boxes = {"objective": "年度目标", "medium_objective": "中期目标", "fiscal_fen": 1_000_000}
    base = Cells(dict(boxes), [Row(str(one.key), one.cells) for one in handed])
    filled_words: set[str] = set()
    saved_words: set[str] = set()
    filled, saved = edited(handed, chance, "甲", filled_words), edited(handed, chance, "乙", saved_words)
    mine = Cells(dict(boxes), [Row(one.key or f"new{at}", one.cells) for at, one in enumerate(saved)])
    theirs_boxes = {**boxes, "objective": "甲改的目标"}
    mine.boxes["medium_objective"] = "乙改的目标"
    content = write_template(F1, form_of([one.cells for one in filled], theirs_boxes), record="goals.goal:1")
    content = as_excel_keeps_it(content, [one.key for one in filled], [str(one.key) for one in handed])
    reading = read_form(F1, content)
    assert [str(one) for one in reading.problems] == []
    assert unpacked(reading.origin.base) is None
    theirs, noticed = cells_of_form(reading, base, mine, own=True)
    assert noticed == []
    merged = merge_goal(base, mine, theirs)
    shown = {str(value) for row in merged.rows.rows for value in row.cells.values()}
    for one in merged.rows.conflicts:
        for side in (one.mine, one.theirs):
            shown |= {str(value) for value in side.values()} if isinstance(side, dict) else {str(side)}
    assert filled_words <= shown
    assert saved_words <= shown
    result = merged.boxes.rows[0].cells
    assert (result["objective"], result["medium_objective"]) == ("甲改的目标", "乙改的目标")
