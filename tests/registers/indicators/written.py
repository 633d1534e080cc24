"""The library written as a publication writes it, for tests of what comes after."""

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.services import checked_change, checked_new, create, revise
from jiheng.rules.indicator_sheet import Sheet


def added(place: Place, sheet: Sheet, person: Person) -> LibraryIndicator:
    """Return a new indicator of a place; refused as a publication would be."""
    return create(place, checked_new(place, sheet), person)


def changed(indicator: LibraryIndicator, sheet: Sheet, person: Person, ground: str = "") -> None:
    """Write other words for an indicator; refused as a publication would be."""
    revise(indicator, checked_change(indicator, sheet), ground, person)
