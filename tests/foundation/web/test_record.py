"""The panel of the next step: who may take which step, which one leads on, what the others may do."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.test import RequestFactory

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import HistoryLine
from jiheng.foundation.web.record import Action, Waiting, asked, next_step, told
from jiheng.foundation.workflow.models import Case
from jiheng.rules.workflow import Workflow

TABLE = Workflow.parse(
    {
        "key": "goals",
        "label": "绩效目标",
        "cite": {"source": "trial", "clause": "第八条"},
        "start": "draft",
        "final": ["approved"],
        "states": {
            "draft": {"label": "草稿"},
            "waiting": {"label": "待审核", "tone": "blue"},
            "approved": {"label": "已批复", "tone": "green"},
        },
        "steps": [
            {"action": "submit", "label": "提交审核", "from": "draft", "to": "waiting",
             "by": ["unit_project", "unit_finance"], "all_must_sign": True},
            {"action": "return", "label": "退回修改", "from": "waiting", "to": "draft", "by": ["division"],
             "comment": True, "not_same_person_as": ["submit"]},
            {"action": "approve", "label": "批复", "from": "waiting", "to": "approved", "by": ["division"],
             "not_same_person_as": ["submit"]},
            {"action": "withdraw", "label": "撤回", "from": "waiting", "to": "draft", "by": ["unit_finance"], "own": True},
        ],
    }
)  # fmt: skip
PERSON = Person(1, "张一民", "division", 1, 1, "试验县财政局", "bureau", 1, "test", "试验县", frozenset({1}))


@dataclass
class Goal:
    """What the panel reads of a case."""

    state: str
    version: int = 3


def panel(state: str, role: str = "division", **more: Any) -> Any:
    goal = cast(Case, Goal(state))
    return next_step(goal, TABLE, replace(PERSON, role=role), "/act/", **more)


def test_step_that_leads_on_comes_first_and_is_primary() -> None:
    found = panel("waiting")
    assert found.mine == [
        Action("approve", "批复", primary=True),
        Action("return", "退回修改", comment=True, back=True),
    ]
    assert (found.wants_comment, found.commented, found.version) == (True, "退回修改", 3)


def test_steps_of_others_name_who_may_take_them() -> None:
    assert panel("waiting").others == [Waiting("撤回", "财务经办")]
    assert panel("draft").others == [Waiting("提交审核", "须会签：项目经办、财务经办")]


def test_withdrawing_is_never_the_primary_button() -> None:
    assert panel("waiting", "unit_finance").mine == [Action("withdraw", "撤回", back=True)]


def test_whoever_may_not_move_the_record_gets_no_buttons() -> None:
    found = panel("waiting", may=False)
    assert found.mine == []
    assert [one.label for one in found.others] == ["退回修改", "批复", "撤回"]


def test_hidden_steps_have_their_own_place() -> None:
    assert [one.action for one in panel("waiting", hidden=("return",)).mine] == ["approve"]


def test_question_before_a_dangerous_step_is_kept() -> None:
    assert panel("waiting", confirm={"approve": "批复后不能撤回。"}).mine[0].confirm == "批复后不能撤回。"


def test_finished_case_says_so() -> None:
    assert panel("approved").final


@pytest.mark.parametrize(("sent", "version"), [("3", 3), ("", None), ("-1", None), ("x", None)])
def test_panel_sends_action_opinion_and_version(rf: RequestFactory, sent: str, version: int | None) -> None:
    want = asked(rf.post("/act/", {"action": "return", "comment": " 请补充依据 ", "version": sent}))
    assert (want.action, want.comment, want.version) == ("return", "请补充依据", version)


def test_history_is_told_in_the_words_of_the_table() -> None:
    at = datetime(2026, 1, 12, tzinfo=UTC)
    moved = HistoryLine(
        2, at, "李二秀", "goals.return", {"from": "待审核", "to": "草稿", "comment": "缺依据"}, "第八条"
    )
    other = HistoryLine(1, at, "张一民", "goals.start", {}, "")
    lines = told([moved, other], TABLE)
    assert [one.text for one in lines] == ["退回修改：待审核 → 草稿", "开始填报"]
    assert (lines[0].comment, lines[0].clause, lines[0].who) == ("缺依据", "第八条", "李二秀")
