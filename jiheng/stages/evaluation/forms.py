"""What people type on the pages of evaluation, read and named where it cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms import formset_factory

from jiheng.foundation.web.fields import AmountField, DayField
from jiheng.foundation.web.seen import SeenForm
from jiheng.rules.reading import Problem, read_number
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.evaluation.judging import LineData
from jiheng.stages.evaluation.models import Comment, Evaluation, Finding, SelfLine
from jiheng.stages.evaluation.services.evaluations import AnswerData, FindingData

Posted = Mapping[str, Any]


class ResultsForm(SeenForm):
    """The text of the project half; its rows are read by `typed_lines`."""

    actual_objective = forms.CharField(
        label="年度总体目标实际完成情况",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明做了什么、做到什么程度、产生什么效果；对照预期目标逐条写，不要照抄目标。",
    )


class ExecutionForm(SeenForm):
    """The finance half: why money was spent more slowly than planned."""

    execution_reason = forms.CharField(
        label="执行偏差原因",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不超过 100 字。执行率低于规定的线时必须填写。",
    )


@dataclass(frozen=True)
class Typed:
    """One row as typed: what the service takes, the points as text, what cannot be read."""

    data: LineData
    claimed: str
    problem: Refusal | None = None


def typed_lines(rows: Sequence[SelfLine], posted: Posted) -> dict[int, Typed]:
    """Read the rows of the project half; points that are no number are named, with their row."""
    found = {}
    for row in rows:
        text = str(posted.get(f"claimed-{row.pk}", "")).strip()
        points, problem = _number(text, f"“{row.indicator.name}”的自评分", f"line-{row.pk}")
        data = LineData(
            actual_text=str(posted.get(f"actual-{row.pk}", "")),
            tier=str(posted.get(f"tier-{row.pk}", "")),
            claimed=points,
            reason=str(posted.get(f"reason-{row.pk}", "")),
        )
        found[row.pk] = Typed(data, text, problem)
    return found


def stored_lines(rows: Sequence[SelfLine]) -> dict[int, Typed]:
    """Return what is stored in the shape of what is typed."""
    return {
        row.pk: Typed(LineData(row.actual_text, row.tier, row.claimed, row.reason), bare(row.claimed))
        for row in rows
    }


def bare(points: Decimal | None) -> str:
    """Return points for an input: no needless zeros."""
    if points is None:
        return ""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: str, label: str, where: str) -> tuple[Decimal | None, Refusal | None]:
    if not text:
        return None, None
    read = read_number(text)
    if isinstance(read, Problem):
        return None, mistake(f"{label}“{text}”{read.message}", remedy=read.remedy, where=where)
    return read, None


def typed_points(
    keys: Mapping[str, str], posted: Posted
) -> tuple[dict[str, Decimal], dict[str, str], list[Refusal]]:
    """Read points and reasons by key (`keys`: key → label); what is no number is named at its row."""
    points: dict[str, Decimal] = {}
    problems = []
    for key, label in keys.items():
        text = str(posted.get(f"points-{key}", "")).strip()
        value, problem = _number(text, f"“{label}”的得分", key)
        if value is not None:
            points[key] = value
        if problem is not None:
            problems.append(problem)
    reasons = {key: str(posted.get(f"reason-{key}", "")).strip() for key in keys}
    return points, reasons, problems


class UploadForm(forms.Form):
    """A filled-in form as a workbook."""

    file = forms.FileField(label="填好的表（.xlsx）")


class EvidenceForm(forms.Form):
    """A file with what it proves."""

    row = forms.ChoiceField(label="所证内容", required=False)
    file = forms.FileField(label="文件", help_text="PDF、PNG、JPG、不含宏的 DOCX 和 XLSX，不超过 20MB。")

    def __init__(self, *args: Any, rows: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "整份材料"), *((one[:80], one) for one in dict.fromkeys(rows))]
        cast("forms.ChoiceField", self.fields["row"]).choices = choices


class DrawForm(forms.Form):
    """How many are drawn, by which seed."""

    count = forms.IntegerField(label="抽取份数", min_value=1)
    seed = forms.CharField(
        label="随机种子",
        max_length=80,
        help_text="抽取前公开、任何人都不能预先安排的数字，如抽取当天收盘的上证指数。写明出处，便于复核。",
    )


class OrderForm(forms.Form):
    """The order of an evaluation."""

    kind = forms.ChoiceField(label="评价类型")
    scorecard = forms.ChoiceField(label="评分表")
    evaluator = forms.ChoiceField(label="评价机构", help_text="被评价单位不能评价自己。")
    due = DayField(label="完成期限")
    amount_fen = AmountField(label="涉及金额", help_text="默认取台账的全年预算数；跨年度评价由系统按各年度全年预算合计。")
    span = forms.ChoiceField(label="跨年度评价", required=False)
    first_year = forms.ChoiceField(label="从哪一年起", required=False, help_text="评到本年度为止。")

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, known in choices.items():
            cast("forms.ChoiceField", self.fields[key]).choices = known


class FindingForm(forms.Form):
    """One problem found."""

    category = forms.ChoiceField(label="类别", choices=Finding.CATEGORIES, required=False)
    text = forms.CharField(
        label="问题",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"data-width": "wide", "rows": 2}),
    )
    amount_fen = AmountField(label="涉及金额（万元）", required=False)
    advice = forms.CharField(
        label="整改建议", required=False, max_length=1000,
        widget=forms.Textarea(attrs={"data-width": "wide", "rows": 2}),
    )  # fmt: skip

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in the row."""
        kept = self.cleaned_data
        return not (kept.get("text") or kept.get("advice") or kept.get("amount_fen"))

    def told(self) -> FindingData:
        """Return the finding for the service."""
        kept = self.cleaned_data
        return FindingData(
            kept.get("category") or "management",
            kept.get("text") or "",
            kept.get("advice") or "",
            kept.get("amount_fen") or 0,
        )


FindingSet = formset_factory(FindingForm, extra=2, can_delete=True, max_num=100)


def findings_in(formset: Any) -> list[FindingData]:
    """Return the findings of a valid grid that say something, in their order."""
    kept = [form for form in formset.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    return [form.told() for form in kept if not form.is_blank]


class PointForm(forms.Form):
    """One point of the unit's answer to a draft."""

    text = forms.CharField(
        label="意见",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"data-width": "wide", "rows": 2}),
    )


PointSet = formset_factory(PointForm, extra=2, can_delete=True, max_num=50)


def typed_answers(comments: Sequence[Comment], posted: Posted) -> dict[int, AnswerData]:
    """Read what is done with each comment."""
    return {
        one.pk: AnswerData(
            str(posted.get(f"verdict-{one.pk}", "")), str(posted.get(f"answer-{one.pk}", "")).strip()
        )
        for one in comments
    }


KIND_LABELS = dict(Evaluation.KINDS)
