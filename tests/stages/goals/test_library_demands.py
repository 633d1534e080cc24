"""Core and common indicators of the library and sources of data, where a place asks for them."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.registers.indicators.models import FormerSheet, LibraryIndicator
from jiheng.registers.indicators.queries import held_in, search_library, sheet_of, suggested_for
from jiheng.rules.goal_checks.facts import GoalSettings
from jiheng.rules.policy import load_policy
from jiheng.stages.goals.facts import all_findings
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.surroundings import surroundings_of
from tests import make
from tests.registers.indicators.test_library import DATA
from tests.registers.indicators.written import added, changed

pytestmark = pytest.mark.django_db
ASKED = {"core_indicators", "common_indicators", "data_source"}


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def indicator(county: make.County, name: str, sector: str, rank: str = "ordinary") -> LibraryIndicator:
    sheet = replace(DATA, name=name, definition=f"{name}的解释", category="培训", sector=sector, rank=rank)
    return added(county.place, sheet, county.person("performance_office"))


def named(goal: Goal) -> dict[str, str]:
    settings = GoalSettings.of(load_policy("hunan-tianyuan").at(2023, clock.today()))
    return {
        one.check: one.message
        for one in all_findings(goal, surroundings=surroundings_of(goal.cycle, [goal], settings))
        if one.check in ASKED and one.blocking
    }


def pick(goal: Goal, position: int, library: LibraryIndicator) -> None:
    GoalIndicator.objects.filter(goal=goal, position=position).update(library=library)


@pytest.mark.feature("3.16")
def test_core_and_common_indicators_are_asked_for_where_the_library_has_them(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    goal.indicators.update(data_source="业务台账")
    goal.subject_year.category = "培训"
    assert named(goal) == {}
    core = indicator(county, "培训合格率", sector="干部教育", rank="core")
    common = indicator(county, "参训人员到训率", sector="通用")
    indicator(county, "别类的核心指标", sector="通用", rank="core")
    LibraryIndicator.objects.filter(name="别类的核心指标").update(category="会议")
    assert held_in(county.place.pk, {"培训", "会议", ""}) == {"培训": (1, 1), "会议": (1, 1)}
    assert set(named(goal)) == {"core_indicators", "common_indicators"}
    pick(goal, 1, core)
    assert set(named(goal)) == {"common_indicators"}
    pick(goal, 2, common)
    assert named(goal) == {}
    GoalIndicator.objects.filter(goal=goal, position=3).update(data_source="")
    assert set(named(goal)) == {"data_source"}


def test_what_is_retired_is_not_asked_for(county: make.County) -> None:
    goal = make.make_goal(county, make.make_subject(county))
    goal.subject_year.category = "培训"
    one = indicator(county, "培训合格率", sector="通用", rank="core")
    assert "core_indicators" in named(goal)
    LibraryIndicator.objects.filter(pk=one.pk).update(retired_on=clock.today())
    assert not {"core_indicators", "common_indicators"} & set(named(goal))


def test_core_ones_stand_first_and_keep_their_rank(county: make.County) -> None:
    person = county.person("unit_project")
    indicator(county, "培训甲合格率", sector="通用")
    core = indicator(county, "培训乙合格率", sector="通用", rank="core")
    assert suggested_for(person, name="", sector="", category="培训")[0] == core
    assert search_library(person, words="合格率")[0] == core
    assert search_library(person, category="培训")[0] == core
    changed(core, replace(sheet_of(core), definition="改了解释", rank=""), county.person("performance_office"))
    core.refresh_from_db()
    assert (core.rank, core.definition) == ("core", "改了解释")
    changed(core, replace(sheet_of(core), rank="ordinary"), county.person("performance_office"), "不再代表")
    core.refresh_from_db()
    assert not core.core
    assert FormerSheet.objects.get(indicator=core, revision=2).content["rank"] == "core"


def test_pages_tell_the_rank(county: make.County, client: Client) -> None:
    core = indicator(county, "培训合格率", sector="通用", rank="core")
    make.sign_in(client, county.person("unit_project"))
    assert "核心指标" in client.get(reverse("indicators:detail", args=[core.pk])).content.decode()
    assert core.name in client.get(reverse("indicators:list"), {"rank": "core"}).content.decode()
    assert core.name not in client.get(reverse("indicators:list"), {"rank": "ordinary"}).content.decode()
    page = client.get(reverse("indicators:proposal_add")).content.decode()
    assert "重要程度" in page
