"""Third parties are rated once for each result; the average over the years decides whether they are engaged again."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.agency_quality import average, kept_away, payable
from jiheng.stages.evaluation.access import visible_ratings
from jiheng.stages.evaluation.agency_quality import is_kept_away, ranking
from jiheng.stages.evaluation.models import AgencyRating, Evaluation
from jiheng.stages.evaluation.services.agency_ratings import RatingData, quality_card, rate_agency
from jiheng.stages.evaluation.services.evaluations import EvaluationOrder, start_evaluation
from jiheng.stages.evaluation.services.evaluator_draws import Drawing, draw_evaluator
from tests.made_results import make_budgeted, make_result, points_for
from tests.make import County, make_county, make_organisation, sign_in

PLACE = "heilongjiang-hailin"
CLAUSE = "二（五）"
DAY = date(2024, 8, 1)


@pytest.fixture
def county(db: None) -> County:
    return make_county(PLACE)


def register(county: County, name: str, body: Organisation) -> Evaluator:
    told = EvaluatorData(name, "agency", body, "综合", "", date(2023, 1, 1))
    return enter_register(data=told, person=county.person("performance_office"))


@pytest.fixture
def agency(county: County) -> Evaluator:
    return register(county, "甲事务所", Organisation.objects.get(pk=county.person("agency").organisation_id))


def told(result: Evaluation, total: str, **more: object) -> RatingData:
    points = points_for(quality_card(result), Decimal(total))
    return RatingData(points, dict.fromkeys(points, "底稿不全"), "基本符合要求", **more)  # type: ignore[arg-type]


def rated(county: County, total: str, result: Evaluation | None = None, **more: object) -> AgencyRating:
    result = result or make_result(county, make_budgeted(county))
    with clock.at(DAY):
        return rate_agency(evaluation=result, told=told(result, total, **more), person=county.person("performance_office"))


def ordered(county: County, year: SubjectYear, body: Organisation) -> Evaluation:
    order = EvaluationOrder(year, "fiscal", "project_evaluation", year.requested_fen, body, date(2024, 12, 31))
    with clock.at(DAY):
        return start_evaluation(order=order, person=county.person("performance_office"))


def test_the_rule_compares_the_mean_itself() -> None:
    floor = Decimal(60)
    assert kept_away([], floor) == kept_away([Decimal(1)], None) == ""
    assert kept_away([Decimal("59.99"), Decimal("60.01")], floor) == ""
    assert "平均 60.00 分，低于 60 分" in kept_away([Decimal("59.99"), Decimal(60), Decimal(60)], floor)
    assert average([Decimal(60), Decimal("60.01")]) == Decimal("60.01")
    assert average([]) is None


@pytest.mark.feature("6.21")
def test_a_fee_follows_the_grade() -> None:
    shares = {"good": 90, "poor": "33.33"}
    assert payable(10_000_001, "good", shares) == (Decimal(90), 9_000_001)
    assert payable(100, "poor", shares) == (Decimal("33.33"), 33)
    with pytest.raises(LookupError):
        payable(1, "fair", shares)
    with pytest.raises(ValueError, match="0 至 100"):
        payable(1, "good", {"good": 101})


@pytest.mark.feature("6.22")
@pytest.mark.parametrize(("second", "engaged"), [("59.99", False), ("60", True), ("60.01", True)])
def test_the_average_decides_who_is_engaged(county: County, agency: Evaluator, second: str, engaged: bool) -> None:
    first, result = make_result(county, make_budgeted(county)), make_result(county, make_budgeted(county))
    rated(county, "60", first)
    rated(county, second, result)
    year = make_budgeted(county)
    row: Any = ranking(county.person("bureau_leader"), county.cycle).get()
    assert (row.rated, row.place_in, is_kept_away(row)) == (2, 1, not engaged)
    if engaged:
        assert ordered(county, year, agency.organisation).evaluator == agency.organisation
        return
    with pytest.raises(Refused, match="低于 60 分，不再委托") as refused:
        ordered(county, year, agency.organisation)
    assert CLAUSE in refused.value.refusals[0].clause


@pytest.mark.feature("6.22")
def test_a_draw_leaves_out_who_worked_badly_and_says_why(county: County, agency: Evaluator) -> None:
    rated(county, "59.99")
    year, office = make_budgeted(county), county.person("performance_office")
    with clock.at(DAY):
        with pytest.raises(Refused, match="没有可以抽取的第三方"):
            draw_evaluator(drawing=Drawing(year, "fiscal", "3061.24", {}), person=office)
        other = register(county, "乙事务所", make_organisation(county.place, "agency", "乙事务所"))
        drawn = draw_evaluator(drawing=Drawing(year, "fiscal", "3061.24", {}), person=office)
    assert drawn.chosen == other
    assert "低于 60 分" in drawn.recused[0]["reason"]
    assert CLAUSE in drawn.recused[0]["reason"]


@pytest.mark.feature("6.22")
def test_once_by_the_performance_office_and_never_again(county: County, agency: Evaluator) -> None:
    result = make_result(county, make_budgeted(county))
    for role in ("agency", "department_reviewer", "evaluation_centre", "bureau_leader", "division"):
        with pytest.raises(Refused, match="绩效管理股"):
            rate_agency(evaluation=result, told=told(result, "80"), person=county.person(role))
    one = rated(county, "80", result)
    assert (one.total, one.grade, one.entry) == (Decimal(80), "good", agency)
    with pytest.raises(Refused, match="已经评分"):
        rated(county, "90", result)
    with transaction.atomic(), pytest.raises(DatabaseError):
        AgencyRating.objects.filter(pk=one.pk).update(total=90)
    assert [line.action for line in history(one)] == ["evaluation.rate_agency"]


def test_everything_wrong_at_once(county: County, agency: Evaluator) -> None:
    result = make_result(county, make_budgeted(county))
    data = RatingData({"team": Decimal(11), "plan": Decimal(5)}, {}, " ")
    with pytest.raises(Refused) as refused:
        rate_agency(evaluation=result, told=data, person=county.person("performance_office"))
    said = [one.message for one in refused.value.refusals]
    assert any("评分意见" in one for one in said)
    assert any("扣了 10 分" in one for one in said)
    assert any("“调查取证”没有评分" in one for one in said)


def test_a_third_party_outside_the_register_is_not_rated(county: County) -> None:
    result = make_result(county, make_budgeted(county))
    with pytest.raises(Refused, match="没有在库的登记"):
        rated(county, "80", result)


def test_of_several_entries_of_a_body_one_is_named(county: County, agency: Evaluator) -> None:
    register(county, "甲事务所二部", agency.organisation)
    result = make_result(county, make_budgeted(county))
    with pytest.raises(Refused, match="是哪一个"):
        rated(county, "59", result)
    assert rated(county, "59", result, entry=agency.pk).entry == agency
    ordered(county, make_budgeted(county), agency.organisation)  # the other department of the body may


def test_the_bureaus_own_work_is_not_rated(county: County) -> None:
    with pytest.raises(Refused, match="不是第三方承担的"):
        rated(county, "80", ordered(county, make_budgeted(county), county.bureau))


def test_a_place_without_the_rule_rates_nobody(db: None) -> None:
    county = make_county()
    with pytest.raises(Refused, match="没有要求"):
        rated(county, "80")


@pytest.mark.feature("6.21")
def test_a_place_ties_the_fee_to_the_grade(
    db: None, amended: Callable[[str, str, str, str], None]
) -> None:
    amended(
        PLACE,
        "parameters/evaluation.yaml",
        "agency_quality_floor:\n",
        "agency_fee_shares:\n  label: 费用与质量挂钩\n  unit: 表\n  new: true\n  values:\n    - from_budget_year: 2020\n"
        "      value: {excellent: 100, good: 90, fair: 70, poor: 50}\n"
        "      cite: {source: hailin-2021-14, clause: 二（五）}\n      assumed: true\nagency_quality_floor:\n",
    )
    county = make_county(PLACE)
    register(county, "甲事务所", Organisation.objects.get(pk=county.person("agency").organisation_id))
    result = make_result(county, make_budgeted(county))
    with pytest.raises(Refused, match="须写明约定的费用"):
        rated(county, "80", result)
    one = rated(county, "80", result, fee_fen=12_345_675)
    assert (one.share, one.payable_fen) == (Decimal(90), 11_111_108)


@pytest.mark.feature("6.22")
def test_the_agency_reads_its_own_on_its_pages(county: County, agency: Evaluator, client: Client) -> None:
    result = make_result(county, make_budgeted(county))
    office = sign_in(client, county.person("performance_office"))
    page = office.get(f"/evaluation/{result.pk}/").content.decode()
    assert f"/evaluation/{result.pk}/agency/" in page
    assert office.get(f"/evaluation/{result.pk}/agency/").status_code == 200
    posted = {f"points-{item.key}": "5" for item in quality_card(result).items}
    answer = office.post(f"/evaluation/{result.pk}/agency/", posted | {"opinion": "差"})
    assert "扣了 5 分，须写明原因和依据" in answer.content.decode()
    posted |= {f"reason-{item.key}": "底稿不全" for item in quality_card(result).items}
    with clock.at(DAY):
        answer = office.post(f"/evaluation/{result.pk}/agency/", posted | {"opinion": "差"})
    one = AgencyRating.objects.get()
    assert answer.headers["Location"].endswith(f"/evaluation/ratings/{one.pk}/")
    own = sign_in(Client(), county.person("agency"))
    assert "底稿不全" in own.get(f"/evaluation/ratings/{one.pk}/").content.decode()
    listed = own.get("/evaluation/agencies/").content.decode()
    assert "不再委托" in listed
    assert "甲事务所" in listed
    assert not visible_ratings(county.person("department_reviewer")).exists()
    assert sign_in(Client(), county.person("unit_project")).get(f"/evaluation/ratings/{one.pk}/").status_code in {403, 404}
