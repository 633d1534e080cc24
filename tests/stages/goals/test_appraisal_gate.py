"""What the appraisal decided holds for the goal: conditions stop the approval, a missing or negative conclusion the start."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.services import ConditionData, conclude_appraisal, meet_condition
from jiheng.stages.goals.services import approve_goal, move_many
from tests import make

pytestmark = pytest.mark.django_db
WEAK = ("policy_fit", "duty_fit", "need", "public_scope", "input_output")


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def concluded(county: make.County, year: SubjectYear, conclusion: str, *conditions: str) -> Appraisal:
    """An appraisal of the year with this conclusion, the whole amount agreed (nothing when refused)."""
    found = make.make_appraisal(county, year, state="scored", lost=WEAK if conclusion != "supported" else ())
    conclude_appraisal(
        appraisal=found,
        conclusion=conclusion,
        agreed_fen=0 if conclusion == "not_supported" else found.asked_fen,
        reason="依据和测算须补充，详见评估意见",
        person=county.person("performance_office"),
        conditions=[ConditionData(text, clock.today() + timedelta(days=30)) for text in conditions],
    )
    year.refresh_from_db()
    return found


def new_project(county: make.County) -> SubjectYear:
    return make.make_subject(county, change="new", name="数字课堂建设项目")


# --- conditions that are not met


@pytest.mark.feature("2.03")
def test_unmet_conditions_stop_the_approval_with_the_budget_but_not_the_work_before(county: make.County) -> None:
    year, leader = new_project(county), county.person("bureau_leader")
    appraisal = concluded(county, year, "supported_after_revision", "补充测算明细", "完善绩效目标")
    goal = make.make_goal(county, year, "reviewed")
    with pytest.raises(Refused) as refused:
        approve_goal(goal=goal, person=leader)
    assert [one.where for one in refused.value.refusals] == ["conditions", "conditions"]
    first = refused.value.refusals[0]
    assert "“补充测算明细”尚未完成" in first.message
    assert "不得批复绩效目标" in first.message
    assert "盐池县" in first.clause
    assert "登记完成情况" in first.remedy
    outcome = move_many(goals=[goal], person=leader, action="approve")
    assert (outcome.done, len(outcome.refused)) == ([], 1)
    one, two = appraisal.conditions.all()
    office = county.person("performance_office")
    meet_condition(condition=one, person=office, proof="已补充")
    with pytest.raises(Refused, match="完善绩效目标"):
        approve_goal(goal=goal, person=leader)
    meet_condition(condition=two, person=office, proof="已完善")
    approve_goal(goal=goal, person=leader)
    assert goal.state == "approved"


def test_the_page_says_beside_the_button_what_must_be_done_first(county: make.County) -> None:
    year = new_project(county)
    appraisal = concluded(county, year, "supported_after_revision", "补充测算明细")
    goal = make.make_goal(county, year, "reviewed")
    client = make.sign_in(Client(), county.person("bureau_leader"), county.cycle)
    page = client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
    assert "批复前须完成" in page
    assert "“补充测算明细”尚未完成" in page
    assert reverse("appraisal:detail", args=[appraisal.pk]) + "#conditions" in page
    told = {"action": "approve", "version": goal.version}
    answer = client.post(reverse("goals:act", args=[goal.pk]), told)
    assert answer.status_code == 422
    assert "“补充测算明细”尚未完成" in answer.content.decode()
    meet_condition(condition=appraisal.conditions.get(), person=county.person("division"), proof="已补充")
    assert "批复前须完成" not in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
