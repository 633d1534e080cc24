"""Indicators and report reviewed by two people and by experts; an evaluation made together with the audit office."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.services import attach
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.experts.services import EvaluatorData, enter_register
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.documents import outline_of, report_of
from jiheng.stages.evaluation.fieldwork.services import begin_scheme, move_scheme, save_scheme
from jiheng.stages.evaluation.joint import services as joint
from jiheng.stages.evaluation.models import (
    Evaluation,
    EvaluationScheme,
    ExpertReview,
    IndicatorProposal,
    PartnerFinding,
    PlanLine,
)
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan
from jiheng.stages.evaluation.review_tables import is_reviewed, way_of
from jiheng.stages.evaluation.reviews.services import appoint_experts, draw_experts, give_opinion
from jiheng.stages.evaluation.services import evaluations as e
from jiheng.stages.evaluation.stage import todos
from jiheng.stages.results.models import Rectification
from jiheng.stages.results.services import (
    accept_rectification,
    issue_all,
    report_rectification,
    return_rectification,
)
from jiheng.stages.results.stage import todos as results_todos
from tests.made_results import make_budgeted, points_for
from tests.make import County, make_county, make_organisation, make_person, sign_in

DAY = date(2024, 4, 1)
PDF = b"%PDF-1.4\n%%EOF\n"
NAMES = ("专家一", "专家二", "专家三", "专家四")


@pytest.fixture
def county(db: None) -> County:
    return make_county("hunan-xiangtan")


@pytest.fixture
def experts(county: County) -> list[Person]:
    """Four experts of the register; the last one has no account."""
    pool = Organisation.objects.get(pk=county.person("expert").organisation_id)
    people = [make_person(pool, "expert", name) for name in NAMES[:3]]
    with clock.at(DAY):
        for name in NAMES:
            told = EvaluatorData(name, "expert", pool, "财政", "", date(2023, 1, 1))
            enter_register(data=told, person=county.person("performance_office"))
    return people


def ordered(county: County, *, partner: bool = False) -> Evaluation:
    """An evaluation by the agency; planned together with the audit office where asked."""
    year, office, agency = make_budgeted(county), county.person("performance_office"), county.person("agency")
    body = Organisation.objects.get(pk=agency.organisation_id)
    with clock.at(DAY):
        if partner:
            plan = begin_plan(cycle=county.cycle, person=office)
            audit = Organisation.objects.get(pk=county.person("auditor").organisation_id)
            add_lines(plan=plan, subjects=[year.pk], criteria=[], reason="财审联动", partner=audit, person=office)
            move_plan(plan=plan, action="submit", person=office)
            move_plan(plan=plan, action="adopt", person=county.person("bureau_leader"))
        order = e.EvaluationOrder(year, "fiscal", "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
        return e.start_evaluation(order=order, person=office)


def submitted(county: County, made: Evaluation) -> EvaluationScheme:
    agency = county.person("agency")
    scheme = begin_scheme(evaluation=made, person=agency)
    save_scheme(scheme=scheme, text="逐项核实", steps=[], person=agency)
    move_scheme(scheme=scheme, action="submit", person=agency)
    return scheme


def step(scheme: EvaluationScheme, action: str, person: Person, comment: str = "同意") -> None:
    move_scheme(scheme=scheme, action=action, person=person, comment=comment)


def before_experts(county: County, made: Evaluation) -> EvaluationScheme:
    scheme = submitted(county, made)
    step(scheme, "pass_first", county.person("division"))
    step(scheme, "pass_second", county.person("performance_office"))
    return scheme


def seated(county: County, made: Evaluation, count: int = 3) -> list[ExpertReview]:
    from jiheng.registers.experts.models import Evaluator  # noqa: PLC0415

    keys = list(Evaluator.objects.filter(kind="expert", name__in=NAMES).order_by("pk").values_list("pk", flat=True)[:count])
    return appoint_experts(evaluation=made, experts=keys, person=county.person("performance_office"))


def say(seats: list[ExpertReview], experts: list[Person], *verdicts: str) -> None:
    for seat, person, verdict in zip(seats, experts, verdicts, strict=False):
        give_opinion(seat=seat, verdict=verdict, opinion="指标合理", person=person)


def settled(county: County, made: Evaluation, experts: list[Person]) -> EvaluationScheme:
    scheme = before_experts(county, made)
    say(seated(county, made), experts, "pass", "pass", "pass")
    if made.partner is not None:
        step(scheme, "agree", county.person("auditor"))
    step(scheme, "approve", county.person("performance_office"))
    return scheme


def reported(county: County, made: Evaluation) -> None:
    agency = county.person("agency")
    points = points_for(e.card_of(made), Decimal(85))
    e.save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "少"), person=agency)
    parts = {section.key: f"{section.title}的内容" for section in outline_of(made).sections}
    found = [e.FindingData("money", "合同尾款挂账", "限期清理")]
    e.save_report(evaluation=made, sections=parts, findings=found, person=agency)
    e.submit_report(evaluation=made, person=agency)


def move(made: Evaluation, action: str, person: Person, comment: str = "同意") -> None:
    made.refresh_from_db()
    e.move_evaluation(evaluation=made, action=action, person=person, comment=comment)


def confirmed(county: County, made: Evaluation, experts: list[Person]) -> None:
    office = county.person("performance_office")
    move(made, "pass_first", county.person("division"))
    move(made, "pass_second", office)
    say(seated(county, made), experts, "pass", "pass", "return")
    move(made, "pass_expert", office)
    move(made, "consult", office)
    move(made, "respond", county.person("unit_project"), "没有意见")
    move(made, "confirm", office)


def told(refused: pytest.ExceptionInfo[Refused]) -> str:
    return "；".join(f"{one.message}（{one.clause}）" for one in refused.value.refusals)


@pytest.mark.feature("6.17")
def test_indicators_pass_two_people_and_the_experts_in_turn(county: County, experts: list[Person]) -> None:
    office, division, agency = county.person("performance_office"), county.person("division"), county.person("agency")
    made = ordered(county)
    with clock.at(DAY):
        scheme = submitted(county, made)
        for action in ("pass_second", "approve"):
            with pytest.raises(Refused, match="指标待初审") as refused:
                step(scheme, action, office)
            assert "第04部分" in told(refused)
        with pytest.raises(Refused, match="不由您办理"):
            step(scheme, "pass_first", agency)
        with pytest.raises(Refused, match="须写明意见"):
            step(scheme, "pass_first", division, "")
        step(scheme, "pass_first", division)
        both = make_person(county.bureau, "performance_office")
        step(scheme, "return", both, "不够具体")
        assert scheme.state == "draft"
        move_scheme(scheme=scheme, action="submit", person=agency)
        with pytest.raises(Refused):  # what was returned opens again, from the first step on
            step(scheme, "pass_second", office)
        step(scheme, "pass_first", division)
        step(scheme, "pass_second", office)
        with pytest.raises(Refused, match="须有3名以上专家，现有0名"):
            step(scheme, "approve", office)
        seats = seated(county, made, 4)
        with pytest.raises(Refused, match="还有4名专家没有写评审意见"):
            step(scheme, "approve", office)
        with pytest.raises(Refused, match="由专家本人填写"):
            give_opinion(seat=seats[0], verdict="pass", opinion="好", person=experts[1])
        with pytest.raises(Refused, match="没有写明评审意见"):
            give_opinion(seat=seats[0], verdict="pass", opinion=" ", person=experts[0])
        say(seats, experts, "pass", "pass", "return")
        give_opinion(seat=seats[3], verdict="return", opinion="签字意见", points=Decimal(70), person=office)
        with pytest.raises(Refused, match="已经填写"):
            give_opinion(seat=seats[0], verdict="return", opinion="改", person=experts[0])
        with pytest.raises(Refused, match="4名专家中2名同意，占50%，没有达到60%"):
            step(scheme, "approve", office)
        with pytest.raises(Refused, match="工作方案还没有批准"):
            reported(county, made)


@pytest.mark.feature("6.17")
def test_opinions_count_for_exactly_what_was_reviewed(county: County, experts: list[Person]) -> None:
    office, agency = county.person("performance_office"), county.person("agency")
    made = ordered(county)
    with clock.at(DAY):
        scheme = before_experts(county, made)
        seats = seated(county, made)
        say(seats, experts, "pass", "pass")
        step(scheme, "return", office, "再改")
        save_scheme(scheme=scheme, text="改过的方案", steps=[], person=agency)
        move_scheme(scheme=scheme, action="submit", person=agency)
        step(scheme, "pass_first", county.person("division"))
        step(scheme, "pass_second", office)
        with pytest.raises(Refused, match="现有0名"):
            step(scheme, "approve", office)
        with pytest.raises(Refused, match="所审的内容已经改动"):
            give_opinion(seat=seats[2], verdict="pass", opinion="好", person=experts[2])
        drawn = draw_experts(evaluation=made, count=3, seed="20240401上证指数", person=office)
        assert len(drawn[0].drawn["population"]) == 4
        assert {one.drawn["seed"] for one in drawn} == {"20240401上证指数"}
        with pytest.raises(Refused, match="可以抽取的专家有1名，不能抽取2名"):
            draw_experts(evaluation=made, count=2, seed="1", person=office)
        by = {person.name: person for person in experts}
        for seat in drawn:
            give_opinion(seat=seat, verdict="pass", opinion="好", person=by.get(seat.expert.name, office))
        step(scheme, "approve", office)
        assert scheme.state == "approved"
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpertReview.objects.update(opinion="别的")


@pytest.mark.feature("6.17")
def test_the_report_goes_to_the_unit_only_after_three_reviews_and_prints_them(county: County, experts: list[Person]) -> None:
    office, division = county.person("performance_office"), county.person("division")
    made = ordered(county)
    with clock.at(DAY):
        settled(county, made, experts)
        reported(county, made)
        with pytest.raises(Refused, match="报告待初审"):
            move(made, "consult", office)
        move(made, "pass_first", division, "数据完整")
        with pytest.raises(Refused, match="报告待复审"):
            move(made, "consult", office)
        move(made, "return", office, "结论不清")
        assert made.state == "scoring"
        e.submit_report(evaluation=made, person=county.person("agency"))
        assert [one.verb for one in todos(division) if one.url.endswith(f"/{made.pk}/")] == ["初审通过"]
        confirmed(county, made, experts)
    assert made.state == "confirmed"
    printed = str(report_of(made))
    for words in ("评价指标评审意见", "评价报告评审意见", "数据完整", "结论不清", "专家评审意见（建议退回修改）"):
        assert words in printed


def test_an_expert_sees_what_was_given_to_review_and_nothing_else(county: County, experts: list[Person]) -> None:
    made = ordered(county)
    other = county.person("expert")
    with clock.at(DAY):
        before_experts(county, made)
        assert not visible_evaluations(experts[0]).exists()
        seated(county, made)
        assert visible_evaluations(experts[0]).count() == 1
        assert not visible_evaluations(other).exists()
        assert "评审评价指标" in [one.verb for one in todos(experts[0])]
        client = sign_in(Client(), experts[0])
        give_opinion(seat=ExpertReview.objects.get(user_id=experts[1].user_id), verdict="pass", opinion="另一位的意见", person=experts[1])
        page = client.get(f"/evaluation/{made.pk}/reviews/").content.decode()
        assert "另一位的意见" not in page
        assert "另一位的意见" not in str(report_of(made, experts[0])), "nor in the report that experts download"
        assert "另一位的意见" in str(report_of(made, experts[1]))
        seat = ExpertReview.objects.get(user_id=experts[0].user_id)
        at, at_other = f"/evaluation/reviews/{seat.pk}/opinion/", ExpertReview.objects.exclude(pk=seat.pk)[0]
        assert at in page
        assert client.post(at, {f"seat{seat.pk}-verdict": "pass"}).status_code == 422
        assert client.post(f"/evaluation/reviews/{at_other.pk}/opinion/", {}).status_code == 404
        good = {f"seat{seat.pk}-verdict": "pass", f"seat{seat.pk}-opinion": "指标合理", f"seat{seat.pk}-points": "92"}
        assert client.post(at, good).status_code == 302
        assert client.post(f"/evaluation/{made.pk}/reviews/experts/", {"expert": [1]}).status_code == 403
        assert sign_in(Client(), county.person("unit_project")).get(f"/evaluation/{made.pk}/reviews/").status_code in (403, 404)
        office = sign_in(Client(), county.person("performance_office"))
        assert "指标合理" in office.get(f"/evaluation/{made.pk}/reviews/").content.decode()
        assert office.post(f"/evaluation/{made.pk}/reviews/draw/", {"count": 9, "seed": "1"}).status_code == 422
        assert office.post(f"/evaluation/{made.pk}/reviews/experts/", {}).status_code == 422


def test_a_joint_evaluation_from_the_plan_to_the_last_signature(county: County, experts: list[Person]) -> None:
    office, auditor, unit = county.person("performance_office"), county.person("auditor"), county.person("unit_project")
    made = ordered(county, partner=True)
    assert str(made.partner) == auditor.organisation_name
    with clock.at(DAY):
        proposal = joint.propose_indicator(evaluation=made, text="结余率不高于5%", reason="审计关注", person=auditor)
        with pytest.raises(Refused, match="由联合评价的合作方"):
            joint.propose_indicator(evaluation=made, text="别的", reason="理由", person=county.person("discipline"))
        scheme = before_experts(county, made)
        say(seated(county, made), experts, "pass", "pass", "pass")
        with pytest.raises(Refused) as refused:
            step(scheme, "approve", office)
        assert "第1条指标建议还没有答复" in told(refused)
        assert "还没有经合作方同意" in told(refused)
        with pytest.raises(Refused, match="不采纳须写明理由"):
            joint.answer_proposal(proposal=proposal, verdict="declined", answer="", person=office)
        step(scheme, "agree", auditor)
        joint.answer_proposal(proposal=proposal, verdict="adopted", answer="", person=office)
        with pytest.raises(Refused):  # adopted: other content, so experts and partner look at it again
            step(scheme, "approve", office)
        assert "共商评价指标" in [one.verb for one in todos(auditor)]
        say(seated(county, made), experts, "pass", "pass", "pass")
        step(scheme, "agree", auditor)
        assert "共商评价指标" not in [one.verb for one in todos(auditor)]
        step(scheme, "approve", office)
        reported(county, made)
        data = joint.PartnerFindingData("money", "资金结存", "", "清缴", 5_000_000)
        with pytest.raises(Refused, match="没有写明来源"):
            joint.file_finding(evaluation=made, told=data, person=auditor)
        data = joint.PartnerFindingData("money", "资金结存", "审计取证单", "清缴", 5_000_000)
        with pytest.raises(Refused, match="由联合评价的合作方"):
            joint.file_finding(evaluation=made, told=data, person=office)
        finding = joint.file_finding(evaluation=made, told=data, person=auditor)
        joint.attach_finding(finding=finding, name="取证单.pdf", content=PDF, person=auditor)
        with pytest.raises(Refused, match="还没有确定"):
            joint.take_over(evaluation=made, use="审计依据", person=auditor)
        confirmed(county, made, experts)
        with pytest.raises(Refused, match="不再增加问题"):
            joint.file_finding(evaluation=made, told=data, person=auditor)
        assert [one.text for one in made.findings.filter(partner_finding=finding)] == ["资金结存"]
        assert "审计取证单" in str(report_of(made))
        assert "接收评价结果" in [one.verb for one in todos(auditor)]
        joint.take_over(evaluation=made, use="审计依据", person=auditor)
        with pytest.raises(Refused, match="已经接收"):
            joint.take_over(evaluation=made, use="审计依据", person=auditor)
        one, two = issue_all(findings=made.findings.all(), person=office)
        for order in (one, two):
            attach(subject=order, row="", name="佐证.pdf", content=PDF, person=unit)
            report_rectification(rectification=order, measure="已清缴", outcome="完成", person=unit)
        assert [todo.verb for todo in results_todos(auditor)] == ["验收整改"] * 2
        accept_rectification(rectification=one, note="属实", person=office)
        assert (fresh(one).state, fresh(one).closed_on) == ("reported", None)
        with pytest.raises(Refused):
            accept_rectification(rectification=one, note="再签", person=county.person("discipline"))
        accept_rectification(rectification=one, note="审计核实", person=auditor)
        assert (fresh(one).state, fresh(one).acceptance_note) == ("closed", "属实；审计核实")
        accept_rectification(rectification=two, note="属实", person=auditor)
        assert fresh(two).state == "reported"
        return_rectification(rectification=two, comment="还差一笔", person=auditor)
        assert fresh(two).state == "issued"
    with pytest.raises(DatabaseError), transaction.atomic():
        PartnerFinding.objects.update(text="别的")


def fresh(record: Rectification) -> Rectification:
    return Rectification.objects.get(pk=record.pk)


def test_the_two_sides_on_the_page(county: County, experts: list[Person]) -> None:
    made = ordered(county, partner=True)
    audit, office = sign_in(Client(), county.person("auditor")), sign_in(Client(), county.person("performance_office"))
    at = f"/evaluation/{made.pk}/joint/"
    with clock.at(DAY):
        assert "指标共商" in audit.get(at).content.decode()
        assert audit.post(f"{at}propose/", {"text": "结余率"}).status_code == 422
        assert office.post(f"{at}propose/", {"text": "结余率", "reason": "关注"}).status_code == 403
        assert audit.post(f"{at}propose/", {"text": "结余率", "reason": "关注"}).status_code == 302
        key = IndicatorProposal.objects.get().pk
        assert "答复指标建议" in office.get("/").content.decode()
        here = f"/evaluation/joint/proposals/{key}/"
        assert office.post(here, {f"proposal{key}-verdict": "declined"}).status_code == 422
        assert office.post(here, {f"proposal{key}-verdict": "declined", f"proposal{key}-answer": "已有"}).status_code == 302
        filed = {"category": "money", "text": "结存", "source": "取证单", "advice": "清缴", "amount_fen": "1.5"}
        assert audit.post(f"{at}findings/", {**filed, "source": ""}).status_code == 422
        assert audit.post(f"{at}findings/", filed).status_code == 302
        finding = PartnerFinding.objects.get()
        paper = {"file": SimpleUploadedFile("取证单.pdf", PDF)}
        assert audit.post(f"/evaluation/joint/findings/{finding.pk}/files/", paper).status_code == 302
        assert audit.post(f"{at}take/", {"use": "依据"}).status_code == 403
        assert "取证单.pdf" in office.get(at).content.decode()
        assert finding.amount_fen == 1_500_000
        settled(county, made, experts)
        reported(county, made)
        confirmed(county, made, experts)
        assert "资金" not in str(made.partner)
        assert audit.post(f"{at}take/", {"use": "审计依据"}).status_code == 302
        assert "审计依据" in office.get(at).content.decode()


def test_others_are_no_partners_and_other_places_know_none(county: County, db: None) -> None:
    year, office = make_budgeted(county), county.person("performance_office")
    with clock.at(DAY):
        plan = begin_plan(cycle=county.cycle, person=office)
        congress = Organisation.objects.get(pk=county.person("congress").organisation_id)
        with pytest.raises(Refused, match="没有审计纪检岗位的人员"):
            add_lines(plan=plan, subjects=[year.pk], criteria=[], reason="", partner=congress, person=office)
        stranger = make_organisation(county.place, "overseer", "没有人的审计局")
        with pytest.raises(Refused):
            add_lines(plan=plan, subjects=[year.pk], criteria=[], reason="", partner=stranger, person=office)
        made = ordered(county)
        assert made.partner is None
        with pytest.raises(Refused, match="没有列为联合评价"):
            joint.propose_indicator(evaluation=made, text="别的", reason="理由", person=county.person("auditor"))
    elsewhere = make_county("ningxia-yanchi")
    year = make_budgeted(elsewhere)
    with clock.at(DAY):
        plan = begin_plan(cycle=elsewhere.cycle, person=elsewhere.person("performance_office"))
        audit = Organisation.objects.get(pk=elsewhere.person("auditor").organisation_id)
        with pytest.raises(Refused, match="没有规定联合评价"):
            add_lines(plan=plan, subjects=[year.pk], criteria=[], reason="", partner=audit, person=elsewhere.person("performance_office"))
    assert not PlanLine.objects.filter(plan=plan).exists()


def test_a_double_opinion_and_a_closed_year_are_refused(county: County, experts: list[Person], monkeypatch: Any) -> None:
    made = ordered(county)
    with clock.at(DAY):
        before_experts(county, made)
        seat = seated(county, made)[0]
        twin = ExpertReview.objects.get(pk=seat.pk)
        give_opinion(seat=seat, verdict="pass", opinion="好", person=experts[0])
        with pytest.raises(Overtaken):
            give_opinion(seat=twin, verdict="return", opinion="不好", person=experts[0])
        other = ExpertReview.objects.select_related("evaluation__cycle").exclude(pk=seat.pk)[0]
        other.evaluation.cycle.state = "closed"
        with pytest.raises(Refused, match="已封存"):
            give_opinion(seat=other, verdict="pass", opinion="好", person=experts[1])


def test_the_way_of_a_review_is_told_by_the_steps(county: County) -> None:
    """Rules that were frozen on PostgreSQL come back with their states in another order."""
    assert way_of(county.cycle, "indicators") == ["draft", "proposed", "second", "expert", "approved"]
    assert way_of(county.cycle, "report") == ["scoring", "report_draft", "report_second", "report_expert", "report_passed"]
    states = policy_for(county.cycle).workflows["evaluation"].states
    assert {one for one in states if is_reviewed(county.cycle, "report", one)} == {"report_passed", "consultation", "confirmed"}
