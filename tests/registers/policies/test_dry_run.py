"""The trial on the open year: grades, money and deadlines, computed by the stages' own rules on what is stored."""

from collections.abc import Iterator
from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.registers.policies.dry_run import EffectGroup, effects_on, open_years
from jiheng.rules.policy import Policy, load_policy
from jiheng.rules.policy.trial import try_amendment
from jiheng.stages.evaluation.models import Evaluation
from tests.make import DAY, PACK, County, make_county, make_goal, make_subject
from tests.stages.evaluation.builders import consulted, self_evaluation

pytestmark = pytest.mark.django_db

SOURCES = "test-2024-1:\n  title: 测试县规定\n  number: 测财〔2024〕1号\n  level: county\n"
CASE = "cases:\n  - {name: 公开期限不变, budget_year: 2023, parameter: publication_days, expect: {value: 20}}\n"
GRADES = """evaluation:
  label: 绩效评价等级
  cite: {source: test-2024-1, clause: 第二条}
  looser_because: 试行一年
  bands:
    - {key: excellent, label: 优, low: 97}
    - {key: good, label: 良, low: 70}
    - {key: fair, label: 中, low: 60}
    - {key: poor, label: 差, low: 0}
"""
SUBMIT = """goals_submit:
  label: 申报绩效目标
  stage: goals
  opens: {year: -1, month: 9, day: 1}
  due: {year: -1, month: 11, day: 30}
  roles: [unit_project, unit_finance]
  cite: {source: test-2024-1, clause: 第三条}
"""


@pytest.fixture
def county() -> Iterator[County]:
    with clock.at(DAY):
        yield make_county()


def amended(**files: str) -> Policy:
    given = {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return try_amendment(PACK, {"sources.yaml": SOURCES, "cases/a.yaml": CASE, **given}).policy


def groups(county: County, policy: Policy) -> dict[str, EffectGroup]:
    (year,) = open_years(county.place)
    return {one.kind: one for one in effects_on(year, policy)}


@pytest.mark.feature("1.06")
def test_other_grade_lines_tell_whose_grade_and_whose_cut_would_change(county: County) -> None:
    """95.83 分的自评由优变良；70 分的财政评价由中变良，原先扣减 10%—30%，改后不扣减。"""
    own = self_evaluation(county, "submitted")
    judged = consulted(county)
    assert (Evaluation.objects.get(pk=judged.pk).grade, judged.subject_year_id) != ("", own.subject_year_id)
    found = groups(county, amended(grades=GRADES))
    (row,) = found["单位自评的得分和等级"].rows
    assert (row.title, row.before, row.after) == (own.subject_year.name, "95.83 分，优", "95.83 分，良")
    (graded,) = found["财政评价的等级"].rows
    assert (graded.before, graded.after) == ("70.00 分，中", "70.00 分，良")
    (cut,) = found["与预算挂钩的核减"].rows
    assert cut.before.startswith("按被评价年度预算的10%—30%扣减下年度预算（10%—30%），建议核减 ")
    assert cut.after == "照常安排（0%—0%），建议核减 0.00 万元"
    assert cut.money_fen is not None
    assert cut.money_fen < 0
    assert Evaluation.objects.get(pk=judged.pk).grade == "fair"


def test_later_deadline_tells_which_goals_would_no_longer_be_late(county: County) -> None:
    goal = make_goal(county, make_subject(county))
    assert "截止日期：绩效目标" not in groups(county, load_policy(PACK))
    (row,) = groups(county, amended(calendar=SUBMIT))["截止日期：绩效目标"].rows
    assert str(goal.subject_year) == row.title
    assert (row.before, row.after) == ("2022-10-31 截止，已逾期", "2022-11-30 截止")
    with clock.at(date(2022, 12, 15)):
        assert "截止日期：绩效目标" not in groups(county, amended(calendar=SUBMIT))
