"""What a rule answers when it says no: the fact, the clause and the way out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One reason against an act, in the words that the person sees."""

    message: str
    clause: str = ""
    remedy: str = ""
    where: str = ""

    def __str__(self) -> str:
        parts = [self.message]
        if self.clause:
            parts.append(f"依据：{self.clause}")
        if self.remedy:
            parts.append(f"办法：{self.remedy}")
        return "。".join(part.rstrip("。") for part in parts) + "。"
