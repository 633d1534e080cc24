"""Self-evaluation (F5), score sheet (F7) and evaluation report as data for the writers of documents."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.report import Part, Report, ReportTable
from jiheng.registers.budgets.queries import Balance, by_source
from jiheng.registers.cycles.queries import policy_for, value_in
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.money import format_wan, round_half_up
from jiheng.rules.policy.outline import Outline
from jiheng.rules.scoring.method import plain
from jiheng.stages.evaluation.access import evaluation_workflow, self_workflow
from jiheng.stages.evaluation.judging import actual_words
from jiheng.stages.evaluation.models import Evaluation, SelfEvaluation
from jiheng.stages.evaluation.queries import Signed, halves_signed, level_totals, score_rows, signatures_for
from jiheng.stages.evaluation.reviews.queries import Review, reviews_of
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.evaluation.services.self_evaluations import hash_of as self_hash
from jiheng.stages.evaluation.signed import hash_of as evaluation_hash
from jiheng.stages.evaluation.years import money_of, years_of
from jiheng.stages.goals.queries import value_words

APPROPRIATION = {"fiscal", "upper", "bond"}
CARRIED = {"carryover"}


def rate_of(budget: int, executed: int) -> Decimal | None:
    """Return payments in per cent of the budget, two decimals; None without a budget."""
    return round_half_up(Decimal(executed) * 100 / Decimal(budget)) if budget > 0 else None


def _foot(signed: list[Signed]) -> tuple[str | None, date | None]:
    """Return the names under a form and the day of the last signature."""
    names = "、".join(one.who.split("（")[0] for one in signed)
    return names or None, localtime(max(one.at for one in signed)).date() if signed else None


def signed_foot(evaluation: SelfEvaluation) -> tuple[str | None, date | None]:
    """Return who signed the self-evaluation for the unit, and the day of the last signature that still stands."""
    workflow = self_workflow(evaluation)
    signed = signatures_for(evaluation, workflow, self_hash(evaluation))
    halves = [half.signed for half in halves_signed(signed, workflow, {})]
    return _foot([one for one in halves if one is not None and not one.void])


# --- F5


def self_form(evaluation: SelfEvaluation) -> tuple[FormDefinition, FormData]:
    """Return the official self-evaluation form with its data; amounts in fen, all from the ledger."""
    definition = policy_for(evaluation.cycle).forms["F5"]
    year = evaluation.subject_year
    names, day = signed_foot(evaluation)
    return definition, {
        "year": year.budget_year,
        "project_name": year.name,
        "department": year.department.name,
        "unit": year.unit.name,
        "money": _money(evaluation),
        "goal": evaluation.goal.objective or None,
        "result": evaluation.actual_objective or None,
        "indicators": [
            {
                "level1": line.indicator.level1,
                "level2": line.indicator.level2,
                "name": line.indicator.name,
                "target": value_words(line.indicator) or None,
                "actual": actual_words(line) or None,
                "points": line.indicator.weight,
                "score": line.points,
                "reason": line.reason or None,
            }
            for line in evaluation.lines.select_related("indicator")
        ],
        "filled_by": names,
        "headed_by": None,
        "filled_on": day,
    }


def printed_self_form(evaluation: SelfEvaluation) -> tuple[FormDefinition, FormData]:
    """Return the official form as it is handed in, with the reason of the deviation in execution.

    The form has no box of its own for it: it stands in the form's column 偏差原因分析及改进措施, on a row of
    its own after the indicators, without points, since they are counted in the block of money.
    """
    definition, data = self_form(evaluation)
    if evaluation.execution_reason:
        rate = rate_of(evaluation.budget_fen, evaluation.executed_fen)
        row = {
            "level1": "预算执行",
            "level2": "预算执行率",
            "name": "全年执行数占全年预算数的比例（得分见上）",
            "actual": f"{rate}%" if rate is not None else None,
            "reason": evaluation.execution_reason,
        }
        data = {**data, "indicators": [*data["indicators"], row]}
    return definition, data


def _money(evaluation: SelfEvaluation) -> dict[str, dict[str, Any]]:
    """Return the money block: the total as scored, and its parts by source from the ledger."""
    rate = rate_of(evaluation.budget_fen, evaluation.executed_fen)
    scored = evaluation.execution_points is not None
    weight = Decimal(str(value_in(evaluation.cycle, "self_evaluation_weights").value["execution"]))
    rows: dict[str, dict[str, Any]] = {
        "total": {
            "initial": evaluation.initial_fen,
            "adjusted": evaluation.budget_fen,
            "executed": evaluation.executed_fen,
            "points": weight if scored else None,
            "rate": rate,
            "score": evaluation.execution_points,
        }
    }
    for key, sums in money_parts(evaluation).items():
        rows[key] = {
            "initial": sums[0],
            "adjusted": sums[1],
            "executed": sums[2],
            "rate": rate_of(sums[1], sums[2]),
        }
    return rows


def money_parts(evaluation: SelfEvaluation) -> dict[str, tuple[int, int, int]]:
    """Return initial, budget and payments in fen by the three sources of the form, as of the year's end."""
    found = {"appropriation": (0, 0, 0), "carryover": (0, 0, 0), "other": (0, 0, 0)}
    end = date(evaluation.cycle.budget_year, 12, 31)
    for source, one in by_source(evaluation.subject_year_id, end).items():
        key = "appropriation" if source in APPROPRIATION else "carryover" if source in CARRIED else "other"
        found[key] = _plus(found[key], one)
    return found


