"""A year of the unit's finance clerk at the browser: the money half, the second signature, why money was not spent."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.stages.evaluation.models import SelfEvaluation
from tests.journeys.visitor import sit
from tests.make import County, make_goal, make_subject
from tests.stages.evaluation.builders import self_evaluation

pytestmark = pytest.mark.django_db


def test_money_half_reads_what_people_write_and_names_what_it_cannot(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_finance")
        page = clerk.open(f"/goals/{goal.pk}/edit/")
        assert "不能在此修改" in page, "the other half stands beside it to be read"
        for typed in ("一百万", "12.345.678", "-5", "NaN", "Infinity", "1e400", "9" * 40, "100元人民币左右"):
            wrong = page.press("保存", {"财政拨款": typed}, status=422)
            assert wrong.wrong, typed
            page = clerk.open(page.url)
        page = page.press("保存", {"财政拨款": "１，０００.5", "其他资金": "2.25万元"})
        goal.refresh_from_db()
        assert (goal.fiscal_fen, goal.other_fen) == (1_000_500_000, 2_250_000)
        assert next(line.action for line in history(goal)) == "goals.save_money"


def test_signature_of_one_falls_when_the_other_writes_again(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk, finance = sit(shared, "unit_project"), sit(shared, "unit_finance")
        clerk.open(f"/goals/{goal.pk}/").press("提交审核")
        assert any("另一位经办已签署" in one for one in finance.todos())
        finance.open(f"/goals/{goal.pk}/edit/").press("保存", {"资金测算说明": "重新询价后测算"})
        record = finance.open(f"/goals/{goal.pk}/").press("提交审核")
        assert record.state == "草拟"
        assert "已作废" in record
        record = clerk.open(record.url).press("提交审核")
        assert record.state == "主管部门审核"


def test_two_windows_of_the_money_half(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_finance")
        first, second = (clerk.open(f"/goals/{goal.pk}/edit/") for _ in range(2))
        first.press("保存", {"财政拨款": "90"})
        stale = second.press("保存", {"财政拨款": "95"}, status=409)
        assert "没有生效" in stale
        goal.refresh_from_db()
        assert goal.fiscal_fen == 90_000_000


def test_project_half_is_not_for_the_finance_clerk(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared))
        clerk = sit(shared, "unit_finance")
        page = clerk.open(f"/goals/{goal.pk}/edit/")
        form, _ = page.form_with("保存")
        sent = [*page.values(form, {}), ("objective", "财务写的目标"), ("rows-TOTAL_FORMS", "0")]
        clerk.send(page.url, sent, referer=page.url)
        goal.refresh_from_db()
        assert goal.objective != "财务写的目标"
        assert goal.indicators.count() == 7


def test_self_evaluation_waits_for_the_reason_of_slow_spending(shared: County) -> None:
    record = self_evaluation(shared, "filled")
    SelfEvaluation.objects.filter(pk=record.pk).update(execution_reason="")
    with clock.at(date(2024, 2, 5)):
        clerk = sit(shared, "unit_finance")
        refused = clerk.open(f"/evaluation/self/{record.pk}/").press("提交审核", status=422)
        said = next(one for one in refused.refusals if "执行率" in one.message)
        assert said.remedy
        assert said.clause
        clerk.todo(record.goal.subject_year.name, "填写执行偏差原因").press("保存", {"执行偏差原因": "尾款次年支付"})
        page = clerk.open(f"/evaluation/self/{record.pk}/").press("提交审核")
        assert page.state == "填报中"
        assert not any("填写执行偏差原因" in one for one in clerk.todos())
