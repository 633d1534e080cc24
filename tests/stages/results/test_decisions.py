"""Decisions on the next budget: by rule, within bounds, by somebody else, in the ledger, for next year."""

from datetime import date
from decimal import Decimal

import pytest

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.services import appoint
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.queries import standing_for
from jiheng.stages.results.documents import notice_of
from jiheng.stages.results.models import Decision
from jiheng.stages.results.queries import cut_statistics, standing_of, totals_by_action, unposted_cuts
from jiheng.stages.results.services import (
    apply_decision,
    decide_result,
    propose_all,
    propose_decision,
    return_decision,
    revise_proposal,
)
from jiheng.stages.results.stage import milestones
from tests.made_results import make_budgeted, make_result
from tests.make import County, make_budget, make_county, make_person, make_place, make_subject

LATER = date(2024, 7, 5)


@pytest.fixture
def county(db: None) -> County:
    return make_county()


def proposed(county: County, total: str = "72", kind: str = "fiscal", unit: int = 0) -> Decision:
    result = make_result(county, make_budgeted(county, unit=unit), total, kind=kind)
    with clock.at(LATER):
        return propose_decision(evaluation=result, person=county.person("performance_office"))


def decide(county: County, decision: Decision, ratio: str, reason: str = "设备闲置", **more: str) -> None:
    with clock.at(LATER):
        decide_result(
            decision=decision,
            ratio=Decimal(ratio),
            reason=reason,
            person=county.person("bureau_leader"),
            **more,  # type: ignore[arg-type]
        )


def test_a_result_that_is_not_confirmed_has_no_consequence(county: County) -> None:
    result = make_result(county, make_budgeted(county), "72")
    result.state = "consultation"
    with pytest.raises(Refused, match="尚未确定"):
        propose_decision(evaluation=result, person=county.person("performance_office"))


def test_only_the_performance_office_proposes_and_only_once(county: County) -> None:
    result = make_result(county, make_budgeted(county), "72")
    with pytest.raises(Refused, match="绩效管理股"):
        propose_decision(evaluation=result, person=county.person("bureau_leader"))
    propose_decision(evaluation=result, person=county.person("performance_office"))
    with pytest.raises(Refused, match="已对该评价结果提出过"):
        propose_decision(evaluation=result, person=county.person("performance_office"))


@pytest.mark.feature("7.01")
@pytest.mark.parametrize(
    ("total", "kind", "action", "low", "high"),
    [
        ("90", "fiscal", "keep", "0", "0"),
        ("80", "fiscal", "keep", "0", "0"),
        ("79.99", "fiscal", "cut", "10", "30"),
        ("60", "fiscal", "cut", "10", "30"),
        ("59.99", "fiscal", "none", "100", "100"),
    ],
)
def test_the_grade_leads_to_the_rule_of_the_place(
    county: County, total: str, kind: str, action: str, low: str, high: str
) -> None:
    made = proposed(county, total, kind)
    assert (made.action, made.min_ratio, made.max_ratio) == (action, Decimal(low), Decimal(high))
    assert "盐池" in made.clause
    assert made.base_fen == 100_000_000


def test_where_the_rule_leaves_the_ratio_open_the_proposal_is_the_usual_one(county: County) -> None:
    reviewer = county.person("department_reviewer")
    year = make_budgeted(county)
    assert reviewer.organisation_id == year.department_id
    result = make_result(county, year, "65")
    result.kind = "department"
    result.save(update_fields=["kind"])
    made = propose_decision(evaluation=result, person=county.person("performance_office"))
    assert (made.min_ratio, made.max_ratio, made.proposed_ratio) == (1, 100, 10)


@pytest.mark.feature("7.02")
@pytest.mark.parametrize(("ratio", "good"), [("9.99", False), ("10", True), ("30", True), ("30.01", False)])
def test_the_ratio_must_lie_within_the_bounds(county: County, ratio: str, good: bool) -> None:
    made = proposed(county)
    if not good:
        with pytest.raises(Refused, match="超出规定的10%至30%") as refused:
            decide(county, made, ratio)
        assert refused.value.refusals[0].where == "ratio"
        assert "盐池" in refused.value.refusals[0].clause
        made.refresh_from_db()
        assert (made.state, made.ratio, made.amount_fen) == ("proposed", None, None)
        return
    decide(county, made, ratio)
    assert made.amount_fen == int(Decimal(ratio) * 1_000_000)


def test_in_principle_takes_an_exception_with_its_reason(county: County) -> None:
    made = proposed(county)
    with pytest.raises(Refused, match="超出规定"):
        decide(county, made, "5", exception_reason="  ")
    decide(county, made, "5", exception_reason="中央配套资金已经到位")
    assert (made.amount_fen, made.exception_reason) == (5_000_000, "中央配套资金已经到位")


