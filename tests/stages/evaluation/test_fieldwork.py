"""The work before a report: plan approved by somebody else, material in working days, visits, questionnaires, clues."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.cycles.clocks import working_day_after
from jiheng.stages.evaluation.fieldwork.access import visible_records, visible_requests, visible_schemes
from jiheng.stages.evaluation.fieldwork.queries import done_steps, satisfaction, standing
from jiheng.stages.evaluation.fieldwork.services import (
    RecordData,
    add_record,
    argue_scheme,
    ask_material,
    begin_scheme,
    deliver_material,
    move_scheme,
    receive_request,
    refuse_material,
    save_scheme,
    strike_record,
)
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, FieldRecord, MaterialRequest
from jiheng.stages.evaluation.queries import score_rows
from jiheng.stages.evaluation.services.evaluations import (
    EvaluationOrder,
    card_of,
    save_report,
    save_scores,
    start_evaluation,
    submit_report,
)
from jiheng.stages.results.accountability.clues import clues_in
from jiheng.stages.results.accountability.sources import source_of
from tests.made_results import do_fieldwork, drawn_for, make_budgeted, points_for, say_basis
from tests.make import County, make_county, sign_in

DAY = date(2024, 4, 1)
CLAUSE = "第二十九条"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def county(db: None) -> County:
    return make_county("hunan-tianyuan")


def ordered(county: County) -> Evaluation:
    """An evaluation given to the agency in the place's own way."""
    year, office, agency = make_budgeted(county), county.person("performance_office"), county.person("agency")
    body = Organisation.objects.get(pk=agency.organisation_id)
    with clock.at(DAY):
        drawn_for(year, "fiscal", body, office)
        order = EvaluationOrder(year, "fiscal", "project_evaluation", year.requested_fen, body, date(2024, 6, 30))
        return start_evaluation(order=order, person=office)


@pytest.fixture
def made(county: County) -> Evaluation:
    return ordered(county)


def plan(county: County, made: Evaluation) -> EvaluationScheme:
    agency = county.person("agency")
    scheme = begin_scheme(evaluation=made, person=agency)
    save_scheme(scheme=scheme, text="逐项核实", steps=["material", "visit", "survey", "expert"], person=agency)
    return scheme


def approved(county: County, made: Evaluation) -> EvaluationScheme:
    agency, office = county.person("agency"), county.person("performance_office")
    scheme = plan(county, made)
    move_scheme(scheme=scheme, action="submit", person=agency)
    argue_scheme(scheme=scheme, people="评价组", opinion="可行", person=office)
    move_scheme(scheme=scheme, action="approve", person=office)
    return scheme


def told(refused: pytest.ExceptionInfo[Refused]) -> str:
    return "；".join(f"{one.message}（{one.clause}）" for one in refused.value.refusals)


@pytest.mark.feature("6.11")
def test_nothing_begins_before_the_plan_is_argued_and_approved(county: County, made: Evaluation) -> None:
    agency, office = county.person("agency"), county.person("performance_office")
    points = points_for(card_of(made), Decimal(85))
    with clock.at(DAY):
        for act in (
            lambda: save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "少"), person=agency),
            lambda: ask_material(evaluation=made, text="合同", person=agency),
            lambda: add_record(evaluation=made, told=RecordData("visit", DAY, "属实", "现场", "甲"), person=agency),
        ):
            with pytest.raises(Refused, match="工作方案还没有批准"):
                act()
        scheme = begin_scheme(evaluation=made, person=agency)
        with pytest.raises(Refused) as refused:
            move_scheme(scheme=scheme, action="submit", person=agency)
        assert "没有内容" in told(refused)
        assert "没有安排“现场考察”" in told(refused)
        assert CLAUSE in told(refused)
        save_scheme(scheme=scheme, text="逐项核实", steps=["material", "visit", "survey", "expert"], person=agency)
        move_scheme(scheme=scheme, action="submit", person=agency)
        with pytest.raises(Refused, match="论证意见"):
            move_scheme(scheme=scheme, action="approve", person=office)
        with pytest.raises(Refused) as refused:
            argue_scheme(scheme=scheme, people=" ", opinion="", person=office)
        assert len(refused.value.refusals) == 2
        argue_scheme(scheme=scheme, people="评价组", opinion="可行", person=office)
        with pytest.raises(Refused):
            move_scheme(scheme=scheme, action="approve", person=agency)
        move_scheme(scheme=scheme, action="approve", person=office)
        save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "少"), person=agency)
    assert done_steps(made) == ["scheme"]


