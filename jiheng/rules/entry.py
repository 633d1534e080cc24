"""The parts of an entry, under the address that scorecards and forms were promised."""

from jiheng.rules.entry import Citation, Clause, Entry, Strict

__all__ = ["Citation", "Clause", "Entry", "Strict"]
