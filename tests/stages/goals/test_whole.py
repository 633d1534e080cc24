"""A whole department's goal worked out from its projects': exact, followed while it is written, told where it differs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client

from jiheng.foundation import clock
from jiheng.foundation.audit.queries import first_break, history
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.stages.goals.models import Goal, GoalBinding
from jiheng.stages.goals.services import RowData, TaskData, move_goal, save_content, save_money, submit_goal
from jiheng.stages.goals.uploads import apply_upload, keep_upload
from jiheng.stages.goals.whole.queries import bound_of, differing
from jiheng.stages.goals.whole.services import bind, release
from tests import make
from tests.channels.api.callers import call, mark, token_for
from tests.stages.goals.test_uploads import handed_out, overwritten

pytestmark = pytest.mark.django_db
UNITS, RATE, PEOPLE = "购置教学设备台数", "实验开出率", "师生满意度"


@dataclass
class Department:
    """A department with two projects that have goals, and its own goal with two tasks."""

    county: make.County
    one: Goal
    two: Goal
    whole: Goal

    def row(self, name: str) -> str:
        return str(self.whole.indicators.get(name=name).lineage)

    def sources(self, name: str) -> list[tuple[int, UUID | None]]:
        return [(goal.subject_year_id, goal.indicators.get(name=name).lineage) for goal in (self.one, self.two)]

    def bind(self, name: str, method: str, line: Decimal | None = None) -> GoalBinding:
        officer = self.county.person("unit_project")
        return bind(
            goal=self.whole, part="indicator", key=self.row(name), method=method, sources=self.sources(name), person=officer, line=line,
        )  # fmt: skip

    def bind_money(self) -> GoalBinding:
        sources = [(goal.subject_year_id, None) for goal in (self.one, self.two)]
        officer = self.county.person("unit_finance")
        return bind(goal=self.whole, part="task", key="实验室建设", method="money", sources=sources, person=officer)

    def told(self, name: str) -> str:
        return str(self.whole.indicators.get(name=name).target_text)


def rows_of(goal: Goal, **changed: str) -> list[RowData]:
    """The rows of a goal as its page sends them, with other values by name."""
    typed = {one.name: one for one in make.make_rows()}
    return [
        replace(typed[row.name], pk=row.pk, target_text=changed.get(row.name, row.target_text)) for row in goal.indicators.all()
    ]


def tasks_of(goal: Goal) -> list[TaskData]:
    return [TaskData(one.name, one.content, one.pk) for one in goal.tasks.all()]


@pytest.fixture
def department() -> Iterator[Department]:
    with clock.at(make.DAY):
        county = make.make_county()
        one = make.make_goal(county, make.make_subject(county, name="小学实验室", requested_fen=100_000_001))
        two = make.make_goal(county, make.make_subject(county, name="中学实验室", requested_fen=30_000_002))
        year = make.make_subject(county, kind="department", name="教育局部门整体支出", code="D1")
        whole = make.make_goal(county, year)
        save_content(
            goal=whole, person=county.person("unit_project"), rows=rows_of(whole), objective=whole.objective,
            tasks=[TaskData("实验室建设"), TaskData("日常运转")],
        )  # fmt: skip
        whole.refresh_from_db()
        yield Department(county, one, two, whole)


@pytest.mark.feature("3.01")
def test_values_and_money_are_worked_out_and_follow_the_projects(department: Department) -> None:
    county, whole = department.county, department.whole
    department.bind(UNITS, "sum")
    department.bind_money()
    assert department.told(UNITS) == "≥240"
    assert whole.fiscal_fen == 130_000_003
    before = whole.content_version, whole.money_version
    one = Goal.objects.get(pk=department.one.pk)
    save_content(goal=one, person=county.person("unit_project"), rows=rows_of(one, **{UNITS: "≥150"}), objective=one.objective)
    save_money(goal=one, person=county.person("unit_finance"), fiscal_fen=99_999_999, other_fen=5, note="按询价测算")
    whole.refresh_from_db()
    assert department.told(UNITS) == "≥270"
    assert whole.indicators.get(name=UNITS).value == 270
    assert (whole.fiscal_fen, whole.other_fen) == (130_000_001, 5)
    assert (whole.content_version, whole.money_version) == (before[0] + 1, before[1] + 1), "other windows are told"
    assert differing(bound_of(whole)) == []
    assert [entry.action for entry in history(whole)].count("goals.follow_projects") >= 2
    assert first_break(county.place.pk) is None


@pytest.mark.parametrize(("line", "told"), [("94.99", "≥100"), ("95", "≥100"), ("95.01", "≥0")])
def test_a_share_of_projects_reaches_a_line(department: Department, line: str, told: str) -> None:
    department.bind(RATE, "reached", line=Decimal(line))
    assert department.told(RATE) == told


def test_a_mean_is_weighed_by_the_projects_money(department: Department) -> None:
    one = Goal.objects.get(pk=department.one.pk)
    officer = department.county.person("unit_project")
    save_content(goal=one, person=officer, rows=rows_of(one, **{PEOPLE: "≥96"}), objective=one.objective)
    department.bind(PEOPLE, "mean")
    assert department.told(PEOPLE) == "≥94.62", "(96 × 100000001 + 90 × 30000002) / 130000003"


def test_nobody_types_over_what_projects_make(department: Department) -> None:
    county, whole = department.county, department.whole
    binding = department.bind(UNITS, "sum")
    department.bind_money()
    project, finance = county.person("unit_project"), county.person("unit_finance")

    def refused(**given: object) -> list[str]:
        with pytest.raises(Refused) as told:
            save_content(goal=whole, person=project, objective=whole.objective, **given)  # type: ignore[arg-type]
        assert all(one.clause for one in told.value.refusals)
        return [one.message for one in told.value.refusals]

    tasks = tasks_of(whole)
    assert "不能改为“≥300台”" in refused(rows=rows_of(whole, **{UNITS: "≥300"}), tasks=tasks)[0]
    assert "不能删去" in refused(rows=rows_of(whole)[1:], tasks=tasks)[0]
    assert "不能改名或删去" in refused(rows=rows_of(whole), tasks=tasks[1:])[0]
    assert "不能改名或删去" in refused(rows=rows_of(whole), tasks=[replace(tasks[0], name="改名"), tasks[1]])[0]
    first, second = whole.tasks.all()
    own = {first.pk: (first.fiscal_fen, first.other_fen), second.pk: (700, 0)}
    with pytest.raises(Refused, match="取自项目目标"):
        save_money(goal=whole, person=finance, fiscal_fen=1, other_fen=0, task_money=own | {first.pk: (1, 0)})
    with pytest.raises(Refused, match="由各项任务相加"):
        save_money(goal=whole, person=finance, fiscal_fen=1, other_fen=0, task_money=own)
    save_money(goal=whole, person=finance, fiscal_fen=whole.fiscal_fen, other_fen=0, task_money=own)
    assert whole.fiscal_fen == 130_000_703, "its own task is typed, the total is not"
    with pytest.raises(Refused, match="须写明理由"):
        release(goal=whole, binding=binding.pk, reason=" ", person=project)
    release(goal=whole, binding=binding.pk, reason="另有不在项目中的购置", person=project)
    save_content(goal=whole, person=project, rows=rows_of(whole, **{UNITS: "≥300"}), objective=whole.objective, tasks=tasks)
    assert department.told(UNITS) == "≥300"


def test_what_does_not_add_up_or_is_not_the_departments_is_refused(department: Department) -> None:
    county, whole = department.county, department.whole
    stranger = make.make_goal(county, make.make_subject(county, unit=2))
    project = county.person("unit_project")
    foreign = [(stranger.subject_year_id, stranger.indicators.get(name=UNITS).lineage)]
    with pytest.raises(Refused, match="不属于这个部门"):
        bind(goal=whole, part="indicator", key=department.row(UNITS), method="sum", sources=foreign, person=project)
    with pytest.raises(Refused, match="不能换算"):
        bind(goal=whole, part="indicator", key=department.row(RATE), method="sum", sources=department.sources(UNITS), person=project)
    with pytest.raises(Refused, match="不是一个数"):
        department.bind("完成验收时间", "sum")
    with pytest.raises(Refused, match="没有填写界限"):
        department.bind(RATE, "reached")
    assert GoalBinding.objects.count() == 0
    version = whole.version
    department.bind(UNITS, "sum")
    with pytest.raises(Refused, match="已由项目目标汇总"):
        department.bind(UNITS, "mean")
    with pytest.raises(Overtaken):
        bind(
            goal=whole, part="indicator", key=department.row(PEOPLE), method="mean", sources=department.sources(PEOPLE),
            person=project, version=version,
        )  # fmt: skip
    for other in (county.person("unit_project", 1), county.person("division")):
        with pytest.raises(Refused):
            bind(goal=whole, part="task", key="日常运转", method="money", sources=[(department.one.subject_year_id, None)], person=other)


def test_what_is_handed_in_is_left_alone_and_its_page_tells_both_values(department: Department) -> None:
    county, whole = department.county, department.whole
    department.bind(UNITS, "sum")
    department.bind_money()
    project, finance = county.person("unit_project"), county.person("unit_finance")
    for person in (project, finance):
        submit_goal(goal=whole, person=person)
    one = Goal.objects.get(pk=department.one.pk)
    save_content(goal=one, person=project, rows=rows_of(one, **{UNITS: "≥150"}), objective=one.objective)
    whole.refresh_from_db()
    assert department.told(UNITS) == "≥240"
    page = make.sign_in(Client(), county.person("division"), county.cycle).get(f"/goals/{whole.pk}/").content.decode()
    assert "与项目目标不一致" in page
    assert "≥240台" in page
    assert "≥270台" in page
    move_goal(goal=whole, person=county.person("department_reviewer"), action="return", comment="请按项目目标更新")
    other = Goal.objects.get(pk=department.two.pk)
    save_money(goal=other, person=finance, fiscal_fen=30_000_002, other_fen=0, note="不变")
    assert department.told(UNITS) == "≥270", "open again, it follows"


def test_a_workbook_brings_the_worked_out_value_and_cannot_change_it(department: Department) -> None:
    county, whole = department.county, department.whole
    department.bind(UNITS, "sum")
    project = county.person("unit_project")
    file = handed_out(whole)
    written_over = keep_upload(goal=whole, name="表.xlsx", content=overwritten(file, {"≥240台": "≥300台"}), person=project)
    with pytest.raises(Refused, match="由项目目标汇总为“≥240台”，不能改为“≥300台”"):
        apply_upload(goal=whole, name="表.xlsx", digest=written_over.digest, person=project)
    assert department.told(UNITS) == "≥240"
    one = Goal.objects.get(pk=department.one.pk)
    save_content(goal=one, person=project, rows=rows_of(one, **{UNITS: "≥150"}), objective=one.objective)
    whole.refresh_from_db()
    other = keep_upload(goal=whole, name="表.xlsx", content=overwritten(file, {"≥90%": "≥92%"}), person=project)
    assert (other.problems, other.clashes["content"]) == ([], [])
    apply_upload(goal=whole, name="表.xlsx", digest=other.digest, person=project)
    assert (department.told(UNITS), department.told(PEOPLE)) == ("≥270", "≥92%"), "what the projects changed meanwhile stays"


def test_programs_read_bind_and_release(department: Department) -> None:
    county, whole = department.county, department.whole
    token = token_for(county.person("unit_project"))
    where = f"goals/{whole.pk}/tree"
    sources = [{"subject_year_id": pk, "lineage": str(lineage)} for pk, lineage in department.sources(UNITS)]
    asked = {"part": "indicator", "key": department.row(UNITS), "method": "sum", "sources": sources}
    stale = mark(whole)
    made = call(token, "POST", f"{where}/bind", asked, etag=stale)
    assert made.status_code == 200, made.content
    (told,) = call(token, "GET", where).json()["items"]
    assert (told["value"], told["worked_out"], len(told["sources"])) == ("≥240台", "≥240台", 2)
    assert call(token, "POST", f"{where}/bind", asked, etag=stale).status_code == 412
    no_reason = call(token, "POST", f"{where}/release", {"id": told["id"], "reason": ""}, etag=mark(whole))
    assert (no_reason.status_code, "须写明理由" in no_reason.content.decode()) == (422, True)
    gone = call(token, "POST", f"{where}/release", {"id": told["id"], "reason": "改由单位填写"}, etag=mark(whole))
    assert gone.json()["items"] == []


def test_a_goal_whose_projects_lost_the_row_is_not_handed_in(department: Department) -> None:
    county, whole = department.county, department.whole
    department.bind(UNITS, "sum")
    one, project = Goal.objects.get(pk=department.one.pk), county.person("unit_project")
    save_content(goal=one, person=project, rows=rows_of(one)[1:], objective=one.objective)
    with pytest.raises(Refused, match="已没有这个指标"):
        submit_goal(goal=whole, person=project)


def test_at_the_browser(department: Department) -> None:
    county, whole = department.county, department.whole
    where = f"/goals/{whole.pk}/tree/"
    officer = make.sign_in(Client(), county.person("unit_project"), county.cycle)
    sent = {
        "do": "bind", "version": whole.version, "row": f"indicator:{department.row(UNITS)}", "method": "sum",
        "source": [f"{year}:{lineage}" for year, lineage in department.sources(UNITS)],
    }  # fmt: skip
    assert officer.post(where, sent | {"source": ["x:y"]}).status_code in {400, 422}
    assert officer.post(where, sent).status_code == 302
    page = officer.get(where).content.decode()
    assert "≥240台" in page
    assert f'href="/goals/{department.one.pk}/#row-1"' in page
    assert "readonly" in officer.get(f"/goals/{whole.pk}/edit/").content.decode()
    read_only = make.sign_in(Client(), county.person("congress"), county.cycle).get(where)
    assert read_only.status_code == 200
    assert "由所选项目汇总" not in read_only.content.decode()
    assert make.sign_in(Client(), county.person("unit_project", 2), county.cycle).get(where).status_code == 404
    assert officer.get(f"/goals/{department.one.pk}/tree/").status_code == 403
