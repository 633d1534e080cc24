"""Figures in the words of a finding."""

from decimal import Decimal

from jiheng.rules.published.figures import Figure


def short(figure: Figure | Decimal) -> str:
    """A figure without needless zeros; an unread one is a question mark."""
    value = figure.value if isinstance(figure, Figure) else figure
    if value is None:
        return "？"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
