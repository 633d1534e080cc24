"""Evaluations that cover several years of a project: the years, their figures, the order, the pages, the report."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from docx import Document

from jiheng.foundation import clock
from jiheng.foundation.refused import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import Subject, SubjectYear
from jiheng.stages.evaluation.documents import outline_of, report_of
from jiheng.stages.evaluation.drafting import drafted
from jiheng.stages.evaluation.judging import LineData
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.self_outlines import outline_for
from jiheng.stages.evaluation.selfreport.services import save_self_report
from jiheng.stages.evaluation.services import evaluations as e
from jiheng.stages.evaluation.services import self_evaluations as s
from jiheng.stages.evaluation.years import facts_between, money_of, years_recorded
from jiheng.stages.goals.models import Goal
from tests import make
from tests.channels.api.callers import call, mark, token_for
from tests.stages.evaluation import builders as b

pytestmark = pytest.mark.django_db
TIANYUAN, NONE_NAMED = "hunan-tianyuan", "ningxia-yanchi"
AFTER = date(2024, 2, 1)


@pytest.fixture
def county() -> make.County:
    return make.make_county(TIANYUAN)


def next_year_of(year: SubjectYear, cycle: Cycle) -> SubjectYear:
    """The same subject in another budget year, as it would be registered there."""
    copy = SubjectYear.objects.get(pk=year.pk)
    copy.pk, copy.cycle, copy.budget_year = None, cycle, cycle.budget_year
    copy.save()
    return copy


def promised(county: make.County, year: SubjectYear, budget: int, paid: int) -> Goal:
    goal = make.make_goal(county, year)
    Goal.objects.filter(pk=goal.pk).update(state="approved", approved_on=make.DAY)
    make.make_budget(county, year, budget, day=date(year.budget_year, 1, 10))
    make.make_budget(county, year, paid, kind="payment", day=date(year.budget_year, 12, 20))
    made: Goal = b.fresh(goal)
    return made


@pytest.fixture
def years(county: make.County) -> tuple[SubjectYear, SubjectYear]:
    """A major project of 2022 and 2023; the first year with the unit's own evaluation."""
    with clock.at(make.DAY):
        earlier = open_cycle(place=county.place, budget_year=2022, person=county.person("performance_office"))
        second = make.make_subject(county, is_major=True, first_year=2022, last_year=2023, name="校舍改造")
        SubjectYear.objects.filter(pk=second.pk).update(library_state="budgeted")
        second.refresh_from_db()
        first = next_year_of(second, earlier)
        goal = promised(county, first, 40_000_000, 30_000_000)
        promised(county, second, 60_000_000, 60_000_000)
    project = county.person("unit_project")
    with clock.at(date(2023, 2, 1)):
        own = s.start_self_evaluation(goal=goal, person=project)
        b.fill(own, project, county.person("unit_finance"))
        in_time = b.lines_of(own, 完成验收时间=LineData("2022-11-20"))
        s.save_results(evaluation=own, lines=in_time, actual_objective=b.RESULT, person=project)
        outline = outline_for(own)
        assert outline is not None
        save_self_report(evaluation=own, sections={one.key: "内容" for one in outline.sections}, person=project)
        s.submit_self_evaluation(evaluation=own, person=project)
        s.submit_self_evaluation(evaluation=own, person=county.person("unit_finance"))
    return first, second


def ordered(county: make.County, year: SubjectYear, span: str = "overall", first: int | None = 2022, day: date = AFTER, **more: Any) -> Evaluation:
    told: dict[str, Any] = {"kind": "fiscal", "scorecard": "project_evaluation", "amount_fen": 1, "evaluator": county.bureau} | more
    order = e.EvaluationOrder(year=year, due=date(2024, 12, 31), span=span, first_year=first, **told)
    with clock.at(day):
        return e.start_evaluation(order=order, person=county.person("performance_office"))


