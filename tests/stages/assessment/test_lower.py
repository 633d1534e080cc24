"""Finance bureaus of places below: by their own records, else by figures with their source; each sees its own."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.channels.rights.queries import explain, record_asked
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.places import under
from jiheng.foundation.accounts.services import create_place
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.notices.services import notices_for
from jiheng.foundation.refused import Denied
from jiheng.foundation.workflow.advance import Refused
from jiheng.stages.assessment.access import may_confirm, visible_assessments, visible_facts
from jiheng.stages.assessment.lower import assess_lower_bureaus, behind, lower_lines, may_see_behind, own_year
from jiheng.stages.assessment.models import Assessment, OutsideFact
from jiheng.stages.assessment.queries import card_lines, ranked, ranked_below, ranked_of
from jiheng.stages.assessment.recognition import (
    decide_recognition,
    may_recognise,
    recognise,
    visible_recognitions,
)
from jiheng.stages.assessment.services import (
    FactData,
    assess_departments,
    confirm_assessment,
    record_fact,
    withdraw_fact,
)
from jiheng.stages.assessment.stage import STAGE, todos
from jiheng.stages.disclosure.queries import about
from jiheng.stages.disclosure.services import publish
from tests.make import (
    County,
    make_budget,
    make_county,
    make_goal,
    make_organisation,
    make_person,
    make_subject,
    sign_in,
)

PACK = "hunan-tianyuan"
CONCLUDING = date(2024, 11, 20)
FULL = {
    "goals_cover": "100", "goals_quality": "90", "monitoring_on_time": "100", "self_evaluation_coverage": "100",
    "evaluation_coverage": "10", "rectification_closed": "", "disclosure_on_time": "100", "self_evaluation_quality": "2",
}  # fmt: skip


@pytest.fixture
def upper(db: None) -> Iterator[County]:
    made = make_county(PACK)
    with clock.at(CONCLUDING):
        yield made


def town(upper: County, code: str, name: str) -> tuple[Organisation, dict[str, Person]]:
    """A place right below that keeps no year here, with its bureau and two people."""
    place = create_place(code=f"{PACK}-{code}", name=name, parent=upper.place)
    body = make_organisation(place, "bureau", f"{name}财政所")
    return body, {role: make_person(body, role) for role in ("performance_office", "bureau_leader", "division")}


def enter(upper: County, body: Organisation, **figures: str) -> None:
    for item, value in figures.items():
        kind, points = ("figure", Decimal(value)) if value else ("absent", Decimal(0))
        data = FactData(kind, item, "年度报告所列", "年度工作报告", points)
        record_fact(cycle=upper.cycle, department=body, data=data, person=upper.person("performance_office"))


def compute(upper: County) -> list[Assessment]:
    return assess_lower_bureaus(cycle=upper.cycle, person=upper.person("performance_office"))


def confirmed(upper: County, body: Organisation) -> Assessment:
    made = next(one for one in compute(upper) if one.department == body)
    confirm_assessment(assessment=made, person=upper.person("bureau_leader"))
    return made


def test_a_town_without_records_is_assessed_by_what_was_entered_and_never_by_half(upper: County) -> None:
    body, _ = town(upper, "z1", "甲镇")
    enter(upper, body, **FULL)
    assert [one.missing for one in lower_lines(upper.cycle)] == [("组织领导和制度建设",)]
    assert compute(upper) == []
    assert any("下级财政部门" in one.title for one in todos(upper.person("performance_office")))
    enter(upper, body, leadership="8")
    (made,) = compute(upper)
    points = {one.item: one.points for one in made.lines.all()}
    assert points["leadership"] == 8
    assert points["rectification_closed"] is None  # entered as not applying: the rest is converted
    assert made.total == (Decimal(88) * 100 / 90).quantize(Decimal("0.01"))
    assert made.lines.get(item="goals_cover").fact == "年度报告所列（年度工作报告）"
    assert (made.place, made.scorecard) == (upper.place, "lower_bureau_assessment")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (FactData("figure", "goals_cover", "年报", "", Decimal(90)), "来源"),
        (FactData("figure", "goals_cover", "年报", "年报", Decimal("100.01")), "0 至 100"),
        (FactData("figure", "leadership", "检查", "年报", Decimal("10.01")), "0 至 10"),
        (FactData("absent", "leadership", "检查", "年报"), "由人评分"),
        (FactData("figure", "goals_on_time", "年报", "年报", Decimal(90)), "没有这一事项"),
    ],
)
def test_a_figure_needs_its_source_and_stays_within_bounds(upper: County, data: FactData, word: str) -> None:
    body, _ = town(upper, "z1", "甲镇")
    with pytest.raises(Refused, match=word):
        record_fact(cycle=upper.cycle, department=body, data=data, person=upper.person("performance_office"))
    assert not OutsideFact.objects.exists()


def test_a_figure_is_entered_once_and_again_after_it_was_taken_back(upper: County) -> None:
    body, _ = town(upper, "z1", "甲镇")
    enter(upper, body, goals_cover="90")
    with pytest.raises(Refused, match="已经登记"):
        enter(upper, body, goals_cover="80")
    withdraw_fact(fact=OutsideFact.objects.get(), reason="更正", person=upper.person("performance_office"))
    enter(upper, body, goals_cover="80")
    with pytest.raises(Refused, match="取自系统记录"):  # of a department the record tells
        record_fact(
            cycle=upper.cycle, department=upper.departments[0], person=upper.person("performance_office"),
            data=FactData("figure", "goals_on_time", "年报", "年报", Decimal(90)),
        )  # fmt: skip


def test_only_the_upper_place_writes_and_only_about_places_right_below(upper: County) -> None:
    body, people = town(upper, "z1", "甲镇")
    village = make_organisation(create_place(code=f"{PACK}-z1-1", name="村", parent=body.place), "bureau", "村财务室")
    stranger = make_organisation(create_place(code="elsewhere", name="邻区"), "bureau", "邻区财政局")
    data = FactData("figure", "leadership", "检查", "检查记录", Decimal(8))
    for other in (village, stranger):
        with pytest.raises(Refused, match="也不是直接下级"):
            record_fact(cycle=upper.cycle, department=other, data=data, person=upper.person("performance_office"))
        with pytest.raises(Denied):
            own_year(upper.cycle, other, people["performance_office"] if other is stranger else make_person(stranger, "division"))
    with pytest.raises(Refused, match="本级"):
        record_fact(cycle=upper.cycle, department=body, data=data, person=people["performance_office"])
    with pytest.raises(Refused, match="直接的下级"):
        assess_lower_bureaus(cycle=upper.cycle, person=people["performance_office"])
    for role in ("division", "bureau_leader", "department_reviewer", "congress"):
        with pytest.raises(Refused):
            record_fact(cycle=upper.cycle, department=body, data=data, person=upper.person(role))
        with pytest.raises(Refused):
            assess_lower_bureaus(cycle=upper.cycle, person=upper.person(role))


def test_the_bureau_below_sees_its_own_result_and_can_do_nothing_with_it(upper: County) -> None:
    first, people = town(upper, "z1", "甲镇")
    second, others = town(upper, "z2", "乙镇")
    for body, mark in ((first, "10"), (second, "4")):
        enter(upper, body, leadership=mark, **FULL)
    made = confirmed(upper, first)
    office, leader = people["performance_office"], people["bureau_leader"]
    assert list(visible_assessments(office)) == [made]
    assert {one.department for one in visible_facts(office)} == {first}
    assert list(visible_assessments(others["performance_office"])) == []  # its own is not confirmed
    assert not may_confirm(leader, made)
    assert not may_recognise(office, made)
    with pytest.raises(Refused, match="只能查看"):
        withdraw_fact(fact=visible_facts(office)[0], reason="不认可", person=office)
    assert [one.text[:3] for one in notices_for(office)] == ["测试县"]
    one = recognise(assessment=made, reason="优", person=upper.person("performance_office"), amount_fen=5_000_000)
    assert not visible_recognitions(office).exists()
    decide_recognition(one=one, agree=True, opinion="同意", person=upper.person("bureau_leader"))
    assert list(visible_recognitions(office)) == [one]
    assert not visible_recognitions(others["performance_office"]).exists()
    assert next(iter(notices_for(office))).link == f"/assessment/{made.pk}/"
    page = sign_in(Client(), office)
    assert first.name in page.get(f"/assessment/{made.pk}/").text
    assert "上级财政部门对本局的考核" in page.get("/assessment/").text
    assert page.get("/assessment/below/").status_code == 200  # what it assesses itself: nothing
    assert second.name not in page.get("/assessment/below/").text
    stranger = sign_in(Client(), others["performance_office"])
    for path in (f"/assessment/{made.pk}/", f"/assessment/{made.pk}/card.pdf", f"/assessment/recognitions/{one.pk}/notice.pdf"):
        assert stranger.get(path).status_code == 404
        assert page.get(path).status_code == 200
    asked = record_asked(f"/assessment/{made.pk}/")
    assert asked is not None
    told = explain(asked, office, None)
    assert any("就是任职单位" in fact.text for fact in told.facts)


def test_bureaus_are_ranked_among_themselves(upper: County) -> None:
    for code, mark in (("z1", "10"), ("z2", "4")):
        body, _ = town(upper, code, f"{code}镇")
        enter(upper, body, leadership=mark, **FULL)
    with clock.at(date(2022, 10, 20)):
        make_goal(upper, make_subject(upper), "approved")
    office = upper.person("performance_office")
    assert len(compute(upper)) == 2
    assert len(assess_departments(cycle=upper.cycle, person=office)) == 1
    assert [one.rank for one in ranked_below(office, upper.cycle).order_by("rank")] == [1, 2]
    assert [ranked_of(one) for one in ranked(office, upper.cycle)] == [(1, 1)]
    assert STAGE.tallies is not None
    (tally,) = STAGE.tallies(upper.cycle)
    assert (tally.done, tally.open) == (0, 3)


def test_two_bureaus_with_one_code_are_published_each_for_itself(upper: County) -> None:
    made = []
    for code in ("z1", "z2"):
        body, _ = town(upper, code, f"{code}镇")
        Organisation.objects.filter(pk=body.pk).update(code="bureau")
        enter(upper, body, leadership="8", **FULL)
        body.refresh_from_db()
        made.append(confirmed(upper, body))
    assert len({about(Assessment.objects.get(pk=one.pk)).uuid for one in made}) == 2
    office = upper.person("performance_office")
    shown = [publish(source=Assessment.objects.get(pk=one.pk), person=office) for one in made]
    assert [one.organisation for one in shown] == ["z1镇财政所", "z2镇财政所"]
    assert {one.place for one in shown} == {upper.place}


@pytest.fixture
def lower(upper: County) -> County:
    """A county below that keeps its year here: one approved goal, one project without."""
    made = make_county("ningxia-yanchi")
    under(made.place, Place.objects.get(pk=upper.place.pk))
    made.place.refresh_from_db()
    with clock.at(date(2022, 10, 20)):
        year = make_subject(made)
        make_goal(made, year, "approved")
        make_subject(made, unit=2)
    with clock.at(date(2023, 1, 31)):
        make_budget(made, year)
    return made


def test_a_county_with_records_here_is_assessed_by_them(upper: County, lower: County) -> None:
    office, body = upper.person("performance_office"), lower.bureau
    assert [(one.has_records, one.missing) for one in lower_lines(upper.cycle)] == [(True, ("组织领导和制度建设",))]
    with pytest.raises(Refused, match="取自系统记录"):
        enter(upper, body, goals_cover="100")
    enter(upper, body, leadership="8")
    noted = Entry.objects.filter(place=lower.place).count()
    made = confirmed(upper, body)
    line = made.lines.get(item="goals_cover")
    assert (line.value, line.fact) == (Decimal("50.0000"), "应有绩效目标的项目2，已批复1")
    _, counted = behind(made, "goals_cover", office)
    assert sorted(counted.values()) == [(0, 1), (1, 1)]
    urls = {one.row.item.key: one.url for one in card_lines(made, office)}
    assert urls["goals_cover"] == reverse("assessment:behind", args=[made.pk, "goals_cover"])
    assert urls["leadership"] == ""
    assert {one.url for one in card_lines(made, upper.person("congress"))} == {""}  # may not read places below
    assert not may_see_behind(upper.person("congress"), made)
    assert Entry.objects.filter(place=lower.place).count() == noted  # reading wrote nothing there


def test_what_stands_behind_a_figure_opens_for_those_who_may_read_the_place(upper: County, lower: County) -> None:
    enter(upper, lower.bureau, leadership="8")
    made = confirmed(upper, lower.bureau)
    path = reverse("assessment:behind", args=[made.pk, "goals_cover"])
    page = sign_in(Client(), upper.person("performance_office")).get(path)
    assert page.status_code == 200
    assert "测试县农技推广中心" in page.text
    assert "/subjects/" not in page.text.partition("<main")[2]  # nothing of the lower place opens
    assert sign_in(Client(), lower.person("bureau_leader")).get(path).status_code == 200
    assert sign_in(Client(), upper.person("congress")).get(path).status_code == 403
    assert sign_in(Client(), lower.person("congress")).get(path).status_code == 404
    office = sign_in(Client(), upper.person("performance_office"))
    assert office.get(reverse("assessment:behind", args=[made.pk, "none"])).status_code == 404


def test_a_place_whose_rules_do_not_name_them_has_no_bureaus_to_assess(upper: County, lower: County) -> None:
    with pytest.raises(Refused, match="没有把下级财政部门列入"):
        assess_lower_bureaus(cycle=lower.cycle, person=lower.person("performance_office"))
    page = sign_in(Client(), lower.person("performance_office")).get("/assessment/below/")
    assert "没有把下级财政部门列入考核对象" in page.text
    assert "下级财政部门考核" not in sign_in(Client(), lower.person("performance_office")).get("/assessment/").text


def test_on_the_pages_figures_are_entered_computed_and_confirmed(upper: County) -> None:
    body, _ = town(upper, "z1", "甲镇")
    enter(upper, body, **FULL)
    office = sign_in(Client(), upper.person("performance_office"))
    assert "组织领导和制度建设" in office.get("/assessment/below/").text
    told = {"department": body.pk, "item": "figure:leadership", "points": "9", "text": "检查情况", "source": "检查通报"}
    assert office.post("/assessment/facts/new/?below=1", told).status_code == 302
    answer = office.post("/assessment/below/compute/", follow=True)
    assert "已计算 1 个下级财政部门的考核得分" in answer.text
    made = Assessment.objects.get()
    assert body.name in office.get("/assessment/facts/").text
    leader = sign_in(Client(), upper.person("bureau_leader"))
    assert leader.post("/assessment/confirm/", {"pk": [made.pk]})["Location"] == "/assessment/below/"
    made.refresh_from_db()
    assert made.confirmed_on == CONCLUDING
