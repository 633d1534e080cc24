"""When an appraisal is demanded, what its score proposes, and what may enter the project library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from jiheng.rules.money import Fen, format_wan, yuan_to_fen
from jiheng.rules.refusal import Refusal

SUPPORTED = "supported"
AFTER_REVISION = "supported_after_revision"
NOT_SUPPORTED = "not_supported"
LEAST_REASON = 5
"""How many characters a reason has at least that sets the score's own conclusion aside."""

CONCLUSIONS: Mapping[str, str] = {
    SUPPORTED: "予以支持",
    AFTER_REVISION: "调整完善后予以支持",
    NOT_SUPPORTED: "不予支持",
}
# A subject and year says why money is asked for in five words; a pack may gather several under one of its own.
CHANGES: Mapping[str, tuple[str, ...]] = {
    "new": ("new",),
    "raised": ("raised", "enlarged"),
    "adjusted": ("adjusted", "enlarged"),
    "renewed": ("renewed",),
    "continuing": ("continuing",),
}
CHANGE_LABELS = {
    "new": "新增",
    "raised": "增加规模",
    "adjusted": "调整内容",
    "renewed": "到期延续",
    "continuing": "延续",
}


class Prescribed(Protocol):
    """A value in force, with its label and clause."""

    @property
    def label(self) -> str: ...

    @property
    def value(self) -> Any: ...

    @property
    def clause(self) -> object: ...


class Rules(Protocol):
    """The rules in force for one budget year and one day."""

    def value(self, key: str) -> Prescribed:
        """The value in force. LookupError when nothing is prescribed."""
        ...

    def get(self, key: str) -> Prescribed | None:
        """The value in force, or None when nothing is prescribed."""
        ...


@dataclass(frozen=True)
class Request:
    """What decides on an appraisal: kind of subject, why money is asked, how much (fen), 重大 or not."""

    subject_kind: str
    change: str
    amount_fen: Fen
    is_major: bool = False


@dataclass(frozen=True)
class Trigger:
    """Whether an appraisal is demanded, why (or why not), and by which clause."""

    required: bool
    reason: str
    clause: str
    threshold_fen: Fen | None = None

    def __bool__(self) -> bool:
        return self.required


BOTH = "both"
"""How a pack joins 重大 and the limit: `both` asks for either of them together, `either` for one of the two."""


def appraisal_trigger(rules: Rules, request: Request) -> Trigger:
    """新增、调整扩大和到期延续的政策和项目，列为重大的、达到限额（含本数）的，须先做事前绩效评估；没有规定限额的，一律评估。

    Which kinds of subject and change are caught, the limit in 元, and whether 重大 and the limit are asked for
    together (`appraisal_major_joined`), come from the pack. Nothing is demanded in a year for which it says nothing.
    """
    kinds = _said(rules, "appraisal_trigger_kinds")
    change = CHANGE_LABELS.get(request.change, request.change)
    if kinds is None:
        return Trigger(False, "本年度没有规定须做事前绩效评估的对象和情形", "")
    if request.subject_kind not in kinds.value["subjects"]:
        return Trigger(False, "此类对象不在事前绩效评估范围内", str(kinds.clause))
    if not set(CHANGES.get(request.change, (request.change,))) & set(kinds.value["changes"]):
        return Trigger(False, f"“{change}”项目不在事前绩效评估范围内", str(kinds.clause))
    joined, limit = _said(rules, "appraisal_major_joined"), _said(rules, "appraisal_major_threshold")
    if joined is not None and joined.value == BOTH:
        return _both(joined, limit, request)
    if limit is None:
        return Trigger(True, f"“{change}”项目一律须做事前绩效评估", str(kinds.clause))
    threshold = yuan_to_fen(limit.value)
    if request.is_major:
        return Trigger(True, f"“{change}”的重大项目须做事前绩效评估", str(kinds.clause), threshold)
    if request.amount_fen >= threshold:
        return Trigger(True, f"“{change}”项目{_reached(request, threshold)}", str(limit.clause), threshold)
    why = f"“{change}”项目{_short(request, threshold)}，也未列为重大项目"
    return Trigger(False, why, str(limit.clause), threshold)


