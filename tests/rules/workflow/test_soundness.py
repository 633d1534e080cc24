"""A table that cannot be trusted is not read."""

import pytest
from pydantic import ValidationError

from jiheng.rules.workflow import Workflow
from tests.rules.workflow.tables import TABLE, table, with_step


def test_sound_table_has_no_problems():
    assert Workflow.parse(TABLE).check() == []


def extra(**step):
    base = {"action": "extra", "label": "另办", "from": "review", "to": "approved", "by": ["division"]}
    return table(steps=[*TABLE["steps"], {**base, "not_same_person_as": ["submit"], **step}])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (table(states={**TABLE["states"], "lost": {"label": "丢失"}}), "“lost”从起点到不了"),
        (extra(to="limbo"), "“limbo”没有在 states 中说明"),
        (
            {**extra(to="limbo"), "states": {**TABLE["states"], "limbo": {"label": "悬空"}}},
            "“limbo”走不到任何终点",
        ),
        (table(final=[]), "没有终点状态"),
        (table(start="nowhere"), "“nowhere”没有在 states 中说明"),
        (extra(**{"from": "approved", "to": "review"}), "终点之后不能再有步骤"),
        (with_step(3, by=["king"]), "角色“king”不存在"),
        (with_step(0, requires={"luck": True}), "条件“luck”不存在"),
        (with_step(0, requires={"form_complete": "yes"}), "写法不对，应为true"),
        (with_step(0, requires={"form_complete": False}), "写法不对，应为true"),
        (with_step(0, requires={"scorecard_complete": True}), "写法不对，应为文字"),
        (with_step(0, by=["unit_project"]), "要求会签，但只有一个角色"),
        (with_step(3, not_same_person_as=["sing"]), "不存在的动作“sing”"),
        (with_step(3, not_same_person_as=[]), "起草人不能审核自己的事项"),
        (with_step(2, comment=False), "须要求填写意见"),
        (extra(action="approve", by=["bureau_leader"]), "写了2次"),
    ],
)
def test_unsound_table_is_refused_in_words(given, words):
    with pytest.raises(ValidationError) as caught:
        Workflow.parse(given)
    assert words in str(caught.value)


def test_unknown_word_in_a_step_is_refused():
    with pytest.raises(ValidationError, match="condition"):
        Workflow.parse(with_step(0, condition={}))


def test_all_problems_of_a_table_come_at_once():
    with pytest.raises(ValidationError) as caught:
        Workflow.parse(with_step(3, by=["king"], not_same_person_as=["sing"]))
    assert "king" in str(caught.value)
    assert "sing" in str(caught.value)


def test_own_step_back_needs_no_comment():
    assert Workflow.parse(with_step(1, comment=False)).check() == []
