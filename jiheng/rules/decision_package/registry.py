"""All kinds of decisions by key, found by their being in `kinds/`."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from jiheng.rules.decision_package import kinds
from jiheng.rules.decision_package.kind import Kind


def _find_kinds() -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    for info in pkgutil.iter_modules(kinds.__path__):
        kind = getattr(import_module(f"{kinds.__name__}.{info.name}"), "KIND", None)
        if not isinstance(kind, Kind) or kind.key != info.name:
            raise TypeError(f"kinds/{info.name}.py 须有代号为 {info.name} 的 KIND")
        found[kind.key] = kind
    return MappingProxyType(dict(sorted(found.items())))


KINDS: Mapping[str, Kind] = _find_kinds()


def kind_named(key: str) -> Kind:
    """The kind of that key. LookupError when there is none."""
    if key not in KINDS:
        raise LookupError(f"不认识的决定类别“{key}”，本程序认识：{'、'.join(one.label for one in KINDS.values())}")
    return KINDS[key]
