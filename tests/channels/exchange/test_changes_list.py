"""A whole reform in one sheet: rehearsed at the preview, registered in order, never taken back."""

from datetime import date

import pytest

from jiheng.channels.exchange.catalogue import kinds
from jiheng.channels.exchange.kinds import Setting
from jiheng.channels.exchange.services import undo
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import BodyChange, Organisation
from jiheng.foundation.accounts.tree import tree_on
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Refused
from tests.channels.exchange.sheets import DAY, book, import_now, send, wrong
from tests.make import County, make_county, make_subject

pytestmark = pytest.mark.django_db
HEAD = ("变动", "生效日期", "原单位代码", "原单位保留", "新单位代码", "新单位名称", "上级单位代码", "批准文件")
PAPER = "县委编委关于机构改革的批复（盐编发〔2023〕1号）"
ON = date(2023, 5, 1)


@pytest.fixture
def county() -> County:
    return make_county()


def test_a_reform_is_rehearsed_and_then_registered_in_order(county: County) -> None:
    one, two, three = county.units
    year = make_subject(county)
    content = book(
        HEAD,
        ("更名或改隶", "2023-04-01", one.code, "", one.code, "测试县实验中学", "", PAPER),
        ("合并", ON, f"{one.code}、{two.code}", "", "Z1", "测试县中学", county.departments[0].code, PAPER),
        ("分立", ON, three.code, "是", "Z2", "测试县种子站", "", PAPER),
    )
    before = Entry.objects.count()
    batch = send(county, "changes", content)
    assert wrong(batch) == {}
    assert not BodyChange.objects.exists()
    assert not Organisation.objects.exclude(valid_to=None).exists()
    assert Entry.objects.count() <= before + 2  # the upload's own entries; of the rehearsal nothing stays
    office = county.person("performance_office")
    import_now(batch, office)
    assert [change.kind for change in BodyChange.objects.order_by("pk")] == ["rename", "merge", "split"]
    with clock.at(DAY):
        names = {body.name for body in tree_on(county.place.pk).standing if body.kind == "unit"}
        assert names == {"测试县中学", "测试县农技推广中心", "测试县种子站"}
        with pytest.raises(Refused, match="不能撤销"):
            undo(batch=batch, reason="登记错了", person=office)
        rows = list(kinds()["changes"].rows(Setting(office, county.cycle)))
    year.refresh_from_db()
    assert year.unit.name == "测试县中学"
    again = send(county, "changes", book(HEAD, *(row[:8] for row in rows)))
    assert (wrong(again), again.report.get("same", 3)) == ({}, 3)


def test_each_wrong_row_is_named_at_its_cell(county: County) -> None:
    one, two, _ = county.units
    content = book(
        HEAD,
        ("合并", ON, one.code, "", "Z1", "测试县中学", "", PAPER),
        ("更名或改隶", "2023-12-31", two.code, "", two.code, "测试县实验中学", "", PAPER),
        ("更名或改隶", ON, "没有", "", "Z3", "甲", "", PAPER),
        ("分立", ON, two.code, "是", "Z4、Z5", "乙", "", PAPER),
    )
    found = wrong(send(county, "changes", content))
    told = {cell[-1]: words for cell, words in found.items()}
    assert "合并至少涉及两个单位" in told["2"]
    assert "还没有到" in told["3"]
    assert "没有代码为“没有”的现有单位" in told["4"]
    assert "须一一对应" in told["5"]
    assert not BodyChange.objects.exists()
