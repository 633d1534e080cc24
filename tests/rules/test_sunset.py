"""Terms that have ended, special funds set up, and what the next years end: just below, at and above each line."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.sunset import (
    Fund,
    Running,
    Term,
    departments_of,
    expiries,
    fund_asked,
    fund_refusals,
    term_refusals,
    tied_to_growth,
)


@dataclass(frozen=True)
class Value:
    """A value in force."""

    value: Any
    clause: str = "《某县办法》第六条"


TERMS = Value({"kinds": ["policy", "special_fund"], "appraised": True})
FUNDS = Value({"kinds": ["special_fund"], "changes": ["new", "renewed"], "term_years": 5, "growth_tied": False, "documents": ["plan"]})
PLAN = {"plan": "实施方案和可行性论证"}


def against(change: str, own: Term, before: Term | None = None, *, supported: bool = False, kind: str = "policy") -> list[str]:
    told = term_refusals(TERMS, name="稳岗补贴", kind=kind, change=change, own=own, before=before, supported=supported)
    assert all(one.clause and one.remedy for one in told)
    return [one.message for one in told]


@pytest.mark.feature("2.11")
@pytest.mark.parametrize(("last", "refused"), [(2022, True), (2023, False), (2024, False)])
def test_what_ended_before_the_year_gets_no_budget(last: int, refused: bool) -> None:
    assert bool(against("continuing", Term(2020, last, 2023))) is refused


@pytest.mark.feature("2.11")
@pytest.mark.parametrize(("last", "refused"), [(2021, True), (2022, True), (2023, False)])
def test_a_term_lengthened_without_applying_for_it_does_not_help(last: int, refused: bool) -> None:
    found = against("continuing", Term(2020, 2026, 2023), Term(2020, last, 2022))
    assert bool(found) is refused
    if refused:
        assert found == [f"“稳岗补贴”2022 年度登记的期限到 {last} 年，已经到期，本年没有按“到期延续”申报"]


@pytest.mark.feature("2.11")
@pytest.mark.parametrize(("supported", "refused"), [(False, True), (True, False)])
def test_a_renewal_needs_its_appraisal(supported: bool, refused: bool) -> None:
    assert bool(against("renewed", Term(2023, 2026, 2023), Term(2020, 2022, 2022), supported=supported)) is refused


def test_what_is_arranged_year_by_year_does_not_expire() -> None:
    assert against("continuing", Term(2023, 2023, 2023), Term(2022, 2022, 2022)) == []
    assert against("new", Term(2023, 2026, 2023), Term(2020, 2022, 2022)) == []
    assert against("continuing", Term(2020, 2022, 2023), kind="project") == []  # whose term nobody watches
    assert term_refusals(None, name="", kind="policy", change="continuing", own=Term(2020, 2021, 2023), before=None, supported=False) == []


@pytest.mark.feature("2.19")
@pytest.mark.parametrize(("last", "refused"), [(2026, False), (2027, False), (2028, True)])
def test_a_special_fund_runs_five_years_at_most(last: int, refused: bool) -> None:
    fund = Fund("产业专项", "special_fund", "new", Term(2023, last, 2023), filed=frozenset({"plan"}))
    found = fund_refusals(FUNDS, fund, PLAN)
    assert [one.message for one in found] == ([f"“产业专项”期限 2023–{last} 年，共 6 年，超过 5 年"] if refused else [])


@pytest.mark.feature("2.19")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("每年按上年税收收入增长的10%安排", "按上年税收收入增长"),
        ("规模与地区生产总值增幅挂钩", "与地区生产总值增幅"),
        ("资金占一般公共预算收入的2%", "占一般公共预算收入的2%"),
        ("安排增幅同财政收入同步", "同财政收入同步"),
        ("资金不与财政收入增幅挂钩，按实际需要测算", ""),
        ("与财政收支增幅脱钩", ""),
        ("带动地区生产总值增长", ""),
        ("项目完成后税收收入增长5%", ""),
        ("按企业投资额的10%补助", ""),
        ("与企业签订合同，税收收入由县级统筹", ""),
    ],
)
def test_words_that_tie_money_to_revenue_or_growth(text: str, words: str) -> None:
    assert tied_to_growth(text) == words
    found = fund_refusals(FUNDS, Fund("产业专项", "special_fund", "new", Term(2023, 2025, 2023), ("概况", text), frozenset({"plan"})), PLAN)
    assert bool(found) is bool(words)


@pytest.mark.feature("2.19")
def test_documents_that_are_not_on_record_are_named() -> None:
    found = fund_refusals(FUNDS, Fund("产业专项", "special_fund", "renewed", Term(2023, 2025, 2023)), PLAN)
    assert [one.message for one in found] == ["“产业专项”还没有登记“实施方案和可行性论证”"]


def test_only_what_is_set_up_or_renewed_is_asked() -> None:
    fund = Fund("产业专项", "special_fund", "continuing", Term(2015, 2030, 2023))
    assert fund_refusals(FUNDS, fund, PLAN) == []
    assert not fund_asked(FUNDS, fund)
    assert not fund_asked(None, fund)
    assert fund_refusals(Value(None), fund, PLAN) == []


ROWS = st.lists(
    st.builds(
        Running,
        key=st.integers(1, 99),
        kind=st.sampled_from(["project", "policy"]),
        term=st.builds(lambda first, more: Term(first, first + more, first), st.integers(2015, 2026), st.integers(0, 8)),
        yearly=st.integers(0, 10**9),
        department=st.integers(1, 4),
    ),
    max_size=30,
)


@pytest.mark.feature("2.11")
@given(ROWS)
def test_each_end_is_counted_once_and_departments_add_up(rows: list[Running]) -> None:
    found = expiries(rows, 2024, kinds={"policy"})
    assert [one.year for one in found] == [2024, 2025, 2026]
    for one in found:
        expected = [row for row in rows if row.term.last == one.year and (row.term.several or row.kind == "policy")]
        assert list(one.rows) == expected
        assert one.yearly == sum(row.yearly for row in expected)
        parts = departments_of(one.rows)
        assert (sum(count for count, _ in parts.values()), sum(fen for _, fen in parts.values())) == (len(expected), one.yearly)
