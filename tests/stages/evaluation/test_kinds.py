"""Kinds of subjects: each is evaluated on its own card, planned as the rules say, and a new one needs files alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import jiheng
from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy import load_policy
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.plans.services import add_lines, begin_plan, move_plan
from jiheng.stages.evaluation.services import evaluations as e
from tests.make import DAY, County, make_county, make_subject, sign_in
from tests.stages.evaluation.builders import body

pytestmark = pytest.mark.django_db
KINDS = ("revenue", "investment_fund", "ppp", "procurement", "purchased_service", "bond")
CARDS = Path(jiheng.__file__).parent / "packs" / "national" / "scorecards"


def ordered(county: County, year: SubjectYear, card: str) -> Evaluation:
    wanted = e.EvaluationOrder(year, "fiscal", card, 100, body(county.person("agency")), date(2024, 6, 30))
    with clock.at(DAY):
        return e.start_evaluation(order=wanted, person=county.person("performance_office"))


@pytest.mark.feature("1.05")
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_evaluated_on_its_own_card_and_no_other(kind: str) -> None:
    county = make_county()
    year = make_subject(county, kind=kind, requested_fen=0 if kind == "revenue" else 1)
    with pytest.raises(Refused, match="不用于这类对象") as refused:
        ordered(county, year, "project_evaluation")
    assert county.policy.scorecards[f"{kind}_evaluation"].label in refused.value.refusals[0].remedy
    made = ordered(county, year, f"{kind}_evaluation")
    assert e.card_of(made).label == county.policy.scorecards[f"{kind}_evaluation"].label


def test_a_project_is_not_evaluated_on_the_card_of_another_kind() -> None:
    county = make_county()
    with pytest.raises(Refused, match="“政府债券项目绩效评价指标体系”不用于这类对象"):
        ordered(county, make_subject(county), "bond_evaluation")


def test_a_kind_that_the_rules_do_not_know_is_not_registered() -> None:
    with pytest.raises(Refused, match="制度没有“lottery”这类对象"):
        make_subject(make_county(), kind="lottery")


@pytest.mark.parametrize(("kind", "fen", "fine"), [("revenue", 0, True), ("revenue", 1, False), ("bond", 1, True)])
def test_revenue_asks_for_no_money(kind: str, fen: int, fine: bool) -> None:
    county = make_county()
    if fine:
        assert make_subject(county, kind=kind, requested_fen=fen).requested_fen == fen
        return
    with pytest.raises(Refused, match="没有支出预算，申报金额须为 0"):
        make_subject(county, kind=kind, requested_fen=fen)


@pytest.fixture
def new_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A pack outside the program that adds a kind by two files."""
    folder = tmp_path / "new-kind"
    (folder / "scorecards").mkdir(parents=True)
    manifest = (
        "place: new-kind\nname: 新类别县\nextends: national\nresponsible: 测试\n"
        "subject_kinds: {project: 项目支出, department: 部门整体支出, fund: 社会保险基金, lottery: 彩票公益金}\n"
    )
    (folder / "pack.yaml").write_text(manifest, encoding="utf-8")
    card = (CARDS / "bond_evaluation.yaml").read_text(encoding="utf-8").replace("政府债券项目", "彩票公益金")
    (folder / "scorecards" / "lottery_evaluation.yaml").write_text(card, encoding="utf-8")
    monkeypatch.setenv("JIHENG_PACKS", str(tmp_path))
    load_policy.cache_clear()
    yield "new-kind"
    load_policy.cache_clear()


@pytest.mark.feature("1.05")
def test_another_kind_needs_files_alone(new_kind: str, client: Client) -> None:
    county = make_county(new_kind)
    year = make_subject(county, kind="lottery")
    office = county.person("performance_office")
    sign_in(client, office, county.cycle)
    shown = client.get(reverse("evaluation:order", args=[year.pk])).content.decode()
    assert "彩票公益金绩效评价指标体系" in shown
    assert "项目支出绩效评价指标体系" not in shown
    made = ordered(county, year, "lottery_evaluation")
    points = {item.key: item.points for item in e.card_of(made).items}
    e.save_scores(evaluation=made, points=points, reasons={}, person=county.person("agency"))
    made.refresh_from_db()
    assert sum(line.points or 0 for line in made.lines.all()) == 100


def test_a_collecting_body_plans_all_its_revenues_and_they_are_no_projects() -> None:
    county = make_county("heilongjiang-hailin", 2020, day=date(2019, 12, 2))
    person = county.person("department_reviewer")
    with clock.at(date(2020, 1, 6)):
        first, second = (make_subject(county, kind="revenue", requested_fen=0) for _ in range(2))
    plan = begin_plan(cycle=county.cycle, person=person)
    add_lines(plan=plan, subjects=[first.pk], criteria=[], reason="全部评价", person=person)
    with pytest.raises(Refused, match="已列1个，须2个") as refused:
        move_plan(plan=plan, action="submit", person=person)
    assert [one.message for one in refused.value.refusals if "部门评价没有达到" in one.message] == []
    add_lines(plan=plan, subjects=[second.pk], criteria=[], reason="全部评价", person=person)
    move_plan(plan=plan, action="submit", person=person)
    assert plan.state != "draft"
