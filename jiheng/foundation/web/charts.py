"""What a page carries for a chart: the option as text in an element of its own."""

from typing import Any

from django.utils.html import json_script
from django.utils.safestring import SafeString


def data_id(name: str) -> str:
    """Return the id of the element with the option of a chart."""
    return f"{name}-data"


def chart_script(name: str, option: dict[str, Any]) -> SafeString:
    """Return the element with an ECharts option (plain values only): a figure that is kept keeps this text.

    A thousand points kept as objects would be built again, and written again, for each who looks.
    """
    return json_script(option, data_id(name))
