"""Self-evaluations that a place has scored on a review table, by department and bureau, each for its own."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.cycles.review_tables import Answers
from jiheng.stages.evaluation.models import SelfEvaluation, SelfReview
from jiheng.stages.evaluation.selfreview.services import card_of, review_self_evaluation
from jiheng.stages.evaluation.services import self_evaluations as s
from tests import make
from tests.stages.evaluation import builders as b

pytestmark = pytest.mark.django_db
SCORED = "hunan-zixing"


@pytest.fixture
def county() -> make.County:
    return make.make_county(SCORED)


@pytest.fixture
def record(county: make.County) -> SelfEvaluation:
    """One that waits for the department."""
    return b.self_evaluation_past_reviews(county, "department")


def answers(record: SelfEvaluation, tier: str = "excellent", **changed: str) -> Answers:
    items = {item.key: changed.get(item.key, tier) for item in card_of(record).items}
    return Answers(tiers=items, points={}, remarks={}, opinion="佐证与结果相符")


def score(county: make.County, record: SelfEvaluation, role: str, **changed: str) -> SelfReview:
    return review_self_evaluation(evaluation=record, person=county.person(role), answers=answers(record, **changed))


def words(refused: pytest.ExceptionInfo[Refused]) -> str:
    return "\n".join(str(one) for one in refused.value.refusals)


@pytest.mark.feature("3.07")
def test_both_sides_score_before_their_step(county: make.County, record: SelfEvaluation) -> None:
    with pytest.raises(Refused) as refused:
        s.confirm_self_evaluation(evaluation=record, person=county.person("department_reviewer"))
    assert "主管部门还没有对现有内容评分" in words(refused)
    assert len(card_of(record).items) == 25
    made = score(county, record, "department_reviewer", compliance_basis="good")
    assert (made.side, made.total) == ("department", Decimal("99.20"))  # 4 points, good ticks 0.8 of them
    s.confirm_self_evaluation(evaluation=record, person=county.person("department_reviewer"))
    with pytest.raises(Refused) as refused:
        s.accept_self_evaluation(evaluation=record, person=county.person("performance_office"))
    assert "绩效管理股还没有对现有内容评分" in words(refused)
    score(county, record, "performance_office")
    s.accept_self_evaluation(evaluation=record, person=county.person("performance_office"))
    record.refresh_from_db()
    assert record.state == "accepted"
    assert [one.action for one in history(record) if one.action == "self_evaluation.review"] == ["self_evaluation.review"] * 2


def test_review_counts_for_the_content_that_was_reviewed(county: make.County, record: SelfEvaluation) -> None:
    score(county, record, "department_reviewer")
    s.return_self_evaluation(evaluation=record, person=county.person("department_reviewer"), comment="偏差原因写细")
    record.refresh_from_db()
    s.save_execution_reason(evaluation=record, reason="两家供应商延期，明年一季度补齐", person=county.person("unit_finance"))
    for role in ("unit_project", "unit_finance"):
        record.refresh_from_db()
        s.submit_self_evaluation(evaluation=record, person=county.person(role))
    record.refresh_from_db()
    with pytest.raises(Refused) as refused:
        s.confirm_self_evaluation(evaluation=record, person=county.person("department_reviewer"))
    assert "主管部门还没有对现有内容评分" in words(refused)
    score(county, record, "department_reviewer")
    assert record.reviews.count() == 2


def test_only_whose_turn_it_is_scores_and_every_item_is_named(county: make.County, record: SelfEvaluation) -> None:
    for role, why in (("performance_office", "不在绩效管理股的审核环节"), ("unit_project", "办理"), ("bureau_leader", "办理")):
        with pytest.raises(Refused, match=why):
            score(county, record, role)
    reviewer = county.person("department_reviewer")
    with pytest.raises(Refused) as refused:
        review_self_evaluation(evaluation=record, person=reviewer, answers=Answers({}, {}, {}))
    assert len(refused.value.refusals) == 25
    short = Answers(answers(record, "good").tiers, {}, {})
    with pytest.raises(Refused, match="须写明审核意见"):
        review_self_evaluation(evaluation=record, person=reviewer, answers=short)
    with pytest.raises(Overtaken):
        review_self_evaluation(
            evaluation=record, person=reviewer, answers=answers(record), version=record.version - 1
        )
    assert not record.reviews.exists()


def test_reviews_are_kept_for_good(county: make.County, record: SelfEvaluation) -> None:
    made = score(county, record, "department_reviewer")
    with pytest.raises(DatabaseError), transaction.atomic():
        SelfReview.objects.filter(pk=made.pk).update(total=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SelfReview.objects.filter(pk=made.pk).delete()


def test_places_that_have_them_not_scored_offer_no_table() -> None:
    elsewhere = make.make_county()
    record = b.self_evaluation(elsewhere, "department")
    with pytest.raises(Refused, match="没有规定自评须按审核表评分"):
        score(elsewhere, record, "department_reviewer")
    s.confirm_self_evaluation(evaluation=record, person=elsewhere.person("department_reviewer"))


def test_on_the_pages(client: Client, county: make.County, record: SelfEvaluation) -> None:
    make.sign_in(client, county.person("department_reviewer"))
    detail, address = reverse("evaluation:self_detail", args=[record.pk]), reverse("evaluation:self_review", args=[record.pk])
    assert address in client.get(detail).content.decode()
    page = client.get(address).content.decode()
    assert page.count("data-item ") == 25
    assert "购置教学设备台数" in page
    sent = {"version": record.version, "opinion": "证据齐全", **{f"tier-{item.key}": "good" for item in card_of(record).items}}
    wrong = client.post(address, {**sent, "points-compliance_basis": "四分"})
    assert wrong.status_code == 422
    assert "不是最多两位小数的数" in wrong.content.decode()
    assert client.post(address, sent).status_code == 302
    told = client.get(detail).content.decode()
    assert "主管部门：<strong>80.00 分" in told
    assert "证据齐全" in told
    make.sign_in(client, county.person("unit_project"))
    assert "证据齐全" in client.get(detail).content.decode()
    assert client.get(address).status_code == 403
