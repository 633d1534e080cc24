"""The drawings of the overview; the same figures stand in tables beside them."""

from collections.abc import Sequence
from typing import Any

from jiheng.channels.dashboards.queries import FlowStep
from jiheng.channels.dashboards.scope import Line
from jiheng.rules.money import fen_to_wan, format_wan

NAMES = ("绩效目标", "运行监控", "绩效自评", "部门和财政评价")
COLOURS = ("#155fb5", "#4a90c2", "#8fb8de", "#7d8a98")
LONGEST = 12


def cover_bars(lines: Sequence[Line], urls: Sequence[str]) -> dict[str, Any]:
    """Return bars of the covered share of money by department or unit, the least covered on top, at most twelve."""
    drawn = list(zip(lines, urls, strict=True))[:LONGEST][::-1]
    series = []
    for at, (name, colour) in enumerate(zip(NAMES, COLOURS, strict=True)):
        data = [
            {"value": None if (ratio := line.covers[at].ratio) is None else round(ratio * 100, 1), "url": url}
            for line, url in drawn
        ]
        series.append(
            {"name": name, "type": "bar", "data": data, "itemStyle": {"color": colour}, "barMaxWidth": 10}
        )
    return {
        "grid": {"left": 8, "right": 32, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "itemWidth": 12, "itemHeight": 12, "data": list(NAMES)},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {
            "type": "category",
            "data": [_short(line.label) for line, _ in drawn],
            "axisTick": {"show": False},
        },
        "series": series,
    }


def flow_bars(steps: Sequence[FlowStep]) -> dict[str, Any]:
    """Return the way of the money as bars in 万元, from asked on top downwards; what was taken back in red."""
    return {
        "grid": {"left": 8, "right": 96, "top": 8, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item", "formatter": "{b}：{c} 万元"},
        "xAxis": {"type": "value", "axisLabel": {"show": False}, "splitLine": {"show": False}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [one.label for one in steps],
            "axisTick": {"show": False},
        },
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 24,
                "label": {"show": True, "position": "right"},
                "data": [
                    {
                        "value": float(fen_to_wan(one.fen)),
                        "url": one.url,
                        "label": {"formatter": format_wan(one.fen)},
                        "itemStyle": {"color": "#b3261e" if one.minus else "#155fb5"},
                    }
                    for one in steps
                ],
            }
        ],
    }


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
