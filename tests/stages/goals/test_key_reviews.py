"""Key reviews: the list, the line to pass as dated data, what another line would do, money agreed, rewards."""

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.channels.scenarios.world import spread_loss
from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.refused import Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.rules.goal_review import Terms
from jiheng.stages.goals.keyreview.queries import (
    earned,
    failing,
    gate_of,
    judged,
    listed,
    mark_of,
    proposed,
    replayed,
)
from jiheng.stages.goals.keyreview.services import (
    agree_money,
    list_key_reviews,
    promise_rewards,
    strike_key_review,
)
from jiheng.stages.goals.models import AgreedMoney, Goal, GoalReward, KeyReview
from jiheng.stages.goals.services import (
    approve_goal,
    move_goal,
    pass_performance,
    return_goal,
    review_goal,
    save_money,
    submit_goal,
)
from jiheng.stages.goals.services.reviewing import card_of
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 11)
DUE = date(2021, 11, 30)


@pytest.fixture
def county() -> Iterator[make.County]:
    with clock.at(DAY):
        yield make.make_county("yunnan", 2022, day=DAY)


class Luck:
    """A stand-in for a scenario's world: only its luck is asked."""

    @staticmethod
    def luck(topic: str) -> random.Random:
        """Return the same numbers for the same topic."""
        return random.Random(topic)  # made-up points


def score(county: make.County, goal: Goal, total: str, role: str = "performance_office") -> None:
    """Score a goal to exactly a total."""
    card = card_of(goal)
    given = spread_loss(Luck(), total, [item.points for item in card.items], Decimal(total))  # type: ignore[arg-type]
    points = {item.key: value for item, value in zip(card.items, given, strict=True)}
    tiers = {
        item.key: next(t.key for t in sorted(card.tiers, key=lambda one: -one.low) if points[item.key] / item.points >= t.low)
        for item in card.items
    }
    review_goal(goal=goal, person=county.person(role), tiers=tiers, points=points, remarks=dict.fromkeys(points, "依据不充分"), opinion="逐项评定")


def at_review(county: make.County, total: str, **data: Any) -> Goal:
    """A goal that waits for the performance office, scored."""
    goal = make.make_goal(county, make.make_subject(county, **data), "performance")
    score(county, goal, total)
    return goal


@pytest.mark.feature("3.08")
@pytest.mark.parametrize(("total", "fine"), [("74.99", False), ("75", True), ("75.01", True)])
def test_below_the_line_of_the_year_is_not_admitted(county: make.County, total: str, fine: bool) -> None:
    goal, office = at_review(county, total), county.person("performance_office")
    if fine:
        pass_performance(goal=goal, person=office)
        assert goal.state == "reviewed"
        return
    with pytest.raises(Refused, match="未达到75分"):
        pass_performance(goal=goal, person=office)
    move_goal(goal=goal, person=office, action="refuse", comment="资金与目标不匹配")
    assert goal.state == "refused"
    year = SubjectYear.objects.get(pk=goal.subject_year_id)
    assert year.library_state == "refused"
    told = AgreedMoney.objects.get()
    assert (told.asked_fen, told.agreed_fen, told.cut_fen) == (100_000_000, 0, 100_000_000)
    assert Standing.objects.get().ceiling_fen == 0
    with pytest.raises(Refused):
        post(posting=Posting(year, "initial", 1, DAY, note="年初预算批复"), person=county.person("treasury"))
    assert Notice.objects.filter(text__contains="不予入库：资金与目标不匹配").count() == 2
    assert first_break(county.place.pk) is None


def test_what_passes_cannot_be_turned_away(county: make.County) -> None:
    goal = at_review(county, "75")
    with pytest.raises(Refused, match="属于合格"):
        move_goal(goal=goal, person=county.person("performance_office"), action="refuse", comment="不予入库")
    assert not AgreedMoney.objects.exists()


