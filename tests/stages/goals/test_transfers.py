"""Transfers are handed down with what they are for: sums to the fen, each level its own share, no money without it."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.places import under
from jiheng.foundation.refused import Refused
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.services import confirm_all
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy import load_policy
from jiheng.stages.goals.models import Goal, TransferShare
from jiheng.stages.goals.services import save_money
from jiheng.stages.goals.services.drafting import adjust_goal
from jiheng.stages.goals.stage import todos
from jiheng.stages.goals.transfers.access import visible_shares
from jiheng.stages.goals.transfers.queries import level_map, promised_rows, shortfalls, split_in_force
from jiheng.stages.goals.transfers.services import (
    ShareData,
    answer_share,
    issue_split,
    save_split,
    take_share,
)
from tests.make import (
    BUDGET_YEAR,
    DAY,
    County,
    make_budget,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_place,
    make_subject,
    sign_in,
)

pytestmark = pytest.mark.django_db
MONEY = 100_000_000


@dataclass
class Below:
    """A county below the one that hands down: its place, its bureau's office, one unit."""

    place: Place
    cycle: Cycle
    office: Person
    unit: Organisation


def below(county: County, code: str, name: str) -> Below:
    place = make_place(code, name)
    under(place, county.place)
    office = make_person(make_organisation(place, "bureau", f"{name}财政局"), "performance_office")
    department = make_organisation(place, "department", f"{name}教育局")
    unit = make_organisation(place, "unit", f"{name}一中", department)
    confirm_all(policy=load_policy(code), place=place, ground="测试", person=office)
    return Below(place, open_cycle(place=place, budget_year=BUDGET_YEAR, person=office), office, unit)


@dataclass
class World:
    """The upper county with its transfer and approved goal, and two counties below it."""

    county: County
    year: SubjectYear
    goal: Goal
    one: Below
    two: Below

    @property
    def office(self) -> Person:
        return self.county.person("performance_office")

    @property
    def pieces(self) -> str:
        """The key of the only indicator that adds up: the number of sets bought."""
        return next(row.key for row in promised_rows(self.goal) if row.name == "购置教学设备台数")

    def shares(self, first: int = 60_000_001, sets: tuple[str, str] = ("70", "50")) -> list[ShareData]:
        told = [(self.one, first, sets[0]), (self.two, MONEY - 60_000_001, sets[1])]
        return [ShareData(f"place-{one.place.pk}", fen, {self.pieces: Decimal(number)}) for one, fen, number in told]

    def handed_down(self) -> tuple[TransferShare, TransferShare]:
        split = save_split(year=self.year, shares=self.shares(), as_given={}, person=self.office)
        issue_split(split=split, paper="财预〔2022〕1号", person=self.office)
        first, second = split.shares.order_by("position")
        return first, second


@pytest.fixture
def world() -> World:
    with clock.at(DAY):
        county = make_county()
        year = make_subject(county, kind="transfer", requested_fen=MONEY)
        goal = make_goal(county, year, "approved")
        return World(county, year, goal, below(county, "hunan-zixing", "甲县"), below(county, "henan-zhengzhou", "乙县"))


def approved(goal: Goal) -> Goal:
    """The lower place's goal as its own table leaves it once it is approved."""
    Goal.objects.filter(pk=goal.pk).update(state="approved", approved_on=DAY)
    goal.refresh_from_db()
    return goal


@pytest.mark.feature("3.24")
def test_what_does_not_add_up_is_not_handed_down(world: World) -> None:
    with clock.at(DAY):
        for shares, words in ((world.shares(60_000_000), "少0.01 元"), (world.shares(sets=("70", "49")), "少1台"), (world.shares(60_000_002), "多")):
            split = save_split(year=world.year, shares=shares, as_given={}, person=world.office)
            with pytest.raises(Refused) as caught:
                issue_split(split=split, paper="财预〔2022〕1号", person=world.office)
            (one,) = caught.value.refusals
            assert words in one.message
            assert "第四章" in one.clause
        split = save_split(year=world.year, shares=world.shares(), as_given={}, person=world.office)
        issue_split(split=split, paper="财预〔2022〕1号", person=world.office)
        with pytest.raises(Refused):
            issue_split(split=split, paper="再下达", person=world.office)
    assert split.number == 1, "drafts are written over until they are handed down"


@pytest.mark.feature("3.24")
def test_no_money_goes_out_before_the_goal_is_split(world: World) -> None:
    with clock.at(DAY):
        make_budget(world.county, world.year, MONEY)
        pay = Posting(world.year, "payment", 1_000_000, DAY)
        treasury = world.county.person("treasury")
        with pytest.raises(Refused) as caught:
            post(posting=pay, person=treasury)
        assert [one.message for one in caught.value.refusals] == [f"“{world.year.name}”的绩效目标还没有随资金分解下达，不得支付"]
        world.handed_down()
        post(posting=pay, person=treasury)
        project = world.county.person("unit_project")
        adjusted = adjust_goal(goal=world.goal, reason="budget", person=project)
        save_money(goal=adjusted, person=world.county.person("unit_finance"), fiscal_fen=MONEY + 1, other_fen=0)
        Goal.objects.filter(pk=world.goal.pk).update(current=False)
        approved(adjusted)
        Goal.objects.filter(pk=adjusted.pk).update(current=True)
        with pytest.raises(Refused, match="目标已经调整"):
            post(posting=pay, person=treasury)


