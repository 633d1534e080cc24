"""Repeated, finished and expired policies are cut, merged or cancelled, and the next year's budget keeps to it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import history
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.services import change_content
from jiheng.rules.result_grounds import against, decided, has_run_out
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.grounds.access import visible_ground_cases
from jiheng.stages.results.grounds.gate import policy_refusals
from jiheng.stages.results.grounds.queries import allowed_of, led_by_results, run_out
from jiheng.stages.results.grounds.services import GroundData, GroundDecision, decide_ground, mark_ground
from jiheng.stages.results.models import GroundCase
from jiheng.stages.results.services.ceilings import ceiling_refusals
from jiheng.stages.results.stage import todos
from tests.make import County, make_budget, make_county, make_subject, sign_in

PLACE = "heilongjiang-hailin"
DAY = date(2023, 10, 8)
CLAUSE = "二（六）"
FEN = 100_000_000


@pytest.fixture
def county(db: None) -> County:
    return make_county(PLACE)


@pytest.fixture
def later(county: County) -> Cycle:
    with clock.at(DAY):
        return open_cycle(place=county.place, budget_year=2024, person=county.person("performance_office"))


def marked(county: County, year: SubjectYear, ground: str = "expired", **more: object) -> GroundCase:
    with clock.at(DAY):
        return mark_ground(
            year=year, told=GroundData(ground, "政策2023年底到期", **more), person=county.person("performance_office")  # type: ignore[arg-type]
        )


def settle(county: County, case: GroundCase, action: str, ratio: str | None = None, into: SubjectYear | None = None) -> None:
    told = GroundDecision(action, "不再需要", Decimal(ratio) if ratio else None, into)
    with clock.at(DAY):
        decide_ground(case=case, told=told, person=county.person("bureau_leader"))


def again(county: County, later: Cycle, year: SubjectYear) -> SubjectYear:
    return make_subject(county, cycle=later, code=year.subject.code, name=year.name)


def refused(year: SubjectYear, fen: int) -> str:
    return "；".join(str(one) for one in ceiling_refusals([Posting(year, "initial", fen, DAY)]))


@pytest.mark.parametrize(
    ("kind", "first", "last", "out"),
    [
        ("policy", 2023, 2024, False),
        ("policy", 2023, 2023, True),
        ("policy", 2020, 2022, True),
        ("project", 2023, 2023, False),  # a yearly one ends by itself
        ("project", 2022, 2023, True),
        ("project", 2022, 2024, False),
        ("project", 2022, 2022, True),  # long over and still in the budget
    ],
)
def test_what_has_run_out(kind: str, first: int, last: int, out: bool) -> None:
    assert has_run_out(kind, first, last, 2023) is out


@pytest.mark.parametrize(("ratio", "fine"), [("0", False), ("0.01", True), ("99.99", True), ("100", False)])
def test_a_cut_lies_between(ratio: str, fine: bool) -> None:
    assert (against("cut", Decimal(ratio), "到期", merges=False, clause="某条") == []) is fine
    assert decided("cut", 3, Decimal(50), "到期").cut == 2  # half up


def test_the_list_of_a_year_is_what_the_rule_says(county: County) -> None:
    told = [("policy", 2023, 2023), ("policy", 2023, 2024), ("project", 2023, 2023), ("project", 2021, 2023)]
    years = [make_subject(county, kind=kind, first_year=first, last_year=last) for kind, first, last in told]
    found = run_out(county.person("performance_office"), county.cycle)
    assert {one.pk for one in found} == {one.pk for one, told_ in zip(years, told, strict=True) if has_run_out(*told_, 2023)}
    assert not run_out(county.person("unit_project"), county.cycle).exists()


@pytest.mark.feature("7.14")
def test_a_cut_binds_the_next_budget_to_the_fen(county: County, later: Cycle) -> None:
    year = make_subject(county, kind="policy", requested_fen=FEN)
    settle(county, marked(county, year), "cut", "30")
    after = again(county, later, year)
    limit = FEN * 7 // 10
    assert [bool(refused(after, fen)) for fen in (limit - 1, limit, limit + 1)] == [False, False, True]
    assert "压减 30%" in refused(after, limit + 1)
    assert CLAUSE in refused(after, limit + 1)


@pytest.mark.feature("7.14")
def test_a_merge_names_both_and_leaves_nothing(county: County, later: Cycle) -> None:
    year, goes_on = make_subject(county), make_subject(county)
    case = marked(county, year, "overlapping", other=goes_on)
    for wrong in (None, year):
        with pytest.raises(Refused, match="并入"):
            settle(county, case, "merge", into=wrong)
    settle(county, case, "merge", into=goes_on)
    left = Standing.objects.get(subject=year.subject)
    assert (left.ceiling_fen, left.action) == (0, "none")
    assert goes_on.subject.code in left.text
    assert GroundCase.objects.get().into == goes_on
    assert "不予安排" in refused(again(county, later, year), 1)
    assert not Standing.objects.filter(subject=goes_on.subject).exists()
    other = make_subject(county)
    with pytest.raises(Refused, match="已决定取消或并入别的"):
        settle(county, marked(county, other), "merge", into=year)


def test_a_budget_that_stands_already_comes_down(county: County, later: Cycle) -> None:
    year = make_subject(county, requested_fen=FEN)
    after = again(county, later, year)
    make_budget(county, after, FEN)
    case = marked(county, year)
    settle(county, case, "cancel")
    assert balance(after.pk).budget == 0
    assert balance(after.pk).cut == -FEN


def test_what_is_not_there_is_let_go_and_binds_nothing(county: County) -> None:
    case = marked(county, make_subject(county))
    settle(county, case, "dismiss")
    assert not Standing.objects.exists()


def test_marked_with_facts_once_and_decided_by_another_once(county: County) -> None:
    year, office, leader = make_subject(county), county.person("performance_office"), county.person("bureau_leader")
    with pytest.raises(Refused) as wrong:
        mark_ground(year=year, told=GroundData("idle", " "), person=office)
    assert [one.where for one in wrong.value.refusals] == ["ground", "facts"]
    for role in ("unit_project", "department_reviewer", "bureau_leader"):
        with pytest.raises(Refused, match="绩效管理股或业务股室"):
            mark_ground(year=year, told=GroundData("expired", "到期"), person=county.person(role))
    case = marked(county, year)
    with pytest.raises(Refused, match="已按这种情形提出过"):
        marked(county, year)
    assert not visible_ground_cases(county.person("unit_project")).exists()
    with pytest.raises(Refused, match="局领导"):
        decide_ground(case=case, told=GroundDecision("cancel", "到期"), person=office)
    with pytest.raises(Refused, match="决定须写明理由"):
        decide_ground(case=case, told=GroundDecision("cancel", " "), person=leader)
    settle(county, case, "cancel")
    with pytest.raises(Refused, match="已经作出决定"):
        settle(county, case, "dismiss")
    assert [one.action for one in history(case)] == ["results.decide_ground", "results.mark_ground"]
    assert visible_ground_cases(county.person("unit_project")).get() == case
    for column in ({"facts": "另写"}, {"action": "dismiss"}):
        with transaction.atomic(), pytest.raises(DatabaseError):
            GroundCase.objects.filter(pk=case.pk).update(**column)


@pytest.mark.feature("7.14")
def test_the_pages_carry_it_from_the_list_to_the_decision(county: County, client: Client) -> None:
    year = make_subject(county, kind="policy", last_year=2023)
    office, leader = sign_in(client, county.person("performance_office")), sign_in(Client(), county.person("bureau_leader"))
    assert year.name in office.get("/results/grounds/candidates/").content.decode()
    with clock.at(DAY):
        answer = office.post(f"/results/grounds/mark/{year.pk}/", {"ground": "expired", "facts": "2023年底到期"})
        case = GroundCase.objects.get()
        assert answer.headers["Location"].endswith(f"/results/grounds/{case.pk}/")
        page = leader.post(f"/results/grounds/{case.pk}/decide/", {"action": "cut", "ratio": "0", "reason": "到期"}).content.decode()
        assert "一分不压减的不行" in page
        answer = leader.post(f"/results/grounds/{case.pk}/decide/", {"action": "cut", "ratio": "0.01", "reason": "到期"})
    assert answer.status_code == 302
    assert "0.01%" in leader.get(f"/results/grounds/{case.pk}/").content.decode()
    assert year.name in leader.get("/results/grounds/").content.decode()
    unit = sign_in(Client(), county.person("unit_project"))
    assert unit.get(f"/results/grounds/{case.pk}/").status_code == 200
    assert unit.get("/results/grounds/candidates/").status_code == 403


# --- grounds that follow from results


def judged(county: County, grade: str, *, kind: str = "policy", total: str = "59.99") -> SubjectYear:
    """A policy of 2023 with a confirmed result of this grade, worked out in 2023."""
    year = make_subject(county, kind=kind, requested_fen=FEN)
    Evaluation.objects.create(
        place=county.place, state="confirmed", created_at=clock.now(), cycle=county.cycle, work_year=2023, evaluated_year=2023,
        subject_year=year, kind="fiscal", scorecard="project_evaluation", amount_fen=FEN, evaluator=county.bureau, due=DAY,
        total=Decimal(total), grade=grade, confirmed_on=DAY,
    )  # fmt: skip
    return year


def said(year: SubjectYear, fen: int = FEN) -> str:
    return "；".join(str(one) for one in policy_refusals([Posting(year, "initial", fen, DAY)]))


@pytest.mark.parametrize(("grade", "kind", "asked"), [("poor", "policy", True), ("fair", "policy", False), ("poor", "project", False)])
def test_only_results_that_the_rules_name_ask_for_a_decision(county: County, later: Cycle, grade: str, kind: str, asked: bool) -> None:
    year, office = judged(county, grade, kind=kind), county.person("performance_office")
    assert (year in led_by_results(office, county.cycle)) is asked
    assert any("提出政策调整" in one.verb for one in todos(office)) is asked
    assert not led_by_results(county.person("unit_project"), county.cycle).exists()
    after = again(county, later, year)
    assert (CLAUSE in said(after)) is asked
    if not asked:
        with pytest.raises(Refused, match="没有确定的评价结果属于这种情形"):
            marked(county, year, "poor_policy")


def test_no_budget_until_it_is_decided_and_then_only_for_the_adjusted_policy(county: County, later: Cycle) -> None:
    year = judged(county, "poor")
    case = marked(county, year, "poor_policy")
    assert (case.evaluation, case.for_budget_year, allowed_of(case)) == (Evaluation.objects.get(), 2024, ("adjust", "merge", "cancel"))
    assert not led_by_results(county.person("division"), county.cycle).exists()
    after = again(county, later, year)
    assert "还没有作出决定" in said(after)
    for action, ratio in (("dismiss", None), ("cut", "10")):
        with pytest.raises(Refused, match="这种情形不能决定"):
            settle(county, case, action, ratio)
    settle(county, case, "adjust")
    left = Standing.objects.get(subject=year.subject)
    assert (left.action, left.ceiling_fen, left.grade) == ("adjust", None, "poor")
    assert "仍按原政策申报" in said(after)
    assert policy_refusals([Posting(after, "payment", FEN, DAY)]) == []
    with clock.at(DAY):
        change_content(
            year=after, content={"overview": "只补助低收入农户"}, reason="按评价结果调整", document="政策调整通知", person=county.person("division")
        )
    assert said(after) == ""
    assert refused(after, FEN) == ""


def test_a_policy_registered_as_adjusted_passes_and_a_cancelled_one_gets_nothing(county: County, later: Cycle) -> None:
    first, second = judged(county, "poor"), judged(county, "poor")
    settle(county, marked(county, first, "poor_policy"), "adjust")
    adjusted = make_subject(county, cycle=later, code=first.subject.code, name=first.name, change="adjusted", kind="policy")
    assert said(adjusted) == ""
    settle(county, marked(county, second, "poor_policy"), "cancel")
    after = again(county, later, second)
    assert said(after) == ""
    assert "不予安排" in refused(after, 1)


def test_a_result_changed_by_a_recheck_lets_the_case_go(county: County, later: Cycle) -> None:
    year = judged(county, "poor")
    case = marked(county, year, "poor_policy")
    Evaluation.objects.update(grade="fair", total=Decimal(60))
    assert "dismiss" in allowed_of(case)
    settle(county, case, "dismiss")
    assert said(again(county, later, year)) == ""


def test_pages_lead_from_the_result_to_the_adjustment(county: County, later: Cycle, client: Client) -> None:
    year = judged(county, "poor")
    office, leader = sign_in(client, county.person("performance_office"), county.cycle), sign_in(Client(), county.person("bureau_leader"))
    assert year.name in office.get("/results/grounds/results/").text
    with clock.at(DAY):
        office.post(f"/results/grounds/mark/{year.pk}/", {"ground": "poor_policy", "facts": "补助对象与目标不符"})
        case = GroundCase.objects.get()
        form = leader.get(f"/results/grounds/{case.pk}/decide/").text
        assert 'value="adjust"' in form
        assert 'value="dismiss"' not in form
        assert leader.post(f"/results/grounds/{case.pk}/decide/", {"action": "adjust", "reason": "缩小补助对象"}).status_code == 302
    page = office.get(f"/results/grounds/{case.pk}/").text
    assert "59.99" in page
    assert "按决定调整政策后才能安排预算" in page
    unit = sign_in(Client(), county.person("unit_project"))
    assert unit.get("/results/grounds/results/").status_code == 403
