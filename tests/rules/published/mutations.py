"""Defects planted into real published tables, and the same tables printed otherwise.

A mutation changes the table and says True, or leaves it and says False where it lacks the figures. What follows
from the change is changed as well, so that nothing else disagrees.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

Table = dict[str, Any]
CENT = Decimal("0.01")
FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
AMOUNTS = ("annual", "adjusted", "executed")
TARGET = re.compile(r"(?:[≥≧]|>=|不少于|不低于|大于等于)? ?([0-9]+(?:\.[0-9]+)?)([%％a-z\u4e00-\u9fff]{0,4})")
UP = re.compile("满意|合格|覆盖|及时|培训|人数|数量|面积|里程|场次|受益|达标|知晓")


def figure(text: object) -> Decimal | None:
    """A bare figure, nothing else."""
    try:
        value = Decimal(str(text).replace(",", "").rstrip("%"))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def base_of(table: Table) -> tuple[str, Decimal | None]:
    """The key and value of the budget that execution is measured by."""
    printed = table["budget_published"]
    key = "adjusted" if figure(printed.get("adjusted")) is not None else "annual"
    return key, figure(printed.get(key))


def add_to_total(table: Table, points: Decimal) -> None:
    """Let the published total follow."""
    if table["self_score"] is not None:
        table["self_score"] = Decimal(table["self_score"]) + points


def scored_row(table: Table) -> Table | None:
    """The first row with a weight and a score not above it."""
    rows = [r for r in table["indicators"] if r["weight"] is not None and r["score"] is not None]
    return next((r for r in rows if r["score"] <= r["weight"]), None)


def heavier(table: Table) -> bool:
    """One row weighs seven points more; its score and the total follow."""
    rows = table["indicators"]
    if not table["complete"] or not rows or any(r["weight"] is None for r in rows):
        return False
    rows[0]["weight"] += 7
    if rows[0]["score"] is not None:
        rows[0]["score"] += 7
        add_to_total(table, Decimal(7))
    return True


def wrong_total(table: Table) -> bool:
    """The total is three points less than its rows."""
    rows = table["indicators"]
    if (
        not table["complete"]
        or not rows
        or table["self_score"] is None
        or any(r["score"] is None for r in rows)
    ):
        return False
    table["self_score"] = Decimal(table["self_score"]) - 3
    return True


def above_weight(table: Table) -> bool:
    """A row scores one more than it weighs; the total follows."""
    row = scored_row(table)
    if row is None:
        return False
    more = row["weight"] + 1 - row["score"]
    row["score"] += more
    add_to_total(table, more)
    return True


def wrong_rate(table: Table) -> bool:
    """The rate is seven points off; execution's score and the total follow it."""
    printed = table["budget_published"]
    rate, (_, base), executed = figure(printed.get("rate")), base_of(table), figure(printed.get("executed"))
    if not rate or not base or executed is None or rate < 20 or "%" not in str(printed["rate"]):
        return False
    printed["rate"] = f"{rate - 7}%"
    _follow_rate(table, rate - 7)
    return True


def _follow_rate(table: Table, rate: Decimal) -> None:
    printed = table["budget_published"]
    weight, score = figure(printed.get("bw")), figure(printed.get("bs"))
    if weight is not None and score is not None:
        new = (rate * weight / 100).quantize(CENT, ROUND_HALF_UP)
        printed["bs"] = str(new)
        add_to_total(table, new - score)


def wrong_score(table: Table) -> bool:
    """Execution's score is a point less than its rate gives; the total follows."""
    printed = table["budget_published"]
    score = figure(printed.get("bs"))
    if not score or score < 2 or not printed.get("rate") or not figure(printed.get("bw")):
        return False
    printed["bs"] = str(score - 1)
    add_to_total(table, Decimal(-1))
    return True


def overspent(table: Table) -> bool:
    """A fifth more was executed than budgeted; the rate follows, the sources are not printed."""
    printed = table["budget_published"]
    _, base = base_of(table)
    if not base or figure(printed.get("executed")) is None:
        return False
    printed["executed"] = str(base * Decimal("1.2"))
    table["budget"]["executed_wan"] = None
    table["budget_breakdown"] = []
    if printed.get("rate"):
        printed["rate"] = "120%"
        table["budget"]["execution_rate_published"] = "120%"
        _follow_rate(table, Decimal(100))
    return True


def missed(table: Table) -> bool:
    """A row of what should be much falls a tenth short of its figure and keeps full points."""
    for row in table["indicators"]:
        aim = TARGET.fullmatch(str(row["target"] or "").strip())
        name = row["level3"] or ""
        rising = UP.search(name) and "比例" not in name
        if aim and figure(aim[1]) and rising and row["weight"] and row["score"] == row["weight"]:
            row["actual"] = f"{(Decimal(aim[1]) * 9 / 10).normalize():f}{aim[2]}"
            return True
    return False


def lost(table: Table) -> bool:
    """A row that reached its figure scores a point less, without a reason; the total follows."""
    for row in table["indicators"]:
        aim = TARGET.fullmatch(str(row["target"] or "").strip())
        full = row["weight"] and row["score"] == row["weight"] and row["score"] >= 2
        same = aim and str(row["actual"] or "").strip() in (aim[1], f"{aim[1]}{aim[2]}")
        if full and same:
            row["score"] -= 1
            row["deviation_reason"] = None
            add_to_total(table, Decimal(-1))
            return True
    return False


