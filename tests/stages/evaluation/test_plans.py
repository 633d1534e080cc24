"""Plans of evaluation through services and pages: who, what is chosen and why, no adoption below the share."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.evaluation.models import EvaluationPlan, PlanLine
from jiheng.stages.evaluation.plans.access import visible_plans
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan, remove_line
from jiheng.stages.evaluation.stage import STAGE
from tests.make import County, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)


@pytest.fixture
def county() -> County:
    made = make_county("heilongjiang-hailin", 2020, day=date(2019, 12, 2))
    with clock.at(date(2020, 1, 6)):
        for _ in range(6):
            make_subject(made)
    return made


def subjects(county: County, count: int) -> list[int]:
    return list(county.cycle.subject_years.order_by("pk").values_list("pk", flat=True))[:count]


def plan_with(county: County, count: int, reason: str = "群众关注") -> EvaluationPlan:
    person = county.person("department_reviewer")
    plan = begin_plan(cycle=county.cycle, person=person)
    if count:
        add_lines(plan=plan, subjects=subjects(county, count), criteria=[], reason=reason, person=person)
    return plan


def test_plan_below_the_share_goes_nowhere(county: County) -> None:
    plan = plan_with(county, 1)
    with pytest.raises(Refused, match=r"部门评价没有达到20%：项目数1个，占6个的16\.67%，还差1个") as refused:
        move_plan(plan=plan, action="submit", person=county.person("department_reviewer"))
    assert "二（五）" in refused.value.refusals[0].clause
    assert plan.state == "draft"


def test_plan_at_the_share_is_submitted_and_adopted_by_another(county: County) -> None:
    plan = plan_with(county, 2)
    move_plan(plan=plan, action="submit", person=county.person("department_reviewer"))
    with pytest.raises(Refused):
        move_plan(plan=plan, action="adopt", person=county.person("department_reviewer"))
    move_plan(plan=plan, action="adopt", person=county.person("performance_office"))
    assert (plan.state, plan.adopted_on) == ("adopted", clock.today())
    assert plan.shares[0].startswith("部门评价：项目数2个，占6个的33.33%")


def test_plan_whose_subjects_grew_is_not_adopted(county: County) -> None:
    plan = plan_with(county, 2)
    move_plan(plan=plan, action="submit", person=county.person("department_reviewer"))
    with clock.at(DAY):
        for _ in range(5):
            make_subject(county)
    with pytest.raises(Refused, match=r"占11个的18\.18%"):
        move_plan(plan=plan, action="adopt", person=county.person("performance_office"))


def test_line_needs_a_reason_and_may_be_taken_out(county: County) -> None:
    plan, person = plan_with(county, 2, reason=""), county.person("department_reviewer")
    with pytest.raises(Refused, match="没有写明入选理由"):
        move_plan(plan=plan, action="submit", person=person)
    remove_line(line=PlanLine.objects.order_by("pk")[:1].get(), person=person)
    assert plan.lines.count() == 1


def test_plan_takes_only_what_is_the_departments_own(county: County) -> None:
    plan = plan_with(county, 0)
    with clock.at(DAY):
        other = make_subject(county, unit=1)
    own = other.department_id == plan.body_id
    if not own:
        with pytest.raises(Refused, match="不在可评价的范围内"):
            add_lines(plan=plan, subjects=[other.pk], criteria=[], reason="x", person=county.person("department_reviewer"))


def test_units_see_no_plans(county: County) -> None:
    plan_with(county, 1)
    assert not visible_plans(county.person("unit_project")).exists()
    assert visible_plans(county.person("congress")).count() == 1


def test_submitted_plan_is_locked_until_returned(county: County) -> None:
    plan, person = plan_with(county, 2), county.person("department_reviewer")
    move_plan(plan=plan, action="submit", person=person)
    with pytest.raises(Refused, match="须退回后才能修改"):
        add_lines(plan=plan, subjects=subjects(county, 3), criteria=[], reason="x", person=person)
    assert "确定评价计划" in [one.verb for one in STAGE.todos(county.person("performance_office"))]
    move_plan(plan=plan, action="return", person=county.person("performance_office"), comment="再补充")
    add_lines(plan=plan, subjects=subjects(county, 3), criteria=[], reason="x", person=person)
    assert plan.lines.count() == 3


def test_pages_of_a_plan(client: Client, county: County) -> None:
    sign_in(client, county.person("department_reviewer"), county.cycle)
    client.post(reverse("evaluation:plan_begin"))
    plan = EvaluationPlan.objects.get()
    address = reverse("evaluation:plan", args=[plan.pk])
    assert "还差2个" in client.get(address).content.decode()
    chosen = {"subject": subjects(county, 2), "reason": "实施期长"}
    assert client.post(reverse("evaluation:plan_add", args=[plan.pk]), chosen, follow=True).status_code == 200
    assert "占6个的33.33%" in client.get(address).content.decode()
    assert "还差" not in client.get(reverse("evaluation:plans")).content.decode().split("资金")[0]
    line = plan.lines.order_by("pk")[:1].get()
    client.post(reverse("evaluation:plan_remove", args=[plan.pk]), {"line": line.pk})
    plan.refresh_from_db()
    refused = client.post(reverse("evaluation:plan_act", args=[plan.pk]), {"action": "submit", "version": plan.version})
    assert refused.status_code == 422
    assert "没有达到20%" in refused.content.decode()
