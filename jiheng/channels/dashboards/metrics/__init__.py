"""The figures of the dashboards, one file each; a file is found by being here."""

from importlib import import_module
from pkgutil import iter_modules

from jiheng.channels.dashboards.metric import Metric


def found() -> tuple[Metric, ...]:
    """Return all metrics in their order. TypeError for a file without METRIC."""
    metrics = []
    for info in iter_modules(__path__):
        metric = getattr(import_module(f"{__name__}.{info.name}"), "METRIC", None)
        if not isinstance(metric, Metric):
            raise TypeError(f"metrics/{info.name}.py 须给出 METRIC")
        metrics.append(metric)
    return tuple(sorted(metrics, key=lambda metric: metric.order))
