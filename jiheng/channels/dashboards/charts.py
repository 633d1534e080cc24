"""Drawings of the overview; each has the same figures in a table beside it."""

from typing import Any

from jiheng.channels.dashboards.queries import CoverLine, FlowStep
from jiheng.rules.money import fen_to_wan

BLUE, GREY, TEAL, AMBER = "#155fb5", "#8694a5", "#1a6b3a", "#c77700"
MOST = 12


def cover_bars(lines: tuple[CoverLine, ...]) -> dict[str, Any]:
    """Bars of cover by department, the largest budgets first."""
    shown = lines[:MOST][::-1]
    series = (("绩效目标", "goal", BLUE), ("运行监控", "reported", TEAL), ("单位自评", "self_evaluated", AMBER))
    return {
        "grid": {"left": 8, "right": 32, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "itemWidth": 12, "itemHeight": 12},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {"type": "category", "data": [line.label for line in shown]},
        "series": [
            {
                "name": label,
                "type": "bar",
                "itemStyle": {"color": colour},
                "data": [round(float(getattr(line, key) or 0) * 100, 1) for line in shown],
            }
            for label, key, colour in series
        ],
    }


def flow_bars(steps: tuple[FlowStep, ...]) -> dict[str, Any]:
    """The year's money step by step, 万元."""
    return {
        "grid": {"left": 8, "right": 16, "top": 24, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": [step.label for step in steps]},
        "yAxis": {"type": "value", "name": "万元"},
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 48,
                "data": [
                    {
                        "value": float(fen_to_wan(step.fen)),
                        "itemStyle": {"color": AMBER if step.label == "核减收回" else BLUE},
                    }
                    for step in steps
                ],
                "label": {"show": True, "position": "top"},
            }
        ],
    }
