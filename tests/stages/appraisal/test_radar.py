"""The radar in the system: who screens, who sees what, decisions that stay, warnings, the gate, the worker."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import SubjectData, register_subject
from jiheng.rules.policy import load_policy
from jiheng.stages.appraisal.models import RadarDecision, RadarHit, RadarRun
from jiheng.stages.appraisal.queries import gate_refusals
from jiheng.stages.appraisal.radar import queries, services
from jiheng.stages.appraisal.radar.access import visible_hits
from jiheng.stages.appraisal.radar.queries import notes
from jiheng.stages.appraisal.radar.services import judge, screen
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db
TOLD = "对滨河路全长2.4公里路面进行硬化，配套边沟护栏，解决沿线420户出行难问题"


@pytest.fixture
def county() -> County:
    made = make_county()
    put(made, 0, "S-1", "滨河路路面硬化工程", 300_000_000, TOLD)
    put(made, 2, "S-2", "滨河路通行条件改善项目", 280_000_000, TOLD)  # another department's
    put(made, 0, "S-3", "学校操场翻新", 90_000_000, "翻新东关小学操场")
    return made


def put(county: County, unit: int, code: str, name: str, fen: int, overview: str) -> SubjectYear:
    """Register a project of a unit, as the bureau loads it."""
    body = county.units[unit]
    department = county.departments[0 if unit < 2 else 1]
    data = SubjectData(code, name, "project", body, department, change="new", requested_fen=fen, overview=overview)
    return register_subject(cycle=county.cycle, data=data, person=county.person("performance_office"))


def office(county: County) -> Person:
    return county.person("performance_office")


def screened(county: County) -> RadarHit:
    """Screen and return the one hit."""
    screen(person=office(county))
    return RadarHit.objects.get()


@pytest.mark.feature("2.12")
def test_a_repeat_across_departments_is_found_decided_and_shown_again_when_it_changes(county: County) -> None:
    hit = screened(county)
    assert (hit.kind, hit.money_fen, hit.number, hit.verdict) == ("renamed", 280_000_000, 2, "open")
    run = RadarRun.objects.get()
    assert (run.projects, run.found, len(run.digest)) == (3, 1, 64)
    made = judge(hit=hit, verdict="distinct", reason="一段在城东，一段在城西", person=county.person("division"), version=hit.version)
    assert (made.number, made.clause != "", len(made.about)) == (1, True, 2)
    again = screened(county)
    assert (again.pk, again.verdict) == (hit.pk, "distinct")  # remembered
    SubjectYear.objects.filter(subject__code="S-2").update(overview=TOLD.replace("420户", "421户"))
    again = screened(county)
    assert again.verdict == "changed"
    judge(hit=again, verdict="merge", reason="并入硬化工程", person=office(county), version=again.version)
    assert [one.verdict for one in again.decisions.order_by("number")] == ["distinct", "merge"]
    entries = Entry.objects.filter(action="appraisal.judge").order_by("number")
    assert [one.detail["reason"] for one in entries] == ["一段在城东，一段在城西", "并入硬化工程"]


def test_the_same_projects_screened_again_write_the_same(county: County) -> None:
    before = screened(county)
    version, digest = before.version, RadarRun.objects.get().digest
    after = screened(county)
    assert (after.version, RadarRun.objects.first().digest) == (version, digest)


def test_what_is_no_longer_found_goes_unless_somebody_decided(county: County) -> None:
    hit = screened(county)
    SubjectYear.objects.filter(subject__code="S-2").update(name="敬老院食堂", overview="敬老院食堂添置餐桌")
    screen(person=office(county))
    assert not RadarHit.objects.exists()
    SubjectYear.objects.filter(subject__code="S-2").update(name="滨河路通行条件改善项目", overview=TOLD)
    hit = screened(county)
    judge(hit=hit, verdict="reject", reason="已安排", person=office(county), version=hit.version)
    SubjectYear.objects.filter(subject__code="S-2").update(name="敬老院食堂", overview="敬老院食堂添置餐桌")
    kept = screened(county)
    assert (kept.current, kept.verdict) == (False, "reject")


def test_a_department_sees_only_what_is_alike_among_its_own(county: County) -> None:
    put(county, 1, "S-4", "滨河路路面改善", 250_000_000, TOLD)
    screen(person=office(county))
    everything = set(RadarHit.objects.values_list("pk", flat=True))
    assert len(everything) == 3
    reviewer = county.person("department_reviewer")
    seen = visible_hits(reviewer)
    (own,) = seen
    years = {one.subject.code for one in queries.years_in(own)}
    assert years == {"S-1", "S-4"}
    assert not visible_hits(county.person("department_reviewer", 1)).exists()
    assert not visible_hits(county.person("unit_project")).exists()
    assert {one.pk for one in visible_hits(county.person("congress"))} == everything
    assert not visible_hits(county.person("expert")).exists()
    hidden = next(iter(everything - {own.pk}))
    browser = sign_in(Client(), reviewer, county.cycle)
    assert browser.get(reverse("appraisal:radar_hit", args=[hidden])).status_code == 404
    assert "滨河路通行条件改善项目" not in browser.get(reverse("appraisal:radar")).text


@pytest.mark.parametrize("role", ["unit_project", "department_reviewer", "congress", "treasury", "bureau_leader"])
def test_others_neither_screen_nor_decide(county: County, role: str) -> None:
    hit = screened(county)
    with pytest.raises(Refused):
        screen(person=county.person(role))
    with pytest.raises(Refused):
        judge(hit=hit, verdict="distinct", reason="不同", person=county.person(role), version=hit.version)


def test_a_decision_needs_a_reason_a_known_word_and_the_version_that_was_seen(county: County) -> None:
    hit = screened(county)
    for verdict, reason in (("distinct", "  "), ("open", "理由"), ("distinct", "长" * 501)):
        with pytest.raises(Refused):
            judge(hit=hit, verdict=verdict, reason=reason, person=office(county), version=hit.version)
    judge(hit=hit, verdict="distinct", reason="不同", person=office(county), version=0)
    with pytest.raises(Overtaken):
        judge(hit=hit, verdict="merge", reason="相同", person=county.person("division"), version=0)
    assert RadarDecision.objects.count() == 1


def test_the_database_keeps_decisions_as_they_are(county: County) -> None:
    hit = screened(county)
    judge(hit=hit, verdict="distinct", reason="不同", person=office(county), version=hit.version)
    for change in (lambda: RadarDecision.objects.update(reason="改"), lambda: RadarDecision.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.fixture
def blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of a place that lets nothing into the library before it is decided about."""
    rule = load_policy("ningxia-yanchi").value("radar_blocks_entry", budget_year=2023)
    usual: Any = vars(queries)["rule_in"]

    def asked(cycle: Any, key: str) -> Any:
        return replace(rule, value=True) if key == "radar_blocks_entry" else usual(cycle, key)

    monkeypatch.setattr(queries, "rule_in", asked)


