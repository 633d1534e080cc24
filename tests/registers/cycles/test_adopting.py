"""A year under way takes up newer rules: two people sign, and what was decided before still computes by the older ones."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.cycles.adopting import ask_adoption, judge_adoption, waiting_adoptions
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.cycles.versions import Versions
from jiheng.registers.policies.amending import judge_amendment, upload_amendment
from jiheng.registers.policies.models import Adoption, AdoptionVerdict
from jiheng.rules.policy import load_policy
from jiheng.rules.policy.midyear import not_in_midyear
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.evaluation.services.sweep import rescore_all
from tests.make import DAY, County, make_county, sign_in
from tests.stages.evaluation.builders import DAY as SCORED
from tests.stages.evaluation.builders import TOTAL, self_evaluation

pytestmark = pytest.mark.django_db

SOURCES = "test-2024-1:\n  title: 测试县等级规定\n  number: 测财〔2024〕1号\n  issued: 2024-02-20\n  level: county\n"
GRADES = """evaluation:
  label: 绩效评价等级
  cite: {source: test-2024-1, clause: 第二条}
  bands:
    - {key: excellent, label: 优, low: 97}
    - {key: good, label: 良, low: 80}
    - {key: fair, label: 中, low: 60}
    - {key: poor, label: 差, low: 0}
