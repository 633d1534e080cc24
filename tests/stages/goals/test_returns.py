"""Rows sent back with standard reasons: each with its clause, counted by reason, department and indicator."""

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.foundation.refused import Refused
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.stages.goals.facts import risks_of
from jiheng.stages.goals.models import Goal, RowReturn
from jiheng.stages.goals.returns import (
    by_department,
    by_indicator,
    by_reason,
    return_reasons,
    visible_returns,
)
from jiheng.stages.goals.services import return_goal
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def back(county: make.County, rows: dict[int, tuple[str, str]], unit: int = 0) -> Goal:
    """A goal of which the rows at these places were sent back, each with (standard reason, words)."""
    goal = make.make_goal(county, make.make_subject(county, unit=unit), "department")
    own = list(goal.indicators.all())
    return_goal(
        goal=goal,
        person=county.person("department_reviewer", 1 if unit == 2 else 0),
        comment="请修改",
        rows={own[at].pk: words for at, (_, words) in rows.items()},
        kinds={own[at].pk: key for at, (key, _) in rows.items()},
    )
    return goal


@pytest.mark.feature("3.12")
def test_standard_reason_stands_with_its_clause_and_words_are_added(county: make.County) -> None:
    goal = back(county, {0: ("too_low", "上年完成 150 台"), 1: ("other", "请改名称"), 2: ("vague", "")})
    low = next(one for one in return_reasons(county.cycle) if one.key == "too_low")
    assert [(one.kind, one.reason) for one in RowReturn.objects.all()] == [
        ("too_low", f"{low.label}；上年完成 150 台"), ("other", "请改名称"), ("vague", "用词空泛或无法评判，请改写"),
    ]  # fmt: skip
    assert goal.indicators.filter(returned=True).count() == 3
    entry = next(one for one in history(goal) if one.action == "goals.return_rows")
    assert low.clause
    assert low.clause in entry.clause


@pytest.mark.parametrize(("key", "words", "said"), [("other", "", "须写明原因"), ("", "", "须写明原因"), ("nonsense", "改", "没有这一条标准理由")])
def test_other_needs_words_and_unknown_reasons_are_refused(county: make.County, key: str, words: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        back(county, {0: (key, words)})
    assert said in refused.value.refusals[0].message
    assert not RowReturn.objects.exists()


@pytest.mark.feature("3.12")
def test_returns_are_counted_by_reason_department_and_indicator(county: make.County) -> None:
    back(county, {0: ("too_low", ""), 1: ("too_low", "")})
    back(county, {0: ("vague", "")}, unit=2)
    back(county, {0: ("", "自己写的")}, unit=1)
    office = county.person("performance_office")
    rows = visible_returns(office, county.cycle)
    told = [(one.key, one.number, one.goals) for one in by_reason(rows, return_reasons(county.cycle))]
    assert told[0] == ("too_low", 2, 1)
    assert sorted(told[1:]) == [("none", 1, 1), ("vague", 1, 1)]
    assert [(one.label, one.number) for one in by_department(rows)] == [("测试县教育局", 3), ("测试县农业农村局", 1)]
    assert by_indicator(rows)[0].number == 3
    page = make.sign_in(Client(), office, county.cycle).get(reverse("goals:returns"))
    assert "指标值偏低" in page.content.decode()
    some = make.sign_in(Client(), office, county.cycle).get(reverse("goals:returns"), {"kind": "none"}).content.decode()
    assert "自己写的" in some
    theirs = visible_returns(county.person("department_reviewer", 1), county.cycle)
    assert theirs.count() == 1


def test_rules_frozen_before_a_value_was_known_prescribe_nothing(county: make.County, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_for(county.cycle)
    older = {key: one for key, one in policy.parameters.items() if not key.startswith(("goal_return", "goal_bulk", "goal_soft", "goal_late"))}
    monkeypatch.setitem(policy.__dict__, "parameters", older)
    assert rule_in(county.cycle, "goal_return_reasons") is None
    goal = back(county, {0: ("", "请改")})
    assert [(one.kind, one.reason) for one in RowReturn.objects.all()] == [(None, "请改")]
    assert risks_of(goal) == []
    for name in ("goals:returns", "goals:softening", "goals:list"):
        page = make.sign_in(Client(), county.person("performance_office"), county.cycle).get(reverse(name))
        assert page.status_code == 200
