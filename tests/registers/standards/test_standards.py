"""Standards by version, worked out from costs; lines of a project's cost; no standard, no budget."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.budgets.services import Posting, gate_refusals
from jiheng.registers.standards.access import visible_costs, visible_lines, visible_standards
from jiheng.registers.standards.models import CostLine, CostRecord, StandardVersion
from jiheng.registers.standards.queries import in_force, latest, missing_in, refusals_of, standing
from jiheng.registers.standards.services import (
    CostData,
    LineData,
    StandardData,
    end_standard,
    except_line,
    revise_standard,
    withdraw_cost,
    withdraw_line,
    write_costs,
    write_line,
    write_standard,
    write_standards,
)
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.queries import gate_refusals as library_refusals
from tests import make
from tests.channels.api.callers import call, mark, token_for

pytestmark = pytest.mark.django_db
DAY = date(2028, 11, 1)
CLAUSE = "三（四）13"
DESK = StandardData(
    "TY-01", "办公桌", "general", "province", "省直各单位", "套", 150_000, date(2028, 1, 1), "省级行政单位通用办公家具配置标准", clause="附件1",
)  # fmt: skip


@pytest.fixture
def province() -> make.County:
    """A place whose rules ask for standards: 吉林, from 2029 on."""
    return make.make_county("jilin", 2029, day=DAY)


def costs(*units: int, item: str = "保洁") -> list[CostData]:
    return [CostData(item, f"单位{at}", "平方米", Decimal(100), unit * 100, 2027, "evaluation", "评价报告") for at, unit in enumerate(units)]


def line_for(year: SubjectYear, person: Person, many: int = 4, unit_fen: int = 150_000, standard: str = "TY-01", item: str = "办公桌") -> CostLine:
    return write_line(year=year, data=LineData(item, "套", Decimal(many), unit_fen, standard), person=person)


def words(found: Sequence[object]) -> str:
    return "\n".join(str(one) for one in found)


@pytest.mark.feature("4.11")
def test_versions_are_never_overwritten(province: make.County) -> None:
    office = province.person("performance_office")
    with clock.at(DAY):
        first = write_standard(data=DESK, person=office)
        with pytest.raises(Refused, match="已经登记"):
            write_standard(data=DESK, person=office)
        dearer = DESK.__class__(**(DESK.__dict__ | {"amount_fen": 160_000, "effective_on": date(2029, 1, 1)}))
        with pytest.raises(Refused, match="写明理由"):
            revise_standard(standard=first, data=dearer, person=office)
        early = DESK.__class__(**(dearer.__dict__ | {"effective_on": date(2028, 1, 1), "ground": "涨价"}))
        with pytest.raises(Refused, match="须晚于第1版的2028-01-01"):
            revise_standard(standard=first, data=early, person=office)
        second = revise_standard(standard=first, data=DESK.__class__(**(dearer.__dict__ | {"ground": "木材涨价"})), person=office)
        with pytest.raises(Refused, match="从最新的一版修订"):
            revise_standard(standard=first, data=early, person=office)
        held = in_force(province.place.pk, DAY)
        assert held.get() == first
        assert in_force(province.place.pk, date(2028, 12, 31)).get() == first
        assert in_force(province.place.pk, date(2029, 1, 1)).get() == second
        assert latest(visible_standards(office)).get() == second
        assert list(standing(visible_standards(office), DAY).order_by("number")) == [first, second]
        assert standing(visible_standards(office), date(2029, 1, 1)).get() == second
        gone = end_standard(standard=second, day=date(2030, 1, 1), reason="改为集中配置", person=office)
    assert not in_force(province.place.pk, date(2030, 1, 1)).exists()
    assert in_force(province.place.pk, date(2029, 12, 31)).get() == second
    assert [one.number for one in StandardVersion.objects.order_by("number")] == [1, 2, 3]
    assert (gone.ended, first.amount_fen) == (True, 150_000)
    with pytest.raises(DatabaseError), transaction.atomic():
        StandardVersion.objects.filter(pk=first.pk).update(amount_fen=1)
    assert Entry.objects.filter(action__startswith="standard.").count() == 3
    for role in ("unit_project", "division", "congress", "system_admin"):
        with pytest.raises(Refused):
            write_standard(data=DESK, person=province.person(role))


@pytest.mark.feature("4.11")
@pytest.mark.feature("4.13")
def test_a_standard_keeps_the_sample_behind_it(province: make.County) -> None:
    office = province.person("performance_office")
    clean = StandardData("ZY-01", "保洁", "special", "province", "省直各单位", "平方米", 105, date(2029, 1, 1), "省级物业标准", sector="物业")
    with clock.at(DAY):
        with pytest.raises(Refused, match="只有0项，不足8项"):
            write_standard(data=clean, person=office, from_costs=True)
        made = write_costs(rows=costs(*range(100, 110), 9_000), person=office)
        far = StandardData(**(clean.__dict__ | {"amount_fen": 108}))
        with pytest.raises(Refused, match="不在成本数据所示的范围"):
            write_standard(data=far, person=office, from_costs=True)
        held = write_standard(data=clean, person=office, from_costs=True)
        held.refresh_from_db()
        assert (held.sample["given"], held.sample["used"], held.sample["median"]) == (11, 10, 105)
        assert (held.sample["low"], held.sample["high"]) == (102, 107)
        assert [one["name"] for one in held.sample["outliers"]] == ["单位10（2027年）"]
        withdraw_cost(cost=made[10], reason="数量少登一个零", person=office)
        with pytest.raises(Refused, match="已经撤回"):
            withdraw_cost(cost=made[10], reason="再撤", person=office)
        stale = CostRecord.objects.get(pk=made[0].pk)
        withdraw_cost(cost=CostRecord.objects.get(pk=made[0].pk), reason="重复", person=office)
        with pytest.raises(Overtaken):
            withdraw_cost(cost=stale, reason="重复", person=office)
    assert held.sample["given"] == 11, "the standard keeps what it was worked out from"
    assert not visible_costs(province.person("unit_project")).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        CostRecord.objects.filter(pk=made[1].pk).update(amount_fen=1)


@pytest.mark.feature("4.12")
def test_no_standard_no_budget(province: make.County) -> None:
    office, unit, division = (province.person(role) for role in ("performance_office", "unit_project", "division"))
    with clock.at(DAY):
        year = make.make_subject(province, requested_fen=1_000_000)

        def budget() -> str:
            return words(gate_refusals([Posting(year, "initial", 1_000_000, DAY)]))

        desk = write_standard(data=DESK, person=office)
        assert "没有支出测算明细" in words(library_refusals(year))
        assert "不得安排预算：没有支出测算明细" in budget()
        assert CLAUSE in budget()
        assert "测算" not in words(gate_refusals([Posting(year, "payment", 1, DAY)])), "payments are asked for no standard again"
        line_for(year, unit)
        assert words(refusals_of(year)).count("相差4,000.00 元") == 1
        with pytest.raises(Refused, match="同样的一行"):
            line_for(year, unit)
        odd = line_for(year, unit, 2, 200_000, "", "屏风")
        assert [one.message for one in refusals_of(year)] == ["“屏风”4,000.00 元没有支出标准"]
        (want,) = missing_in(province.cycle)
        assert (want.item, want.amount_fen, want.excepted_fen, want.subjects) == ("屏风", 400_000, 0, 1)
        for person in (unit, province.person("treasury"), make.make_county().person("division")):
            with pytest.raises(Refused):
                except_line(line=odd, reason="没有", person=person)
        with pytest.raises(Refused, match="写明理由"):
            except_line(line=odd, reason=" ", person=division)
        except_line(line=odd, reason="已列入标准制定计划", person=division)
        assert refusals_of(year) == []
        assert "测算" not in words(library_refusals(year))
        assert missing_in(province.cycle)[0].excepted_fen == 400_000, "it stays on the work list"
        raised = StandardData(**(DESK.__dict__ | {"amount_fen": 140_000, "effective_on": date(2028, 11, 2), "ground": "降价"}))
        revise_standard(standard=desk, data=raised, person=office)
        assert refusals_of(year) == [], "not yet"
    with clock.at(date(2028, 11, 2)):
        assert "第1版已经更新或停用" in words(refusals_of(year))
        withdraw_line(line=CostLine.objects.get(item="办公桌"), reason="标准更新", person=unit)
        over = line_for(year, unit)
        assert "高于“办公桌”标准1,400.00 元，多400.00 元" in words(refusals_of(year))
        assert "附件1" in words(refusals_of(year)), "by the clause of the standard itself"
        with pytest.raises(Refused, match="没有现行的标准"):
            line_for(year, unit, standard="TY-99")
        with pytest.raises(Refused, match="按“套”计"):
            write_line(year=year, data=LineData("办公桌", "张", Decimal(1), 1, "TY-01"), person=unit)
        except_line(line=over, reason="尺寸特殊", person=office)
        assert refusals_of(year) == []
        paid = [Posting(year, "initial", 1_000_000, DAY)]
        assert "测算" not in words(gate_refusals(paid))
        assert "合计10,000.01 元，高于测算明细合计10,000.00 元" in words(gate_refusals([*paid, Posting(year, "adjustment", 1, DAY)]))
        make.make_budget(province, year, 1_000_000)
        assert "高于测算明细合计" in words(gate_refusals([Posting(year, "adjustment", 1, DAY)]))
        assert "测算" not in words(gate_refusals([Posting(year, "adjustment", -1, DAY)]))
        SubjectYear.objects.filter(pk=year.pk).update(library_state="budgeted")
        year.refresh_from_db()
        over.refresh_from_db()
        with pytest.raises(Refused, match="已安排预算"):
            withdraw_line(line=CostLine.objects.get(pk=over.pk), reason="不要了", person=unit)
        line_for(year, unit, 1)
        assert "相差1,500.00 元" in words(refusals_of(year)), "more is asked for first"
    assert not visible_lines(province.person("unit_project", 2)).exists()


def test_where_nothing_is_asked_lines_are_only_shown() -> None:
    county = make.make_county()
    year = make.make_subject(county)
    assert refusals_of(year) == []
    assert "标准" not in words(library_refusals(year))
    write_line(year=year, data=LineData("教材", "套", Decimal(1), 100), person=county.person("unit_finance"))
    assert refusals_of(year) == []
    assert [one.item for one in missing_in(county.cycle)] == ["教材"]


def test_a_list_writes_next_versions(province: make.County) -> None:
    office = province.person("evaluation_centre")
    chair = StandardData(**(DESK.__dict__ | {"code": "TY-02", "name": "办公椅"}))
    with clock.at(DAY):
        assert [one.number for one in write_standards(rows=[DESK, chair], person=office)] == [1, 1]
        later = StandardData(**(DESK.__dict__ | {"effective_on": date(2029, 1, 1), "ground": "年度调整"}))
        assert [one.number for one in write_standards(rows=[later], person=office)] == [2]


def test_pages_for_the_roles(province: make.County, client: Client) -> None:
    office, unit = province.person("performance_office"), province.person("unit_project")
    with clock.at(DAY):
        year = make.make_subject(province, requested_fen=600_000)
        write_costs(rows=costs(*range(100, 110), 9_000), person=office)
        make.sign_in(client, office, province.cycle)
        assert "标准库还是空的" in client.get(reverse("standards:list")).content.decode()
        form = {
            "code": "TY-01", "name": "办公桌", "kind": "general", "level": "province", "region": "省直各单位", "unit": "套",
            "amount_fen": "1,500", "effective_on": "2028-01-01", "document": "办公家具配置标准", "clause": "附件1", "sector": "", "ground": "",
        }  # fmt: skip
        assert client.post(reverse("standards:write"), form | {"amount_fen": "0"}).status_code == 422
        assert client.post(reverse("standards:write"), form).status_code == 302
        desk = StandardVersion.objects.get()
        assert desk.amount_fen == 150_000
        shown = client.get(reverse("standards:detail", args=[desk.pk])).content.decode()
        assert "直接依据文件登记" in shown
        asked = client.get(reverse("standards:propose"), {"item": "保洁｜平方米"}).content.decode()
        assert "1.05 元/平方米" in asked
        assert "单位10（2027年）" in asked
        from_costs = reverse("standards:write") + "?costs=保洁｜平方米"
        assert "1.05" in client.get(from_costs).content.decode()
        clean = form | {"code": "ZY-01", "name": "保洁", "unit": "平方米", "amount_fen": "1.05", "kind": "special"}
        assert client.post(from_costs, clean).status_code == 302
        kept = StandardVersion.objects.get(code="ZY-01")
        assert kept.sample["used"] == 10
        assert "单位10（2027年）" in client.get(reverse("standards:detail", args=[kept.pk])).content.decode()
        assert "10 项" in client.get(reverse("standards:list")).content.decode()
        revise = reverse("standards:revise", args=[desk.pk])
        assert client.post(revise, form | {"effective_on": "2029-01-01"}).status_code == 422
        assert client.post(revise, form | {"effective_on": "2029-01-01", "ground": "年度调整"}).status_code == 302
        ended = StandardVersion.objects.get(code="TY-01", number=2)
        client.post(reverse("standards:end", args=[ended.pk]), {"day": "2031-01-01", "reason": "改为集中配置"})
        assert StandardVersion.objects.get(code="TY-01", number=3).ended
        make.sign_in(client, unit, province.cycle)
        assert client.get(reverse("standards:write")).status_code == 403
        assert client.get(reverse("standards:costs")).status_code == 403
        page, write = (reverse(f"standards:{name}", args=[year.pk]) for name in ("lines", "line_write"))
        assert "有 1 处妨碍入库和安排预算" in client.get(page).content.decode()
        line = {"standard": "", "item": "屏风", "quantity": "4", "unit": "套", "unit_fen": "1500", "basis": "4间办公室"}
        assert client.post(write, line | {"unit": ""}).status_code == 422
        assert client.post(write, line | {"do": "more"})["Location"] == write
        made = CostLine.objects.get()
        assert "没有标准" in client.get(page).content.decode()
        assert client.post(reverse("standards:line_except", args=[made.pk]), {"reason": "没有"}).status_code == 403
        make.sign_in(client, province.person("division"), province.cycle)
        assert "屏风" in client.get(reverse("standards:missing")).content.decode()
        client.post(reverse("standards:line_except", args=[made.pk]), {"reason": "标准正在制定"})
        assert "逐行有标准或者已列入例外" in client.get(page).content.decode()
        make.sign_in(client, unit, province.cycle)
        assert client.post(reverse("standards:line_withdraw", args=[made.pk]), {"reason": "重新测算"}).status_code == 302
        assert "已撤回" in client.get(page).content.decode()


def test_the_interface(province: make.County) -> None:
    with clock.at(DAY):
        year = make.make_subject(province, requested_fen=600_000)
        office, unit = token_for(province.person("performance_office")), token_for(province.person("unit_project"))
        told = {key: value for key, value in DESK.__dict__.items() if key != "effective_on"} | {"effective_on": "2028-01-01"}
        answer = call(office, "POST", "standards/write", told)
        assert answer.status_code == 200, answer.content.decode()
        assert call(unit, "POST", "standards/write", told).status_code == 403
        assert [one["name"] for one in call(unit, "GET", "standards").json()["items"]] == ["办公桌"]
        assert "不足8项" in call(office, "GET", "standard-costs/propose?item=保洁&unit=平方米").json()["refused"]
        line = {"item": "办公桌", "unit": "套", "quantity": "4", "unit_fen": 150_001, "standard": "TY-01"}
        made = call(unit, "POST", f"subject-years/{year.pk}/cost-lines/write", line, etag=mark(year))
        assert made.status_code == 200, made.content.decode()
        rows = call(unit, "GET", f"subject-years/{year.pk}/cost-lines").json()
        assert rows["items"][0]["over_fen"] == 4
        assert len(rows["refused"]) == 2  # above the standard, and four fen more than asked for
        assert call(office, "GET", "standards/missing?budget_year=2029").json() == {"items": []}
