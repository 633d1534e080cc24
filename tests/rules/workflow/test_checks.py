"""Each condition refuses at its line and not beside it, in words with a way out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from jiheng.rules.policy import load_policy
from jiheng.rules.policy.cases import NEUTRAL
from jiheng.rules.workflow.checks import CHECKS
from jiheng.rules.workflow.registry import check

NATIONAL = load_policy("national").at(2023, date(2023, 6, 1))
YANCHI = load_policy("ningxia-yanchi").at(2023, date(2023, 6, 1))


def ask(key, argument=True, *, rules=NATIONAL, **facts):
    return CHECKS[key].ask({**NEUTRAL, "policy": rules, **facts}, argument)


def messages(key, argument=True, **facts):
    return [refusal.message for refusal in ask(key, argument, **facts)]


@dataclass(frozen=True)
class Finding:
    """A finding as a stage gathers it."""

    message: str
    blocking: bool
    clause: str = "第一条"
    remedy: str = "改正"
    where: str = "name"


DEVIATION = {"label": "执行率", "reason": "招标推迟", "measure": "加快招标", "clause": "监控线"}


@pytest.mark.parametrize(
    ("key", "argument", "facts"),
    [
        ("form_complete", True, {"findings": [Finding("缺名称", blocking=True)]}),
        ("both_halves_filled", True, {"halves": {"project": ["数量"], "finance": []}}),
        ("both_halves_filled", True, {"halves": {"project": [], "finance": ["金额"]}}),
        ("scorecard_complete", "department", {"scorecard_missing": {"department": ["必要性"]}}),
        ("scorecard_complete", "bureau", {"scorecard_missing": {"department": []}}),
        ("evidence_present", True, {"evidence_missing": ["数量"]}),
        ("report_complete", True, {"report_missing": ["结论"]}),
        ("goal_approved", True, {"goal_state": "reviewed"}),
        ("goal_approved", True, {"goal_state": None}),
        ("within_standing", True, {"amount": 101, "standing_ceiling": 100}),
        ("within_standing", True, {"amount": 1, "standing_ceiling": 0}),
        ("adjustment_reasoned", True, {"revision": 2, "adjustment_reason": " "}),
        ("readings_complete", True, {"readings_missing": ["数量"]}),
        ("deviation_explained", True, {"deviations": [{**DEVIATION, "reason": ""}]}),
        ("measures_recorded", True, {"deviations": [{**DEVIATION, "measure": ""}]}),
        ("reasons_given", True, {"reasons_missing": [{"label": "数量", "why": "未完成", "clause": "条"}]}),
        ("evaluator_independent", True, {"evaluator_organisation": 1, "evaluated_organisation": 1}),
        ("findings_listed", True, {"grade": "fair", "finding_count": 0}),
        ("unit_heard", True, {"unit_response": " ", "response_overdue": False}),
        ("recheck_complete", True, {"recheck_missing": ["数量"]}),
        ("recheck_complete", True, {"recheck_difference": Decimal("-5.01")}),
        ("rectification_answered", True, {"rectification_missing": ["问题一"]}),
        ("acceptance_by_other", True, {"responsible_organisation": 1, "acting_organisation": 1}),
        ("decision_within_bounds", True, {"grade": "fair", "decision_action": "cut", "decision_ratio": Decimal(0)}),
        ("decision_within_bounds", True, {"grade": "good", "decision_action": "cut", "decision_ratio": Decimal(0)}),
        ("decision_within_bounds", True, {"grade": "none_such"}),
        ("decision_within_bounds", True, {"evaluation_kind": "self", "grade": "good"}),
        ("conclusion_given", True, {}),
        ("appraisal_concluded", True, {"change_kind": "new"}),
    ],
)  # fmt: skip
def test_condition_refuses(key, argument, facts):
    found = ask(key, argument, **facts)
    assert len(found) == 1
    assert found[0].message
    assert found[0].remedy or key == "form_complete"


@pytest.mark.parametrize(
    ("key", "argument", "facts"),
    [
        ("form_complete", True, {"findings": [Finding("名称较长", blocking=False)]}),
        ("both_halves_filled", True, {}),
        ("scorecard_complete", "department", {}),
        ("evidence_present", True, {}),
        ("report_complete", True, {}),
        ("goal_approved", True, {"goal_state": "approved"}),
        ("within_standing", True, {"amount": 100, "standing_ceiling": 100}),
        ("within_standing", True, {"amount": 10**12, "standing_ceiling": None}),
        ("adjustment_reasoned", True, {"revision": 1, "adjustment_reason": ""}),
        ("adjustment_reasoned", True, {"revision": 2, "adjustment_reason": "政策变化"}),
        ("readings_complete", True, {}),
        ("deviation_explained", True, {"deviations": [DEVIATION]}),
        ("measures_recorded", True, {"deviations": [DEVIATION]}),
        ("reasons_given", True, {}),
        ("evaluator_independent", True, {"evaluator_organisation": None, "evaluated_organisation": 1}),
        ("findings_listed", True, {"grade": "fair", "finding_count": 1}),
        ("findings_listed", True, {"grade": "good", "finding_count": 0}),
        ("unit_heard", True, {"unit_response": "无异议"}),
        ("unit_heard", True, {"response_overdue": True}),
        ("recheck_complete", True, {"recheck_difference": Decimal(5)}),
        ("recheck_complete", True, {"recheck_difference": Decimal("5.01"), "recheck_opinion": "依据不足"}),
        ("rectification_answered", True, {}),
        ("acceptance_by_other", True, {"responsible_organisation": 1, "acting_organisation": 2}),
        ("decision_within_bounds", True, {"grade": "good"}),
        ("review_passed", True, {"review_total": Decimal(1)}),
        ("appraisal_concluded", True, {"change_kind": "continuing"}),
        ("appraisal_concluded", True, {"change_kind": "new", "amount": 5, "appraisal_conclusion": "supported", "appraisal_agreed": 5}),
    ],
)  # fmt: skip
def test_condition_lets_pass(key, argument, facts):
    assert ask(key, argument, **facts) == []


@pytest.mark.parametrize(
    ("total", "fine"), [(Decimal("74.99"), False), (Decimal(75), True), (Decimal("75.01"), True)]
)
def test_pass_mark_is_held_at_its_line(total, fine):
    class Rules:
        @staticmethod
        def get(key):
            assert key == "goal_review_pass_mark"
            return type("Value", (), {"value": Decimal(75), "clause": "第二条", "label": "及格分"})

    assert (ask("review_passed", rules=Rules, review_total=total) == []) is fine


@pytest.mark.parametrize(
    ("rule", "facts", "why"),
    [
        (None, {"is_major": True}, ""),
        ({"major": True}, {"is_major": True}, "（列为重大）"),
        ({"major": False}, {"is_major": True}, ""),
        ({"major": True}, {"is_major": True, "review_total": Decimal(60)}, ""),
        ({"kinds": ["department"]}, {"subject_kind": "department"}, "（属于制度列明的对象类别）"),
        ({"kinds": ["department"]}, {"subject_kind": "project"}, ""),
        ({"listed": True, "major": True}, {"key_listed": True, "is_major": True}, "（列为重大、列入重点审核清单）"),
        ({"major": True}, {"key_listed": True}, ""),
    ],
)
def test_important_goals_are_scored_before_they_pass(rule, facts, why):
    class Rules:
        @staticmethod
        def get(key):
            assert key == "important_goals"
            return type("Value", (), {"value": rule, "clause": "第二条", "label": key}) if rule else None

    found = ask("important_scored", rules=Rules, **facts)
    assert [one.clause for one in found] == (["第二条"] if why else [])
    assert why in "".join(one.message for one in found)


@pytest.mark.parametrize(
    ("mark", "total", "grade", "fine"),
    [
        (75, Decimal("74.99"), "fair", True),
        (75, Decimal(75), "fair", False),
        (75, Decimal(80), "poor", True),
        (None, Decimal(80), "poor", True),
        (None, Decimal(80), "fair", False),
        (75, None, None, False),
    ],
)
def test_only_what_failed_may_be_turned_away(mark, total, grade, fine):
    class Rules:
        @staticmethod
        def get(key):
            value = {"goal_review_pass_mark": mark, "goal_review_gate": {"fair": "pass", "poor": "stop"}}[key]
            return type("Value", (), {"value": value, "clause": "第二条", "label": key}) if value else None

    assert (ask("review_failed", rules=Rules, review_total=total, review_grade=grade) == []) is fine


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"amount_asked": 100, "amount_agreed": 90}, "不等于"),
        ({"amount_asked": 100, "amount_cut": 100, "amount_agreed": 0}, "须大于零"),
        ({"amount_asked": 100, "amount_cut": -20, "amount_agreed": 120}, "不能为负数"),
        ({"amount_asked": 100, "amount_agreed": 100, "vetoes": ["重复"]}, "否决事项：重复"),
        ({"amount_asked": 100, "amount_agreed": 100, "score_conclusion": "not_supported"}, "与得分所示不同"),
        ({"conclusion": "not_supported", "amount_asked": 100, "amount_agreed": 100, "opinion": "重复"}, "须为零"),
        ({"conclusion": "supported_after_revision", "score_conclusion": "supported_after_revision", "amount_asked": 1, "amount_agreed": 1}, "须写明"),
    ],
)  # fmt: skip
def test_conclusion_has_to_be_whole(facts, words):
    base = {"conclusion": "supported", "score_conclusion": "supported"}
    found = messages("conclusion_given", **{**base, **facts})
    assert len(found) == 1
    assert words in found[0]


def test_whole_conclusion_passes():
    assert (
        ask(
            "conclusion_given",
            conclusion="not_supported",
            score_conclusion="not_supported",
            vetoes=["重复"],
            opinion="与已有项目重复",
            amount_asked=100,
            amount_cut=100,
        )
        == []
    )


@pytest.mark.parametrize(
    ("ratio", "reason", "fine"),
    [
        ("9.99", "", False),
        ("10", "", True),
        ("30", "", True),
        ("30.01", "", False),
        ("30.01", "  ", False),
        ("0", "中央配套", True),
    ],
)
def test_yanchi_cut_is_held_between_10_and_30_unless_reasoned(ratio, reason, fine):
    found = ask(
        "decision_within_bounds",
        rules=YANCHI,
        grade="fair",
        decision_action="cut",
        decision_ratio=Decimal(ratio),
        exception_reason=reason,
    )
    assert (found == []) is fine
    if not fine:
        assert found[0].clause == "《关于盐池县2022-2023年预算绩效管理情况说明》一（四）"


def test_exception_is_only_for_rules_that_hold_in_principle():
    found = ask(
        "decision_within_bounds",
        rules=YANCHI,
        evaluation_kind="department",
        grade="poor",
        decision_action="cut",
        decision_ratio=Decimal(0),
        exception_reason="特殊情况",
    )
    assert len(found) == 1
    assert "例外" not in found[0].remedy


def test_not_supported_keeps_out_even_what_needed_no_appraisal():
    assert messages("appraisal_concluded", change_kind="continuing", appraisal_conclusion="not_supported")


def silent(_facts, _argument):
    return None


def test_condition_is_registered_once_and_with_words():
    with pytest.raises(ValueError, match="两次"):
        check("form_complete", reads=())(silent)
    with pytest.raises(ValueError, match="说明"):
        check("silent", reads=())(silent)
    assert "silent" not in CHECKS


def test_every_condition_says_which_facts_it_reads():
    for condition in CHECKS.values():
        assert all(name in condition.text for name in condition.reads if name != "policy"), condition.key
