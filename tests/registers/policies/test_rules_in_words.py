"""The rules in plain words: every value with clause and origin, search, differences, confirming what is assumed."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation.audit.queries import history
from jiheng.registers.policies.models import Confirmation, Snapshot
from jiheng.registers.policies.queries import open_assumptions
from jiheng.registers.policies.reading import assumptions, levels_above, rules_by_stage
from jiheng.rules.policy import load_policy
from jiheng.rules.policy.overrides import overrides
from jiheng.rules.policy.words import said_lines
from tests.make import DAY, PACK, County, make_county, make_organisation, make_person, make_place, sign_in

pytestmark = pytest.mark.django_db
TABS = ("list", "grades", "scorecards", "workflows", "calendar", "documents", "sources", "changes", "conflicts", "assumed")


@pytest.fixture
def county() -> County:
    return make_county()


def test_every_parameter_stands_in_a_stage_with_its_clause(county: County) -> None:
    groups = rules_by_stage(county.policy, county.place, 2023, DAY)
    lines = [line for group in groups for line in group.rules]
    assert {line.key for line in lines} == set(county.policy.parameters)
    assert [group.key for group in groups][:4] == ["appraisal", "goals", "monitoring", "evaluation"]
    assert all(one.clause for line in lines for one in line.history)
    origin = {line.key: line.origin for line in lines}
    assert origin["appraisal_trigger_kinds"] != origin["appraisal_dimensions"] == "全国"


def test_value_in_force_follows_the_budget_year(county: County) -> None:
    def said(year: int) -> list[str]:
        groups = rules_by_stage(county.policy, county.place, year, DAY, "财政承受能力 评估")
        return [
            line.value.lines[0]
            for group in groups
            for line in group.rules
            if line.value and line.key.endswith("required")
        ]

    assert (said(2022), said(2023)) == (["否"], ["是"])


def test_search_needs_every_word(county: County) -> None:
    def count(query: str) -> int:
        return sum(
            len(group.rules) for group in rules_by_stage(county.policy, county.place, 2023, DAY, query)
        )

    assert 0 < count("自评 覆盖") < count("自评") < count("")
    assert count("没有这样的词") == 0


def test_money_is_said_in_wan() -> None:
    assert said_lines(5_000_000, "元") == ("500.00 万元",)
    assert said_lines(None, "元") == ("（不作规定）",)


def test_differences_to_the_national_base_are_said_in_words(county: County) -> None:
    rows = overrides(levels_above(county.policy)[-1], county.policy, 2023, DAY)
    said = {row.label: (row.kind, row.before, row.after) for row in rows}
    assert said["新增重大政策和项目须评估财政承受能力"] == ("替换", ("否",), ("是",))
    assert overrides(county.policy, county.policy, 2023, DAY) == []


def test_assumed_values_are_confirmed_one_by_one_or_together() -> None:
    place = make_place()
    bureau = make_organisation(place, "bureau", "测试县财政局")
    office, clerk = make_person(bureau, "performance_office"), make_person(bureau, "division")
    policy, browser = load_policy(PACK), sign_in(Client(), office)
    before = len(open_assumptions(policy, place))
    page = browser.get(reverse("policies:assumed")).text
    assert f"待确认<small>{before} 项" in page
    confirm = reverse("policies:confirm")
    assert browser.post(confirm, {"entry": "parameters.recheck_share", "ground": " "}).status_code == 422
    assert browser.post(confirm, {"entry": "parameters.nothing", "ground": "纪要"}).status_code == 422
    assert browser.post(confirm, {"entry": "parameters.recheck_share", "ground": "纪要"}).status_code == 302
    assert len(open_assumptions(policy, place)) == before - 1
    assert sign_in(Client(), clerk).post(confirm, {"ground": "纪要"}).status_code == 403
    assert browser.post(reverse("cycles:open"), {"budget_year": "2023"}).status_code == 422
    assert browser.post(confirm, {"ground": "局长办公会"}).status_code == 302
    assert open_assumptions(policy, place) == {}
    one = Confirmation.objects.get(entry="parameters.recheck_share")
    assert (one.ground, history(one)[0].action) == ("纪要", "policy.confirm")
    assert all(line.confirmation for line in assumptions(policy, place, 2023, date(2022, 11, 1)))
    assert browser.post(reverse("cycles:open"), {"budget_year": "2023"}).status_code == 302


@pytest.mark.parametrize("tab", TABS)
def test_pages_are_open_to_everybody_of_the_place(county: County, tab: str) -> None:
    for role in ("unit_head", "auditor", "agency"):
        browser = sign_in(Client(), county.person(role), county.cycle)
        assert browser.get(reverse(f"policies:{tab}")).status_code == 200


def test_frozen_version_can_be_looked_at_and_another_places_cannot(county: County) -> None:
    browser = sign_in(Client(), county.person("unit_head"), county.cycle)
    frozen = Snapshot.objects.get()
    answer = browser.get(reverse("policies:snapshot", args=[frozen.pk]), follow=True)
    assert frozen.digest[:12] in answer.text
    other = make_organisation(make_place("national", "别处"), "bureau", "别处财政局")
    stranger = sign_in(Client(), make_person(other, "performance_office"))
    assert stranger.get(reverse("policies:snapshot", args=[frozen.pk])).status_code == 404
    assert "盐池" not in stranger.get(reverse("policies:list")).text
