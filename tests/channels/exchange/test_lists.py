"""Lists on the command line: the whole road of each kind, there and back."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from jiheng.channels.exchange import lists
from jiheng.channels.exchange.models import ImportLine
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.files.models import ImportBatch
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.subjects.models import SubjectYear
from tests.make import County, make_county, make_promise

DAY = date(2023, 4, 1)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def write(path: Path, *rows: list[object]) -> str:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return str(path)


def bring(county: County, kind: str, path: str, role: str = "performance_office") -> tuple[list[str], bool]:
    with clock.at(DAY):
        return lists.import_file(
            kind=kind, path=path, budget_year=2023, person=county.person(role), apply=True
        )


def test_a_bureau_brings_its_four_lists_and_gets_them_back_unchanged(county: County, tmp_path: Path) -> None:
    units = write(
        tmp_path / "units.xlsx",
        ["单位代码", "单位名称", "单位类型", "上级单位代码"],
        ["30101", "测试县水利站", "预算单位", "301"],
        ["301", "测试县水务局", "主管部门", None],
    )
    lines, ok = bring(county, "units", units)
    assert ok, lines
    station = Organisation.objects.get(code="30101")
    assert station.parent is not None
    assert station.parent.code == "301"
    projects = write(
        tmp_path / "projects.xlsx",
        ["2023年项目清单"],
        ["单位：万元"],
        ["项目代码", "项目名称", "单位名称", "申报金额", "重大项目", "项目属性"],
        ["W1", "水库除险加固", "测试县水利站", "1,234.56", "√", "调整内容"],
        ["W2", "灌渠维修", "测试县水利站", 100, None, None],
        ["合计", None, None, 1334.56],
    )
    lines, ok = bring(county, "projects", projects)
    assert ok, lines
    first = SubjectYear.objects.get(subject__code="W1")
    assert (first.requested_fen, first.is_major, first.change) == (1_234_560_000, True, "adjusted")
    assert first.department.code == "301"
    for year in SubjectYear.objects.all():
        make_promise(year)
    budgets = write(
        tmp_path / "budgets.xlsx",
        ["项目代码", "预算金额", "批复日期"],
        ["W1", "1200万元", "2023年1月20日"],
        ["W2", 90, "2023.1.20"],
    )
    lines, ok = bring(county, "budgets", budgets)
    assert ok, lines
    payments = write(
        tmp_path / "payments.xlsx",
        ["项目编码", "支付金额（元）", "日期", "凭证号"],
        ["W1", "3,000,000.01", 45000, "Z001"],
        ["W1", 500, date(2023, 3, 20), "Z002"],
    )
    lines, ok = bring(county, "payments", payments, "treasury")
    assert ok, lines
    assert balance(first.pk).executed == 300_000_001 + 50_000
    batch = ImportBatch.objects.get(kind="payments")
    assert batch.report["applied"]["difference_fen"] == 0
    assert ImportLine.objects.filter(batch=batch, state="look").count() == 0
    for kind in ("units", "projects", "budgets", "payments"):
        with clock.at(DAY):
            content = lists.export_file(
                kind=kind, budget_year=2023, person=county.person("performance_office")
            )
        path = tmp_path / f"again-{kind}.xlsx"
        path.write_bytes(content)
        before = LedgerEntry.objects.count(), SubjectYear.objects.count(), Organisation.objects.count()
        lines, ok = bring(county, kind, str(path))
        assert ok, lines
        after = LedgerEntry.objects.count(), SubjectYear.objects.count(), Organisation.objects.count()
        assert before == after
        assert ImportLine.objects.filter(batch=ImportBatch.objects.first()).exclude(state="same").count() == 0
