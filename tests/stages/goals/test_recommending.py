"""Indicators proposed while a goal is written: from the library, and from what the person may see."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.channels.api.v1.goals import goal_recommended
from jiheng.foundation import clock
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.search import nearest
from jiheng.registers.indicators.services import load_library
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.checklist_statistics import ENOUGH
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.goals.models import GoalReview
from jiheng.stages.goals.recommending import advice_for
from tests import make

pytestmark = pytest.mark.django_db
TRAINING: dict[str, Any] = {"name": "全县干部能力提升培训班", "sector": "组织", "category": "培训", "overview": "举办业务骨干培训班并考核"}


@pytest.fixture
def library() -> make.County:
    county = make.make_county()
    load_library(place=county.place, person=county.person("performance_office"))
    return county


@pytest.mark.feature("4.08")
def test_panel_proposes_rows_of_the_library_with_reasons(library: make.County) -> None:
    goal = make.make_goal(library, make.make_subject(library, **TRAINING), rows=[])
    client = make.sign_in(Client(), library.person("unit_project"))
    page = client.get(reverse("goals:edit", args=[goal.pk])).content.decode()
    assert reverse("goals:recommended", args=[goal.pk]) in page
    part = client.get(reverse("goals:recommended", args=[goal.pk])).content.decode()
    one = LibraryIndicator.objects.get(name="培训考核合格率")
    assert f'data-library="{one.pk}"' in part
    assert "同属“培训”类支出" in part
    assert part.count("data-pick") == 10
    assert "满意度" in part
    finance = make.sign_in(Client(), library.person("unit_finance"))
    assert finance.get(reverse("goals:recommended", args=[goal.pk])).status_code == 403


@pytest.mark.feature("4.08")
def test_program_gets_the_same_proposals(library: make.County) -> None:
    goal = make.make_goal(library, make.make_subject(library, **TRAINING), rows=[])
    person = library.person("unit_project")
    names = [one.name for one in advice_for(person, goal)]
    told = goal_recommended(person, goal).items
    assert [one.name for one in told] == names
    assert all(one.reasons for one in told)
    assert {one.direction for one in told} <= {"正向", "反向", "适度", "不分方向"}


def test_free_row_of_another_unit_is_not_told(library: make.County) -> None:
    rows = make.make_rows()
    rows[0] = replace(rows[0], name="培训班教官邀请数")
    make.make_goal(library, make.make_subject(library, unit=1, **TRAINING), "approved", rows=rows)
    goal = make.make_goal(library, make.make_subject(library, **TRAINING), rows=[])
    assert "培训班教官邀请数" not in [one.name for one in advice_for(library.person("unit_project"), goal, 40)]
    own = make.make_goal(library, make.make_subject(library, **TRAINING), "approved", rows=rows)
    assert own.state == "approved"
    found = {one.name: one for one in advice_for(library.person("unit_project"), goal, 40)}
    assert found["培训班教官邀请数"].library is None
    assert any("个采用，如“全县干部能力提升培训班”" in one for one in found["培训班教官邀请数"].reasons)


def test_reach_in_the_place_is_told_in_numbers(library: make.County) -> None:
    one = LibraryIndicator.objects.get(name="培训考核合格率")
    rows = make.make_rows()
    rows[1] = replace(rows[1], name=one.name, library_id=one.pk, free_reason="")
    for share in ("1", "1", "0"):
        used = make.make_goal(library, make.make_subject(library, unit=1, **TRAINING), "approved", rows=rows)
        row = used.indicators.get(library=one)
        made = SelfEvaluation.objects.create(
            place=library.place, state="submitted", created_at=clock.now(), cycle=library.cycle,
            work_year=make.BUDGET_YEAR + 1, subject_year=used.subject_year, goal=used,
        )  # fmt: skip
        SelfLine.objects.create(evaluation=made, indicator=row, points=row.weight * Decimal(share))
    goal = make.make_goal(library, make.make_subject(library, **TRAINING), rows=[])
    reasons = next(found.reasons for found in advice_for(library.person("unit_project"), goal) if found.name == one.name)
    assert "本地区的目标选用过 3 次" in reasons
    assert "自评过 3 次，2 次达到（67%）" in reasons


def test_own_former_year_gives_its_value(library: make.County) -> None:
    before = make.make_subject(library, **TRAINING)
    rows = make.make_rows()
    rows[0] = replace(rows[0], name="骨干培训人次", target_text="≥350", unit="人次")
    make.make_goal(library, before, "approved", rows=rows)
    later = make.make_goal(library, make.make_subject(library, **TRAINING), rows=[])
    SubjectYear.objects.filter(pk=before.pk).update(budget_year=before.budget_year - 1)
    later.subject_year.subject = before.subject
    first = advice_for(library.person("unit_project"), later)[0]
    assert (first.name, first.row["target_text"], first.row["unit"]) == ("骨干培训人次", "≥350", "人次")
    assert first.reasons[0].startswith("本项目以前年度用过")


def test_nearest_by_words_stays_in_the_place(library: make.County) -> None:
    keys = nearest([library.place.pk], "干部培训考核", 5)
    found = LibraryIndicator.objects.in_bulk(keys)
    assert len(keys) == 5
    assert "培训" in found[keys[0]].name + found[keys[0]].category
    assert nearest([library.place.pk], "！？", 5) == []
    assert nearest([], "培训", 5) == []
    LibraryIndicator.objects.filter(pk=keys[0]).update(retired_on=clock.today())
    assert keys[0] not in nearest([library.place.pk], "干部培训考核", 5)


def test_questions_do_not_grow_with_the_goals_seen(library: make.County) -> None:
    goal = make.make_goal(library, make.make_subject(library, **TRAINING), rows=[])
    person = library.person("unit_project")

    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            advice_for(person, goal)
        return len(told)

    make.make_goal(library, make.make_subject(library, **TRAINING), "approved")
    few = asked()
    for _ in range(3):
        make.make_goal(library, make.make_subject(library, **TRAINING), "approved")
    assert asked() == few


@pytest.mark.feature("4.22")
def test_items_that_never_took_a_point_are_named_for_pruning(library: make.County) -> None:
    goal = make.make_goal(library, make.make_subject(library), "approved")
    card = library.policy.scorecards["goal_review"]
    best = {item.key: {"tier": "", "points": str(item.points), "remark": ""} for item in card.items}
    first = card.items[0]
    for at in range(ENOUGH):
        lines = best | ({first.key: {"tier": "", "points": "0", "remark": ""}} if at == 0 else {})
        GoalReview.objects.create(
            goal=goal, side="division", reviewer="某人", reviewed_on=clock.today(), total=Decimal(90), grade="good", lines=lines
        )
    client = make.sign_in(Client(), library.person("performance_office"), library.cycle)
    page = client.get(reverse("goals:checklist"), {"kind": "project"}).content.decode()
    assert f"建议精简<small>{len(card.items) - 1} 项要点" in page
    assert '<td class="kind-number" data-label="扣过分">1 次</td>' in page
    department = client.get(reverse("goals:checklist"), {"kind": "none"}).content.decode()
    assert f"{ENOUGH} 份审核评分" in department
