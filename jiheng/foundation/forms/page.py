"""A form definition as Django form fields: the page cleans with the same words as the workbook reader."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from jiheng.rules.forms.definition import Box, Column, FormDefinition, MoneyBlock, TableBlock
from jiheng.rules.forms.fields import Field, Kind
from jiheng.rules.forms.values import Value, clean, empty, exact, missing

_PLACEHOLDERS = {
    Kind.MONEY_WAN: "万元，如 1,234.56",
    Kind.PERCENT: "如 95.5%",
    Kind.TARGET: "如 ≥95%",
}


class FormField(forms.Field):
    """One box of a form on a page. Its value is what the workbook would give for the same text."""

    def __init__(self, field: Field, *, require: bool = False) -> None:
        self.box = field
        super().__init__(
            required=False,
            label=field.label,
            help_text=field.help,
            disabled=field.computed,
            widget=_widget(field),
        )
        self.must_be_filled = require and field.required and not field.computed

    def prepare_value(self, value: Any) -> Any:
        """The stored value as the text that cleaning reads back; what was typed stays as typed."""
        if isinstance(value, bool | str):
            return value
        return exact(self.box, value) if value is not None else ""

    def clean(self, value: Any) -> Value:
        """The cleaned value; ValidationError with the same words as in a workbook."""
        if self.disabled:
            known: Value = value
            return known
        cleaned = clean(self.box, value)
        if cleaned.problem:
            raise forms.ValidationError(cleaned.problem)
        lack = missing(self.box, cleaned.value) if self.must_be_filled else ""
        if lack:
            raise forms.ValidationError(lack)
        return cleaned.value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the typed text means another value than the one that was there."""
        if self.disabled:
            return False
        cleaned = clean(self.box, data)
        return bool(cleaned.problem) or cleaned.value != (empty(self.box) if initial is None else initial)


class PaperForm(forms.Form):
    """The single boxes and money blocks of one form, named by their paths with double underscores.

    `keys` picks some boxes (what finance staff fill, what project staff fill); `require` makes required boxes
    refuse to stay empty, which a draft does not.
    """

    def __init__(
        self,
        definition: FormDefinition,
        *args: Any,
        data_of: Mapping[str, Any] | None = None,
        keys: Iterable[str] | None = None,
        require: bool = False,
        **kwargs: Any,
    ) -> None:
        wanted = None if keys is None else set(keys)
        kwargs.setdefault("initial", _flat(definition, data_of or {}))
        super().__init__(*args, **kwargs)
        for name, field in _boxes(definition):
            if wanted is None or name.partition("__")[0] in wanted:
                self.fields[name] = FormField(field, require=require)

    def values(self) -> dict[str, Any]:
        """The cleaned boxes in the shape of the form's data; money blocks nested by row and column."""
        found: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            *parents, last = name.split("__")
            place = found
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = value
        return found


class RowForm(forms.Form):
    """One row of a table of the form: a field for each column."""

    def __init__(
        self,
        table: TableBlock,
        *args: Any,
        row: Mapping[str, Value] | None = None,
        require: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", dict(row or {}))
        super().__init__(*args, **kwargs)
        for column in table.columns:
            self.fields[column.key] = FormField(column, require=require)


def _boxes(definition: FormDefinition) -> Iterable[tuple[str, Box | Column]]:
    for box in definition.boxes:
        yield box.key, box
    for block in definition.moneys:
        yield from _money(block)


def _money(block: MoneyBlock) -> Iterable[tuple[str, Column]]:
    for row in block.rows:
        for column in block.columns:
            if column.key not in row.dash:
                named = column.model_copy(update={"label": f"{row.label}：{column.label}"})
                yield f"{block.key}__{row.key}__{column.key}", named


def _flat(definition: FormDefinition, data: Mapping[str, Any]) -> dict[str, Value]:
    flat: dict[str, Value] = {box.key: data.get(box.key) for box in definition.boxes}
    for block in definition.moneys:
        rows = data.get(block.key, {})
        for row in block.rows:
            for column in block.columns:
                flat[f"{block.key}__{row.key}__{column.key}"] = rows.get(row.key, {}).get(column.key)
    return flat


def _widget(field: Field) -> forms.Widget:
    classes = {"class": "form-control"}
    match field.kind:
        case Kind.TICK:
            return forms.CheckboxInput(attrs={"class": "form-check-input"})
        case Kind.CHOICE:
            pairs = [("", "请选择"), *((choice, choice) for choice in field.choices)]
            return forms.Select(attrs={"class": "form-select"}, choices=pairs)
        case Kind.LONG_TEXT:
            return forms.Textarea(attrs=classes | {"rows": "4", "maxlength": str(field.max_length)})
        case Kind.DATE:
            return forms.DateInput(attrs=classes | {"type": "date"}, format="%Y-%m-%d")
        case Kind.TEXT:
            return forms.TextInput(attrs=classes | {"maxlength": str(field.max_length)})
        case Kind.MONEY_WAN | Kind.NUMBER | Kind.POINTS | Kind.PERCENT:
            hint = {"inputmode": "decimal", "placeholder": _PLACEHOLDERS.get(field.kind, "")}
            return forms.TextInput(attrs={"class": "form-control text-end"} | hint)
        case Kind.TARGET:
            return forms.TextInput(attrs=classes | {"placeholder": _PLACEHOLDERS[Kind.TARGET]})
