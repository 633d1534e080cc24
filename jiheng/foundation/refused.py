"""`Refused`: how every service says no, with all reasons at once."""

from collections.abc import Iterable

from jiheng.rules.refusal import Refusal


class Refused(Exception):
    """The rules say no; all reasons at once, each with its clause."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("；".join(str(refusal) for refusal in self.refusals))


def refuse(message: str, clause: str = "", remedy: str = "", where: str = "") -> Refused:
    """Return the exception for a single reason."""
    return Refused([Refusal(message, clause, remedy, where)])