def test_the_gate_warns_and_stops_only_where_the_rules_say_so(county: County, blocking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hit, year = screened(county), SubjectYear.objects.get(subject__code="S-1")

    def said() -> str:
        return "；".join(one.message for one in gate_refusals(year))

    assert "1 处与其他项目相似还没有判断" in said()
    judge(hit=hit, verdict="reject", reason="重复", person=office(county), version=hit.version)
    assert "已判断为与其他项目重复" in said()
    hit.refresh_from_db()
    judge(hit=hit, verdict="distinct", reason="不同", person=office(county), version=hit.version)
    assert "相似" not in said()
    monkeypatch.undo()
    assert "重复" not in said()


def test_three_pieces_just_under_the_limit_wait_for_a_decision(county: County, blocking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = replace(load_policy("ningxia-yanchi").value("radar_likeness", budget_year=2023), value=5_000_000)  # 元
    usual: Any = vars(queries)["rule_in"]
    monkeypatch.setattr(queries, "rule_in", lambda cycle, key: limit if key == "appraisal_major_threshold" else usual(cycle, key))
    parts = [
        put(county, 0, f"P-{number}", f"东关小学塑胶跑道建设（{mark}段）", 499_999_999, "建设塑胶跑道1200平方米，配套排水和照明")
        for number, mark in enumerate("东中西")
    ]
    screen(person=office(county))
    hit = RadarHit.objects.get(kind="split")
    assert {one.pk for one in queries.years_in(hit)} == {one.pk for one in parts}
    assert (hit.number, hit.money_fen) == (3, 1_499_999_997)
    clause = str(load_policy("ningxia-yanchi").value("radar_blocks_entry", budget_year=2023).clause)
    for one in parts:
        against = [told for told in gate_refusals(one) if "相似还没有判断" in told.message]
        assert [told.clause for told in against] == [clause]
    judge(hit=hit, verdict="merge", reason="合并为一个项目，按限额做事前评估", person=office(county), version=hit.version)
    for one in parts:
        assert [told.clause for told in gate_refusals(one) if "不得入库" in told.message and "重复" in told.message] == [clause]
    assert SubjectYear.objects.filter(pk__in=[one.pk for one in parts]).count() == 3


def test_pages_show_sums_the_pair_side_by_side_and_take_the_decision(county: County) -> None:
    browser = sign_in(Client(), county.person("division"), county.cycle)
    assert browser.post(reverse("appraisal:radar_screen")).status_code == 302
    hit = RadarHit.objects.get()
    listed = browser.get(reverse("appraisal:radar")).text
    assert "滨河路路面硬化工程；滨河路通行条件改善项目" in listed
    assert "280.00" in listed
    department = county.departments[1].pk
    assert "滨河路" in browser.get(reverse("appraisal:radar"), {"department": str(department), "kind": "renamed"}).text
    assert "滨河路" not in browser.get(reverse("appraisal:radar"), {"kind": "split"}).text
    shown = browser.get(reverse("appraisal:radar_hit", args=[hit.pk])).text
    assert "radar-differs" in shown
    assert "都写到“滨河路”" in shown
    address = reverse("appraisal:radar_judge", args=[hit.pk])
    assert browser.post(address, {"verdict": "merge", "reason": "", "version": hit.version}).status_code == 422
    assert browser.post(address, {"verdict": "merge", "reason": "并入前一个", "version": hit.version}).status_code == 302
    assert "并入前一个" in browser.get(reverse("appraisal:radar_hit", args=[hit.pk])).text
    year = SubjectYear.objects.get(subject__code="S-1")
    assert "已判断为重复" in browser.get(reverse("subjects:detail", args=[year.pk])).text
    assert "已判断为重复" in browser.get(reverse("appraisal:gate", args=[year.pk])).text
    assert notes(year, county.person("unit_project")) == []  # the other project is not the unit's to see


def test_many_projects_are_left_to_the_worker(county: County, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert screen(person=office(county)) is None
    assert RadarHit.objects.count() == 1


def test_values_come_from_the_rules(county: County) -> None:
    told = queries.settings_of(county.cycle)
    assert (told.likeness, told.years, told.fragment_number, told.fragment_fen) == (60, 3, 5, 10_000_000)
