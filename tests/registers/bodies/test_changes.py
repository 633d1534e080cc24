"""Bodies that are renamed, merged and split: nothing overwritten, subjects and duties go to who carries on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client

from jiheng.channels.reports.kinds import found as report_kinds
from jiheng.foundation import clock
from jiheng.foundation.accounts.changes import ChangeData, NewBody
from jiheng.foundation.accounts.models import Appointment, BodyChange, Organisation
from jiheng.foundation.accounts.person import person_of
from jiheng.foundation.accounts.tree import tree_on
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.notices.models import Notice
from jiheng.foundation.refused import Refused
from jiheng.registers.bodies.restated import restate
from jiheng.registers.bodies.services import choices_after, movable, move_subjects, register_change
from jiheng.registers.cycles.models import Extension
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import Passage, SubjectYear
from jiheng.stages.goals.access import concerns
from jiheng.stages.goals.documents import goal_form
from tests.make import DAY, County, make_budget, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db

LATER = date(2024, 3, 1)
PAPER = "县委编委关于机构调整的批复（盐编发〔2024〕3号）"


@pytest.fixture
def county() -> County:
    return make_county()


def change(county: County, kind: str, sources: list[Organisation], targets: list[Any], **told: Any) -> BodyChange:
    """Register a change by the performance office on its day."""
    day = told.pop("day", LATER)
    data = ChangeData(kind, day, PAPER, tuple(sources), tuple(targets), **told)
    with clock.at(max(day, LATER)):
        return register_change(data=data, person=county.person("performance_office"))


def rename(county: County, body: Organisation, name: str, **told: Any) -> Organisation:
    """Give a body a new name; return it in its new period."""
    made = change(county, "rename", [body], [NewBody(body.code, name, body.parent)], **told)
    body.refresh_from_db()
    return made.lines.get().target


def test_renamed_body_keeps_its_old_name_in_its_old_period(county: County) -> None:
    unit = county.units[0]
    new = rename(county, unit, "测试县实验中学")
    assert (unit.name, unit.valid_to, unit.successor) == ("测试县第一中学", LATER - timedelta(days=1), new)
    assert (new.name, new.code, new.valid_from, new.valid_to) == ("测试县实验中学", unit.code, LATER, None)
    before, after = tree_on(county.place.pk, LATER - timedelta(days=1)), tree_on(county.place.pk, LATER)
    assert {unit.pk} <= {one.pk for one in before.standing}
    assert new.pk not in before.bodies
    assert {one.pk for one in after.standing} >= {new.pk}
    assert unit.pk not in {one.pk for one in after.standing}


def test_people_of_a_renamed_unit_stay_in_office_and_finish_last_years_work(county: County) -> None:
    year = make_subject(county)
    goal = make_goal(county, year)
    clerk = county.person("unit_project")
    new = rename(county, county.units[0], "测试县实验中学")
    held = Appointment.objects.get(user_id=clerk.user_id, organisation=new)
    with clock.at(LATER):
        person = person_of(held)
        assert person.role == "unit_project"
        assert person.organisation_name == "测试县实验中学"
        assert list(visible_subject_years(person)) == [year]
        assert concerns(person, goal.subject_year)
        assert not concerns(person_of(Appointment.objects.get(pk=county.person("unit_project", 1).appointment_id)), year)


@pytest.mark.feature("1.02")
def test_last_years_records_and_reports_print_the_old_name_unchanged(county: County) -> None:
    year = make_subject(county)
    goal = make_goal(county, year, "approved")
    make_budget(county, year)
    office = county.person("performance_office")

    def told() -> tuple[Any, ...]:
        """The official form and every periodic report of the year, as they would be printed now."""
        goal.refresh_from_db()
        fresh = type(goal).objects.get(pk=goal.pk)
        reports = [kind.build(county.cycle, office) for kind in report_kinds().values()]
        return repr(goal_form(fresh)[1]), repr(reports)

    with clock.at(LATER):
        before = told()
    rename(county, county.units[0], "测试县实验中学")
    rename(county, county.departments[0], "测试县教育体育局")
    with clock.at(LATER):
        assert told() == before
    assert "测试县第一中学" in before[0]
    assert "测试县教育局" in before[1]
    year.refresh_from_db()
    assert (year.unit, year.department) == (county.units[0], county.departments[0])


def test_open_year_goes_to_the_successor_by_a_recorded_act(county: County) -> None:
    year = make_subject(county)
    own = make_subject(county, unit=1)
    Extension.objects.create(
        cycle=county.cycle, item="goals_submit", organisation=county.units[0], due=date(2023, 9, 1), reason="防汛"
    )
    day = date(2023, 4, 1)
    new = rename(county, county.units[0], "测试县实验中学", day=day)
    year.refresh_from_db()
    own.refresh_from_db()
    assert (year.unit, year.department) == (new, county.departments[0])
    assert own.unit == county.units[1]
    passage = Passage.objects.get()
    assert (passage.from_unit, passage.to_unit) == (county.units[0], new)
    told = Entry.objects.get(action="subject.pass")
    assert told.subject == f"subjects.subjectyear:{year.pk}"
    assert PAPER in str(told.detail)
    assert Extension.objects.get(organisation=new).due == date(2023, 9, 1)
    assert Notice.objects.filter(organisation=new, role="unit_head").exists()
    assert first_break(county.place.pk) is None


def test_renamed_department_takes_along_what_stands_below_it(county: County) -> None:
    year = make_subject(county)
    new = rename(county, county.departments[0], "测试县教育体育局", day=date(2023, 4, 1))
    year.refresh_from_db()
    assert (year.unit, year.department) == (county.units[0], new)
    with clock.at(LATER):
        tree = tree_on(county.place.pk)
        assert tree.parent(county.units[0].pk) == new.pk
        person = person_of(Appointment.objects.get(organisation=new, role="department_reviewer"))
        assert person.subtree >= {new.pk, county.units[0].pk, county.units[1].pk, county.departments[0].pk}
        assert list(visible_subject_years(person)) == [year]


def test_unit_below_another_department_takes_its_projects_along(county: County) -> None:
    year = make_subject(county)
    unit, other = county.units[0], county.departments[1]
    change(county, "rename", [unit], [NewBody(unit.code, unit.name, other)], day=date(2023, 4, 1))
    year.refresh_from_db()
    assert year.unit.name == unit.name
    assert year.unit != unit
    assert year.department == other


def test_merged_bodies_leave_both_pasts_to_one(county: County) -> None:
    years = [make_subject(county), make_subject(county, unit=1)]
    for one in years:
        make_budget(county, one)
    first, second = county.units[:2]
    made = change(county, "merge", [first, second], [NewBody("测999", "测试县中学", county.departments[0])])
    new = made.lines.first().target
    with clock.at(LATER):
        assert tree_on(county.place.pk).former(new.pk) == {first.pk, second.pk}
        found = restate(county.person("performance_office"), county.cycle, "unit")
        assert [(line.name, line.stood.budget, line.now.budget) for line in found.lines] == [
            ("测试县第一中学", 100_000_000, 0),
            ("测试县第二中学", 100_000_000, 0),
            ("测试县中学", 0, 200_000_000),
        ]
        assert [(move.source, move.target, move.sums.budget) for move in found.moves] == [
            ("测试县第一中学", "测试县中学", 100_000_000),
            ("测试县第二中学", "测试县中学", 100_000_000),
        ]
        assert all(move.changes == (made,) for move in found.moves)
    assert not Appointment.objects.filter(organisation=new).exists()
    assert Notice.objects.filter(role="security_admin", text__contains="测试县中学").exists()


def test_body_may_merge_into_one_that_stands(county: County) -> None:
    one, two = county.units[:2]
    change(county, "merge", [one], [two])
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.successor, two.valid_to) == (two, None)


def test_split_divides_projects_one_by_one(county: County) -> None:
    years = [make_subject(county), make_subject(county)]
    unit = county.units[0]
    made = change(
        county, "split", [unit], [NewBody("011", "测试县高中", county.departments[0])], stays=True,
        day=date(2023, 4, 1),
    )  # fmt: skip
    new = made.lines.get().target
    assert [one.pk for one in choices_after(made)] == [unit.pk, new.pk]
    assert set(movable(made)) == set(years)
    office = county.person("performance_office")
    with clock.at(LATER):
        assert move_subjects(change=made, moves={years[0].pk: unit.pk, years[1].pk: new.pk}, person=office) == 1
        with pytest.raises(Refused, match="不在这次分立之内"):
            move_subjects(change=made, moves={years[0].pk: county.units[2].pk}, person=office)
        with pytest.raises(PermissionDenied):
            move_subjects(change=made, moves={}, person=county.person("system_admin"))
    units = dict(SubjectYear.objects.values_list("pk", "unit__name"))
    assert units == {years[0].pk: "测试县第一中学", years[1].pk: "测试县高中"}


def wrong_ones(county: County) -> dict[str, ChangeData]:
    """Changes that cannot be, by what is said about them."""
    one, two, _three = county.units
    office, new = county.departments[0], NewBody("012", "新单位", county.departments[0])
    return {
        "没有填写批准文件": ChangeData("rename", LATER, " ", (one,), (new,)),
        "还没有到": ChangeData("rename", LATER + timedelta(days=1), PAPER, (one,), (new,)),
        "才设立": ChangeData("rename", one.valid_from, PAPER, (one,), (new,)),
        "都没有变": ChangeData("rename", LATER, PAPER, (one,), (NewBody(one.code, one.name, one.parent),)),
        "已被名册中的单位使用": ChangeData("rename", LATER, PAPER, (one,), (NewBody(two.code, "甲", office),)),
        "名册中已有“测试县第二中学”": ChangeData("rename", LATER, PAPER, (one,), (NewBody("1", two.name, office),)),
        "须写明上级": ChangeData("rename", LATER, PAPER, (one,), (NewBody("1", "甲"),)),
        "合并至少涉及两个单位": ChangeData("merge", LATER, PAPER, (one,), (new,)),
        "不能并入自己": ChangeData("merge", LATER, PAPER, (one, two), (one,)),
        "不能合在一起": ChangeData("merge", LATER, PAPER, (one, office), (new,)),
        "至少两个": ChangeData("split", LATER, PAPER, (one,), (new,)),
        "不在这里登记变动": ChangeData("rename", LATER, PAPER, (county.bureau,), (NewBody("1", "甲"),)),
        "不在原单位之下": ChangeData("rename", LATER, PAPER, (office,), (NewBody("1", "甲", one),)),
    }


def test_every_wrong_change_is_refused_in_words(county: County) -> None:
    for words, data in wrong_ones(county).items():
        with clock.at(LATER), pytest.raises(Refused, match=words):
            register_change(data=data, person=county.person("performance_office"))
    assert not BodyChange.objects.exists()
    assert not Organisation.objects.exclude(valid_to=None).exists()


@pytest.mark.parametrize("role", ["system_admin", "division", "unit_head", "bureau_leader"])
def test_only_the_performance_office_registers_changes(county: County, role: str) -> None:
    data = ChangeData("rename", LATER, PAPER, (county.units[0],), (NewBody("1", "甲", county.departments[0]),))
    with clock.at(LATER), pytest.raises(PermissionDenied, match="绩效管理股"):
        register_change(data=data, person=county.person(role))


def test_body_of_another_place_is_out_of_reach(county: County) -> None:
    other = make_county("national")
    data = ChangeData("rename", LATER, PAPER, (other.units[0],), (NewBody("1", "甲", other.departments[0]),))
    with clock.at(LATER), pytest.raises(PermissionDenied, match="本地区"):
        register_change(data=data, person=county.person("performance_office"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_bodychange",
        "UPDATE accounts_bodychangeline SET carries = false",
        "DELETE FROM subjects_passage",
    ],
)
def test_the_database_keeps_what_was_registered(county: County, statement: str) -> None:
    make_subject(county)
    rename(county, county.units[0], "测试县实验中学", day=date(2023, 4, 1))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_performance_office_walks_through_a_merger_on_the_pages(county: County, client: Client) -> None:
    year = make_subject(county)
    make_budget(county, year)
    one, two = county.units[:2]
    with clock.at(LATER):
        sign_in(client, county.person("performance_office"), county.cycle)
        assert "测试县教育局" in client.get("/bodies/").content.decode()
        below = client.get(f"/bodies/?at={county.departments[0].pk}").content.decode()
        assert "测试县第一中学" in below
        assert "10,000.00" not in below
        assert "100.00" in below
        assert "更名或改隶" in client.get(f"/bodies/{one.pk}/").content.decode()
        form = {"day": "2024-03-01", "document": PAPER, "others": two.code, "code": "009", "name": "测试县中学"}
        wrong = client.post(f"/bodies/{one.pk}/merge/", form)
        assert wrong.status_code == 422
        assert "须写明上级" in wrong.content.decode()
        sent = client.post(f"/bodies/{one.pk}/merge/", form | {"parent": county.departments[0].pk})
        assert sent.status_code == 302
        assert "测试县第一中学、测试县第二中学 → 测试县中学" in client.get(sent["Location"]).content.decode()
        told = client.get("/bodies/restated/?by=unit").content.decode()
        assert told.count("测试县中学") >= 2
        assert PAPER in told
        assert "测试县第一中学" not in client.get(f"/bodies/?at={county.departments[0].pk}").content.decode()
        past = client.get(f"/bodies/?at={county.departments[0].pk}&day=2024-02-29").content.decode()
        assert "测试县第一中学" in past
        assert "100.00" in past
        assert client.get("/bodies/changes/").status_code == 200
        assert client.get(f"/bodies/{one.pk}/").content.decode().count("测试县中学") >= 1
        assert client.get("/bodies/?day=某日").status_code == 200
        assert client.get("/bodies/?at=999999").status_code == 404


def test_opened_in_autumn_next_years_subjects_go_too(county: County) -> None:
    """A project of the coming year, registered in this one, belongs to the body that will run it."""
    year = make_subject(county)
    new = rename(county, county.units[0], "测试县实验中学", day=DAY)
    year.refresh_from_db()
    assert year.budget_year > DAY.year
    assert year.unit == new