def _plus(sums: tuple[int, int, int], one: Balance) -> tuple[int, int, int]:
    return sums[0] + one.initial, sums[1] + one.budget, sums[2] + one.executed


# --- F7


def score_form(evaluation: Evaluation) -> tuple[FormDefinition, FormData]:
    """Return the score sheet of an evaluation with its data."""
    policy, card = policy_for(evaluation.cycle), card_of(evaluation)
    year = evaluation.subject_year
    signed = [
        one
        for one in signatures_for(evaluation, evaluation_workflow(evaluation), evaluation_hash(evaluation))
        if one.step == step_label(evaluation, "submit_report")
    ]
    lead, day = _foot(signed[-1:])
    return policy.forms["F7"], {
        "year": year.budget_year,
        "project_name": year.name,
        "department": year.department.name,
        "unit": year.unit.name,
        "evaluator": evaluation.evaluator.name,
        "items": [
            {
                "level1": row.level1.label,
                "level1_points": row.level1.points,
                "level2": row.level2.label if row.level2 else row.level1.label,
                "level2_points": row.level2.points if row.level2 else row.level1.points,
                "name": row.item.label,
                "points": row.item.points,
                "explanation": row.item.explanation or None,
                "notes": "；".join(row.item.guidance) or None,
                "standard": row.item.standard or None,
                "score": row.points,
                "reason": row.reason or None,
            }
            for row in score_rows(evaluation, card)
        ],
        "grade": policy.grades[card.grades].band(evaluation.grade).label if evaluation.grade else None,
        "members": None,
        "lead": lead,
        "signed_on": day,
    }


def step_label(evaluation: Evaluation, action: str) -> str:
    """Return the words of a step of the evaluation's table."""
    return next((one.label for one in evaluation_workflow(evaluation).steps if one.action == action), action)


# --- the report


def outline_of(evaluation: Evaluation) -> Outline:
    """Return the outline of the evaluation report as frozen for the cycle."""
    return policy_for(evaluation.cycle).documents["evaluation_report"]


def report_of(evaluation: Evaluation, reader: Person | None = None) -> Report:
    """Return the report: what the evaluator wrote, with scores and findings that come from the record alone.

    Until the result holds, an expert who reads finds no other expert's opinion in it.
    """
    outline, year = outline_of(evaluation), evaluation.subject_year
    known = [section.key for section in outline.sections]
    parts: dict[str, list[Part]] = {
        key: [str(evaluation.sections[key])] for key in known if evaluation.sections.get(key)
    }
    rows = score_rows(evaluation, card_of(evaluation))
    _add(parts, known, "situation", _year_table(evaluation))
    _add(parts, known, "conclusion", _level_table(evaluation, rows))
    _add(parts, known, "analysis", _item_table(rows))
    _add(parts, known, "experience", _finding_table(evaluation))
    _add(parts, known, "experience", _partner_table(evaluation))
    _add(parts, known, "other", _comment_table(evaluation))
    confirmed = evaluation.state == "confirmed"
    for review in reviews_of(evaluation, None if confirmed else reader):
        _add(parts, known, "other", _review_table(review))
    label = grade_words(evaluation)
    return Report(
        subject=year.name,
        facts=(
            ("评价类型", evaluation.kind_words),
            ("被评价年度", evaluation.years_words),
            ("主管部门", year.department.name),
            ("实施单位", year.unit.name),
            ("涉及金额", f"{format_wan(evaluation.amount_fen)} 万元"),
            ("评价机构", evaluation.evaluator.name),
            (
                "得分和等级",
                f"{plain(evaluation.total)} 分，{label}" if evaluation.total is not None else "未评定",
            ),
        ),
        sections=parts,
        issuer=evaluation.evaluator.name,
        issued_on=evaluation.confirmed_on,
        draft=not confirmed,
    )


def grade_words(evaluation: Evaluation) -> str:
    """Return the grade in words; empty while there is none."""
    card = card_of(evaluation)
    grades = policy_for(evaluation.cycle).grades[card.grades]
    return grades.band(evaluation.grade).label if evaluation.grade else ""


