"""Statutory clocks start with recorded events, show who holds them, and the public sees what ran out."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.clock_pages import PER_PAGE
from jiheng.registers.cycles.clocks import Clock, clocks_of, events_of, running_clocks
from jiheng.registers.cycles.legal_events import record_event, withdraw_event
from jiheng.registers.cycles.models import Extension, LegalEvent
from jiheng.registers.cycles.navigation import todos
from tests.make import County, make_county, make_organisation, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def note(county: County, key: str, day: date, person: Person | None = None, **more: object) -> LegalEvent:
    by = person or county.person("performance_office")
    return record_event(cycle=county.cycle, key=key, day=day, reference="测人发〔2023〕1号", person=by, **more)  # type: ignore[arg-type]


def one(county: County, key: str, department: int | None = None) -> Clock:
    found = [it for it in clocks_of(county.cycle) if it.key == key]
    if department is None:
        return found[0]
    name = str(county.departments[department])
    return next(it for it in found if name in (it.label + it.holder_name))


# Sessions of a county's congress in three past years, and what the law makes of them (预算法第四十四、五十二、十四条).
YEARS = [
    (2022, date(2022, 1, 13), date(2022, 1, 16), date(2021, 12, 14), date(2022, 2, 5), date(2022, 2, 15), date(2022, 3, 17)),
    (2023, date(2022, 12, 28), date(2022, 12, 31), date(2022, 11, 28), date(2023, 1, 20), date(2023, 1, 30), date(2023, 3, 1)),
    (2024, date(2024, 1, 10), date(2024, 1, 12), date(2023, 12, 11), date(2024, 2, 1), date(2024, 2, 11), date(2024, 3, 12)),
]  # fmt: skip


@pytest.mark.feature("1.19")
@pytest.mark.parametrize(("year", "session", "approved", "draft", "twenty", "thirty", "sixty"), YEARS, ids=["2022", "2023", "2024"])
def test_dates_of_three_past_years(
    year: int, session: date, approved: date, draft: date, twenty: date, thirty: date, sixty: date
) -> None:
    county = make_county(budget_year=year)
    assert {it.told[0] for it in clocks_of(county.cycle)} == {"未起算"}
    note(county, "congress_session", session)
    note(county, "budget_approved", approved)
    assert one(county, "draft_to_congress").due == draft
    for key, due in (
        ("departments_approved", twenty), ("budget_published", twenty),
        ("general_transfers", thirty), ("special_transfers", sixty),
    ):  # fmt: skip
        assert one(county, key).due == due, key
        assert one(county, key).holder == county.bureau
    department = county.departments[0]
    note(county, "department_approved", twenty, organisation=department)
    assert one(county, "units_approved", 0).due == twenty + timedelta(days=15)
    assert one(county, "department_budget_published", 0).due == twenty + timedelta(days=20)
    assert one(county, "units_approved", 0).holder == department
    assert one(county, "units_approved", 1).due is None  # the other department waits for its approval


@pytest.mark.feature("1.19")
def test_accounts_have_their_own_clocks(county: County) -> None:
    note(county, "accounts_session", date(2024, 9, 25))
    note(county, "accounts_approved", date(2024, 9, 27))
    assert one(county, "accounts_to_congress").due == date(2024, 8, 26)
    assert one(county, "accounts_departments", 0).due == date(2024, 10, 17)
    assert one(county, "accounts_published").due == date(2024, 10, 17)
    note(county, "department_accounts_approved", date(2024, 10, 10), organisation=county.departments[1])
    assert one(county, "accounts_units", 1).due == date(2024, 10, 25)
    assert one(county, "department_accounts_published", 1).due == date(2024, 10, 30)


@pytest.mark.parametrize(("days", "told"), [(19, "还剩 1 天"), (20, "今天截止"), (21, "已逾期 1 天")], ids=["before", "on", "after"])
def test_clock_shows_where_it_stands(county: County, days: int, told: str) -> None:
    note(county, "budget_approved", date(2023, 1, 10))
    with clock.at(date(2023, 1, 10) + timedelta(days=days)):
        assert one(county, "budget_published").told[0] == told
        mine = [it.title for it in todos(county.person("performance_office"))]
        assert "公开本级预算" in mine
    note(county, "budget_published", date(2023, 2, 2))
    assert one(county, "budget_published").told == ("逾期 3 天办结", "amber")
    assert not any(it.title == "公开本级预算" for it in todos(county.person("performance_office")))


@pytest.mark.feature("1.19")
def test_public_sees_what_is_overdue_and_nothing_else(county: County) -> None:
    note(county, "budget_approved", date(2023, 1, 10))
    page = reverse("portal:overdue")
    with clock.at(date(2023, 1, 30)):
        assert "没有逾期" in Client().get(page).text
    with clock.at(date(2023, 2, 1)):
        shown = Client().get(page).text
        assert "公开本级预算" in shown
        assert "已逾期 2 天" in shown
        assert "第十四条" in shown
        assert "批复各部门预算" not in shown  # overdue, too, but not what the rules make public
        note(county, "budget_published", date(2023, 2, 1))
        assert "没有逾期" in Client().get(page).text


def test_extension_is_honoured(county: County) -> None:
    department = county.departments[0]
    note(county, "department_approved", date(2023, 1, 20), organisation=department)
    Extension.objects.create(
        cycle=county.cycle, item="units_approved", organisation=department, due=date(2023, 3, 1), reason="机构改革", state="granted"
    )
    found = one(county, "units_approved", 0)
    assert (found.due, found.extended) == (date(2023, 3, 1), True)


def test_department_records_its_own_acts_only(county: County) -> None:
    reviewer, day = county.person("department_reviewer", 0), date(2023, 2, 1)
    note(county, "units_approved", day, reviewer, organisation=county.departments[0])
    for key, organisation in (("units_approved", county.departments[1]), ("department_approved", county.departments[0])):
        with pytest.raises(Refused, match="部门只登记本部门"):
            note(county, key, day, reviewer, organisation=organisation)
    with pytest.raises(Refused, match="只有绩效管理股和主管部门"):
        note(county, "budget_approved", day, county.person("division"))


@pytest.mark.parametrize(
    ("key", "more", "words"),
    [
        ("nothing", {}, "没有这种"),
        ("budget_approved", {"reference": " "}, "文号"),
        ("budget_approved", {"reference": "长" * 201}, "200"),
        ("department_approved", {}, "须指明部门"),
    ],
)
def test_what_is_wrong_is_said(county: County, key: str, more: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        record_event(
            cycle=county.cycle, key=key, day=date(2023, 1, 1), person=county.person("performance_office"), **({"reference": "一号"} | more)  # type: ignore[arg-type]
        )


def test_wrong_event_is_withdrawn_never_changed(county: County) -> None:
    made = note(county, "budget_approved", date(2023, 1, 10))
    with pytest.raises(Refused, match="已经登记"):
        note(county, "budget_approved", date(2023, 1, 11))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LegalEvent.objects.update(day=date(2023, 1, 11))
    office = county.person("performance_office")
    with pytest.raises(Refused, match="理由"):
        withdraw_event(event=made, reason=" ", person=office)
    withdraw_event(event=made, reason="日期抄错", person=office)
    assert one(county, "budget_published").due is None
    note(county, "budget_approved", date(2023, 1, 11))
    assert one(county, "budget_published").due == date(2023, 1, 31)
    assert Entry.objects.filter(action="cycle.withdraw_event").count() == 1


def test_every_event_is_used_and_every_clock_has_its_events(county: County) -> None:
    table = county.policy.value("statutory_clocks", budget_year=2023).value
    used = {told[side] for told in table.values() for side in ("starts", "ends")}
    assert used == set(events_of(county.cycle))


def test_pages_record_show_and_withdraw(county: County) -> None:
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    page, form = (reverse(f"cycles:{name}", args=[county.cycle.pk]) for name in ("clocks", "event_record"))
    assert "还没有登记事件" in office.get(page).text
    told = {"key": "budget_approved", "organisation": "", "day": "2023-01-10", "reference": "测人发〔2023〕1号"}
    assert office.post(form, told | {"reference": ""}).status_code == 422
    assert office.post(form, told).status_code == 302
    assert office.post(form, told).status_code == 422
    shown = office.get(page).text
    assert "2023-01-30" in shown
    event = reverse("cycles:event", args=[LegalEvent.objects.get().pk])
    assert office.post(event, {"reason": "日期抄错"}).status_code == 302
    assert "已撤销" in office.get(event).text
    reader = sign_in(Client(), county.person("unit_project"), county.cycle)
    assert reader.get(page).status_code == 200
    assert reader.get(form).status_code == 403


def test_desk_tells_what_the_bureau_owes_many_departments_in_one_line(county: County) -> None:
    office, head = county.person("performance_office"), county.person("department_reviewer", 1)
    note(county, "budget_approved", date(2023, 1, 10))
    note(county, "department_approved", date(2023, 1, 12), organisation=county.departments[1])

    def told(person: Person) -> list[str]:
        with clock.at(date(2023, 1, 20)):
            return [it.title for it in todos(person)]

    assert f"批复各部门预算（{county.departments[0]}）" in told(office)  # the other one has its budget
    assert "批复所属单位预算" in told(head)
    assert "批复所属单位预算" not in told(county.person("department_reviewer", 0))
    queries, shown = [], list[str]()
    for more in (0, 30):
        for at in range(more):
            make_organisation(county.place, "department", f"第{at}局")
        with CaptureQueriesContext(connection) as asked:
            shown = told(office)
        queries.append(len(asked))
    assert queries[0] == queries[1]
    assert [it for it in shown if it.startswith("批复各部门预算")] == ["批复各部门预算（31 个部门）"]
    with clock.at(date(2023, 1, 20)):
        single = [it for it in clocks_of(county.cycle) if it.started and not it.done and it.holder == county.bureau]
        lines = running_clocks(county.cycle, [county.bureau.pk])
        assert sum(it.number for it in lines) == len(single)
        assert {it.due for it in lines} == {it.due for it in single}


def test_page_of_clocks_shows_so_many_and_finds_the_others(county: County) -> None:
    for at in range(60):
        make_organisation(county.place, "department", f"第{at}局")
    note(county, "budget_approved", date(2023, 1, 10))
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    page = reverse("cycles:clocks", args=[county.cycle.pk])
    first = office.get(page).text.split('id="events"')[0]
    assert first.count("<tr>") == PER_PAGE + 1
    assert "第59局" not in first
    found = office.get(page, {"q": "第59局"}).text
    assert "批复各部门预算（第59局）" in found
    assert "没有这样的期限" in office.get(page, {"q": "没有这个局"}).text
