"""A year is opened by its own bureau, under confirmed rules, and stays under the rules of that day."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, value_in, visible_cycles
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.models import Confirmation, Snapshot
from jiheng.registers.policies.queries import assumed_entries, open_assumptions
from jiheng.registers.policies.services import confirm_all, confirm_assumed, take_snapshot
from jiheng.rules.policy import Policy, load_policy, loading
from tests.make import BUREAU_ROLES, PACK, make_county, make_organisation, make_person, make_place, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def office(place: Place) -> Person:
    return make_person(make_organisation(place, "bureau", "财政局"), "performance_office")


def confirm(place: Place, office: Person, policy: Policy | None = None) -> None:
    confirm_all(policy=policy or load_policy(PACK), place=place, ground="县长办公会议纪要", person=office)


class TestOpening:
    """Who opens a year, and when it may be."""

    def test_year_is_not_opened_while_assumed_values_wait(self, place: Place, office: Person) -> None:
        count = len(assumed_entries(load_policy(PACK)))
        assert count > 0
        with pytest.raises(Refused, match=f"还有 {count} 项暂定值未经确认"):
            open_cycle(place=place, budget_year=2023, person=office)
        assert (Cycle.objects.count(), Snapshot.objects.count()) == (0, 0)
        assert not Entry.objects.filter(action__in=("cycle.open", "policy.freeze")).exists()

    def test_one_value_that_waits_is_enough(self, place: Place, office: Person) -> None:
        policy = load_policy(PACK)
        *others, last = assumed_entries(policy)
        for entry in others:
            confirm_assumed(policy=policy, place=place, entry=entry, ground="纪要", person=office)
        with pytest.raises(Refused, match="还有 1 项"):
            open_cycle(place=place, budget_year=2023, person=office)
        confirm_assumed(policy=policy, place=place, entry=last, ground="纪要", person=office)
        open_cycle(place=place, budget_year=2023, person=office)

    def test_year_for_which_the_rules_are_silent_is_not_opened(self, place: Place, office: Person) -> None:
        confirm(place, office)
        with pytest.raises(Refused, match=r"没有规定：.*绩效运行监控时点") as refused:
            open_cycle(place=place, budget_year=2020, person=office)
        assert refused.value.refusals[0].clause
        assert not Cycle.objects.exists()

    def test_opening_is_on_the_record_with_the_digest(self, place: Place, office: Person) -> None:
        confirm(place, office)
        cycle = open_cycle(place=place, budget_year=2023, person=office)
        entry = Entry.objects.get(action="cycle.open")
        assert entry.detail.items() >= {"budget_year": 2023, "digest": load_policy(PACK).digest}.items()
        assert [one.pk for one in visible_cycles(office)] == [cycle.pk]

    def test_year_is_opened_once(self, place: Place, office: Person) -> None:
        confirm(place, office)
        open_cycle(place=place, budget_year=2023, person=office)
        with pytest.raises(Refused, match="已经开启"):
            open_cycle(place=place, budget_year=2023, person=office)
        assert open_cycle(place=place, budget_year=2024, person=office).budget_year == 2024
        assert Snapshot.objects.count() == 1

    @pytest.mark.parametrize(
        "role", [*sorted(set(BUREAU_ROLES) - {"performance_office", "bureau_leader"}), "unit_head", "system_admin", "congress"]
    )
    def test_other_roles_open_nothing(self, place: Place, office: Person, role: str) -> None:
        confirm(place, office)
        person = make_person(make_organisation(place, "bureau", "财政局二"), role)
        with pytest.raises(Refused, match="绩效管理股或局领导"):
            open_cycle(place=place, budget_year=2023, person=person)

    def test_bureau_of_another_place_opens_nothing(self, place: Place, office: Person) -> None:
        confirm(place, office)
        neighbour = make_place("national", "邻县")
        foreign = make_person(make_organisation(neighbour, "bureau", "邻县财政局"), "performance_office")
        with pytest.raises(Refused, match="本地区"):
            open_cycle(place=place, budget_year=2023, person=foreign)
        assert not Cycle.objects.exists()


class TestConfirming:
    """An assumed value counts once the bureau has taken it over, as it stands."""

    def test_confirmation_says_who_when_and_why(self, place: Place, office: Person) -> None:
        policy = load_policy(PACK)
        entry = next(iter(assumed_entries(policy)))
        with clock.at(date(2022, 11, 3)):
            made = confirm_assumed(policy=policy, place=place, entry=entry, ground=" 纪要 ", person=office)
        assert (made.ground, made.confirmed_by, made.confirmed_at.date()) == ("纪要", str(office), date(2022, 11, 3))
        assert Entry.objects.get(action="policy.confirm").detail.items() >= {"entry": entry, "ground": "纪要"}.items()
        assert entry not in open_assumptions(policy, place)

    @pytest.mark.parametrize(("ground", "words"), [("  ", "依据"), ("长" * 301, "不超过 300 字")])
    def test_ground_is_asked_for(self, place: Place, office: Person, ground: str, words: str) -> None:
        policy = load_policy(PACK)
        with pytest.raises(Refused, match=words):
            confirm_assumed(
                policy=policy, place=place, entry=next(iter(assumed_entries(policy))), ground=ground, person=office
            )

    def test_what_is_not_assumed_cannot_be_confirmed(self, place: Place, office: Person) -> None:
        with pytest.raises(Refused, match="不是待确认"):
            confirm_assumed(policy=load_policy(PACK), place=place, entry="parameters.x", ground="纪要", person=office)

    def test_one_assumed_row_of_a_table_must_be_confirmed(self) -> None:
        """部门评价“中”“差”的核减幅度在表内标明假定，同样须经确认。"""
        assert "parameters.result_consequences" in assumed_entries(load_policy(PACK))

    def test_others_confirm_nothing(self, place: Place, office: Person) -> None:
        policy = load_policy(PACK)
        neighbour = make_organisation(make_place("national", "邻县"), "bureau", "邻县财政局")
        people = [
            make_person(make_organisation(place, "bureau", "财政局二"), "division"),
            make_person(neighbour, "performance_office"),
        ]
        for person in people:
            with pytest.raises(Refused):
                confirm(place, person)
        assert not Confirmation.objects.exists()
        assert len(open_assumptions(policy, place)) == len(assumed_entries(policy))

    def test_confirmation_of_one_place_is_not_that_of_another(self, place: Place, office: Person) -> None:
        confirm(place, office)
        neighbour = make_place("national", "邻县")
        policy = load_policy("national")
        assert len(open_assumptions(policy, neighbour)) == len(assumed_entries(policy)) > 0


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the packs that the test may write into."""
    folder = tmp_path / "packs"
    shutil.copytree(loading.PACKS, folder)
    monkeypatch.setattr(loading, "PACKS", folder)
    load_policy.cache_clear()
    yield folder
    load_policy.cache_clear()


