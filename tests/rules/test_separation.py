"""Offices that one person may not hold at once: 不相容岗位相互分离."""

from datetime import date, timedelta

import pytest

from jiheng.rules.separation import ADMINISTRATORS, INTERNAL_CONTROL, STAFFING, SUPERVISORS, Office, clashes
from jiheng.rules.workflow.roles import ROLES

SCHOOL, CLINIC = 1, 2
FIRST, LAST = date(2023, 1, 1), date(2023, 6, 30)


def office(role: str, body: int = SCHOOL, since: date = FIRST, until: date | None = None) -> Office:
    return Office(role, body, since, until, f"单位{body} {ROLES[role]}")


@pytest.mark.parametrize(("one", "other"), [("unit_project", "unit_finance"), ("unit_finance", "unit_project")])
def test_project_and_finance_of_one_unit_are_two_persons(one: str, other: str) -> None:
    (refusal,) = clashes(office(one), [office(other)])
    assert "须是两个人" in refusal.message
    assert refusal.clause == INTERNAL_CONTROL
    assert clashes(office(one, CLINIC), [office(other, SCHOOL)]) == []


def test_administrators_are_three_persons() -> None:
    for one in ADMINISTRATORS:
        for other in ADMINISTRATORS - {one}:
            (refusal,) = clashes(office(one, SCHOOL), [office(other, CLINIC)])
            assert ("须是三个人" in refusal.message, refusal.clause) == (True, STAFFING)


@pytest.mark.parametrize("role", sorted(set(ROLES) - ADMINISTRATORS))
def test_administrators_do_no_business_and_business_does_not_administer(role: str) -> None:
    for administrator in ADMINISTRATORS:
        assert "不办业务" in clashes(office(role, CLINIC), [office(administrator)])[0].message
        assert "不办业务" in clashes(office(administrator), [office(role, CLINIC)])[0].message


@pytest.mark.parametrize(
    ("since", "until", "clash"),
    [
        (LAST, None, True),
        (LAST + timedelta(days=1), None, False),
        (date(2022, 1, 1), FIRST - timedelta(days=1), False),
        (date(2022, 1, 1), FIRST, True),
        (date(2022, 1, 1), None, True),
    ],
)
def test_only_offices_of_the_same_day_clash(since: date, until: date | None, clash: bool) -> None:
    held = office("unit_project", since=FIRST, until=LAST)
    wanted = office("unit_finance", since=since, until=until)
    assert bool(clashes(wanted, [held])) is clash
    assert bool(clashes(held, [wanted])) is clash


def test_same_office_twice_is_said_as_such() -> None:
    (refusal,) = clashes(office("unit_head"), [office("unit_head")])
    assert "已经担任" in refusal.message
    assert clashes(office("unit_head", CLINIC), [office("unit_head")]) == []


def test_every_reason_is_told_at_once() -> None:
    held = [office("unit_project"), office("system_admin", CLINIC)]
    assert len(clashes(office("unit_finance"), held)) == 2


def test_head_may_also_be_the_clerk() -> None:
    assert clashes(office("unit_head"), [office("unit_project")]) == []


@pytest.mark.parametrize("watcher", sorted(SUPERVISORS))
@pytest.mark.parametrize("role", ["unit_head", "department_reviewer", "treasury", "bureau_leader", "agency", "expert"])
def test_who_checks_as_an_office_does_no_business_that_is_checked(watcher: str, role: str) -> None:
    (refusal,) = clashes(office(role, CLINIC), [office(watcher)])
    assert "不办被监督的业务" in refusal.message
    assert clashes(office(watcher), [office(role, CLINIC)])


def test_deputies_may_serve_in_a_unit() -> None:
    assert clashes(office("unit_head"), [office("congress", CLINIC), office("cppcc", CLINIC)]) == []
