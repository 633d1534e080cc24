"""The gates of a project's life in their order: passed, not passed, or not asked of it; by which rule, and what next.

A gate holds no rule of its own. It shows what the very functions say that refuse the act (the library, the approval,
the ledger), so that the page and the refusal cannot differ. Which gates bite in a place follows from its pack.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jiheng.rules.appraisal import Trigger
from jiheng.rules.refusal import Refusal

ORDER: Mapping[str, str] = {
    "appraisal": "事前绩效评估",
    "conditions": "须完善事项",
    "alike": "重复筛查",
    "setting_up": "专项资金设立",
    "term": "期限",
    "standards": "支出标准",
    "library": "入库",
    "last_report": "上年度评价报告",
    "result": "以前年度结果",
    "goal": "绩效目标批复",
    "budget": "安排预算",
}
"""The gates by key, in the order in which a project meets them."""


class Stand(StrEnum):
    """How a project stands at a gate."""

    PASSED = "passed"
    HELD = "held"
    FREE = "free"


WORDS: Mapping[Stand, str] = {Stand.PASSED: "已通过", Stand.HELD: "没有通过", Stand.FREE: "不适用"}


@dataclass(frozen=True)
class Gate:
    """One gate: how the project stands there, why, by which clause; `url` leads to what is behind it.

    `refusals` are the reasons against it, each with its clause and its way out: what a refused act says.
    """

    key: str
    stand: Stand
    text: str
    clause: str = ""
    url: str = ""
    refusals: tuple[Refusal, ...] = ()

    @property
    def label(self) -> str:
        """How the gate is called."""
        return ORDER[self.key]

    @property
    def word(self) -> str:
        """已通过、没有通过、不适用."""
        return WORDS[self.stand]


def gate(
    key: str, refusals: Sequence[Refusal], *, applies: bool, passed: str, free: str, clause: str = "", url: str = ""
) -> Gate:
    """Return how a project stands at a gate: held while anything is refused, whether the rules ask for it or not.

    `passed` and `free` say in words why it is open, or why it is not asked.
    """
    if refusals:
        first = refusals[0]
        return Gate(key, Stand.HELD, first.message, first.clause, url, tuple(refusals))
    return Gate(key, Stand.PASSED if applies else Stand.FREE, passed if applies else free, clause, url)


def appraisal_gates(
    trigger: Trigger, refusals: Sequence[Refusal], *, conclusion: str | None, said: str, conditions: int, clause: str, url: str = ""
) -> list[Gate]:
    """事前绩效评估和须完善事项两道关口；`refusals` 是办理入库时的全部拒绝理由，只取属于这两道的。

    `said` tells the conclusion in words, `conditions` how many points were to be put right.
    """
    mine = [one for one in refusals if one.where == "appraisal"]
    unmet = [one for one in refusals if one.where == "conditions"]
    first = gate(
        "appraisal", mine, applies=conclusion is not None, passed=said, free=trigger.reason, url=url,
        clause=clause if conclusion is not None else trigger.clause,
    )  # fmt: skip
    second = gate(
        "conditions", unmet, applies=conditions > 0, passed=f"{conditions} 项须完善事项都已确认完成", free="没有须完善事项",
        clause=clause if conditions else "", url=f"{url}#conditions" if url and conditions else "",
    )  # fmt: skip
    return [first, second]


def in_order(gates: Iterable[Gate]) -> list[Gate]:
    """Return the gates in the order of a project's life. KeyError for one that nobody named."""
    place = {key: position for position, key in enumerate(ORDER)}
    return sorted(gates, key=lambda one: place[one.key])


def next_step(gates: Sequence[Gate]) -> Gate | None:
    """Return the first gate that holds the project: where to act first; None when it may pass all."""
    return next((one for one in gates if one.stand is Stand.HELD), None)
