"""The paper that approves budget and goals together: what goes into it, how it reads, whether it still holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.report import Report, ReportTable, report_code
from jiheng.registers.budgets.queries import balances
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.entry import Citation
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline, Section
from jiheng.stages.goals.models import ApprovalDocument, Goal
from jiheng.stages.goals.versions import differences, snapshot

PAPER = Outline(
    key="goal_approval",
    label="预算和绩效目标批复",
    cite=Citation(source="caiyu-2015-88", clause="绩效目标的批复"),
    title="关于批复部门预算和绩效目标的通知",
    sections=(
        Section(key="approval", title="一、批复意见"),
        Section(key="money", title="二、预算和绩效目标汇总"),
        Section(key="goals", title="三、各项目绩效目标"),
        Section(key="demands", title="四、有关要求"),
    ),
)
NUMERALS = "〇一二三四五六七八九"
Content = Mapping[str, Any]


def visible_approvals(person: Person, cycle: Cycle | None = None) -> QuerySet[ApprovalDocument]:
    """Return the papers that the person may see: the bureau and overseers all of their place, a department its own."""
    rows = ApprovalDocument.objects.filter(cycle__place_id=person.place_id)
    if not person.sees_whole_place:
        rows = rows.filter(department_id__in=person.own) if person.role == "department_reviewer" else rows.none()
    if cycle is not None:
        rows = rows.filter(cycle=cycle)
    return rows.select_related("cycle__place", "cycle__snapshot", "department").defer("content", "cycle__snapshot__content")


def departments_of(cycle: Cycle) -> list[Organisation]:
    """Return the departments that have approved goals in the year, by code."""
    wanted = Goal.objects.filter(cycle=cycle, state="approved", current=True).values("subject_year__department_id")
    return list(Organisation.objects.filter(pk__in=wanted).order_by("code"))


def standing(cycle: Cycle, department: Organisation) -> dict[str, Any]:
    """Return what a paper on a department would say now: each project with its budget and its approved goal, in fen."""
    years = SubjectYear.objects.filter(cycle=cycle, department=department).exclude(library_state="refused")
    listed = list(years.select_related("subject", "unit").order_by("subject__code", "pk"))
    budgets = balances(one.pk for one in listed)
    approved = Goal.objects.filter(subject_year__in=listed, state="approved", current=True)
    goals = {one.subject_year_id: one for one in approved.prefetch_related("indicators__library", "tasks")}
    projects = [
        _project(one, budgets[one.pk].budget, goals.get(one.pk))
        for one in listed
        if one.pk in goals or budgets[one.pk].budget > 0
    ]
    return {"year": cycle.budget_year, "department": department.name, "projects": projects}


def _project(year: SubjectYear, budget: int, goal: Goal | None) -> dict[str, Any]:
    return {
        "key": year.pk,
        "code": year.subject.code,
        "name": year.name,
        "unit": year.unit.name,
        "kind": year.kind,
        "budget_fen": budget,
        "revision": goal.revision if goal else None,
        "goal": None if goal is None else snapshot(goal, goal.indicators.all()),
    }


def gaps(content: Content) -> list[tuple[str, int, int]]:
    """Return the projects whose goal is for other money than the budget: name, budget, money of the goal.

    A whole department's goal stands over its projects and is not compared.
    """
    return [
        (one["name"], one["budget_fen"], promised)
        for one in content["projects"]
        if one["goal"] is not None
        and one["kind"] != "department"
        and (promised := one["goal"]["fiscal_fen"] + one["goal"]["other_fen"]) != one["budget_fen"]
    ]


def totals(content: Content) -> dict[str, int]:
    """Return how many projects and goals a paper holds, and their budget in fen; a department's goal adds no money."""
    own = [one for one in content["projects"] if one["kind"] != "department"]
    return {
        "projects": len(own),
        "goals": sum(one["goal"] is not None for one in content["projects"]),
        "budget_fen": sum(one["budget_fen"] for one in own),
    }


def paper_of(one: ApprovalDocument) -> Report:
    """Return the paper as it was issued, from what was kept of it."""
    return paper(one.content, one.number, str(one.cycle.place), one.issued_on)


