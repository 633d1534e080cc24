"""Standards and costs by Excel: in, out, in again; versions kept, mistakes at their cells, the gate told in the list of budgets."""

from datetime import date
from typing import Any

import pytest

from jiheng.channels.exchange.catalogue import kinds
from jiheng.channels.exchange.kinds import Setting
from jiheng.channels.exchange.services import confirm, upload
from jiheng.foundation import clock
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.standards.models import CostRecord, StandardVersion
from tests import make
from tests.channels.exchange.sheets import book, looks, wrong

pytestmark = pytest.mark.django_db
DAY = date(2028, 11, 1)
HEAD = ("标准编号", "标准名称", "类别", "领域", "适用级次", "适用范围", "计量单位", "标准（元）", "施行日期", "依据文件", "条款", "说明")
DESK = ("TY-01", "办公桌", "通用标准", None, "省级", "省直各单位", "套", 1500, "2028-01-01", "配置标准", "附件1", None)
COSTS = ("内容", "项目或单位", "计量单位", "数量", "金额（元）", "年份", "地区", "价格水平", "来源", "出处")


@pytest.fixture
def province() -> make.County:
    return make.make_county("jilin", 2029, day=DAY)


def send(county: make.County, kind: str, *rows: Any) -> ImportBatch:
    told = upload(kind=kinds()[kind], name="清单.xlsx", content=book(*rows), person=county.person("performance_office"), budget_year=2029)
    told.refresh_from_db()
    return told


def take(county: make.County, batch: ImportBatch) -> ImportBatch:
    assert batch.report["ok"], wrong(batch)
    return confirm(batch=batch, person=county.person("performance_office"), fingerprint=batch.report["fingerprint"])


def test_a_list_of_standards_goes_out_and_comes_in(province: make.County) -> None:
    office = province.person("performance_office")
    with clock.at(DAY):
        bad = send(province, "standards", HEAD, DESK, DESK, (*DESK[:2], "别的", *DESK[3:7], 0, *DESK[8:]))
        assert {cell: text for cell, text in wrong(bad).items() if cell in {"A3", "C4", "H4"}}.keys() == {"A3", "C4", "H4"}
        assert not StandardVersion.objects.exists()
        batch = take(province, send(province, "standards", HEAD, DESK, ("TY-02", "办公椅", *DESK[2:7], 500.5, *DESK[8:])))
        assert [one.amount_fen for one in StandardVersion.objects.order_by("code")] == [150_000, 50_050]
        out = list(kinds()["standards"].rows(Setting(office, None)))
        assert [row[7] for row in out] == [150_000, 50_050]
        same = send(province, "standards", HEAD, DESK)
        assert same.report["ok"]
        assert not wrong(send(province, "standards", HEAD, (*DESK[:7], 1600, "2029-01-01", *DESK[9:11], "年度调整")))
        assert "须晚于" in wrong(send(province, "standards", HEAD, (*DESK[:7], 1600, *DESK[8:11], "年度调整")))["I2"]
        assert "写明理由" in wrong(send(province, "standards", HEAD, (*DESK[:7], 1600, "2029-01-01", *DESK[9:])))["L2"]
        next_one = send(province, "standards", HEAD, (*DESK[:7], 1600, "2029-01-01", *DESK[9:11], "年度调整"))
        assert "第2版" in looks(next_one)["A2"]
        take(province, next_one)
        assert [one.number for one in StandardVersion.objects.filter(code="TY-01").order_by("number")] == [1, 2]
        with pytest.raises(Refused, match="只增不改"):
            kinds()["standards"].undo(batch, office)


def test_a_list_of_costs_is_taken_once_and_may_be_taken_back(province: make.County) -> None:
    row = ("保洁", "一中", "平方米", 120.5, 5000, 2027, None, None, "绩效评价", "评价报告")
    with clock.at(DAY):
        bad = send(province, "standard_costs", COSTS, (*row[:3], 0, -1, 27, None, 0, *row[8:]))
        assert wrong(bad).keys() >= {"D2", "E2", "F2", "H2"}
        batch = take(province, send(province, "standard_costs", COSTS, row, (*row[:7], 104, *row[8:]), row))
        assert sorted((one.amount_fen, one.price) for one in CostRecord.objects.all()) == [(500_000, 100), (500_000, 104)]
        out = list(kinds()["standard_costs"].rows(Setting(province.person("performance_office"), None)))
        assert [one[4] for one in out] == [500_000, 500_000]
        assert kinds()["standard_costs"].undo(batch, province.person("performance_office")) == 2
        assert not CostRecord.objects.filter(withdrawn_on=None).exists()


@pytest.mark.feature("4.12")
def test_the_list_of_budgets_names_the_project_without_standards(province: make.County) -> None:
    with clock.at(DAY):
        year = make.make_subject(province, requested_fen=1_000_000)
        told = upload(
            kind=kinds()["budgets"], name="预算.xlsx", content=book(("项目代码", "金额（万元）", "批复日期"), (year.subject.code, 1, "2028-11-01")),
            person=province.person("performance_office"), budget_year=2029,
        )  # fmt: skip
        told.refresh_from_db()
        assert "没有支出测算明细" in str(told.report["problems"])
