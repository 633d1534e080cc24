"""Self-evaluation by its services: rows scored by rule, two halves, reasons, proof, signatures, re-check."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.services import evidence_of
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.scoring.self_evaluation import execution_points
from jiheng.stages.evaluation.judging import LineData, actual_words, beyond, judged
from jiheng.stages.evaluation.models import Draw, SelfEvaluation, SelfLine
from jiheng.stages.evaluation.queries import (
    draw_population,
    drawn_ids,
    halves_signed,
    self_evaluation_cover,
    signatures_for,
    verify_draw,
)
from jiheng.stages.evaluation.services import self_evaluations as s
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.self_evaluations import LineData as Line
from jiheng.stages.goals import services as g
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.services import adjust_goal
from tests import make
from tests.stages.evaluation import builders as b


@pytest.fixture
def county(db: None) -> make.County:
    return make.make_county()


def words(refused: pytest.ExceptionInfo[Refused]) -> str:
    return "\n".join(str(one) for one in refused.value.refusals)


@pytest.mark.feature("6.02")
def test_rows_and_execution_add_up_by_rule(county: make.County) -> None:
    record = b.fresh(b.self_evaluation(county))
    points = {line.indicator.name: line.points for line in record.lines.select_related("indicator")}
    assert points["购置教学设备台数"] == Decimal("18.33")
    assert points["设备使用管理制度健全性"] == 9
    assert (record.execution_points, record.total, record.grade) == (Decimal("8.50"), b.TOTAL, "excellent")
    calculation = record.lines.get(indicator__name="购置教学设备台数").calculation
    assert "110÷120×20" in calculation


def test_money_comes_from_the_ledger_until_the_year_ends(county: make.County) -> None:
    record = b.self_evaluation(county)
    make.make_budget(county, record.subject_year, 5_000_000, kind="payment", day=date(2024, 1, 5))
    s.refresh_money(evaluation=record, person=county.person("unit_finance"))
    assert (record.initial_fen, record.budget_fen, record.executed_fen) == (
        100_000_000,
        100_000_000,
        85_000_000,
    )


def test_a_project_without_budget_is_converted_to_a_hundred(county: make.County) -> None:
    record = b.self_evaluation(county, budget=0, paid=0)
    rows = sum((b.own_points(line) for line in record.lines.all()), Decimal(0))
    assert record.execution_points is None
    assert record.total == (rows / 90 * 100).quantize(Decimal("0.01"))
    assert "折算" in record.execution_note


def test_new_payments_before_signing_change_points_and_total(county: make.County) -> None:
    record = b.self_evaluation(county)
    project = county.person("unit_project")
    make.make_budget(county, record.subject_year, 15_000_000, kind="payment", day=date(2023, 12, 30))
    s.submit_self_evaluation(evaluation=record, person=project)
    assert (record.execution_points, record.total) == (10, b.TOTAL + Decimal("1.50"))
    assert b.fresh(record).total == record.total


def test_only_the_own_unit_starts_and_only_once(county: make.County) -> None:
    goal = b.approved_goal(county)
    with pytest.raises(Refused) as refused:
        s.start_self_evaluation(goal=goal, person=county.person("unit_project", 1))
    assert "只能办理本单位" in words(refused)
    s.start_self_evaluation(goal=goal, person=county.person("unit_finance"))
    with pytest.raises(Refused) as refused:
        s.start_self_evaluation(goal=goal, person=county.person("unit_project"))
    assert "已经建立" in words(refused)


def test_goal_that_is_not_approved_cannot_be_evaluated(county: make.County) -> None:
    year = make.make_subject(county)
    with pytest.raises(Refused) as refused:
        s.start_self_evaluation(
            goal=make.make_goal(county, year, "reviewed"), person=county.person("unit_project")
        )
    assert "尚未批复" in words(refused)


def test_unreadable_values_are_refused_together_and_nothing_is_kept(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    lines = b.lines_of(
        record,
        购置教学设备台数=Line("一百多台"),
        完成验收时间=Line("年底"),
        单台设备平均成本=Line("0.79万元"),
        设备使用管理制度健全性=Line("好", tier="partly", claimed=Decimal(9)),
        实验开出率=Line("9" * 30),
    )
    with pytest.raises(Refused) as refused:
        s.save_results(
            evaluation=record, lines=lines, actual_objective="x", person=county.person("unit_project")
        )
    told = words(refused)
    assert len(refused.value.refusals) == 5
    for name in (
        "购置教学设备台数",
        "完成验收时间",
        "单台设备平均成本",
        "设备使用管理制度健全性",
        "实验开出率",
    ):
        assert f"“{name}”" in told
    assert {one.where for one in refused.value.refusals} <= {f"line-{pk}" for pk in lines}
    assert set(b.fresh(record).lines.values_list("actual_text", flat=True)) == {""}


def test_a_draft_keeps_what_cannot_be_read_without_points_or_chain(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    before = len(history(record))
    lines = b.lines_of(record, 购置教学设备台数=Line("一百多台"))
    s.save_results(
        evaluation=record, lines=lines, actual_objective="", person=county.person("unit_project"), draft=True
    )
    row = record.lines.get(indicator__name="购置教学设备台数")
    assert (row.actual_text, row.points, b.fresh(record).total) == ("一百多台", None, None)
    assert len(history(record)) == before


def test_each_half_belongs_to_its_officer(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    with pytest.raises(Refused) as refused:
        s.save_results(evaluation=record, lines={}, actual_objective="", person=county.person("unit_finance"))
    assert "项目经办" in words(refused)
    with pytest.raises(Refused) as refused:
        s.save_execution_reason(evaluation=record, reason="慢", person=county.person("unit_project"))
    assert "财务经办" in words(refused)


def test_halves_are_saved_side_by_side_and_a_stale_page_is_overtaken(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    project, finance = county.person("unit_project"), county.person("unit_finance")
    mine, theirs = Seen(record.results_version, "one"), Seen(record.money_version, "two")
    s.save_execution_reason(evaluation=b.fresh(record), reason="供货延期", person=finance, seen=theirs)
    for _ in range(2):  # the same page saves again and again
        s.save_results(
            evaluation=b.fresh(record), lines={}, actual_objective="一", person=project, seen=mine, draft=True
        )
    with pytest.raises(Overtaken):
        s.save_results(
            evaluation=b.fresh(record), lines={}, actual_objective="二", person=project, seen=Seen(0, "other")
        )
    kept = b.fresh(record)
    assert (kept.actual_objective, kept.execution_reason) == ("一", "供货延期")


def test_long_execution_reason_is_refused(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    with pytest.raises(Refused) as refused:
        s.save_execution_reason(evaluation=record, reason="慢" * 101, person=county.person("unit_finance"))
    assert "不超过 100 字，现为 101 字" in words(refused)


def test_submission_names_everything_that_is_missing_with_clauses(county: make.County) -> None:
    record = b.self_evaluation(county, "empty")
    project = county.person("unit_project")
    lines = b.lines_of(record, 购置教学设备台数=Line("110台"), 实验开出率=Line("130%"))
    s.save_results(evaluation=record, lines=lines, actual_objective=record.goal.objective, person=project)
    with pytest.raises(Refused) as refused:
        s.submit_self_evaluation(evaluation=record, person=project)
    told = words(refused)
    assert "逐字相同" in told
    assert "“购置教学设备台数”得 18.33 分" in told
    assert "“实验开出率”达到目标值的 130% 以上" in told
    assert "师生满意度" not in told
    assert "“预算执行率”为 85.00%，低于 90%" in told
    assert "佐证" in told
    assert all(one.clause for one in refused.value.refusals)


@pytest.mark.feature("6.29")
def test_signature_is_bound_to_the_exact_content(county: make.County) -> None:
    record = b.self_evaluation(county)
    project, finance = county.person("unit_project"), county.person("unit_finance")
    s.submit_self_evaluation(evaluation=record, person=project)
    assert record.state == "draft"
    s.attach_evidence(evaluation=record, row="", name="补充.pdf", content=b.PDF + b"2", person=project)
    s.submit_self_evaluation(evaluation=record, person=finance)
    assert record.state == "draft"  # the first signature was for other content
    workflow = policy_for(record.cycle).workflows["self_evaluation"]
    signed = signatures_for(record, workflow, s.hash_of(record))
    halves = halves_signed(signed, workflow, {})
    assert [(half.role, half.signed.void) for half in halves] == [
        ("unit_project", True),
        ("unit_finance", False),
    ]
    s.submit_self_evaluation(evaluation=record, person=project)
    assert record.state == "department"


def test_one_person_does_not_sign_for_both_halves(county: make.County) -> None:
    record = b.self_evaluation(county)
    s.submit_self_evaluation(evaluation=record, person=county.person("unit_project"))
    s.submit_self_evaluation(evaluation=record, person=county.person("unit_project"))
    assert record.state == "draft"


def test_proof_is_needed_and_can_be_taken_back_only_in_the_draft(county: make.County) -> None:
    record = b.self_evaluation(county)
    project = county.person("unit_project")
    s.take_back_evidence(evaluation=record, evidence_id=evidence_of(record).get().pk, person=project)
    with pytest.raises(Refused) as refused:
        s.submit_self_evaluation(evaluation=record, person=project)
    assert "佐证" in words(refused)
    sent = b.self_evaluation(county, "department")
    with pytest.raises(Refused):
        s.take_back_evidence(evaluation=sent, evidence_id=evidence_of(sent).get().pk, person=project)
    with pytest.raises(Refused):
        s.attach_evidence(evaluation=sent, row="", name="晚.pdf", content=b.PDF, person=project)


def test_withdrawn_and_returned_records_are_filled_again(county: make.County) -> None:
    record = b.self_evaluation(county, "department")
    s.withdraw_self_evaluation(evaluation=record, person=county.person("unit_project"))
    assert record.state == "draft"
    other = b.self_evaluation(county, "submitted")
    with pytest.raises(Refused) as refused:
        s.return_self_evaluation(evaluation=other, person=county.person("performance_office"), comment=" ")
    assert "须写明意见" in words(refused)
    s.return_self_evaluation(evaluation=other, person=county.person("performance_office"), comment="缺问卷")
    assert other.state == "draft"


def test_a_reviewer_of_another_department_is_refused(county: make.County) -> None:
    record = b.self_evaluation(county, "department")
    with pytest.raises(Refused) as refused:
        s.confirm_self_evaluation(evaluation=record, person=county.person("department_reviewer", 1))
    assert "本部门" in words(refused)


def test_moving_with_an_old_version_is_overtaken(county: make.County) -> None:
    record = b.self_evaluation(county, "department")
    with pytest.raises(Overtaken):
        s.confirm_self_evaluation(
            evaluation=record, person=county.person("department_reviewer"), version=record.version - 1
        )


def test_a_replaced_goal_stops_the_draft_until_it_follows(county: make.County) -> None:
    record = b.self_evaluation(county)
    project = county.person("unit_project")
    with clock.at(date(2024, 2, 5)):
        newer = adjust_goal(goal=record.goal, person=project, reason="任务调整")
        approve(county, newer)
    with pytest.raises(Refused) as refused:
        s.submit_self_evaluation(evaluation=record, person=project)
    assert "第 2 版" in words(refused)
    s.follow_goal(evaluation=record, person=project)
    assert record.goal == newer
    assert record.lines.count() == newer.indicators.count()
    assert record.lines.get(indicator__name="购置教学设备台数").actual_text == "110台"
    assert record.total == b.TOTAL
    with pytest.raises(Refused):
        s.follow_goal(evaluation=record, person=project)


def approve(county: make.County, goal: Goal) -> None:
    project, finance = county.person("unit_project"), county.person("unit_finance")
    g.submit_goal(goal=goal, person=project)
    g.submit_goal(goal=goal, person=finance)
    g.approve_department(goal=goal, person=county.person("department_reviewer"))
    g.pass_division(goal=goal, person=county.person("division"))
    g.pass_performance(goal=goal, person=county.person("performance_office"))
    g.approve_goal(goal=goal, person=county.person("bureau_leader"))


# --- draw and re-check


@pytest.mark.feature("6.06")
def test_draw_is_repeatable_and_a_changed_record_of_it_is_noticed(county: make.County) -> None:
    records = [b.self_evaluation(county, "submitted") for _ in range(3)]
    drawn = draw_rechecks(
        cycle=county.cycle, count=1, seed=" 上证 3000.01 ", person=county.person("performance_office")
    )
    assert drawn.seed == "上证 3000.01"
    assert verify_draw(drawn) == []
    assert drawn_ids(county.cycle) < {one.pk for one in records}
    assert len(draw_population(county.cycle)) == 2
    other = next(key for key in drawn.population if key not in drawn.chosen)
    Draw.objects.filter(pk=drawn.pk).update(chosen=[other])
    assert verify_draw(b.fresh(drawn)) != []
    Draw.objects.filter(pk=drawn.pk).update(chosen=drawn.chosen, population=drawn.population[:-1])
    assert verify_draw(b.fresh(drawn)) != []


@pytest.mark.parametrize(
    ("count", "seed", "told"),
    [(2, "七", "可抽取 1 份"), (0, "七", "可抽取 1 份"), (1, "  ", "随机种子"), (1, "七" * 81, "80 字")],
)
def test_draw_refuses_what_does_not_fit(county: make.County, count: int, seed: str, told: str) -> None:
    b.self_evaluation(county, "submitted")
    with pytest.raises(Refused) as refused:
        draw_rechecks(cycle=county.cycle, count=count, seed=seed, person=county.person("evaluation_centre"))
    assert told in words(refused)


def test_a_department_does_not_draw(county: make.County) -> None:
    with pytest.raises(Refused):
        draw_rechecks(cycle=county.cycle, count=1, seed="七", person=county.person("department_reviewer"))


def drawn_record(county: make.County) -> SelfEvaluation:
    record = b.self_evaluation(county, "submitted")
    draw_rechecks(cycle=county.cycle, count=1, seed="七", person=county.person("performance_office"))
    return record


def test_what_was_drawn_is_re_checked_before_it_is_accepted(county: make.County) -> None:
    record = drawn_record(county)
    with pytest.raises(Refused) as refused:
        s.accept_self_evaluation(evaluation=record, person=county.person("performance_office"))
    assert "抽中复核" in words(refused)


@pytest.mark.feature("6.06")
def test_re_check_keeps_both_scores_and_their_difference(county: make.County) -> None:
    record = drawn_record(county)
    points = {line.pk: (b.own_points(line) - 1, "佐证不足") for line in record.lines.all()}
    with pytest.raises(Refused) as refused:
        s.recheck_self_evaluation(
            evaluation=record, points=points, note="", person=county.person("evaluation_centre")
        )
    assert "相差7.00分，超过5" in words(refused).replace(" ", "")
    record = b.fresh(record)
    s.recheck_self_evaluation(
        evaluation=record, points=points, note="证明不足", person=county.person("evaluation_centre")
    )
    assert (record.total, record.recheck_total, record.state) == (b.TOTAL, b.TOTAL - 7, "rechecked")
    s.accept_self_evaluation(evaluation=record, person=county.person("performance_office"))
    assert self_evaluation_cover(county.cycle).rate == 100


def test_re_check_names_every_wrong_row(county: make.County) -> None:
    record = drawn_record(county)
    rows = list(record.lines.all())
    points = {row.pk: (b.own_points(row), "") for row in rows[1:]}
    points[rows[1].pk] = (Decimal(99), "多")
    points[rows[2].pk] = (b.own_points(rows[2]) - 1, " ")
    points[rows[3].pk] = (Decimal("4.999"), "少")
    with pytest.raises(Refused) as refused:
        s.recheck_self_evaluation(
            evaluation=record, points=points, note="", person=county.person("evaluation_centre")
        )
    wheres = [one.where for one in refused.value.refusals]
    assert wheres == [f"line-{row.pk}" for row in rows[:4]]
    assert b.fresh(record).recheck_total is None


@pytest.mark.feature("6.01")
def test_cover_counts_only_what_left_the_unit(county: make.County) -> None:
    b.self_evaluation(county, "submitted")
    b.self_evaluation(county, "department")
    b.approved_goal(county, unit=2)
    whole = self_evaluation_cover(county.cycle)
    assert (whole.due, whole.done) == (3, 1)
    own = self_evaluation_cover(county.cycle, county.person("unit_project", 2))
    assert (own.due, own.done) == (1, 0)


# --- judging, without a database


def row(**more: object) -> GoalIndicator:
    values = {
        "name": "台数",
        "operator": ">=",
        "value": Decimal(100),
        "weight": Decimal(10),
        "method": "proportional",
    }
    return GoalIndicator(**(values | {"target_text": "≥100台", "unit": "台"} | more))


@given(actual=st.decimals(min_value=0, max_value=10**12, places=2))
def test_points_never_leave_their_row(actual: Decimal) -> None:
    found = judged(row(), LineData(f"{actual}台"), 2023)
    assert found.problem is None
    assert 0 <= found.points.points <= 10
    assert (found.points.points == 10) >= (actual >= 100)


@given(text=st.text(max_size=260))
def test_whatever_is_typed_is_scored_or_named(text: str) -> None:
    found = judged(row(), LineData(text), 2023, "line-1")
    if found.problem is not None:
        assert "台数" in found.problem.message
        assert found.problem.where == "line-1"
    assert found.points is None or found.problem is None


def test_value_is_shown_with_unit_and_tier() -> None:
    assert actual_words(SelfLine(indicator=row(), actual_text="110", actual=Decimal(110))) == "110台"
    assert actual_words(SelfLine(indicator=row(), actual_text="110台", actual=Decimal(110))) == "110台"
    graded = row(operator="qualitative", method="qualitative_tiers", value=None, target_text="健全", unit="")
    line = SelfLine(indicator=graded, actual_text="已印发", tier="partly")
    assert actual_words(line) == "部分达成年度指标并具有一定效果：已印发"


@pytest.mark.parametrize(
    ("actual", "target", "operator", "said"),
    [
        ("129.9", "100", ">=", False),
        ("130", "100", ">=", True),
        ("130", "100", "<=", False),
        ("130", "0", ">=", False),
    ],
)
def test_far_beyond_the_target_begins_at_the_line(
    actual: str, target: str, operator: str, said: bool
) -> None:
    assert beyond(Decimal(actual), Decimal(target), operator, Decimal(130)) is said


def test_execution_rate_may_be_rounded_first() -> None:
    assert execution_points(300_000_000, 200_000_000, Decimal(10), None)[0] == Decimal("6.67")
    assert execution_points(300_000_000, 200_000_000, Decimal(10), 0)[0] == Decimal("6.70")
    assert execution_points(0, 0, Decimal(10), None)[0] is None
