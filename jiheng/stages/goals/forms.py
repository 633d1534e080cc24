"""What is typed on the pages of the stage: the two halves, the review table, the return of rows."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from jiheng.foundation.web.fields import KeyField
from jiheng.foundation.web.seen import SeenForm
from jiheng.registers.cycles.queries import rules_at
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.subjects.fields import WanField
from jiheng.rules.interim_targets import example_of, points_of
from jiheng.rules.scoring.registry import METHODS
from jiheng.stages.goals.models import FindingDispute, Goal, GoalIndicator, GoalTask
from jiheng.stages.goals.services import RowData, TaskData
from jiheng.stages.goals.targets import usual_method
from jiheng.stages.goals.whole.queries import bound_keys

USUAL = ("", "按符号自动选用")
CARRIED = {"data-carry": ""}
"""Of a pasted block: an empty cell takes the text above it, as cells merged in the sheet mean it."""


def branch_choices(goal: Goal) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the level-1 labels and, for each, its level-2 labels, as the goal's rules name them."""
    branches = rules_at(goal.cycle).value("goal_branches").value
    grouped = [(one["label"], [child["label"] for child in one.get("children", [])]) for one in branches]
    return [label for label, _ in grouped], grouped


class HalfForm(SeenForm):
    """A half of a goal: with what its page last got from the store (`base`) and the held texts that are settled."""

    base = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    settled = forms.CharField(required=False, widget=forms.HiddenInput)


class ContentForm(HalfForm):
    """The texts of the project half."""

    objective = forms.CharField(
        label="年度目标",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明本年度做什么、做到什么程度、带来什么效果，尽量用数字；可分条写“目标1、目标2”。",
    )
    medium_objective = forms.CharField(
        label="中期目标",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="跨年度项目填写整个实施期要达到的目标，主要指标在“中期指标值”里写明并分到各年；一年期项目可不填。",
    )


class MoneyForm(HalfForm):
    """The finance half: sources of the year and of the medium term, and how they were worked out."""

    fiscal_fen = WanField(label="财政拨款", required=False)
    other_fen = WanField(label="其他资金", required=False)
    medium_fiscal_fen = WanField(label="中期财政拨款", required=False)
    medium_other_fen = WanField(label="中期其他资金", required=False)
    note = forms.CharField(
        label="资金测算说明",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="按内容、数量、单价写清测算过程和依据；有支出标准的写明标准。",
    )

    def told(self) -> dict[str, Any]:
        """Return the arguments of the service; amounts left empty are zero."""
        kept = self.cleaned_data
        amounts = ("fiscal_fen", "other_fen", "medium_fiscal_fen", "medium_other_fen")
        return {**{key: kept[key] or 0 for key in amounts}, "note": kept["note"]}


def new_key() -> str:
    """Return a key for a new row: by it a row that is sent twice is one row."""
    return str(uuid4())


