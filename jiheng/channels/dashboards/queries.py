"""The overview put together: figures with their clauses, cover by department and by book, the flow of money."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from jiheng.channels.dashboards.access import sees_place_figures
from jiheng.channels.dashboards.facts import Facts, Row, gather
from jiheng.channels.dashboards.metric import Figure, Metric
from jiheng.channels.dashboards.metrics import found as all_metrics
from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.subjects.labels import book_label

PLACE_ONLY = {"overdue_rectification", "unpublished"}


@dataclass(frozen=True)
class Shown:
    """A metric as the page draws it."""

    metric: Metric
    figure: Figure
    clause: str


@dataclass(frozen=True)
class CoverLine:
    """One department or budget book: number, money (fen), and the covered shares in per cent."""

    key: str
    label: str
    count: int
    budget_fen: int
    paid_fen: int
    goal: Decimal | None
    reported: Decimal | None
    self_evaluated: Decimal | None
    evaluated: Decimal | None


@dataclass(frozen=True)
class FlowStep:
    """One step of the year's money, in fen."""

    label: str
    fen: int
    note: str


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    facts: Facts
    figures: tuple[Shown, ...]
    departments: tuple[CoverLine, ...]
    books: tuple[CoverLine, ...]
    flow: tuple[FlowStep, ...]


def overview(cycle: Cycle, person: Person) -> Overview:
    """Compute the overview of a cycle for a person."""
    facts = gather(cycle, person)
    metrics = [one for one in all_metrics() if sees_place_figures(person) or one.key not in PLACE_ONLY]
    rules = rules_at(cycle)
    shown = []
    for metric in metrics:
        value = rules.get(metric.rule) if metric.rule else None
        shown.append(Shown(metric, metric.compute(facts), str(value.clause) if value else ""))
    departments: dict[tuple[str, str], list[Row]] = defaultdict(list)
    books: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in facts.rows:
        departments[str(row.department), row.department_name].append(row)
        books[row.book, book_label(row.book)].append(row)
    lines = [cover_line(key, label, rows) for (key, label), rows in departments.items()]
    lines.sort(key=lambda line: -line.budget_fen)
    by_book = tuple(cover_line(key, label, rows) for (key, label), rows in sorted(books.items()))
    return Overview(facts, tuple(shown), tuple(lines), by_book, flow_of(facts))


def cover_line(key: str, label: str, rows: list[Row]) -> CoverLine:
    """Add up the rows of one department or book; shares are by money."""
    whole = sum(row.budget_fen for row in rows)

    def covered(name: str) -> Decimal | None:
        part = sum(row.budget_fen for row in rows if getattr(row, name))
        return Decimal(part) / whole if whole else None

    paid = sum(row.money.executed for row in rows)
    shares = [covered(name) for name in ("goal", "reported", "self_evaluated", "evaluated")]
    return CoverLine(key, label, len(rows), whole, paid, *shares)


def flow_of(facts: Facts) -> tuple[FlowStep, ...]:
    """Return the year's money from asked to spent and taken back."""
    rows = facts.rows
    taken = -sum(row.money.cut + row.money.recapture for row in rows)
    return (
        FlowStep("申报", sum(row.asked_fen for row in rows), "项目申报金额"),
        FlowStep("评估同意", sum(row.agreed_fen for row in rows), "事前评估同意金额；不须评估的按申报"),
        FlowStep("年初预算", sum(row.money.initial for row in rows), "台账"),
        FlowStep("核减收回", taken, "依据评价结果的决定"),
        FlowStep("全年预算", facts.total(), "年初、调整、核减、收回的合计"),
        FlowStep("已支出", sum(row.money.executed for row in rows), "台账支付"),
    )
