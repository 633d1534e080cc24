"""Money released first in an emergency: a leader's decision stands in the ledger, the goal follows in time or all stops."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.refused import Denied, Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.express import Standing, Terms
from jiheng.stages.goals.express.forms import ReleaseForm
from jiheng.stages.goals.express.services import check_release, release_first
from jiheng.stages.goals.models import ExpressRelease, Goal
from jiheng.stages.goals.releases import followed
from jiheng.stages.goals.services.drafting import adjust_goal
from jiheng.stages.goals.stage import todos
from tests.channels.api.callers import call, mark, token_for
from tests.make import (
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
FLOOD = 20_000_000
AT = DAY + timedelta(days=100)
DUE = AT + timedelta(days=30)


@dataclass
class World:
    """A county with a project whose goal over 100 万元 is approved and budgeted."""

    county: County
    year: SubjectYear
    goal: Goal

    @property
    def leader(self) -> Person:
        return self.county.person("bureau_leader")

    def release(self, fen: int = FLOOD, year: SubjectYear | None = None, **given: str) -> ExpressRelease:
        told = {"kind": "natural_disaster", "source": "fiscal", "paper": "县政批〔2022〕7号", "reason": "洪水冲毁校舍"} | given
        return release_first(year=year or self.year, amount_fen=fen, person=self.leader, **told)

    def book(self, kind: str, fen: int) -> None:
        posting = Posting(self.year, kind, fen, clock.today(), note="登记", reference=f"凭{fen}")
        post(posting=posting, person=self.county.person("treasury"))

    def hand_in(self, fen: int, state: str = "department") -> Goal:
        """The unit's goal over the new sum, as its own table leaves it."""
        newest = Goal.objects.filter(subject_year=self.year).latest("pk")
        if newest.state == "approved":
            newest = adjust_goal(goal=newest, reason="budget", person=self.county.person("unit_project"))
        Goal.objects.filter(pk=newest.pk).update(state=state, fiscal_fen=fen, other_fen=0)
        if state == "approved":
            Goal.objects.filter(subject_year=self.year).exclude(pk=newest.pk).update(current=False)
            Goal.objects.filter(pk=newest.pk).update(current=True, approved_on=clock.today())
        newest.refresh_from_db()
        return newest


@pytest.fixture
def world() -> World:
    with clock.at(DAY):
        county = make_county()
        year = make_subject(county)
        goal = make_goal(county, year, "approved")
        make_budget(county, year)
        return World(county, year, goal)


def standing(release: ExpressRelease) -> Standing:
    return followed([release])[0].standing


def verbs(person: Person) -> list[str]:
    return [one.verb for one in todos(person) if "/express/" in one.url]


@pytest.mark.feature("3.14")
def test_the_decision_stands_in_the_ledger_and_nothing_beyond_it_passes(world: World) -> None:
    with clock.at(AT):
        with pytest.raises(Refused, match="已申报的绩效目标只有"):
            world.book("adjustment", FLOOD)
        release = world.release()
        entry = LedgerEntry.objects.get(cause=subject_key(release))
        assert (entry.kind, entry.amount_fen, entry.clause, entry.reference) == ("adjustment", FLOOD, release.clause, "县政批〔2022〕7号")
        assert "第六十九条" in release.clause
        assert release.due == DUE
        assert balance(world.year.pk).budget == 100_000_000 + FLOOD
        assert Entry.objects.filter(action="goals.express_release").count() == 1
        with pytest.raises(Refused, match="已申报的绩效目标只有"):
            world.book("adjustment", 1)
        world.book("payment", 100_000_000 + FLOOD)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExpressRelease.objects.filter(pk=release.pk).update(due=DUE + timedelta(days=1))


