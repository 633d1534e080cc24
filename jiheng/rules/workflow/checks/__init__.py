"""The conditions themselves, one file for each stage; a file registers by being here."""

from importlib import import_module
from pkgutil import iter_modules

from jiheng.rules.workflow.registry import CHECKS

__all__ = ["CHECKS"]

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