@pytest.mark.feature("3.24")
@pytest.mark.feature("3.27")
def test_the_lower_place_takes_its_share_over_and_the_upper_one_confirms(world: World) -> None:
    with clock.at(DAY):
        first, second = world.handed_down()
        with pytest.raises(Refused):
            take_share(share=second, code="Z1", unit=world.one.unit, change="continuing", person=world.one.office)
        goal = take_share(share=first, code="Z1", unit=world.one.unit, change="continuing", person=world.one.office)
        with pytest.raises(Refused, match="已经承接"):
            take_share(share=first, code="Z2", unit=world.one.unit, change="continuing", person=world.one.office)
        row = goal.indicators.get(name="购置教学设备台数")
        assert (goal.fiscal_fen, row.target_text, row.value) == (60_000_001, "≥70", 70)
        assert goal.indicators.get(name="设备验收合格率").target_text == "=100"
        assert goal.indicators.count() == world.goal.indicators.count()
        assert (goal.subject_year.place_id, goal.subject_year.kind) == (world.one.place.pk, "transfer")
        with pytest.raises(Refused, match="还没有批复"):
            answer_share(share=first, answer="confirmed", reason="", person=world.office)
        approved(goal)
        money = Posting(goal.subject_year, "initial", 60_000_001, DAY)
        with pytest.raises(Refused, match="还没有经上级确认"):
            post(posting=money, person=world.one.office)
        goal.indicators.filter(pk=row.pk).update(value=69, target_text="≥69")
        with pytest.raises(Refused, match="≥70台"):
            answer_share(share=first, answer="confirmed", reason="", person=world.office)
        assert answer_share(share=first, answer="returned", reason="台数少了", person=world.office).answer == "returned"
        goal.indicators.filter(pk=row.pk).update(value=71, target_text="≥71")
        with pytest.raises(Refused):
            answer_share(share=first, answer="confirmed", reason="", person=world.two.office)
        answer_share(share=first, answer="confirmed", reason="", person=world.office)
        post(posting=money, person=world.one.office)
        goal.indicators.filter(pk=row.pk).update(value=70, target_text="≥70")
        with pytest.raises(Refused, match="还没有经上级确认"):
            post(posting=Posting(goal.subject_year, "payment", 5, DAY), person=world.one.office)


@pytest.mark.feature("3.24")
def test_a_broken_sum_below_stands_on_the_map_and_neighbours_see_nothing_of_each_other(world: World) -> None:
    with clock.at(DAY):
        first, second = world.handed_down()
        goal = approved(take_share(share=first, code="Z1", unit=world.one.unit, change="continuing", person=world.one.office))
        year = goal.subject_year
        split = save_split(
            year=year, shares=[ShareData(f"unit-{world.one.unit.pk}", 60_000_001, {world.pieces: Decimal(70)})], as_given={}, person=world.one.office
        )
        issue_split(split=split, paper="甲财〔2022〕9号", person=world.one.office)
        (tree,) = level_map(world.office, world.county.cycle)
        assert [(one.depth, one.name, one.got_fen) for one in tree.walk()] == [
            (0, "测试县", None), (1, "甲县", 60_000_001), (2, world.one.unit.name, 60_000_001), (1, "乙县", MONEY - 60_000_001),
        ]  # fmt: skip
        assert not any(one.broken or one.problems for one in tree.walk())
        goal.indicators.filter(name="购置教学设备台数").update(value=72, target_text="≥72")
        Goal.objects.filter(pk=goal.pk).update(fiscal_fen=60_000_000)
        (tree,) = level_map(world.office, world.county.cycle)
        county = tree.below[0]
        assert [one.words for one in county.broken] == [
            "资金应分60.00 万元，各份合计600,000.01 元，多0.01 元",
            "“购置教学设备台数”应分72台，各份合计70台，少2台",
        ]
        assert [one.where for one in county.problems] == ["fiscal_fen"]
        assert county.state == "与下达的不符"
        (own,) = level_map(world.one.office, world.one.cycle)
        assert [one.name for one in own.walk()] == ["甲县", world.one.unit.name]
        (waiting,) = level_map(world.two.office, world.two.cycle)
        assert (waiting.name, waiting.state, waiting.share) == ("乙县", "待承接", second.pk)
        assert set(visible_shares(world.two.office)) == {second}
        assert first in visible_shares(world.one.office)
        assert second not in visible_shares(world.one.office)
        assert shortfalls(second, world.goal)


