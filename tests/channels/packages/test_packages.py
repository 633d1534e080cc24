"""The file of a decision on the page of its record: what it says follows, who gets it, and what is not in it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from jiheng.channels.packages.registry import SOURCES
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import User
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.decision_package import KINDS
from jiheng.rules.decision_package.file import Package, opened
from jiheng.rules.decision_package.recalculating import recalculate
from jiheng.stages.appraisal.models import Appraisal
from jiheng.stages.appraisal.services import ConditionData, conclude_appraisal
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.self_evaluations import (
    confirm_self_evaluation,
    recheck_self_evaluation,
)
from jiheng.stages.goals.models import Goal, GoalReview
from jiheng.stages.goals.services.reviewing import review_goal
from jiheng.stages.results.models import Decision
from jiheng.stages.results.services import decide_result, propose_decision
from tests.made_results import make_budgeted, make_result
from tests.make import (
    DAY,
    County,
    make_appraisal,
    make_budget,
    make_county,
    make_goal,
    make_promise,
    make_subject,
    sign_in,
)
from tests.stages.evaluation.builders import self_evaluation

LATER = date(2024, 7, 5)
READERS = ("unit_project", "department_reviewer", "division", "performance_office", "auditor", "congress")


pytestmark = pytest.mark.django_db


@dataclass
class Decided:
    """A county in which one decision of each kind was taken."""

    county: County
    records: dict[str, Any]


@pytest.fixture(scope="module")
def decided(django_db_setup: None, django_db_blocker: Any) -> Iterator[Decided]:
    """All decisions, built once for the file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        county = make_county()
        yield Decided(county, {kind: make(county) for kind, make in DECISIONS.items()})
        transaction.set_rollback(True)


@pytest.fixture
def county(decided: Decided) -> County:
    return decided.county


def drawn_self_evaluation(county: County) -> SelfEvaluation:
    """One that was drawn, re-checked and came out lower."""
    record = self_evaluation(county, "department")
    office = county.person("evaluation_centre")
    with clock.at(LATER):
        confirm_self_evaluation(evaluation=record, person=county.person("department_reviewer"))
        draw_rechecks(cycle=county.cycle, count=1, seed="0123456789", person=office)
        points = {line.pk: (line.points or Decimal(0), "") for line in record.lines.all()}
        lowered = next(iter(points))
        points[lowered] = (points[lowered][0] - 1, "现场清点少三台")
        recheck_self_evaluation(evaluation=record, points=points, note="清点设备", person=office)
    return record


def reviewed_goal(county: County) -> GoalReview:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county), "division")
        card = county.policy.scorecards["goal_review"]
        tiers = {item.key: card.tiers_of(item.key)[0].key for item in card.items}
        return review_goal(goal=goal, person=county.person("division"), tiers=tiers, opinion="数量指标请分学期列")


def concluded_appraisal(county: County) -> Appraisal:
    with clock.at(DAY):
        year = make_subject(county, change="new", is_major=True)
        lost = [item.key for item in county.policy.scorecards["appraisal"].items[:5]]
        record = make_appraisal(county, year, state="scored", lost=lost)
        conclude_appraisal(
            appraisal=record,
            conclusion="supported_after_revision",
            agreed_fen=80_000_000,
            reason="与去年购置的设备有重复，核减重复部分",
            person=county.person("performance_office"),
            conditions=[ConditionData("补充设备清单", date(2022, 12, 31))],
        )
        while record.state not in county.policy.workflows["appraisal"].final:
            conclude_appraisal(
                appraisal=record,
                conclusion="supported_after_revision",
                agreed_fen=80_000_000,
                reason="同意",
                person=county.person("bureau_leader"),
                conditions=[ConditionData("补充设备清单", date(2022, 12, 31))],
            )
    return record


def result(county: County) -> Evaluation:
    return make_result(county, make_budgeted(county), "72", kind="fiscal")


def taken_decision(county: County) -> Decision:
    with clock.at(LATER):
        record = propose_decision(evaluation=result(county), person=county.person("performance_office"))
        decide_result(decision=record, ratio=Decimal(25), reason="设备闲置较多", person=county.person("bureau_leader"))
    return record


def gate_of_a_new_project(county: County) -> SubjectYear:
    with clock.at(DAY):
        return make_subject(county, change="new", is_major=True)