def copied(table: Table) -> bool:
    """The result repeats the objective."""
    if not table["annual_objective"]:
        return False
    table["actual_objective"] = table["annual_objective"]
    return True


def source_too_large(table: Table, place: int = 0) -> bool:
    """The first source is larger by a tenth of the total and 1 万元 or 元 (an exact step of units is another trouble)."""
    rows, (_, base) = table["budget_breakdown"], base_of(table)
    if len(rows) < 2 or not base or any(not str(r["published"]).strip() for r in rows):
        return False
    parts = str(rows[0]["published"]).split("/")
    if len(parts) <= place or (len(parts) == 1 and place) or figure(parts[place]) is None:
        return False
    sums = [sum((figure(str(r["published"]).split("/")[place]) or Decimal(0)) for r in rows)]
    total = figure(table["budget_published"].get("executed")) if place else base
    if total is None or sums[0] != total:
        return False
    parts[place] = str((figure(parts[place]) or Decimal(0)) + (total / 10).quantize(CENT) + 1)
    rows[0]["published"] = "/".join(parts)
    return True


def spent_source_too_large(table: Table) -> bool:
    """The same in the column of what was spent."""
    return source_too_large(table, 1)


def empty_total(table: Table) -> bool:
    """The total row was never added up."""
    rows, (_, base) = table["budget_breakdown"], base_of(table)
    if not rows or not base or any(not figure(str(r["published"]).split("/")[0]) for r in rows[:1]):
        return False
    printed = table["budget_published"]
    for key in AMOUNTS:
        if printed.get(key):
            printed[key] = "0"
    if printed.get("rate"):
        printed["rate"] = "0"
        _follow_rate(table, Decimal(0))
    table["budget"] = {}
    return True


def words_for_amount(table: Table) -> bool:
    """Words stand where the annual budget belongs."""
    if not table["budget_published"].get("annual"):
        return False
    table["budget_published"]["annual"] = "详见附件"
    return True


MUTATIONS: dict[str, tuple[str, Callable[[Table], bool]]] = {
    "heavier": ("weights_sum_100", heavier), "wrong_total": ("scores_sum_total", wrong_total),
    "above_weight": ("score_le_weight", above_weight), "wrong_rate": ("execution_rate", wrong_rate),
    "wrong_score": ("execution_score", wrong_score), "overspent": ("executed_le_budget", overspent),
    "missed": ("score_vs_attainment", missed), "lost": ("score_vs_attainment", lost),
    "copied": ("objective_copied", copied), "source_too_large": ("breakdown_sum", source_too_large),
    "spent_source_too_large": ("breakdown_sum_executed", spent_source_too_large),
    "empty_total": ("total_row_vs_subrow", empty_total), "words_for_amount": ("amount_readable", words_for_amount),
}  # fmt: skip


def full_width(table: Table) -> None:
    """Amounts, rates, targets and actual values in full-width signs."""
    for key in (*AMOUNTS, "rate", "bw", "bs"):
        if table["budget_published"].get(key):
            table["budget_published"][key] = str(table["budget_published"][key]).translate(FULL_WIDTH)
    for row in table["indicators"]:
        for key in ("target", "actual"):
            row[key] = row[key].translate(FULL_WIDTH) if row[key] else row[key]


def spaced(table: Table) -> None:
    """Spaces around every text."""
    for row in table["indicators"]:
        for key, value in row.items():
            row[key] = f" {value}\u3000" if isinstance(value, str) and value else value
    for key, value in table["budget_published"].items():
        table["budget_published"][key] = f" {value} " if value else value


def texts_for_numbers(table: Table) -> None:
    """Weights, scores and the total as texts with their unit."""
    for row in table["indicators"]:
        for key in ("weight", "score"):
            row[key] = None if row[key] is None else f"{Decimal(row[key]):f}分"
    if table["self_score"] is not None:
        table["self_score"] = f"{table['self_score']}分"


def floats_for_numbers(table: Table) -> None:
    """Weights, scores and the total as binary floats."""
    for row in table["indicators"]:
        for key in ("weight", "score"):
            row[key] = None if row[key] is None else float(row[key])
    if table["self_score"] is not None:
        table["self_score"] = float(table["self_score"])


def unit_in_cells(table: Table) -> None:
    """The unit again in every amount."""
    printed = table["budget_published"]
    for key in AMOUNTS:
        if figure(printed.get(key)) is not None and printed.get("unit"):
            printed[key] = f"{printed[key]}{printed['unit']}"


def other_blanks(table: Table) -> None:
    """Empty cells as dashes and slashes."""
    for row in table["indicators"]:
        for key in ("target", "actual", "weight", "score", "deviation_reason"):
            row[key] = "—" if row[key] is None else row[key]
    for key in AMOUNTS:
        if not table["budget_published"].get(key):
            table["budget_published"][key] = "/"


REPRINTS: dict[str, Callable[[Table], None]] = {
    change.__name__: change
    for change in (full_width, spaced, texts_for_numbers, floats_for_numbers, unit_in_cells, other_blanks)
}