def change(packs: Path, file: str, old: str, new: str) -> None:
    """Change a pack's file as its keeper would, and let the system read it again."""
    path = packs / file
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text), old
    path.write_text(re.sub(old, new, text), encoding="utf-8")
    load_policy.cache_clear()


CONSEQUENCES = f"{PACK}/parameters/results.yaml"


class TestFrozen:
    """An open year keeps its rules, whatever becomes of the files."""

    def test_changed_file_does_not_change_an_open_year(self, packs: Path) -> None:
        county = make_county()
        before = value_in(county.cycle, "result_consequences").value
        assert before["fiscal"]["fair"]["min_ratio"] == 10
        change(packs, CONSEQUENCES, "min_ratio: 10,", "min_ratio: 20,")
        fresh = load_policy(PACK).value("result_consequences", budget_year=2023).value
        assert fresh["fiscal"]["fair"]["min_ratio"] == 20
        cycle = Cycle.objects.get(pk=county.cycle.pk)
        assert value_in(cycle, "result_consequences").value == before
        assert policy_for(cycle).digest == county.policy.digest != load_policy(PACK).digest

    def test_next_year_takes_the_changed_file_after_confirming_again(self, packs: Path) -> None:
        county = make_county()
        office = county.person("performance_office")
        change(packs, CONSEQUENCES, "proposed_ratio: 10,", "proposed_ratio: 15,")
        with pytest.raises(Refused, match="还有 1 项"):
            open_cycle(place=county.place, budget_year=2024, person=office)
        confirm(county.place, office, load_policy(PACK))
        later = open_cycle(place=county.place, budget_year=2024, person=office)
        ratios = [
            value_in(cycle, "result_consequences").value["department"]["fair"]["proposed_ratio"]
            for cycle in (county.cycle, later)
        ]
        assert ratios == [10, 15]
        assert Snapshot.objects.count() == 2

    def test_pack_that_is_gone_leaves_the_year_as_it_is(self, packs: Path) -> None:
        county = make_county()
        shutil.rmtree(packs / PACK)
        load_policy.cache_clear()
        with pytest.raises(LookupError):
            load_policy(PACK)
        assert policy_for(Cycle.objects.get()).digest == county.policy.digest

    def test_what_comes_back_from_the_database_is_equal(self) -> None:
        for code in ("national", PACK):
            place = make_place(code, code)
            office = make_person(make_organisation(place, "bureau", "财政局"), "performance_office")
            snapshot = take_snapshot(place=place, person=office)
            stored = Snapshot.objects.get(pk=snapshot.pk)
            assert Policy.restore(stored.content) == load_policy(code)
            assert stored.digest == load_policy(code).digest


def test_a_place_without_a_pack_is_told_so(client: Client) -> None:
    town = make_place("town-without-rules", "测试乡")
    leader = make_person(make_organisation(town, "bureau", "测试乡财政所"), "bureau_leader")
    sign_in(client, leader)
    assert client.get("/").status_code == 200
    for answer in (client.get("/cycles/open/"), client.post("/cycles/open/", {"budget_year": "2027"})):
        assert answer.status_code == 422
        assert "测试乡还没有制度包" in answer.content.decode()
    with pytest.raises(Refused, match="还没有制度包"):
        open_cycle(place=town, budget_year=2027, person=leader)
