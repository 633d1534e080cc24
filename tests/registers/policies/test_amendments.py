"""Amendments: one uploads, everything wrong at once, tried on the open year, another approves; no running year changes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.amending import files_of, judge_amendment, upload_amendment
from jiheng.registers.policies.dry_run import EffectGroup, effects_on, open_years
from jiheng.registers.policies.models import Amendment, Snapshot
from jiheng.registers.policies.navigation import waiting
from jiheng.registers.policies.queries import current_policy
from jiheng.registers.policies.services import confirm_all
from jiheng.rules.policy import load_policy
from jiheng.rules.policy.trial import try_amendment
from jiheng.stages.goals.facts import findings_of
from tests.make import DAY, PACK, ROWS, County, make_county, make_goal, make_rows, make_subject, sign_in

pytestmark = pytest.mark.django_db

SOURCES = "test-2022-9:\n  title: 测试县补充规定\n  number: 测财〔2022〕9号\n  issued: 2022-11-01\n  level: county\n"
LIMIT = """appraisal_major_threshold:
  label: 须做事前绩效评估的资金下限（含本数）
  unit: 元
  values:
    - from_budget_year: 2021
      value: {value}
      cite: {{source: test-2022-9, clause: 第二条}}
"""
CASES = """cases:
  - {{name: 门槛, budget_year: 2023, parameter: appraisal_major_threshold, expect: {{value: {value}}}}}
"""


SEVERITY = """goal_check_severity:
  label: 绩效目标自动审核各项的严格程度
  unit: 表
  values:
    - {{from_budget_year: 2016, value: {{vague_target: block}}, cite: {{source: test-2022-9, clause: 第五条}}}}
    - {{from_budget_year: {since}, value: {{vague_target: block, {check}: block}}, cite: {{source: test-2022-9, clause: 第五条}}}}
"""
LATE = """publication_days:
  label: 公开
  unit: 天
  values:
    - {from_budget_year: 2023, value: 30, cite: {source: test-2022-9, clause: 第三条}}
"""
LOOSE = """goal_before_release:
  label: 不批复不下达
  unit: 是否
  values:
    - {from_budget_year: 2023, value: false, cite: {source: test-2022-9, clause: 第四条}}