class RowForm(forms.Form):
    """One indicator row of the grid, in the order of the official form."""

    pk = KeyField(required=False)
    key = forms.CharField(required=False, max_length=40, initial=new_key, widget=forms.HiddenInput)
    library = KeyField(required=False)
    level1 = forms.CharField(label="一级指标", required=False, widget=forms.Select(attrs=CARRIED))
    level2 = forms.CharField(label="二级指标", required=False, widget=forms.Select(attrs=CARRIED))
    name = forms.CharField(
        label="三级指标",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"data-width": "wide", "data-alias": "指标名称 绩效指标 指标"}),
    )
    target_text = forms.CharField(
        label="指标值",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"data-alias": "年度指标值 目标值 年度目标值"}),
    )
    unit = forms.CharField(
        label="单位",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"data-width": "narrow", "data-alias": "计量单位 度量单位"}),
    )
    weight = forms.CharField(label="分值", required=False, max_length=8)
    free_reason = forms.CharField(label="自拟理由", required=False, max_length=200)
    standard = forms.CharField(label="设定依据", required=False, max_length=200)
    data_source = forms.CharField(label="数据来源", required=False, max_length=200)
    method = forms.ChoiceField(label="赋分方法", required=False)
    term_text = forms.CharField(label="中期指标值", required=False, max_length=200)
    interim_text = forms.CharField(
        label="阶段性目标",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"data-width": "wide", "data-alias": "阶段目标 阶段目标值"}),
    )
    explanation = forms.CharField(
        label="指标解释", required=False, max_length=300, widget=forms.TextInput(attrs={"data-width": "wide"})
    )

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level1, grouped = branch_choices(goal)
        weight = rules_at(goal.cycle).value("goal_weight_total").value
        known2 = [one for _, below in grouped for one in below]
        groups: list[Any] = [(label, [(one, one) for one in below]) for label, below in grouped]
        self._choose("level1", [(one, one) for one in level1], level1)
        self._choose("level2", groups, known2)
        methods = [USUAL, *((key, method.label) for key, method in METHODS.items())]
        cast(forms.ChoiceField, self.fields["method"]).choices = methods
        self.fields["weight"].widget = forms.TextInput(
            attrs={"data-total": f"{weight}", "data-width": "num", "inputmode": "decimal", "data-alias": "权重 权重分值"}
        )
        self._offer_interim(goal)
        if self.initial.get("bound"):
            for key in ("target_text", "unit"):
                self.fields[key].widget.attrs |= {"readonly": True, "title": "由项目目标汇总"}
        if self.initial.get("locked"):
            self._lock()

    def _offer_interim(self, goal: Goal) -> None:
        """Interim targets are asked for where the rules have them; elsewhere what is stored passes through unseen."""
        points = points_of(rules_at(goal.cycle))
        if not points:
            self.fields["interim_text"].widget = forms.HiddenInput()
            return
        example = example_of(points)
        self.fields["interim_text"].widget.attrs |= {
            "placeholder": example, "title": f"各监控时点应达到的值，写成 {example}"
        }

    def _lock(self) -> None:
        """Show a row that was not returned without letting it be changed."""
        for key, field in self.fields.items():
            if isinstance(field.widget, forms.Select):
                # A select cannot be read-only: it keeps the one choice that it has.
                labels = dict([USUAL]) | {one: method.label for one, method in METHODS.items()}
                own = str(self.initial.get(key) or "")
                field.widget.choices = [(own, labels.get(own, own))]
            elif not field.widget.is_hidden:
                field.widget.attrs["readonly"] = True

    def _choose(self, key: str, choices: list[Any], known: list[str]) -> None:
        """Offer the labels of the rules; one that a row has and the rules do not know is kept."""
        own = str(self.initial.get(key) or "")
        extra = [(own, own)] if own and own not in known else []
        cast(forms.Select, self.fields[key].widget).choices = [("", ""), *choices, *extra]

    def clean_weight(self) -> Decimal:
        """Points with at most two decimals; empty is zero, which the checks then name."""
        text = str(self.cleaned_data["weight"]).strip().replace(",", "")
        if not text:
            return Decimal(0)
        try:
            return cast(Decimal, forms.DecimalField(min_value=0, max_value=100, decimal_places=2).clean(text))
        except forms.ValidationError as error:
            raise forms.ValidationError("分值须为 0 到 100 的数，最多两位小数") from error

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in the row."""
        kept = self.read()
        return not any(str(kept.get(key) or "").strip() for key in ("name", "target_text")) and not kept.get(
            "pk"
        )

    def read(self) -> dict[str, Any]:
        """Return the cells; one that cannot be read as it was typed, points and keys that cannot be read as none."""
        found = {key: self.cleaned_data.get(key, str(self[key].value() or "")) for key in self.fields}
        found["weight"] = self.cleaned_data.get("weight", Decimal(0))
        return found | {key: self.cleaned_data.get(key) for key in ("pk", "library")}

    def told(self) -> RowData:
        """Return the row for the service."""
        kept = self.read()
        return RowData(
            pk=kept.get("pk"),
            library_id=kept.get("library"),
            level1=kept["level1"],
            level2=kept["level2"],
            name=kept["name"],
            target_text=kept["target_text"],
            unit=kept["unit"],
            weight=kept["weight"],
            method=kept["method"],
            free_reason=kept["free_reason"],
            standard=kept["standard"],
            data_source=kept["data_source"],
            explanation=kept["explanation"],
            term_text=kept["term_text"],
            interim_text=kept["interim_text"],
            lineage=as_key(kept["key"]),
        )


class TaskForm(forms.Form):
    """One yearly main task of a department; the finance half fills its money."""

    pk = KeyField(required=False)
    key = forms.CharField(required=False, max_length=40, initial=new_key, widget=forms.HiddenInput)
    name = forms.CharField(
        label="任务名称", required=False, max_length=200, widget=forms.TextInput(attrs={"data-width": "wide"})
    )
    content = forms.CharField(
        label="主要内容",
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"data-width": "wide"}),
    )

    def told(self) -> TaskData:
        """Return the task for the service."""
        kept = self.cleaned_data
        return TaskData(name=kept["name"], content=kept["content"], pk=kept.get("pk"))


class TaskMoneyForm(forms.Form):
    """The money of one task."""

    pk = KeyField()
    name = forms.CharField(
        label="任务名称",
        required=False,
        widget=forms.TextInput(attrs={"readonly": True, "data-width": "wide"}),
    )
    fiscal_fen = WanField(label="财政拨款（万元）", required=False)
    other_fen = WanField(label="其他资金（万元）", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("bound"):
            for key in ("fiscal_fen", "other_fen"):
                self.fields[key].widget.attrs |= {"readonly": True, "title": "取自项目目标"}

    def told(self) -> tuple[int, tuple[int, int]]:
        """Return the task's key with its two amounts."""
        kept = self.cleaned_data
        return kept["pk"], (kept["fiscal_fen"] or 0, kept["other_fen"] or 0)


