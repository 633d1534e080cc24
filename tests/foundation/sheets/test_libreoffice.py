"""Files that LibreOffice itself saved: read, marked, updated, and opened by it again. Where it is not installed, the file goes as it is."""

import shutil
import subprocess
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.limits import Unreadable, check_workbook
from jiheng.foundation.sheets.mark import LIST, marked_copy
from jiheng.foundation.sheets.meta import packed, unpacked
from jiheng.foundation.sheets.patch import patched
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.write import write_template
from tests.foundation.sheets.test_patch import users_book
from tests.stages.goals.test_merged_files import F1

OFFICE = shutil.which("soffice")
DATA: dict[str, Any] = {
    "year": 2026, "project_name": "示例项目", "department": "示例局", "unit": "示例单位", "attribute": "新增项目",
    "year_total": 10**8, "year_appropriation": 10**8, "year_goal": "第一行\n第二行", "term_goal": "中期",
    "indicators": [
        {"level1": "产出指标", "level2": "数量指标", "name": "=甲", "target": "≥120台", "term_target": None},
        {"level1": "产出指标", "level2": "数量指标", "name": "乙", "target": "≥95%", "term_target": None},
    ],
    "notes": [{"name": "=甲", "explanation": "+说明", "weight": 25, "basis": None, "source": None}],
}  # fmt: skip


def through_office(content: bytes, folder: Path, kind: str = "xlsx") -> bytes:
    """The file as LibreOffice saves it, or as it is where there is none."""
    if not OFFICE:
        return content
    (folder / "in.xlsx").write_bytes(content)
    out = folder / kind.partition(":")[0]
    command = [
        OFFICE or "", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
        "--outdir", str(out), str(folder / "in.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return next(out.iterdir()).read_bytes()


def test_a_form_saved_by_it_comes_back_whole_and_is_marked_and_updated(tmp_path: Path) -> None:
    base = packed({"goal": 1, "words": "字" * 40_000})
    before = write_template(F1, DATA, record="goals.goal:1", base=base)
    content = through_office(before, tmp_path)
    reading, first = read_form(F1, content), read_form(F1, before)
    assert [str(one) for one in reading.problems] == []
    assert reading.data == first.data
    assert reading.map == first.map
    assert reading.origin == first.origin
    assert unpacked(reading.origin.base) == unpacked(base)
    at = reading.cells["indicators.0.target"]
    made = patched(content, reading.sheet, {at: "≥130台"})
    again = read_form(F1, through_office(made.content, tmp_path / ""))
    assert again.data["indicators"][0]["target"] == "≥130台"
    marked = through_office(marked_copy(content, [Problem(at, "指标值", "不对")], sheet=reading.sheet), tmp_path)
    book = load_workbook(BytesIO(marked))
    assert book.sheetnames[0] == LIST
    assert book[reading.sheet][at].comment.text == "不对"
    clean = load_workbook(BytesIO(marked_copy(marked, [], sheet=reading.sheet)))
    assert clean[reading.sheet][at].comment is None
    assert clean[reading.sheet][at].fill.start_color.rgb != "FFFFC7CE"
    assert read_form(F1, marked).data == reading.data


def test_a_list_with_charts_and_notes_saved_by_it_is_updated_in_place(tmp_path: Path) -> None:
    content = through_office(users_book(), tmp_path)
    made = patched(content, "清单", {"A2": "改过"}, added=[{"A": "又一项", "B": 9}])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = load_workbook(BytesIO(through_office(made.content, tmp_path)))["清单"]
    assert [sheet[at].value for at in ("A2", "A5", "B5", "D2")] == ["改过", "又一项", 9, "=B2*2"]
    assert sheet["A2"].comment is not None
    assert sheet.auto_filter.ref == "A1:D5"
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]


def test_its_other_formats_are_told_by_name(tmp_path: Path) -> None:
    csv = "csv:Text - txt - csv (StarCalc):44,34,GBK"
    formats = (("xls", "旧版 .xls"), ("ods", ".ods"), ("fods", "XML"), ("html", "网页"), (csv, "CSV"))
    saved = [(through_office(users_book(), tmp_path, kind), said) for kind, said in formats] if OFFICE else []
    for content, said in [*saved, ("项目名称,指标".encode("gbk"), "CSV")]:
        with pytest.raises(Unreadable, match=said):
            check_workbook(content)
