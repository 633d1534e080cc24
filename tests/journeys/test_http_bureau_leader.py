"""A year of the bureau's leader at the browser: goals approved, results decided within their bounds, many at once."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.stages.results.models import Decision
from jiheng.stages.results.services import propose_decision
from tests.journeys.visitor import sit
from tests.made_results import make_result
from tests.make import County, make_budget, make_goal, make_subject

pytestmark = pytest.mark.django_db


def test_approval_freezes_the_goal(shared: County) -> None:
    with clock.at(date(2023, 1, 10)):
        goal = make_goal(shared, make_subject(shared, name="路灯节能改造项目"), "reviewed")
        leader = sit(shared, "bureau_leader")
        page = leader.todo("路灯节能改造项目", "随预算批复")
        assert page.press("退回复审", status=422).refusals
        done = page.press("随预算批复")
        assert done.state == "已批复"
        late = page.press("退回复审", {"办理意见": "晚了"}, status=409)
        assert "已批复" in late
        clerk = sit(shared, "unit_project")
        clerk.open(f"/goals/{goal.pk}/edit/", status=403)
        page = clerk.open(f"/goals/{goal.pk}/").follow("调整目标")
        assert page.press("形成新版本", {"调整原因": ""}, status=422).wrong
        draft = page.press("形成新版本", {"调整原因": "预算追加"})
        assert draft.url != f"/goals/{goal.pk}/"
        goal.refresh_from_db()
        assert goal.current, "the approved one stands until the new one is approved"


def proposed(county: County, name: str, total: str = "72") -> Decision:
    """A proposal that waits for the leader."""
    with clock.at(date(2022, 11, 1)):
        year = make_subject(county, name=name)
        make_budget(county, year)
    result = make_result(county, year, total)
    with clock.at(date(2024, 7, 5)):
        return propose_decision(evaluation=result, person=county.person("performance_office"))


def test_cut_is_decided_within_its_bounds_with_a_reason(shared: County) -> None:
    decision = proposed(shared, "道路清扫保洁项目")
    with clock.at(date(2024, 7, 6)):
        leader = sit(shared, "bureau_leader")
        page = leader.todo("道路清扫保洁项目", "作出决定")
        for typed in ("40", "5", "-1", "NaN", "Infinity", "1e400", "百分之十"):
            wrong = page.press("作出决定", {"核减比例": typed, "决定理由": "设备闲置"}, status=422)
            assert wrong.wrong or wrong.refusals, typed
        assert page.press("作出决定", {"核减比例": "15", "决定理由": ""}, status=422).wrong
        done = page.press("作出决定", {"核减比例": "１５％", "决定理由": "设备闲置"})
        assert done.state == "已决定"
        decision.refresh_from_db()
        assert (decision.ratio, decision.amount_fen) == (Decimal(15), 15_000_000)
        page.press("作出决定", {"核减比例": "20", "决定理由": "再定一次"}, status=409)
        assert any("道路清扫保洁项目" in one for one in (sit(shared, "unit_project").notices(),))


def test_two_leaders_decide_once(shared: County) -> None:
    decision = proposed(shared, "危桥改造项目")
    with clock.at(date(2024, 7, 6)):
        first, second = (sit(shared, "bureau_leader").open(f"/results/{decision.pk}/decide/") for _ in range(2))
        first.press("作出决定", {"核减比例": "12", "决定理由": "一"})
        second.press("作出决定", {"核减比例": "20", "决定理由": "二"}, status=409)
        decision.refresh_from_db()
        assert decision.ratio == Decimal(12)


def test_return_sends_a_proposal_back_with_its_reason(shared: County) -> None:
    decision = proposed(shared, "养护项目")
    with clock.at(date(2024, 7, 6)):
        leader, office = sit(shared, "bureau_leader"), sit(shared, "performance_office")
        page = leader.open(f"/results/{decision.pk}/")
        assert page.press("退回重提", status=422).refusals
        page.press("退回重提", {"办理意见": "基数有误"})
        assert any("基数有误" in one for one in office.todos("returned"))
        page = office.open(f"/results/{decision.pk}/").follow("重新提出处理意见")
        page.press("提出处理意见", {"建议比例": "20", "提出意见的说明": "基数已核对"})
        assert any("养护项目" in one for one in leader.todos())


def test_leader_confirms_only_what_was_computed_and_seen(shared: County) -> None:
    proposed(shared, "考核用项目", "92")
    with clock.at(date(2024, 9, 1)):
        office, leader = sit(shared, "performance_office"), sit(shared, "bureau_leader")
        page = office.open("/assessment/").press("计算考核得分")
        assert page.told
        page = leader.open("/assessment/").follow(shared.departments[0].name)
        form, _ = page.form_with("确认考核结果")
        stale = [(name, "1.00" if name == "total" else value) for name, value in page.values(form, {})]
        leader.send(form.at["action"], stale, referer=page.url, status=409)
        done = page.press("确认考核结果")
        assert "确认" in done
        office.open("/assessment/").press("计算考核得分")
        assert "由" in leader.open(page.url)
