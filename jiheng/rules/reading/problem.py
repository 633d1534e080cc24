"""What is wrong with a text that could not be read, and what the person should do."""

from dataclasses import dataclass

SHOWN = 40
"""Characters of the offending text that a message quotes; longer texts are cut with an ellipsis."""


@dataclass(frozen=True)
class Problem:
    """A text that was not understood, or understood with something to be named. `str()` is the message."""

    text: str
    message: str
    remedy: str

    def __str__(self) -> str:
        quoted = self.text if len(self.text) <= SHOWN else self.text[:SHOWN] + "…"
        shown = f"“{quoted}”" if quoted else ""
        return f"{shown}{self.message}；{self.remedy}" if self.remedy else f"{shown}{self.message}"