Rows = formset_factory(RowForm, extra=0, can_delete=True, max_num=200)
Tasks = formset_factory(TaskForm, extra=0, can_delete=True, max_num=200)
TaskMoney = formset_factory(TaskMoneyForm, extra=0, max_num=200)


def as_key(text: str) -> UUID | None:
    """Read the key that a page gave to a new row; None for what is no such key."""
    try:
        return UUID(text)
    except ValueError:
        return None


def row_initial(row: GoalIndicator, budget_year: int) -> dict[str, Any]:
    """Return a stored row for the grid; the method only where it is not the usual one."""
    keys = ("pk", "level1", "level2", "name", "target_text", "unit", "free_reason", "standard")
    more = ("data_source", "explanation", "term_text", "interim_text")
    told = {key: getattr(row, key) for key in (*keys, *more)}
    return {
        **told,
        "key": str(row.lineage),
        "weight": f"{row.weight.normalize():f}" if row.weight else "",
        "method": "" if row.method == usual_method(row, budget_year) else row.method,
        "library": row.library_id,
    }


def library_row(indicator: LibraryIndicator) -> dict[str, Any]:
    """Return what a row takes from the library when the indicator is picked."""
    sign = {">=": "≥", "<=": "≤"}.get(indicator.operator, indicator.operator)
    shown = indicator.method == "date_target" or indicator.operator == "qualitative"
    return {
        "library": indicator.pk,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "target_text": indicator.value if shown else f"{sign}{indicator.value}",
        "unit": indicator.unit,
        "standard": indicator.basis,
        "data_source": indicator.data_source,
        "method": indicator.method,
        "explanation": indicator.definition,
    }


