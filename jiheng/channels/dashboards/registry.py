"""The figures of the overview: the covers first, then the others, and the lists behind each."""

from jiheng.channels.dashboards.metric import Metric, Shown
from jiheng.channels.dashboards.metrics import found
from jiheng.channels.dashboards.scope import Scope


def shown(scope: Scope, *, covers: bool) -> list[Shown]:
    """Read the covers or the other figures from a scope."""
    return [
        Shown(one, one.figure(scope), one.clause(scope)) for one in found() if one.is_cover == covers
    ]


def part_of(key: str, part: str) -> tuple[Metric, str] | None:
    """Return a metric and the label of one of its lists; None when there is none of that name."""
    metric = next((one for one in found() if one.key == key), None)
    if metric is None or part not in metric.parts:
        return None
    return metric, metric.parts[part][0]
