"""Form fields that registers and stages share: an amount typed in 万元, kept in fen."""

from typing import Any

from django import forms

from jiheng.rules.money import fen_to_wan
from jiheng.rules.reading import read_amount


class WanField(forms.CharField):
    """An amount in 万元, as people write it (1,234.56、１２．５、12.5万元), cleaned to whole fen (int).

    A unit that contradicts the column (125000元) is named, never converted silently.
    """

    def __init__(self, *, least_fen: int = 0, **kwargs: Any) -> None:
        self.least_fen = least_fen
        widget = forms.TextInput(attrs={"inputmode": "decimal", "maxlength": 40})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show fen as 万元 without grouping, so that it can be edited."""
        if not isinstance(value, int):
            return value
        text = f"{fen_to_wan(value):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def clean(self, value: Any) -> int | None:
        """Return fen, or None when left empty and not required."""
        text = super().clean(value)
        if not text:
            return None
        reading = read_amount(text)
        if reading.fen is None or reading.problem is not None:
            raise forms.ValidationError(str(reading.problem))
        if reading.fen < self.least_fen:
            least = "大于 0" if self.least_fen == 1 else f"不小于 {fen_to_wan(self.least_fen):f}"
            raise forms.ValidationError(f"金额须{least}")
        return reading.fen
