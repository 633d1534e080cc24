"""What an agency does at the browser: what it was given, and nothing else; scores, report, submission."""

from datetime import date

import pytest

from jiheng.foundation import clock
from tests.journeys.visitor import Visitor, sit
from tests.make import County, make_organisation, make_person
from tests.stages.evaluation.builders import approved_goal, order, points_for

pytestmark = pytest.mark.django_db


def test_agency_scores_and_reports_and_what_is_unfinished_is_named(shared: County) -> None:
    record = order(shared)
    with clock.at(date(2024, 4, 1)):
        agency, name = sit(shared, "agency"), record.subject_year.name
        page = agency.todo(name, "评分")
        points = points_for(record)
        typed = {f"points-{key}": str(value) for key, value in points.items()}
        wrong = page.press("保存", {**typed, next(iter(typed)): "1000"}, status=422)
        assert wrong.wrong or wrong.refusals
        page = page.press("保存", typed | {f"reason-{key}": "佐证不完整" for key in points})
        refused = agency.open(f"/evaluation/{record.pk}/").press("提交报告初稿", status=422)
        assert len(refused.refusals) >= 2, "findings and report are both asked for at once"
        page = agency.todo(name, "撰写报告并提交")
        parts = {one.at["name"]: one.raw.strip() or "经现场核查，情况属实。" for one in page.main.every("textarea")
                 if one.at["name"].startswith("section-")}
        page = page.press(
            "保存并查看评价", parts, rows=[{"category": "产出", "text": "设备闲置", "amount_fen": "1", "advice": "调配使用"}],
        )  # fmt: skip
        done = page.press("提交报告初稿")
        assert done.state == "报告初稿"
        assert any(name in one for one in sit(shared, "performance_office").todos())
        agency.open(f"/evaluation/{record.pk}/score/", status=403)


def test_agency_sees_no_project_list_no_goals_and_nobody_elses_evaluation(shared: County) -> None:
    record = order(shared)
    year = approved_goal(shared).subject_year
    with clock.at(date(2024, 4, 1)):
        agency = sit(shared, "agency")
        for address in ("/subjects/", "/goals/", "/budgets/", "/dashboards/", "/audit/", "/exchange/", "/reports/"):
            agency.open(address, status=403)
        for address in (f"/subjects/{year.pk}/", f"/evaluation/order/{year.pk}/"):
            agency.open(address, status=404)
        found = agency.open(f"/search/?q={year.name}")
        assert "没有找到" in found.main.text
        assert f"/subjects/{year.pk}/" not in found.html
        rival = Visitor(make_person(make_organisation(shared.place, "agency", "另一机构"), "agency"), shared.cycle)
        assert not rival.todos()
        for address in ("", "score/", "report/", "form.xlsx", "report.pdf"):
            rival.open(f"/evaluation/{record.pk}/{address}", status=404)