@pytest.mark.feature("6.11")
def test_a_plan_that_was_sent_back_is_argued_anew(county: County, made: Evaluation) -> None:
    agency, office = county.person("agency"), county.person("performance_office")
    with clock.at(DAY):
        scheme = plan(county, made)
        move_scheme(scheme=scheme, action="submit", person=agency)
        argue_scheme(scheme=scheme, people="评价组", opinion="样本太少", person=office)
        move_scheme(scheme=scheme, action="return", comment="扩大样本", person=office)
        scheme.refresh_from_db()
        assert (scheme.state, scheme.argument) == ("draft", "")
        move_scheme(scheme=scheme, action="submit", person=agency)
        with pytest.raises(Refused, match="论证意见"):
            move_scheme(scheme=scheme, action="approve", person=office)


def test_two_on_one_plan_the_second_is_told(county: County, made: Evaluation) -> None:
    with clock.at(DAY):
        scheme = plan(county, made)
        seen = scheme.version
        save_scheme(scheme=scheme, text="甲", steps=[], person=county.person("agency"), version=seen)
        with pytest.raises(Overtaken):
            save_scheme(scheme=scheme, text="乙", steps=[], person=county.person("agency"), version=seen)


@pytest.mark.feature("6.11")
@pytest.mark.parametrize("missing", ["material", "visit", "survey", "expert"])
def test_the_report_waits_for_every_step_of_the_place(county: County, made: Evaluation, missing: str) -> None:
    agency, office, unit = county.person("agency"), county.person("performance_office"), county.person("unit_project")
    with clock.at(DAY):
        approved(county, made)
        points = points_for(card_of(made), Decimal(85))
        save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "少"), person=agency)
        sections = dict.fromkeys(("situation", "work", "analysis", "experience", "conclusion"), "内容")
        save_report(evaluation=made, sections=sections, findings=[], person=agency)
        say_basis(made, agency)
        if missing != "material":
            deliver_material(asked=ask_material(evaluation=made, text="合同", person=agency), note="现场查阅", person=unit)
        counts = {"survey": (50, 46, 44)}
        for kind in ("visit", "survey", "expert"):
            if kind != missing:
                add_record(evaluation=made, told=RecordData(kind, DAY, "属实", "现场", "甲", "", *counts.get(kind, ())), person=agency)
        with pytest.raises(Refused) as refused:
            submit_report(evaluation=made, person=agency)
        labels = {"material": "调取材料", "visit": "现场考察", "survey": "问卷调查", "expert": "专家评价"}
        (only,) = [one for one in refused.value.refusals if "评价还没有" in one.message]
        assert labels[missing] in only.message
        assert CLAUSE in only.clause
        if missing == "material":
            deliver_material(asked=ask_material(evaluation=made, text="合同", person=office), note="现场查阅", person=unit)
        else:
            add_record(evaluation=made, told=RecordData(missing, DAY, "属实", "现场", "甲", "", *counts.get(missing, ())), person=agency)
        submit_report(evaluation=made, person=agency)
        assert made.state == "report_draft"


@pytest.mark.feature("6.35")
def test_material_is_due_in_working_days_and_late_from_the_day_after(county: County, made: Evaluation) -> None:
    agency, unit = county.person("agency"), county.person("unit_project")
    with clock.at(date(2024, 4, 1)):
        approved(county, made)
        asked = ask_material(evaluation=made, text="支付凭证", person=agency)
        assert asked.due == working_day_after(made.cycle, date(2024, 4, 1), 5)
        assert (asked.due - asked.asked_on).days > 5, "weekends do not count"
        receive_request(asked=asked, person=unit)
        with pytest.raises(Refused, match="已签收"):
            receive_request(asked=asked, person=unit)
    with clock.at(asked.due):
        assert standing(asked).late == 0
        assert "material" not in done_steps(made)
        assert withheld_by(county, made) == []
    with clock.at(asked.due.replace(day=asked.due.day + 1)):
        assert standing(asked).words == "逾期 1 天未提供"
        assert "material" in done_steps(made), "the report does not wait for who withholds"
        assert withheld_by(county, made) == ["支付凭证"]
        with pytest.raises(Refused, match="没有上传文件"):
            deliver_material(asked=asked, person=unit)
        deliver_material(asked=asked, note="档案室", person=unit)
        assert standing(asked).words == "逾期 1 天提供"
        assert withheld_by(county, made) == ["支付凭证"]


