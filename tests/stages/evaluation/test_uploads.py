"""Self-evaluation forms filled in offline with other people's habits: understood, named at the cell, or refused."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from jiheng.foundation.sheets.write import write_template
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.evaluation.documents import self_form
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.uploads import Uploaded, keep_upload
from tests import make
from tests.stages.evaluation import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def template(record: SelfEvaluation, changes: dict[Any, Any], hide: str = "") -> bytes:
    """The record's own template with some cells overwritten, and the row of one text hidden."""
    definition, data = self_form(record)
    key = f"evaluation.selfevaluation:{record.pk}"
    book = load_workbook(BytesIO(write_template(definition, data, place=record.place.code, record=key)))
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    left = dict(changes)
    for row in sheet.iter_rows():
        for cell in row:
            if hide and cell.value == hide:
                sheet.row_dimensions[cell.row].hidden = True
            if cell.value in left:
                cell.value = left.pop(cell.value)
    assert left == {}
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sent(county: make.County, record: SelfEvaluation, content: bytes, name: str = "填报表.xlsx") -> Uploaded:
    return keep_upload(evaluation=record, name=name, content=content, person=county.person("unit_project"))


def test_values_are_read_in_other_spellings_and_open_ones_named_at_their_cells(county: make.County) -> None:
    record = b.self_evaluation(county)
    good = sent(county, record, template(record, {"110台": "１１６ 台", "师生满意度": "师生 满意度"}))
    assert [str(one) for one in good.problems] == []
    assert [one.what.split("（")[0] for one in good.changes] == ["购置教学设备台数"]
    for typed in (
        "一百多台",
        "110余台",
        "约110台",
        "110台左右",
        "110-120台",
        "数十台",
        "1/3",
        "半数",
        "≥110台",
    ):
        found = sent(county, record, template(record, {"110台": typed}))
        assert [one.cell for one in found.problems if one.cell] != [], typed


def test_another_year_and_hidden_rows_are_named(county: make.County) -> None:
    record = b.self_evaluation(county)
    hidden = sent(county, record, template(record, {}, hide="师生满意度"))
    assert hidden.problems == []
    assert any("隐藏" in one.message for one in hidden.notices)
    record.subject_year.budget_year -= 1
    old = template(record, {})
    record.subject_year.budget_year += 1
    found = sent(county, record, old)
    assert any("年度" in one.message for one in found.problems)


def test_what_is_no_workbook_is_refused_with_what_to_do(county: make.County) -> None:
    record = b.self_evaluation(county)
    for content, said in ((b"%PDF-1.7", "PDF"), ("甲,乙".encode("gbk"), "CSV"), (b"PK\x03\x04 torn", "损坏")):
        with pytest.raises(Refused) as refused:
            sent(county, record, content)
        assert said in refused.value.refusals[0].message
        assert refused.value.refusals[0].remedy
