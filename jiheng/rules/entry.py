"""The common part of everything that a pack says: a label, and the clause that it comes from."""

from pydantic import BaseModel, ConfigDict


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
    """One entry of a pack. A nearer pack replaces it whole; `floor` marks what it may not loosen."""

    label: str
    cite: Citation
    assumed: bool = False
    floor: bool = False
