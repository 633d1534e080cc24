"""The life of an indicator: proposed, reviewed, published, revised, merged, shared; who may, and what is kept."""

from dataclasses import replace
from typing import Any, cast

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.indicators.access import visible_indicators
from jiheng.registers.indicators.models import FormerSheet, LibraryIndicator, Proposal
from jiheng.registers.indicators.proposing import act_on, propose, rewrite
from jiheng.registers.indicators.queries import sheet_from, sheet_of, use_of
from jiheng.registers.indicators.services import end_use, load_library, merge, resume, set_reach
from jiheng.registers.indicators.urls import urlpatterns
from jiheng.rules.indicator_sheet import Reference, Sheet, differences
from tests import make
from tests.registers.indicators.written import added, changed

DATA = Sheet(
    sector="水利",
    category="灌区改造",
    purpose="渠道",
    level1="产出指标",
    level2="数量指标",
    name="衬砌渠道长度",
    definition="完成衬砌并验收的渠道长度",
    operator=">=",
    method="proportional",
    value="12",
    unit="公里",
    formula="Σ各段长度",
    sample="各段长度=5、7；结果=12",
    data_source="验收单",
    evidence="验收单",
    basis="实施方案批复",
    references=(Reference("plan", "12", 2025, "本县", "实施方案"),),
)


@pytest.fixture
def county() -> make.County:
    return make.make_county()


def own(county: make.County, **change: Any) -> LibraryIndicator:
    return added(county.place, replace(DATA, **change), county.person("performance_office"))


def through(county: make.County, proposal: Proposal) -> None:
    act_on(proposal=proposal, action="review", comment="可以", person=county.person("division"))
    act_on(proposal=proposal, action="publish", comment="", person=county.person("performance_office"))


@pytest.mark.feature("4.05", "4.23")
@pytest.mark.django_db
def test_units_proposal_is_reviewed_and_published_by_others(county: make.County) -> None:
    unit, office = county.person("unit_project"), county.person("performance_office")
    made = propose(kind="new", ground="本单位每年都用", person=unit, sheet=DATA)
    assert (made.state, LibraryIndicator.objects.count()) == ("proposed", 0)
    with pytest.raises(Refused):
        act_on(proposal=made, action="publish", comment="", person=office)
    through(county, made)
    published = LibraryIndicator.objects.get()
    assert (made.state, made.indicator_id) == ("published", published.pk)
    assert sheet_of(published) == replace(DATA, direction="positive")


@pytest.mark.feature("4.05")
@pytest.mark.django_db
def test_who_proposed_or_reviewed_does_not_publish(county: make.County) -> None:
    office = county.person("performance_office")
    made = propose(kind="new", ground="常用", person=office, sheet=DATA)
    with pytest.raises(Refused):
        act_on(proposal=made, action="review", comment="可以", person=office)
    act_on(proposal=made, action="review", comment="可以", person=county.person("division"))
    with pytest.raises(Refused):
        act_on(proposal=made, action="publish", comment="", person=office)
    act_on(proposal=made, action="publish", comment="", person=county.person("bureau_leader"))
    assert made.state == "published"


@pytest.mark.django_db
def test_unsound_proposal_is_refused_before_anybody_reviews_it(county: make.County) -> None:
    with pytest.raises(Refused, match="算例的结果"):
        propose(
            kind="new",
            ground="常用",
            person=county.person("unit_project"),
            sheet=replace(DATA, sample="各段长度=5、7；结果=13"),
        )
    with pytest.raises(Refused, match="理由"):
        propose(kind="new", ground=" ", person=county.person("unit_project"), sheet=DATA)
    with pytest.raises(Refused, match="单位、主管部门"):
        propose(kind="new", ground="常用", person=county.person("auditor"), sheet=DATA)


@pytest.mark.django_db
def test_returned_proposal_is_written_anew_by_who_wrote_it(county: make.County) -> None:
    unit = county.person("unit_project")
    made = propose(kind="new", ground="常用", person=unit, sheet=DATA)
    act_on(proposal=made, action="return", comment="写明口径", person=county.person("division"))
    with pytest.raises(Refused, match="提出人"):
        rewrite(proposal=made, sheet=DATA, ground="补充", person=county.person("department_reviewer"))
    rewrite(proposal=made, sheet=replace(DATA, definition="按验收桩号计"), ground="补充口径", person=unit)
    assert (made.state, made.content["definition"]) == ("proposed", "按验收桩号计")


