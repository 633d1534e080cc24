"""Versions of a goal: every submission is kept, two are compared by word and figure, softening is measured."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.stages.goals.models import Goal, SubmittedVersion
from jiheng.stages.goals.services import adjust_goal, return_goal, save_content, save_money, submit_goal
from jiheng.stages.goals.softening import adjusted
from jiheng.stages.goals.versions import differences, versions_of
from tests import make
from tests.stages.goals.test_services import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def sign(county: make.County, goal: Goal) -> None:
    for role in ("unit_project", "unit_finance"):
        submit_goal(goal=goal, person=county.person(role))


def resubmitted(county: make.County) -> Goal:
    """A goal that was returned once, then written anew: fewer devices, another objective."""
    goal = make.make_goal(county, make.make_subject(county), "department")
    return_goal(goal=goal, person=county.person("department_reviewer"), comment="请写明实验开出率")
    objective = goal.objective + "实验开出率达到96%。"
    save_content(goal=goal, person=county.person("unit_project"), rows=rows_of(goal, target_text="≥90"), objective=objective)
    sign(county, goal)
    return goal


@pytest.mark.feature("3.09")
def test_every_submission_is_kept_with_signers_and_reason(county: make.County) -> None:
    goal = resubmitted(county)
    first, second = SubmittedVersion.objects.all()
    assert (first.round, first.reason, first.eased) == (1, "", None)
    assert (second.round, second.reason) == (2, "请写明实验开出率")
    assert len(second.submitted_by.split("、")) == 2
    assert first.content["rows"][0]["words"] == "≥120台"
    assert second.content["rows"][0]["words"] == "≥90台"
    assert second.eased == round(Decimal(20) / 90 / 4, 6)  # a fifth of the points became a quarter easier
    assert [one.key for one in versions_of(goal.subject_year)] == ["1.1", "1.2"]
    with pytest.raises(DatabaseError), transaction.atomic():
        SubmittedVersion.objects.update(reason="另写")


@pytest.mark.feature("3.09")
def test_two_versions_differ_by_word_and_figure(county: make.County) -> None:
    goal = resubmitted(county)
    old, new = versions_of(goal.subject_year)
    found = differences(old.content, new.content, 2023)
    ((label, pieces),) = found.texts
    assert (label, pieces[-1].text) == ("年度目标", "实验开出率达到96%。")
    (line,) = found.rows
    assert (line.old, line.new, line.moved.verdict, line.moved.change) == ("≥120台", "≥90台", "easier", Decimal(-30))
    assert float(line.moved.ratio or 0) == -0.25
    assert not found.money


@pytest.mark.feature("3.15")
def test_an_adjustment_is_measured_against_the_approved_goal(county: make.County) -> None:
    year = make.make_subject(county)
    make.make_budget(county, year)
    goal = make.make_goal(county, year, "approved")
    with clock.at(date(2023, 11, 20)):
        made = adjust_goal(goal=goal, person=county.person("unit_project"), reason="设备涨价")
        save_content(goal=made, person=county.person("unit_project"), rows=rows_of(made, target_text="≥60"), objective=made.objective)
        save_money(goal=made, person=county.person("unit_finance"), fiscal_fen=100_000_000, other_fen=0, note="询价")
        sign(county, made)
    kept = SubmittedVersion.objects.get(revision=2)
    assert (kept.reason, kept.eased, kept.hardened) == ("设备涨价", round(Decimal(20) / 90 / 2, 6), 0)
    client = make.sign_in(Client(), county.person("performance_office"), county.cycle)
    page = client.get(reverse("goals:softening")).content.decode()
    assert "放宽 11.1%" in page
    assert year.unit.name in page
    detail = client.get(reverse("goals:detail", args=[made.pk])).content.decode()
    assert "比原来容易 11.1%" in detail
    assert "属于明显放宽" in detail


@pytest.mark.feature("3.09")
def test_page_and_workbook_show_the_difference(county: make.County) -> None:
    goal = resubmitted(county)
    client = make.sign_in(Client(), county.person("division"), county.cycle)
    url = reverse("goals:compare", args=[goal.pk])
    page = client.get(url).content.decode()
    assert "<ins>实验开出率达到96%。</ins>" in page
    assert "-30台（-25.0%）" in page
    assert "请写明实验开出率" in page
    assert client.get(url, {"old": "1.1", "new": "7.1"}).status_code == 404
    back = client.get(url, {"old": "1.2", "new": "1.1"}).content.decode()
    assert "+30台（+33.3%）" in back
    sent: Any = client.get(url, {"as": "xlsx"})
    book = load_workbook(BytesIO(b"".join(sent.streaming_content)))
    told = [[cell.value for cell in row] for row in book["明细"].iter_rows(min_row=2)]
    assert told[0][:2] == ["文字", "年度目标"]
    assert told[0][4].endswith("【增】实验开出率达到96%。【/增】")
    assert [row[2:4] for row in told if row[0] == "指标"] == [["≥120台", "≥90台"]]


def test_a_goal_with_one_version_says_so(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    client = make.sign_in(Client(), county.person("unit_project"), county.cycle)
    assert "只有一个版本" in client.get(reverse("goals:compare", args=[goal.pk])).content.decode()


def test_units_see_adjustments_of_their_own_only(county: make.County) -> None:
    year = make.make_subject(county)
    goal = make.make_goal(county, year, "approved")
    made = adjust_goal(goal=goal, person=county.person("unit_project"), reason="任务减少")
    sign(county, made)
    other = make.sign_in(Client(), county.person("unit_project", 1), county.cycle)
    assert year.name not in other.get(reverse("goals:softening")).content.decode()
    assert other.get(reverse("goals:compare", args=[goal.pk])).status_code == 404


@pytest.mark.feature("3.15")
def test_whoever_evaluates_sees_both_goals(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county), "approved")
    assert adjusted(goal) is None
    made = adjust_goal(goal=goal, person=county.person("unit_project"), reason="任务减少")
    save_content(goal=made, person=county.person("unit_project"), rows=rows_of(made, target_text="≥60"), objective=made.objective)
    Goal.objects.filter(pk=made.pk).update(approved_on=date(2023, 12, 1))
    told = adjusted(Goal.objects.get(pk=made.pk))
    assert told is not None
    assert (told["soft"]["net"], told["late"]) == ("11.1%", True)
    assert [(one.old, one.new) for one, *_ in told["rows"]] == [("≥120台", "≥60台")]