@pytest.mark.feature("3.08")
def test_another_line_answers_at_once_and_a_replay_gives_the_old_decisions(county: make.County) -> None:
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    low, middle, high = (at_review(county, total, unit=unit, requested_fen=fen) for total, unit, fen in (
        ("60", 0, 10_000_000), ("78", 0, 20_000_000), ("92", 2, 40_000_000),
    ))  # fmt: skip
    move_goal(goal=low, person=office, action="refuse", comment="不可行")
    for goal in (middle, high):
        pass_performance(goal=goal, person=office)
    rows, gate = judged(leader, county.cycle), gate_of(county.cycle)
    assert [one.total for one in rows] == [Decimal(60), Decimal(78), Decimal(92)]
    assert mark_of(county.cycle) == 75
    now, eighty = failing(rows, mark_of(county.cycle), gate), failing(rows, Decimal(80), gate)
    assert (len(now.rows), now.departments, now.asked_fen) == (1, 1, 10_000_000)
    assert (len(eighty.rows), eighty.departments, eighty.asked_fen) == (2, 1, 30_000_000)
    assert replayed(rows, county.cycle).different == ()
    assert replayed(rows, county.cycle).count == 3
    assert [one.name for one in judged(county.person("unit_project", 2), county.cycle)] == [high.subject_year.name]


def test_a_replay_finds_what_was_decided_against_the_line(county: make.County) -> None:
    goal = at_review(county, "60")
    Goal.objects.filter(pk=goal.pk).update(state="reviewed")
    again = replayed(judged(county.person("bureau_leader"), county.cycle), county.cycle)
    assert [one.goal for one in again.different] == [goal.pk]


@pytest.mark.parametrize(("year", "mark"), [(2020, 60), (2021, Decimal("67.5")), (2022, 75), (2023, 75)])
def test_the_line_is_dated(year: int, mark: object) -> None:
    assert mark_of(make.make_county("yunnan", year, day=DAY).cycle) == mark


@pytest.mark.feature("3.22")
def test_money_is_agreed_once_and_binds_the_unit_and_the_ledger(county: make.County) -> None:
    goal, office, finance = at_review(county, "85"), county.person("performance_office"), county.person("unit_finance", 0)
    for fen, reason, words in ((0, "x", "须大于零"), (100_000_001, "x", "不超过申报"), (90_000_000, " ", "须写明理由")):
        with pytest.raises(Refused, match=words):
            agree_money(goal=goal, agreed_fen=fen, reason=reason, person=office)
    with pytest.raises(Refused):
        agree_money(goal=goal, agreed_fen=90_000_000, reason="压减", person=county.person("division"))
    with pytest.raises(Overtaken):
        agree_money(goal=goal, agreed_fen=90_000_000, reason="压减", person=office, version=goal.version + 1)
    agree_money(goal=goal, agreed_fen=90_000_000, reason="会议费重复测算", person=office, version=goal.version)
    with pytest.raises(Refused, match="已经核定"):
        agree_money(goal=goal, agreed_fen=80_000_000, reason="压减", person=office)
    with pytest.raises(Refused, match=r"不得超过90\.00万元"):
        pass_performance(goal=goal, person=office)
    return_goal(goal=goal, person=office, comment="请按核定数修改资金")
    save_money(goal=goal, person=finance, fiscal_fen=90_000_000, other_fen=0, note="按核定数")
    for person in (county.person("unit_project", 0), finance):
        submit_goal(goal=goal, person=person)
    for action, role in (("approve_department", "department_reviewer"), ("pass", "division")):
        move_goal(goal=goal, person=county.person(role), action=action)
    score(county, goal, "88")
    pass_performance(goal=goal, person=office)
    approve_goal(goal=goal, person=county.person("bureau_leader"))
    year = SubjectYear.objects.get(pk=goal.subject_year_id)
    with pytest.raises(Refused, match=r"审核核减10\.00万元：会议费重复测算，本年预算不得超过"):
        post(posting=Posting(year, "initial", 90_000_001, DAY, note="年初预算批复"), person=county.person("treasury"))
    (row,) = judged(office, county.cycle)
    assert (row.asked_fen, row.agreed_fen, row.cut_fen, row.total) == (100_000_000, 90_000_000, 10_000_000, Decimal(88))