@pytest.mark.feature("4.05", "4.09")
@pytest.mark.django_db
def test_revision_keeps_the_former_sheet_and_tells_the_difference(county: make.County) -> None:
    one = own(county)
    before = sheet_of(one)
    made = propose(
        kind="revise",
        ground="标准提高",
        person=county.person("unit_project"),
        sheet=replace(DATA, value="15", references=()),
        indicator=one,
    )
    through(county, made)
    one.refresh_from_db()
    former = FormerSheet.objects.get()
    assert (one.revision, one.value, former.revision, sheet_from(former.content)) == (2, "15", 1, before)
    assert [(d.label, d.before, d.after) for d in differences(before, sheet_of(one))] == [
        ("参考值", "12", "15"),
        ("参考标准", "计划标准｜12｜2025｜本县｜实施方案", ""),
    ]
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE indicators_formersheet SET ground = 'x'")


@pytest.mark.django_db
def test_proposal_on_an_older_revision_is_not_published(county: make.County) -> None:
    one = own(county)
    stale = LibraryIndicator.objects.get(pk=one.pk)
    made = propose(
        kind="revise", ground="改值", person=county.person("unit_project"), sheet=replace(DATA, value="9"), indicator=one
    )
    office = county.person("performance_office")
    changed(one, replace(DATA, value="20"), office)
    with pytest.raises(Overtaken):
        changed(stale, replace(DATA, value="30"), office)
    act_on(proposal=made, action="review", comment="可以", person=county.person("division"))
    with pytest.raises(Refused, match="第 2 版"):
        act_on(proposal=made, action="publish", comment="", person=office)
    made.refresh_from_db()
    one.refresh_from_db()
    assert (made.state, one.value) == ("reviewed", "20")


@pytest.mark.feature("4.02")
@pytest.mark.django_db
def test_two_names_become_one_and_the_old_leads_to_the_new(county: make.County) -> None:
    office = county.person("performance_office")
    old, first, new = own(county, name="渠道衬砌公里数"), own(county, name="渠道长"), own(county)
    rows = make.make_rows()
    rows[0] = replace(rows[0], name=old.name, library_id=old.pk, free_reason="")
    make.make_goal(county, make.make_subject(county), rows=rows)
    merge(first, old, "同一指标", office)
    merge(old, new, "同一指标", office)
    for one in (old, first, new):
        one.refresh_from_db()
    assert (old.merged_into, first.merged_into, new.aliases) == (new, new, "渠道衬砌公里数、渠道长")
    assert (use_of(new).rows, use_of(new).units) == (1, 1)
    with pytest.raises(Refused, match="已并入"):
        resume(old, "还要用", office)
    with pytest.raises(Refused, match="不是同一项指标"):
        merge(own(county, name="渠道条数", unit="条"), new, "像", office)


@pytest.mark.feature("4.06")
@pytest.mark.django_db
def test_upper_place_hands_down_and_neighbours_share(county: make.County) -> None:
    upper = make.make_place("jilin", "上级市")
    beside = make.make_place("heilongjiang-hailin", "邻县")
    stranger = make.make_place("hunan-tianyuan", "外县")
    Place.objects.filter(pk__in=[county.place.pk, beside.pk]).update(parent=upper)

    def held(place: Place, name: str, reach: str) -> LibraryIndicator:
        told = {key: value for key, value in DATA.__dict__.items() if key not in {"references", "name"}}
        return LibraryIndicator.objects.create(place=place, code=name, name=name, reach=reach, **told)

    for place in (upper, beside, stranger):
        for reach in ("own", "shared", "handed"):
            held(place, f"{place.name}{reach}", reach)
    seen = set(visible_indicators(county.person("unit_project")).values_list("name", flat=True))
    assert seen == {"上级市shared", "上级市handed", "邻县shared"}
    handed = LibraryIndicator.objects.get(name="上级市handed")
    with pytest.raises(Refused, match="本地区"):
        propose(kind="revise", ground="改", person=county.person("division"), sheet=DATA, indicator=handed)
    rows = make.make_rows()
    rows[0] = replace(rows[0], name=handed.name, library_id=handed.pk, free_reason="")
    goal = make.make_goal(county, make.make_subject(county), rows=rows)
    assert goal.indicators.all()[0].library_id == handed.pk


