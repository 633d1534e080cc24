"""The indicator library: its starter set, its keeping, its search in Chinese."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.proposing import propose
from jiheng.registers.indicators.queries import search_library, suggested_for
from jiheng.registers.indicators.services import end_use, load_library, resume
from jiheng.registers.indicators.starter import StarterIndicator, starter_library
from jiheng.rules.goal_checks.facts import GoalFacts, GoalSettings, IndicatorFacts
from jiheng.rules.goal_checks.registry import check_goal
from jiheng.rules.indicator_sheet import COMMON_SECTOR, Sheet
from jiheng.rules.policy import load_policy
from jiheng.rules.reading import read_target
from jiheng.rules.scoring.method import Indicator, as_operator
from jiheng.rules.scoring.registry import METHODS
from tests import make
from tests.registers.indicators.written import added, changed

DATA = Sheet(
    sector="水利",
    category="灌区改造",
    level1="产出指标",
    level2="数量指标",
    name="衬砌渠道长度",
    definition="完成衬砌并验收的渠道长度",
    operator=">=",
    method="proportional",
    value="12",
    unit="公里",
    data_source="验收单",
    evidence="验收单",
    basis="实施方案批复",
)


@pytest.fixture
def county() -> make.County:
    return make.make_county()


@pytest.fixture
def library(county: make.County) -> make.County:
    load_library(place=county.place, person=county.person("performance_office"))
    return county


# --- the starter set itself, without a database


@pytest.mark.feature("4.01")
def test_starter_set_covers_the_common_categories_and_sectors() -> None:
    rows = starter_library().indicators
    common = [one for one in rows if one.sector == COMMON_SECTOR]
    assert len(common) >= 245
    by_category = Counter(one.category for one in common)
    assert {"会议", "培训", "印刷", "设备购置", "信息化", "修缮", "工程建设", "课题调研", "宣传", "补助发放"} <= set(by_category)
    assert len(by_category) >= 19
    assert min(by_category.values()) >= 5
    by_sector = Counter(one.sector for one in rows if one.sector != COMMON_SECTOR)
    assert len(by_sector) >= 14
    assert min(by_sector.values()) >= 5
    assert {one.level1 for one in rows} == {"产出指标", "效益指标", "满意度指标"}
    assert [one.code for one in rows if one.sector != COMMON_SECTOR and not one.purpose] == []
    names = Counter(one.name for one in rows)
    assert [name for name, number in names.items() if number > 1] == []
    words = Counter(one.definition for one in rows)
    assert [text for text, number in words.items() if number > 1] == []


@pytest.mark.parametrize("row", starter_library().indicators, ids=lambda one: one.code)
def test_starter_row_would_be_accepted_by_the_checks_of_goals(row: StarterIndicator) -> None:
    words = row.operator == "qualitative"
    sign = "" if words or row.method == "date_target" else row.operator
    target = read_target(f"{sign}{row.value}", unit=row.unit, year=2024)
    facts = IndicatorFacts(
        key="1",
        level1=row.level1,
        level2=row.level2,
        level3=row.name,
        operator=row.operator,
        target_text=f"{sign}{row.value}",
        value=target.value,
        unit=target.unit or row.unit,
        weight=Decimal(10),
        kind=row.kind,
        direction={"positive": "higher", "reverse": "lower"}.get(row.direction, ""),
        due=target.last if target.kind == "date" else None,
        explanation=row.definition,
        library_unit=row.unit,
        reference=target.value,
    )
    goal = GoalFacts("project", 2024, "", 10**13, {}, (facts,))
    settings = GoalSettings.of(load_policy("national").at(2024, date(2024, 1, 10)))
    assert [one.fact for one in check_goal(goal, settings) if one.where.startswith("indicators.1.")] == []


@pytest.mark.parametrize("row", starter_library().indicators, ids=lambda one: one.code)
def test_starter_row_can_be_read_and_scored(row: StarterIndicator) -> None:
    target = read_target(
        f"{'' if row.operator == 'qualitative' else row.operator}{row.value}", unit=row.unit, year=2023
    )
    kinds = {"qualitative": "qualitative", "date_target": "date"}
    assert target.kind == kinds.get(row.operator, kinds.get(row.method, "quantitative"))
    assert target.problem is None
    assert as_operator(row.operator) in METHODS[row.method].operators
    if target.kind == "quantitative" and target.value:
        indicator = Indicator(
            weight=target.value * 0 + 10, target=target.value, operator=row.operator, unit=row.unit
        )
        assert METHODS[row.method](indicator, target.value).points > 0


# --- keeping


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_undoes_nothing(library: make.County) -> None:
    office = library.person("performance_office")
    one = LibraryIndicator.objects.get(code="TY-HY-01")
    end_use(one, "本地不用", office)
    assert load_library(place=library.place, person=office) == 0
    one.refresh_from_db()
    assert one.retired_on is not None


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["unit_project", "department_reviewer", "division", "auditor"])
def test_only_the_performance_office_keeps_the_library(county: make.County, role: str) -> None:
    with pytest.raises(Refused, match="绩效管理股维护"):
        load_library(place=county.place, person=county.person(role))


@pytest.mark.django_db
def test_own_indicators_are_numbered_and_each_once(county: make.County) -> None:
    office = county.person("performance_office")
    made = added(county.place, DATA, office)
    other = added(county.place, Sheet(**{**DATA.__dict__, "name": "改造水闸座数"}), office
    )
    assert (made.code, other.code, made.origin) == ("BJ-00001", "BJ-00002", "本级")
    with pytest.raises(Refused, match="中已有"):
        added(county.place, DATA, office)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"definition": " "}, "definition"),
        ({"unit": ""}, "unit"),
        ({"method": "reverse_ratio"}, "method"),
        ({"method": "none"}, "method"),
        ({"basis": ""}, "basis"),
    ],
)
def test_indicator_that_cannot_be_checked_is_refused(
    county: make.County, change: dict[str, str], where: str
) -> None:
    data = Sheet(**{**DATA.__dict__, **change})
    with pytest.raises(Refused) as refused:
        propose(kind="new", ground="常用", sheet=data, person=county.person("performance_office"))
    assert [one.where for one in refused.value.refusals] == [where]


@pytest.mark.django_db
def test_goal_keeps_its_words_when_the_library_changes(library: make.County) -> None:
    picked = LibraryIndicator.objects.get(code="TY-SB-01")
    rows = make.make_rows()
    rows[0] = type(rows[0])(
        **{**rows[0].__dict__, "name": picked.name, "library_id": picked.pk, "free_reason": ""}
    )
    goal = make.make_goal(library, make.make_subject(library), rows=rows)
    data = Sheet(**{**DATA.__dict__, "name": "改了名字"})
    changed(picked, data, library.person("performance_office"))
    row = goal.indicators.all()[0]
    assert (row.name, row.library_id) == ("购置设备台（套）数", picked.pk)


# --- search


@pytest.mark.django_db
def test_search_finds_by_words_and_by_parts_of_words(library: make.County) -> None:
    person = library.person("unit_project")
    assert search_library(person, words="满意度")[0].name.endswith("满意度")
    assert search_library(person, words="工资 按时")[0].name == "农民工工资按时支付率"
    assert all("工资" in one.name for one in search_library(person, words="工资 按时"))
    found = search_library(person, words="培训班办了几期")
    assert found[0].name == "举办培训班期数"
    assert search_library(person, words="量子") == []
    assert {one.sector for one in search_library(person, sector="交通")} == {"交通"}


@pytest.mark.django_db
def test_retired_indicators_are_not_offered(library: make.County) -> None:
    person, office = library.person("unit_project"), library.person("performance_office")
    one = search_library(person, words="印刷品验收合格率")[0]
    with pytest.raises(Refused, match="理由"):
        end_use(one, "", office)
    end_use(one, "重复", office)
    assert one.pk not in [other.pk for other in search_library(person, words="印刷品验收合格率")]
    resume(one, "还要用", office)
    assert search_library(person, words="印刷品验收合格率")[0].pk == one.pk


@pytest.mark.django_db
def test_suggestions_suit_the_subject(library: make.County) -> None:
    found = suggested_for(library.person("unit_project"), name="全县干部培训班", sector="", category="培训")
    assert {one.category for one in found[:6]} == {"培训"}
    by_sector = suggested_for(library.person("unit_project"), name="农村公路", sector="交通", category="")
    assert {one.sector for one in by_sector[:3]} == {"交通"}
    assert suggested_for(library.person("unit_project"), name="印刷品验收", sector="", category="")[0].category == "印刷"


@pytest.mark.django_db
def test_without_words_core_ones_stand_first_then_those_used_most(library: make.County) -> None:
    rows = list(LibraryIndicator.objects.filter(sector="交通").order_by("code"))
    used = [rows[-1], rows[-1], rows[-2]]
    typed = make.make_rows()[: len(used)]
    make.make_goal(
        library, make.make_subject(library),
        rows=[replace(row, name=one.name, library_id=one.pk) for row, one in zip(typed, used, strict=True)],
    )  # fmt: skip
    number = Counter(one.pk for one in used)
    want = sorted(rows, key=lambda one: (not one.core, -number[one.pk], one.code))
    for limit in (1, 2, 3, 60):
        found = search_library(library.person("unit_project"), sector="交通", limit=limit)
        assert [one.pk for one in found] == [one.pk for one in want[:limit]]


@pytest.mark.django_db
@pytest.mark.feature("4.03")
def test_the_formula_of_an_indicator_is_worked_out_on_its_page(library: make.County) -> None:
    one = LibraryIndicator.objects.filter(formula__contains="×100%").order_by("code").first()
    assert one is not None
    client, address = make.sign_in(Client(), library.person("unit_project")), reverse("indicators:detail", args=[one.pk])
    page = client.get(address)
    assert "按公式计算" in page.content.decode()
    names = [name for name, _, _ in page.context["run"].cells]
    assert len(names) == 2
    assert "结果：<strong>50%</strong>" in client.get(address, {"figure": ["1", "2"]}).content.decode()
    assert f"请填写“{names[1]}”" in client.get(address, {"figure": ["1"]}).content.decode()
    assert "除数为零" in client.get(address, {"figure": ["1", "0"]}).content.decode()


@pytest.mark.django_db
def test_other_places_library_is_not_seen(library: make.County) -> None:
    stranger = make.make_person(
        make.make_organisation(make.make_place("national", "他县"), "unit", "他县一中"), "unit_project"
    )
    assert search_library(stranger, words="满意度") == []


# --- pages


def get(person: Any, name: str, *args: Any) -> Any:
    return make.sign_in(Client(), person).get(reverse(f"indicators:{name}", args=args))


@pytest.mark.django_db
def test_pages_show_and_keep_the_library(county: make.County) -> None:
    office = make.sign_in(Client(), county.person("performance_office"))
    assert "指标库还是空的" in office.get(reverse("indicators:list")).content.decode()
    assert office.post(reverse("indicators:load")).status_code == 302
    assert str(len(starter_library().indicators)) in office.get(reverse("indicators:list")).content.decode()
    propose_new = reverse("indicators:proposal_add")
    told = {**DATA.__dict__, "ground": "本县水利项目都用"}
    assert office.post(propose_new, {**told, "method": "reverse_ratio"}).status_code == 422
    assert office.post(propose_new, told).status_code == 302
    assert not LibraryIndicator.objects.filter(name=DATA.name).exists()
    act = reverse("indicators:proposal_act", args=[Proposal.objects.get().pk])
    seen = {"action": "review", "comment": "可以", "version": 1}
    assert office.post(act, seen).status_code == 422
    assert make.sign_in(Client(), county.person("division")).post(act, seen).status_code == 302
    publish = {"action": "publish", "comment": "", "version": 2}
    assert office.post(act, publish).status_code == 422
    assert make.sign_in(Client(), county.person("bureau_leader")).post(act, publish).status_code == 302
    made = LibraryIndicator.objects.get(name=DATA.name)
    page = office.get(reverse("indicators:detail", args=[made.pk])).content.decode()
    assert "≥12公里" in page


@pytest.mark.django_db
def test_units_read_but_do_not_keep(library: make.County) -> None:
    person = library.person("unit_project")
    one = LibraryIndicator.objects.all()[0]
    assert get(person, "list").status_code == 200
    assert get(person, "detail", one.pk).status_code == 200
    reach = make.sign_in(Client(), person).post(reverse("indicators:reach", args=[one.pk]), {"reach": "shared"})
    assert reach.status_code == 403
    assert get(library.person("system_admin"), "list").status_code == 403


@pytest.mark.feature("4.04")
@pytest.mark.django_db
def test_reference_values_stand_beside_what_goals_promise(library: make.County) -> None:
    one = LibraryIndicator.objects.get(name="培训考核合格率")
    for kind, value, year in (("industry", "90", make.BUDGET_YEAR - 6), ("plan", "97", make.BUDGET_YEAR)):
        one.references.create(kind=kind, value=value, year=year, region="全国", source="测试标准")
    for value in ("85", "90", "92", "95", "98"):
        rows = make.make_rows()
        rows[1] = replace(rows[1], name=one.name, library_id=one.pk, free_reason="", target_text=f"≥{value}")
        make.make_goal(library, make.make_subject(library), "approved", rows=rows)
    page = make.sign_in(Client(), library.person("unit_project", 1)).get(reverse("indicators:detail", args=[one.pk])).content.decode()
    assert "本地区 5 个已批复目标的指标值：最低 85%，中位 92%，最高 98%" in page
    assert "第 30 百分位（5 个中 1 个要求比它低，1 个相同）" in page
    assert "第 80 百分位（5 个中 4 个要求比它低，0 个相同）" in page
    assert page.count("已过时") == 1
    assert f"{make.BUDGET_YEAR - 1} 年度止，请建议修订" in page
