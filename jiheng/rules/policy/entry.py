"""The shape of a pack entry under its policy name; it lives in `jiheng.rules.entry`.

Policy reads scorecards, forms and workflows. Those import `jiheng.rules.entry`, since importing policy
would close a cycle.
"""

from jiheng.rules.entry import Citation, Clause, Entry, Strict

__all__ = ["Citation", "Clause", "Entry", "Strict"]