def client(person: Person) -> Client:
    return make.sign_in(Client(), person)


@pytest.mark.feature("4.05")
@pytest.mark.django_db
def test_pages_walk_a_proposal_from_unit_to_library(county: make.County) -> None:
    load_library(place=county.place, person=county.person("performance_office"))
    one = LibraryIndicator.objects.get(code="TY-HY-01")
    unit, division, office = (
        client(county.person(role)) for role in ("unit_project", "division", "performance_office")
    )
    form = unit.get(reverse("indicators:proposal_add"), {"indicator": one.pk})
    told = {**form.context["form"].initial, "value": "6", "ground": "会议增加"}
    answer = unit.post(f"{reverse('indicators:proposal_add')}?indicator={one.pk}", told)
    made = Proposal.objects.get()
    assert (answer.status_code, made.kind) == (302, "revise")
    page = division.get(reverse("indicators:proposal", args=[made.pk])).content.decode()
    assert "<del>4</del>" in page
    assert "<ins>6</ins>" in page
    act = reverse("indicators:proposal_act", args=[made.pk])
    assert division.post(act, {"action": "review", "comment": "", "version": 1}).status_code == 422
    assert division.post(act, {"action": "review", "comment": "可以", "version": 1}).status_code == 302
    assert office.post(act, {"action": "publish", "comment": "", "version": 2}).status_code == 302
    versions = unit.get(reverse("indicators:versions", args=[one.pk])).content.decode()
    assert "第 2 版" in versions
    assert "会议增加" in versions
    end = reverse("indicators:proposal_end", args=[one.pk])
    assert unit.post(end, {"into": "没有", "reason": "重复"}).status_code == 422
    assert unit.post(end, {"into": "TY-HY-02", "reason": "重复"}).status_code == 302
    assert Proposal.objects.filter(kind="merge").count() == 1
    assert "件" in unit.get(reverse("indicators:proposals")).content.decode()
    assert office.post(reverse("indicators:reach", args=[one.pk]), {"reach": "handed"}).status_code == 302


@pytest.mark.feature("4.05")
@pytest.mark.django_db
def test_retired_indicator_comes_back_by_a_proposal_alone(county: make.County) -> None:
    one, unit = own(county), county.person("unit_project")
    with pytest.raises(Refused, match="正在使用"):
        propose(kind="restore", ground="要用", person=unit, indicator=one)
    end_use(one, "今年不用", county.person("performance_office"))
    with pytest.raises(Refused, match="已经停用"):
        propose(kind="retire", ground="不用", person=unit, indicator=one)
    page = client(unit).get(reverse("indicators:detail", args=[one.pk])).content.decode()
    assert "建议恢复使用" in page
    end = reverse("indicators:proposal_end", args=[one.pk])
    assert client(unit).post(end, {"into": "", "reason": "又要用"}).status_code == 302
    made = Proposal.objects.get()
    one.refresh_from_db()
    assert (made.kind, one.retired_on is None) == ("restore", False)
    through(county, made)
    one.refresh_from_db()
    assert one.retired_on is None


@pytest.mark.feature("4.05")
def test_no_page_writes_an_indicator_past_its_review() -> None:
    writing = {one.name for one in urlpatterns if "POST" in cast(Any, one.callback).access.methods}
    mapping = {"mapped", "mapping_decide", "mapping_new"}  # write pairs of indicators, never an indicator
    assert writing - mapping == {"proposal_add", "proposal_edit", "proposal_end", "proposal_act", "load", "reach", "json"}


@pytest.mark.django_db
def test_reach_is_one_of_three(county: make.County) -> None:
    with pytest.raises(Refused, match="没有这个使用范围"):
        set_reach(indicator=own(county), reach="all", person=county.person("performance_office"))
