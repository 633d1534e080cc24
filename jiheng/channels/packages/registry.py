"""All sources of decision packages by kind, found by their being in `sources/`."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from jiheng.channels.packages import sources
from jiheng.channels.packages.source import Source


def _find_sources() -> Mapping[str, Source]:
    found: dict[str, Source] = {}
    for info in pkgutil.iter_modules(sources.__path__):
        source = getattr(import_module(f"{sources.__name__}.{info.name}"), "SOURCE", None)
        if not isinstance(source, Source) or source.kind != info.name:
            raise TypeError(f"sources/{info.name}.py 须有类别为 {info.name} 的 SOURCE")
        found[source.kind] = source
    return MappingProxyType(dict(sorted(found.items())))


SOURCES: Mapping[str, Source] = _find_sources()
