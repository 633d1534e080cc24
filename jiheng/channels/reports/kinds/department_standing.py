"""Where every department stands: money, goals, reporting, rectification, disclosure, cuts, assessment."""

from collections import Counter
from decimal import Decimal

from jiheng.channels.reports.report import ReportKind
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.assessment import Share, YearRecord
from jiheng.rules.money import format_wan
from jiheng.rules.scoring.method import plain
from jiheng.stages.assessment.facts import year_records
from jiheng.stages.assessment.queries import grade_label, ranked
from jiheng.stages.evaluation.queries import without_self_evaluation
from jiheng.stages.goals.queries import coverage_by_department
from jiheng.stages.monitoring.queries import current_checkpoint, missing_reports
from jiheng.stages.results.queries import decisions_in, sums_by_department

NOBODY = "没有"


def _ratio(part: int, whole: int) -> str:
    return f"{Decimal(part) * 100 / whole:.1f}%" if whole else "—"


def _share(one: Share) -> str:
    return f"{one.done}/{one.due}" if one.due else "—"


def build(cycle: Cycle, person: Person) -> Report:
    """Gather where the departments stand, in the order of their codes; sums are those of the pages."""
    records = year_records(cycle)
    names = dict(Organisation.objects.filter(pk__in=records).order_by("code").values_list("pk", "name"))
    return Report(
        subject=f"{cycle.place.name}{cycle.budget_year}年度",
        facts=(("预算年度", f"{cycle.budget_year} 年"), ("数据截止", clock.today().isoformat())),
        sections={
            "money": _money(cycle, person, records, names),
            "duties": _duties(records, names),
            "missing": _missing(cycle, person),
            "results": _results(cycle, person),
            "assessment": _assessment(cycle, person),
        },
        issuer=person.organisation_name,
        issued_on=clock.today(),
    )


def _money(
    cycle: Cycle, person: Person, records: dict[int, YearRecord], names: dict[int, str]
) -> list[str | ReportTable]:
    covered = {pk: one for pk, _, one in coverage_by_department(person, cycle)}
    rows = []
    for pk, name in names.items():
        record, goals = records[pk], covered.get(pk)
        rows.append(
            (
                name,
                format_wan(record.budget),
                format_wan(record.paid),
                _ratio(record.paid, record.budget),
                f"{goals.approved}/{goals.subjects}" if goals else "—",
                _ratio(goals.covered_fen, goals.money_fen) if goals else "—",
            )
        )
    if not rows:
        return ["本年度还没有项目。"]
    head = ("主管部门", "预算（万元）", "支出（万元）", "执行率", "已批复目标", "覆盖资金")
    total = format_wan(sum(one.budget for one in records.values()))
    paid = format_wan(sum(one.paid for one in records.values()))
    text = f"{len(rows)}个部门，项目预算合计{total}万元，支出{paid}万元。"
    return [text, ReportTable("", head, tuple(rows), (32, 16, 16, 11, 13, 12), frozenset(range(1, 6)))]


def _duties(records: dict[int, YearRecord], names: dict[int, str]) -> list[str | ReportTable]:
    rows = tuple(
        (
            name,
            _share(records[pk].goals_on_time),
            _share(records[pk].monitoring_on_time),
            _share(records[pk].self_evaluated),
            _share(records[pk].rectified),
            _share(records[pk].disclosed_on_time),
        )
        for pk, name in names.items()
    )
    if not rows:
        return ["本年度还没有应办的事项。"]
    head = ("主管部门", "目标按时报送", "监控按时报送", "自评已报", "整改按期销号", "目标按时公开")
    text = "各栏为“按规定办理的数目/应办的数目”，没有到期的不计。"
    return [text, ReportTable("", head, rows, (32, 14, 14, 12, 14, 14), frozenset(range(1, 6)))]


def _missing(cycle: Cycle, person: Person) -> list[str | ReportTable]:
    counted: Counter[tuple[str, str, str]] = Counter()
    checkpoint = current_checkpoint(cycle)
    if checkpoint is not None and checkpoint.due < clock.today():
        for report in missing_reports(checkpoint, person):
            year = report.subject_year
            counted[year.department.name, year.unit.name, f"监控表（{checkpoint.label}）"] += 1
    for year in without_self_evaluation(cycle).select_related("unit", "department"):
        counted[year.department.name, year.unit.name, "绩效自评"] += 1
    rows = tuple((*key, str(number)) for key, number in sorted(counted.items()))
    if not rows:
        return [NOBODY + "未按规定报送的单位。"]
    table = ReportTable("", ("主管部门", "单位", "没有报送", "项目"), rows, (30, 34, 26, 10), frozenset({3}))
    return ["以下单位至今没有报送：", table]


def _results(cycle: Cycle, person: Person) -> list[str | ReportTable]:
    sums = sums_by_department(decisions_in(person, cycle))
    rows = tuple(
        (one.department, str(one.items), str(one.cut_items), format_wan(one.base_fen), format_wan(one.cut_fen))
        for one in sums
    )
    if not rows:
        return ["还没有作出处理决定的评价结果。"]
    head = ("主管部门", "已决定", "其中核减", "基数（万元）", "核减（万元）")
    return [ReportTable("", head, rows, (36, 12, 12, 20, 20), frozenset({1, 2, 3, 4}))]


def _assessment(cycle: Cycle, person: Person) -> list[str | ReportTable]:
    confirmed = ranked(person, cycle).filter(confirmed_on__isnull=False).order_by("-total", "pk")
    rows = tuple(
        (str(one.rank), one.department.name, plain(one.total), grade_label(one)) for one in confirmed
    )
    if not rows:
        return ["考核结果还没有确认。"]
    return [ReportTable("", ("名次", "主管部门", "总分", "等级"), rows, (12, 54, 18, 16), frozenset({2}))]


REPORT = ReportKind(
    "department_standing", "部门预算绩效管理情况", "按部门列出资金、目标、报送、整改、公开、核减和考核，没有报送的单位逐一列名", build
)
