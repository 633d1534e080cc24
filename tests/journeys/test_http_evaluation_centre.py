"""What the evaluation centre does at the browser: the draw, the second scoring with reasons for every difference."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.stages.evaluation.services.draws import draw_rechecks
from tests.journeys.visitor import sit
from tests.make import County
from tests.stages.evaluation.builders import TOTAL, self_evaluation

pytestmark = pytest.mark.django_db


def test_recheck_keeps_both_totals_and_wants_a_reason_for_each_difference(shared: County) -> None:
    record = self_evaluation(shared, "submitted", name="营养改善计划项目")
    with clock.at(date(2024, 3, 20)):
        draw_rechecks(cycle=shared.cycle, count=1, seed="20240320", person=shared.person("performance_office"))
        centre = sit(shared, "evaluation_centre")
        page = centre.todo("营养改善计划项目", "复核")
        for typed in ("-1", "NaN", "21", "1e400", "十八"):
            wrong = page.press("完成复核", {"购置教学设备台数的复核得分": typed}, status=422)
            assert wrong.wrong or wrong.refusals, typed
        wrong = page.press("完成复核", {"购置教学设备台数的复核得分": "10"}, status=422)
        assert any("理由" in one for one in (*wrong.wrong, *(said.message for said in wrong.refusals)))
        done = page.press(
            "完成复核",
            {"购置教学设备台数的复核得分": "10", "购置教学设备台数的复核理由": "入库单只有60台", "复核意见": "佐证不足"},
        )
        assert done.state == "已复核"
        record.refresh_from_db()
        assert record.total == TOTAL, "the unit's own total stays"
        assert record.recheck_total == TOTAL - Decimal("8.33"), "18.33 became 10"
        page.press("完成复核", {"购置教学设备台数的复核得分": "11"}, status=409)
        assert "入库单只有60台" in sit(shared, "unit_project").open(f"/evaluation/self/{record.pk}/")
        assert any("营养改善计划项目" in one for one in sit(shared, "performance_office").todos())


def test_draw_can_be_checked_by_everybody_who_sees_it(shared: County) -> None:
    self_evaluation(shared, "submitted", name="义务教育补助项目")
    with clock.at(date(2024, 3, 20)):
        centre = sit(shared, "evaluation_centre")
        page = centre.open("/evaluation/draws/")
        if "抽取" not in page.buttons:
            drawn = draw_rechecks(cycle=shared.cycle, count=1, seed="7", person=shared.person("performance_office"))
            address = f"/evaluation/draws/{drawn.pk}/"
        else:
            address = page.press("抽取", {"抽取份数": "1", "seed": "7"}).url
        for role in ("evaluation_centre", "auditor", "congress"):
            shown = sit(shared, role).open(address)
            assert "义务教育补助项目" in shown
            assert sit(shared, role).open(f"{address}verify/").status == 200


def test_centre_is_refused_what_is_not_its_own(shared: County) -> None:
    record = self_evaluation(shared, "filled")
    with clock.at(date(2024, 3, 20)):
        centre = sit(shared, "evaluation_centre")
        for address in (f"/evaluation/self/{record.pk}/fill/", f"/evaluation/self/{record.pk}/recheck/", "/budgets/book/"):
            centre.open(address, status=403)
