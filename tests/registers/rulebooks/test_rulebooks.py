"""Departments' own rules and full-time people: registering, ending, what is lacking, to-dos, pages, interface, who may not."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.rulebooks.access import visible_rules
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist
from jiheng.registers.rulebooks.navigation import todos
from jiheng.registers.rulebooks.queries import BodyLine, standing
from jiheng.registers.rulebooks.services import (
    RuleData,
    end_rule,
    end_specialist,
    mark_specialist,
    write_rule,
)
from jiheng.rules.rulebooks import LINKS
from tests.channels.api.callers import call, token_for
from tests.make import County, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)


@pytest.fixture
def county() -> County:
    return make_county("heilongjiang-hailin", 2021, day=date(2020, 10, 1))


@pytest.fixture(autouse=True)
def _march(county: County) -> object:
    with clock.at(DAY):
        yield


def data(title: str = "预算绩效管理办法", links: tuple[str, ...] = tuple(LINKS), **told: object) -> RuleData:
    return RuleData(**({"title": title, "number": "教字〔2021〕1号", "issued": DAY, "links": links, "kinds": ("project",)} | told))  # type: ignore[arg-type]


def written(county: County, **told: object) -> DepartmentRule:
    return write_rule(cycle=county.cycle, data=data(**told), person=county.person("department_reviewer"))  # type: ignore[arg-type]


def line(county: County) -> BodyLine:
    return next(one for one in standing(county.person("performance_office"), county.cycle) if one.pk == county.departments[0].pk)


def held(county: County) -> Appointment:
    return Appointment.objects.get(pk=county.person("department_reviewer").appointment_id)


def marked(county: County) -> Specialist:
    reviewer = county.person("department_reviewer")
    return mark_specialist(cycle=county.cycle, appointment=held(county), basis="局办公会纪要", person=reviewer)


def test_what_is_left_out_follows_the_rules_in_force(county: County) -> None:
    make_subject(county)
    assert (line(county).rules, line(county).lacks_rules) == (0, True)
    first = written(county, links=tuple(one for one in LINKS if one != "disclosure"))
    assert (line(county).missing, line(county).lacks_rules) == ("信息公开", True)
    written(county, title="信息公开办法", links=("disclosure",))
    assert (line(county).missing, line(county).lacks_rules) == ("", False)
    end_rule(rule=first, day=DAY, reason="由新办法代替", person=county.person("department_reviewer"))
    assert line(county).rules == 2  # the last day counts
    with clock.at(DAY + timedelta(days=1)):
        assert (line(county).rules, line(county).lacks_rules) == (1, True)
    assert Entry.objects.filter(action="rulebooks.end").count() == 1


def test_kinds_are_those_that_the_department_has(county: County) -> None:
    make_subject(county)
    written(county)
    assert line(county).missing == ""
    make_subject(county, kind="policy")
    assert "（财政政策）" in line(county).missing or line(county).missing.startswith("事前绩效评估")


def test_full_time_is_a_mark_with_its_ground_and_its_end(county: County) -> None:
    assert line(county).lacks_specialist
    reviewer = county.person("department_reviewer")
    with pytest.raises(Refused, match="须写明依据"):
        mark_specialist(cycle=county.cycle, appointment=held(county), basis=" ", person=reviewer)
    mark = marked(county)
    assert not line(county).lacks_specialist
    with pytest.raises(Refused, match="须是本部门现任的"):
        marked(county)
    end_specialist(mark=mark, reason="改为兼职", person=reviewer)
    assert line(county).lacks_specialist
    marked(county)
    Appointment.objects.filter(pk=held(county).pk).update(valid_to=DAY - timedelta(days=1))
    assert line(county).lacks_specialist


def test_only_the_department_writes_and_only_its_own(county: County) -> None:
    for role in ("unit_project", "performance_office", "division", "bureau_leader"):
        with pytest.raises(Refused, match="由主管部门登记"):
            write_rule(cycle=county.cycle, data=data(), person=county.person(role))
    rule = written(county)
    with pytest.raises(Refused, match="只能登记本部门"):
        end_rule(rule=rule, day=DAY, reason="x", person=county.person("department_reviewer", 1))
    with pytest.raises(Refused, match="须是本部门现任的"):
        mark_specialist(
            cycle=county.cycle, appointment=held(county), basis="x", person=county.person("department_reviewer", 1)
        )
    assert not visible_rules(county.person("department_reviewer", 1)).exists()
    assert visible_rules(county.person("unit_project")).exists()


def test_faults_of_a_rule_are_told_together(county: County) -> None:
    with pytest.raises(Refused) as told:
        written(county, title=" ", issued=DAY + timedelta(days=1), links=("lottery",), kinds=())
    assert {one.where for one in told.value.refusals} == {"title", "issued", "links", "kinds"}
    written(county)
    with pytest.raises(Refused, match="已登记过"):
        written(county)


def test_who_has_to_do_what(county: County) -> None:
    make_subject(county)
    reviewer, office = county.person("department_reviewer"), county.person("performance_office")
    assert [one.verb for one in todos(reviewer)] == ["明确专职人员", "登记制度办法"]
    assert [one.title[:2] for one in todos(office)] == ["2 ", "2 "]
    written(county)
    marked(county)
    assert todos(reviewer) == []
    assert todos(county.person("division")) == []


def test_places_without_the_demand_are_told_nothing() -> None:
    other = make_county()
    assert todos(other.person("department_reviewer")) == []
    assert not any(one.lacks_rules or one.lacks_specialist for one in standing(other.person("performance_office"), other.cycle))


def test_pages_for_the_department_and_the_office(county: County, client: Client) -> None:
    make_subject(county)
    sign_in(client, county.person("department_reviewer"), county.cycle)
    form = {"title": "预算绩效管理办法", "number": "", "issued": "2021-03-01", "links": list(LINKS), "kinds": ["project"]}
    assert client.post(reverse("rulebooks:write"), form | {"links": []}).status_code == 422
    client.post(reverse("rulebooks:write"), form)
    rule = DepartmentRule.objects.get()
    pdf = SimpleUploadedFile("办法.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    client.post(reverse("rulebooks:attach", args=[rule.pk]), {"file": pdf})
    assert "办法.pdf" in client.get(reverse("rulebooks:rule", args=[rule.pk])).content.decode()
    client.post(reverse("rulebooks:specialist"), {"appointment": held(county).pk, "basis": "局办公会纪要"})
    assert Specialist.objects.count() == 1
    sign_in(client, county.person("performance_office"), county.cycle)
    page = client.get(reverse("rulebooks:standing")).content.decode()
    assert "测试县农业农村局" in page
    assert "没有专职人员 1 个" in page
    lacking = client.get(reverse("rulebooks:standing") + "?lack=specialist").content.decode()
    assert "测试县教育局" not in lacking.split("<tbody>")[1].split("</tbody>")[0]
    assert client.get(reverse("rulebooks:write")).status_code == 403


def test_the_interface_registers_and_tells(county: County) -> None:
    token = token_for(county.person("department_reviewer"))
    told = {"title": "预算绩效管理办法", "issued": "2021-03-01", "links": list(LINKS), "kinds": ["project"], "budget_year": 2021}
    assert call(token, "POST", "department-rules/write", told).status_code == 200
    rows = call(token, "GET", "department-rules-standing", query={"budget_year": 2021}).json()["items"]
    assert [(one["rules"], one["lacks_specialist"]) for one in rows] == [(1, True)]
    other = token_for(county.person("division"))
    assert call(other, "POST", "department-rules/write", told).status_code in {403, 422}
