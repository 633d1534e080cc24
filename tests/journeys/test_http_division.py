"""A year of the bureau's division at the browser: first review, closing of monitoring, the gate of the library."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.stages.monitoring import services as monitoring
from tests.journeys.visitor import sit
from tests.make import County, make_goal, make_subject
from tests.stages.monitoring.build import DAY, paid_project, said

pytestmark = pytest.mark.django_db


def test_first_review_hands_on_to_the_performance_office(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "division")
        division, office = sit(shared, "division"), sit(shared, "performance_office")
        page = division.todo(goal.subject_year.name, "初审通过")
        assert page.press("初审通过").state == "绩效股复审"
        assert any(goal.subject_year.name in one and "复审通过" in one for one in office.todos())
        late = page.press("退回修改", {"办理意见": "晚了一步"}, status=409)
        assert "现为“绩效股复审”" in late
        assert division.open(page.url).state == "绩效股复审"


def test_division_may_not_take_the_steps_of_others(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "performance")
        division = sit(shared, "division")
        page = division.open(f"/goals/{goal.pk}/")
        assert "复审通过" not in page.buttons
        assert "绩效管理股" in page.main.text, "who may is said"
        token = str(page.response.context["csrf_token"])
        for action in ("pass", "approve", "approve_department", "submit", "no-such-step", ""):
            sent = [("csrfmiddlewaretoken", token), ("action", action), ("version", str(goal.version))]
            refused = division.send(f"/goals/{goal.pk}/act/", sent, referer=page.url, status=403)
            assert "没有由业务股室办理的步骤" in refused, action
        goal.refresh_from_db()
        assert goal.state == "performance"


def test_monitoring_is_closed_only_with_measures(shared: County) -> None:
    slow, steady = paid_project(shared, 0), paid_project(shared)
    with clock.at(DAY):
        point = monitoring.open_checkpoint(cycle=shared.cycle, key="q1", person=shared.person("performance_office"))
        for year in (slow, steady):
            report = point.reports.get(subject_year=year)
            project, finance = shared.person("unit_project"), shared.person("unit_finance")
            monitoring.save_readings(
                report=report, readings=said(report), note="招标推迟，尚未支付", measures=[], person=project
            )
            for one in (project, finance):
                monitoring.submit_report(report=report, person=one)
            monitoring.confirm_report(report=report, person=shared.person("department_reviewer"))
        division = sit(shared, "division")
        done = division.todo(f"{steady.name}（", "办结").press("办结")
        assert done.state == "已办结"
        page = division.todo(f"{slow.name}（", "办结")
        refused = page.press("办结", status=422)
        assert any("措施" in one.message and one.clause for one in refused.refusals)
        assert not any("deviations" in one.message for one in refused.refusals), "keys are for scripts"
        assert page.press("退回修改", {"办理意见": "未支付，请写明纠偏措施"}).state == "填报中"
        assert any("纠偏措施" in one for one in sit(shared, "unit_project").todos("returned"))


def test_gate_of_the_library_names_what_is_missing(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        blocked = make_subject(shared, change="new", is_major=True, requested_fen=900_000_000)
        free = make_subject(shared)
        division = sit(shared, "division")
        page = division.open(f"/appraisal/projects/{blocked.pk}/")
        assert page.refusals[0].clause
        form = next(one for one in page.main.every("form") if one.at.get("action", "").endswith("/enter/"))
        refused = division.send(form.at["action"], page.values(form, {}), referer=page.url, status=422)
        assert refused.refusals[0].message
        blocked.refresh_from_db()
        assert blocked.library_state == "proposed"
        done = division.open(f"/appraisal/projects/{free.pk}/").press("办理入库")
        assert "已入库" in done
        free.refresh_from_db()
        assert free.library_state == "entered"
