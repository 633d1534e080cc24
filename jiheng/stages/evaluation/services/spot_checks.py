"""The one write of a spot check: a drawn monitoring report held against the source data, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.rules.reading import Problem, read_number
from jiheng.rules.refusal import Refusal
from jiheng.rules.spot_check import compare
from jiheng.stages.evaluation.access import draw_of, may_spot_check, spot_check_clause
from jiheng.stages.evaluation.models import SpotCheck
from jiheng.stages.monitoring.models import MonitoringReport, Reading

LONGEST_VALUE, LONGEST_SOURCE, LONGEST_OPINION = 200, 300, 1000
Row = dict[str, str | bool]


@dataclass(frozen=True)
class Checked:
    """What the source data says of one value, and where that was found.

    `untrue` is the judgement of the person who checked, used where the report tells no number.
    """

    verified: str
    source: str
    untrue: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing was written: the value was not checked."""
        return not self.verified.strip() and not self.source.strip()


def tolerance_in(cycle: Cycle) -> Decimal:
    """Return the difference that is allowed, per cent; none where the rules do not name one."""
    rule = rule_in(cycle, "monitoring_spot_check_tolerance")
    return Decimal(str(rule.value)) if rule is not None and rule.value is not None else Decimal(0)


def spot_check(
    *, report: MonitoringReport, checked: Mapping[int, Checked], opinion: str, person: Person
) -> SpotCheck:
    """Keep what was found of a drawn report: reading → what the source says; the unit and its department are told.

    核对一项或几项：写明核实值和原始数据的出处；数值由系统比对，超过容许误差的为不实；文字由核对人判断。一次办理、不能更改。Raises
    Refused with everything that is wrong.
    """
    require(may_spot_check(person, report))
    clause, tolerance = spot_check_clause(report.cycle), tolerance_in(report.cycle)
    problems: list[Refusal] = []
    rows: list[Row] = []
    for reading in report.readings.select_related("indicator"):
        told = checked.get(reading.pk)
        if told is None or told.blank:
            continue
        wrong = _problems(reading, told, clause)
        problems += wrong
        if not wrong:
            rows.append(_row(reading, told, tolerance))
    if not rows and not problems:
        problems.append(Refusal("至少核对一项指标的数据", clause, "填写核实值和原始数据出处"))
    words = opinion.strip()
    if not words or len(words) > LONGEST_OPINION:
        problems.append(Refusal(f"须写明核对意见，不超过 {LONGEST_OPINION} 字", clause, "请填写核对意见", "opinion"))
    drawn = draw_of(report)
    if problems or drawn is None:
        raise Refused(problems)
    untrue = any(row["untrue"] for row in rows)
    with act(person):
        # The row is the lock: of two people who check at once the second waits and then sees it done.
        MonitoringReport.objects.select_for_update().get(pk=report.pk)
        require(may_spot_check(person, report))
        made = SpotCheck.objects.create(
            place_id=report.place_id,
            draw=drawn,
            report=report,
            rows=rows,
            untrue=untrue,
            opinion=words,
            tolerance=tolerance,
            clause=clause,
            made_on=clock.today(),
            made_by=str(person),
        )
        detail = {"checked": len(rows), "untrue": sum(bool(row["untrue"]) for row in rows), "comment": words}
        record("evaluation.spot_check", made, detail, clause)
        year = report.subject_year
        text = f"{year.name}：{report.checkpoint}监控数据抽查，{'有不实数据' if untrue else '核对属实'}"
        for body, role in ((year.unit, "unit_project"), (year.department, "department_reviewer")):
            link = f"/evaluation/spot-checks/{made.pk}/"
            notify(organisation=body, role=role, text=text, link=link, about=made)
    return made


def _problems(reading: Reading, told: Checked, clause: str) -> list[Refusal]:
    name, found = reading.indicator.name, []
    if not told.verified.strip():
        found.append(Refusal(f"“{name}”没有写核实值", clause, "填写原始数据里的数", f"verified-{reading.pk}"))
    elif reading.actual is not None and isinstance(read_number(told.verified), Problem):
        found.append(Refusal(f"“{name}”的核实值不是数", clause, "填报的是数，核实值也填数", f"verified-{reading.pk}"))
    if not told.source.strip():
        remedy = "如验收单、支付凭证、台账的名称和编号"
        found.append(Refusal(f"“{name}”没有写原始数据的出处", clause, remedy, f"source-{reading.pk}"))
    if len(told.verified) > LONGEST_VALUE or len(told.source) > LONGEST_SOURCE:
        words = f"“{name}”的核实值不超过 {LONGEST_VALUE} 字，出处不超过 {LONGEST_SOURCE} 字"
        found.append(Refusal(words, clause, "写短一些", f"source-{reading.pk}"))
    return found


def _row(reading: Reading, told: Checked, tolerance: Decimal) -> Row:
    row: Row = {
        "reading": str(reading.pk),
        "name": reading.indicator.name,
        "unit": reading.indicator.unit,
        "reported": reading.actual_text,
        "verified": told.verified.strip(),
        "source": told.source.strip(),
        "deviation": "",
        "untrue": told.untrue,
        "calculation": "由核对人判断",
    }
    verified = read_number(told.verified)
    if reading.actual is not None and not isinstance(verified, Problem):
        result = compare(reading.actual, Decimal(verified), tolerance)
        row |= {"untrue": result.untrue, "calculation": result.calculation}
        row["deviation"] = "" if result.deviation is None else str(result.deviation)
    return row
