"""Cases are found in decided records, nominated by one and approved by another; strangers read the anonymised copy only."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.refused import Refused
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.registers.exemplars.access import visible_exemplars
from jiheng.registers.exemplars.models import Exemplar
from jiheng.registers.exemplars.queries import alike
from jiheng.registers.exemplars.services import decide, find_cases, find_everywhere, nominate, retire
from jiheng.stages.goals.models import Goal, GoalReview
from tests.journeys.visitor import sit
from tests.made_results import make_budgeted, make_result
from tests.make import DAY, County, make_county, make_goal, make_rows, make_subject, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def reviewed(county: County, points: str, *, unit: int = 0, name: str = "测试县第一中学实验设备购置", **data: Any) -> Goal:
    """An approved goal that two sides reviewed, the one with these points, the other with one more."""
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county, unit=unit, name=name, **data), "approved")
    for side, total in (("department", Decimal(points)), ("performance", Decimal(points) + 1)):
        GoalReview.objects.create(goal=goal, side=side, reviewer="审核人", reviewed_on=DAY, total=total, grade="excellent")
    return goal


def found(county: County) -> list[Exemplar]:
    with clock.at(DAY):
        find_cases(person=county.person("performance_office"))
    return list(Exemplar.objects.filter(state="found"))


def shown(county: County) -> Exemplar:
    """A goal of the first department, nominated by it and approved by a leader."""
    reviewed(county, "95", category="教育类", sector="教育")
    (one,) = found(county)
    with clock.at(DAY):
        nominate(exemplar=one, ground="指标完整", hide=["实验"], person=county.person("department_reviewer"))
        decide(exemplar=one, granted=True, opinion="", person=county.person("bureau_leader"))
    return one


def main_of(page: str) -> str:
    """What stands between the head and the foot of a page, which name the reader's own place."""
    return page.partition('id="main"')[2].partition("</main>")[0]


@pytest.mark.feature("4.21")
def test_the_best_reviewed_goals_of_each_kind_are_found_with_the_reason(county: County) -> None:
    for at, points in enumerate(("97", "96", "95", "94", "80")):
        reviewed(county, points, name=f"学校项目{at}", category="教育类")
    reviewed(county, "91", unit=2, name="农技推广", category="农业类")
    made = found(county)
    assert [(one.title, one.score) for one in made] == [
        ("学校项目0", 97), ("学校项目1", 96), ("学校项目2", 95), ("农技推广", 91),
    ]  # fmt: skip
    assert made[0].ground == "目标审核评分：主管部门 97.00 分、绩效管理股 98.00 分，按最低的计；在同类已批复目标中居前"
    assert (made[0].decided_by, made[0].decided_on) == ("主管部门、绩效管理股", DAY)
    assert (made[0].department_id, made[0].category) == (county.departments[0].pk, "教育类")


def test_what_is_no_longer_among_the_best_goes_and_what_was_decided_stays(county: County) -> None:
    case = shown(county)
    goal = reviewed(county, "94", name="校园网络", category="信息化类")
    assert len(found(county)) == 1
    GoalReview.objects.update(total=50)
    with clock.at(DAY):
        assert find_everywhere() == 0
    assert not Exemplar.objects.filter(source=f"goals.goal:{goal.pk}").exists()
    case.refresh_from_db()
    assert (case.state, case.score) == ("shown", 95)


def test_reports_are_found_by_the_confirmed_result(county: County) -> None:
    result = make_result(county, make_budgeted(county), "95")
    make_result(county, make_budgeted(county, unit=2), "72")
    (one,) = found(county)
    assert (one.kind, one.source, one.score) == ("report", f"evaluation.evaluation:{result.pk}", 95)
    assert "财政评价 95.00 分" in one.ground
    with clock.at(DAY):
        nominate(exemplar=one, ground="分析透彻", person=county.person("evaluation_centre"))
    assert one.copy["parts"][0] == ["一、基本情况", "内容"]


def test_who_nominates_does_not_approve_and_every_decision_stays(county: County) -> None:
    reviewed(county, "95")
    (one,) = found(county)
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    with pytest.raises(Refused, match="本部门"):
        nominate(exemplar=one, ground="好", person=county.person("department_reviewer", 1))
    with pytest.raises(Refused, match="由主管部门或财政局股室推荐"):
        nominate(exemplar=one, ground="好", person=county.person("unit_project"))
    with pytest.raises(Refused, match="须写明理由"):
        nominate(exemplar=one, ground=" ", person=office)
    with clock.at(DAY):
        nominate(exemplar=one, ground="指标完整", person=office)
        with pytest.raises(Refused, match="不能批准自己推荐"):
            decide(exemplar=one, granted=True, opinion="", person=office)
        with pytest.raises(Refused, match="须写明理由"):
            decide(exemplar=one, granted=False, opinion="", person=leader)
        decide(exemplar=one, granted=False, opinion="隐去不够", person=leader)
        nominate(exemplar=one, ground="已补充", hide=["实验"], person=office)
        with pytest.raises(Overtaken):
            decide(exemplar=one, granted=True, opinion="", person=leader, version=0)
        decide(exemplar=one, granted=True, opinion="", person=leader)
        with pytest.raises(Refused, match="展示中"):
            nominate(exemplar=one, ground="再来", person=office)
        retire(exemplar=one, reason="次年查出虚报", person=leader)
    assert one.state == "retired"
    steps = Entry.objects.filter(action__startswith="exemplars.").exclude(action="exemplars.find")
    assert list(steps.order_by("number").values_list("action", flat=True)) == [
        "exemplars.nominate", "exemplars.decline", "exemplars.nominate", "exemplars.approve", "exemplars.retire",
    ]  # fmt: skip


