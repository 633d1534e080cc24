"""Every kind of list, found by folder: a new file in `files` is a new kind."""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from jiheng.channels.exchange import files
from jiheng.channels.exchange.kinds import ListKind
from jiheng.foundation.accounts.person import Person


@lru_cache(maxsize=1)
def kinds() -> dict[str, ListKind]:
    """Return the kinds by key, in the order in which a bureau needs them."""
    modules = [import_module(f"{files.__name__}.{one.name}") for one in iter_modules(files.__path__)]
    found: list[ListKind] = [module.LIST for module in modules if hasattr(module, "LIST")]
    return {one.key: one for one in sorted(found, key=lambda one: one.order)}


def kinds_for(person: Person) -> list[ListKind]:
    """Return the kinds that the person may import."""
    return [one for one in kinds().values() if person.role in one.roles]
