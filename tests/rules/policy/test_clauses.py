"""The clause of an entry as refusals print it: of the year, of the day, of a table, of the national pack."""

from datetime import date

import pytest

from jiheng.rules.policy import load_policy, policy_from
from jiheng.rules.policy.clauses import clause_text, national_clause
from tests.rules.policy.builders import files

CHANGING = """share:
  label: 比例
  unit: "%"
  values:
    - {from_budget_year: 2020, value: 10, cite: {source: law, clause: 第一条}}
    - {from_budget_year: 2023, value: 20, cite: {source: law, clause: 第二条}}
days:
  label: 期限
  unit: 天
  by: event
  values:
    - {from: 2020-07-01, value: 20, cite: {source: law, clause: 第五条}}
    - {from: 2022-07-01, value: 30, cite: {source: law, clause: 第六条}}
"""


def policy():
    return policy_from("upper", {"upper": files(parameters__a=CHANGING)})


@pytest.mark.parametrize(
    ("year", "clause"), [(2019, "第一条"), (2022, "第一条"), (2023, "第二条"), (None, "第二条")]
)
def test_clause_is_that_of_the_year(year, clause):
    assert clause_text(policy(), "share", year, date(2021, 1, 1)).endswith(clause)


def test_clause_is_that_of_the_day_where_the_day_decides():
    assert clause_text(policy(), "days", 2025, date(2021, 1, 1)).endswith("第五条")
    assert clause_text(policy(), "days", 2020, date(2022, 7, 1)).endswith("第六条")


def test_tables_have_their_clause_too():
    known = load_policy("national")
    assert clause_text(known, "workflows.goals") == "《中央部门预算绩效目标管理办法》（财预〔2015〕88号）第二十六条"
    assert clause_text(known, "scorecards.goal_review").endswith("附2 项目支出绩效目标审核表")
    assert national_clause("workflows.goals") == clause_text(known, "workflows.goals")


def test_an_unknown_entry_is_an_error():
    for entry in ("sharee", "workflows.goal", "parameters.x"):
        with pytest.raises(LookupError):
            clause_text(policy(), entry)
