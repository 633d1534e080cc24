"""Bodies that lead performance management inside departments: by day and document, one at a time, missing ones named."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.refused import Refused
from jiheng.registers.bodies.leads import lead_rule, leads_of, register_lead, visible_departments
from jiheng.registers.bodies.models import LeadOffice
from jiheng.registers.bodies.navigation import todos
from tests.make import County, make_county, sign_in

pytestmark = pytest.mark.django_db
TODAY = date(2023, 3, 1)


@pytest.fixture
def county() -> County:
    return make_county("hunan-tianyuan")


def lead(
    county: County, name: str = "财务股", day: date = TODAY, document: str = "局务会议纪要第5号", role: str = "department_reviewer"
) -> LeadOffice:
    with clock.at(TODAY):
        return register_lead(body=county.departments[0], name=name, document=document, day=day, person=county.person(role))


def test_a_new_lead_ends_the_one_before_and_missing_ones_stand_first(county: County) -> None:
    office = county.person("performance_office")
    assert all(one.now is None for one in leads_of(office))
    assert todos(office)[0].title.startswith(f"{len(county.departments)} 个部门没有登记")
    assert [one.verb for one in todos(county.person("department_reviewer"))] == ["登记牵头机构"]
    lead(county, day=date(2023, 1, 1))
    later = lead(county, "综合股", role="performance_office")
    first = LeadOffice.objects.exclude(pk=later.pk).get()
    assert (first.valid_to, later.valid_to) == (date(2023, 2, 28), None)
    rows = leads_of(office)
    assert rows[-1].now == later
    assert list(rows[-1].earlier) == [first]
    assert rows[0].now is None
    assert todos(county.person("department_reviewer")) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": " "}, "没有写明牵头机构"), ({"document": ""}, "没有写明依据文件"), ({"day": date(2023, 3, 2)}, "不能晚于今天"),
        ({"name": "股" * 101}, "最多写 100 字"),
    ],
)  # fmt: skip
def test_what_is_unsound_is_refused(county: County, told: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        lead(county, **told)  # type: ignore[arg-type]


def test_a_lead_starts_after_the_one_that_it_replaces(county: County) -> None:
    lead(county)
    with pytest.raises(Refused, match="须在这一天以后"):
        lead(county, "综合股")
    with pytest.raises(Refused, match="现在登记的就是"):
        lead(county)


def test_others_do_not_register_and_a_department_sees_its_own(county: County) -> None:
    for role in ("division", "unit_project"):
        with pytest.raises(Exception, match="由本部门或者绩效管理股登记"):
            lead(county, role=role)
    own = county.person("department_reviewer")
    assert [one.pk for one in visible_departments(own)] == [county.departments[0].pk]
    assert lead_rule(make_county("ningxia-yanchi").place) is None


def test_leads_at_the_browser(county: County, client: Client) -> None:
    body = county.departments[0]
    page = sign_in(client, county.person("department_reviewer"), county.cycle)
    assert "没有登记" in page.get(reverse("bodies:leads")).content.decode()
    link = reverse("bodies:lead", args=[body.pk])
    assert page.post(link, {"name": "财务股", "day": "3023-01-01", "document": "纪要"}).status_code == 422
    assert page.post(link, {"name": "财务股", "day": "2020-01-01", "document": "纪要第5号"}).status_code == 302
    assert "财务股" in page.get(reverse("bodies:leads")).content.decode()
    assert page.get(reverse("bodies:lead", args=[county.departments[1].pk])).status_code == 404
    office = sign_in(client, county.person("performance_office"), county.cycle)
    assert reverse("bodies:leads") in office.get(reverse("bodies:tree")).content.decode()
    assert sign_in(client, county.person("unit_project"), county.cycle).get(reverse("bodies:leads")).status_code == 403
