"""A decided cut binds next year's budget on every road to the ledger."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, book_by_hand, gate_refusals, post, post_all
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.stages.results.models import Decision
from jiheng.stages.results.queries import unposted_cuts
from jiheng.stages.results.services import ceiling_refusals, decide_result, propose_decision
from tests.channels.exchange.sheets import book, send, wrong
from tests.made_results import make_budgeted, make_result
from tests.make import County, make_county, make_promise, make_subject

LATER = date(2024, 12, 1)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def next_year(county: County, total: str, ratio: str) -> tuple[Decision, SubjectYear]:
    """A project of 100 万元 whose result was decided, and its next year with an approved goal."""
    office = county.person("performance_office")
    with clock.at(date(2024, 7, 5)):
        made = propose_decision(evaluation=make_result(county, make_budgeted(county), total), person=office)
        decide_result(
            decision=made, ratio=Decimal(ratio), reason="设备闲置", person=county.person("bureau_leader")
        )
        later = open_cycle(place=county.place, budget_year=2025, person=office)
        again = make_subject(county, cycle=later, code=made.evaluation.subject_year.subject.code)
        make_promise(again)
    return made, again


def posting(year: SubjectYear, fen: int, kind: str = "initial", number: str = "预〔2024〕1号") -> Posting:
    return Posting(year, kind, fen, LATER, note="年初批复", reference=number)


@pytest.mark.feature("7.03")
def test_first_budget_above_the_ceiling_is_refused_by_decision_and_clause(county: County) -> None:
    made, again = next_year(county, "72", "15")
    treasury = county.person("treasury")
    with clock.at(LATER):
        (found,) = gate_refusals([posting(again, 85_000_001)])
        assert f"处理决定第 {made.pk} 号" in found.message
        assert "按比例核减 15%" in found.message
        assert "不得超过 85.00 万元" in found.message
        assert found.clause == made.clause
        with pytest.raises(Refused, match=r"不得超过 85\.00 万元"):
            post(posting=posting(again, 85_000_001), person=treasury)
        with pytest.raises(Refused, match=r"不得超过 85\.00 万元"):
            book_by_hand(posting=posting(again, 85_000_001), person=treasury)
        book_by_hand(posting=posting(again, 85_000_000), person=treasury)
        assert balance(again.pk).budget == 85_000_000
        assert unposted_cuts(county.person("performance_office")) == []


def test_parts_and_additions_count_together(county: County) -> None:
    _, again = next_year(county, "72", "15")
    treasury = county.person("treasury")
    parts = [posting(again, 50_000_000), posting(again, 40_000_000, number="预〔2024〕2号")]
    with clock.at(LATER):
        with pytest.raises(Refused, match=r"合计 90\.00 万元"):
            post_all(postings=parts, person=treasury)
        post_all(postings=parts[:1], person=treasury)
        with pytest.raises(Refused, match=r"合计 90\.00 万元"):
            post(posting=posting(again, 40_000_000, "adjustment"), person=treasury)
        post(posting=posting(again, -1_000_000, "adjustment"), person=treasury)
    assert balance(again.pk).budget == 49_000_000


def test_result_that_leaves_nothing_gets_no_budget(county: County) -> None:
    _, again = next_year(county, "55", "100")
    with clock.at(LATER), pytest.raises(Refused, match="不予安排"):
        post(posting=posting(again, 1), person=county.person("treasury"))


def test_good_result_binds_nothing(county: County) -> None:
    _, again = next_year(county, "92", "0")
    with clock.at(LATER):
        assert ceiling_refusals([posting(again, 300_000_000)]) == []
        post(posting=posting(again, 100_000_000), person=county.person("treasury"))
    assert balance(again.pk).budget == 100_000_000


def test_other_years_are_free(county: County) -> None:
    made, _ = next_year(county, "72", "15")
    year = made.evaluation.subject_year
    assert ceiling_refusals([posting(year, 300_000_000)]) == []


def test_list_names_the_row_above_the_ceiling(county: County) -> None:
    for code in ("C1", "C2"):
        year = make_subject(county, code=code, name=f"项目{code}")
        make_promise(year)
        Standing.objects.create(
            subject=year.subject,
            for_budget_year=2023,
            grade="fair",
            score=Decimal(72),
            action="cut",
            ceiling_fen=85_000_000,
            cause="results.decision:7",
            text="2021年度财政评价 72 分，按比例核减 15%",
            clause="办法一（四）",
        )
    heads = ("项目代码", "预算类型", "预算金额", "批复日期")
    found = wrong(
        send(county, "budgets", book(heads, ("C1", None, 85, "2023-01-20"), ("C2", None, 86, "2023-01-20")))
    )
    assert list(found) == ["C3"]
    assert "按比例核减 15%（处理决定第 7 号），本年预算不得超过 85.00 万元（办法一（四））" in found["C3"]
