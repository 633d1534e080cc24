"""Results given back: by the organiser, with analysis and advice, by a day, signed for by the unit, as a letter."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.feedback import desk
from jiheng.stages.results.feedback.access import visible_feedbacks
from jiheng.stages.results.feedback.services import give_feedback, is_late, receive_feedback
from jiheng.stages.results.models import Feedback
from tests.channels.api.callers import call, mark, token_for
from tests.made_results import EVALUATED, make_budgeted, make_result
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db
SAID = {"analysis": "产出达到目标，设备有闲置", "advice": "调配使用，下年度按需申报"}


@pytest.fixture
def county() -> County:
    return make_county("hunan-tianyuan")


@pytest.fixture
def result(county: County) -> Evaluation:
    return make_result(county, make_budgeted(county))


def given(county: County, result: Evaluation, after: int = 5) -> Feedback:
    with clock.at(EVALUATED + timedelta(days=after)):
        return give_feedback(evaluation=result, person=county.person("performance_office"), **SAID)


@pytest.mark.parametrize(("after", "late"), [(19, False), (20, False), (21, True)])
def test_twenty_days_from_the_result_below_at_and_above(county: County, result: Evaluation, after: int, late: bool) -> None:
    made = given(county, result, after)
    assert (made.due, is_late(made)) == (EVALUATED + timedelta(days=20), late)
    assert made.due_clause


def test_it_is_given_back_once_by_the_organiser_and_signed_for_by_the_unit(county: County, result: Evaluation) -> None:
    office, head = county.person("performance_office"), county.person("unit_head")
    with clock.at(EVALUATED):
        assert [one.verb for one in desk.todos(office)] == ["反馈评价结果"]
        assert desk.todos(head) == []
        for person in (county.person("division"), county.person("department_reviewer"), head, county.person("agency")):
            with pytest.raises(Refused):
                give_feedback(evaluation=result, person=person, **SAID)
        with pytest.raises(Refused) as refused:
            give_feedback(evaluation=result, analysis=" ", advice="", person=office)
        assert [one.where for one in refused.value.refusals] == ["analysis", "advice"]
        assert {one.clause for one in refused.value.refusals} == {"《株洲市天元区预算绩效管理办法》第三十六条"}
    made = given(county, result)
    with pytest.raises(Refused, match="已经反馈"):
        given(county, result)
    assert Notice.objects.filter(organisation_id=head.organisation_id, text__contains="请签收").exists()
    assert desk.todos(office) == []
    assert [one.verb for one in desk.todos(head)] == ["签收"]
    assert not visible_feedbacks(county.person("unit_head", 2)).exists()
    assert not visible_feedbacks(county.person("department_reviewer", 1)).exists()
    assert not visible_feedbacks(county.person("agency")).exists()
    for person in (office, county.person("unit_head", 1)):
        with pytest.raises(Refused, match="被评价单位签收"):
            receive_feedback(feedback=made, reply="", person=person)
    with clock.at(date(2024, 4, 8)):
        receive_feedback(feedback=made, reply="没有意见", person=head)
    with pytest.raises(Refused, match="已经签收"):
        receive_feedback(feedback=made, reply="", person=head)
    assert {one.action for one in history(made)} == {"feedback.receive", "feedback.give"}


def test_pages_letter_and_places_without_the_rule(county: County, result: Evaluation, client: Client) -> None:
    sign_in(client, county.person("performance_office"), county.cycle)
    shown = client.get(reverse("results:feedbacks")).content.decode()
    assert "待反馈" in shown
    write = reverse("results:feedback_give", args=[result.pk])
    assert "闲置" in client.get(write).content.decode()  # the draft comes from the record
    assert client.post(write, SAID | {"advice": ""}).status_code == 422
    assert client.post(write, SAID).status_code == 302
    made = Feedback.objects.get()
    assert client.get(write).status_code == 403
    page = reverse("results:feedback", args=[made.pk])
    assert "待被评价单位签收" in client.get(page).content.decode()
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        file = client.get(reverse("results:feedback_file", args=[made.pk, kind]))
        assert file.getvalue().startswith(start)
    sign_in(client, county.person("unit_head"), county.cycle)
    assert client.post(reverse("results:feedback_receive", args=[made.pk]), {"reply": "同意"}).status_code == 302
    assert "同意" in client.get(page).content.decode()
    other = make_county()
    plain = make_result(other, make_budgeted(other))
    assert desk.todos(other.person("performance_office")) == []
    with pytest.raises(Refused, match="没有规定评价结果的反馈"):
        give_feedback(evaluation=plain, person=other.person("performance_office"), **SAID)


def test_the_interface_gives_back_and_signs(county: County, result: Evaluation) -> None:
    office = token_for(county.person("performance_office"))
    answer = call(office, "POST", f"evaluations/{result.pk}/feedback", SAID, etag=mark(result))
    assert answer.status_code == 200, answer.content.decode()
    made = Feedback.objects.get()
    unit = token_for(county.person("unit_head"))
    assert call(unit, "POST", f"feedbacks/{made.pk}/receive", {"reply": "同意"}, etag=mark(made)).status_code == 200
    assert call(unit, "GET", f"feedbacks/{made.pk}").json()["reply"] == "同意"
    assert len(call(office, "GET", "feedbacks").json()["items"]) == 1