def test_where_the_rule_is_firm_no_exception_helps(county: County) -> None:
    result = make_result(county, make_budgeted(county), "65")
    result.kind = "department"  # 盐池 does not say 原则上 of departments' evaluations
    result.save(update_fields=["kind"])
    made = propose_decision(evaluation=result, person=county.person("performance_office"))
    with pytest.raises(Refused, match="超出规定"):
        decide(county, made, "0.5", exception_reason="情况特殊")


def test_a_decision_wants_a_reason(county: County) -> None:
    with pytest.raises(Refused, match="须写明理由"):
        decide(county, proposed(county), "15", reason=" ")


def test_the_proposer_cannot_decide(county: County) -> None:
    made = proposed(county)
    with pytest.raises(Refused, match="由局领导决定"):
        decide_result(
            decision=made, ratio=Decimal(15), reason="设备闲置", person=county.person("performance_office")
        )
    # The same person under a second appointment as leader is still the one who proposed.
    both = make_person(county.bureau, "performance_office")
    result = make_result(county, make_budgeted(county, unit=2), "72")
    again = propose_decision(evaluation=result, person=both)
    leader = make_leader(county, both.user_id)
    with pytest.raises(Refused, match="您已办理过“提出处理意见”"):
        decide_result(decision=again, ratio=Decimal(15), reason="设备闲置", person=leader)


def make_leader(county: County, user_id: int) -> Person:
    user = User.objects.get(pk=user_id)
    held = appoint(user=user, organisation=county.bureau, role="bureau_leader", valid_from=date(2020, 1, 1))
    return person_of(held)


def test_a_returned_proposal_is_proposed_again_before_it_can_be_decided(county: County) -> None:
    made, office = proposed(county), county.person("performance_office")
    return_decision(decision=made, person=county.person("bureau_leader"), comment="再核实闲置原因")
    assert made.state == "returned"
    with pytest.raises(Refused, match="已退回"):
        decide(county, made, "15")
    with pytest.raises(Refused, match="超出规定"):
        revise_proposal(decision=made, ratio=Decimal(40), comment="情况严重", person=office)
    revise_proposal(decision=made, ratio=Decimal(20), comment="闲置一年以上", person=office)
    assert (made.state, made.proposed_ratio) == ("proposed", 20)
    assert "决定比例" in made.calculation[2]
    decide(county, made, "20")
    assert made.amount_fen == 20_000_000
    with pytest.raises(Refused, match="已经作出决定"):
        decide(county, made, "10")


def test_whoever_saw_an_older_state_is_told(county: County) -> None:
    made = proposed(county)
    with pytest.raises(Overtaken), clock.at(LATER):
        decide_result(
            decision=made, ratio=Decimal(15), reason="闲置", person=county.person("bureau_leader"), version=0
        )
    made.refresh_from_db()
    assert (made.state, made.amount_fen) == ("proposed", None)


def test_the_cut_stands_in_the_ledger_under_its_decision_and_in_next_years_standing(county: County) -> None:
    made = proposed(county)
    decide(county, made, "15")
    assert made.budget_entry is None
    standing = standing_of(made)
    assert standing is not None
    assert (standing.ceiling_fen, standing.grade, standing.for_budget_year) == (85_000_000, "fair", 2025)
    office = county.person("performance_office")
    with clock.at(date(2024, 9, 1)):
        later = open_cycle(place=county.place, budget_year=2025, person=office)
        again = make_subject(county, cycle=later, code=made.evaluation.subject_year.subject.code)
        assert [one.cause for one in standing_for(again)] == [subject_key(made)]
        assert unposted_cuts(office) == []
        with pytest.raises(Refused, match="还没有 2025 年度预算"):
            apply_decision(decision=made, year=again, person=office)
        make_budget(county, again, 120_000_000)
        assert [(one.pk, year.pk) for one, year in unposted_cuts(office)] == [(made.pk, again.pk)]
        entry = apply_decision(decision=made, year=again, person=office)
    assert entry is not None
    assert (entry.amount_fen, entry.kind) == (-35_000_000, "cut")
    assert (entry.cause, entry.clause) == (subject_key(made), made.clause)
    assert balance(again.pk).budget == 85_000_000  # down to the ceiling: 100 less 15 per cent
    assert unposted_cuts(office) == []
    assert apply_decision(decision=made, year=again, person=office) == entry
    assert first_break(county.place.pk) is None


@pytest.mark.parametrize(("asked", "posted"), [(70_000_000, None), (70_000_001, -1), (100_000_000, -30_000_000)])
def test_the_later_budget_is_brought_down_to_the_ceiling_at_once_and_no_further(
    county: County, asked: int, posted: int | None
) -> None:
    made, office = proposed(county), county.person("performance_office")
    with clock.at(LATER):
        later = open_cycle(place=county.place, budget_year=2025, person=office)
        again = make_subject(county, cycle=later, code=made.evaluation.subject_year.subject.code)
        make_budget(county, again, asked)
    decide(county, made, "30")
    assert made.amount_fen == 30_000_000
    assert (made.budget_entry.amount_fen if made.budget_entry else None) == posted
    assert balance(again.pk).budget == 70_000_000
    assert unposted_cuts(office) == []


