"""The quadrant of a checkpoint: money against work."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jiheng.stages.monitoring.labels import LIGHT_CHOICES
from jiheng.stages.monitoring.queries import Position

COLOURS = {"green": "#1a6b3a", "yellow": "#c77700", "red": "#b3261e", "": "#7d8a98"}
SYMBOLS = {"green": "circle", "yellow": "triangle", "red": "diamond", "": "emptyCircle"}


def quadrant(placed: Sequence[Position], expected: Decimal) -> dict[str, Any]:
    """Return the drawing: one mark a project, by light in shape and colour, with the calendar's progress as cross."""
    series = []
    for key, label in (*LIGHT_CHOICES, ("", "未报")):
        points = [
            {"name": one.report.subject_year.name, "value": [float(one.rate or 0), float(one.progress or 0)]}
            for one in placed
            if one.report.light == key
        ]
        if points:
            series.append(
                {
                    "name": label,
                    "type": "scatter",
                    "symbol": SYMBOLS[key],
                    "symbolSize": 9,
                    "itemStyle": {"color": COLOURS[key], "opacity": 0.8},
                    "data": points,
                }
            )
    if series:
        at = float(expected)
        series[0]["markLine"] = {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"color": "#7d8a98", "type": "dashed"},
            "label": {"formatter": "{b}", "color": "#4a5766"},
            "data": [
                {"name": f"序时进度 {expected}%", "xAxis": at, "label": {"position": "end"}},
                {"name": "", "yAxis": at},
            ],
        }
    top = max([100.0, *(float(one.rate or 0) for one in placed)])
    return {
        "grid": {"left": 52, "right": 24, "top": 48, "bottom": 48},
        "legend": {"top": 0, "itemWidth": 12, "itemHeight": 12, "data": [one["name"] for one in series]},
        "tooltip": {"trigger": "item", "formatter": "{b}<br>执行率, 目标进度（%）：{c}"},
        "xAxis": {
            "type": "value",
            "name": "预算执行率 %",
            "nameLocation": "middle",
            "nameGap": 28,
            "min": 0,
            "max": top,
        },
        "yAxis": {"type": "value", "name": "目标完成进度 %", "min": 0, "max": 100},
        "series": series,
    }