def _add(parts: dict[str, list[Part]], known: list[str], key: str, table: ReportTable | None) -> None:
    """Put a table into its part; a pack whose outline has no such part gets it in the last one."""
    if table is not None:
        parts.setdefault(key if key in known else known[-1], []).append(table)


def _year_table(evaluation: Evaluation) -> ReportTable | None:
    years = years_of(evaluation)
    rows = [
        (
            f"{one.year.budget_year} 年",
            format_wan(one.money.initial),
            format_wan(one.money.budget),
            format_wan(one.money.executed),
            f"{one.rate}%" if one.rate is not None else "—",
            one.reached_words or "—",
            one.own_words or "—",
        )
        for one in years
    ]
    if not rows:
        return None
    budget, executed = money_of(years)
    rate = rate_of(budget, executed)
    initial = sum(one.money.initial for one in years)
    rows.append(("合计", format_wan(initial), format_wan(budget), format_wan(executed), f"{rate}%" if rate is not None else "—", "", ""))
    head = ("年度", "年初预算（万元）", "全年预算（万元）", "全年执行（万元）", "执行率", "达到目标的指标", "单位自评")
    return ReportTable("各年度预算、执行和目标实现情况", head, tuple(rows), (6, 10, 10, 10, 8, 10, 16), frozenset({1, 2, 3, 4}))


def _level_table(evaluation: Evaluation, rows: Any) -> ReportTable:
    lines = [
        (
            one.label,
            plain(one.points),
            plain(one.given) if one.complete else "—",
            f"{round_half_up(one.ratio * 100, 1)}%",
        )
        for one in level_totals(rows)
    ]
    total = plain(evaluation.total) if evaluation.total is not None else "—"
    full = card_of(evaluation).total
    ratio = f"{round_half_up(evaluation.total / full * 100, 1)}%" if evaluation.total is not None else "—"
    lines.append(("合计", plain(full), total, ratio))
    return ReportTable(
        "评价得分", ("一级指标", "分值", "得分", "得分率"), tuple(lines), (4, 2, 2, 2), frozenset({1, 2, 3})
    )


def _item_table(rows: Any) -> ReportTable:
    return ReportTable(
        "评分表",
        ("一级指标", "二级指标", "三级指标", "分值", "得分", "扣分原因和依据"),
        tuple(
            (
                row.level1.label,
                row.level2.label if row.level2 else row.level1.label,
                row.item.label,
                plain(row.item.points),
                plain(row.points) if row.points is not None else "—",
                row.reason or "—",
            )
            for row in rows
        ),
        (7, 8, 13, 6, 6, 24),
        frozenset({3, 4}),
    )


def _finding_table(evaluation: Evaluation) -> ReportTable | None:
    rows = tuple(
        (
            str(one.number),
            one.get_category_display(),
            one.text,
            format_wan(one.amount_fen) if one.amount_fen else "—",
            one.advice,
        )
        for one in evaluation.findings.all()
    )
    if not rows:
        return None
    head = ("序号", "类别", "问题", "涉及金额（万元）", "整改建议")
    return ReportTable("问题清单", head, rows, (4, 7, 20, 9, 20), frozenset({3}))


def _comment_table(evaluation: Evaluation) -> ReportTable | None:
    rows = tuple(
        (f"{one.round}-{one.number}", one.text, one.get_verdict_display() or "未答复", one.answer or "—")
        for one in evaluation.comments.all()
    )
    if not rows:
        return None
    head = ("序号", "被评价单位意见", "处理", "答复")
    return ReportTable("征求意见及采纳情况", head, rows, (4, 22, 7, 22))


def _partner_table(evaluation: Evaluation) -> ReportTable | None:
    """What the partner of a joint evaluation found, with its sources."""
    rows = tuple(
        (str(one.number), one.text, one.source, format_wan(one.amount_fen) if one.amount_fen else "—", one.advice)
        for one in evaluation.partner_findings.all()
    )
    if not rows:
        return None
    head = ("序号", "问题", "来源", "涉及金额（万元）", "整改建议")
    return ReportTable(f"{evaluation.partner}提出的问题", head, rows, (4, 20, 12, 9, 15), frozenset({3}))


def _review_table(review: Review) -> ReportTable | None:
    """What was said of the indicators or the report in each step of the review."""
    rows = tuple(
        (
            told.step,
            told.who,
            (told.text or "—") + (f"（{plain(told.points)} 分）" if told.points is not None else ""),
            f"{localtime(told.at):%Y-%m-%d}" if told.at else "—",
        )
        for told in review.opinions
    )
    if not rows:
        return None
    return ReportTable(f"{review.label}评审意见", ("环节", "评审人", "意见", "日期"), rows, (10, 12, 28, 10))