def withheld_by(county: County, made: Evaluation) -> list[str]:
    """What the performance office is told as clues on this evaluation's unit."""
    office = county.person("performance_office")
    found = [one for one in clues_in(office, made.cycle) if one.source.startswith("evaluation.materialrequest")]
    for one in found:
        assert one.situation == "duty_neglected"
        source = source_of(office, one.source)
        assert source is not None
        assert source.year.pk == made.subject_year_id
    return [one.text.split("“")[1].split("”")[0] for one in found]


@pytest.mark.feature("6.35")
def test_a_refusal_is_a_clue_at_once_until_the_material_comes(county: County, made: Evaluation) -> None:
    agency, unit = county.person("agency"), county.person("unit_head")
    with clock.at(DAY):
        approved(county, made)
        asked = ask_material(evaluation=made, text="会议纪要", person=agency)
        with pytest.raises(Refused, match="须写明理由"):
            refuse_material(asked=asked, reason=" ", person=unit)
        refuse_material(asked=asked, reason="涉及未公开事项", person=unit)
        assert withheld_by(county, made) == ["会议纪要"]
        deliver_material(asked=asked, note="现场查阅", person=unit)
        assert withheld_by(county, made) == []
        with pytest.raises(Refused, match="已提供"):
            deliver_material(asked=asked, note="再次", person=unit)


@pytest.mark.feature("6.13")
def test_questionnaires_count_and_prove_an_item(county: County, made: Evaluation) -> None:
    agency = county.person("agency")
    item = card_of(made).items[-1].key
    with clock.at(DAY):
        approved(county, made)
        for counts in ((0, 0, 0), (50, 51, 40), (50, 46, 47), ()):
            with pytest.raises(Refused):
                add_record(evaluation=made, told=RecordData("survey", DAY, "满意", "农户", "", "", *counts), person=agency)
        with pytest.raises(Refused) as refused:
            add_record(evaluation=made, told=RecordData("visit", date(2024, 4, 2), " "), person=agency)
        assert [one.where for one in refused.value.refusals] == ["made_on", "text", "venue", "people"]
        row = add_record(evaluation=made, told=RecordData("survey", DAY, "满意", "农户", "", item, 50, 46, 44), person=agency)
        assert str(satisfaction(row)) == "95.65"
        assert [one.proof for one in score_rows(made, card_of(made)) if one.proof] == ["问卷调查（04-01）"]
        strike_record(row=row, reason="份数记错", person=agency)
        assert [one.proof for one in score_rows(made, card_of(made)) if one.proof] == []
        assert "survey" not in done_steps(made)
        with pytest.raises(Refused, match="已作废"):
            strike_record(row=row, reason="再次", person=agency)