"""
ODD = LOOSE.replace("goal_before_release", "goal_before_relaese")


def files(value: int = 2_000_000) -> dict[str, str]:
    return {
        "sources.yaml": SOURCES,
        "parameters/limit.yaml": LIMIT.format(value=value),
        "cases/limit.yaml": CASES.format(value=value),
    }


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def county() -> County:
    return make_county()


def upload(county: County, given: dict[str, str] | None = None, **more: Any) -> Amendment:
    told: dict[str, Any] = {"title": "调整评估门槛", "ground": "局长办公会纪要", "person": county.person("performance_office")} | more
    return upload_amendment(place=county.place, files=given or files(), **told)


def approve(county: County, amendment: Amendment, **more: Any) -> None:
    told: dict[str, Any] = {"approved": True, "comment": "同意", "seen": amendment.digest, "person": county.person("bureau_leader")}
    judge_amendment(amendment=amendment, **(told | more))


def test_everything_wrong_is_told_at_once_with_file_and_line(county: County) -> None:
    given = files()
    given["parameters/limit.yaml"] = given["parameters/limit.yaml"].replace("unit: 元", "unit: 斤\n  colour: 红")
    given["grades.yaml"] = "evaluation:\n  label: 等级\n"
    given["cases/limit.yaml"] = "cases:\n  - {name: 甲, expect: {valeu: 1}}\n"
    with pytest.raises(Refused) as caught:
        upload(county, given)
    said = "\n".join(one.message for one in caught.value.refusals)
    for words in ("修订/parameters/limit.yaml 第3行", "不认识的键“colour”", "修订/grades.yaml 第1行", "修订/cases/limit.yaml 第2行"):
        assert words in said
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"cases/limit.yaml": CASES.format(value=1)}, "算例“门槛”不符"),
        ({"cases/limit.yaml": "", "cases.yaml": ""}, "文件是空的"),
        ({"pack.yaml": "place: x\n"}, "修订不能改 pack.yaml"),
        ({"parameters/late.yaml": LATE}, "底线"),
        ({"parameters/loose.yaml": LOOSE}, "looser_because"),
        ({"parameters/odd.yaml": ODD}, "上级没有参数"),
        ({"sources.yaml": SOURCES + "yanchi-2023:\n  title: 重名\n  level: county\n"}, "没有被引用"),
    ],
)
def test_what_does_not_hold_is_refused(county: County, more: dict[str, str], words: str) -> None:
    with pytest.raises(Refused) as caught:
        upload(county, files() | more)
    assert words in str(caught.value)


def test_amendment_without_cases_or_without_effect_is_refused(county: County) -> None:
    bare = {name: text for name, text in files().items() if not name.startswith("cases")}
    with pytest.raises(Refused, match="没有附算例"):
        upload(county, bare)
    with pytest.raises(Refused, match="没有任何条目"):
        upload(county, {"cases/limit.yaml": CASES.format(value=1)})


def test_only_the_performance_office_uploads_and_only_at_home(county: County) -> None:
    for role in ("bureau_leader", "division", "unit_head"):
        with pytest.raises(Refused, match="绩效管理股"):
            upload(county, person=county.person(role))


@pytest.mark.feature("1.06")
def test_trial_names_who_would_cross_the_line_and_the_money(county: County) -> None:
    made = [make_subject(county, change="new", requested_fen=fen) for fen in (199_999_999, 200_000_000, 500_000_000)]
    (year,) = open_years(county.place)
    trial = try_amendment(PACK, files())
    groups = {one.kind: one for one in effects_on(year, trial.policy)}
    crossing = groups["须不须做事前绩效评估"]
    assert [one.title for one in crossing.rows] == [made[0].name]
    assert (crossing.count, crossing.money_fen) == (1, 199_999_999)
    row = crossing.rows[0]
    assert row.before.startswith("须做：“新增”项目一律")
    assert "未达到 200.00 万元" in row.after
    assert row.url == reverse("subjects:detail", args=[made[0].pk])
    assert policy_for(year).digest == county.policy.digest


def test_nothing_differs_under_the_same_rules(county: County) -> None:
    make_subject(county, change="new")
    (year,) = open_years(county.place)
    assert effects_on(year, county.policy) == []


@pytest.mark.feature("10.13")
def test_severity_of_a_check_is_changed_by_year_and_tried_first(county: County) -> None:
    """A place turns a reminder into a stop from a year on; the trial tells which goals would then be stopped."""
    late = ("产出指标", "时效指标", "完成验收时间", "2025年11月底前", "", "10")
    rows = make_rows((*ROWS[:2], late, *ROWS[3:]))
    goal = make_goal(county, make_subject(county), rows=rows)
    reminders = [one for one in findings_of(goal) if not one.blocking]
    assert reminders
    (year,) = open_years(county.place)

    def tried(since: int) -> list[EffectGroup]:
        text = SEVERITY.format(check=reminders[0].check, since=since)
        trial = try_amendment(PACK, files() | {"parameters/severity.yaml": text})
        return [one for one in effects_on(year, trial.policy) if one.kind == "绩效目标自动审核"]

    assert tried(2024) == []
    (group,) = tried(2023)
    assert (group.count, group.rows[0].title) == (1, goal.subject_year.name)
    assert reminders[0].message not in group.rows[0].before
    assert reminders[0].message in group.rows[0].after


@pytest.mark.feature("1.07")
def test_uploader_does_not_approve_and_approval_changes_no_running_year(county: County) -> None:
    amendment = upload(county)
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    with pytest.raises(Refused, match="不能自己批准"):
        approve(county, amendment, person=office)
    with pytest.raises(Refused, match="局领导"):
        approve(county, amendment, person=county.person("division"))
    with pytest.raises(Refused, match="写明意见"):
        approve(county, amendment, comment=" ")
    assert [one.title for one in waiting(leader)] == ["制度修订“调整评估门槛”待批准"]
    assert waiting(office) == []
    assert current_policy(county.place).digest == load_policy(PACK).digest
    approve(county, amendment)
    amendment.refresh_from_db()
    assert waiting(leader) == []
    assert current_policy(county.place).digest == amendment.digest
    assert amendment.verdict.snapshot is not None
    assert amendment.verdict.snapshot.digest == amendment.digest
    cycle = Cycle.objects.get(pk=county.cycle.pk)
    assert policy_for(cycle).digest == county.policy.digest
    actions = list(Entry.objects.filter(subject=f"policies.amendment:{amendment.pk}").values_list("action", flat=True))
    assert actions == ["policy.amend", "policy.approve"]
    assert first_break(county.place.pk) is None
    assert Notice.objects.filter(text__contains="已批准").exists()
    with pytest.raises(Refused, match="已经办结"):
        approve(county, amendment)


def test_next_year_opens_under_the_amended_rules(county: County) -> None:
    approve(county, upload(county))
    office = county.person("performance_office")
    confirm_all(policy=current_policy(county.place), place=county.place, ground="纪要", person=office)
    later = open_cycle(place=county.place, budget_year=2024, person=office)
    found = policy_for(later).value("appraisal_major_threshold", budget_year=2024)
    assert (found.fen, str(found.clause)) == (200_000_000, "《测试县补充规定》（测财〔2022〕9号）第二条")
    assert policy_for(county.cycle).get("appraisal_major_threshold", budget_year=2023) is None


def test_second_amendment_lies_over_the_first_and_a_stale_page_is_refused(county: County) -> None:
    first, second = upload(county), upload(county, _renamed(files(3_000_000)), title="再调")
    approve(county, first)
    with pytest.raises(Refused, match="制度在您打开页面之后有变化"):
        approve(county, second)
    fresh = try_amendment(PACK, second.files, [first.files]).policy.digest
    approve(county, second, seen=fresh)
    assert current_policy(county.place).value("appraisal_major_threshold", budget_year=2023).fen == 300_000_000


def _renamed(given: dict[str, str]) -> dict[str, str]:
    return {name: text.replace("test-2022-9", "test-2022-10") for name, text in given.items()}


def test_rejected_amendment_changes_nothing(county: County) -> None:
    amendment = upload(county)
    approve(county, amendment, approved=False, comment="门槛太低")
    assert current_policy(county.place).digest == load_policy(PACK).digest
    assert Snapshot.objects.filter(place=county.place).count() == 1


def test_database_refuses_to_change_what_was_uploaded(county: County) -> None:
    amendment = upload(county)
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.filter(pk=amendment.pk).update(title="另一个")


def test_older_cases_that_the_amendment_overtakes_are_told(county: County) -> None:
    trial = try_amendment(PACK, files())
    assert [one.name for one in trial.overtaken] == [
        "新增项目没有评估，不得申报", "新增政策没有评估，不得申报", "没有金额下限，一分钱的新增项目也要评估",
    ]  # fmt: skip


def test_files_are_taken_by_their_names() -> None:
    given = files_of({"parameters.results.yaml": b"a: 1\n", "grades.yaml": "等级: 1".encode()})
    assert sorted(given) == ["grades.yaml", "parameters/results.yaml"]
    with pytest.raises(Refused) as caught:
        files_of({"a.xlsx": b"PK", "b.yaml": b"\xff\xfe\xff"})
    assert len(caught.value.refusals) == 2


def test_pages_upload_try_and_approve(county: County) -> None:
    make_subject(county, change="new", requested_fen=100_000_000)
    office, leader = (sign_in(Client(), county.person(role), county.cycle) for role in ("performance_office", "bureau_leader"))
    sent = {"title": "调整门槛", "ground": "纪要"}
    wrong = {"parameters.limit.yaml": "a:\n  b: 1\n"}
    answer = office.post(reverse("policies:amendment_new"), {**sent, "sheets": uploads(wrong)})
    assert answer.status_code == 422
    assert "修订/parameters/limit.yaml 第1行" in answer.text
    named = {name.replace("/", "."): text for name, text in files().items()}
    answer = office.post(reverse("policies:amendment_new"), {**sent, "sheets": uploads(named)})
    assert answer.status_code == 302
    amendment = Amendment.objects.get()
    page = leader.get(reverse("policies:amendment", args=[amendment.pk])).text
    for words in ("须不须做事前绩效评估", "在 2023 年度试算", "修订后", "批准修订", "测财〔2022〕9号"):
        assert words in page
    assert "批准修订</button>" not in office.get(reverse("policies:amendment", args=[amendment.pk])).text
    judge = reverse("policies:amendment_judge", args=[amendment.pk])
    told = {"comment": "同意", "seen": amendment.digest, "approved": "1"}
    assert office.post(judge, told).status_code == 403
    assert leader.post(judge, told).status_code == 302
    assert "已批准" in leader.get(reverse("policies:amendments")).text
    unit = sign_in(Client(), county.person("unit_head"), county.cycle)
    assert unit.get(reverse("policies:amendments")).status_code == 403
    assert "修订</a>" not in unit.get(reverse("policies:list")).text


def uploads(given: dict[str, str]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, text.encode()) for name, text in given.items()]


def test_looser_rules_of_the_amended_place_stand_on_the_page(county: County) -> None:
    loose = {
        "parameters/loose.yaml": "idle_money_recaptured:\n  label: 沉淀资金收回\n  unit: 是否\n  looser_because: 本级没有沉淀资金\n"
        "  values:\n    - {from_budget_year: 2021, value: false, cite: {source: test-2022-9, clause: 第七条}}\n"
    }
    approve(county, upload(county, files() | loose))
    page = sign_in(Client(), county.person("unit_head"), county.cycle).get(reverse("policies:conflicts")).text
    for words in ("本级没有沉淀资金", "《测试县补充规定》（测财〔2022〕9号）第七条", "（中发〔2018〕34号）四（十）"):
        assert words in page


def test_day_of_the_amendment_is_kept(county: County) -> None:
    with clock.at(date(2023, 3, 1)):
        assert upload(county).uploaded_at.date() == date(2023, 3, 1)