def paper(content: Content, number: str, place: str, issued_on: Any) -> Report:
    """Return the paper on such a content."""
    whole, year = totals(content), content["year"]
    summary = [
        (
            str(at), one["name"], one["unit"], format_wan(one["budget_fen"]),
            str(len(one["goal"]["rows"])) if one["goal"] else "未编报",
        )
        for at, one in enumerate(content["projects"], 1)
    ]  # fmt: skip
    summary.append(("", "合计（部门整体目标不重复计）", "", format_wan(whole["budget_fen"]), ""))
    goals: list[str | ReportTable] = []
    for at, one in enumerate((one for one in content["projects"] if one["goal"]), 1):
        goals += _goal(at, one)
    return Report(
        subject=f"{content['department']}{year}年度",
        facts=(
            ("文号", number),
            ("受文部门", content["department"]),
            ("预算年度", f"{year} 年"),
            ("项目", f"{whole['projects']} 个"),
            ("预算", f"{format_wan(whole['budget_fen'])} 万元"),
            ("绩效目标", f"{whole['goals']} 份"),
        ),
        sections={
            "approval": f"{content['department']}：\n你部门{year}年度预算和绩效目标已经审核，现一并批复。"
            f"批复项目{whole['projects']}个，预算{format_wan(whole['budget_fen'])}万元，绩效目标{whole['goals']}份。",
            "money": [ReportTable("", ("序号", "项目", "单位", "预算（万元）", "指标数"), tuple(summary), (8, 40, 26, 16, 10), frozenset({3, 4}))],
            "goals": goals,
            "demands": "请按批复的预算和绩效目标组织实施。绩效目标批复后一般不予调整，确需调整的，按原程序报批；"
            "执行中须监控，年度终了须自评。\n本通知的每个数字都与系统中的记录相对应，可凭页脚的校验码核对。",
        },
        issuer=f"{place}财政局",
        issued_on=issued_on,
    )


def _goal(at: int, one: Mapping[str, Any]) -> list[str | ReportTable]:
    goal = one["goal"]
    money = f"年度资金{format_wan(goal['fiscal_fen'] + goal['other_fen'])}万元，其中财政拨款{format_wan(goal['fiscal_fen'])}万元。"
    rows = tuple((row["level1"], row["level2"], row["name"], row["words"], row["weight"]) for row in goal["rows"])
    return [
        f"（{ordinal(at)}）{one['name']}（{one['unit']}）\n{money}\n年度目标：{goal['objective']}",
        ReportTable("", ("一级指标", "二级指标", "三级指标", "指标值", "分值"), rows, (16, 18, 34, 22, 10), frozenset({4})),
    ]


def ordinal(number: int) -> str:
    """Return how a part is counted in a paper: 一, 十二, 三十; from a hundred on in digits."""
    tens, ones = divmod(number, 10)
    if tens > 9:
        return str(number)
    return ("" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十") + (NUMERALS[ones] if ones else "")


def code_of(report: Report) -> str:
    """Return the check code that is printed on the paper."""
    return report_code(PAPER, report)


@dataclass(frozen=True)
class Deviation:
    """One thing in which the records now say something else than the paper."""

    project: str
    what: str
    said: str
    now: str


def deviations(one: ApprovalDocument) -> list[Deviation]:
    """Hold a paper against the records: every project, amount, text and indicator that is different now."""
    now = standing(one.cycle, one.department)
    before, after = ({row["key"]: row for row in content["projects"]} for content in (one.content, now))
    found: list[Deviation] = []
    for key, row in before.items():
        other = after.get(key)
        if other is None:
            found.append(Deviation(row["name"], "项目", "列入批复", "不再有预算和批复的目标"))
        else:
            found += _of_project(row, other, one.content["year"])
    return found + [Deviation(row["name"], "项目", "没有列入", "有预算或批复的目标") for key, row in after.items() if key not in before]


def _of_project(old: Mapping[str, Any], new: Mapping[str, Any], year: int) -> Sequence[Deviation]:
    name = new["name"]
    found = [Deviation(name, label, old[key], new[key]) for key, label in {"name": "项目名称", "unit": "单位"}.items() if old[key] != new[key]]
    if old["budget_fen"] != new["budget_fen"]:
        found.append(Deviation(name, "预算", f"{format_wan(old['budget_fen'])} 万元", f"{format_wan(new['budget_fen'])} 万元"))
    if old["goal"] is None or new["goal"] is None:
        if (old["goal"] is None) != (new["goal"] is None):
            words = ("没有绩效目标", "有批复的绩效目标")
            found.append(Deviation(name, "绩效目标", words[old["goal"] is not None], words[new["goal"] is not None]))
        return found
    told = differences(old["goal"], new["goal"], year)
    found += [Deviation(name, label, _said(pieces, "inserted"), _said(pieces, "deleted")) for label, pieces in told.texts]
    found += [Deviation(name, one.label, f"{format_wan(one.old)} 万元", f"{format_wan(one.new)} 万元") for one in told.money]
    found += [
        Deviation(name, f"指标“{line.moved.row.name}”", _row(line.old, line.moved.old), _row(line.new, line.moved.new))
        for line in told.rows
    ]
    return found + [
        Deviation(name, f"任务“{figure.label}”", f"{format_wan(figure.old)} 万元", f"{format_wan(figure.new)} 万元")
        for _, figure in told.tasks
    ]


def _said(pieces: Sequence[Any], without: str) -> str:
    return "".join(one.text for one in pieces if one.kind != without)


def _row(words: str, row: Any) -> str:
    return "（没有）" if row is None else f"{row.name} {words}，{row.weight.normalize():f} 分"