def test_what_was_asked_and_noted_does_not_change_in_the_database(county: County, made: Evaluation) -> None:
    with clock.at(DAY):
        do_fieldwork(made, county.person("agency"), county.person("performance_office"), county.person("unit_project"))
    day = date(2025, 1, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        MaterialRequest.objects.update(due=day)
    with pytest.raises(DatabaseError), transaction.atomic():
        MaterialRequest.objects.update(delivered_on=day)
    with pytest.raises(DatabaseError), transaction.atomic():
        FieldRecord.objects.update(text="别的")


def everybody(county: County) -> list[Person]:
    return [person_of(one) for one in Appointment.objects.filter(organisation__place=county.place).order_by("pk")]


@pytest.mark.feature("6.35")
def test_each_sees_their_own_part(county: County, made: Evaluation) -> None:
    with clock.at(DAY):
        do_fieldwork(made, county.person("agency"), county.person("performance_office"), county.person("unit_project"))
    for one in everybody(county):
        own_unit = one.is_unit and made.subject_year.unit_id in one.own
        if one.is_unit:
            assert visible_requests(one).exists() == own_unit, one.role
            assert not visible_schemes(one).exists()
            assert not visible_records(one).exists()
    for role in ("performance_office", "agency"):
        assert visible_schemes(county.person(role)).exists()
        assert visible_records(county.person(role)).count() == 3


@pytest.mark.feature("6.11")
def test_journey_on_the_pages(county: County, made: Evaluation) -> None:
    """The agency plans and asks, the bureau approves, the unit brings, all by their pages."""
    agency, office, unit = (sign_in(Client(), county.person(role)) for role in ("agency", "performance_office", "unit_project"))
    with clock.at(DAY):
        page = agency.get(f"/evaluation/{made.pk}/fieldwork/").content.decode()
        assert "工作方案批准以前" in page
        agency.post(f"/evaluation/{made.pk}/fieldwork/scheme/")
        scheme = EvaluationScheme.objects.get(evaluation=made)
        at = f"/evaluation/schemes/{scheme.pk}/"
        agency.post(f"{at}save/", {"text": "逐项核实", "steps": ["material", "visit", "survey", "expert"], "version": scheme.version})
        scheme.refresh_from_db()
        assert agency.post(f"{at}act/", {"action": "submit", "version": scheme.version}).status_code == 302
        scheme.refresh_from_db()
        assert "论证和批准工作方案" in office.get("/").content.decode()
        assert office.post(f"{at}argue/", {"people": "", "opinion": "", "version": scheme.version}).status_code == 422
        office.post(f"{at}argue/", {"people": "评价组", "opinion": "可行", "version": scheme.version})
        scheme.refresh_from_db()
        assert office.post(f"{at}act/", {"action": "approve", "version": scheme.version}).status_code == 302
        assert agency.post(f"/evaluation/{made.pk}/fieldwork/ask/", {"text": "合同"}).status_code == 302
        asked = MaterialRequest.objects.get()
        assert "提供评价材料" in unit.get("/").content.decode()
        here = f"/evaluation/materials/{asked.pk}/"
        assert unit.post(f"{here}deliver/").status_code == 422
        unit.post(f"{here}receive/")
        assert unit.post(f"{here}files/", {"file": SimpleUploadedFile("合同.png", PNG)}).status_code == 302
        assert unit.post(f"{here}deliver/").status_code == 302
        assert "已提供" in agency.get(here).content.decode()
        assert unit.get(f"/evaluation/{made.pk}/fieldwork/").status_code in (403, 404)
        wrong = {"kind": "survey", "made_on": "2024-04-01", "text": "满意", "sent": 10, "returned": 11, "satisfied": 9}
        assert agency.post(f"/evaluation/{made.pk}/fieldwork/record/", wrong).status_code == 422
        assert agency.post(f"/evaluation/{made.pk}/fieldwork/record/", {**wrong, "returned": 10}).status_code == 302
        row = FieldRecord.objects.get()
        assert agency.post(f"/evaluation/fieldwork/{row.pk}/files/", {"file": SimpleUploadedFile("问卷.png", PNG)}).status_code == 302
        assert "满意度 90" in office.get(f"/evaluation/{made.pk}/fieldwork/").content.decode()
        assert agency.post(f"/evaluation/fieldwork/{row.pk}/strike/", {"reason": "记错"}).status_code == 302


def test_where_the_place_says_nothing_nothing_waits(db: None) -> None:
    """The national rules demand no steps: an evaluation is scored at once, and the work may still be noted."""
    county = make_county("ningxia-yanchi")
    made = ordered(county)
    agency = county.person("agency")
    with clock.at(DAY):
        points = points_for(card_of(made), Decimal(85))
        save_scores(evaluation=made, points=points, reasons=dict.fromkeys(points, "少"), person=agency)
        add_record(evaluation=made, told=RecordData("visit", DAY, "属实", "现场", "甲"), person=agency)
    assert done_steps(made) == ["visit"]
