"""The periodic reports, one file each; a file is found by being here."""

from importlib import import_module
from pkgutil import iter_modules

from jiheng.channels.reports.report import ReportKind


def found() -> dict[str, ReportKind]:
    """Return all kinds of report by key. TypeError for a file without REPORT."""
    kinds: dict[str, ReportKind] = {}
    for info in iter_modules(__path__):
        kind = getattr(import_module(f"{__name__}.{info.name}"), "REPORT", None)
        if not isinstance(kind, ReportKind):
            raise TypeError(f"kinds/{info.name}.py 须给出 REPORT")
        kinds[kind.key] = kind
    return kinds