@pytest.mark.feature("3.24")
def test_shares_to_take_and_goals_to_answer_wait_on_the_desk(world: World) -> None:
    def verbs(person: Person) -> list[str]:
        return [one.verb for one in todos(person) if one.verb in {"承接转移支付", "答复承接的目标"}]

    with clock.at(DAY):
        assert verbs(world.one.office) == []
        first, _ = world.handed_down()
        assert verbs(world.one.office) == verbs(world.two.office) == ["承接转移支付"]
        assert verbs(world.office) == verbs(world.county.person("unit_project")) == []
        goal = take_share(share=first, code="Z1", unit=world.one.unit, change="continuing", person=world.one.office)
        assert verbs(world.one.office) == []
        assert verbs(world.office) == []
        approved(goal)
        assert verbs(world.office) == ["答复承接的目标"]
        assert verbs(world.county.person("bureau_leader")) == []
        answer_share(share=first, answer="confirmed", reason="", person=world.office)
        assert verbs(world.office) == []
        again = save_split(year=world.year, shares=world.shares(), as_given={}, person=world.office)
        assert verbs(world.two.office) == ["承接转移支付"]
        issue_split(split=again, paper="财预〔2022〕2号", person=world.office)
        assert verbs(world.office) == ["答复承接的目标"]
        assert verbs(world.two.office) == ["承接转移支付"]


def test_a_new_split_takes_the_place_of_the_old_one(world: World) -> None:
    with clock.at(DAY):
        first, _ = world.handed_down()
        goal = approved(take_share(share=first, code="Z1", unit=world.one.unit, change="continuing", person=world.one.office))
        answer_share(share=first, answer="confirmed", reason="", person=world.office)
        again = save_split(
            year=world.year, shares=world.shares(), as_given={world.pieces: "每县都要建成120台的中心校"}, person=world.office
        )
        assert again.number == 2
        assert again.shares.first().targets == {}
        issue_split(split=again, paper="财预〔2022〕2号", person=world.office)
        assert split_in_force(world.year) == again
        with pytest.raises(Refused, match="还没有经上级确认"):
            post(posting=Posting(goal.subject_year, "initial", 60_000_001, DAY), person=world.one.office)
        with pytest.raises(Refused, match="新的一次替代"):
            answer_share(share=first, answer="confirmed", reason="", person=world.office)


@pytest.mark.parametrize("role", ["department_reviewer", "treasury", "bureau_leader", "unit_project"])
def test_only_the_bureaus_offices_split(world: World, role: str) -> None:
    with clock.at(DAY), pytest.raises(Refused):
        save_split(year=world.year, shares=world.shares(), as_given={}, person=world.county.person(role))


@pytest.mark.feature("3.24")
def test_a_transfer_is_split_by_weights_handed_down_and_taken_over_on_pages(world: World) -> None:
    places = {one.place.pk: weight for one, weight in ((world.one, "2"), (world.two, "1"))}
    with clock.at(DAY):
        page = sign_in(Client(), world.office, world.county.cycle)
        url = f"/goals/transfers/{world.year.pk}/split/"
        opened = page.get(url).content.decode()
        assert "购置教学设备台数" in opened
        assert "比率、均值和程度按原样落实" in opened
        typed = {"lines": "2", "version": "0", "do": "try"}
        for at, (pk, weight) in enumerate(places.items()):
            typed |= {f"receiver-{at}": f"place-{pk}", f"weight-{at}": weight, f"fen-{at}": "", f"value-{at}-0": ""}
        tried = page.post(url, typed).content.decode()
        assert "66.666667" in tried
        assert 'value="80"' in tried
        assert not world.year.transfer_splits.exists(), "trying saves nothing"
        for at, (fen, sets) in enumerate((("66.666667", "80"), ("33.333333", "39"))):
            typed |= {f"fen-{at}": fen, f"value-{at}-0": sets}
        saved = page.post(url, typed | {"do": "save"}, follow=True).content.decode()
        assert "少1台" in saved
        draft = world.year.transfer_splits.get()
        issue = f"/goals/transfers/splits/{draft.pk}/issue/"
        assert page.post(issue, {"paper": "财预〔2022〕1号", "version": draft.version}).status_code == 422
        typed |= {"value-1-0": "40", "version": str(draft.version), "do": "save"}
        page.post(url, typed)
        draft.refresh_from_db()
        assert page.post(issue, {"paper": "财预〔2022〕1号", "version": draft.version}, follow=True).status_code == 200
        share = draft.shares.get(place=world.one.place)
        lower = sign_in(Client(), world.one.office, world.one.cycle)
        assert "待承接" in lower.get("/goals/transfers/").content.decode()
        assert lower.get(f"/goals/transfers/shares/{draft.shares.get(place=world.two.place).pk}/").status_code == 404
        taken = {"code": "Z9", "unit": world.one.unit.pk, "change": "continuing"}
        told = lower.post(f"/goals/transfers/shares/{share.pk}/take/", taken, follow=True).content.decode()
        assert "已承接" in told
        approved(Goal.objects.get(subject_year__place=world.one.place))
        done = page.post(f"/goals/transfers/shares/{share.pk}/answer/", {"answer": "confirmed"}, follow=True).content.decode()
        assert "已确认" in done
        assert "合计不符" in page.get("/goals/transfers/").content.decode()