def refused(*args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        ordered(*args, **more)
    assert all("第二十八条" in one.clause for one in caught.value.refusals if one.clause)
    return "\n".join(str(one) for one in caught.value.refusals)


def whole(answer: Any) -> bytes:
    """The bytes of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


Years = tuple[SubjectYear, SubjectYear]


def test_figures_of_each_year_come_from_its_records(years: Years) -> None:
    first, second = facts_between(years[1], 2022)
    assert (first.money.budget, first.money.executed, first.rate) == (40_000_000, 30_000_000, Decimal("75.00"))
    assert (first.judged, first.reached) == (7, 5)
    assert first.own_words.startswith(f"{first.own.total} 分" if first.own else "?")
    assert (second.money.budget, second.rate, second.own, second.reached_words) == (60_000_000, Decimal("100.00"), None, "")
    assert money_of([first, second]) == (100_000_000, 90_000_000)


def test_the_money_concerned_is_that_of_all_years(county: make.County, years: Years) -> None:
    made = ordered(county, years[1])
    assert (made.amount_fen, made.first_year, made.evaluated_year) == (100_000_000, 2022, 2023)
    assert made.kind_words == "财政评价（总体评价，2022—2023 年）"
    yearly = ordered(county, years[1], "", None, amount_fen=60_000_000)
    assert (yearly.amount_fen, yearly.kind_words) == (60_000_000, "财政评价")


def test_an_overall_evaluation_waits_for_the_end_and_a_stage_does_not(county: make.County, years: Years) -> None:
    assert "总体评价在完成以后" in refused(county, years[1], day=date(2023, 12, 31))
    assert ordered(county, years[1], "stage", day=date(2023, 12, 31)).span == "stage"
    assert ordered(county, years[1], day=date(2024, 1, 1)).span == "overall"
    assert ordered(county, years[1], "policy", day=date(2024, 1, 1)).span == "policy"


def test_once_a_work_year_of_each_kind(county: make.County, years: Years) -> None:
    ordered(county, years[1])
    with pytest.raises(Refused):
        ordered(county, years[1])
    assert ordered(county, years[1], "policy").pk


def test_projects_without_such_years_are_refused(county: make.County, years: Years) -> None:
    first, second = years
    assert "至少包括两个年度" in refused(county, second, "stage", 2023)
    assert "以外的年度" in refused(county, second, "stage", 2021)
    SubjectYear.objects.filter(pk__in=(first.pk, second.pk)).update(is_major=False)
    assert "没有列为重大" in refused(county, b.fresh(second), "stage")
    SubjectYear.objects.filter(pk=first.pk).update(library_state="refused")
    assert "没有这个项目 2022 年度的记录" in refused(county, b.fresh(second), "stage")
    SubjectYear.objects.filter(pk=second.pk).update(first_year=2023)
    assert "没有跨年度" in refused(county, b.fresh(second), "stage")


def test_years_and_kind_go_together(county: make.County, years: Years) -> None:
    for span, first in (("", 2022), ("overall", None)):
        with pytest.raises(Refused):
            ordered(county, years[1], span, first)
    made = ordered(county, years[1])
    for wrong in ({"span": ""}, {"first_year": None}, {"first_year": 2024}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evaluation.objects.filter(pk=made.pk).update(**wrong)


def test_a_place_whose_rules_name_none_refuses() -> None:
    county = make.make_county(NONE_NAMED)
    with clock.at(make.DAY):
        year = make.make_subject(county, is_major=True, first_year=2022, last_year=2023)
    with pytest.raises(Refused) as caught:
        ordered(county, year, "stage")
    assert "没有规定这种跨年度评价" in str(caught.value.refusals[0])
    page = make.sign_in(Client(), county.person("performance_office"), county.cycle).get(reverse("evaluation:order", args=[year.pk]))
    assert "跨年度评价" not in page.content.decode().replace("跨年度评价由系统按各年度全年预算合计", "")


def test_the_report_begins_with_the_years(county: make.County, years: Years) -> None:
    made = ordered(county, years[1])
    told = drafted(made)["situation"]
    assert "2022 年全年预算 40.00 万元，执行 30.00 万元，执行率 75.00%；绩效指标达到 5 项，共 7 项" in told
    assert "2023 年全年预算 60.00 万元，执行 60.00 万元，执行率 100.00%；没有报出的自评" in told
    assert "合计预算 100.00 万元，执行 90.00 万元。" in told
    assert "2022—2023 年度支出开展财政评价（总体评价，2022—2023 年）" in drafted(made)["work"]
    report = report_of(made)
    assert ("被评价年度", "2022—2023 年") in report.facts
    client = make.sign_in(Client(), county.person("performance_office"), county.cycle)
    answer = client.get(reverse("evaluation:report_file", args=[made.pk, "docx"]))
    document = Document(BytesIO(whole(answer)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"2022 年", "2023 年", "合计", "40.00", "100.00"} <= set(cells)
    assert outline_of(made).sections


def test_pages_show_the_years(county: make.County, years: Years) -> None:
    client = make.sign_in(Client(), county.person("performance_office"), county.cycle)
    form = client.get(reverse("evaluation:order", args=[years[1].pk])).content.decode()
    assert "项目完成后的总体评价" in form
    assert "2022 年" in form
    with clock.at(AFTER):
        answer = client.post(
            reverse("evaluation:order", args=[years[1].pk]),
            {
                "kind": "fiscal", "scorecard": "project_evaluation", "evaluator": county.bureau.pk, "due": "2024-12-31",
                "amount_fen": "1", "span": "overall", "first_year": "2022",
            },
        )  # fmt: skip
    made = Evaluation.objects.get(span="overall")
    assert answer["Location"] == reverse("evaluation:detail", args=[made.pk])
    shown = client.get(answer["Location"]).content.decode()
    assert "各年度情况" in shown
    assert "财政评价（总体评价，2022—2023 年）" in shown
    assert "5 / 7 项" in shown
    centre = make.sign_in(Client(), county.person("evaluation_centre"), county.cycle)
    assert "财政评价（总体评价，2022—2023 年）" in centre.get(reverse("evaluation:evaluations")).content.decode()


def test_it_is_ordered_through_the_interface(county: make.County, years: Years) -> None:
    token = token_for(county.person("performance_office"))
    body = {
        "kind": "fiscal", "scorecard": "project_evaluation", "amount_fen": 0, "evaluator_id": county.bureau.pk,
        "due": "2030-12-31", "span": "overall",
    }  # fmt: skip
    path = f"subject-years/{years[1].pk}/evaluation"
    assert call(token, "POST", path, body | {"first_year": 2023}, etag=mark(years[1])).status_code == 422
    made = call(token, "POST", path, body | {"first_year": 2022}, etag=mark(years[1]))
    assert made.status_code == 200, made.content.decode()
    assert (made.json()["span"], made.json()["first_year"], made.json()["amount_fen"]) == ("overall", 2022, 100_000_000)


def test_years_of_another_subject_do_not_count(county: make.County, years: Years) -> None:
    assert [one.budget_year for one in years_recorded(years[1])] == [2022, 2023]
    assert Subject.objects.get(pk=years[1].subject_id).years.count() == 2