def _both(joined: Prescribed, limit: Prescribed | None, request: Request) -> Trigger:
    """列为重大并且达到限额的才须评估；没有规定限额的，列为重大就须评估。"""
    change = CHANGE_LABELS.get(request.change, request.change)
    threshold = yuan_to_fen(limit.value) if limit is not None else None
    clause = str((limit or joined).clause)
    if threshold is not None and request.amount_fen < threshold:
        return Trigger(False, f"“{change}”项目{_short(request, threshold)}", clause, threshold)
    reached = f"，{_reached(request, threshold)}" if threshold is not None else ""
    if request.is_major:
        return Trigger(True, f"“{change}”的重大项目{reached}", clause, threshold)
    return Trigger(False, f"“{change}”项目没有列为重大{reached}", str(joined.clause), threshold)


def _reached(request: Request, threshold: Fen) -> str:
    return f"申报 {format_wan(request.amount_fen)} 万元，达到 {format_wan(threshold)} 万元的限额（含本数）"


def _short(request: Request, threshold: Fen) -> str:
    return f"申报 {format_wan(request.amount_fen)} 万元，未达到 {format_wan(threshold)} 万元的限额"


def _said(rules: Rules, key: str) -> Prescribed | None:
    """What is prescribed, or None: nothing for this year, or unknown to rules frozen before the key was made."""
    try:
        return rules.get(key)
    except LookupError:
        return None


@dataclass(frozen=True)
class Condition:
    """What has to be put right before the money, until when, and whether it was."""

    text: str
    due: date
    met: bool


def library_refusals(
    trigger: Trigger, *, conclusion: str | None, unmet: Sequence[Condition], clause: str
) -> list[Refusal]:
    """须做事前绩效评估的，没有结论、结论为“不予支持”或须完善事项未完成的，不得入库；不须评估而作了评估的同样按结论办理。

    `clause` is what makes the conclusion a condition of entry.
    """
    if conclusion is None:
        if not trigger.required:
            return []
        return [
            Refusal(
                f"没有事前绩效评估结论，不得入库：{trigger.reason}",
                clause or trigger.clause,
                "请先办理事前绩效评估",
                "appraisal",
            )
        ]
    if conclusion == NOT_SUPPORTED:
        return [
            Refusal(
                "事前绩效评估结论为“不予支持”，不得入库",
                clause,
                "项目作实质调整后，作为新的申请重新评估",
                "appraisal",
            )
        ]
    return unmet_refusals(unmet, clause)


def unmet_refusals(conditions: Sequence[Condition], clause: str, consequence: str = "") -> list[Refusal]:
    """须完善事项还没有确认完成的，逐项说明；`consequence` 说明因此不能办什么。"""
    so = f"，{consequence}" if consequence else ""
    return [
        Refusal(
            f"须完善事项“{one.text}”尚未完成（期限 {one.due.isoformat()}）{so}",
            clause,
            "请由单位登记完成情况，再由财政部门确认完成",
            "conditions",
        )
        for one in conditions
        if not one.met
    ]


def conclusion_refusals(
    *, asked: Fen, agreed: Fen, conclusion: str, proposed: str | None, reason: str, clause: str
) -> list[Refusal]:
    """同意金额不得超过申报金额；核减的、结论与得分所示不同的，须写明理由。

    `proposed` is the conclusion that the score shows; None while it shows none.
    """
    found = []
    if not 0 <= agreed <= asked:
        words = f"同意金额须在 0 至申报金额 {format_wan(asked)} 万元之间"
        found.append(Refusal(words, clause, "请核对金额", "agreed_fen"))
    if agreed < asked and not reason.strip():
        found.append(Refusal("核减了申报金额，没有写明理由", clause, "请写明核减什么、为什么", "reason"))
    if proposed and conclusion != proposed and len(reason.strip()) < LEAST_REASON:
        words = f"按得分应为“{CONCLUSIONS[proposed]}”，结论与得分所示不同，没有写明理由"
        found.append(Refusal(words, clause, "请写明为什么不按得分作结论", "reason"))
    return found