def test_a_result_that_leaves_nothing_takes_the_whole_later_budget(county: County) -> None:
    made, office = proposed(county, "55"), county.person("performance_office")
    decide(county, made, "100")
    with clock.at(LATER):
        later = open_cycle(place=county.place, budget_year=2025, person=office)
        again = make_subject(county, cycle=later, code=made.evaluation.subject_year.subject.code)
        make_budget(county, again, 12_000_000)
        entry = apply_decision(decision=made, year=again, person=office)
        assert entry is not None
        assert entry.amount_fen == -12_000_000
    assert balance(again.pk).budget == 0


def test_a_good_result_keeps_the_budget_and_leaves_no_ceiling(county: County) -> None:
    made = proposed(county, "85")
    decide(county, made, "0", reason="效果较好")
    assert (made.action, made.amount_fen) == ("keep", 0)
    standing = standing_of(made)
    assert standing is not None
    assert standing.ceiling_fen is None


def test_an_exceptional_cut_of_a_good_result_is_called_a_cut_everywhere(county: County) -> None:
    made = proposed(county, "82")
    decide(county, made, "5", exception_reason="上年结余较大")
    assert (made.action, made.amount_fen) == ("cut", 5_000_000)
    told = [
        standing_of(made).text,
        milestones(made.evaluation.subject_year, county.person("performance_office"))[0].text,
        str(notice_of(made).sections["decision"]),
        *Notice.objects.filter(text__contains="已决定").values_list("text", flat=True),
    ]
    assert len(told) >= 5
    for text in told:
        assert "按比例核减" in text
        assert "照常安排" not in text
    (total,) = totals_by_action(Decision.objects.all())
    assert (total.label, total.cut_fen) == ("按比例核减", 5_000_000)


def test_an_exceptional_keep_of_a_poor_result_is_called_so(county: County) -> None:
    made = proposed(county, "72")
    decide(county, made, "0", exception_reason="中央配套资金已经到位")
    assert made.action == "keep"
    assert "照常安排" in str(notice_of(made).sections["decision"])


@pytest.mark.feature("7.03")
def test_the_cuts_of_a_year_add_up_from_the_decisions(county: County) -> None:
    for total, unit, ratio in (("72", 0, "15"), ("65", 1, "30"), ("55", 2, "100"), ("92", 0, "0")):
        decide(county, proposed(county, total, unit=unit), ratio)
    found = cut_statistics(county.place, 2025)
    assert (found.items, found.bodies, found.base_fen, found.cut_fen) == (3, 2, 300_000_000, 145_000_000)
    assert found.rate == Decimal("48.33")
    totals = totals_by_action(Decision.objects.all())
    assert [(one.action, one.items, one.cut_fen) for one in totals] == [
        ("keep", 1, 0),
        ("cut", 2, 45_000_000),
        ("none", 1, 100_000_000),
    ]


def test_many_are_proposed_together_or_not_at_all(county: County) -> None:
    office = county.person("performance_office")
    first, second = (make_result(county, make_budgeted(county, unit=unit), "72") for unit in (0, 2))
    propose_decision(evaluation=second, person=office)
    with pytest.raises(Refused, match=second.subject_year.name):
        propose_all(evaluations=[first, second], person=office)
    assert Decision.objects.count() == 1
    assert len(propose_all(evaluations=[first], person=office)) == 1


def test_the_consequences_have_words_for_every_action_of_the_packs(county: County) -> None:
    rule = county.policy.at(2023, LATER).value("result_consequences").value
    actions = {row["action"] for kind in rule.values() for row in kind.values()}
    assert actions <= {key for key, _ in Decision.ACTIONS}


def test_unit_and_department_are_told_and_the_leader_is_asked(county: County) -> None:
    made = proposed(county)
    assert Notice.objects.filter(role="bureau_leader", link=f"/results/{made.pk}/").count() == 1
    decide(county, made, "15")
    told = Notice.objects.filter(link=f"/results/{made.pk}/").exclude(role="bureau_leader")
    assert set(told.values_list("role", flat=True)) == {"unit_project", "department_reviewer"}
    assert all("15.00 万元" in one.text for one in told)


def test_a_place_does_not_see_anothers_decisions(county: County) -> None:
    made = proposed(county)
    elsewhere = make_place("national", "别县")
    assert elsewhere.pk != made.place_id
    assert cut_statistics(elsewhere, 2025).items == 0
