"""Praise with a reward for good departments, public criticism for poor ones: proposed, decided by another, told."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.assessment.models import Assessment, Recognition
from jiheng.stages.assessment.recognition import (
    decide_recognition,
    recognise,
    recognition_notice,
    to_propose,
    visible_recognitions,
)
from jiheng.stages.assessment.services import assess_departments, confirm_assessment
from jiheng.stages.assessment.stage import STAGE
from tests.make import County, make_county, make_goal, make_organisation, make_subject, sign_in

CONCLUDING = date(2024, 11, 10)


def assessed(code: str, total: str) -> tuple[County, Assessment]:
    """A county with one department whose confirmed result has exactly this total."""
    county = make_county(code)
    with clock.at(date(2022, 10, 20)):
        make_goal(county, make_subject(county), "approved")
    with clock.at(CONCLUDING):
        made = assess_departments(cycle=county.cycle, person=county.person("performance_office"))[0]
        grade = county.policy.grades["assessment"].grade(Decimal(total)).key
        Assessment.objects.filter(pk=made.pk).update(total=Decimal(total), grade=grade)
        made.refresh_from_db()
        confirm_assessment(assessment=made, person=county.person("bureau_leader"))
    return county, made


@pytest.mark.parametrize(
    ("total", "effect"),
    [
        ("59.99", "通报批评"), ("60", ""), ("60.01", ""), ("79.99", ""),
        ("80", "通报表扬并实施奖励"), ("80.01", "通报表扬并实施奖励"), ("95", "通报表扬并实施奖励"),
    ],
)  # fmt: skip
def test_the_grade_decides_below_at_and_above(db: None, total: str, effect: str) -> None:
    county, made = assessed("hunan-tianyuan", total)
    office, fen = county.person("performance_office"), 5_000_000 if "奖励" in effect else 0
    if not effect:
        with pytest.raises(Refused, match="没有规定这一等级") as refused:
            recognise(assessment=made, reason="考核结果", person=office)
        assert "第四十三条" in refused.value.refusals[0].clause
        return
    one = recognise(assessment=made, reason="考核结果", person=office, amount_fen=fen)
    assert (one.effect, one.amount_fen) == (effect, fen)
    assert "第四十三条" in one.clause


def test_a_reward_has_its_amount_and_criticism_none(db: None) -> None:
    county, made = assessed("hunan-tianyuan", "85")
    office = county.person("performance_office")
    with pytest.raises(Refused, match="奖励须写明金额"):
        recognise(assessment=made, reason="优良", person=office)
    with pytest.raises(Refused, match="理由"):
        recognise(assessment=made, reason=" ", person=office, amount_fen=1)
    with pytest.raises(Refused, match="绩效管理股"):
        recognise(assessment=made, reason="优良", person=county.person("department_reviewer"), amount_fen=1)


def test_another_decides_and_the_department_is_told_of_what_is_agreed(db: None) -> None:
    county, made = assessed("hunan-tianyuan", "85")
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    reviewer = county.person("department_reviewer")
    one = recognise(assessment=made, reason="全年无失分", person=office, amount_fen=5_000_000)
    assert not visible_recognitions(reviewer).exists()
    with pytest.raises(Refused, match="局领导决定"):
        decide_recognition(one=one, agree=True, opinion="同意", person=office)
    with pytest.raises(Refused, match="意见"):
        decide_recognition(one=one, agree=True, opinion="", person=leader)
    decide_recognition(one=one, agree=True, opinion="同意", person=leader)
    assert visible_recognitions(reviewer).get() == one
    assert not visible_recognitions(county.person("department_reviewer", 1)).exists()
    assert Notice.objects.filter(organisation=made.department, text__contains="通报表扬并实施奖励").exists()
    assert {line.action for line in history(one)} == {"assessment.recognise", "assessment.recognised"}
    with pytest.raises(Refused, match="已经作出决定"):
        decide_recognition(one=one, agree=False, opinion="不同意", person=leader)


def test_what_is_declined_stays_with_the_bureau(db: None) -> None:
    county, made = assessed("hunan-tianyuan", "50")
    one = recognise(assessment=made, reason="多项失分", person=county.person("performance_office"))
    decide_recognition(one=one, agree=False, opinion="先约谈", person=county.person("bureau_leader"))
    assert not visible_recognitions(county.person("department_reviewer")).exists()


def test_a_place_that_attaches_nothing_has_none(db: None) -> None:
    county, made = assessed("ningxia-yanchi", "95")
    with pytest.raises(Refused, match="没有规定"):
        recognise(assessment=made, reason="优", person=county.person("performance_office"), amount_fen=1)


def test_pages_of_a_reward(db: None) -> None:
    county, made = assessed("hunan-tianyuan", "85")
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    leader = sign_in(Client(), county.person("bureau_leader"), county.cycle)
    page = f"/assessment/{made.pk}/"
    assert "提出通报表扬并实施奖励" in office.get(page).content.decode()
    assert office.post(f"{page}recognise/", {"amount_fen": "5", "reason": "全年无失分"}).status_code == 302
    one = Recognition.objects.get()
    assert leader.get(f"/assessment/recognitions/{one.pk}/notice.docx").status_code == 200
    told = {"do": "agree", "opinion": "同意"}
    assert leader.post(f"/assessment/recognitions/{one.pk}/decide/", told).status_code == 302
    reviewer = sign_in(Client(), county.person("department_reviewer"), county.cycle)
    assert "5.00" in reviewer.get(page).content.decode()
    document = Document(BytesIO(reviewer.get(f"/assessment/recognitions/{one.pk}/notice.docx").content))
    assert any("通报表扬并实施奖励" in line.text for line in document.paragraphs)
    assert reviewer.get(f"/assessment/recognitions/{one.pk}/notice.pdf").content.startswith(b"%PDF")


def placed(totals: dict[str, str], *, confirmed: bool = True) -> tuple[County, dict[str, Assessment]]:
    """A county of the place that goes by places; its departments have exactly these totals."""
    county = make_county("heilongjiang-hailin")
    found = {}
    for name, total in totals.items():
        department = make_organisation(county.place, "department", name)
        found[name] = Assessment.objects.create(
            place=county.place, cycle=county.cycle, department=department, scorecard="department_assessment",
            total=Decimal(total), grade=county.policy.grades["assessment"].grade(Decimal(total)).key,
            computed_at=clock.now(), confirmed_on=CONCLUDING if confirmed else None,
        )  # fmt: skip
    return county, found


NINE = {"甲": "95", "乙": "94", "丙": "93", "丁": "92.99", "戊": "80", "己": "70.01", "庚": "70", "辛": "69.99", "壬": "60"}


@pytest.mark.parametrize(
    ("name", "effect"),
    [("甲", "倾斜"), ("丙", "倾斜"), ("丁", ""), ("戊", ""), ("己", ""), ("庚", "扣减"), ("壬", "扣减")],
)
def test_first_and_last_places_lead_to_a_proposal_with_its_amount(db: None, name: str, effect: str) -> None:
    county, made = placed(NINE)
    office = county.person("performance_office")
    with clock.at(CONCLUDING):
        if not effect:
            with pytest.raises(Refused, match="没有规定这一等级或名次"):
                recognise(assessment=made[name], reason="考核名次", person=office, amount_fen=1)
            return
        with pytest.raises(Refused, match=f"{effect}须写明金额") as refused:
            recognise(assessment=made[name], reason="考核名次", person=office)
        assert "五（三）" in refused.value.refusals[0].clause
        one = recognise(assessment=made[name], reason="考核名次", person=office, amount_fen=1_000_000)
        assert effect in one.effect
        decide_recognition(one=one, agree=True, opinion="照办", person=county.person("bureau_leader"))
        sections = "".join(str(part) for part in recognition_notice(one).sections.values())
        assert f"{effect} 1.00 万元" in sections


def test_equal_points_share_a_place(db: None) -> None:
    county, made = placed(NINE | {"丁": "93"})
    with clock.at(CONCLUDING):
        one = recognise(assessment=made["丁"], reason="名次", person=county.person("performance_office"), amount_fen=1)
    assert one.action == "tilt"


def test_places_wait_until_every_result_is_confirmed_then_stand_on_the_desk(db: None) -> None:
    county, made = placed(NINE, confirmed=False)
    office = county.person("performance_office")
    Assessment.objects.exclude(pk=made["戊"].pk).update(confirmed_on=CONCLUDING)
    made["甲"].refresh_from_db()
    with clock.at(CONCLUDING):
        with pytest.raises(Refused, match="还有 1 个部门的考核结果没有确认，名次没有确定"):
            recognise(assessment=made["甲"], reason="名次", person=office, amount_fen=1)
        assert to_propose(county.cycle) == []
        confirm_assessment(assessment=made["戊"], person=county.person("bureau_leader"))
        assert {str(one.department) for one in to_propose(county.cycle)} == {"甲", "乙", "丙", "庚", "辛", "壬"}
        assert sum(todo.verb == "提出预算处理" for todo in STAGE.todos(office)) == 6


def test_the_page_shows_the_place_s_consequence_and_takes_the_amount(client: Client, db: None) -> None:
    county, made = placed(NINE)
    sign_in(client, county.person("performance_office"), county.cycle)
    with clock.at(CONCLUDING):
        shown = client.get(f"/assessment/{made['壬'].pk}/").content.decode()
        assert "扣减金额（万元）" in shown
        client.post(f"/assessment/{made['壬'].pk}/recognise/", {"reason": "考核末位", "amount_fen": "5"})
        one = Recognition.objects.get()
        assert (one.action, one.amount_fen) == ("deduct", 5_000_000)
        assert "扣减金额" in client.get(f"/assessment/{made['壬'].pk}/").content.decode()
