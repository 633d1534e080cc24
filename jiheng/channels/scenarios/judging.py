"""How scripted evaluators judge: whole points of the card's own guidance lost, each with what was missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jiheng.channels.scenarios.world import World, spread_loss
from jiheng.rules.money import round_half_up
from jiheng.rules.scoring.scorecard import Item, Scorecard

# The level of the scores that a script gives in words, as a share of full points: [low, high).
LEVELS = {
    "strong": (Decimal("0.86"), Decimal("0.97")),
    "improvable": (Decimal("0.64"), Decimal("0.78")),
    "weak": (Decimal("0.30"), Decimal("0.55")),
    "excellent": (Decimal("0.905"), Decimal("0.97")),
    "good": (Decimal("0.81"), Decimal("0.89")),
    "fair": (Decimal("0.62"), Decimal("0.78")),
    "poor": (Decimal("0.35"), Decimal("0.58")),
}
SLICES = 20


@dataclass(frozen=True)
class Judgement:
    """Points by item, and the reason for every lost point."""

    points: Mapping[str, Decimal]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Loss:
    """What an item can lose at once, and what was then missing ("" for a slice of a rate)."""

    item: str
    points: Decimal
    missing: str = ""


def judgement(
    world: World, topic: str, card: Scorecard, level: str, known: Mapping[str, Decimal] | None = None
) -> Judgement:
    """Return how somebody judges: at a level in words, or adding up to a published total."""
    if level in LEVELS:
        return _at_level(world, topic, card, level, known or {})
    return _at_total(world, topic, card, Decimal(level))


def _at_total(world: World, topic: str, card: Scorecard, total: Decimal) -> Judgement:
    """Return points that add up to a published total; how they are shared out is the seed's."""
    given = spread_loss(world, topic, [item.points for item in card.items], total)
    points = {item.key: value for item, value in zip(card.items, given, strict=True)}
    lost = [item for item in card.items if points[item.key] < item.points]
    return Judgement(points, {item.key: f"“{item.label}”的支撑材料不充分，未能证明达到要求" for item in lost})


def _at_level(
    world: World, topic: str, card: Scorecard, level: str, known: Mapping[str, Decimal]
) -> Judgement:
    """Return points at a level in words; `known` gives rates (a ratio) of items that records decide."""
    low, high = (card.total * share for share in LEVELS[level])
    luck = world.luck(topic)
    wanted = low + (high - low) * Decimal(luck.randint(0, 999)) / 1000
    points = {item.key: item.points for item in card.items}
    for item in card.items:
        if item.key in known:
            points[item.key] = round_half_up(item.points * min(known[item.key], Decimal(1)))
    losses = [loss for item in card.items if item.key not in known for loss in _losses(item)]
    luck.shuffle(losses)
    missing: dict[str, list[str]] = {}
    total = sum(points.values(), Decimal(0))
    left: list[Loss] = []
    for loss in losses:
        if total - loss.points < wanted:
            left.append(loss)
            continue
        total -= loss.points
        _take(loss, points, missing)
    # Whole points can leave the total above the level: then the smallest one brings it down.
    for loss in sorted(left, key=lambda one: one.points):
        if total >= high and total - loss.points >= low:
            total -= loss.points
            _take(loss, points, missing)
    reasons = {
        item.key: _reason(item, points[item.key], missing.get(item.key, []))
        for item in card.items
        if points[item.key] < item.points
    }
    return Judgement(points, reasons)


def _take(loss: Loss, points: dict[str, Decimal], missing: dict[str, list[str]]) -> None:
    points[loss.item] -= loss.points
    missing.setdefault(loss.item, []).append(loss.missing)


def _losses(item: Item) -> Iterator[Loss]:
    parts = list(item.guidance) or [""] * SLICES
    each = (item.points / len(parts)).quantize(Decimal("0.01"))
    for at, part in enumerate(parts, start=1):
        yield Loss(item.key, each if at < len(parts) else item.points - each * (len(parts) - 1), part)


def _reason(item: Item, points: Decimal, missing: list[str]) -> str:
    said = [text for text in missing if text]
    if said:
        return "未见材料证明：" + "；".join(said)
    share = f"{round_half_up(points / item.points * 100, 1).normalize():f}%"
    return (
        f"{item.label}按资料核算为{share}"
        if item.method
        else f"“{item.label}”实现程度为{share}，见评价工作底稿"
    )
