"""All words of the script language and all figures: a file `acts_*` or `measures_*` brings its own by being here."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from jiheng.channels.scenarios.acts import perform
from jiheng.channels.scenarios.measures import compute

__all__ = ["compute", "perform"]

for _module in sorted(one.name for one in iter_modules([str(Path(__file__).parent)])):
    if _module.startswith(("acts_", "measures_")):
        import_module(f"jiheng.channels.scenarios.{_module}")
