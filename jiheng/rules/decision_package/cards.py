"""A filled scorecard among the facts of a decision: its lines, and the total step by step."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from jiheng.rules.decision_package.fields import POINTS, Score, said
from jiheng.rules.decision_package.kind import Step
from jiheng.rules.entry import Strict
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.refusal import Refusal, under
from jiheng.rules.scoring.method import plain
from jiheng.rules.scoring.scorecard import CardTotal, Scorecard


class Line(Strict):
    """One item of the card as it was scored."""

    item: str = said("代号", shown=False)
    label: str = said("评分项")
    full: Score = said("分值", POINTS)
    points: Score = said("得分", POINTS)
    reason: str = said("扣分的原因")


def points_of(lines: Sequence[Line]) -> dict[str, Decimal]:
    """The points by item. ValueError when an item stands twice."""
    found = {one.item: one.points for one in lines}
    if len(found) != len(lines):
        raise ValueError("评分表中有一项写了两次得分")
    return found


def added_up(
    card: Scorecard, lines: Sequence[Line], rules: PolicyAt, vetoes: Collection[str] = ()
) -> tuple[CardTotal, list[Step]]:
    """The total of a card and its steps. ValueError when an item is missing, unknown or scored outside its points."""
    points, clause = points_of(lines), str(rules.policy.clause_of(card))
    total = card.total_of(points, vetoes=vetoes)
    steps = [
        Step(f"{row.level1.label}·{row.item.label}：{plain(points[row.item.key])}分，满分{plain(row.item.points)}分")
        for row in card.rows
    ]
    return total, [*steps, Step(f"“{card.label}”{total.explanation}", clause)]


def unexplained(card: Scorecard, lines: Sequence[Line], rules: PolicyAt) -> list[Refusal]:
    """What is wrong with the points: outside the item, over two decimals, lost without a reason."""
    clause = str(rules.policy.clause_of(card))
    found = under(clause, card.problems(points_of(lines)))
    items = {item.key: item for item in card.items}
    return found + [
        Refusal(f"“{items[one.item].label}”扣了{plain(items[one.item].points - one.points)}分，没有写明原因", clause)
        for one in lines
        if one.points < items[one.item].points and not one.reason.strip()
    ]