DECISIONS: dict[str, Callable[[County], Any]] = {
    "appraisal": concluded_appraisal,
    "cut": taken_decision,
    "evaluation": result,
    "goal_review": reviewed_goal,
    "ledger_gate": gate_of_a_new_project,
    "self_evaluation": drawn_self_evaluation,
}


def fetched(client: Client, county: County, kind: str, record: Any, role: str = "performance_office", at: int = 0) -> Any:
    sign_in(client, county.person(role, at), county.cycle)
    return client.get(reverse(f"packages:{kind}", args=[record.pk]))


def test_every_kind_has_a_source_an_address_and_a_decision_here() -> None:
    assert set(SOURCES) == set(KINDS) == set(DECISIONS)
    assert [SOURCES[key].kind for key in SOURCES] == list(SOURCES)


@pytest.mark.parametrize("kind", sorted(DECISIONS))
def test_the_file_of_a_record_is_worked_out_again_and_holds_nobodys_name(
    decided: Decided, client: Client, kind: str
) -> None:
    county, record = decided.county, decided.records[kind]
    answer = fetched(client, county, kind, record)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert f"决定包_{KINDS[kind].short}_" in unquote(answer["Content-Disposition"])
    told = recalculate(answer.content)
    assert told.right, told.lines[-3:]
    text = answer.content.decode()
    words = {word for row in User.objects.values_list("name", "username") for word in row}
    assert [word for word in words if f'"{word}"' in text or f"{word}（" in text or f" {word}" in text] == []
    package = opened(answer.content)
    assert package.program.version
    assert package.pack.digest == county.cycle.snapshot.digest
    if kind != "ledger_gate":
        entry = Entry.objects.get(place=county.place, number=package.entry.number)
        assert (entry.digest, entry.algorithm) == (package.entry.digest, package.entry.algorithm)
    assert first_break(county.place.pk) is None


@pytest.mark.parametrize("kind", sorted(DECISIONS))
def test_who_reads_the_record_gets_the_same_file_and_others_none(decided: Decided, client: Client, kind: str) -> None:
    county, record = decided.county, decided.records[kind]
    with clock.at(LATER):
        files = {role: fetched(client, county, kind, record, role) for role in READERS}
        assert {role: one.status_code for role, one in files.items()} == dict.fromkeys(READERS, 200)
        assert len({one.content for one in files.values()}) == 1
        assert fetched(client, county, kind, record, "unit_project", 2).status_code == 404
        assert fetched(client, county, kind, record, "system_admin").status_code in {403, 404}


def test_what_is_not_decided_yet_has_no_file(county: County, client: Client) -> None:
    with clock.at(DAY):
        draft = self_evaluation(county, "filled")
        asked = make_appraisal(county, make_subject(county), state="scored")
    for kind, record in (("self_evaluation", draft), ("appraisal", asked)):
        assert fetched(client, county, kind, record).status_code == 404
    decision = propose_decision(evaluation=result(county), person=county.person("performance_office"))
    assert fetched(client, county, "cut", decision).status_code == 404
    waiting = Evaluation.objects.get(pk=decision.evaluation_id)
    Evaluation.objects.filter(pk=waiting.pk).update(state="consultation")
    assert fetched(client, county, "evaluation", waiting).status_code == 404


@pytest.mark.feature("7.02")
def test_what_was_changed_past_the_system_shows_when_it_is_worked_out_again(decided: Decided, client: Client) -> None:
    county = decided.county
    record = decided.records["cut"]
    Decision.objects.filter(pk=record.pk).update(amount_fen=1)
    told = recalculate(fetched(client, county, "cut", record).content)
    assert not told.right
    assert any("核减金额：文件写的是 1，复算为 25000000" in line for line in told.lines)


def test_a_recheck_stands_beside_the_units_own_score(decided: Decided, client: Client) -> None:
    package = opened(fetched(client, decided.county, "self_evaluation", decided.records["self_evaluation"]).content)
    found: Any = package.result
    assert found.recheck_total == found.total - 1
    assert "现场清点少三台" in [one.reason for one in package.decided.rows]
    assert package.entry.action.startswith("完成复核")


