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


def appraisal_trigger(rules: Rules, request: Request) -> Trigger:
    """新增、调整扩大和到期延续的政策和项目，达到限额（含本数）或列为重大的，须先做事前绩效评估；没有规定限额的，一律评估。

    Which kinds of subject and change are caught, and the limit in 元, come from the pack.
    """
    kinds = rules.value("appraisal_trigger_kinds")
    change = CHANGE_LABELS.get(request.change, request.change)
    if request.subject_kind not in kinds.value["subjects"]:
        return Trigger(False, "此类对象不在事前绩效评估范围内", str(kinds.clause))
    if not set(CHANGES.get(request.change, (request.change,))) & set(kinds.value["changes"]):
        return Trigger(False, f"“{change}”项目不在事前绩效评估范围内", str(kinds.clause))
    limit = rules.get("appraisal_major_threshold")
    if limit is None:
        return Trigger(True, f"“{change}”项目一律须做事前绩效评估", str(kinds.clause))
    threshold = yuan_to_fen(limit.value)
    asked, line = format_wan(request.amount_fen), format_wan(threshold)
    if request.is_major:
        return Trigger(True, f"“{change}”的重大项目须做事前绩效评估", str(kinds.clause), threshold)
    if request.amount_fen >= threshold:
        why = f"“{change}”项目申报 {asked} 万元，达到 {line} 万元的限额（含本数）"
        return Trigger(True, why, str(limit.clause), threshold)
    why = f"“{change}”项目申报 {asked} 万元，未达到 {line} 万元的限额，也未列为重大项目"
    return Trigger(False, why, str(limit.clause), threshold)


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
