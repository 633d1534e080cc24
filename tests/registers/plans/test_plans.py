"""Action plans: taken up from files, reported and accepted by two people, closed by the system's own data."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.services import EICAR, evidence_of
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.clocks import clocks_of
from jiheng.registers.cycles.legal_events import record_event
from jiheng.registers.plans.evidence import attach_evidence, shared_by, take_back_evidence
from jiheng.registers.plans.measures import KINDS, measured
from jiheng.registers.plans.models import Plan, PlanTask
from jiheng.registers.plans.navigation import todos
from jiheng.registers.plans.reading import PlanError, parse_plan, plan_files
from jiheng.registers.plans.services import accept_task, close_proven, report_task, take_up
from jiheng.stages.goals.services import approve_goal
from tests.make import County, make_county, make_goal, make_subject, sign_in

pytestmark = pytest.mark.django_db
QUFU = "qufu-2022"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def county() -> County:
    return make_county(budget_year=2022, day=date(2021, 11, 1))


@pytest.fixture
def plan(county: County) -> Plan:
    with clock.at(date(2022, 1, 5)):
        return take_up(cycle=county.cycle, key=QUFU, person=county.person("performance_office"))


def task(plan: Plan, label: str) -> PlanTask:
    return plan.tasks.get(label=label)


@pytest.mark.feature("1.17")
def test_plan_of_qufu_has_sixteen_tasks_of_which_the_source_names_three(plan: Plan) -> None:
    tasks = list(plan.tasks.all())
    assert len(tasks) == 16
    named = [one.label for one in tasks if not one.assumed]
    assert named == ["政府财政运行综合评价", "成本绩效管理", "部门整体绩效管理"]
    assert all(one.clause and one.role for one in tasks)
    assert task(plan, "绩效目标全部批复").due == date(2022, 2, 20)


def test_every_measure_names_what_the_years_rules_know(county: County) -> None:
    keys = set(county.policy.calendar) | {one.key for one in clocks_of(county.cycle)}
    used = [one.measure for file in plan_files().values() for one in file.tasks if one.measure]
    assert used
    assert {one.item for one in used} <= keys
    assert {one.kind for one in used} <= set(KINDS)


@pytest.mark.feature("1.17")
def test_task_closes_itself_when_the_data_prove_it_and_not_before(county: County, plan: Plan) -> None:
    with clock.at(date(2022, 1, 10)):
        goals = [make_goal(county, make_subject(county, unit=unit), "reviewed") for unit in (0, 2)]
        approve_goal(goal=goals[0], person=county.person("bureau_leader"))
        found = measured(county.cycle, task(plan, "绩效目标全部批复").measure)
        assert found is not None
        assert (found.percent, found.proven) == (50, False)
        assert close_proven() == 0
        approve_goal(goal=goals[1], person=county.person("bureau_leader"))
        assert close_proven() == 1
        assert close_proven() == 0
    done = task(plan, "绩效目标全部批复")
    assert (done.state, done.done_on, done.accepter) == ("done", date(2022, 1, 10), "系统数据")
    assert done.proof == "应办 2 件，已办 2 件（100%）"
    entry = Entry.objects.get(action="plan.prove")
    assert entry.detail["figures"] == done.proof
    assert task(plan, "绩效目标随部门预算公开").state == "open"


@pytest.mark.parametrize(("day", "state"), [(date(2021, 10, 31), "done"), (date(2021, 11, 1), "open")], ids=["in-time", "late"])
def test_share_in_time_counts_the_flags_of_what_came_late(county: County, plan: Plan, day: date, state: str) -> None:
    with clock.at(day):
        make_goal(county, make_subject(county), "department")
    close_proven()
    assert task(plan, "绩效目标按期申报率达到九成").state == state


def test_measure_of_a_statutory_clock(county: County) -> None:
    told: dict[str, object] = {"kind": "clock_done", "item": "budget_published", "at_least": 100}
    before = measured(county.cycle, told)
    office = county.person("performance_office")
    record_event(cycle=county.cycle, key="budget_published", day=date(2022, 2, 1), reference="网站公告", person=office)
    after = measured(county.cycle, told)
    assert before is not None
    assert after is not None
    assert (before.proven, after.proven) == (False, True)


@pytest.mark.feature("1.17")
def test_evidence_and_another_persons_acceptance(county: County, plan: Plan) -> None:
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    one = task(plan, "成本绩效管理")
    with clock.at(date(2022, 12, 20)):
        assert "成本绩效管理" in [it.title for it in todos(office)]
        with pytest.raises(Refused, match="佐证"):
            report_task(task=one, progress=80, text="试点报告已印发", evidence=" ", finished=True, person=office)
        with pytest.raises(Refused, match="责任岗位"):
            report_task(task=one, progress=80, text="进展", evidence="", finished=False, person=county.person("division"))
        report_task(task=one, progress=80, text="两个部门试点", evidence="", finished=False, person=office)
        assert (one.state, one.progress) == ("open", 80)
        report_task(task=one, progress=80, text="试点报告已印发", evidence="测财绩〔2022〕9号", finished=True, person=office)
        with pytest.raises(Refused, match="报告人不能"):
            accept_task(task=one, granted=True, opinion="", person=office)
        with pytest.raises(Refused, match="意见"):
            accept_task(task=one, granted=False, opinion="", person=leader)
        assert ("成本绩效管理", "验收") in [(it.title, it.verb) for it in todos(leader)]
        accept_task(task=one, granted=False, opinion="缺少数据", person=leader)
        assert one.state == "open"
        report_task(task=one, progress=90, text="补充数据", evidence="测财绩〔2022〕9号附表", finished=True, person=office)
        accept_task(task=one, granted=True, opinion="", person=leader)
    assert (one.state, one.accepter, one.done_on) == ("done", str(leader), date(2022, 12, 20))
    assert "测财绩〔2022〕9号附表" in one.proof
    acts = Entry.objects.filter(subject=f"plans.plantask:{one.pk}").order_by("number").values_list("action", flat=True)
    assert list(acts) == ["plan.report", "plan.report", "plan.return", "plan.report", "plan.accept"]


def test_plan_is_taken_up_once_by_the_right_person(county: County, plan: Plan) -> None:
    with pytest.raises(Refused, match="已经采用"):
        take_up(cycle=county.cycle, key=QUFU, person=county.person("performance_office"))
    with pytest.raises(Refused, match="绩效管理股"):
        take_up(cycle=county.cycle, key=QUFU, person=county.person("division"))
    with pytest.raises(Refused, match="没有这份"):
        take_up(cycle=county.cycle, key="x", person=county.person("performance_office"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key: [", "x.yaml"),
        ("key: x\nname: 甲\nsource: 乙\ntasks: []\n", "tasks"),
        ("key: x\nname: 甲\nsource: 乙\ntasks:\n  - {label: 甲, role: nobody, due: {year: 0, month: 1, day: 1}, clause: 一}\n", "nobody"),
    ],
)
def test_faults_of_a_plan_file_are_named(text: str, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        parse_plan("x.yaml", text)


def test_pages_take_up_list_report_and_accept(county: County) -> None:
    office = sign_in(Client(), county.person("performance_office"), county.cycle)
    leader = sign_in(Client(), county.person("bureau_leader"), county.cycle)
    with clock.at(date(2022, 7, 1)):
        assert "还没有行动计划" in office.get(reverse("plans:list")).text
        assert office.post(reverse("plans:take_up"), {"key": QUFU}).status_code == 302
        assert office.post(reverse("plans:take_up"), {"key": QUFU}).status_code == 422
        shown = office.get(reverse("plans:list")).text
        assert "16 项任务" in shown
        assert "逾期" in shown
        one = task(Plan.objects.get(), "成本绩效管理")
        page = reverse("plans:task", args=[one.pk])
        told = {"progress": "100", "text": "已完成", "evidence": "", "finished": "on"}
        assert office.post(page, told).status_code == 422
        assert office.post(page, told | {"evidence": "9号文"}).status_code == 302
        assert "报告人不能验收" in office.get(page).text
        assert leader.post(page, {"granted": "1", "opinion": ""}).status_code == 302
        assert "验收佐证：9号文" in leader.get(page).text
    assert sign_in(Client(), county.person("unit_head"), county.cycle).get(page).status_code == 404


@pytest.mark.feature("1.17")
def test_file_proves_what_the_data_cannot_and_one_file_for_two_tasks_is_told(
    county: County, plan: Plan, client: Client
) -> None:
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    one, other = list(plan.tasks.filter(role=office.role, measure={}))[:2]
    with clock.at(date(2022, 12, 20)):
        sign_in(client, office)
        page = reverse("plans:attach", args=[one.pk])
        answer = client.post(page, {"file": SimpleUploadedFile("试点报告.pdf", PDF)}, follow=True)
        assert "试点报告.pdf" in answer.content.decode()
        assert "同样的佐证" not in answer.content.decode()
        with pytest.raises(Refused, match="已经上传过"):
            attach_evidence(task=one, name="又一份.pdf", content=PDF, person=office)
        assert evidence_of(one).count() == 1
        twin = attach_evidence(task=other, name="成果.pdf", content=PDF, person=office)
        found = shared_by([one, other])
        assert [(it.name, it.task) for it in found[one.pk]] == [("试点报告.pdf", other)]
        assert [(it.name, it.task) for it in found[other.pk]] == [("成果.pdf", one)]
        assert "佐证与别的任务相同" in client.get(reverse("plans:list")).content.decode()
        report_task(task=one, progress=90, text="已印发", evidence="", finished=True, person=office)
        sign_in(client, leader)
        shown = client.get(reverse("plans:task", args=[one.pk])).content.decode()
        assert "同样的佐证也用在别的任务" in shown
        assert other.label in shown
        assert "上传</button>" not in shown
        link = reverse("files:download", args=[evidence_of(one).get().pk])
        assert b"".join(client.get(link)) == PDF
        with pytest.raises(Refused, match="不能再填报"):
            attach_evidence(task=one, name="再补.pdf", content=PDF + b"%", person=office)
        take_back_evidence(task=other, evidence_id=twin.pk, person=office)
        assert shared_by([one, other]) == {}
        accept_task(task=one, granted=True, opinion="", person=leader)
    assert one.proof == "验收佐证：试点报告.pdf"
    entry = Entry.objects.get(action="plan.accept")
    assert [it["name"] for it in entry.detail["files"]] == ["试点报告.pdf"]
    sign_in(client, county.person("unit_project"))
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [("病毒.pdf", PDF + EICAR), ("空.pdf", b""), ("名实不符.pdf", b"plain words"), ("程序.exe", b"MZ" + b"0" * 100)],
    ids=["virus", "empty", "wrong-type", "program"],
)
def test_harmful_file_is_no_evidence(county: County, plan: Plan, name: str, content: bytes) -> None:
    office = county.person("performance_office")
    one = plan.tasks.filter(role=office.role).first()
    assert one is not None
    with pytest.raises(Refused):
        attach_evidence(task=one, name=name, content=content, person=office)
    assert not evidence_of(one).exists()


def test_same_words_as_evidence_of_two_tasks_are_told(county: County, plan: Plan) -> None:
    office = county.person("performance_office")
    one, other = list(plan.tasks.filter(role=office.role, measure={}))[:2]
    for it in (one, other):
        report_task(task=it, progress=50, text="进展", evidence="测财绩〔2022〕9号", finished=False, person=office)
    assert [it.task for it in shared_by([one])[one.pk]] == [other]
    report_task(task=other, progress=60, text="进展", evidence="测财绩〔2022〕10号", finished=False, person=office)
    assert shared_by([one]) == {}