def test_agreed_money_and_rewards_are_kept_for_good(county: make.County) -> None:
    goal = at_review(county, "85")
    agree_money(goal=goal, agreed_fen=100_000_000, reason="", person=county.person("performance_office"))
    for write in (lambda: AgreedMoney.objects.update(agreed_fen=1), lambda: AgreedMoney.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert not Standing.objects.exists()  # nothing was cut


@pytest.mark.feature("3.23")
def test_leaders_choose_what_is_reviewed_and_its_days_are_counted_back(county: make.County) -> None:
    leader, year = county.person("bureau_leader"), make.make_subject(county)
    with pytest.raises(Refused, match="局领导划定"):
        list_key_reviews(cycle=county.cycle, years=[year], reason="重点工作", due=DUE, person=county.person("performance_office"))
    for reason, due, words in (("", DUE, "须写明理由"), ("重点工作", date(2021, 10, 10), "已经过去")):
        with pytest.raises(Refused, match=words):
            list_key_reviews(cycle=county.cycle, years=[year], reason=reason, due=due, person=leader)
    (entry,) = list_key_reviews(cycle=county.cycle, years=[year], reason="党组会议划定", due=DUE, person=leader)
    with pytest.raises(Refused, match="已在本年度清单中"):
        list_key_reviews(cycle=county.cycle, years=[year], reason="重点工作", due=DUE, person=leader)
    (row,) = listed(leader, county.cycle)
    assert [(one.key, one.due, one.done) for one in row.steps] == [
        ("submitted", date(2021, 10, 31), False), ("scored", date(2021, 11, 20), False), ("decided", DUE, False),
    ]  # fmt: skip
    goal = make.make_goal(county, year, "performance")
    score(county, goal, "92")
    (row,) = listed(leader, county.cycle)
    assert row.next is not None
    assert (row.next.key, row.total, row.late) == ("decided", Decimal(92), False)
    with clock.at(date(2021, 12, 1)):
        assert listed(leader, county.cycle)[0].late
    strike_key_review(entry=entry, reason="项目取消", person=leader)
    with pytest.raises(Refused, match="移出"):
        strike_key_review(entry=entry, reason="再移一次", person=leader)
    assert KeyReview.objects.get().strike_reason == "项目取消"
    with pytest.raises(DatabaseError), transaction.atomic():
        KeyReview.objects.update(reason="改写")


@pytest.mark.feature("3.23")
def test_what_is_proposed_stands_by_money_risk_and_years_with_its_grounds(county: make.County) -> None:
    leader = county.person("bureau_leader")
    small = make.make_subject(county, requested_fen=50_000_000, change="new", is_major=True)
    large = make.make_subject(county, requested_fen=90_000_000)
    taken = make.make_subject(county, requested_fen=900_000_000)
    list_key_reviews(cycle=county.cycle, years=[taken], reason="划定", due=DUE, person=leader)
    found = proposed(leader, county.cycle)
    assert [(one.year.pk, one.weighed.score) for one in found] == [(small.pk, Decimal(100)), (large.pk, Decimal(90))]
    assert "新增项目" in found[0].weighed.words
    assert len(proposed(leader, county.cycle, 1)) == 1


@pytest.mark.feature("3.22")
def test_rewards_are_worked_out_before_they_are_promised(county: make.County) -> None:
    leader, office = county.person("bureau_leader"), county.person("performance_office")
    good = at_review(county, "95", unit=2, requested_fen=10_000_000_00)
    poor = at_review(county, "80", unit=0)
    list_key_reviews(cycle=county.cycle, years=[good.subject_year, poor.subject_year], reason="划定", due=DUE, person=leader)
    with pytest.raises(Refused, match="还有 2 项"):
        promise_rewards(cycle=county.cycle, person=leader)
    for goal in (good, poor):
        pass_performance(goal=goal, person=office)
    tried = earned(leader, county.cycle, Terms(Decimal(80), Decimal(2), 10_000_000_00))
    assert [one.reward.amount_fen for one in tried] == [20_000_000, 2_000_000]
    with pytest.raises(Refused):
        promise_rewards(cycle=county.cycle, person=office)
    (made,) = promise_rewards(cycle=county.cycle, person=leader)
    assert (made.department, made.amount_fen) == (county.departments[1], 10_000_000)
    assert "1000.00万元 × 1% = 10.00万元" in made.calculation.replace(",", "")
    with pytest.raises(Refused, match="已经决定"):
        promise_rewards(cycle=county.cycle, person=leader)
    with pytest.raises(DatabaseError), transaction.atomic():
        GoalReward.objects.update(amount_fen=1)


def test_a_place_without_rewards_says_so() -> None:
    county = make.make_county()
    with pytest.raises(Refused, match="没有规定机动金"):
        promise_rewards(cycle=county.cycle, person=county.person("bureau_leader"))


def test_a_failed_goal_only_stays_unapproved_where_nothing_bars_it() -> None:
    county = make.make_county("hunan-tianyuan", 2022, day=DAY)
    with clock.at(DAY):
        goal, office = make.make_goal(county, make.make_subject(county), "performance"), county.person("performance_office")
        score(county, goal, "50")
        return_goal(goal=goal, person=office, comment="请细化")
        for role in ("unit_project", "unit_finance"):
            submit_goal(goal=goal, person=county.person(role, 0))
        move_goal(goal=goal, person=county.person("department_reviewer"), action="approve_department")
        move_goal(goal=goal, person=county.person("division"), action="pass")
    with clock.at(date(2021, 10, 12)):
        score(county, goal, "50")
        move_goal(goal=goal, person=office, action="refuse", comment="仍不合格")
    assert goal.state == "refused"
    assert not AgreedMoney.objects.exists()
    assert SubjectYear.objects.get(pk=goal.subject_year_id).library_state != "refused"


# --- 安康


@pytest.mark.feature("3.07")
@pytest.mark.feature("3.10")
def test_two_offices_review_together_and_three_tiers_decide() -> None:
    county = make.make_county("shaanxi-ankang", 2022, day=DAY)
    office, centre = county.person("performance_office"), county.person("evaluation_centre")
    with clock.at(DAY):
        a, b, c = (make.make_goal(county, make.make_subject(county), "performance") for _ in range(3))
        for goal, total, role in ((a, "85", "performance_office"), (b, "84.99", "evaluation_centre"), (c, "59.99", "evaluation_centre")):
            score(county, goal, total, role)
        move_goal(goal=a, person=office, action="pass")
        assert a.state == "performance"  # one of the two has signed
        move_goal(goal=a, person=centre, action="pass")
        assert a.state == "reviewed"
        for person in (office, centre):
            with pytest.raises(Refused, match="B类"):
                move_goal(goal=b, person=person, action="pass")
            with pytest.raises(Refused, match="C类"):
                move_goal(goal=c, person=person, action="pass")
        with pytest.raises(Refused, match="等级不属于"):
            move_goal(goal=b, person=office, action="refuse", comment="列为C类")
        for person in (office, centre):
            move_goal(goal=c, person=person, action="refuse", comment="目标粗糙")
        assert c.state == "refused"
        return_goal(goal=b, person=centre, comment="补充成本测算")
        assert b.state == "draft"
        assert SubjectYear.objects.get(pk=c.subject_year_id).library_state == "refused"


# --- pages


@pytest.mark.feature("3.08")
def test_the_page_of_lines_tells_what_eighty_would_do(county: make.County, client: Client) -> None:
    office = county.person("performance_office")
    pass_performance(goal=at_review(county, "78"), person=office)
    make.sign_in(client, office, county.cycle)
    page = client.get(reverse("goals:marks")).content.decode()
    assert "结论改变" not in page
    page = client.get(reverse("goals:marks"), {"line": "80"}).content.decode()
    assert "变为不合格" in page
    assert "如果 80" in page
    assert "1 项决定，全部一致" in page or "全部一致" in page
    assert client.get(reverse("goals:marks"), {"line": "八十"}).status_code == 200
    assert "line=80&amp;show=then#rows" in page
    for show, behind in (("all", True), ("then", True), ("now", False), ("grade-none", False), ("nothing", False)):
        rows = client.get(reverse("goals:marks"), {"line": "80", "show": show}).content.decode().partition('id="rows"')[2]
        assert ("78.00" in rows) is behind, show
    make.sign_in(client, county.person("unit_project", 0), county.cycle)
    assert client.get(reverse("goals:marks")).status_code == 403


@pytest.mark.feature("3.23")
def test_leaders_put_projects_on_the_list_from_what_is_proposed(county: make.County, client: Client) -> None:
    year = make.make_subject(county)
    make.sign_in(client, county.person("bureau_leader"), county.cycle)
    assert year.name in client.get(reverse("goals:key_proposals")).content.decode()
    sent = {"years": [year.pk], "source": "proposed", "due": "2021-11-30"}
    assert client.post(reverse("goals:key_choose"), sent).status_code == 422
    answer = client.post(reverse("goals:key_choose"), {**sent, "reason": "推荐分最高"}, follow=True)
    assert "按推荐列入：推荐分最高" in answer.content.decode()
    entry = KeyReview.objects.get()
    answer = client.post(reverse("goals:key_strike", args=[entry.pk]), {"reason": "项目取消"}, follow=True)
    assert "移出：项目取消" in answer.content.decode()


@pytest.mark.feature("3.22")
def test_money_is_agreed_and_rewards_promised_on_pages(county: make.County, client: Client) -> None:
    goal = at_review(county, "95")
    leader, office = county.person("bureau_leader"), county.person("performance_office")
    list_key_reviews(cycle=county.cycle, years=[goal.subject_year], reason="划定", due=DUE, person=leader)
    make.sign_in(client, office, county.cycle)
    assert "核定资金" in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
    url = reverse("goals:agree", args=[goal.pk])
    assert client.post(url, {"agreed_fen": "200", "reason": "", "version": goal.version}).status_code == 422
    answer = client.post(url, {"agreed_fen": "100", "reason": "", "version": goal.version}, follow=True)
    assert "核定 100.00 万元" in answer.content.decode()
    goal.refresh_from_db()
    pass_performance(goal=goal, person=office)
    make.sign_in(client, leader, county.cycle)
    page = client.get(reverse("goals:rewards"), {"line": "90", "rate": "2", "most_fen": "500", "pool_fen": "1"}).content.decode()
    assert "超过可用机动金" in page
    answer = client.post(reverse("goals:reward_promise"), follow=True)
    assert "已决定" in answer.content.decode()
    assert GoalReward.objects.get().amount_fen == 1_000_000
    make.sign_in(client, county.person("department_reviewer", 1), county.cycle)
    assert "测试县教育局" not in client.get(reverse("goals:rewards")).content.decode()


@pytest.mark.feature("3.08")
def test_what_the_leaders_list_is_scored_before_it_passes_and_the_page_says_so(client: Client) -> None:
    with clock.at(DAY):
        county = make.make_county("heilongjiang-hailin", 2022, day=DAY)
        goal = make.make_goal(county, make.make_subject(county), "performance")
        office, leader = county.person("performance_office"), county.person("bureau_leader")
        list_key_reviews(cycle=county.cycle, years=[goal.subject_year], reason="群众关注", due=DUE, person=leader)
        with pytest.raises(Refused, match=r"列入重点审核清单.*还没有按审核表逐项评分") as refused:
            pass_performance(goal=goal, person=office)
        assert "二（三）" in refused.value.refusals[0].clause
        make.sign_in(client, office, county.cycle)
        assert "须逐项评分后才能通过审核" in client.get(reverse("goals:detail", args=[goal.pk])).content.decode()
        score(county, goal, "95")
        pass_performance(goal=goal, person=office)
        assert goal.state == "reviewed"
