"""The year's performance management, for government and congress: text and tables from the same statistics."""

from decimal import Decimal

from jiheng.channels.reports.report import ReportKind
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import format_wan
from jiheng.stages.appraisal.queries import appraisal_statistics
from jiheng.stages.disclosure.queries import published_count, waiting_by_kind
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.queries import evaluation_statistics, self_evaluation_cover
from jiheng.stages.goals.queries import coverage, coverage_by_department
from jiheng.stages.monitoring.queries import monitoring_statistics, opened_checkpoints
from jiheng.stages.results.queries import cut_statistics, rectification_statistics

CONCLUSIONS = {
    "supported": "予以支持",
    "supported_after_revision": "调整完善后予以支持",
    "not_supported": "不予支持",
}


def _percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


def _ratio(value: Decimal | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def build(cycle: Cycle, person: Person) -> Report:
    """Gather the report of a cycle; evaluations are those of the year of work after the budget year."""
    goals, own = coverage(person, cycle), self_evaluation_cover(cycle, person)
    summary = (
        f"{cycle.budget_year}年度应设绩效目标的项目{goals.subjects}项，预算{format_wan(goals.money_fen)}万元；"
        f"已批复目标{goals.approved}项，覆盖资金{format_wan(goals.covered_fen)}万元，占{_ratio(goals.money_ratio)}。"
        f"单位自评应做{own.due}项，已报{own.done}项，覆盖率{_percent(own.rate)}。"
    )
    return Report(
        subject=f"{cycle.place.name}{cycle.budget_year}年度",
        facts=(("预算年度", f"{cycle.budget_year} 年"), ("数据截止", clock.today().isoformat())),
        sections={
            "summary": summary,
            "appraisal": _appraisal(cycle, person),
            "goals": _goals(cycle, person),
            "monitoring": _monitoring(cycle, person),
            "evaluation": _evaluation(cycle),
            "results": _results(cycle),
            "disclosure": _disclosure(cycle),
        },
        issuer=person.organisation_name,
        issued_on=clock.today(),
    )


def _appraisal(cycle: Cycle, person: Person) -> list[str | ReportTable]:
    work_year = cycle.budget_year - 1
    found = appraisal_statistics(person, work_year)
    text = (
        f"{work_year}年开展事前绩效评估{found.count}项，申报{format_wan(found.asked_fen)}万元，"
        f"核减{format_wan(found.cut_fen)}万元。"
    )
    rows = tuple(
        (CONCLUSIONS.get(key, key), str(one.count), format_wan(one.asked_fen), format_wan(one.agreed_fen))
        for key, one in found.by_conclusion.items()
    )
    head = ("结论", "项目", "申报（万元）", "同意（万元）")
    return [text, ReportTable("事前绩效评估结论", head, rows, figures=frozenset({1, 2, 3}))] if rows else [text]


def _goals(cycle: Cycle, person: Person) -> list[str | ReportTable]:
    rows = tuple(
        (name, str(one.subjects), str(one.approved), format_wan(one.covered_fen), _ratio(one.money_ratio))
        for _, name, one in coverage_by_department(person, cycle)
    )
    head = ("主管部门", "应设", "已批复", "覆盖资金（万元）", "占比")
    text = "各主管部门绩效目标批复情况如下。" if rows else "本年度没有应设绩效目标的项目。"
    table = ReportTable("绩效目标覆盖", head, rows, (36, 12, 14, 24, 14), frozenset({1, 2, 3, 4}))
    return [text, table] if rows else [text]


def _monitoring(cycle: Cycle, person: Person) -> list[str | ReportTable]:
    rows = []
    for checkpoint in opened_checkpoints(cycle):
        found = monitoring_statistics(checkpoint, person)
        counts = (found.due, found.reported, found.closed, found.slow, found.off_target)
        rows.append((checkpoint.label, *(str(count) for count in counts)))
    if not rows:
        return ["本年度还没有开启监控。"]
    head = ("监控点", "应监控", "已报送", "已办结", "支出偏慢", "偏离目标")
    return [
        "监控数据中的执行数取自资金台账，偏差由规则判定。",
        ReportTable("运行监控", head, tuple(rows), figures=frozenset(range(1, 6))),
    ]


def _evaluation(cycle: Cycle) -> list[str | ReportTable]:
    work_year = cycle.budget_year + 1
    bands = policy_for(cycle).grades["evaluation"].bands
    rows = []
    for kind, label in Evaluation.KINDS:
        found = evaluation_statistics(cycle.place, work_year, kind)
        counts = [str(found.by_grade.get(band.key, 0)) for band in bands]
        rows.append((label, str(found.count), format_wan(found.amount_fen), *counts))
    head = ("评价类型", "项目", "金额（万元）", *(band.label for band in bands))
    text = f"{work_year}年确认的部门评价、财政评价和事中评价如下。"
    return [text, ReportTable("绩效评价", head, tuple(rows), figures=frozenset(range(1, len(head))))]


def _results(cycle: Cycle) -> str:
    cut = cut_statistics(cycle.place, cycle.budget_year + 2)
    found = rectification_statistics(cycle)
    return (
        f"按评价结果核减{cycle.budget_year + 2}年度预算{cut.items}项，涉及{cut.bodies}个部门，"
        f"核减{format_wan(cut.cut_fen)}万元，占基数的{_percent(cut.rate)}。"
        f"下达整改{found.issued}条，销号{found.closed}条，逾期{found.overdue}条。"
    )


def _disclosure(cycle: Cycle) -> str:
    waiting = waiting_by_kind(cycle).values()
    number, late = sum(one.number for one in waiting), sum(one.late for one in waiting)
    return f"已公开{published_count(cycle)}项，待公开{number}项，其中逾期{late}项。"


REPORT = ReportKind(
    "yearly_report", "年度预算绩效管理情况报告", "向本级政府和人大常委会报告全年工作，数字与各页统计一致", build
)
