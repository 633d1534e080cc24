"""The years that a multi-year evaluation covers: money, execution and goals reached, from the records of each."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.registers.budgets.queries import Balance, balance
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_wan, round_half_up
from jiheng.rules.multi_year import Covered, span_refusals
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import plain
from jiheng.stages.evaluation.judging import grade_label
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.goals.models import Goal


@dataclass(frozen=True)
class YearFacts:
    """One covered year as its records tell it; money in fen. Rows without points are not counted as judged."""

    year: SubjectYear
    money: Balance
    goal: Goal | None
    own: SelfEvaluation | None
    judged: int
    reached: int
    results: tuple[str, ...]

    @property
    def rate(self) -> Decimal | None:
        """Payments in per cent of the budget, two decimals; None without a budget."""
        budget = self.money.budget
        return round_half_up(Decimal(self.money.executed) * 100 / Decimal(budget)) if budget > 0 else None

    @property
    def own_words(self) -> str:
        """The unit's own score with what the bureau made of it."""
        if self.own is None or self.own.total is None:
            return ""
        again = self.own.recheck_total
        words = f"{plain(self.own.total)} 分，{grade_label(self.own, self.own.grade)}"
        return words + (f"；复核 {plain(again)} 分" if again is not None else "")

    @property
    def reached_words(self) -> str:
        """How many indicators came up to their goal."""
        return f"{self.reached} / {self.judged} 项" if self.judged else ""


def years_recorded(year: SubjectYear) -> list[SubjectYear]:
    """Return the years of the same subject that are on record, up to this one, the first one first."""
    found = SubjectYear.objects.filter(subject_id=year.subject_id, budget_year__lte=year.budget_year)
    found = found.exclude(library_state__in=("proposed", "refused"))
    return list(found.select_related("cycle__snapshot", "cycle__place").defer("cycle__snapshot__content").order_by("budget_year"))


def order_refusals(year: SubjectYear, span: str, first: int, today: date) -> list[Refusal]:
    """Return what is against evaluating a subject from `first` to this year; the years of the record decide."""
    rule = rule_in(year.cycle, "evaluation_multi_year")
    clause = str(rule.clause) if rule is not None else clause_in(year.cycle, "workflows.evaluation")
    rows = years_recorded(year)
    covered = Covered(
        first, year.budget_year, year.first_year, year.last_year, {one.budget_year for one in rows},
        any(one.is_major for one in rows if one.budget_year >= first),
    )  # fmt: skip
    known = [one for one in rule.value if isinstance(one, dict)] if rule is not None else []
    return span_refusals(span, covered, today, known, clause)


def facts_of(year: SubjectYear) -> YearFacts:
    """Return what the records of one year say: its ledger to the year's end, its goal, its results."""
    goal = Goal.objects.filter(subject_year=year, state="approved", current=True).first()
    own = SelfEvaluation.objects.filter(subject_year=year).exclude(state="draft").first()
    judged = reached = 0
    if own is not None:
        own.cycle = year.cycle
        rows = [(one.points, one.indicator.weight) for one in own.lines.select_related("indicator") if one.points is not None]
        judged, reached = len(rows), sum(points >= weight for points, weight in rows)
    confirmed = Evaluation.objects.filter(subject_year=year, state="confirmed", span="").order_by("pk")
    results = tuple(f"{one.get_kind_display()} {plain(one.total)} 分" for one in confirmed if one.total is not None)
    return YearFacts(year, balance(year.pk, date(year.budget_year, 12, 31)), goal, own, judged, reached, results)


def facts_between(year: SubjectYear, first: int) -> list[YearFacts]:
    """Return the facts of a subject's years from `first` to this one."""
    return [facts_of(one) for one in years_recorded(year) if one.budget_year >= first]


def years_of(record: Evaluation) -> list[YearFacts]:
    """Return the facts of each year that a multi-year evaluation covers; empty for one of a single year."""
    return facts_between(record.subject_year, record.first_year) if record.first_year is not None else []


def money_of(rows: list[YearFacts]) -> tuple[int, int]:
    """Return budget and payments of the covered years together, in fen."""
    return sum(one.money.budget for one in rows), sum(one.money.executed for one in rows)


def told(rows: list[YearFacts]) -> str:
    """Return the covered years in sentences, for the draft of a report."""
    if not rows:
        return ""
    lines = ["各年度预算、执行和绩效目标实现情况："]
    for one in rows:
        rate = f"，执行率 {one.rate}%" if one.rate is not None else ""
        words = (
            f"{one.year.budget_year} 年全年预算 {format_wan(one.money.budget)} 万元，执行 {format_wan(one.money.executed)} 万元{rate}"
        )
        words += f"；绩效指标达到 {one.reached} 项，共 {one.judged} 项" if one.judged else "；没有报出的自评"
        words += f"；自评 {one.own_words}" if one.own_words else ""
        lines.append(words + "".join(f"；{result}" for result in one.results) + "。")
    budget, executed = money_of(rows)
    lines.append(f"合计预算 {format_wan(budget)} 万元，执行 {format_wan(executed)} 万元。")
    return "\n".join(lines)
