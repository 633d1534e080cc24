"""Goals through their services: two halves, two signatures, returns, reviews, approval, adjustment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post_all
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.services import load_library
from jiheng.registers.subjects.models import Standing
from jiheng.rules.scoring.registry import score
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.models import Goal, GoalIndicator, GoalReview
from jiheng.stages.goals.queries import (
    changes_since,
    coverage,
    coverage_by_department,
    money_gap,
    officers_of,
    signatures_for,
)
from jiheng.stages.goals.services import (
    RowData,
    adjust_goal,
    approve_department,
    approve_goal,
    drop_adjustment,
    move_many,
    pass_division,
    pass_performance,
    release_refusals,
    return_goal,
    review_goal,
    save_content,
    save_money,
    start_goal,
    submit_goal,
    withdraw_goal,
)
from jiheng.stages.goals.targets import scored_as
from tests import make

pytestmark = pytest.mark.django_db
OBJECTIVE = "购置教学设备120台并投入使用，实验开出率达到95%以上。"


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def rows_of(goal: Goal, **changes: object) -> list[RowData]:
    """The stored rows as the page sends them back; `changes` go to the first one."""
    rows = []
    for number, row in enumerate(goal.indicators.all()):
        told = {
            "pk": row.pk,
            "level1": row.level1,
            "level2": row.level2,
            "name": row.name,
            "target_text": row.target_text,
            "unit": row.unit,
            "weight": row.weight,
            "method": row.method,
            "free_reason": row.free_reason,
            "standard": row.standard,
            "data_source": row.data_source,
        }
        rows.append(RowData(**(told | (changes if number == 0 else {}))))  # type: ignore[arg-type]
    return rows


def save_rows(county: make.County, goal: Goal, **changes: object) -> None:
    save_content(
        goal=goal,
        person=county.person("unit_project"),
        rows=rows_of(goal, **changes),
        objective=goal.objective,
    )


def all_points(tier: str, county: make.County) -> dict[str, str]:
    return {item.key: tier for item in county.policy.scorecards["goal_review"].items}


# --- two halves, two signatures


@pytest.mark.feature("3.03")
def test_goal_goes_all_the_way(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_budget(county, year)
    with clock.at(date(2023, 1, 20)):
        goal = make.make_goal(county, year, "approved")
    year.refresh_from_db()
    assert (goal.state, goal.approved_on, goal.current) == ("approved", date(2023, 1, 20), True)
    assert year.library_state == "budgeted"
    assert first_break(county.place.pk) is None


def test_goal_without_budget_leaves_library_state(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_goal(county, year, "approved")
    year.refresh_from_db()
    assert year.library_state == "proposed"


def test_submission_waits_for_the_second_signature(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    submit_goal(goal=goal, person=county.person("unit_finance"))
    assert goal.state == "draft"
    submit_goal(goal=goal, person=county.person("unit_project"))
    assert goal.state == "department"
    assert Notice.objects.filter(organisation=county.departments[0], role="department_reviewer").count() == 1


def test_change_after_first_signature_voids_it(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    submit_goal(goal=goal, person=county.person("unit_project"))
    save_money(goal=goal, person=county.person("unit_finance"), fiscal_fen=90_000_000, other_fen=0)
    submit_goal(goal=goal, person=county.person("unit_finance"))
    assert goal.state == "draft"
    assert [one.void for one in signatures_for(goal)] == [True, False]
    assert [(one.role, one.signed is not None) for one in officers_of(goal)] == [
        ("项目经办", False),
        ("财务经办", True),
    ]
    submit_goal(goal=goal, person=county.person("unit_project"))
    assert goal.state == "department"


def test_same_content_saved_again_keeps_the_signature(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    submit_goal(goal=goal, person=county.person("unit_finance"))
    save_rows(county, goal)
    submit_goal(goal=goal, person=county.person("unit_project"))
    assert goal.state == "department"


def test_one_person_in_both_roles_cannot_sign_twice(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    both = county.person("unit_project")
    submit_goal(goal=goal, person=both)
    finance = county.person("unit_finance")
    same = type(finance)(**{**finance.__dict__, "user_id": both.user_id})
    with pytest.raises(Refused, match="不能再签第二次"):
        submit_goal(goal=goal, person=same)


def test_neither_officer_writes_the_others_half(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    with pytest.raises(Refused, match="由项目经办填写"):
        save_content(goal=goal, person=county.person("unit_finance"), rows=[], objective="改")
    with pytest.raises(Refused, match="由财务经办填写"):
        save_money(goal=goal, person=county.person("unit_project"), fiscal_fen=1, other_fen=0)
    goal.refresh_from_db()
    assert (goal.fiscal_fen, goal.indicators.count()) == (100_000_000, 7)


def test_empty_halves_are_named_at_submission(county: make.County) -> None:
    goal = start_goal(year=make.make_subject(county), person=county.person("unit_project"))
    with pytest.raises(Refused) as refused:
        submit_goal(goal=goal, person=county.person("unit_project"))
    words = str(refused.value)
    assert "年度目标、绩效指标" in words
    assert "年度资金总额" in words
    assert all(one.clause for one in refused.value.refusals)


def test_other_unit_cannot_write_or_start(county: make.County) -> None:
    year = make.make_subject(county)
    with pytest.raises(Refused, match="只能办理本单位"):
        start_goal(year=year, person=county.person("unit_project", 1))
    goal = make.make_goal(county, year)
    with pytest.raises(Refused, match="只能办理本单位"):
        save_content(goal=goal, person=county.person("unit_project", 1), rows=[], objective="x")
    with pytest.raises(Refused, match="只能办理本单位"):
        submit_goal(goal=goal, person=county.person("unit_project", 1))


def test_second_goal_of_a_year_is_refused(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    with pytest.raises(Refused, match="已有绩效目标"):
        start_goal(year=goal.subject_year, person=county.person("unit_project"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight": Decimal(5)}, "合计"),
        ({"target_text": "大幅提升"}, "大幅提升"),
        ({"target_text": "≥XX", "name": "购置台数"}, "占位"),
        ({"free_reason": ""}, "自拟理由"),
        ({"target_text": ""}, "指标值"),
    ],
)
@pytest.mark.feature("3.05", "3.16")
def test_unsound_row_keeps_the_goal_back(county: make.County, change: dict[str, object], words: str) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    save_rows(county, goal, **change)
    with pytest.raises(Refused) as refused:
        submit_goal(goal=goal, person=county.person("unit_project"))
    assert words in str(refused.value)
    assert goal.state == "draft"


def test_missing_branch_keeps_the_goal_back(county: make.County) -> None:
    only = [row for row in make.make_rows() if row.level1 == "产出指标"]
    goal = make.make_goal(county, make.make_subject(county), rows=only)
    assert "没有设置效益指标" in [one.message for one in findings_of(goal) if one.blocking]


# --- versions


def test_page_that_is_behind_is_overtaken(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = county.person("unit_project")
    seen = Seen(goal.content_version)
    save_content(goal=goal, person=project, rows=rows_of(goal), objective="甲", seen=seen)
    with pytest.raises(Overtaken):
        save_content(goal=goal, person=project, rows=rows_of(goal), objective="乙", seen=seen)
    goal.refresh_from_db()
    assert goal.objective == "甲"


def test_page_that_saves_again_is_not_overtaken_by_itself(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    project = county.person("unit_project")
    seen = Seen(goal.content_version, "one-page")
    for objective in ("甲", "乙"):
        save_content(
            goal=goal, person=project, rows=rows_of(goal), objective=objective, seen=seen, draft=True
        )
    assert goal.objective == "乙"
    save_content(
        goal=goal, person=project, rows=rows_of(goal), objective="丙", seen=Seen(goal.content_version, "two")
    )
    with pytest.raises(Overtaken):
        save_content(goal=goal, person=project, rows=rows_of(goal), objective="丁", seen=seen)


def test_halves_do_not_overtake_each_other(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    content, money = Seen(goal.content_version), Seen(goal.money_version)
    other = Goal.objects.get(pk=goal.pk)
    save_money(
        goal=other, person=county.person("unit_finance"), fiscal_fen=5_000_000, other_fen=0, seen=money
    )
    save_content(
        goal=goal, person=county.person("unit_project"), rows=rows_of(goal), objective="甲", seen=content
    )
    goal.refresh_from_db()
    assert (goal.objective, goal.fiscal_fen) == ("甲", 5_000_000)


def test_signature_on_a_page_behind_is_overtaken(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    seen = goal.version
    save_rows(county, goal, target_text="≥100")
    with pytest.raises(Overtaken):
        submit_goal(goal=goal, person=county.person("unit_finance"), version=seen)


def test_autosave_leaves_no_entry_in_the_chain(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    before = len(history(goal))
    save_content(
        goal=goal, person=county.person("unit_project"), rows=rows_of(goal), objective="草稿", draft=True
    )
    assert len(history(goal)) == before


# --- what comes back


def returned_goal(county: make.County) -> tuple[Goal, GoalIndicator]:
    goal = make.make_goal(county, make.make_subject(county), "department")
    row = goal.indicators.all()[0]
    return_goal(
        goal=goal,
        person=county.person("department_reviewer"),
        comment="数量偏低",
        rows={row.pk: "请按需求论证提高台数"},
    )
    return goal, row


@pytest.mark.feature("3.12")
def test_returned_row_alone_may_change(county: make.County) -> None:
    goal, row = returned_goal(county)
    assert goal.state == "draft"
    save_rows(county, goal, target_text="≥150")
    row.refresh_from_db()
    assert row.value == Decimal(150)
    rows = rows_of(goal)
    other = RowData(**{**rows[1].__dict__, "target_text": "=90"})
    with pytest.raises(Refused, match="没有被退回，不能修改"):
        save_content(
            goal=goal,
            person=county.person("unit_project"),
            rows=[rows[0], other, *rows[2:]],
            objective=goal.objective,
        )
    with pytest.raises(Refused, match="不能增加、删除"):
        save_content(
            goal=goal, person=county.person("unit_project"), rows=rows[:-1], objective=goal.objective
        )
    with pytest.raises(Refused, match="目标文字不能修改"):
        save_content(goal=goal, person=county.person("unit_project"), rows=rows, objective="别的")


def test_money_is_open_after_a_row_came_back(county: make.County) -> None:
    goal, _ = returned_goal(county)
    save_money(goal=goal, person=county.person("unit_finance"), fiscal_fen=80_000_000, other_fen=0)
    assert goal.fiscal_fen == 80_000_000


def test_resubmission_closes_the_returned_rows(county: make.County) -> None:
    goal, row = returned_goal(county)
    save_rows(county, goal, target_text="≥150")
    submit_goal(goal=goal, person=county.person("unit_project"))
    submit_goal(goal=goal, person=county.person("unit_finance"))
    row.refresh_from_db()
    assert (goal.state, row.returned, row.return_reason) == ("department", False, "")


def test_returned_row_needs_a_reason_and_return_an_opinion(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    reviewer = county.person("department_reviewer")
    with pytest.raises(Refused, match="须写明原因"):
        return_goal(goal=goal, person=reviewer, comment="退", rows={goal.indicators.all()[0].pk: " "})
    with pytest.raises(Refused, match="须写明意见"):
        return_goal(goal=goal, person=reviewer, comment="")
    assert goal.state == "department"


def test_unit_withdraws_before_the_department_acts(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    withdraw_goal(goal=goal, person=county.person("unit_project"))
    assert goal.state == "draft"


# --- who may


@pytest.mark.feature("3.10")
def test_reviewer_of_another_department_is_refused(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    with pytest.raises(Refused, match="只能审核本部门"):
        approve_department(goal=goal, person=county.person("department_reviewer", 1))


@pytest.mark.feature("3.10")
def test_same_person_cannot_pass_and_approve(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "performance")
    office = county.person("performance_office")
    pass_performance(goal=goal, person=office)
    with pytest.raises(Refused, match="您已办理过"):
        approve_goal(goal=goal, person=office)
    approve_goal(goal=goal, person=county.second("performance_office"))
    assert goal.state == "approved"


def test_unit_sees_only_its_own_goals(county: make.County) -> None:
    own = make.make_goal(county, make.make_subject(county))
    other = make.make_goal(county, make.make_subject(county, unit=2))
    assert [one.pk for one in visible_goals(county.person("unit_head"))] == [own.pk]
    assert [one.pk for one in visible_goals(county.person("department_reviewer", 1))] == [other.pk]
    assert visible_goals(county.person("division")).count() == 2
    assert visible_goals(county.person("system_admin")).count() == 0
    assert visible_goals(county.person("agency")).count() == 0


def test_approved_goal_is_frozen(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "approved")
    with pytest.raises(Refused, match="不能修改；批复后确需变更的，请办理目标调整"):
        save_content(goal=goal, person=county.person("unit_project"), rows=[], objective="改")
    with pytest.raises(Refused, match="不能修改"):
        save_money(goal=goal, person=county.person("unit_finance"), fiscal_fen=1, other_fen=0)
    assert goal.indicators.count() == 7


# --- review


@pytest.mark.feature("3.07")
def test_review_adds_up_ticks_and_points(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    tiers = all_points("excellent", county) | {"indicators_scientific": "fair", "clear": "good"}
    points = {"indicators_scientific": Decimal("10.5"), "clear": Decimal("8.5")}
    made = review_goal(
        goal=goal,
        person=county.person("department_reviewer"),
        tiers=tiers,
        points=points,
        opinion="指标值宜再细化",
    )
    assert (made.side, made.total, made.grade) == ("department", Decimal("94.00"), "excellent")


def test_review_outside_its_tier_or_incomplete_is_refused(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    reviewer = county.person("department_reviewer")
    with pytest.raises(Refused, match="与所选档次不符"):
        review_goal(
            goal=goal,
            person=reviewer,
            tiers=all_points("excellent", county),
            points={"clear": Decimal(5)},
            opinion="x",
        )
    with pytest.raises(Refused) as refused:
        review_goal(goal=goal, person=reviewer, tiers={"clear": "good"}, opinion="x")
    assert len(refused.value.refusals) == 7
    with pytest.raises(Refused, match="须写明审核意见"):
        review_goal(goal=goal, person=reviewer, tiers=all_points("good", county))
    assert GoalReview.objects.count() == 0


def test_poor_review_stops_the_performance_office(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "performance")
    office = county.person("performance_office")
    review_goal(goal=goal, person=office, tiers=all_points("fair", county), opinion="须重新论证")
    with pytest.raises(Refused) as refused:
        pass_performance(goal=goal, person=office)
    assert "等级为“中”" in str(refused.value)
    assert "第二十五条" in refused.value.refusals[0].clause
    assert goal.state == "performance"


def test_review_of_older_content_does_not_count(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    reviewer = county.person("department_reviewer")
    review_goal(goal=goal, person=reviewer, tiers=all_points("poor", county), opinion="重写")
    return_goal(goal=goal, person=reviewer, comment="重写")
    save_rows(county, goal, target_text="≥200")
    submit_goal(goal=goal, person=county.person("unit_project"))
    submit_goal(goal=goal, person=county.person("unit_finance"))
    approve_department(goal=goal, person=reviewer)
    pass_division(goal=goal, person=county.person("division"))
    pass_performance(goal=goal, person=county.person("performance_office"))
    assert goal.state == "reviewed"
    assert goal.reviews.count() == 1


def test_drafter_cannot_review(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "department")
    drafter, reviewer = county.person("unit_project"), county.person("department_reviewer")
    same = type(reviewer)(**{**reviewer.__dict__, "user_id": drafter.user_id})
    with pytest.raises(Refused, match="不能再审核"):
        review_goal(goal=goal, person=same, tiers=all_points("excellent", county))


# --- what earlier years left


def test_standing_limits_the_request(county: make.County) -> None:
    year = make.make_subject(county)
    Standing.objects.create(
        subject_id=year.subject_id,
        for_budget_year=year.budget_year,
        grade="fair",
        score=Decimal(70),
        action="cut",
        ceiling_fen=80_000_000,
        cause="results.decision:1",
        text="上年评价等级为中",
        clause="某办法第三条",
    )
    goal = make.make_goal(county, year)
    with pytest.raises(Refused) as refused:
        submit_goal(goal=goal, person=county.person("unit_project"))
    assert [(one.message, one.clause) for one in refused.value.refusals] == [
        ("上年评价等级为中，本年不得超过80.00万元，申请了100.00万元", "某办法第三条")
    ]


@pytest.mark.feature("3.18")
def test_last_year_is_copied_and_what_must_change_is_marked(county: make.County) -> None:
    first = make.make_subject(county, code="P-COPY")
    rows = make.make_rows()
    rows[2] = RowData(**{**rows[2].__dict__, "target_text": "2023年11月底前"})
    old = make.make_goal(county, first, "approved", rows=rows)
    office = county.person("performance_office")
    with clock.at(date(2023, 11, 1)):
        cycle = open_cycle(place=county.place, budget_year=2024, person=office)
        year = make.make_subject(county, cycle=cycle, code="P-COPY")
        goal = start_goal(year=year, person=county.person("unit_project"))
    copied = list(goal.indicators.all())
    assert [row.lineage for row in copied] == [row.lineage for row in old.indicators.all()]
    assert copied[0].last_target == "≥120"
    assert (goal.objective, goal.fiscal_fen) == (old.objective, 0)
    found = {(one.row, one.blocking, one.message) for one in findings_of(goal) if one.check == "carried"}
    assert (3, True, "沿用上年内容，还写着 2023 年") in found
    assert (1, False, "与上年指标值“≥120”相同") in found
    assert all(one.clause.startswith("《") for one in findings_of(goal))


# --- adjustment


@pytest.mark.feature("3.15")
def test_adjustment_is_a_new_revision_and_the_old_stays_until_approval(county: make.County) -> None:
    old = make.make_goal(county, make.make_subject(county), "approved")
    new = adjust_goal(goal=old, person=county.person("unit_project"), reason="预算调整：追加设备")
    assert (new.revision, new.state, new.current) == (2, "draft", False)
    save_rows(county, new, target_text="≥150")
    submit_goal(goal=new, person=county.person("unit_project"))
    submit_goal(goal=new, person=county.person("unit_finance"))
    approve_department(goal=new, person=county.person("department_reviewer"))
    old.refresh_from_db()
    assert old.current
    pass_division(goal=new, person=county.person("division"))
    pass_performance(goal=new, person=county.person("performance_office"))
    approve_goal(goal=new, person=county.person("bureau_leader"))
    old.refresh_from_db()
    assert (old.current, old.state, new.current) == (False, "approved", True)
    assert [(one.what, one.before, one.after) for one in changes_since(old, new)] == [
        ("购置教学设备台数", "≥120台，20 分", "≥150台，20 分")
    ]
    assert old.indicators.all()[0].target_text == "≥120"


def test_only_one_adjustment_at_a_time_and_a_reason(county: make.County) -> None:
    old = make.make_goal(county, make.make_subject(county), "approved")
    project = county.person("unit_project")
    with pytest.raises(Refused, match="须写明原因"):
        adjust_goal(goal=old, person=project, reason=" ")
    new = adjust_goal(goal=old, person=project, reason="政策变化")
    with pytest.raises(Refused, match="已有一次调整正在办理"):
        adjust_goal(goal=old, person=project, reason="又变")
    drop_adjustment(goal=new, person=project)
    assert adjust_goal(goal=old, person=project, reason="再来").revision == 2


def test_changed_budget_shows_on_the_approved_goal(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_budget(county, year)
    goal = make.make_goal(county, year, "approved")
    assert money_gap(goal) is None
    make.make_budget(county, year, -20_000_000, kind="adjustment")
    assert money_gap(goal) == -20_000_000


# --- many at once, cover


def test_bulk_moves_only_what_is_safe(county: make.County) -> None:
    safe = make.make_goal(county, make.make_subject(county), "department")
    new = make.make_goal(county, make.make_subject(county, change="raised"), "department")
    outcome = move_many(
        goals=[safe, new], person=county.person("department_reviewer"), action="approve_department"
    )
    assert [one.pk for one in outcome.done] == [safe.pk]
    assert [(one.pk, refusals[0].message) for one, refusals in outcome.refused] == [
        (new.pk, "是新增或增加规模的项目")
    ]
    new.refresh_from_db()
    assert new.state == "department"
    assert first_break(county.place.pk) is None


def test_bulk_return_does_not_exist(county: make.County) -> None:
    with pytest.raises(Refused, match="只有审核通过和批复可以批量办理"):
        move_many(goals=[], person=county.person("division"), action="return")


def test_coverage_counts_subjects_and_money(county: make.County) -> None:
    covered = make.make_subject(county)
    make.make_goal(county, covered, "approved")
    make.make_budget(county, covered, 80_000_000)
    make.make_goal(county, make.make_subject(county), "department")
    make.make_subject(county, unit=2)
    cover = coverage(county.person("division"), county.cycle)
    assert (cover.subjects, cover.with_goal, cover.approved) == (3, 2, 1)
    assert (cover.money_fen, cover.covered_fen) == (280_000_000, 80_000_000)
    assert coverage(county.person("unit_head", 2), county.cycle).subjects == 1


def test_coverage_is_one_query_however_many_subjects(
    county: make.County, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for unit in (0, 0, 2):
        year = make.make_subject(county, unit=unit)
        make.make_promise(year)
        make.make_budget(county, year, 50_000_000)
        make.make_budget(county, year, -10_000_000, kind="adjustment")
        make.make_budget(county, year, 5_000_000, kind="payment")
    make.make_subject(county, unit=2)
    make.make_subject(county, requested_fen=70_000_000)
    division = county.person("division")
    with django_assert_num_queries(1):
        cover = coverage(division, county.cycle)
    assert (cover.subjects, cover.approved) == (5, 3)
    assert (cover.money_fen, cover.covered_fen) == (290_000_000, 120_000_000)
    with django_assert_num_queries(1):
        found = coverage_by_department(division, county.cycle)
    told = [(name, one.subjects, one.approved, one.covered_fen) for _, name, one in found]
    assert told == [("测试县农业农村局", 2, 1, 40_000_000), ("测试县教育局", 3, 2, 80_000_000)]


# --- whole departments, targets, library


@pytest.mark.feature("3.01")
def test_whole_department_lists_its_projects_as_tasks(county: make.County) -> None:
    project = make.make_subject(county, name="实验室建设")
    make.make_goal(county, project)
    whole = make.make_subject(county, kind="department", name="教育局整体支出", code="D1")
    goal = start_goal(year=whole, person=county.person("unit_project"))
    assert goal.scope == "department"
    assert [(task.name, task.fiscal_fen) for task in goal.tasks.all()] == [("实验室建设", 100_000_000)]


def test_rows_can_be_scored_as_they_stand(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    found = {row.name: row for row in goal.indicators.all()}
    figure, day = found["购置教学设备台数"], found["完成验收时间"]
    assert (figure.operator, figure.value, figure.unit, figure.method) == (
        ">=",
        Decimal(120),
        "台",
        "proportional",
    )
    assert score(figure.method, scored_as(figure, 2023), Decimal(60)).points == Decimal("10.00")
    assert score(day.method, scored_as(day, 2023), date(2023, 11, 30)).points == Decimal("10.00")
    assert found["设备使用管理制度健全性"].method == "qualitative_tiers"


@pytest.mark.feature("3.04")
def test_picked_row_needs_no_reason_until_it_is_renamed(county: make.County) -> None:
    load_library(place=county.place, person=county.person("performance_office"))
    goal = make.make_goal(county, make.make_subject(county))
    picked = LibraryIndicator.objects.get(code="TY-SB-01")
    save_rows(county, goal, name=picked.name, library_id=picked.pk, free_reason="")
    assert [one for one in findings_of(goal) if one.check == "free_row"] == []
    save_rows(county, goal, name="购置台数（自拟）", library_id=picked.pk, free_reason="")
    assert [one.row for one in findings_of(goal) if one.check == "free_row"] == [1]


# --- no money without its goal


@pytest.mark.feature("3.27")
def test_payment_without_an_approved_goal_is_refused_with_the_clause(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_budget(county, year)
    make.make_goal(county, year, "reviewed")
    paid = Posting(year=year, kind="payment", amount_fen=5_000_000, day=date(2023, 3, 1))
    with pytest.raises(Refused) as refused:
        post_all(postings=[paid], person=county.person("treasury"))
    assert "三（一）" in refused.value.refusals[0].clause
    assert balance(year.pk).payment == 0
    approve_goal(goal=Goal.objects.get(), person=county.person("bureau_leader"))
    post_all(postings=[paid], person=county.person("treasury"))
    assert balance(year.pk).payment == 5_000_000


@pytest.mark.feature("3.14")
def test_addition_without_its_goal_is_refused(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_budget(county, year)
    old = make.make_goal(county, year, "approved")
    added = Posting(year=year, kind="adjustment", amount_fen=20_000_000, day=date(2023, 6, 1))
    office = county.person("performance_office")
    with pytest.raises(Refused, match=r"追加后预算 120\.00 万元，已申报的绩效目标只有 100\.00 万元"):
        post_all(postings=[added], person=office)
    new = adjust_goal(goal=old, person=county.person("unit_project"), reason="追加设备")
    save_money(goal=new, person=county.person("unit_finance"), fiscal_fen=120_000_000, other_fen=0)
    with pytest.raises(Refused):
        post_all(postings=[added], person=office)
    submit_goal(goal=new, person=county.person("unit_project"))
    submit_goal(goal=new, person=county.person("unit_finance"))
    post_all(postings=[added], person=office)
    assert balance(year.pk).budget == 120_000_000


@pytest.mark.feature("3.27")
def test_first_budget_waits_for_the_approved_goal_and_a_reduction_for_nothing(county: make.County) -> None:
    year, treasury = make.make_subject(county), county.person("treasury")
    first = Posting(year=year, kind="initial", amount_fen=50_000_000, day=date(2023, 1, 10))
    less = Posting(year=year, kind="adjustment", amount_fen=-10_000_000, day=date(2023, 6, 1))
    assert release_refusals([less]) == []
    goal = make.make_goal(county, year, "reviewed")
    with pytest.raises(Refused, match=r"绩效目标还没有批复，不得安排预算") as refused:
        post_all(postings=[first], person=treasury)
    (said,) = refused.value.refusals
    assert said.clause == str(county.policy.value("goal_before_release", budget_year=2023).clause)
    assert "取得批复" in said.remedy
    approve_goal(goal=goal, person=county.person("bureau_leader"))
    post_all(postings=[first, less], person=treasury)
    year.refresh_from_db()
    assert (balance(year.pk).budget, year.library_state) == (40_000_000, "budgeted")


@pytest.mark.feature("3.14")
@pytest.mark.parametrize(("before", "booked", "words"), [
    (0, 100_000_001, r"已申报的绩效目标只有 100\.00 万元"), (0, 150_000_000, r"”预算 150\.00 万元"),
    (100_000_000, 50_000_000, r"追加后预算 150\.00 万元"),
])  # fmt: skip
def test_no_booking_takes_a_budget_beyond_its_goal(
    county: make.County, before: int, booked: int, words: str
) -> None:
    """年初预算再登记一笔，也是追加：登记后的预算不得超过已申报的绩效目标。"""
    year, treasury = make.make_subject(county), county.person("treasury")
    make.make_goal(county, year, "approved")
    if before:
        post_all(postings=[Posting(year=year, kind="initial", amount_fen=before, day=date(2023, 1, 10))], person=treasury)
    more = Posting(year=year, kind="initial", amount_fen=booked, day=date(2023, 2, 1))
    with pytest.raises(Refused, match=words) as refused:
        post_all(postings=[more], person=treasury)
    assert all(one.clause for one in refused.value.refusals)
    assert balance(year.pk).budget == before


def test_a_whole_departments_money_is_not_asked_for_a_goal(county: make.County) -> None:
    whole = make.make_subject(county, kind="department", name="教育局整体支出", code="D1")
    first = Posting(year=whole, kind="initial", amount_fen=50_000_000, day=date(2023, 1, 10))
    assert release_refusals([first]) == []
