"""Third parties come out of the register by a draw that anybody can repeat; methods, standards, the look at the report."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import EvaluatorData, enter_register, leave_register
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.evaluation.basis_pages import classes_of
from jiheng.stages.evaluation.models import Evaluation, EvaluatorDraw
from jiheng.stages.evaluation.services.basis import BasisData, look_at_report, save_basis, seal_of
from jiheng.stages.evaluation.services.evaluations import (
    EvaluationOrder,
    card_of,
    confirm_evaluation,
    consult_unit,
    respond,
    save_report,
    save_scores,
    start_evaluation,
    submit_report,
)
from jiheng.stages.evaluation.services.evaluator_draws import (
    Drawing,
    draw_evaluator,
    set_draw_aside,
    verify_evaluator_draw,
)
from jiheng.stages.evaluation.standards import standard_rows, standards_by_row
from tests.made_results import do_fieldwork, make_budgeted, points_for
from tests.make import County, make_county, make_organisation, make_promise, sign_in

DAY = date(2024, 4, 1)
CLAUSE = "第三十三条"


@pytest.fixture
def county(db: None) -> County:
    return make_county("hunan-tianyuan")


@pytest.fixture
def year(county: County) -> SubjectYear:
    return make_budgeted(county)


def enter(county: County, name: str, fields: str = "教育", *, day: date = date(2023, 1, 1)) -> Evaluator:
    body = make_organisation(county.place, "agency", name)
    told = EvaluatorData(name, "agency", body, fields, "", day)
    return enter_register(data=told, person=county.person("performance_office"))


@pytest.fixture
def library(county: County) -> list[Evaluator]:
    own = Organisation.objects.get(pk=county.person("agency").organisation_id)
    told = EvaluatorData("甲事务所", "agency", own, "教育", "", date(2023, 1, 1))
    first = enter_register(data=told, person=county.person("performance_office"))
    return [first, *(enter(county, name) for name in ("乙事务所", "丙事务所"))]


def drawn(county: County, year: SubjectYear, seed: str = "3061.24", **more: object) -> EvaluatorDraw:
    with clock.at(DAY):
        return draw_evaluator(
            drawing=Drawing(year, "fiscal", seed, more.pop("recusals", {}), **more),  # type: ignore[arg-type]
            person=county.person("performance_office"),
        )


def ordered(county: County, year: SubjectYear, body: Organisation) -> Evaluation:
    order = EvaluationOrder(year, "fiscal", "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
    with clock.at(DAY):
        return start_evaluation(order=order, person=county.person("performance_office"))


def test_no_third_party_without_a_draw_and_only_the_one_drawn(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    with pytest.raises(Refused, match="还没有抽取") as refused:
        ordered(county, year, library[0].organisation)
    assert CLAUSE in refused.value.refusals[0].clause
    one = drawn(county, year)
    other = next(entry for entry in library if entry.pk != one.chosen_id)
    with pytest.raises(Refused, match="不能改派") as refused:
        ordered(county, year, other.organisation)
    assert CLAUSE in refused.value.refusals[0].clause
    made = ordered(county, year, one.chosen.organisation)
    one.refresh_from_db()
    assert one.evaluation == made
    assert [line.action for line in history(one)] == ["evaluation.draw_evaluator"]


def test_the_bureau_itself_evaluates_without_a_draw(county: County, year: SubjectYear) -> None:
    assert ordered(county, year, county.bureau).evaluator == county.bureau


def test_a_place_without_the_rule_assigns_as_before(db: None) -> None:
    county = make_county()
    year = make_budgeted(county)
    body = Organisation.objects.get(pk=county.person("agency").organisation_id)
    assert ordered(county, year, body).evaluator == body


def test_a_draw_is_repeated_from_its_seed_and_shows_a_changed_population(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    one = drawn(county, year)
    assert verify_evaluator_draw(one) == []
    assert [int(key) for key in one.population] == [entry.pk for entry in library]
    one.chosen_id = next(entry.pk for entry in library if entry.pk != one.chosen_id)
    assert verify_evaluator_draw(one)
    one.refresh_from_db()
    one.population = one.population[1:]
    assert verify_evaluator_draw(one) == ["总体清单与抽取时不同，摘要对不上"]


def test_recusal_needs_a_reason_and_leaves_out(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    first, second, third = library
    with pytest.raises(Refused, match="回避须写明原因"):
        drawn(county, year, recusals={first.pk: " "})
    one = drawn(county, year, recusals={first.pk: "三年内为该单位审计", second.pk: "负责人近亲属任职"})
    assert one.chosen == third
    assert [row["reason"] for row in one.recused] == ["三年内为该单位审计", "负责人近亲属任职"]


def test_only_who_is_in_the_register_takes_part(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    first, second, third = library
    office = county.person("performance_office")
    leave_register(evaluator=first, day=DAY, reason="资质到期", person=office)
    later = enter(county, "丁事务所", day=date(2024, 4, 2))
    other = enter(county, "戊事务所", "水利")
    one = drawn(county, year, field="教育")
    assert {int(key) for key in one.population} == {second.pk, third.pk}
    assert {later.pk, other.pk}.isdisjoint({int(key) for key in one.population})


def test_a_second_draw_only_after_the_first_is_set_aside_with_a_reason(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    office, one = county.person("performance_office"), drawn(county, year)
    with pytest.raises(Refused, match="不能重抽"):
        drawn(county, year, "1")
    with pytest.raises(Refused, match="原因"):
        set_draw_aside(drawn=one, reason=" ", person=office)
    set_draw_aside(drawn=one, reason="人手不足", person=office)
    again = drawn(county, year, "1")
    assert str(one.chosen_id) not in again.population
    assert "人手不足" in again.recused[0]["reason"]
    ordered(county, year, again.chosen.organisation)
    with pytest.raises(Refused, match="已据此安排"):
        set_draw_aside(drawn=EvaluatorDraw.objects.get(pk=again.pk), reason="反悔", person=office)


def test_an_empty_register_or_seed_and_the_wrong_person_are_refused(county: County, year: SubjectYear) -> None:
    with pytest.raises(Refused, match="没有可以抽取"):
        drawn(county, year)
    with pytest.raises(Refused, match="随机种子"):
        drawn(county, year, " ")
    with pytest.raises(Refused, match="组织"):
        draw_evaluator(drawing=Drawing(year, "fiscal", "1", {}), person=county.person("agency"))


def written(county: County, year: SubjectYear, library: list[Evaluator]) -> Evaluation:
    recusals = {one.pk: "人手不足" for one in library[1:]}
    drawn(county, year, recusals=recusals)
    made, agency = ordered(county, year, library[0].organisation), county.person("agency")
    with clock.at(DAY):
        from_card = points_for(card_of(made), 85)  # type: ignore[arg-type]
        do_fieldwork(made, agency, county.person("performance_office"), county.person("unit_project"))
        save_scores(evaluation=made, points=from_card, reasons=dict.fromkeys(from_card, "资料不完整"), person=agency)
        sections = dict.fromkeys(("situation", "work", "analysis", "experience", "conclusion"), "内容")
        save_report(evaluation=made, sections=sections, findings=[], person=agency)
    return made


def test_a_report_goes_out_only_with_methods_and_standards(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    made, agency = written(county, year, library), county.person("agency")
    with pytest.raises(Refused) as refused:
        submit_report(evaluation=made, person=agency)
    assert {"没有写明评价方法", "没有写明评价标准"} == {one.message for one in refused.value.refusals}
    made.refresh_from_db()
    save_basis(evaluation=made, told=BasisData(["公众评判法"], ["计划标准"]), person=agency)
    with pytest.raises(Refused, match="定量"):
        submit_report(evaluation=made, person=agency)
    made.refresh_from_db()
    told = BasisData(["公众评判法", "比较法"], ["计划标准", "历史标准"], each=named(made, "计划标准"))
    save_basis(evaluation=made, told=told, person=agency)
    submit_report(evaluation=made, person=agency)
    assert made.state == "report_draft"


def named(made: Evaluation, standard: str) -> dict[str, str]:
    return {str(row.lineage): standard for row in standard_rows(made)}


def test_each_indicator_names_its_standard(county: County, year: SubjectYear, library: list[Evaluator], client: Client) -> None:
    goal = make_promise(year)
    for at, name in enumerate(("完成数量", "受益人数", "满意度"), 1):
        goal.indicators.create(position=at, level1="产出指标", level2="数量指标", name=name, target_text="≥9", weight=30, method="proportional")
    made, agency = written(county, year, library), county.person("agency")
    both, rows = ["计划标准", "历史标准"], standard_rows(made)
    assert len(rows) > 1
    with pytest.raises(Refused, match="不在本评价采用的标准之内"):
        save_basis(evaluation=made, told=BasisData(["比较法"], ["计划标准"], each=named(made, "历史标准")), person=agency)
    last = str(rows[-1].lineage)
    save_basis(evaluation=made, told=BasisData(["比较法"], both, each={**named(made, "计划标准"), last: ""}), person=agency)
    with pytest.raises(Refused) as refused:
        submit_report(evaluation=made, person=agency)
    assert [one.message for one in refused.value.refusals] == [f"指标“{rows[-1].name}”没有写明用哪一种评价标准"]
    assert "第二十三条" in refused.value.refusals[0].clause
    made.refresh_from_db()
    save_basis(evaluation=made, told=BasisData(["比较法"], ["行业标准"]), person=agency)
    assert set(dict(standards_by_row(made)).values()) == {"行业标准"}
    page = sign_in(client, agency)
    link = reverse("evaluation:basis", args=[made.pk])
    shown = page.get(link).content.decode()
    assert all(row.name in shown for row in rows)
    fields = {f"each-{row.lineage}": "历史标准" for row in rows}
    page.post(link, {"methods": ["比较法"], "standards": both, **fields, f"each-{last}": "计划标准", "seen": seal_of(made)})
    made.refresh_from_db()
    assert standards_by_row(made)[-1] == (rows[-1].name, "计划标准")
    assert "各指标的标准" in page.get(reverse("evaluation:detail", args=[made.pk])).content.decode()
    submit_report(evaluation=made, person=agency)
    assert made.state == "report_draft"


@pytest.mark.parametrize("empty", ["situation", "work", "analysis", "experience", "conclusion"])
def test_a_report_is_not_issued_while_a_demanded_part_is_empty(
    county: County, year: SubjectYear, library: list[Evaluator], empty: str
) -> None:
    made, agency = written(county, year, library), county.person("agency")
    save_basis(evaluation=made, told=BasisData(["比较法"], ["计划标准"]), person=agency)
    save_report(evaluation=made, sections={**made.sections, empty: " "}, findings=[], person=agency)
    with pytest.raises(Refused, match="报告缺少") as refused:
        submit_report(evaluation=made, person=agency)
    assert "第三十一条" in refused.value.refusals[0].clause


def test_a_report_is_confirmed_only_when_all_seven_demands_are_met(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    made, agency, office = written(county, year, library), county.person("agency"), county.person("performance_office")
    save_basis(evaluation=made, told=BasisData(["比较法"], ["计划标准"]), person=agency)
    with pytest.raises(Refused, match="提交以后"):
        look_at_report(evaluation=made, met=[], person=office)
    submit_report(evaluation=made, person=agency)
    consult_unit(evaluation=made, person=office)
    respond(evaluation=made, reply="没有意见", person=county.person("unit_project"))
    demands = ["依据充分", "真实完整", "数据准确", "分析透彻", "逻辑清晰", "客观公正", "建议可行"]
    look_at_report(evaluation=made, met=demands[:6], person=office)
    with pytest.raises(Refused, match="建议可行") as refused:
        confirm_evaluation(evaluation=made, answer="无", person=office)
    assert "第三十二条" in refused.value.refusals[0].clause
    made.refresh_from_db()
    look_at_report(evaluation=made, met=demands, person=office)
    confirm_evaluation(evaluation=made, answer="无", person=office)
    assert made.state == "confirmed"


def test_the_three_classifications_are_shown_on_the_record(county: County, year: SubjectYear) -> None:
    made = ordered(county, year, county.bureau)
    assert [text for _, text, _ in classes_of(made)] == ["本级部门预算资金绩效评价", "项目支出绩效评价", "财政评价"]
    assert all("第二十四条" in clause for *_, clause in classes_of(made))


def test_pages_of_a_draw(county: County, year: SubjectYear, library: list[Evaluator]) -> None:
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    assert "不能直接指定" in office.get(f"/evaluation/order/{year.pk}/").content.decode()
    page = f"/evaluation/order/{year.pk}/draw/"
    assert "丙事务所" in office.get(page).content.decode()
    told = {"kind": "fiscal", "seed": "3061.24", f"out-{library[1].pk}": "on", f"out-{library[2].pk}": "on"}
    assert office.post(page, told).status_code == 422
    told |= {f"reason-{library[1].pk}": "近亲属", f"reason-{library[2].pk}": "三年内审计"}
    answer = office.post(page, told)
    one = EvaluatorDraw.objects.get()
    assert answer["Location"] == f"/evaluation/evaluators/{one.pk}/"
    shown = office.get(answer["Location"]).content.decode()
    assert "重算一致" in shown
    assert "三年内审计" in shown
    assert "甲事务所" in office.get("/evaluation/evaluators/").content.decode()
    assert sign_in(Client(), county.person("agency")).get(answer["Location"]).status_code in {403, 404}
    made = ordered(county, year, library[0].organisation)
    agency = sign_in(Client(), county.person("agency"))
    assert agency.post(f"/evaluation/{made.pk}/basis/", {"methods": ["比较法"], "standards": ["计划标准"]}).status_code == 302
    assert "比较法" in agency.get(f"/evaluation/{made.pk}/").content.decode()
    assert "从库中抽取" in office.get(f"/evaluation/{made.pk}/").content.decode()
