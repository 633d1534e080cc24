"""Arithmetic around the review of goals: what to look at first, by when, and what good departments may get."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from jiheng.rules.money import Fen, fen_to_wan, format_wan, round_half_up, wan_to_fen

RISKS: Mapping[str, str] = {
    "new": "新增项目",
    "raised": "增加规模",
    "cut_before": "上年结果核减",
    "slow": "上年预算执行率不到80%",
    "findings": "提交时自动审核提醒在3处以上",
}
"""What raises the risk of a project, by its key in the place's table, in words."""
LONGEST = "longest"
GATE, MARK = "goal_review_gate", "goal_review_pass_mark"
"""The parameters that say what a grade leads to, and which total a review must reach."""
WAYS: Mapping[str, str] = {
    "pass": "进入下一步",
    "pass_after_edit": "协商完善后进入下一步",
    "return": "退回修改后重新报审",
    "stop": "不得进入下一步",
}
STOPPING = frozenset({"return", "stop"})


@dataclass(frozen=True)
class Way:
    """What the grade of a review leads to: whether the goal may go on, and in words."""

    passes: bool
    words: str


def way_of(grade: str, gate: Mapping[str, str] | None) -> Way:
    """What a grade leads to; every grade lets the goal go on where the rules say nothing."""
    way = (gate or {}).get(grade, "pass")
    return Way(way not in STOPPING, WAYS[way])


def reaches_mark(total: Decimal, mark: Decimal | int | None) -> bool:
    """Whether a total reaches the pass mark; every one does where none is set."""
    return mark is None or total >= mark


def importance(rule: Mapping[str, Any], *, kind: str, major: bool, listed: bool) -> list[str]:
    """Why a goal is one of those that the place reviews with special care (重要绩效目标); empty when it is not.

    `rule` says what counts: `major` 列为重大的, `kinds` of subjects, `listed` 列入重点审核清单的.
    """
    found = ["列为重大"] if major and rule.get("major") else []
    if kind in rule.get("kinds", ()):
        found.append("属于制度列明的对象类别")
    if listed and rule.get("listed"):
        found.append("列入重点审核清单")
    return found


@dataclass(frozen=True)
class Weighed:
    """How urgent a look at a project is: money × risk × years since the last look, each part told.

    `score` has two decimals; money is fen, `risk` a factor of at least one, `years` at least one.
    """

    money_fen: Fen
    risk: Decimal
    years: int
    grounds: tuple[str, ...]

    @property
    def score(self) -> Decimal:
        """Money in 万元 × risk × years."""
        return round_half_up(fen_to_wan(self.money_fen) * self.risk * self.years)

    @property
    def words(self) -> str:
        """The sum as people check it, with the grounds of the risk."""
        grounds = f"（{'；'.join(self.grounds)}）" if self.grounds else ""
        return f"{format_wan(self.money_fen)}万元 × 风险{self.risk.normalize():f}{grounds} × {self.years}年"


def weigh(money_fen: Fen, present: Iterable[str], years: int, table: Mapping[str, Any]) -> Weighed:
    """Weigh one project: `present` are keys of `RISKS` that hold, `years` since the last look (or since it began)."""
    grounds, risk = [], Decimal(1)
    for key in present:
        more = Decimal(str(table.get(key, 0)))
        if more:
            risk += more
            grounds.append(f"{RISKS[key]}，加{more.normalize():f}")
    longest = int(table.get(LONGEST, years))
    return Weighed(money_fen, risk, max(1, min(years, longest)), tuple(grounds))


@dataclass(frozen=True)
class Step:
    """One step counted back from the last day: until when, and whether it is done."""

    key: str
    label: str
    due: date
    done: bool


def counted_back(last: date, steps: Sequence[Mapping[str, Any]], done: Iterable[str]) -> list[Step]:
    """Count the days of the steps back from the last day of a review; `done` are the keys of those done."""
    over = set(done)
    return [
        Step(str(one["key"]), str(one["label"]), last - timedelta(days=int(one["days"])), str(one["key"]) in over)
        for one in steps
    ]


@dataclass(frozen=True)
class Terms:
    """Who is rewarded and how much: least mean of points, per cent of the agreed money, most for one body in fen."""

    line: Decimal
    rate: Decimal
    most_fen: Fen

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Terms":
        """Read the terms from the place's table: line in points, rate in per cent, most in 万元."""
        return cls(Decimal(str(table["line"])), Decimal(str(table["rate"])), wan_to_fen(str(table["most"])))


@dataclass(frozen=True)
class Reward:
    """What a body would get by the terms, and how it is worked out; nothing with the reason why."""

    amount_fen: Fen
    words: str

    @property
    def excellent(self) -> bool:
        """Whether the body gets anything."""
        return self.amount_fen > 0


def reward(totals: Sequence[Decimal], failed: int, agreed_fen: Fen, terms: Terms) -> Reward:
    """Work out the reward of a body from its reviews: `totals` are its points, `agreed_fen` its agreed money.

    Nothing for a body with a failed review or a mean below the line; amounts are cut down to 100 元.
    """
    if not totals:
        return Reward(0, "没有审核评分")
    mean = round_half_up(sum(totals, Decimal(0)) / len(totals))
    told = f"{len(totals)}项平均{mean}分"
    if failed:
        return Reward(0, f"{told}，其中{failed}项不合格，不奖励")
    if mean < terms.line:
        return Reward(0, f"{told}，未达到{terms.line.normalize():f}分，不奖励")
    share = (Decimal(agreed_fen) * terms.rate / 100 / 10_000).to_integral_value(ROUND_DOWN) * 10_000
    amount = min(int(share), terms.most_fen)
    sum_of = f"{format_wan(agreed_fen)}万元 × {terms.rate.normalize():f}%"
    capped = f"，超过上限，按上限{format_wan(terms.most_fen)}万元" if int(share) > terms.most_fen else ""
    return Reward(amount, f"{told}；{sum_of} = {format_wan(int(share))}万元{capped}")
