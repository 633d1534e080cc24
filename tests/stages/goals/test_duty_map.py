"""The map of gaps: planted gaps are all found, sums make the department's total, links go on and are guarded."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.foundation.refused import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.duties.models import Duty
from jiheng.registers.duties.services import WorkData, share_money, write_works
from jiheng.stages.goals.duties.queries import duty_map
from jiheng.stages.goals.duties.services import Answers, link_rows, rows_of
from jiheng.stages.goals.facts import findings_of
from jiheng.stages.goals.models import Goal, GoalDuty
from jiheng.stages.goals.prereview import findings_of_year
from tests.journeys.visitor import sit
from tests.make import County, make_budget, make_county, make_goal, make_subject, sign_in
from tests.registers.duties.test_duties import DAY, duty

pytestmark = pytest.mark.django_db
CHECK = "duty_without_indicator"


@pytest.fixture
def county() -> County:
    return make_county()


@pytest.fixture
def goal(county: County) -> Goal:
    with clock.at(DAY):
        return make_goal(county, make_subject(county, kind="department", name="测试县第一中学整体支出"))


def missing(goal: Goal) -> list[str]:
    return [one.message for one in findings_of(goal) if one.check == CHECK]


@pytest.mark.feature("3.17")
def test_a_main_duty_without_an_indicator_is_found_until_a_row_answers_for_it(county: County, goal: Goal) -> None:
    assert missing(goal) == [], "nothing is registered, nothing is asked"
    main, _ = duty(county, "1", text="义务教育教学"), duty(county, "2", main=False)
    ended = duty(county, "3", valid_to=date(2020, 12, 31))
    assert missing(goal) == ["主要职责“1 义务教育教学”没有对应的指标"]
    found = {one.pk: [two.message for two in all_ if two.check == CHECK] for one, all_ in findings_of_year(goal.cycle)}
    assert found[goal.pk] == missing(goal), "many at once find the same"
    row = next(one for one in rows_of(goal) if one[0] == "indicator")
    person = county.person("unit_project")
    with clock.at(DAY):
        for wrong in (Answers(duty=ended.pk), Answers(work=999), Answers()):
            with pytest.raises(Refused, match="不是该部门"):
                link_rows(goal=goal, links={row: wrong}, person=person)
        with pytest.raises(Refused, match="不在这份目标"):
            link_rows(goal=goal, links={("indicator", "x"): None}, person=person)
        assert link_rows(goal=goal, links={row: Answers(duty=main.pk)}, person=person) == 1
        assert link_rows(goal=goal, links={row: Answers(duty=main.pk)}, person=person) == 0
    assert missing(goal) == []
    goal.indicators.filter(lineage=row[1]).delete()
    assert missing(goal), "a row that is gone answers for nothing"


@pytest.mark.feature("3.17")
def test_every_planted_gap_is_on_the_map_and_no_fen_is_counted_twice(county: County, goal: Goal) -> None:
    person, office = county.person("unit_project"), county.person("performance_office")
    served, bare = duty(county, "1"), duty(county, "2")
    with clock.at(DAY):
        three = [make_subject(county, requested_fen=fen) for fen in (100_000_001, 50_000_000, 7)]
        make_budget(county, three[1], 40_000_000)
        (work,) = write_works(
            cycle=county.cycle, rows=[WorkData(county.units[0], "a", "建学校", "要点", served)], person=person
        )
        write_works(cycle=county.cycle, rows=[WorkData(county.units[0], "b", "无主", "要点")], person=person)
        thirds = {served.pk: Decimal("33.33"), bare.pk: Decimal("66.67")}
        share_money(year=three[0], shares=thirds, person=person)
        share_money(year=three[1], shares={served.pk: Decimal(100)}, person=person)
        rows = list(rows_of(goal))
        link_rows(goal=goal, links={rows[-1]: Answers(work=work.pk)}, person=person)
    found = duty_map(office, county.cycle)
    lines = {one.code: one for one in found.duties}
    assert lines["1"].gaps == ()
    assert lines["2"].gaps == ("no_indicator", "no_task")
    assert found.total == 100_000_001 + 40_000_000 + 7, "the budget counts once there is one; the whole is not a project"
    assert sum(one.links.money for one in found.duties) + found.unserved == found.total
    assert [one.name for one in found.projects if not one.duties] == [three[2].name]
    assert [one.name for one in found.works] == ["无主"]
    assert sum(one.duty == "1" for one in found.rows) == 1
    (line,) = found.departments
    assert (line.pk, line.main, line.gaps, line.total) == (county.departments[0].pk, 2, 2, found.total)
    assert duty_map(county.person("unit_project", 2), county.cycle).departments == ()


def test_rows_are_linked_at_the_browser_and_by_nobody_else(county: County, goal: Goal) -> None:
    main = duty(county, "1", text="义务教育教学" * 20)
    url = f"/goals/{goal.pk}/duties/"
    with clock.at(DAY):
        page = sit(county, "unit_project").open(url)
        assert "主要职责还没有指标" in page
        name = goal.indicators.get(name="师生满意度").name
        done = page.press("保存对应关系", {f"{name} 对应的职责": f"d{main.pk}"})
        assert "1 行有变化" in done.told
        assert "主要职责还没有指标" not in done
        sit(county, "unit_project", 2).open(url, status=404)
        reader = sit(county, "division").open(url)
        assert "保存对应关系" not in reader.html
        assert sign_in(Client(), county.person("division"), county.cycle).post(url, {"row-0": ""}).status_code == 422
        project = make_goal(county, make_subject(county))
        sit(county, "unit_project").open(f"/goals/{project.pk}/duties/", status=403)
    assert GoalDuty.objects.get().duty == main
    Cycle.objects.update(state="closed")
    with clock.at(DAY), pytest.raises(Refused, match="封存"):
        link_rows(goal=Goal.objects.get(pk=goal.pk), links={}, person=county.person("unit_project"))


@pytest.mark.feature("3.17")
def test_the_map_at_the_browser_leads_from_every_number_to_its_rows(county: County, goal: Goal) -> None:
    for at in range(60):
        duty(county, f"{at:02}", main=at % 2 == 0)
    with clock.at(DAY):
        year = make_subject(county)
        office = sit(county, "performance_office")
        page = office.open("/goals/duties/")
        assert "测试县教育局" in page
        assert "没有对应职责的资金" in page
        page = page.follow("测试县教育局")
        assert "第 1 页，共 2 页、60 项" in page
        assert "第 2 页" in page.follow("下一页")
        gaps = office.open("/goals/duties/?view=duties&only=no_indicator")
        assert gaps.html.count("主要职责没有") >= 1
        assert year.name in office.open("/goals/duties/?view=money&only=unserved")
        assert "师生满意度" in office.open("/goals/duties/?view=rows&only=loose_indicator&q=满意")
        assert "没有符合条件" in office.open("/goals/duties/?view=rows&q=没有这样的")
        for strange in ("view=x&only=y&department=z&page=q", "department=999999&page=-1"):
            office.open(f"/goals/duties/?{strange}")
        book = office.open("/goals/duties/?as=xlsx")
        sit(county, "security_admin").open("/goals/duties/", status=403)
    sheets = load_workbook(io.BytesIO(book.body), read_only=True)
    assert sheets.sheetnames[:3] == ["明细", "资金", "指标和任务"]
    assert Duty.objects.count() == 60