def asked_of_the_gate(client: Client, county: County, year: SubjectYear, role: str = "division") -> Package:
    with clock.at(DAY):
        return opened(fetched(client, county, "ledger_gate", year, role).content)


@pytest.mark.feature("1.04")
def test_the_gate_says_no_until_conclusion_and_goal_are_there_then_yes(county: County, client: Client) -> None:
    year = gate_of_a_new_project(county)
    package = asked_of_the_gate(client, county, year)
    refused: Any = package.result
    assert not refused.allowed
    assert {one.gate for one in refused.against} == {"事前绩效评估", "绩效目标"}
    with clock.at(DAY):
        record = make_appraisal(county, year, state="scored")
        conclude_appraisal(
            appraisal=record, conclusion="supported", agreed_fen=year.requested_fen, reason="必要且可行",
            person=county.person("performance_office"),
        )  # fmt: skip
        while Appraisal.objects.get(pk=record.pk).concluded_on is None:
            conclude_appraisal(
                appraisal=record, conclusion="supported", agreed_fen=year.requested_fen, reason="必要且可行",
                person=county.person("bureau_leader"),
            )  # fmt: skip
        make_promise(year)
    allowed: Any = asked_of_the_gate(client, county, year).result
    assert allowed.allowed
    assert allowed.against == ()


def test_where_there_is_a_budget_the_gate_is_asked_about_paying_what_is_left(county: County, client: Client) -> None:
    with clock.at(DAY):
        year = make_subject(county)
        make_budget(county, year, 90_000_000)
        make_budget(county, year, 30_000_000, kind="payment")
    facts = asked_of_the_gate(client, county, year).facts
    assert (facts.movement, facts.amount_fen, facts.budget_fen) == ("payment", 60_000_000, 90_000_000)


def test_a_unit_reads_that_another_gate_refuses_but_not_what_it_says_of_others(
    county: County, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jiheng.channels.packages.sources import ledger_gate  # noqa: PLC0415  # patched here
    from jiheng.rules.refusal import Refusal  # noqa: PLC0415

    told = [Refusal("县教育局所属各项目合计已超过上限", "《办法》第三十九条")]
    monkeypatch.setattr(ledger_gate, "gate_refusals", lambda *_, **__: told)
    year = gate_of_a_new_project(county)
    office, unit = (asked_of_the_gate(client, county, year, role).facts.others[0] for role in ("division", "unit_project"))
    assert office.message == told[0].message
    assert (unit.message, unit.clause) == (ledger_gate.UNTOLD, told[0].clause)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("cut", "results:decision"), ("evaluation", "evaluation:detail"), ("self_evaluation", "evaluation:self_detail"),
     ("appraisal", "appraisal:detail"), ("ledger_gate", "appraisal:gate"), ("goal_review", "goals:detail")],
)  # fmt: skip
def test_the_page_of_a_decided_record_offers_its_file(decided: Decided, client: Client, kind: str, name: str) -> None:
    county, record = decided.county, decided.records[kind]
    sign_in(client, county.person("unit_project"), county.cycle)
    shown = record.goal if isinstance(record, GoalReview) else record
    page = client.get(reverse(name, args=[shown.pk])).content.decode()
    assert reverse(f"packages:{kind}", args=[record.pk]) in page
    assert "决定包" in page


def test_a_page_without_a_decision_offers_none(county: County, client: Client) -> None:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county))
        asked = make_appraisal(county, make_subject(county), state="scored")
    sign_in(client, county.person("unit_project"), county.cycle)
    for name, record in (("goals:detail", goal), ("appraisal:detail", asked)):
        assert "决定包" not in client.get(reverse(name, args=[record.pk])).content.decode()
    assert Goal.objects.filter(pk=goal.pk).exists()


def test_the_bytes_are_the_same_each_time_and_parts_can_be_read_without_the_program(decided: Decided, client: Client) -> None:
    county, record = decided.county, decided.records["cut"]
    first, second = (fetched(client, county, "cut", record).content for _ in range(2))
    assert first == second
    body = json.loads(first)
    facts = {one["key"]: one for one in body["facts"]}
    assert (facts["base_fen"]["label"], facts["base_fen"]["unit"], facts["base_fen"]["value"]) == ("计算基数", "人民币分", 100_000_000)