class HalfForms:
    """The forms of the half that a person fills: texts or amounts, with their grids."""

    def __init__(
        self, goal: Goal, half: str, data: QueryDict | None = None, mark: str = "", base: str = ""
    ) -> None:
        self.goal, self.half = goal, half
        self.form: SeenForm
        self.grid: BaseFormSet[Any] | None = None
        self.tasks: BaseFormSet[Any] | None = None
        if half == "content":
            self._content(data, mark, base)
        else:
            self._money(data, mark, base)

    def _content(self, data: QueryDict | None, mark: str, base: str) -> None:
        goal = self.goal
        initial = {
            "seen": goal.content_version,
            "page": mark,
            "base": base,
            "objective": goal.objective,
            "medium_objective": goal.medium_objective,
        }
        self.form = ContentForm(data, initial=initial)
        # A page that is sent brings all its rows itself; what is stored may have moved on since (autosave).
        stored = list(goal.indicators.select_related("library"))
        narrow, bound = any(row.returned for row in stored), bound_keys(goal)
        rows = (
            [
                row_initial(row, goal.subject_year.budget_year)
                | {"locked": narrow and not row.returned, "bound": ("indicator", str(row.lineage)) in bound}
                for row in stored
            ]
            if data is None
            else None
        )
        if narrow:
            self.form.fields["objective"].widget.attrs["readonly"] = True
            self.form.fields["medium_objective"].widget.attrs["readonly"] = True
        self.grid = _ready(Rows(data, initial=rows, prefix="rows", form_kwargs={"goal": goal}))
        if goal.scope == "department":
            tasks = [
                {"pk": task.pk, "key": str(task.pk), "name": task.name, "content": task.content}
                for task in goal.tasks.all()
            ]
            self.tasks = _ready(Tasks(data, initial=tasks if data is None else None, prefix="tasks"))

    def _money(self, data: QueryDict | None, mark: str, base: str) -> None:
        goal = self.goal
        amounts = ("fiscal_fen", "other_fen", "medium_fiscal_fen", "medium_other_fen")
        # An amount of nought is shown as an empty box: it is how a half begins that nobody has filled yet.
        initial: dict[str, Any] = {key: getattr(goal, key) or None for key in amounts}
        initial |= {"seen": goal.money_version, "page": mark, "base": base, "note": goal.money_note}
        self.form = MoneyForm(data, initial=initial)
        if goal.scope == "department":
            bound = bound_keys(goal)
            tasks = [_task_initial(task, ("task", task.name) in bound) for task in goal.tasks.all()] if data is None else None
            self.tasks = TaskMoney(data, initial=tasks, prefix="tasks")

    def is_valid(self) -> bool:
        """Whether everything could be read."""
        parts = [one for one in (self.form, self.grid, self.tasks) if one is not None]
        wrong = [one for one in parts if not one.is_valid()]  # each is asked, so that all errors are shown
        return not wrong

    def told(self) -> dict[str, Any]:
        """Return the arguments of save_content or save_money."""
        if isinstance(self.form, MoneyForm):
            money = dict(form.told() for form in self.tasks.forms) if self.tasks else None
            return {**self.form.told(), "task_money": money, "seen": self.form.told_seen()}
        kept = self.form.cleaned_data
        return {
            "objective": kept["objective"],
            "medium_objective": kept["medium_objective"],
            "rows": self.rows(),
            "tasks": [form.told() for form in _kept(self.tasks)],
            "seen": self.form.told_seen(),
        }

    def rows(self) -> list[RowData]:
        """Return the rows of the grid that say something, in their order."""
        return [form.told() for form in _kept(self.grid) if not form.is_blank]

    def rows_on_page(self) -> list[RowData]:
        """Return every row that says something, also one with a cell that cannot be read: to be checked, not to be stored.

        The checks name rows by their places, and those are the places on the page.
        """
        filled = [form for form in (self.grid.forms if self.grid is not None else ()) if form.is_valid() or form.errors]
        return [form.told() for form in filled if not form.cleaned_data.get("DELETE") and not form.is_blank]


def _ready(formset: BaseFormSet[Any]) -> BaseFormSet[Any]:
    """An empty grid begins with one empty row: to type in, and to paste a block of a sheet into."""
    if not formset.is_bound and not formset.initial:
        formset.extra = 1
    return formset


def _kept(formset: BaseFormSet[Any] | None) -> list[Any]:
    if formset is None:
        return []
    read = [form for form in formset.forms if form.is_valid() and form.cleaned_data]
    return [form for form in read if not form.cleaned_data.get("DELETE")]


def _task_initial(task: GoalTask, bound: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "bound": bound,
        "pk": task.pk,
        "name": task.name,
        "fiscal_fen": task.fiscal_fen or None,
        "other_fen": task.other_fen or None,
    }


class AdjustForm(forms.Form):
    """Why an approved goal is to be changed."""

    kind = forms.ChoiceField(label="调整情形")
    reason = forms.CharField(
        label="调整原因",
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明发生了什么变化、依据哪份文件、拟调整哪些内容。",
    )

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = rules_at(goal.cycle).value("goal_adjustment_reasons").value
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(one["label"], one["label"]) for one in known]

    def told(self) -> str:
        """Return kind and reason in one."""
        return f"{self.cleaned_data['kind']}：{self.cleaned_data['reason'].strip()}"


class ReturnForm(forms.Form):
    """Which rows come back, each with its reason, and the opinion on the whole."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(label="退回意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DisputeForm(forms.Form):
    """Why a finding of the checks is wrong."""

    reason = forms.CharField(
        label="申辩理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明事实和依据，如上年实际、文件规定、合同约定。",
    )


class AnswerForm(forms.Form):
    """What the reviewers say to a dispute."""

    answer = forms.ChoiceField(label="答复", choices=FindingDispute.ANSWERS, widget=forms.RadioSelect)
    reason = forms.CharField(label="答复理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class UploadForm(forms.Form):
    """A filled-in form as a workbook."""

    file = forms.FileField(label="填好的表（.xlsx）")