@pytest.mark.feature("3.14")
def test_a_new_project_is_paid_before_it_has_any_goal_and_stops_when_it_is_late(world: World) -> None:
    with clock.at(AT):
        world.year = make_subject(world.county, requested_fen=FLOOD)
        with pytest.raises(Refused, match="还没有批复"):
            world.book("adjustment", FLOOD)
        release = world.release()
        world.book("payment", FLOOD // 2)
        with pytest.raises(Refused, match="还没有批复"):
            world.book("initial", FLOOD)
        assert standing(release) is Standing.AWAITED
    for days, late in ((-1, False), (0, False), (1, True)):
        with clock.at(DUE + timedelta(days=days)):
            assert (standing(release) is Standing.LATE) is late
            if not late:
                world.book("payment", days + 2)
                continue
            with pytest.raises(Refused) as caught:
                world.book("payment", 1)
            assert f"期限 {DUE} 已过" in caught.value.refusals[0].message
            assert caught.value.refusals[0].clause == release.clause


@pytest.mark.feature("3.14")
def test_a_late_goal_stops_a_project_with_an_approved_one_and_its_unit_until_it_follows(world: World) -> None:
    with clock.at(AT):
        release = world.release()
        other = make_subject(world.county, requested_fen=FLOOD)
        neighbour = make_subject(world.county, unit=1, requested_fen=FLOOD)
    office, project = world.county.person("performance_office"), world.county.person("unit_project")
    with clock.at(DUE):
        assert verbs(project) == ["补报绩效目标"]
        assert verbs(office) == verbs(world.leader) == []
        world.book("payment", 1)
    with clock.at(DUE + timedelta(days=1)):
        assert verbs(project) == ["补报绩效目标"]
        assert verbs(office) == verbs(world.county.person("division")) == ["督促补报绩效目标"]
        for kind in ("payment", "adjustment"):
            with pytest.raises(Refused, match="不得再安排和支付"):
                world.book(kind, 2)
        world.book("payment", -1)
        with pytest.raises(Refused, match="补报绩效目标的期限"):
            world.release(year=other)
        world.release(year=neighbour)
        world.hand_in(100_000_000 + FLOOD - 1)
        assert standing(release) is Standing.LATE
        world.hand_in(100_000_000 + FLOOD)
        assert standing(release) is Standing.HANDED_IN
        assert verbs(project) == []
        world.book("payment", 3)
        world.release(year=other)


@pytest.mark.feature("3.14")
def test_the_goal_that_followed_is_checked_by_another_and_sent_back_with_days_anew(world: World) -> None:
    office = world.county.person("performance_office")
    with clock.at(AT):
        release = world.release()
        world.hand_in(100_000_000 + FLOOD)
        with pytest.raises(Refused, match="目标审批中"):
            check_release(release=release, result="passed", opinion="相符", person=office)
        goal = world.hand_in(100_000_000 + FLOOD, "approved")
        assert standing(release) is Standing.TO_CHECK
        assert verbs(office) == ["事后核查"]
        for result, opinion, words in (("passed", " ", "核查意见"), ("x", "相符", "核查结果")):
            with pytest.raises(Refused, match=words):
                check_release(release=release, result=result, opinion=opinion, person=office)
        with pytest.raises(Overtaken):
            check_release(release=release, result="passed", opinion="相符", person=office, version=goal.version + 1)
        with pytest.raises((Refused, Denied)):
            check_release(release=release, result="passed", opinion="相符", person=world.leader)
    later = DUE + timedelta(days=10)
    with clock.at(later):
        check_release(release=release, result="returned", opinion="没有写修复校舍的数量", person=office, version=goal.version)
        (now,) = followed([ExpressRelease.objects.get()])
        assert (now.standing, now.due) == (Standing.AWAITED, later + timedelta(days=30))
    with clock.at(later + timedelta(days=31)):
        assert standing(ExpressRelease.objects.get()) is Standing.LATE
        again = world.hand_in(100_000_000 + FLOOD, "approved")
        assert again.pk != goal.pk
        check_release(release=release, result="passed", opinion="相符", person=office)
        assert standing(ExpressRelease.objects.get()) is Standing.DONE
        with pytest.raises(Refused, match="已核查"):
            check_release(release=release, result="passed", opinion="相符", person=office)
        assert verbs(office) == []


@pytest.mark.feature("3.14")
def test_what_is_no_emergency_or_needs_no_release_is_refused(world: World) -> None:
    with clock.at(AT):
        for key, value, words in (("kind", "budget", "自然灾害"), ("paper", "", "文号"), ("reason", " ", "来不及"), ("source", "x", "资金来源")):
            with pytest.raises(Refused, match=words):
                world.release(FLOOD, None, **{key: value})
        with pytest.raises(Refused, match="大于 0"):
            world.release(0)
        world.hand_in(100_000_000 + FLOOD)
        with pytest.raises(Refused, match="不须先行下达"):
            world.release()
        foreign = make_person(make_organisation(make_place("hunan-zixing", "邻县"), "bureau", "邻县财政局"), "bureau_leader")
        with pytest.raises(Refused, match="不属于本地区"):
            release_first(
                year=world.year, kind="natural_disaster", amount_fen=FLOOD, source="fiscal", paper="1", reason="洪水", person=foreign
            )
        assert not ExpressRelease.objects.exists()


@pytest.mark.parametrize("role", ["division", "performance_office", "treasury", "unit_project", "department_reviewer"])
def test_only_a_leader_decides(world: World, role: str) -> None:
    with clock.at(AT), pytest.raises(Refused):
        release_first(
            year=world.year, kind="natural_disaster", amount_fen=FLOOD, source="fiscal", paper="1", reason="洪水", person=world.county.person(role)
        )


def test_a_project_is_found_by_its_code_or_by_words_of_its_name(world: World) -> None:
    make_subject(world.county, name=f"{world.year.name}（二期）")

    def found(told: str) -> ReleaseForm:
        terms = Terms({"flood": "洪水"}, 30)
        given = {"code": told, "kind": "flood", "amount_fen": "20", "source": "fiscal", "paper": "1", "reason": "洪水"}
        return ReleaseForm(given, person=world.leader, cycle=world.county.cycle, terms=terms, initial={})

    assert found(world.year.subject.code).is_valid()
    assert found("二期").is_valid()
    several = found(world.year.name[:4])
    assert not several.is_valid()
    assert world.year.subject.code in several.errors["code"][0]
    assert "不在 2023 年度项目库中" in found("没有这样的项目").errors["code"][0]


@pytest.mark.feature("3.14")
def test_a_leader_releases_and_the_office_checks_on_pages(world: World) -> None:
    county = world.county
    with clock.at(AT):
        leader = sign_in(Client(), world.leader, county.cycle)
        assert "自然灾害" in leader.get("/goals/express/decide/").content.decode()
        typed = {"code": world.year.subject.code, "kind": "natural_disaster", "amount_fen": "20", "source": "fiscal"}
        typed |= {"paper": "1号", "reason": "洪水"}
        assert leader.post("/goals/express/decide/", typed | {"code": "无此代码"}).status_code == 422
        shown = leader.post("/goals/express/decide/", typed, follow=True).content.decode()
        assert "待补报目标" in shown
        again = leader.post("/goals/express/decide/", typed)
        assert (again.status_code, "已按“1号”先行下达" in again.content.decode()) == (422, True)
        release = ExpressRelease.objects.get()
        url = f"/goals/express/{release.pk}/"
        unit = sign_in(Client(), county.person("unit_project"), county.cycle)
        assert "补报绩效目标" in unit.get("/").content.decode() or "补报绩效目标" in unit.get("/desk/").content.decode()
        assert "以前（含当日）" in unit.get(url).content.decode()
        assert unit.get("/goals/express/decide/").status_code == 403
        assert sign_in(Client(), county.person("unit_project", 1), county.cycle).get(url).status_code == 404
        goal = world.hand_in(100_000_000 + FLOOD, "approved")
        office = sign_in(Client(), county.person("performance_office"), county.cycle)
        assert "提交核查结果" in office.get(url).content.decode()
        said = {"result": "passed", "opinion": "相符", "version": str(goal.version)}
        assert office.post(f"{url}check/", said | {"version": str(goal.version + 1)}).status_code == 409
        assert office.post(f"{url}check/", said | {"opinion": ""}).status_code == 422
        assert unit.post(f"{url}check/", said).status_code == 403
        assert "已核查" in office.post(f"{url}check/", said, follow=True).content.decode()
        listed = office.get("/goals/express/").content.decode()
        assert world.year.name in listed
        entry = LedgerEntry.objects.get(cause=subject_key(release))
        assert f"先行下达决定 {release.pk} 号" in office.get(f"/budgets/{entry.pk}/").content.decode()


@pytest.mark.feature("3.14")
def test_a_program_decides_and_checks(world: World) -> None:
    with clock.at(AT):
        unit, office = (token_for(world.county.person(role)) for role in ("unit_project", "performance_office"))
        body = {"subject_year_id": world.year.pk, "kind": "natural_disaster", "amount_fen": FLOOD, "paper": "1号", "reason": "洪水"}
        assert call(unit, "POST", "express-releases/decide", body).status_code == 403
        made = call(token_for(world.leader), "POST", "express-releases/decide", body)
        assert made.status_code == 200, made.content
        release = ExpressRelease.objects.get()
        told = call(unit, "GET", f"express-releases/{release.pk}").json()
        assert (told["standing"], told["due_now"], told["checks"]) == ("awaited", DUE.isoformat(), [])
        said = {"result": "passed", "opinion": "相符"}
        early = call(office, "POST", f"express-releases/{release.pk}/check", said, etag=mark(release))
        assert (early.status_code, "待补报目标" in early.content.decode()) == (422, True)
        world.hand_in(100_000_000 + FLOOD, "approved")
        assert call(office, "POST", f"express-releases/{release.pk}/check", said, etag=mark(release)).status_code == 200
        (listed,) = call(office, "GET", "express-releases").json()["items"]
        assert (listed["standing"], len(listed["checks"])) == ("done", 1)


def test_the_last_day_is_shown_before_anything_was_released(world: World) -> None:
    with clock.at(AT):
        shown = sign_in(Client(), world.county.person("unit_project"), world.county.cycle).get("/goals/express/").content.decode()
    assert "还没有先行下达" in shown
    assert "30 日内补报" in shown