"""
FILES = {
    "sources.yaml": SOURCES,
    "grades.yaml": GRADES,
    "cases/grades.yaml": "cases:\n  - {name: 九十六分为良, grades: evaluation, total: 96.99, expect: {grade: good}}\n"
    "  - {name: 九十七分为优, grades: evaluation, total: 97, expect: {grade: excellent}}\n",
}


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


def amended(county: County, files: dict[str, str] | None = None) -> None:
    """Rules of the place as they stand: with an approved amendment."""
    made = upload_amendment(
        place=county.place, title="提高优的分数线", ground="纪要", files=files or FILES, person=county.person("performance_office")
    )
    judge_amendment(
        amendment=made, approved=True, comment="同意", seen=made.digest, person=county.person("bureau_leader")
    )


def ask(county: County, **more: Any) -> Adoption:
    told: dict[str, Any] = {"cycle": fresh(county), "reason": "上级要求", "person": county.person("performance_office")} | more
    return ask_adoption(**told)


def approve(county: County, adoption: Adoption, **more: Any) -> AdoptionVerdict:
    told: dict[str, Any] = {"approved": True, "comment": "同意", "person": county.person("bureau_leader")} | more
    return judge_adoption(adoption=adoption, **told)


def fresh(county: County) -> Cycle:
    return Cycle.objects.select_related("snapshot", "place").get(pk=county.cycle.pk)


def test_two_people_sign_and_the_year_goes_on_under_the_newer_rules(county: County) -> None:
    amended(county)
    before = fresh(county).snapshot
    adoption = ask(county)
    assert policy_for(fresh(county)).digest == before.digest
    with pytest.raises(Refused, match="不能自己批准"):
        approve(county, adoption, person=county.person("performance_office"))
    with pytest.raises(Refused, match="已有一项待批准"):
        ask(county)
    assert waiting_adoptions(county.person("bureau_leader")) == [adoption]
    approve(county, adoption)
    now = fresh(county)
    assert policy_for(now).grades["evaluation"].grade(Decimal(96)).key == "good"
    assert (now.snapshot_id, Versions(now).changed) == (adoption.after_id, True)
    signed = list(Signature.objects.filter(subject=f"policies.adoption:{adoption.pk}"))
    assert [one.action for one in signed] == ["ask", "approve"]
    assert len({one.content_hash for one in signed}) == 1
    assert len({one.user_id for one in signed}) == 2
    entries = Entry.objects.filter(subject=f"cycles.cycle:{now.pk}", action__startswith="policy.")
    told = {one.action: one.detail for one in entries}
    wanted = {"before": before.digest, "after": now.snapshot.digest, "reason": "同意"}
    assert told["policy.adopt"].items() >= wanted.items()
    assert "policy.ask_adoption" in told
    assert first_break(county.place.pk) is None
    assert proved_records(county.place.pk).lines == []


def test_year_is_under_the_rules_of_the_moment(county: County) -> None:
    amended(county)
    cycle = fresh(county)
    before, opened = cycle.snapshot, clock.now()
    with clock.at(SCORED):
        adopted = clock.now()
        approve(county, ask(county))
    now = fresh(county)
    assert Versions(now).snapshot_at(opened) == before
    assert Versions(now).snapshot_at(adopted - timedelta(seconds=1)) == before
    assert Versions(now).snapshot_at(adopted + timedelta(seconds=1)) == now.snapshot != before
    assert policy_for(Versions(now).as_of(opened)).digest == before.digest
    assert policy_for(now).digest == now.snapshot.digest
    assert Versions(now).as_of(None) is now


@pytest.mark.feature("1.07")
def test_what_was_scored_before_still_computes_under_its_own_rules(county: County) -> None:
    """95.83 分：按旧版为优，按新版（97 分起）为良。"""
    early = self_evaluation(county, "submitted")
    amended(county)
    with clock.at(datetime(2024, 3, 1, 9, tzinfo=clock.now().tzinfo)):
        approve(county, ask(county))
    with clock.at(datetime(2024, 3, 2, 9, tzinfo=clock.now().tzinfo)):
        county.cycle.refresh_from_db()
        late = self_evaluation(county, "filled", unit=1)
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.total, early.grade) == (TOTAL, "excellent")
    swept = rescore_all(fresh(county))
    assert swept.differences == ()
    SelfEvaluation.objects.filter(pk=early.pk).update(grade="good")
    (one,) = rescore_all(fresh(county)).differences
    assert (one.what, one.stored, one.computed) == ("等级", "good", "excellent")


def test_page_shows_whose_grade_would_change_and_takes_both_signatures(county: County) -> None:
    record = self_evaluation(county, "submitted")
    amended(county)
    office, leader = (sign_in(Client(), county.person(role), county.cycle) for role in ("performance_office", "bureau_leader"))
    address = reverse("cycles:adopt", args=[county.cycle.pk])
    page = office.get(address).text
    for words in ("单位自评的得分和等级", record.subject_year.name, "95.83 分，优", "95.83 分，良", "签署提出"):
        assert words in page
    assert office.post(reverse("cycles:adopt_ask", args=[county.cycle.pk]), {"words": ""}).status_code == 422
    assert office.post(reverse("cycles:adopt_ask", args=[county.cycle.pk]), {"words": "上级要求"}).status_code == 302
    adoption = Adoption.objects.get()
    judge = reverse("cycles:adopt_judge", args=[adoption.pk])
    assert office.post(judge, {"words": "同意", "approved": "1"}).status_code == 403
    assert "签署批准" in leader.get(address).text
    assert leader.post(judge, {"words": "同意", "approved": "1"}).status_code == 302
    page = leader.get(address).text
    assert "没有新版可以采用" in page
    assert "已批准：同意" in page
    unit = sign_in(Client(), county.person("unit_head"), county.cycle)
    assert unit.get(address).status_code == 403


def test_there_must_be_something_newer_and_nobody_else_asks(county: County) -> None:
    with pytest.raises(Refused, match="没有新版可以采用"):
        ask(county)
    amended(county)
    with pytest.raises(Refused, match="绩效管理股"):
        ask(county, person=county.person("bureau_leader"))
    with pytest.raises(Refused, match="理由"):
        ask(county, reason=" ")


def test_declined_adoption_leaves_the_year_and_may_be_asked_again(county: County) -> None:
    amended(county)
    adoption = ask(county)
    approve(county, adoption, approved=False, comment="明年再用")
    assert policy_for(fresh(county)).digest == county.policy.digest
    assert not Versions(fresh(county)).changed
    with pytest.raises(Refused, match="已经办结"):
        approve(county, adoption)
    assert ask(county).pk != adoption.pk


def test_unconfirmed_assumptions_stop_the_adoption(county: County) -> None:
    given = FILES | {"grades.yaml": GRADES.replace("clause: 第二条}", "clause: 第二条}\n  assumed: true", 1)}
    amended(county, given)
    with pytest.raises(Refused, match="还有 1 项暂定值未经确认"):
        ask(county)


def test_database_keeps_adoptions_as_they_are(county: County) -> None:
    amended(county)
    adoption = ask(county)
    with pytest.raises(DatabaseError), transaction.atomic():
        Adoption.objects.filter(pk=adoption.pk).update(reason="另一个理由")


def test_what_records_stand_on_may_not_vanish_in_midyear() -> None:
    before = load_policy("ningxia-yanchi")
    assert not_in_midyear(before, before, 2023) == []
    grades = before.grades["evaluation"]
    fewer = grades.model_copy(update={"bands": grades.bands[:-1]})
    card = before.scorecards["appraisal"]
    group = card.groups[0].model_copy(update={"items": card.groups[0].items[:-1]})
    after = before.model_copy(
        update={
            "grades": {**before.grades, "evaluation": fewer},
            "scorecards": {**before.scorecards, "appraisal": card.model_copy(update={"groups": (group, *card.groups[1:])})},
            "forms": {key: one for key, one in before.forms.items() if key != "F5"},
            "workflows": {
                **before.workflows,
                "goals": before.workflows["goals"].model_copy(
                    update={"states": {k: v for k, v in before.workflows["goals"].states.items() if k != "department"}}
                ),
            },
        }
    )
    said = "；".join(not_in_midyear(before, after, 2023))
    for words in ("取消了等级“差”", "更换了评分表", "取消了表格", "取消了状态“主管部门审核”"):
        assert words in said
    assert "没有规定" in "；".join(not_in_midyear(before, before, 2000))
