"""The engine: all refusals at once, signatures bound to content, four eyes."""

from typing import Any

import pytest

from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow import Attempt, Outcome, Signed, Workflow
from jiheng.rules.workflow.registry import MissingFact
from tests.rules.workflow.tables import TABLE

FACTS: dict[str, Any] = {"findings": [], "evidence_missing": [], "actors": {}}


def workflow():
    return Workflow.parse(TABLE).with_titles({"law": "《测试办法》（测财〔2020〕1号）"})


def attempt(action, role, *, state="review", actor="甲", facts=None, **more):
    return Attempt(state, action, role, actor, {**FACTS, **(facts or {})}, content_hash="h1", **more)


def refusals(given):
    outcome = workflow().take(given)
    assert isinstance(outcome, list), outcome
    return outcome


def outcome(given):
    found = workflow().take(given)
    assert isinstance(found, Outcome), found
    return found


def test_allowed_step_moves_and_names_its_own_clause():
    found = outcome(attempt("approve", "bureau_leader"))
    assert (found.state, found.moved, found.clause) == (
        "approved",
        True,
        "《测试办法》（测财〔2020〕1号）第九条",
    )


def test_step_without_a_clause_rests_on_that_of_the_table():
    assert outcome(attempt("withdraw", "unit_project")).clause == "《测试办法》（测财〔2020〕1号）第三条"


def test_all_reasons_come_at_once_each_with_a_clause():
    found = refusals(
        attempt(
            "submit", "unit_project", state="draft", facts={"evidence_missing": ["甲", "乙"], "findings": []}
        )
    )
    assert [one.message for one in found] == ["“甲”没有佐证资料", "“乙”没有佐证资料"]
    assert {one.clause for one in found} == {"《测试办法》（测财〔2020〕1号）第三条"}


def test_return_without_words_is_refused_beside_the_comment():
    (found,) = refusals(attempt("return", "department_reviewer", comment="  "))
    assert (found.message, found.where) == ("“退回”须写明意见", "comment")
    assert outcome(attempt("return", "department_reviewer", comment="请补充")).state == "draft"


def test_unknown_step_says_what_can_be_done_now():
    (found,) = refusals(attempt("approve", "bureau_leader", state="draft"))
    assert found.message == "“草拟”状态下不能办理“批复”"
    (found,) = refusals(attempt("submit", "unit_project"))
    assert found.remedy == "现在可以办理：撤回"


def test_step_of_somebody_else_says_whose_it_is():
    (found,) = refusals(attempt("approve", "unit_project"))
    assert (found.message, found.remedy) == ("项目经办不能办理“批复”", "请由局领导办理")
    assert found.clause.endswith("第九条")


@pytest.mark.feature("3.10")
@pytest.mark.parametrize(("actor", "fine"), [("甲", False), ("乙", True)])
def test_whoever_submitted_does_not_review(actor, fine):
    found = workflow().take(
        attempt("approve", "bureau_leader", actor=actor, facts={"actors": {"submit": {"甲", "丙"}}})
    )
    assert isinstance(found, Outcome) is fine
    if not fine:
        assert found == [
            Refusal(
                "您已办理过“提交”，不能再办理“批复”",
                "《测试办法》（测财〔2020〕1号）第九条",
                "请由另一位有权限的人员办理",
            )
        ]


def test_first_signature_stays_in_the_state_and_names_who_is_missing():
    found = outcome(attempt("submit", "unit_project", state="draft"))
    assert (found.state, found.moved, found.missing) == ("draft", False, ("unit_finance",))
    assert found.signatures == (Signed("submit", "unit_project", "甲", "h1"),)


@pytest.mark.feature("1.09")
def test_second_signature_on_the_same_content_moves():
    first = Signed("submit", "unit_project", "甲", "h1")
    found = outcome(attempt("submit", "unit_finance", state="draft", actor="乙", signatures=(first,)))
    assert (found.state, found.moved) == ("review", True)
    assert [one.role for one in found.signatures] == ["unit_project", "unit_finance"]


@pytest.mark.feature("1.09")
@pytest.mark.parametrize(
    "stale",
    [
        Signed("submit", "unit_project", "甲", "h0"),
        Signed("approve", "unit_project", "甲", "h1"),
        Signed("submit", "bureau_leader", "甲", "h1"),
    ],
)
def test_signature_on_other_content_or_another_act_does_not_count(stale):
    found = outcome(attempt("submit", "unit_finance", state="draft", actor="乙", signatures=(stale,)))
    assert (found.state, found.missing) == ("draft", ("unit_project",))


def test_one_person_cannot_sign_for_two():
    first = Signed("submit", "unit_project", "甲", "h1")
    (found,) = refusals(attempt("submit", "unit_finance", state="draft", actor="甲", signatures=(first,)))
    assert "您已以项目经办的身份签署" in found.message


def test_newer_signature_of_a_role_replaces_the_older():
    first = Signed("submit", "unit_project", "甲", "h1")
    found = outcome(attempt("submit", "unit_project", state="draft", actor="丙", signatures=(first,)))
    assert [one.actor for one in found.signatures] == ["丙"]


def test_signature_over_nothing_is_an_error_of_the_program():
    bare = Attempt("draft", "submit", "unit_project", "甲", FACTS)
    with pytest.raises(ValueError, match="摘要"):
        workflow().take(bare)


def test_fact_that_was_not_gathered_is_an_error_of_the_program():
    bare = Attempt("draft", "submit", "unit_project", "甲", {"findings": []}, content_hash="h1")
    with pytest.raises(MissingFact, match="evidence_missing"):
        workflow().take(bare)


def test_buttons_are_those_of_state_and_role():
    found = workflow()
    assert [step.label for step in found.actions("review", "unit_project")] == ["撤回"]
    assert found.actions("approved", "bureau_leader") == []
    assert found.actions("draft", "bureau_leader") == []


def test_step_names_the_facts_it_rests_on():
    found = workflow()
    assert found.reads(found.actions("draft", "unit_project")[0]) == {"findings", "evidence_missing"}
