"""How values look: amounts, points, percentages, dates, states, clauses, icons, form fields."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django import template
from django.forms import (
    BaseForm,
    BaseFormSet,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from jiheng.foundation import clock
from jiheng.foundation.web.alike import Alike, Mistake, gathered
from jiheng.foundation.web.charts import chart_script, data_id
from jiheng.foundation.web.stage import Milestone, Todo
from jiheng.rules.money import format_wan, format_yuan, round_half_up
from jiheng.rules.workflow.steps import Tone

register = template.Library()

NOTHING = "—"
SOON_DAYS = 3


@register.simple_tag
def opened() -> SafeString:
    """A hidden field that says when the page was opened: by it the time that a form takes is counted."""
    return format_html('<input type="hidden" name="opened" value="{}">', clock.now().isoformat())


@register.filter
def wan(fen: int | str | None) -> str:
    """Show fen as 万元, two decimals, grouped: 123456789000 → 123,456.79."""
    return NOTHING if fen is None or fen == "" else format_wan(int(fen))


@register.filter
def yuan(fen: int | str | None) -> str:
    """Show fen as 元, two decimals, grouped."""
    return NOTHING if fen is None or fen == "" else format_yuan(int(fen))


@register.filter
def alike(problems: Sequence[Mistake]) -> list[Alike]:
    """Gather the mistakes of a file: what breaks one rule of one column many times is told once."""
    return gathered(problems)


@register.filter
def points(value: Decimal | Fraction | int | str | None) -> str:
    """Show a score or weight with two decimals, half up."""
    return NOTHING if value is None or value == "" else f"{round_half_up(Fraction(value)):,}"


@register.filter
def percent(ratio: Decimal | Fraction | int | str | None) -> str:
    """Show a ratio as a percentage with one decimal, half up: 0.925 → 92.5%."""
    return NOTHING if ratio is None or ratio == "" else f"{round_half_up(Fraction(ratio) * 100, 1):,}%"


@register.filter
def count(value: int | str | None) -> str:
    """Show a whole number, grouped."""
    return NOTHING if value is None or value == "" else f"{int(value):,}"


@register.filter
def day(value: date | datetime | None) -> str:
    """Show a date as 2026-06-30."""
    if not value:
        return NOTHING
    return f"{timezone.localtime(value) if isinstance(value, datetime) else value:%Y-%m-%d}"


@register.filter
def moment(value: datetime | None) -> str:
    """Show a moment as 2026-06-30 15:04, local time."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else NOTHING


@register.filter
def clock_time(value: datetime | None) -> str:
    """Show a moment of today as 15:04:05, local time."""
    return f"{timezone.localtime(value):%H:%M:%S}" if value else NOTHING


@register.filter
def orna(value: object) -> object:
    """Show a dash for nothing."""
    return NOTHING if value is None or value == "" else value


@register.filter
def place_words(where: str) -> str:
    """Show where a refusal applies when it is said in words; keys (`comment`, `reasons.满意度`) are for scripts only."""
    return "" if where.partition(".")[0].isascii() else where


def days_in_words(due_day: date) -> tuple[str, Tone]:
    """Return how far off a deadline is, as people say it, with its tone."""
    left = clock.days_left(due_day)
    if left < 0:
        return f"逾期 {-left} 天", "red"
    if left == 0:
        return "今天截止", "amber"
    return f"还剩 {left} 天", "amber" if left <= SOON_DAYS else "grey"


@register.filter
def due(value: date | None) -> SafeString:
    """Show a deadline: 还剩 3 天 or 逾期 2 天, with the date beside it."""
    if not value:
        return mark_safe(NOTHING)  # noqa: S308  a constant
    words, tone = days_in_words(value)
    return format_html(
        '<span class="due"><span class="due-words tone-{}">{}</span> <time datetime="{}">{}</time></span>',
        tone,
        words,
        value.isoformat(),
        day(value),
    )


@register.simple_tag
def state_badge(label: str, tone: Tone = "grey") -> SafeString:
    """Show a state in words, coloured by its tone: grey, blue, green, amber, red."""
    return format_html('<span class="state tone-{}">{}</span>', tone, label)


@register.simple_tag
def clause(text: object) -> SafeString:
    """Show the clause that something rests on; nothing when there is none."""
    if not text:
        return mark_safe("")
    return format_html('<span class="clause"><span class="clause-mark">依据</span>{}</span>', str(text))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the Tabler web font; words beside it carry the meaning."""
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name)


@register.inclusion_tag("web/_lifeline.html")
def lifeline(milestones: list[Milestone], current: str = "") -> dict[str, Any]:
    """Draw the line of a record's life; `current` is the key of the stage being looked at."""
    return {"milestones": milestones, "current": current}


@register.inclusion_tag("web/_field.html")
def field(
    bound: BoundField, unit: str = "", clause: object = "", note: str = "", last_year: object = ""
) -> dict[str, Any]:
    """Draw a form field: label, input with its unit, help in the rule's words, clause, errors.

    `note` is shown before the help; `last_year` shows what stood here a year ago.
    """
    widget = bound.field.widget
    shared = {"bound": bound, "unit": unit, "clause": clause, "note": note, "last_year": last_year}
    return shared | {
        "input": draw(bound),
        "single": isinstance(widget, CheckboxInput),
        "choices": isinstance(widget, (RadioSelect, CheckboxSelectMultiple)),
    }


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """Draw only the input of a field, for grids and filters whose label stands elsewhere."""
    return draw(bound, label=True)


