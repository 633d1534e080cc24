"""Made-up facts of every kind of decision, and files of them under a real place's rules."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from jiheng.rules.decision_package import FORMAT, KINDS, Kind, written
from jiheng.rules.decision_package.cards import Line
from jiheng.rules.decision_package.excerpt import excerpt
from jiheng.rules.decision_package.file import About, Entry, Program
from jiheng.rules.decision_package.kinds import (
    appraisal,
    cut,
    evaluation,
    goal_review,
    ledger_gate,
    self_evaluation,
)
from jiheng.rules.entry import Strict
from jiheng.rules.policy import Policy, load_policy
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.scoring.scorecard import Scorecard

PLACE, YEAR, DAY = "ningxia-yanchi", 2023, date(2024, 3, 1)
CARD = "project_evaluation"
FENS = st.integers(0, 10**13)
CENTS = st.decimals(0, 100, places=2)
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))


@cache
def policy() -> Policy:
    return load_policy(PLACE)


def rules() -> PolicyAt:
    return policy().at(YEAR, DAY)


def card(key: str) -> Scorecard:
    return policy().scorecards[key]


def entries(kind: str) -> PolicyAt:
    """The excerpt that a file of this kind carries."""
    by_kind: dict[str, dict[str, Any]] = {
        "self_evaluation": {"parameters": self_evaluation.PARAMETERS, "grades": self_evaluation.GRADES},
        "evaluation": {"scorecards": [CARD], "grades": [card(CARD).grades]},
        "goal_review": {
            "parameters": goal_review.PARAMETERS, "scorecards": ["goal_review"], "grades": [card("goal_review").grades]
        },
        "appraisal": {
            "parameters": appraisal.PARAMETERS, "scorecards": ["appraisal"], "grades": [card("appraisal").grades]
        },
        "cut": {"parameters": [cut.PARAMETER], "grades": ["evaluation"]},
        "ledger_gate": {"parameters": ledger_gate.PARAMETERS},
    }  # fmt: skip
    return excerpt(rules(), **by_kind[kind])


def filed(kind: Kind, facts: Strict, decided: Strict | None, result: Strict | None = None) -> bytes:
    """The file of a decision; with the result of the whole rules unless another is given."""
    return written(
        kind,
        facts=facts,
        result=kind.work_out(facts, decided, rules()).result if result is None else result,
        decided=decided,
        about=About(
            place="盐池县", record=kind.label, subject="农村供水管网改造", code="6403230001", unit="水务局",
            department="水务局", budget_year=YEAR, office="财政局",
        ),
        rules=entries(kind.key),
        whole_digest=policy().digest,
        entry=Entry(
            number=12, at="2024-03-01T09:00:00+08:00", action="确定评价结果", role="绩效管理股", clause="《办法》第一条",
            algorithm="sha256", digest="0" * 64,
        ),
        program=Program(name="绩衡", version="0.1.0"),
    )  # fmt: skip


# --- facts at random, of each kind


@st.composite
def lines(draw: Any, key: str, make: type[Line] = Line) -> tuple[Line, ...]:
    """A filled card: any points of each item, a reason for whatever is lost."""
    found = []
    for item in card(key).items:
        points = draw(st.decimals(0, item.points, places=2))
        more = {"tier": ""} if make is goal_review.Reviewed else {}
        found.append(
            make(item=item.key, label=item.label, full=item.points, points=points, reason="缺资料", **more)
        )
    return tuple(found)


ROW: dict[str, Any] = {
    "target_text": "", "target": None, "target_day": None, "low": None, "high": None, "unit": "个", "parameters": {},
    "actual_text": "", "actual": None, "actual_day": None, "actual_yes": None, "tier": "", "claimed": None,
}  # fmt: skip


@st.composite
def row(draw: Any, weight: Decimal) -> self_evaluation.Row:
    """One indicator of one of the common methods, with what was reached."""
    number = draw(st.decimals(0, 10**6, places=3))
    method, more = draw(
        st.sampled_from(
            [
                ("proportional", {"operator": ">=", "target": Decimal("80.5"), "actual": number}),
                ("reverse_ratio", {"operator": "<=", "target": Decimal(30), "actual": number}),
                ("exact", {"operator": "=", "target": Decimal(3), "actual": number}),
                ("range_target", {"operator": "range", "low": Decimal(1), "high": Decimal(9), "actual": number}),
                ("qualitative_tiers", {"operator": "qualitative", "tier": "achieved", "claimed": weight}),
                (
                    "date_target",
                    {
                        "operator": "<=", "target_day": date(2023, 10, 1), "parameters": {"start": "2023-01-01"},
                        "actual_day": draw(DAYS),
                    },
                ),
            ]
        )
    )  # fmt: skip
    return self_evaluation.Row(**{**ROW, "name": draw(WORDS), "weight": weight, "method": method, **more})


@st.composite
def self_evaluations(draw: Any) -> tuple[Strict, Strict | None]:
    rows = tuple(draw(row(weight)) for weight in (Decimal(30), Decimal(20), Decimal(40)))
    facts = self_evaluation.Facts(budget_fen=draw(FENS), executed_fen=draw(FENS), rows=rows)
    again = self_evaluation.Decided(
        rows=tuple(
            self_evaluation.Checked(name=one.name, points=draw(st.decimals(0, one.weight, places=2)), reason="核实")
            for one in rows
        ),
        note=draw(WORDS),
    )
    return facts, draw(st.sampled_from([None, again]))


@st.composite
def evaluations(draw: Any) -> tuple[Strict, Strict | None]:
    facts = evaluation.Facts(kind="财政评价", scorecard=CARD, lines=draw(lines(CARD)))
    again = evaluation.Decided(lines=draw(lines(CARD)), opinion=draw(WORDS))
    return facts, draw(st.sampled_from([None, again]))


@st.composite
def goal_reviews(draw: Any) -> tuple[Strict, Strict | None]:
    facts = goal_review.Facts(side="业务股室", lines=draw(lines("goal_review", goal_review.Reviewed)))
    return facts, goal_review.Decided(opinion="请补充")


@st.composite
def appraisals(draw: Any) -> tuple[Strict, Strict | None]:
    asked = draw(FENS.filter(bool))
    vetoes = draw(st.sets(st.sampled_from([(one.key, one.label) for one in card("appraisal").vetoes]), max_size=2))
    facts = appraisal.Facts(
        asked_fen=asked,
        department=draw(lines("appraisal")),
        bureau=draw(lines("appraisal")),
        vetoes=tuple(appraisal.Veto(key=key, label=label) for key, label in sorted(vetoes)),
    )
    decided = appraisal.Decided(
        conclusion="supported", agreed_fen=draw(st.integers(0, asked)), reason="与得分不同的理由", conditions=()
    )
    return facts, decided


@st.composite
def cuts(draw: Any) -> tuple[Strict, Strict | None]:
    facts = cut.Facts(
        kind=draw(st.sampled_from(["department", "fiscal"])), kind_label="评价", grades="evaluation", score=draw(CENTS),
        base_fen=draw(FENS), for_budget_year=YEAR + 1,
    )  # fmt: skip
    ratio = draw(CENTS)
    return facts, cut.Decided(asked_ratio=ratio, ratio=ratio, reason="理由", exception_reason="例外")


@st.composite
def ledger_gates(draw: Any) -> tuple[Strict, Strict | None]:
    yes = st.booleans()
    movement = draw(st.sampled_from(list(ledger_gate.MOVES)))
    conclusion = draw(st.sampled_from(["", "supported", "supported_after_revision", "not_supported"]))
    goal = st.builds(ledger_gate.Goal, approved=yes, handed_in=yes, money_fen=FENS)
    some = {
        "unmet": st.lists(st.builds(ledger_gate.Unmet, text=WORDS, due=DAYS), max_size=2),
        "goals": st.lists(goal, max_size=3),
        "late": st.lists(
            st.builds(ledger_gate.Overdue, decided_on=DAYS, amount_fen=FENS, due=DAYS, clause=WORDS), max_size=1
        ),
        "ceilings": st.lists(
            st.builds(ledger_gate.Ceiling, ceiling_fen=FENS, left=WORDS, clause=WORDS), max_size=1
        ),
        "others": st.lists(st.builds(ledger_gate.Other, message=WORDS, clause=WORDS), max_size=1),
    }
    facts = ledger_gate.Facts(
        day=DAY, name=draw(WORDS), kind=draw(st.sampled_from(["project", "policy", "department"])), kind_label="项目",
        change=draw(st.sampled_from(["new", "raised", "adjusted", "renewed", "continuing"])), is_major=draw(yes),
        book="general_public_budget", book_label="一般公共预算", requested_fen=draw(FENS),
        library_state=draw(st.sampled_from(list(ledger_gate.STATES))), conclusion=conclusion, budget_fen=draw(FENS),
        movement=movement, amount_fen=draw(FENS), released_first_fen=0, goal_awaited=draw(yes),
        **{key: tuple(draw(one)) for key, one in some.items()},
    )  # fmt: skip
    return facts, None


# --- one decision of each kind, the same each time


def scored(key: str, lost: dict[str, str], make: type[Line] = Line) -> tuple[Line, ...]:
    """A filled card: full points except what `lost` takes off by item."""
    more = {"tier": ""} if make is goal_review.Reviewed else {}
    return tuple(
        make(
            item=item.key,
            label=item.label,
            full=item.points,
            points=item.points - Decimal(lost.get(item.key, "0")),
            reason="没有提供验收资料" if item.key in lost else "",
            **more,
        )
        for item in card(key).items
    )


def first_items(key: str, number: int) -> dict[str, str]:
    """A point and a half lost of each of the first items of a card."""
    return {item.key: "1.5" for item in card(key).items[:number]}


def example(key: str) -> tuple[Strict, Strict | None]:
    """One and the same decision of a kind, as a place could have made it."""
    return EXAMPLES[key]()


def _self_evaluation() -> tuple[Strict, Strict | None]:
    pipe = {"name": "改造供水管网", "target_text": "≥30公里", "weight": Decimal(30), "method": "proportional",
            "operator": ">=", "target": Decimal(30), "unit": "公里", "actual_text": "27公里", "actual": Decimal(27)}  # fmt: skip
    day = {"name": "完工日期", "target_text": "10月31日以前", "weight": Decimal(20), "method": "date_target", "operator": "<=",
           "target_day": date(2023, 10, 31), "parameters": {"start": "2023-01-01"}, "actual_text": "2023年10月20日",
           "actual_day": date(2023, 10, 20)}  # fmt: skip
    people = {"name": "受益群众满意", "target_text": "较好", "weight": Decimal(40), "method": "qualitative_tiers",
              "operator": "qualitative", "actual_text": "群众反映较好", "tier": "achieved", "claimed": Decimal("38.5")}  # fmt: skip
    rows = tuple(self_evaluation.Row(**{**ROW, **one}) for one in (pipe, day, people))
    again = [(pipe, "25", "实地丈量为25公里"), (day, "20", ""), (people, "38.5", "")]
    checked = tuple(
        self_evaluation.Checked(name=str(one["name"]), points=Decimal(points), reason=reason)
        for one, points, reason in again
    )
    facts = self_evaluation.Facts(budget_fen=310_200_000, executed_fen=154_740_000, rows=rows)
    return facts, self_evaluation.Decided(rows=checked, note="抽查复核，管网长度按实地丈量")


def _evaluation() -> tuple[Strict, Strict | None]:
    facts = evaluation.Facts(kind="财政评价", scorecard=CARD, lines=scored(CARD, first_items(CARD, 8)))
    return facts, None


def _goal_review() -> tuple[Strict, Strict | None]:
    lost = first_items("goal_review", 5)
    facts = goal_review.Facts(side="业务股室", lines=scored("goal_review", lost, goal_review.Reviewed))
    return facts, goal_review.Decided(opinion="数量指标请按村分列")


def _appraisal() -> tuple[Strict, Strict | None]:
    facts = appraisal.Facts(
        asked_fen=320_000_000,
        department=scored("appraisal", {}),
        bureau=scored("appraisal", first_items("appraisal", 4)),
        vetoes=(),
    )
    decided = appraisal.Decided(
        conclusion="supported_after_revision",
        agreed_fen=280_000_000,
        reason="与已建成的供水点有一段重复，核减这一段；须补齐用地手续",
        conditions=(appraisal.Condition(text="补齐用地手续", due=date(2023, 3, 31)),),
    )
    return facts, decided


def _cut() -> tuple[Strict, Strict | None]:
    facts = cut.Facts(
        kind="fiscal", kind_label="财政评价", grades="evaluation", score=Decimal("71.5"), base_fen=500_000_000,
        for_budget_year=2024,
    )  # fmt: skip
    return facts, cut.Decided(
        asked_ratio=Decimal(20), ratio=Decimal(20), reason="等级为中，按幅度核减", exception_reason=""
    )


GATE: dict[str, Any] = {
    "day": date(2023, 1, 5), "name": "农村供水", "kind": "project", "kind_label": "项目", "change": "new", "is_major": True,
    "book": "general_public_budget", "book_label": "一般公共预算", "requested_fen": 100_000_000, "library_state": "proposed",
    "conclusion": "supported", "unmet": (), "budget_fen": 0, "movement": "initial", "amount_fen": 100_000_000,
    "goals": (ledger_gate.Goal(approved=True, handed_in=True, money_fen=100_000_000),), "released_first_fen": 0,
    "goal_awaited": False, "late": (), "ceilings": (), "others": (),
}  # fmt: skip
"""What the ledger lets pass."""


def _ledger_gate() -> tuple[Strict, Strict | None]:
    return ledger_gate.Facts(**{**GATE, "conclusion": "", "goals": ()}), None


EXAMPLES: dict[str, Callable[[], tuple[Strict, Strict | None]]] = {
    "appraisal": _appraisal,
    "cut": _cut,
    "evaluation": _evaluation,
    "goal_review": _goal_review,
    "ledger_gate": _ledger_gate,
    "self_evaluation": _self_evaluation,
}
SAMPLES: dict[str, Callable[[], st.SearchStrategy[tuple[Strict, Strict | None]]]] = {
    "appraisal": appraisals,
    "cut": cuts,
    "evaluation": evaluations,
    "goal_review": goal_reviews,
    "ledger_gate": ledger_gates,
    "self_evaluation": self_evaluations,
}
KEPT = Path(__file__).with_name("samples")
"""Files as they were written once, `<kind>-<format>.json`: every later version has to read them."""

if __name__ == "__main__":  # writes the file of a kind or format that has none yet; never one again
    for name in KINDS:
        kept = KEPT / f"{name}-{FORMAT}.json"
        if not kept.exists():
            kept.write_bytes(filed(KINDS[name], *example(name)))
