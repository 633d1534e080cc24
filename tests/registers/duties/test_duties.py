"""Duties and main works: who writes them, what is refused, how they end, how lists bring them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from jiheng.channels.exchange import lists
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.access import visible_duties
from jiheng.registers.duties.models import Duty, MainWork
from jiheng.registers.duties.services import (
    DutyData,
    WorkData,
    end_duty,
    own_work,
    share_money,
    take_back,
    write_duties,
    write_works,
)
from tests.journeys.visitor import sit
from tests.make import County, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
DAY = date(2022, 11, 1)


@pytest.fixture
def county() -> County:
    return make_county()


def duty(county: County, code: str = "1", *, unit: int = 0, main: bool = True, **data: object) -> Duty:
    values = {"organisation": county.units[unit], "code": code, "text": f"承担职责{code}", "main": main,
              "source": "三定规定", "valid_from": date(2019, 1, 1)} | data  # fmt: skip
    with clock.at(DAY):
        (made,) = write_duties(rows=[DutyData(**values)], person=county.person("unit_project", unit))  # type: ignore[arg-type]
    return made


@pytest.mark.feature("3.17")
def test_a_duty_is_written_by_its_own_body_or_its_department(county: County) -> None:
    made = duty(county)
    assert made.written_by.startswith(county.person("unit_project").name)
    assert Entry.objects.filter(action="duties.write").exists()
    with pytest.raises(Refused, match="本单位"):
        duty(county, organisation=county.units[2])
    with pytest.raises(Refused, match="已有编号"):
        duty(county)
    above = county.person("department_reviewer")
    with clock.at(DAY):
        write_duties(rows=[DutyData(county.units[1], "1", "教学", True, "三定规定", DAY)], person=above)
        with pytest.raises(Refused, match="项目经办或主管部门"):
            write_duties(rows=[DutyData(county.bureau, "1", "教学", True, "x", DAY)], person=county.person("division"))


def test_an_ended_duty_keeps_its_words_and_is_ended_once(county: County) -> None:
    made, person = duty(county), county.person("unit_project")
    with clock.at(DAY):
        with pytest.raises(Refused, match="理由"):
            end_duty(duty=made, day=DAY, reason=" ", person=person)
        with pytest.raises(Refused, match="早于"):
            end_duty(duty=made, day=date(2018, 1, 1), reason="划转", person=person)
        end_duty(duty=made, day=DAY, reason="机构改革划转", person=person)
        with pytest.raises(Refused, match="已经终止"):
            end_duty(duty=made, day=DAY, reason="再次", person=person)
    assert (made.text, made.valid_to) == ("承担职责1", DAY)


def test_everybody_sees_their_own_part(county: County) -> None:
    mine, other = duty(county), duty(county, unit=2)
    roles = ("unit_head", "department_reviewer", "division", "security_admin")
    seen = {role: set(visible_duties(county.person(role))) for role in roles}
    assert seen["unit_head"] == seen["department_reviewer"] == {mine}
    assert seen["division"] == {mine, other}
    assert seen["security_admin"] == set()


@pytest.mark.feature("3.17")
def test_shares_of_money_make_a_hundred_and_serve_the_own_duties(county: County) -> None:
    year, one, two = make_subject(county), duty(county, "1"), duty(county, "2")
    strange, person = duty(county, unit=2), county.person("unit_project")
    with clock.at(DAY):
        with pytest.raises(Refused, match="合计90%"):
            share_money(year=year, shares={one.pk: Decimal(60), two.pk: Decimal(30)}, person=person)
        with pytest.raises(Refused, match="不是该项目"):
            share_money(year=year, shares={strange.pk: Decimal(100)}, person=person)
        with pytest.raises(Refused, match="所属单位的项目"):
            share_money(year=year, shares={strange.pk: Decimal(100)}, person=county.person("unit_project", 2))
        share_money(year=year, shares={one.pk: Decimal(60), two.pk: Decimal(40)}, person=person)
        share_money(year=year, shares={one.pk: Decimal(100)}, person=person)
    assert [(line.duty_id, line.percent) for line in year.duty_shares.all()] == [(one.pk, Decimal(100))]
    said = Entry.objects.filter(action="duties.share").order_by("pk").last()
    assert said is not None
    assert said.detail["before"] == {"1": "60.00", "2": "40.00"}
    Cycle.objects.update(state="closed")
    year.refresh_from_db()
    with clock.at(DAY), pytest.raises(Refused, match="封存"):
        share_money(year=year, shares={}, person=person)


def test_a_work_serves_a_duty_of_its_body_in_its_year(county: County) -> None:
    one, strange, ended = duty(county), duty(county, unit=2), duty(county, "9", valid_to=date(2020, 1, 1))
    body, person = county.units[0], county.person("unit_project")
    with clock.at(DAY):
        for wrong in (strange, ended):
            with pytest.raises(Refused, match="不是"):
                write_works(cycle=county.cycle, rows=[WorkData(body, "a", "建学校", "工作要点", wrong)], person=person)
        (work,) = write_works(cycle=county.cycle, rows=[WorkData(body, "a", "建学校", "工作要点")], person=person)
        with pytest.raises(Refused, match="不是"):
            own_work(work=work, duty=strange, person=person)
        own_work(work=work, duty=one, person=person)
    assert work.duty == one


def bring(county: County, kind: str, path: Path, *rows: Sequence[object]) -> tuple[list[str], bool]:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    with clock.at(DAY):
        return lists.import_file(kind=kind, path=str(path), budget_year=2023, person=county.person("unit_project"), apply=True)


HEAD: list[object] = ["单位代码", "职责编号", "职责", "是否主要职责", "生效日期", "终止日期", "依据文件"]


@pytest.mark.feature("3.17")
def test_lists_bring_duties_and_works_and_name_every_fault_at_its_cell(county: County, tmp_path: Path) -> None:
    strange = county.units[2].code
    lines, ok = bring(
        county, "duties", tmp_path / "wrong.xlsx", HEAD,
        [None, "1", "教学管理", "是", "2019-01-01", None, "三定"],
        [None, "1", "招生", "是", "2019-01-01", None, "三定"],
        [strange, "2", "推广", "是", "2019-01-01", "2018-01-01", "三定"],
        [None, "3", None, "也许", "2019-01-01", None, "三定"],
    )  # fmt: skip
    said = "\n".join(lines)
    assert not ok
    for cell, words in (("B3", "重复"), ("A4", "不是本单位"), ("F4", "早于"), ("C5", ""), ("D5", "")):
        assert any(cell in line and words in line for line in lines), (cell, said)
    assert not Duty.objects.exists()
    good = [[None, str(at), f"职责{at}", "是" if at < 3 else "否", "2019-01-01", None, "三定"] for at in range(1, 5)]
    lines, ok = bring(county, "duties", tmp_path / "good.xlsx", HEAD, *good)
    assert ok, lines
    assert list(Duty.objects.values_list("code", "main")) == [("1", True), ("2", True), ("3", False), ("4", False)]
    works: list[object] = ["工作编号", "重点工作", "对应职责编号", "来源文件"]
    lines, ok = bring(county, "main_works", tmp_path / "w.xlsx", works, ["a", "建学校", "7", "要点"])
    assert not ok
    assert any("C2" in line and "没有编号为“7”" in line for line in lines)
    lines, ok = bring(county, "main_works", tmp_path / "w2.xlsx", works, ["a", "建学校", "1", "要点"], ["b", "办活动", None, "要点"])
    assert ok, lines
    assert [(one.code, one.duty.code if one.duty else None) for one in MainWork.objects.all()] == [("a", "1"), ("b", None)]
    again, _ = bring(county, "duties", tmp_path / "again.xlsx", HEAD, *good)
    assert any("已有相同、不重复登记：4 行" in line for line in again)
    assert Duty.objects.count() == 4
    with clock.at(DAY), pytest.raises(Refused, match="不能随清单撤销"):
        take_back(batch=ImportBatch.objects.get(name="good.xlsx"), person=county.person("unit_project"))
    with clock.at(DAY):
        assert take_back(batch=ImportBatch.objects.get(name="w2.xlsx"), person=county.person("unit_project")) == 2


def test_a_unit_sees_no_others_batches(county: County, tmp_path: Path) -> None:
    bring(county, "duties", tmp_path / "d.xlsx", HEAD, [None, "1", "教学", "是", "2019-01-01", None, "三定"])
    batch = ImportBatch.objects.get()
    with clock.at(DAY):
        sit(county, "unit_project").open(f"/exchange/batches/{batch.pk}/")
        sit(county, "unit_project", 2).open(f"/exchange/batches/{batch.pk}/", status=404)
        sit(county, "department_reviewer").open(f"/exchange/batches/{batch.pk}/")


@pytest.mark.feature("3.17")
def test_duties_at_the_browser(county: County) -> None:
    with clock.at(DAY):
        year = make_subject(county)
        mine, other = sit(county, "unit_project"), sit(county, "unit_project", 2)
        page = mine.open("/duties/").follow("登记职责")
        wrong = page.press("登记", {"职责编号": "1", "职责": "", "依据文件": "三定规定", "生效日期": "2019-01-01"}, status=422)
        assert wrong.wrong
        done = page.press("登记", {"职责编号": "1", "职责": "义务教育教学", "依据文件": "三定规定", "生效日期": "2019-01-01"})
        assert "已登记职责" in done.told
        made = Duty.objects.get()
        other.open(f"/duties/{made.pk}/", status=404)
        other.open(f"/duties/shares/{year.pk}/", status=404)
        stranger = sign_in(Client(), county.person("unit_project", 2), county.cycle)
        assert stranger.post(f"/duties/{made.pk}/end/", {"day": "2022-11-01", "reason": "x"}).status_code == 404
        shares = mine.open(f"/duties/shares/{year.pk}/")
        (said,) = shares.press("保存比例", {"1 的比例": "90"}, status=422).refusals
        assert said.message.startswith("各项比例合计90%，应为100%")
        assert "100" in shares.press("保存比例", {"1 的比例": "100"}).html
        shares.press("保存比例", {"1 的比例": "100"}, status=409)
        page = mine.open("/duties/works/").follow("登记重点工作")
        page.press("登记", {"工作编号": "a", "重点工作": "建学校", "来源文件": "要点"})
        work = MainWork.objects.get()
        other.open(f"/duties/works/{work.pk}/", status=404)
        linked = mine.open(f"/duties/works/{work.pk}/").press("保存", {"对应职责": str(made.pk)})
        assert "义务教育教学" in linked
        ended = mine.open(f"/duties/{made.pk}/").press("终止职责", {"最后一天": "2022-11-01", "终止理由": "划转"})
        assert "终止" in ended.told
        sit(county, "division").open(f"/duties/{made.pk}/")
        sit(county, "security_admin").open("/duties/", status=403)


def test_the_list_asks_the_same_for_many(county: County, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for at in range(60):
        duty(county, str(at))
    visitor = sit(county, "unit_project")
    with clock.at(DAY):
        visitor.open("/duties/")
        with django_assert_max_num_queries(30):
            assert "60" in visitor.open("/duties/")
