"""Form fields that take what people write: amounts with commas and units, full-width digits, any date.

They are text inputs on purpose: a browser's number input refuses 1,234.56 and changes under the wheel.
What cannot be read is named in the same words as in an imported workbook.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jiheng.rules.money import fen_to_wan, fen_to_yuan
from jiheng.rules.reading import Problem, is_blank, read_amount, read_date, read_number, read_percent

LARGEST_KEY = 2**63 - 1


class KeyField(forms.IntegerField):
    """The hidden key of a row; what is larger than any key is refused before the database sees it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_KEY, **kwargs)


class AmountField(forms.Field):
    """An amount in 万元 (or 元); the cleaned value and the initial value are whole fen."""

    def __init__(self, *, unit: str = "万元", minimum: int | None = 0, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"}))
        super().__init__(**kwargs)
        self.unit = unit
        self.minimum = minimum

    def prepare_value(self, value: Any) -> Any:
        """Show fen in the unit of the field, grouped; leave alone what the person typed."""
        if isinstance(value, int):
            return (
                f"{fen_to_wan(value):,f}".rstrip("0").rstrip(".")
                if self.unit == "万元"
                else f"{fen_to_yuan(value):,}"
            )
        return value

    def to_python(self, value: Any) -> int | None:
        """Read fen; what is not an amount, or is one only after a guess, is refused by name."""
        if isinstance(value, int) or is_blank(value):
            return value if isinstance(value, int) else None
        reading = read_amount(value, self.unit)
        if reading.problem is not None or reading.fen is None:
            raise ValidationError(str(reading.problem))
        if self.minimum is not None and reading.fen < self.minimum:
            raise ValidationError("金额不能为负数，请核对。")
        return reading.fen


class NumberField(forms.Field):
    """A number, a score or a weight as Decimal; `percent` reads 92.5% or 92.5 as the ratio 0.925."""

    def __init__(
        self,
        *,
        percent: bool = False,
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)
        self.percent = percent
        self.minimum = minimum
        self.maximum = maximum

    def prepare_value(self, value: Any) -> Any:
        """Show a ratio as a percentage, a number without needless zeros."""
        if not isinstance(value, Decimal):
            return value
        shown = value * 100 if self.percent else value
        text = f"{shown:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text}%" if self.percent else text

    def to_python(self, value: Any) -> Decimal | None:
        """Read a number; refuse by name what is none or lies outside the bounds."""
        if isinstance(value, Decimal) or is_blank(value):
            return value if isinstance(value, Decimal) else None
        read = read_percent(value, bare="points") if self.percent else read_number(value)
        if isinstance(read, Problem):
            raise ValidationError(str(read))
        read = read / 100 if self.percent else read
        if self.minimum is not None and read < self.minimum:
            raise ValidationError(f"不能小于 {self.minimum}，现为 {value}。")
        if self.maximum is not None and read > self.maximum:
            raise ValidationError(f"不能大于 {self.maximum}，现为 {value}。")
        return read


class DayField(forms.Field):
    """A date in any of the spellings people use."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"placeholder": "2026-06-30"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a date as 2026-06-30."""
        return value.isoformat() if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        """Read a date; refuse by name what is none."""
        if isinstance(value, date) or is_blank(value):
            return value if isinstance(value, date) else None
        read = read_date(value)
        if isinstance(read, Problem):
            raise ValidationError(str(read))
        return read