def draw(bound: BoundField, *, label: bool = False) -> SafeString:
    """Return the input with its classes, and what screen readers need to find help and errors."""
    widget = bound.field.widget
    attrs: dict[str, str | bool] = {}
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        attrs["class"] = "choices"
    elif isinstance(widget, Select):
        attrs["class"] = "form-select"
    elif isinstance(widget, CheckboxInput):
        attrs["class"] = "form-check-input"
    else:
        attrs["class"] = "form-control"
    if "class" in widget.attrs:
        attrs["class"] = f"{attrs['class']} {widget.attrs['class']}"
    if isinstance(widget, Textarea) and widget.attrs.get("rows") == "10":  # Django's own default
        attrs["rows"] = "3"
    if not isinstance(widget, (Textarea, FileInput)):
        attrs["autocomplete"] = widget.attrs.get("autocomplete", "off")
    if bound.errors:
        attrs["class"] = f"{attrs['class']} is-invalid"
        attrs["aria-invalid"] = "true"
    attrs["aria-describedby"] = f"{bound.auto_id}_about"
    if label:
        attrs["aria-label"] = str(bound.label)
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("web/_form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Count a form's errors at its top, each a link to its field."""
    general = list(form.non_field_errors())
    wrong = [bound for bound in form if bound.errors]
    total = len(general) + sum(len(bound.errors) for bound in wrong)
    return {"general": general, "wrong": wrong, "total": total}


@register.inclusion_tag("web/_formset_errors.html")
def formset_errors(formset: BaseFormSet[Any]) -> dict[str, Any]:
    """Count a grid's errors at its top, each with its row and column."""
    general = list(formset.non_form_errors()) if formset.is_bound else []
    wrong: list[tuple[int, BoundField]] = []
    rows: list[tuple[int, str]] = []
    for number, (form, gone) in enumerate(_rows(formset) if formset.is_bound else [], start=1):
        if gone:
            continue
        wrong += [(number, bound) for bound in form if bound.errors]
        rows += [(number, str(error)) for error in form.non_field_errors()]
    total = len(general) + len(rows) + sum(len(bound.errors) for _, bound in wrong)
    return {"general": general, "wrong": wrong, "rows": rows, "total": total}


@dataclass(frozen=True)
class GridColumn:
    """One column of a grid: its heading, how wide, and what it should add up to."""

    key: str
    label: str
    required: bool
    width: str
    total: bool
    should: str
    now: str
    alias: str


@register.inclusion_tag("web/_grid.html")
def grid(formset: BaseFormSet[Any]) -> dict[str, Any]:
    """Draw a formset as a grid that works by keyboard and takes blocks pasted from Excel."""
    columns = [
        _grid_column(formset, bound)
        for bound in formset.empty_form.visible_fields()
        if bound.name != DELETION_FIELD_NAME
    ]
    totals = any(column.total for column in columns)
    return {
        "formset": formset,
        "rows": _rows(formset),
        "columns": columns,
        "totals": totals,
        "removable": formset.can_delete,
    }


def _rows(formset: BaseFormSet[Any]) -> list[tuple[BaseForm, bool]]:
    """Return the rows of a grid, each with whether the person has taken it out."""
    return [(form, formset.can_delete and bool(form[DELETION_FIELD_NAME].value())) for form in formset.forms]


def _grid_column(formset: BaseFormSet[Any], bound: BoundField) -> GridColumn:
    attrs = bound.field.widget.attrs
    total = "data-total" in attrs
    now = (
        sum((_number(form[bound.name].value()) for form, gone in _rows(formset) if not gone), Decimal(0))
        if total
        else ""
    )
    return GridColumn(
        key=bound.name,
        label=str(bound.label),
        required=bound.field.required,
        width=attrs.get("data-width", "num" if total else "text"),
        total=total,
        should=str(attrs.get("data-total", "")),
        now=str(now),
        alias=str(attrs.get("data-alias", "")),
    )


def _number(value: Any) -> Decimal:
    try:
        found = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


@register.inclusion_tag("web/_chart.html")
def chart(name: str, option: dict[str, Any] | SafeString, label: str = "", size: str = "") -> dict[str, Any]:
    """Draw an ECharts option (plain values only) or what `chart_script` made of it; `size` is "", "low" or "tall"."""
    script = option if isinstance(option, SafeString) else chart_script(name, option)
    return {"name": name, "script": script, "label": label, "size": size, "data": data_id(name)}


@register.inclusion_tag("web/_chart_scripts.html")
def chart_scripts() -> dict[str, Any]:
    """Load what charts need; once, at the end of a page that has some."""
    return {}


@register.inclusion_tag("web/_todos.html")
def todo_list(todos: Iterable[Todo]) -> dict[str, Any]:
    """Draw things to do: what, why it came back, how much, until when, one verb."""
    return {"todos": todos}
