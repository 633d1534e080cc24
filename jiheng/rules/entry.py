"""The common part of everything that a pack says: a label, and the clause that it comes from."""

from pydantic import BaseModel, ConfigDict, Field

from jiheng.rules.strictness import Strictness


class Strict(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Strict):
    """A place in a legal document: the short key of the source and the clause inside it."""

    source: str
    clause: str


class Clause(Strict):
    """A citation with its document: what stands beside every refusal, deduction and warning."""

    source: str
    title: str
    number: str = ""
    clause: str = ""

    def __str__(self) -> str:
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}{self.clause}"


class Entry(Strict):
    """One entry of a pack. A nearer pack replaces it whole; `floor` marks what it may not loosen.

    `stricter` says which way it is stricter, `looser_because` why a nearer entry is looser all the same: both are
    for those who lay packs over each other, not for the year, so they are left out of what is frozen.
    """

    label: str
    cite: Citation
    assumed: bool = False
    floor: bool = False
    stricter: Strictness | None = Field(default=None, exclude=True)
    looser_because: str = Field(default="", exclude=True)
