"""Proportional tracks in a place whose rules have them: who reviews, what is asked, when it is fixed; and where there are none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jiheng.channels.reports.burden import burden_in
from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.filling import filled
from jiheng.rules.policy import load_policy
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.keyreview.services import list_key_reviews, strike_key_review
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import (
    approve_department,
    move_goal,
    move_many,
    return_goal,
    review_goal,
    save_money,
    submit_goal,
)
from jiheng.stages.goals.services.reviewing import card_of
from jiheng.stages.goals.tracks import shares_in, track_key, track_told
from tests import make

pytestmark = pytest.mark.django_db
PLACES = Path(__file__).parents[2] / "policies" / "places"
MORE = (("满意度指标", "服务对象满意度指标", "家长满意度", "≥90", "%", "5"),)
ROWS = ((*make.ROWS[0][:5], "15"), *make.ROWS[1:])


@pytest.fixture
def county(monkeypatch: pytest.MonkeyPatch) -> Iterator[make.County]:
    monkeypatch.setenv("JIHENG_PACKS", str(PLACES))
    load_policy.cache_clear()
    with clock.at(make.DAY):
        yield make.make_county("tracks-test")
    load_policy.cache_clear()


def goal_of(county: make.County, fen: int, state: str = "department", **data: Any) -> Goal:
    rows = make.make_rows([*ROWS, *MORE])
    return make.make_goal(county, make.make_subject(county, requested_fen=fen, **data), state, rows=rows)


@pytest.mark.parametrize(
    ("fen", "track", "after"),
    [
        (29_999_999, "light", "reviewed"),
        (30_000_000, "standard", "division"),
        (30_000_001, "standard", "division"),
        (499_999_999, "standard", "division"),
        (500_000_000, "deep", "division"),
    ],
)
def test_the_money_decides_who_reviews(county: make.County, fen: int, track: str, after: str) -> None:
    goal = goal_of(county, fen)
    assert (goal.track, goal.track_basis and goal.track_basis["fen"]) == (track, fen)
    approve_department(goal=goal, person=county.person("department_reviewer"))
    assert goal.state == after
    if track == "standard":
        move_goal(goal=goal, person=county.person("division"), action="pass")
        assert goal.state == "reviewed"


def test_a_deep_one_is_scored_before_it_passes(county: make.County) -> None:
    goal = goal_of(county, 500_000_000)
    approve_department(goal=goal, person=county.person("department_reviewer"))
    move_goal(goal=goal, person=county.person("division"), action="pass")
    assert goal.state == "performance"
    office = county.person("performance_office")
    with pytest.raises(Refused) as refused:
        move_goal(goal=goal, person=office, action="pass")
    assert [("重点档" in one.message, "第六条" in one.clause) for one in refused.value.refusals] == [(True, True)]
    card = card_of(goal)
    review_goal(goal=goal, person=office, tiers={item.key: max(card.tiers, key=lambda one: one.low).key for item in card.items})
    move_goal(goal=goal, person=office, action="pass")
    assert goal.state == "reviewed"


def test_a_track_asks_for_its_own_rows_by_its_own_clause(county: make.County) -> None:
    few = [make.ROWS[0], make.ROWS[1]]

    def found(fen: int, **data: Any) -> dict[str, tuple[str, bool]]:
        year = make.make_subject(county, requested_fen=fen, **data)
        goal = make.make_goal(county, year, rows=make.make_rows(few))
        of = findings_of(goal)
        return {one.message: (one.severity, "第六条" in one.clause) for one in of if one.check in {"indicator_count", "completeness"}}

    assert found(29_999_999) == {}, "two rows of output are enough"
    assert found(30_000_000) == {
        "只设了2个指标，少于3个": ("warn", False), "没有设置效益指标": ("block", False),
    }  # fmt: skip
    assert found(500_000_000) == {
        "只设了2个指标，少于8个": ("block", True),
        "没有设置效益指标": ("block", True),
        "没有设置满意度指标": ("block", True),
    }


def test_what_is_submitted_keeps_its_track_until_other_money_is(county: make.County) -> None:
    goal = goal_of(county, 29_999_999)
    clerk, finance = county.person("unit_project"), county.person("unit_finance")
    return_goal(goal=goal, person=county.person("department_reviewer"), comment="请核对")
    goal.subject_year.is_major = True  # would be a deep one, were it placed anew
    goal.subject_year.save()
    assert track_key(goal) == "light"
    save_money(goal=goal, person=finance, fiscal_fen=30_000_000, other_fen=0, note="按市场询价测算")
    assert track_key(goal) == "deep", "other money, placed as things stand"
    save_money(goal=goal, person=finance, fiscal_fen=29_999_999, other_fen=0, note="按市场询价测算")
    assert track_key(goal) == "light"
    save_money(goal=goal, person=finance, fiscal_fen=30_000_000, other_fen=0, note="按市场询价测算")
    for person in (clerk, finance):
        submit_goal(goal=goal, person=person)
    goal.refresh_from_db()
    assert goal.track == "deep"
    assert [entry.action for entry in history(goal)].count("goals.track") == 2


def test_no_deep_one_goes_along_in_bulk(county: make.County) -> None:
    light, deep = goal_of(county, 29_999_999), goal_of(county, 1_000_000, is_major=True)
    outcome = move_many(goals=[light, deep], person=county.person("department_reviewer"), action="approve_department")
    said = {goal.pk: " ".join(one.message for one in refusals) for goal, refusals in outcome.refused}
    assert "属于重点档，不成批办理" in said[deep.pk]
    assert "档" not in said.get(light.pk, "")


def test_the_page_tells_the_track_with_line_and_clause(county: make.County) -> None:
    goal = goal_of(county, 30_000_000)
    for role in ("unit_project", "division", "congress"):
        page = make.sign_in(Client(), county.person(role), county.cycle).get(f"/goals/{goal.pk}/").content.decode()
        assert "标准档" in page
        assert "年度资金 30.00 万元，达到 30.00 万元（简易档）" in page
        assert "分财〔2022〕1号" in page
    listed = make.sign_in(Client(), county.person("division"), county.cycle).get("/goals/?track=standard").content.decode()
    assert goal.subject_year.name in listed
    assert goal.subject_year.name not in make.sign_in(Client(), county.person("division"), county.cycle).get(
        "/goals/?track=deep"
    ).content.decode()


def test_a_place_without_tracks_treats_all_alike() -> None:
    with clock.at(make.DAY):
        county = make.make_county()
        goal = make.make_goal(county, make.make_subject(county), "department")
        page = make.sign_in(Client(), county.person("division"), county.cycle).get(f"/goals/{goal.pk}/").content.decode()
        listed = make.sign_in(Client(), county.person("division"), county.cycle).get("/goals/").content.decode()
    assert (goal.track, goal.track_basis, track_told(goal), track_key(goal)) == (None, None, None, "standard")
    assert "繁简分档" not in page + listed


def test_what_the_leaders_of_yunnan_list_is_scored_singly() -> None:
    with clock.at(make.DAY):
        county = make.make_county("yunnan")
        year, other = make.make_subject(county), make.make_subject(county)
        goal, usual = (make.make_goal(county, one, "performance") for one in (year, other))
        assert (goal.track, usual.track) == ("standard", "standard")
        leader, office = county.person("bureau_leader"), county.person("performance_office")
        entry = list_key_reviews(cycle=county.cycle, years=[year], reason="领导划定", due=make.DAY, person=leader)[0]
        goal.refresh_from_db()
        assert (goal.track, goal.track_basis and goal.track_basis["why"]) == ("deep", "列入重点审核清单")
        with pytest.raises(Refused) as refused:
            move_goal(goal=goal, person=office, action="pass")
        assert "预算管理重“目标”" in refused.value.refusals[0].clause
        move_goal(goal=usual, person=office, action="pass")
        strike_key_review(entry=entry, reason="并入另一项", person=leader)
        goal.refresh_from_db()
        assert goal.track == "standard"
        move_goal(goal=goal, person=office, action="pass")
    assert (goal.state, usual.state) == ("reviewed", "reviewed")


def test_one_drawn_by_lot_is_reviewed_as_a_heavier_one_and_asked_for_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIHENG_PACKS", str(PLACES))
    load_policy.cache_clear()
    with clock.at(make.DAY):
        county = make.make_county("lot-test")
        rows = make.make_rows([(*one[:5], "45") for one in make.ROWS[:2]])
        goal = make.make_goal(county, make.make_subject(county, requested_fen=29_999_999), "department", rows=rows)
        lot = dict(goal.track_basis or {})["lot"]
        assert (goal.track, goal.track_basis and goal.track_basis["form"], lot["hit"]) == ("standard", "light", True)
        assert not [one for one in findings_of(goal) if one.check == "indicator_count"], "two rows are enough on a light form"
        assert any(lot["seed"] in one.detail.values() for one in Entry.objects.filter(action="goals.track"))
        return_goal(goal=goal, person=county.person("department_reviewer"), comment="请核对")
        save_money(goal=goal, person=county.person("unit_finance"), fiscal_fen=29_999_998, other_fen=0, note="按市场询价测算")
        assert track_key(goal) == "light", "as it stands until it is submitted"
        for role in ("unit_project", "unit_finance"):
            submit_goal(goal=goal, person=county.person(role))
        goal.refresh_from_db()
        assert (goal.track, goal.track_basis and goal.track_basis["lot"]) == ("standard", lot), "the same lot"
        approve_department(goal=goal, person=county.person("department_reviewer"))
        assert goal.state == "division"
        office = make.sign_in(Client(), county.person("performance_office"), county.cycle)
        told = office.get(f"/goals/{goal.pk}/").content.decode()
        assert "抽中，按标准档审核" in told
        (light, standard, deep) = sorted(shares_in(county.cycle), key=lambda one: ["light", "standard", "deep"].index(one.key))
        assert (light.goals, standard.goals, standard.fen, standard.raised, deep.goals) == (0, 1, 29_999_998, 1, 0)
        assert 'id="tracks"' in office.get("/reports/").content.decode()
        filled(goal, "unit_project", clock.now(), done=True)
        assert [one.label for one in burden_in(county.cycle, county.person("performance_office")).forms] == ["绩效目标（项目支出，简易档）"]
    load_policy.cache_clear()
