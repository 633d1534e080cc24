"""`Refused`: how every service says no, with all reasons at once."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from jiheng.rules.refusal import Refusal, mistake


class Refused(Exception):
    """The rules say no; all reasons at once, each with its clause."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("；".join(str(refusal) for refusal in self.refusals))


class Denied(PermissionDenied):
    """The person may not open the page or begin the act: the reason and the clause that it rests on."""

    def __init__(self, reason: str, clause: str) -> None:
        self.clause = clause
        super().__init__(reason)


def refuse(message: str, clause: str, remedy: str = "", where: str = "") -> Refused:
    """Return the exception for a single reason and the clause that it rests on."""
    return Refused([Refusal(message, clause, remedy, where)])


def mistaken(message: str, remedy: str = "", where: str = "") -> Refused:
    """Return the exception for a single reason behind which no rule stands: see `mistake`."""
    return Refused([mistake(message, remedy, where)])
