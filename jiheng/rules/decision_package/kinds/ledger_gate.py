"""台账的关口: whether money of a project may be arranged or paid, by its appraisal, its goal and earlier cuts."""

from datetime import date
from typing import Any

from jiheng.rules.appraisal import (
    CHANGE_LABELS,
    CONCLUSIONS,
    Condition,
    Request,
    appraisal_trigger,
    library_refusals,
)
from jiheng.rules.decision_package.fields import FEN, Fen, Yes, said
from jiheng.rules.decision_package.kind import Kind, Step, Worked
from jiheng.rules.entry import Strict
from jiheng.rules.money import format_exact
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.refusal import Refusal
from jiheng.rules.release_gate import PARAMETERS as OF_GOALS
from jiheng.rules.release_gate import First, GoalStand, Late, Move, Subject, Terms, ceiling_refusal

PARAMETERS = (
    "appraisal_trigger_kinds",
    "appraisal_major_joined",
    "appraisal_major_threshold",
    "appraisal_entry_condition",
    *OF_GOALS,
)
MOVES = {"initial": "年初预算", "adjustment": "预算调整", "payment": "支付"}
STATES = {"proposed": "申报", "entered": "已入库", "refused": "不予入库", "budgeted": "已安排预算"}


class Goal(Strict):
    """One goal of the project, oldest first."""

    approved: Yes = said("现行且已批复")
    handed_in: Yes = said("已报出")
    money_fen: Fen = said("金额", FEN)


class Unmet(Strict):
    """What the appraisal wants put right and nobody has confirmed."""

    text: str = said("须完善事项")
    due: date = said("期限")


class Ceiling(Strict):
    """What an earlier result leaves the budget at most."""

    ceiling_fen: Fen = said("上限", FEN)
    left: str = said("由哪个决定留下")
    clause: str = said("依据")


class Overdue(Strict):
    """Money released first whose goal is late."""

    decided_on: date = said("决定日期")
    amount_fen: Fen = said("先行下达", FEN)
    due: date = said("补报目标的期限")
    clause: str = said("依据")


class Other(Strict):
    """What another gate says; taken over as it was said, not worked out again."""

    message: str = said("意见")
    clause: str = said("依据")


class Facts(Strict):
    """What was asked of the ledger, and where the project stood on that day."""

    day: date = said("判断日期")
    name: str = said("项目")
    kind: str = said("对象类别的代号", shown=False)
    kind_label: str = said("对象类别")
    change: str = said("申报属性", words=CHANGE_LABELS)
    is_major: Yes = said("列为重大")
    book: str = said("预算类别的代号", shown=False)
    book_label: str = said("预算类别")
    requested_fen: Fen = said("申报金额", FEN)
    library_state: str = said("入库状态", words=STATES)
    conclusion: str = said("事前绩效评估结论", words=CONCLUSIONS)
    unmet: tuple[Unmet, ...] = said("没有完成的须完善事项")
    goals: tuple[Goal, ...] = said("绩效目标")
    budget_fen: Fen = said("已有预算", FEN)
    movement: str = said("拟登记", words=MOVES)
    amount_fen: Fen = said("拟登记金额", FEN)
    released_first_fen: Fen = said("已决定先行下达而未登记", FEN)
    goal_awaited: Yes = said("先行下达的目标在补报期内")
    late: tuple[Overdue, ...] = said("逾期未补报目标的先行下达")
    ceilings: tuple[Ceiling, ...] = said("以前的处理决定留下的上限")
    others: tuple[Other, ...] = said("其他关口的意见（照录，不复算）")


class Against(Strict):
    """One thing that stands against the movement: at which gate, by which clause."""

    gate: str = said("关口")
    clause: str = said("依据")


class Result(Strict):
    """May the money move, and if not, what stands against it; the words stand in the steps."""

    allowed: Yes = said("可以登记")
    against: tuple[Against, ...] = said("不得登记的")


def work_out(facts: Facts, _: Any, rules: PolicyAt) -> Worked:
    """没有评估结论不得安排预算；没有批复的绩效目标不得安排和支付；不得超过以前处理决定留下的上限。"""
    move = Move(facts.movement, facts.amount_fen)
    what = f"{MOVES.get(facts.movement, facts.movement)}{format_exact(facts.amount_fen)}"
    gates = [
        ("事前绩效评估", _appraisal(facts, rules) if move.brings else []),
        ("绩效目标", _goals(facts, move, rules)),
        ("以前处理决定的上限", _ceilings(facts, rules.budget_year) if move.brings else []),
        ("其他关口", [Refusal(one.message, one.clause) for one in facts.others]),
    ]
    steps = [Step(f"{facts.day}拟登记{what}；登记以前预算{format_exact(facts.budget_fen)}")]
    for name, found in gates:
        steps += [Step(f"{name}：{one.message}", one.clause) for one in found] or [Step(f"{name}：没有不得登记的理由")]
    against = tuple(Against(gate=name, clause=one.clause) for name, found in gates for one in found)
    return Worked(Result(allowed=not against, against=against), tuple(steps))


def _appraisal(facts: Facts, rules: PolicyAt) -> list[Refusal]:
    if facts.library_state not in {"proposed", "refused"}:
        return []
    clause = str(rules.value("appraisal_entry_condition").clause)
    request = Request(facts.kind, facts.change, facts.requested_fen, facts.is_major)
    found = library_refusals(
        appraisal_trigger(rules, request),
        conclusion=facts.conclusion or None,
        unmet=[Condition(one.text, one.due, met=False) for one in facts.unmet],
        clause=clause,
    )
    if not found and facts.library_state == "refused":
        found = [Refusal("项目不予入库", clause)]
    return found


def _goals(facts: Facts, move: Move, rules: PolicyAt) -> list[Refusal]:
    if not move.asks_for_goal:
        return []
    subject = Subject(
        facts.name, facts.kind, rules.budget_year, facts.book, facts.book_label, facts.requested_fen
    )
    goals = [GoalStand(one.approved, one.handed_in, one.money_fen) for one in facts.goals]
    late = tuple(Late(one.decided_on, one.amount_fen, one.due, one.clause) for one in facts.late)
    first = First(facts.released_first_fen, facts.goal_awaited, late)
    return Terms(rules).against(subject, [move], goals, facts.budget_fen, first)


def _ceilings(facts: Facts, budget_year: int) -> list[Refusal]:
    after = facts.budget_fen + facts.amount_fen
    found = (
        ceiling_refusal(
            name=facts.name, budget_year=budget_year, after=after, ceiling=one.ceiling_fen, left=one.left, clause=one.clause
        )
        for one in facts.ceilings
    )
    return [one for one in found if one is not None]


KIND = Kind("ledger_gate", "能否安排或支付预算（台账的关口）", "台账关口", Facts, Result, work_out)
