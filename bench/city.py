"""A made-up city of 郑州's size, written straight into the tables for measuring.

The ground (place, people who look, rules frozen for the budget year) comes through the services. The mass
(units, projects, goals with their indicators, money, readings, self-evaluations) is inserted in bulk: no
service ran, so these rows have no history in the chain. Never use it for anything but measuring.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db import models, transaction

from bench.amounts import amount_fen
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.services import appoint, create_organisation, create_place, create_user
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.policies.services import confirm_all
from jiheng.registers.subjects.models import Subject, SubjectYear
from jiheng.rules.monitoring import deviations, forecast_execution, light_of
from jiheng.rules.policy import load_policy
from jiheng.stages.evaluation.judging import Judged, judged
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services.self_evaluations import LineData, execution_points
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.targets import read_row
from jiheng.stages.monitoring.facts import monitoring_facts, monitoring_lines
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport, Reading, Warning
from jiheng.stages.monitoring.services.filling import ReadingData, fill

PACK = "ningxia-yanchi"  # the pack under which the city works; its size is 郑州's, its rules are not
UNITS, PROJECTS = 334, 1516  # 郑州's budget units and projects
UNITS_A_DEPARTMENT = 5
BUDGET_YEAR = 2023
BEGINNING, OPENED = date(2020, 1, 1), date(2022, 11, 1)
BATCH = 2000
SECTORS = ("教育", "卫生健康", "农业", "城乡社区", "交通运输", "社会保障", "科技", "文化")
NAMES = (
    "设备更新采购项目",
    "设施管护及维修改造项目",
    "公共服务补助资金",
    "信息系统运行维护项目",
    "能力提升建设工程（二期）",
    "人才培训与宣传推广项目",
)
# Level 1, level 2, name, target as typed, unit, points, actual as typed (mostly met), the same missed.
ROWS: tuple[tuple[str, str, str, str, str, int, str, str], ...] = (
    ("产出指标", "数量指标", "完成建设任务数量", "≥120", "项", 10, "126", "108"),
    ("产出指标", "数量指标", "培训人次", "≥2400", "人次", 6, "2400", "2210"),
    ("产出指标", "质量指标", "验收合格率", "=100", "%", 8, "100", "96"),
    ("产出指标", "质量指标", "设备完好率", "≥95", "%", 6, "97.5", "91"),
    ("产出指标", "时效指标", "年度任务完成时间", "2023年12月20日前", "", 8, "2023-12-11", "2023-12-27"),
    ("产出指标", "时效指标", "资金拨付及时率", "≥95", "%", 4, "98", "90"),
    ("产出指标", "成本指标", "单位成本", "≤8000", "元", 8, "7850", "8420"),
    ("效益指标", "社会效益指标", "受益对象覆盖率", "≥90", "%", 10, "92", "83"),
    ("效益指标", "社会效益指标", "安全事故发生数", "=0", "起", 6, "0", "1"),
    ("效益指标", "生态效益指标", "能耗下降比例", "3%至5%", "%", 6, "4.1", "2.2"),
    ("效益指标", "可持续影响指标", "管护制度健全性", "制度健全，有专人负责，有记录可查", "", 8, "制度已印发", "制度未印发"),
    ("满意度指标", "服务对象满意度指标", "服务对象满意度", "≥90", "%", 10, "93.2", "86"),
)
SIZED = {"项", "人次", "元"}
"""Units of rows whose figures differ from project to project."""
RowT = TypeVar("RowT", bound=models.Model)


@dataclass(frozen=True)
class City:
    """What was built: who looks at it, and which budget year."""

    place: Place
    cycle: Cycle
    people: dict[str, Person]
    projects: int


def build(
    *, units: int = UNITS, projects: int = PROJECTS, goals: bool = True, evaluated: bool = True, seed: int = 1
) -> City:
    """Build a city: bodies and projects; with `goals` also goals and money; with `evaluated` also the rest.

    The rest: readings of two quarters, self-evaluations with scored rows, an evaluation of one project in eight.
    """
    luck = random.Random(seed)
    with transaction.atomic(), clock.at(OPENED):
        place = create_place(code=PACK, name="示例市", region_code="410100")
        people = _people(place)
        office = people["performance_office"]
        confirm_all(policy=load_policy(PACK), place=place, ground="测量", person=office)
        cycle = open_cycle(place=place, budget_year=BUDGET_YEAR, person=office)
        bodies = _bodies(place, units)
        years = _years(cycle, bodies, projects, luck)
        made = _goals(cycle, years) if goals else []
        indicators = _indicators(made, luck)
        if goals:
            _ledger(years, luck)
        if goals and evaluated:
            approved = [goal for goal in made if goal.state == "approved"]
            rows = [indicators[goal.pk] for goal in approved]
            _readings(cycle, approved, rows, luck)
            _self_evaluations(cycle, approved, rows, luck)
            _evaluations(cycle, approved, bodies, luck)
    return City(place, cycle, people, projects)


def promise(built: City, fen: int) -> None:
    """Give every project an approved goal of so much money, without rows: what the ledger's gate asks for."""
    years = list(built.cycle.subject_years.order_by("pk"))
    with transaction.atomic(), clock.at(OPENED):
        goals = _goals(built.cycle, years)
        for goal in goals:
            goal.state, goal.approved_on, goal.fiscal_fen = "approved", OPENED, fen
        Goal.objects.bulk_update(goals, ["state", "approved_on", "fiscal_fen"], batch_size=BATCH)


