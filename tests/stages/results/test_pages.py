"""Pages of results as each role meets them: proposals, deciding, orders, reports, what others may not see."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import subject_key
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.pages import record_url
from jiheng.stages.results.access import visible_decisions, visible_rectifications
from jiheng.stages.results.models import Decision, Rectification
from jiheng.stages.results.services import decide_result, propose_decision, return_decision
from jiheng.stages.results.stage import milestones, returned, todos
from tests.made_results import PDF, make_budgeted, make_order, make_result
from tests.make import County, make_budget, make_county, make_person, make_place, make_subject, sign_in

DAY = date(2024, 7, 5)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def proposal(county: County) -> Decision:
    result = make_result(county, make_budgeted(county), "72")
    with clock.at(DAY):
        return propose_decision(evaluation=result, person=county.person("performance_office"))


def get(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(f"results:{name}", args=args) + query)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def decided(county: County, decision: Decision, ratio: str = "15") -> Decision:
    with clock.at(DAY):
        decide_result(
            decision=decision, ratio=Decimal(ratio), reason="设备闲置", person=county.person("bureau_leader")
        )
    return decision


def test_results_are_proposed_returned_and_decided_in_the_browser(county: County, client: Client) -> None:
    result = make_result(county, make_budgeted(county), "72")
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    with clock.at(DAY):
        sign_in(client, office, county.cycle)
        page = get(client, "waiting")
        assert result.subject_year.name in page
        assert "18.00" in page  # 10 % + (80 − 72) ÷ 20 × 20 % of 100 万元
        propose = reverse("results:propose")
        assert client.post(propose, {"pk": []}).status_code == 422
        assert client.post(propose, {"pk": [result.pk]}).status_code == 302
        decision = Decision.objects.get()
        assert client.get(reverse("results:decide", args=[decision.pk])).status_code == 403

        sign_in(client, leader, county.cycle)
        assert [one.url for one in todos(leader)] == [reverse("results:decide", args=[decision.pk])]
        act = {"action": "return", "comment": "再核实", "version": decision.version}
        assert client.post(reverse("results:act", args=[decision.pk]), act).status_code == 302
        assert client.post(reverse("results:act", args=[decision.pk]), act).status_code == 409  # of the same page

        sign_in(client, office, county.cycle)
        assert "再核实" in returned(office)[0].reason
        revise = reverse("results:revise", args=[decision.pk])
        assert client.get(revise).status_code == 200
        assert client.post(revise, {"ratio": "40", "comment": "严重"}).status_code == 422
        assert client.post(revise, {"ratio": "20%", "comment": "闲置一年以上"}).status_code == 302

        sign_in(client, leader, county.cycle)
        page = get(client, "decide", decision.pk)
        assert 'value="20"' in page
        assert "例外理由" in page
        decide = reverse("results:decide", args=[decision.pk])
        wrong = client.post(decide, {"ratio": "31", "reason": "闲置"})
        assert wrong.status_code == 422
        assert "超出规定的10%至30%" in wrong.content.decode()
        assert client.post(decide, {"ratio": "若干", "reason": "闲置"}).status_code == 422
        assert client.post(decide, {"ratio": "20", "reason": "闲置", "version": 1}).status_code == 409
        decision.refresh_from_db()
        good = {"ratio": "25", "reason": "闲置", "version": decision.version}
        assert client.post(decide, good).status_code == 302
    decision.refresh_from_db()
    assert decision.amount_fen == 25_000_000
    page = get(client, "decision", decision.pk)
    for words in ("25.00%", "75.00", "100.00×25%＝25.00", "盐池"):
        assert words in page
    assert "25.00" in get(client, "decisions", query="?state=decided&action=cut")
    assert record_url(subject_key(decision)) == reverse("results:decision", args=[decision.pk])


def test_the_notice_comes_as_word_and_pdf(county: County, proposal: Decision, client: Client) -> None:
    sign_in(client, county.person("performance_office"), county.cycle)
    for state in ("proposed", "decided"):
        if state == "decided":
            decided(county, proposal)
        assert client.get(reverse("results:notice_pdf", args=[proposal.pk])).content.startswith(b"%PDF")
        assert client.get(reverse("results:notice_docx", args=[proposal.pk])).content.startswith(b"PK")


def test_a_cut_is_posted_from_the_page_when_the_budget_has_come(
    county: County, proposal: Decision, client: Client
) -> None:
    office = county.person("performance_office")
    decided(county, proposal)
    apply = reverse("results:apply", args=[proposal.pk])
    sign_in(client, office, county.cycle)
    assert client.post(apply).status_code == 422
    with clock.at(DAY):
        later = open_cycle(place=county.place, budget_year=2025, person=office)
        again = make_subject(county, cycle=later, code=proposal.evaluation.subject_year.subject.code)
        make_budget(county, again)
    assert "核减写入台账" in get(client, "decision", proposal.pk)
    assert [one.verb for one in todos(office)][-1] == "写入台账"
    assert client.post(apply).status_code == 302
    proposal.refresh_from_db()
    assert proposal.budget_entry is not None
    page = get(client, "decision", proposal.pk)
    assert "核减写入台账" in page
    assert f"第 {proposal.budget_entry_id} 笔" in page


def test_rectification_in_the_browser(county: County, client: Client) -> None:
    result = make_result(county, make_budgeted(county), "72")
    unit, office = county.person("unit_project"), county.person("performance_office")
    with clock.at(DAY):
        sign_in(client, office, county.cycle)
        finding = result.findings.get()
        assert finding.text in get(client, "findings")
        assert finding.advice in get(client, "issue", finding.pk)
        issue = reverse("results:issue", args=[finding.pk])
        assert client.post(issue, {"requirement": ""}).status_code == 422
        assert client.post(issue, {"requirement": "九月底前调配完毕"}).status_code == 302
        record = Rectification.objects.get()
        assert client.get(issue).status_code == 404

        sign_in(client, unit, county.cycle)
        report = reverse("results:report", args=[record.pk])
        assert [one.url for one in todos(unit)] == [report]
        typed = {"measure": "已联系三所学校", "outcome": "调配完毕", "responsible": "设备科", "do": "report"}
        refused = client.post(report, typed)
        assert refused.status_code == 422
        assert "佐证" in refused.content.decode()
        assert "已联系三所学校" in refused.content.decode()  # what was typed is not lost
        bad = SimpleUploadedFile("调配单.pdf", b"not a pdf")
        assert client.post(report, typed | {"file": bad}).status_code == 422
        kept = client.post(report, typed | {"do": "save", "file": SimpleUploadedFile("调配单.pdf", PDF)})
        assert kept.status_code == 302
        assert "调配单.pdf" in get(client, "report", record.pk)
        assert client.post(report, typed).status_code == 302
        assert client.get(report).status_code == 403
        act = reverse("results:rectification_act", args=[record.pk])
        record.refresh_from_db()
        asked = {"action": "accept", "comment": "属实", "version": record.version}
        assert client.post(act, asked).status_code == 403  # the unit cannot close its own

        sign_in(client, office, county.cycle)
        extend = reverse("results:extend", args=[record.pk])
        assert client.post(extend, {"due": "明天吧", "reason": "流标"}).status_code == 422
        assert client.post(extend, {"due": "2024-10-01", "reason": "流标"}).status_code == 302
        assert "流标" in get(client, "rectification", record.pk)
        assert client.post(act, asked).status_code == 409, "the page of before shows another day"
        record.refresh_from_db()
        assert client.post(act, asked | {"version": record.version}).status_code == 302
        assert "已销号" in get(client, "rectifications", query="?state=closed")
    record.refresh_from_db()
    assert (record.state, record.acceptance_note) == ("closed", "属实")


def test_orders_are_given_in_bulk(county: County, client: Client) -> None:
    result = make_result(county, make_budgeted(county), "72")
    sign_in(client, county.person("performance_office"), county.cycle)
    url = reverse("results:issue_chosen")
    assert client.post(url, {"pk": []}).status_code == 422
    assert client.post(url, {"pk": [result.findings.get().pk]}).status_code == 302
    sign_in(client, county.person("division"), county.cycle)
    assert client.post(url, {"pk": [result.findings.get().pk]}).status_code == 403


def test_who_sees_decisions(county: County, proposal: Decision) -> None:
    def sees(person: Person) -> bool:
        return visible_decisions(person).filter(pk=proposal.pk).exists()

    whole = ("performance_office", "division", "treasury", "bureau_leader", "congress", "auditor")
    assert all(sees(county.person(role)) for role in whole)
    own = [county.person(role) for role in ("unit_project", "unit_finance", "unit_head", "department_reviewer")]
    assert not any(sees(person) for person in own)  # not before it is decided
    decided(county, proposal)
    assert all(sees(person) for person in own)
    others = [county.person("unit_project", 1), county.person("department_reviewer", 1)]
    outside = [county.person(role) for role in ("agency", "expert", "system_admin", "security_admin", "audit_admin")]
    assert not any(sees(person) for person in [*others, *outside])


def test_guessed_addresses_do_not_exist_for_others(county: County, proposal: Decision, client: Client) -> None:
    decided(county, proposal)
    order = make_order(county, proposal.evaluation)
    bureau = make_place("national", "别县")
    stranger = make_person(
        county.bureau.__class__.objects.create(
            place=bureau, code="B", name="别县财政局", kind="bureau", valid_from=date(2020, 1, 1)
        ),
        "performance_office",
    )
    for person in (stranger, county.person("unit_project", 1), county.person("agency")):
        sign_in(client, person)
        for name, pk in (
            ("decision", proposal.pk), ("notice_pdf", proposal.pk), ("rectification", order.pk), ("report", order.pk),
        ):  # fmt: skip
            assert client.get(reverse(f"results:{name}", args=[pk])).status_code == 404
        for name, pk in (("act", proposal.pk), ("apply", proposal.pk), ("rectification_act", order.pk)):
            assert client.post(reverse(f"results:{name}", args=[pk])).status_code == 404
    assert not visible_rectifications(stranger).exists()
    sign_in(client, county.person("unit_project", 0), county.cycle)
    assert client.get(reverse("results:waiting")).status_code == 403
    assert get(client, "rectification", order.pk)
    assert get(client, "decision", proposal.pk)


def test_evidence_follows_the_visibility_of_its_rectification(county: County, client: Client) -> None:
    from jiheng.foundation.files.services import evidence_of  # noqa: PLC0415 -- beside its only use
    from tests.made_results import prove  # noqa: PLC0415

    order = make_order(county, make_result(county, make_budgeted(county)))
    prove(county, order)
    url = reverse("files:download", args=[evidence_of(order).get().pk])
    for person, status in (
        (county.person("unit_project"), 200),
        (county.person("auditor"), 200),
        (county.person("unit_project", 2), 404),
        (county.person("agency"), 404),
    ):
        sign_in(client, person)
        assert client.get(url).status_code == status


@pytest.mark.parametrize("name", ["decisions", "rectifications", "waiting", "findings"])
def test_lists_ask_the_database_a_fixed_number_of_times(county: County, client: Client, name: str) -> None:
    def build(unit: int) -> None:
        result = make_result(county, make_budgeted(county, unit=unit), "72")
        if name == "decisions":
            propose_decision(evaluation=result, person=county.person("performance_office"))
        if name == "rectifications":
            make_order(county, result)

    def count() -> int:
        sign_in(client, county.person("performance_office"), county.cycle)
        get(client, name)
        with CaptureQueriesContext(connection) as queries:
            get(client, name)
        return len(queries)

    build(0)
    few = count()
    build(1)
    build(2)
    assert count() == few


def test_the_line_of_life_says_what_came_of_it(county: County, proposal: Decision) -> None:
    year, leader = proposal.evaluation.subject_year, county.person("bureau_leader")
    assert [one.text for one in milestones(year, leader)] == ["待决定"]
    assert [one.text for one in milestones(year, county.person("unit_project"))] == ["未开始"]
    return_decision(decision=proposal, person=leader, comment="再核实")
    assert [one.text for one in milestones(year, leader)] == ["退回重提"]
    other = proposal.evaluation
    make_order(county, other)
    assert [one.text for one in milestones(year, leader)] == ["退回重提", "0/1 已销号"]


def test_the_leader_agrees_at_once_to_results_that_keep_their_budgets(county: County, client: Client) -> None:
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    made = [
        propose_decision(evaluation=make_result(county, make_budgeted(county, unit=unit), total), person=office)
        for unit, total in ((0, "92"), (1, "85"), (2, "72"))
    ]
    url = reverse("results:agree")
    sign_in(client, office, county.cycle)
    assert client.post(url, {"pk": [made[0].pk]}).status_code == 403
    sign_in(client, leader, county.cycle)
    assert "同意照常安排" in get(client, "decisions")
    refused = client.post(url, {"pk": [one.pk for one in made]})
    assert refused.status_code == 422
    assert made[2].evaluation.subject_year.name in refused.content.decode()
    assert not Decision.objects.filter(state="decided").exists()
    assert client.post(url, {"pk": [one.pk for one in made[:2]]}).status_code == 302
    decided_ones = Decision.objects.filter(state="decided")
    assert {(one.amount_fen, one.reason) for one in decided_ones} == {(0, "同意按制度照常安排")}
    assert decided_ones.count() == 2
    assert client.post(url, {"pk": [made[0].pk]}).status_code == 422