@pytest.mark.feature("4.21")
def test_strangers_read_the_anonymised_copy_and_find_nothing_by_the_name(county: County) -> None:
    case = shown(county)
    own, stranger = county.person("unit_project"), county.person("unit_project", 2)
    client = sign_in(Client(), stranger, county.cycle)
    with clock.at(DAY):
        page = client.get(reverse("exemplars:detail", args=[case.pk])).content.decode()
        listed = client.get(reverse("exemplars:list")).content.decode()
        for secret in ("第一中学", "实验", "测试县", "教育局", county.person("unit_project").name):
            assert secret not in main_of(page), secret
            assert secret not in main_of(listed), secret
        assert "某单位某设备购置" in page
        assert "指标完整" in page
        assert "看原件" not in page
        assert "没有符合" in client.get(reverse("exemplars:list"), {"q": "第一中学"}).content.decode()
        by_body = client.get(reverse("exemplars:list"), {"department": county.departments[0].pk}).content.decode()
        assert by_body.count(f"/exemplars/{case.pk}/") == listed.count(f"/exemplars/{case.pk}/")  # an unknown choice counts for nothing
        sheet = load_workbook(BytesIO(client.get(reverse("exemplars:list"), {"export": "xlsx"}).getvalue())).active
        words = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
        assert not any("第一中学" in one for one in words)
        mine = sign_in(Client(), own, county.cycle).get(reverse("exemplars:detail", args=[case.pk])).content.decode()
    assert "看原件" in mine
    assert "测试县第一中学实验设备购置" in mine


def test_what_is_not_approved_is_seen_by_its_own_and_the_bureau_only(county: County) -> None:
    reviewed(county, "95")
    (one,) = found(county)
    sees = {
        role: visible_exemplars(county.person(role, at)).filter(pk=one.pk).exists()
        for role, at in (("unit_project", 0), ("department_reviewer", 0), ("division", 0), ("congress", 0), ("agency", 0), ("security_admin", 0))
    }
    assert sees == {
        "unit_project": True, "department_reviewer": True, "division": True, "congress": True, "agency": False, "security_admin": False,
    }  # fmt: skip
    assert not visible_exemplars(county.person("unit_project", 2)).exists()
    assert not visible_exemplars(county.person("department_reviewer", 1)).exists()


@pytest.mark.feature("4.21")
def test_the_writing_page_leads_to_cases_of_its_own_kind(county: County) -> None:
    shown(county)
    with clock.at(DAY):
        alone = make_goal(county, make_subject(county, unit=2, name="堤防", category="水利类", sector="水利"))
        near = make_goal(county, make_subject(county, unit=2, name="农机培训", category="教育类", sector="农业"), rows=make_rows()[:1])
        person = county.person("unit_project", 2)
        told = alike(person, near.subject_year, "goal")
        assert told is not None
        assert (told.number, told.words) == (1, "教育类")
        by_type = alike(person, alone.subject_year, "goal")
        assert by_type is not None
        assert by_type.words == "项目支出" or by_type.words
        visitor = sit(county, "unit_project", 2)
        page = visitor.open(f"/goals/{near.pk}/edit/")
        assert "同类好例（1）" in page
        assert "看“教育类”的好例（1）" in page
        assert "某单位某设备购置" in page.follow("同类好例（1）")


def test_nominating_and_approving_at_the_browser(county: County) -> None:
    reviewed(county, "95", name="柳树沟村小学设备")
    with clock.at(DAY):
        office = sit(county, "performance_office")
        page = office.open("/exemplars/").press("现在查找", {})
        assert "共 1 件" in page.told
        case = Exemplar.objects.get()
        form = sit(county, "department_reviewer").open(f"/exemplars/{case.pk}/").follow("推荐为案例")
        assert "柳树沟村小学" in form
        looked = form.press("按隐去的字样再看一遍", {"推荐理由": "完整", "另行隐去的字样": "柳树沟"})
        assert "某村小学设备" in looked
        assert Exemplar.objects.get().state == "found"
        looked.press("推荐", {"推荐理由": "完整", "另行隐去的字样": "柳树沟"})
        leader = sit(county, "bureau_leader")
        assert "批准案例" in leader.open("/")
        done = leader.open(f"/exemplars/{case.pk}/").press("批准展示", {})
        assert "已批准" in done.told
        gone = office.open(f"/exemplars/{case.pk}/").press("撤下案例", {"撤下理由": "有更好的"})
        assert "已撤下" in gone.told
        sit(county, "unit_project", 2).open(f"/exemplars/{case.pk}/", status=404)
        sit(county, "security_admin").open("/exemplars/", status=403)


def test_the_list_asks_the_same_for_many(county: County, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    Exemplar.objects.bulk_create(
        Exemplar(
            place=county.place, kind="goal", source=f"goals.goal:{at}", title=f"项目{at}", open_title=f"项目{at}", category="教育类",
            unit=county.units[0], department=county.departments[0], score=90, ground="", decided_by="", state="shown",
            found_on=date(2022, 11, 1),
        )
        for at in range(300)
    )  # fmt: skip
    with clock.at(DAY):
        visitor = sit(county, "unit_project", 2)
        visitor.open("/exemplars/")
        with django_assert_max_num_queries(30):
            assert "300" in visitor.open("/exemplars/")
