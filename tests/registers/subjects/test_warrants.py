"""What a project rests on, by the kinds of the rules: filed, with its text, withdrawn, and what is missing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import Warrant
from jiheng.registers.subjects.warrants import (
    WarrantData,
    file_warrant,
    missing_warrants,
    shelves_of,
    visible_warrants,
    withdraw_warrant,
)
from tests import make
from tests.channels.api.callers import call, mark, token_for

pytestmark = pytest.mark.django_db
PLAN = WarrantData("duties", "区教育局2023年工作计划", "天教发〔2022〕1号", "第三部分")


@pytest.fixture
def county() -> make.County:
    return make.make_county("hunan-tianyuan")


def test_a_document_goes_under_one_of_the_eight_kinds_and_is_missed_no_more(county: make.County) -> None:
    year, person = make.make_subject(county), county.person("unit_project")
    assert [one.key for one in missing_warrants(year, "project")] == ["duties"]
    assert [one.key for one in missing_warrants(year, "evaluation")] == ["finance", "budget"]
    assert len(shelves_of(year)) == 8
    for wrong in (WarrantData("nowhere", "内部参考"), WarrantData("law", " "), WarrantData("law", "法", link="goals")):
        with pytest.raises(Refused):
            file_warrant(year=year, data=wrong, person=person)
    made = file_warrant(year=year, data=PLAN, person=person)
    assert missing_warrants(year, "project") == []
    assert Entry.objects.filter(action="subject.warrant").count() == 1
    with pytest.raises(Refused, match="已登记过"):
        file_warrant(year=year, data=PLAN, person=person)
    with pytest.raises(Refused, match="撤回的理由"):
        withdraw_warrant(warrant=made, reason=" ", person=person)
    withdraw_warrant(warrant=made, reason="文号登错", person=person)
    assert [one.key for one in missing_warrants(year, "project")] == ["duties"]
    file_warrant(year=year, data=PLAN, person=person)  # the right one may be filed again


def test_others_may_not_and_closed_years_are_sealed(county: make.County) -> None:
    year = make.make_subject(county)
    made = file_warrant(year=year, data=PLAN, person=county.person("unit_project"))
    for role in ("treasury", "congress", "agency"):
        with pytest.raises(Refused):
            file_warrant(year=year, data=WarrantData("law", "预算法"), person=county.person(role))
    with pytest.raises(Refused):  # another body's document
        withdraw_warrant(warrant=made, reason="登错", person=county.person("division"))
    assert not visible_warrants(county.person("unit_project", 2)).exists()
    assert not visible_warrants(county.person("agency")).exists()
    other = make.make_county()
    assert not visible_warrants(other.person("performance_office")).exists()
    Cycle.objects.filter(pk=county.cycle.pk).update(state="closed")
    year.cycle.refresh_from_db()
    with pytest.raises(Refused):
        file_warrant(year=year, data=WarrantData("law", "预算法"), person=county.person("unit_project"))


def test_pages_file_attach_and_withdraw(county: make.County, client: Client) -> None:
    year = make.make_subject(county)
    make.sign_in(client, county.person("unit_project"), county.cycle)
    shown = client.get(reverse("subjects:detail", args=[year.pk])).content.decode()
    assert "还没有（项目要求）" in shown
    page = reverse("subjects:warrants", args=[year.pk])
    assert "还缺 3 类依据" in client.get(page).content.decode()
    write = reverse("subjects:warrant_write", args=[year.pk])
    assert client.get(write + "?kind=law").status_code == 200
    pdf = SimpleUploadedFile("计划.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    form = {"kind": "duties", "title": PLAN.title, "number": PLAN.number, "clause": "", "link": "project"}
    assert client.post(write, form | {"kind": ""}).status_code == 422
    assert client.post(write, form | {"file": SimpleUploadedFile("计划.pdf", b"MZ")}).status_code == 422
    assert not Warrant.objects.exists(), "refused as a whole: with the right file it is filed anew"
    assert client.post(write, form | {"file": pdf}).status_code == 302
    made = Warrant.objects.get()
    shown = client.get(page).content.decode()
    assert "计划.pdf" in shown
    assert "还缺 2 类依据" in shown
    more = SimpleUploadedFile("附件.pdf", b"%PDF-1.4\n2 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    client.post(reverse("subjects:warrant_attach", args=[made.pk]), {"file": more})
    assert "附件.pdf" in client.get(page).content.decode()
    client.post(reverse("subjects:warrant_withdraw", args=[made.pk]), {"reason": "文号登错"})
    assert "已撤回" in client.get(page).content.decode()
    make.sign_in(client, county.person("congress"), county.cycle)
    assert client.get(page).status_code == 200
    assert client.get(write).status_code == 403


def test_places_without_kinds_show_nothing(client: Client) -> None:
    county = make.make_county()
    year = make.make_subject(county)
    make.sign_in(client, county.person("unit_project"), county.cycle)
    assert "分类归档的依据" not in client.get(reverse("subjects:detail", args=[year.pk])).content.decode()
    assert client.get(reverse("subjects:warrants", args=[year.pk])).status_code == 403


def test_the_interface_files_and_tells(county: make.County) -> None:
    year = make.make_subject(county)
    token = token_for(county.person("unit_project"))
    told = {"kind": "law", "title": "中华人民共和国预算法", "clause": "第五十七条", "link": "evaluation"}
    answer = call(token, "POST", f"subject-years/{year.pk}/warrants/write", told, etag=mark(year))
    assert answer.status_code == 200, answer.content.decode()
    rows = call(token, "GET", f"subject-years/{year.pk}/warrants").json()["items"]
    assert [(one["kind"], len(one["items"]), one["missing"]) for one in rows[:3]] == [
        ("law", 1, False), ("plan", 0, False), ("finance", 0, True),
    ]  # fmt: skip
    made = answer.json()["id"]
    assert call(token, "POST", f"warrants/{made}/withdraw", {"reason": "登错"}, etag=mark(Warrant.objects.get(pk=made))).status_code == 200
    assert Warrant.objects.get(pk=made).withdraw_reason == "登错"
