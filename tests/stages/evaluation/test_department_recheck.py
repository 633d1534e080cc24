"""Departments' evaluations re-checked by the bureau: drawn, scored again, the first result kept, the second in force."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.subjects.models import Standing
from jiheng.registers.subjects.services import leave_standing
from jiheng.stages.evaluation.models import Evaluation, EvaluationVersion
from jiheng.stages.evaluation.queries import draw_population, members_of, verify_draw
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.evaluation.services.rechecks import recheck_evaluation
from tests.made_results import make_budgeted, make_result, points_for
from tests.make import County, make_county, sign_in

DAY = date(2024, 5, 8)


@pytest.fixture
def county(db: None) -> County:
    return make_county("heilongjiang-hailin")


def evaluated(county: County, total: str = "85") -> Evaluation:
    return make_result(county, make_budgeted(county), total, kind="department")


def drawn(county: County, count: int = 1) -> None:
    with clock.at(DAY):
        draw_rechecks(
            cycle=county.cycle, count=count, seed="3681.08", person=county.person("evaluation_centre"), purpose="department"
        )


def recheck(county: County, record: Evaluation, total: str, opinion: str = "佐证不足", role: str = "evaluation_centre") -> EvaluationVersion:
    points = points_for(card_of(record), Decimal(total))
    with clock.at(DAY):
        return recheck_evaluation(
            evaluation=record, points=points, reasons=dict.fromkeys(points, "材料不足"), opinion=opinion, person=county.person(role)
        )


@pytest.mark.feature("6.06")
@pytest.mark.parametrize(("total", "grade"), [("79.99", "fair"), ("80", "good"), ("80.01", "good")])
def test_the_rechecked_result_is_a_new_version_in_force(county: County, total: str, grade: str) -> None:
    record = evaluated(county)
    drawn(county)
    recheck(county, record, total)
    record.refresh_from_db()
    assert (record.total, record.grade) == (Decimal(total), grade)
    assert record.moved_at is not None
    assert record.moved_at.date() == DAY  # what was published before is due anew
    told = [(one.number, one.source, one.total, one.grade) for one in record.versions.all()]
    assert told == [(1, "confirmed", Decimal(85), "good"), (2, "recheck", Decimal(total), grade)]
    (line,) = [one for one in history(record) if one.action == "evaluation.recheck"]
    assert "佐证不足" in str(line.detail)


def test_versions_only_grow(county: County) -> None:
    record = evaluated(county)
    drawn(county)
    made = recheck(county, record, "70")
    with pytest.raises(DatabaseError), transaction.atomic():
        EvaluationVersion.objects.filter(pk=made.pk).update(total=99)
    with pytest.raises(Refused, match="已经复核"):
        recheck(county, record, "90")


def test_everything_against_a_recheck_is_said_at_once(county: County) -> None:
    record = evaluated(county)
    points = points_for(card_of(record), Decimal(80))
    missing = card_of(record).items[-1].key
    del points[missing]
    with pytest.raises(Refused) as refused:
        recheck_evaluation(evaluation=record, points=points, reasons={}, opinion=" ", person=county.person("evaluation_centre"))
    assert {"opinion", "draw", missing} <= {one.where for one in refused.value.refusals}
    assert not record.versions.exists()


@pytest.mark.parametrize("role", ["division", "department_reviewer", "bureau_leader", "agency"])
def test_only_the_offices_of_the_bureau_recheck(county: County, role: str) -> None:
    record = evaluated(county)
    drawn(county)
    with pytest.raises(Refused, match="抽查复核"):
        recheck(county, record, "70", role=role)


def test_a_result_that_a_decision_rests_on_is_not_rechecked(county: County) -> None:
    record = evaluated(county)
    drawn(county)
    left = Standing(
        subject_id=record.subject_year.subject_id, for_budget_year=2025, grade="good", score=Decimal(85), action="keep",
        cause="results.decision:1", text="照常安排", clause="二（六）",
    )  # fmt: skip
    leave_standing(standing=left, person=county.person("performance_office"))
    with pytest.raises(Refused, match="已据以作出预算处理决定"):
        recheck(county, record, "70")


def test_draws_of_both_kinds_stand_apart_and_can_be_repeated(county: County) -> None:
    record, other = evaluated(county), evaluated(county, "70")
    make_result(county, make_budgeted(county), "70")
    assert draw_population(county.cycle, "department") == [str(record.pk), str(other.pk)]
    assert draw_population(county.cycle) == []
    with pytest.raises(Refused, match="可抽取 2 份"):
        drawn(county, 3)
    drawn(county, 2)
    assert draw_population(county.cycle, "department") == []
    made = record.cycle.draws.get()
    assert verify_draw(made) == []
    recheck(county, record, "60")
    assert {(one.total, one.rechecked) for one in members_of(made)} == {(Decimal(85), Decimal(60)), (Decimal(70), None)}


def test_pages_from_draw_to_result(client: Client, county: County) -> None:
    record = evaluated(county)
    sign_in(client, county.person("evaluation_centre"), county.cycle)
    detail, page = reverse("evaluation:detail", args=[record.pk]), reverse("evaluation:department_recheck", args=[record.pk])
    assert page not in client.get(detail).content.decode()
    assert "部门评价" in client.get(reverse("evaluation:draws")).content.decode()
    told = {"purpose": "department", "department-count": "1", "department-seed": ""}
    assert client.post(reverse("evaluation:draw_new"), told).status_code == 422
    assert client.post(reverse("evaluation:draw_new"), told | {"department-seed": "3681.08"}).status_code == 302
    drawn_page = client.get(reverse("evaluation:draw", args=[county.cycle.draws.get().pk])).content.decode()
    assert "抽取部门评价 1 份" in drawn_page
    assert page in client.get(detail).content.decode()
    assert "复核得分" in client.get(page).content.decode()
    points = points_for(card_of(record), Decimal(70))
    sent = {f"points-{key}": str(value) for key, value in points.items()} | {f"reason-{key}": "材料不足" for key in points}
    refused = client.post(page, sent | {"opinion": ""})
    assert refused.status_code == 422
    assert "须写明复核意见" in refused.content.decode()
    assert client.post(page, sent | {"opinion": "佐证不足"}).status_code == 302
    shown = client.get(detail).content.decode()
    assert "第 2 版" in shown
    assert "85.00" in shown