def kept(rows: Iterator[RowT] | Sequence[RowT], model: type[RowT]) -> list[RowT]:
    """Insert in batches and return the rows with their keys."""
    made: list[RowT] = []
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        made += model._default_manager.bulk_create(batch)
    return made


def _people(place: Place) -> dict[str, Person]:
    bureau = create_organisation(
        place=place, code="bureau", name="示例市财政局", kind="bureau", valid_from=BEGINNING
    )
    found = {}
    for role in ("performance_office", "division", "treasury", "bureau_leader"):
        user = create_user(username=f"bench.{role}", name=role, password=None)
        found[role] = person_of(appoint(user=user, organisation=bureau, role=role, valid_from=BEGINNING))
    return found


def _bodies(place: Place, units: int) -> list[Organisation]:
    count = max(1, units // UNITS_A_DEPARTMENT)
    departments = kept(
        [
            Organisation(
                place=place, code=f"{number:03d}", name=f"示例市第{number}局", kind="department", valid_from=BEGINNING
            )
            for number in range(1, count + 1)
        ],
        Organisation,
    )
    return kept(
        [
            Organisation(
                place=place,
                code=f"{departments[number % count].code}{number:04d}",
                name=f"{departments[number % count].name}所属单位{number}",
                kind="unit",
                parent=departments[number % count],
                valid_from=BEGINNING,
            )
            for number in range(units)
        ],
        Organisation,
    )


def _years(cycle: Cycle, units: list[Organisation], projects: int, luck: random.Random) -> list[SubjectYear]:
    subjects = kept(
        [
            Subject(place=cycle.place, code=f"410100{number:08d}", kind="project")
            for number in range(1, projects + 1)
        ],
        Subject,
    )
    made = []
    for number, subject in enumerate(subjects):
        unit = units[number % len(units)]
        made.append(
            SubjectYear(
                place=cycle.place,
                subject=subject,
                cycle=cycle,
                budget_year=BUDGET_YEAR,
                kind="project",
                name=f"{unit.name}{NAMES[number % len(NAMES)]}（{number + 1}）",
                unit=unit,
                department=unit.parent or unit,
                change="new" if number % 9 == 0 else "continuing",
                sector=SECTORS[number % len(SECTORS)],
                first_year=BUDGET_YEAR,
                last_year=BUDGET_YEAR,
                requested_fen=amount_fen(luck),
                library_state="budgeted",
                overview="建设内容、规模和资金需求见申报材料。",
                basis="本级年度工作计划",
            )
        )
    return kept(made, SubjectYear)


def _goals(cycle: Cycle, years: list[SubjectYear]) -> list[Goal]:
    states = ("approved",) * 9 + ("performance",)
    return kept(
        [
            Goal(
                place=cycle.place,
                state=states[number % len(states)],
                created_at=clock.now(),
                moved_at=clock.now(),
                cycle=cycle,
                subject_year=year,
                scope="project",
                objective=f"按期完成{year.name}的年度任务，质量合格，对象满意。",
                fiscal_fen=year.requested_fen,
                approved_on=OPENED if number % len(states) < 9 else None,
            )
            for number, year in enumerate(years)
        ],
        Goal,
    )


def _patterns() -> list[dict[str, Any]]:
    """Return the twelve rows as the goal form would store them: target, sign, unit and method read once."""
    found = []
    for position, (level1, level2, name, target, unit, points, *_) in enumerate(ROWS, start=1):
        row = GoalIndicator(
            position=position,
            level1=level1,
            level2=level2,
            name=name,
            target_text=target,
            unit=unit,
            weight=Decimal(points),
            free_reason="测量",
            standard="年度工作计划",
            data_source="业务台账",
        )
        read_row(row, BUDGET_YEAR)
        if not row.method:
            raise ValueError(f"“{name}”没有计分方法")
        columns = [one.attname for one in GoalIndicator._meta.concrete_fields]
        found.append({one: getattr(row, one) for one in columns if one not in {"id", "goal_id", "lineage"}})
    return found


def _indicators(goals: list[Goal], luck: random.Random) -> dict[int, list[GoalIndicator]]:
    """Give every goal the twelve rows; counts and amounts are as large as the project happens to be."""
    patterns = _patterns()

    def rows() -> Iterator[GoalIndicator]:
        for goal in goals:
            size = luck.randint(1, 400)
            for one in patterns:
                if one["unit"] in SIZED:
                    target = int(one["value"]) * size // 10
                    sized = {"target_text": f"{one['target_text'][0]}{target}", "value": Decimal(target)}
                    yield GoalIndicator(goal=goal, **(one | sized))
                else:
                    yield GoalIndicator(goal=goal, **one)

    made = kept(rows(), GoalIndicator)
    width = len(patterns)
    return {goal.pk: made[at * width : (at + 1) * width] for at, goal in enumerate(goals)}


def _ledger(years: list[SubjectYear], luck: random.Random) -> None:
    def entries() -> Iterator[LedgerEntry]:
        for year in years:
            common: dict[str, Any] = {
                "place_id": year.place_id,
                "subject_year": year,
                "budget_year": BUDGET_YEAR,
                "book": year.book,
                "source": "fiscal",
            }
            yield LedgerEntry(kind="initial", amount_fen=year.requested_fen, day=date(2023, 1, 31), **common)
            for month in (3, 6, 9, 12):
                spent = year.requested_fen * luck.randint(15, 25) // 100
                yield LedgerEntry(kind="payment", amount_fen=spent, day=date(2023, month, 25), **common)

    kept(entries(), LedgerEntry)


def _readings(
    cycle: Cycle, goals: list[Goal], rows: list[list[GoalIndicator]], luck: random.Random
) -> None:
    lines = monitoring_lines(cycle)
    for key, label, day in (("q1", "第一季度", date(2023, 3, 31)), ("q2", "第二季度", date(2023, 6, 30))):
        point = Checkpoint.objects.create(cycle=cycle, key=key, label=label, as_of=day, due=day)
        reports: list[MonitoringReport] = []
        readings: list[Reading] = []
        warnings: list[Warning] = []
        for goal, indicators in zip(goals, rows, strict=True):
            report = MonitoringReport(
                place=cycle.place,
                state="closed" if luck.random() < 0.9 else "department",
                created_at=clock.now(),
                cycle=cycle,
                checkpoint=point,
                goal=goal,
                subject_year=goal.subject_year,
                budget_fen=goal.fiscal_fen,
                executed_fen=goal.fiscal_fen * luck.randint(day.month * 6, day.month * 9) // 100,
                note="按计划推进",
            )
            said = [_said(report, indicator, day, luck) for indicator in indicators]
            facts = monitoring_facts(report, said)
            found, forecast = deviations(facts, lines), forecast_execution(facts)
            report.light, report.expected_fen = light_of(found), int(forecast.value) if forecast else None
            by_row = {str(one.indicator_id): one for one in said}
            warnings += [
                Warning(
                    report=report, reading=by_row.get(one.where), rule=one.rule, light=one.light, fact=one.fact[:300],
                    clause=one.clause[:300],
                )
                for one in found
            ]  # fmt: skip
            reports.append(report)
            readings += said
        kept(reports, MonitoringReport)
        kept(readings, Reading)
        kept(warnings, Warning)


def _said(report: MonitoringReport, indicator: GoalIndicator, day: date, luck: random.Random) -> Reading:
    """Return what a unit says of a row at a checkpoint: counts as far as the year is, rates as they are."""
    row = Reading(report=report, indicator=indicator)
    text = "按计划推进"
    if indicator.value is not None:
        share = luck.randint(day.month * 7, day.month * 10) if indicator.unit in SIZED else luck.randint(880, 1040) / 10
        text = f"{float(indicator.value) * share / 100:.1f}"
    fill(row, ReadingData(text, likelihood=luck.choice(("certain",) * 9 + ("possible",))))
    return row


def typed(row: GoalIndicator, number: int, luck: random.Random) -> LineData:
    """Return what a unit types at the end of the year for the row at `number` of `ROWS`; one in five is missed."""
    *_, target, unit, points, met, short = ROWS[number]
    missed = luck.random() < 0.2
    text, reason = short if missed else met, "部分任务顺延，已制定补救措施" if missed else ""
    if target.startswith("制度"):
        return LineData(text, "achieved", Decimal(points) * (81 if missed else 95) / 100)
    if unit in SIZED and row.value is not None:
        share = luck.randint(700, 990) if missed else luck.randint(1000, 1150)
        return LineData(str(row.value * share // 1000), reason=reason)
    if unit == "%" and not missed:
        return LineData(f"{float(text) - luck.randint(0, 20) / 10:g}", reason=reason)
    return LineData(text, reason=reason)


def _self_evaluations(
    cycle: Cycle, goals: list[Goal], rows: list[list[GoalIndicator]], luck: random.Random
) -> None:
    told: list[list[tuple[LineData, Judged]]] = []
    for indicators in rows:
        said = [typed(row, number, luck) for number, row in enumerate(indicators)]
        told.append([(data, judged(row, data, BUDGET_YEAR)) for row, data in zip(indicators, said, strict=True)])
    table = load_policy(PACK).grades["evaluation"]
    records = []
    for goal, answers in zip(goals, told, strict=True):
        executed = goal.fiscal_fen * luck.randint(80, 100) // 100
        points, note = execution_points(goal.fiscal_fen, executed, Decimal(10), None)
        total = (points or Decimal(0)) + sum((_points(found) for _, found in answers), Decimal(0))
        records.append(
            SelfEvaluation(
                place=cycle.place,
                state="accepted",
                created_at=clock.now(),
                cycle=cycle,
                work_year=BUDGET_YEAR + 1,
                subject_year=goal.subject_year,
                goal=goal,
                initial_fen=goal.fiscal_fen,
                budget_fen=goal.fiscal_fen,
                executed_fen=executed,
                execution_points=points,
                execution_note=note[:200],
                actual_objective="年度任务基本完成，质量验收合格。",
                total=total,
                grade=table.grade(total).key,
            )
        )
    made = kept(records, SelfEvaluation)

    def lines() -> Iterator[SelfLine]:
        for record, indicators, answers in zip(made, rows, told, strict=True):
            for indicator, (data, found) in zip(indicators, answers, strict=True):
                yield SelfLine(
                    evaluation=record,
                    indicator=indicator,
                    actual_text=data.actual_text,
                    actual=found.number,
                    tier=data.tier,
                    claimed=data.claimed,
                    points=_points(found),
                    calculation=found.points.explanation[:300] if found.points else "",
                    reason=data.reason,
                )

    kept(lines(), SelfLine)


def _points(found: Any) -> Decimal:
    if found.points is None:
        raise ValueError(str(found.problem))
    points: Decimal = found.points.points
    return points


def _evaluations(cycle: Cycle, goals: list[Goal], units: list[Organisation], luck: random.Random) -> None:
    table = load_policy(PACK).grades["evaluation"]
    made = []
    for goal in goals[::8]:
        total = Decimal(luck.randint(5500, 9800)) / 100
        made.append(
            Evaluation(
                place=cycle.place,
                state="confirmed",
                created_at=clock.now(),
                cycle=cycle,
                work_year=BUDGET_YEAR + 1,
                evaluated_year=BUDGET_YEAR,
                subject_year=goal.subject_year,
                goal=goal,
                kind="fiscal",
                scorecard="project_evaluation",
                amount_fen=goal.fiscal_fen,
                evaluator=units[0],
                due=date(2024, 6, 30),
                total=total,
                grade=table.grade(total).key,
                confirmed_on=date(2024, 6, 20),
            )
        )
    kept(made, Evaluation)
