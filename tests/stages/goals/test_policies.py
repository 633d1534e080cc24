"""Policies and their projects: linked by the project, held against each other both ways."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.facts import all_findings
from jiheng.stages.goals.models import Goal, PolicyLink
from jiheng.stages.goals.policies.queries import gaps_of, links_seen
from jiheng.stages.goals.policies.services import link_policy
from tests.channels.api.callers import call, mark, token_for
from tests.make import DAY, PACK, County, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db
SETS, RATE = "购置教学设备台数", "实验开出率"


@dataclass
class World:
    """A county with an approved policy's goal and two projects of other units, all promising 120 sets."""

    county: County
    policy: Goal
    one: Goal
    two: Goal

    def link(self, goal: Goal, *names: str, person: Person | None = None, policy: SubjectYear | None = None) -> bool:
        own, theirs = lineages(goal), lineages(self.policy)
        return link_policy(
            goal=goal, policy=policy or self.policy.subject_year, rows={own[one]: theirs[one] for one in names},
            person=person or self.county.person("division"),
        )  # fmt: skip

    def promise(self, goal: Goal, sets: int) -> None:
        goal.indicators.filter(name=SETS).update(value=sets, target_text=f"≥{sets}")


def lineages(goal: Goal) -> dict[str, UUID]:
    return dict(goal.indicators.values_list("name", "lineage"))


@pytest.fixture
def world() -> World:
    with clock.at(DAY):
        county = make_county()
        policy = make_goal(county, make_subject(county, kind="policy", name="义务教育设备补助"), "approved")
        one, two = (make_goal(county, make_subject(county, unit=at)) for at in (1, 2))
        return World(county, policy, one, two)


@pytest.mark.feature("3.01")
def test_what_projects_do_not_carry_is_shown_below_at_and_above(world: World) -> None:
    with clock.at(DAY):
        (found,) = gaps_of([world.policy.subject_year])
        assert found.uncarried == len(found.rows) == 7
        world.link(world.one, SETS, RATE)
        world.link(world.two, SETS)
        world.promise(world.one, 70)
        for sets, gap in ((49, ("各项目合计119台，政策目标≥120台，少1台",)), (51, ()), (50, ())):
            world.promise(world.two, sets)
            (found,) = gaps_of([world.policy.subject_year])
            assert {one.row.name: one.gaps for one in found.rows}[SETS] == gap
        told = {one.row.name: one for one in found.rows}
        assert [part.project for part in told[RATE].parts] == [world.one.subject_year.name]
        assert (found.uncarried, found.short, found.idle) == (5, 0, 0)
        assert found.carried_fen == world.one.fiscal_fen + world.two.fiscal_fen
        first, second = found.projects
        assert RATE not in first.loose
        assert RATE in second.loose
        world.link(world.two)
        (found,) = gaps_of([world.policy.subject_year])
        assert (found.short, found.idle) == (1, 1)


@pytest.mark.feature("3.01")
def test_a_link_is_replaced_taken_back_and_kept_in_the_chain(world: World) -> None:
    with clock.at(DAY):
        assert world.link(world.one, SETS)
        assert not world.link(world.one, SETS), "nothing changed"
        seen = links_seen(world.one.subject_year)
        world.link(world.one, RATE)
        with pytest.raises(Overtaken):
            link_policy(goal=world.one, policy=None, rows={}, person=world.county.person("division"), seen=seen)
        link_policy(goal=world.one, policy=None, rows={}, person=world.county.person("division"))
        assert not PolicyLink.objects.exists()
        assert Entry.objects.filter(action="goals.policy").count() == 3


@pytest.mark.feature("3.01")
def test_wrong_rows_policies_and_people_are_refused(world: World) -> None:
    county = world.county
    with clock.at(DAY):
        with pytest.raises(Refused, match="不是本地区本年度的政策"):
            world.link(world.one, policy=world.two.subject_year)
        own = lineages(world.one)
        with pytest.raises(Refused, match="有的指标"):
            link_policy(
                goal=world.one, policy=world.policy.subject_year, rows={own[SETS]: own[SETS]}, person=county.person("division")
            )
        for role, at in (("unit_finance", 1), ("treasury", 0), ("bureau_leader", 0), ("unit_project", 0), ("department_reviewer", 1)):
            with pytest.raises(Refused):
                world.link(world.one, SETS, person=county.person(role, at))
        with pytest.raises(Refused):
            world.link(world.policy, SETS)
        world.link(world.one, SETS, person=county.person("unit_project", 1))


@pytest.mark.feature("3.01")
def test_a_project_is_linked_on_its_page_and_the_policy_shows_it(world: World) -> None:
    county = world.county
    with clock.at(DAY):
        unit = sign_in(Client(), county.person("unit_project", 1), county.cycle)
        policy = world.policy.subject_year
        url = f"/goals/{world.one.pk}/policy/"
        assert policy.name in unit.get(url).content.decode()
        opened = unit.get(url, {"policy": str(policy.pk)}).content.decode()
        assert "承担的政策指标" in opened
        typed = {"policy": str(policy.pk), "seen": links_seen(world.one.subject_year), "row-0": "0"}
        assert "已保存对应关系" in unit.post(url, typed, follow=True).content.decode()
        assert unit.post(url, typed).status_code == 409
        assert unit.get(f"/goals/{world.policy.pk}/projects/").status_code == 404
        office = sign_in(Client(), county.person("performance_office"), county.cycle)
        shown = office.get(f"/goals/{world.policy.pk}/projects/").content.decode()
        assert world.one.subject_year.name in shown
        assert "没有项目承担" in shown
        assert office.post(url, typed | {"seen": links_seen(world.one.subject_year)}).status_code == 422
        assert policy.name in office.get("/goals/policies/").content.decode()
        assert office.get(f"/goals/{world.one.pk}/projects/").status_code == 403


@pytest.mark.feature("3.01")
def test_a_program_links_and_reads(world: World) -> None:
    with clock.at(DAY):
        division = token_for(world.county.person("division"))
        own, theirs = lineages(world.one), lineages(world.policy)
        body = {"policy_id": world.policy.subject_year_id, "rows": [{"lineage": str(own[SETS]), "policy_lineage": str(theirs[SETS])}]}
        linked = call(division, "POST", f"goals/{world.one.pk}/policy", body, etag=mark(world.one))
        assert linked.status_code == 200, linked.content
        assert call(division, "GET", f"goals/{world.one.pk}/policy").json()["policy_id"] == world.policy.subject_year_id
        (told,) = call(division, "GET", "policy-goals").json()["items"]
        assert {row["name"]: row["gaps"] for row in told["rows"]}[SETS] == []
        assert call(division, "GET", f"goals/{world.policy.pk}/projects").json()["carried_fen"] == world.one.fiscal_fen
        treasury = token_for(world.county.person("treasury"))
        assert call(treasury, "POST", f"goals/{world.one.pk}/policy", body, etag=mark(world.one)).status_code == 403


@pytest.mark.feature("3.02")
def test_a_place_names_what_policies_must_have(amended) -> None:
    amended("national", "parameters/goals.yaml", KINDS, KINDS.replace("value: null", "value: {policy: [sustained_impact, economic_benefit]}"))
    with clock.at(DAY):
        county = make_county(PACK)
        goals = [make_goal(county, make_subject(county, kind=kind)) for kind in ("policy", "project")]
        found = [[one.message for one in all_findings(goal) if one.check == "completeness"] for goal in goals]
    assert found == [["没有设置经济效益指标"], []]


KINDS = """没有写的类别照一般规定
  values:
    - from_budget_year: 2016
      value: null"""
