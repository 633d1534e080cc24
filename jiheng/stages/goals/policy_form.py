"""What the form of a policy has beside that of a project: basis, whom it is for, the money of each of its years."""

from dataclasses import dataclass

from jiheng.registers.subjects.models import SubjectYear, Warrant
from jiheng.rules.forms.data import FormData
from jiheng.stages.goals.models import Goal

KIND = "policy"
KEY = "F1P"
NEW = {"new": "新设政策"}
MOST_YEARS = 5
"""Years before and after the budget year that the form shows of a long policy."""


def is_policy(goal: Goal) -> bool:
    """Whether a goal is that of a policy."""
    return goal.subject_year.kind == KIND


@dataclass(frozen=True)
class YearMoney:
    """The money of one year of a policy, in fen, and where it is taken from; None where nothing says it yet."""

    year: int
    fiscal_fen: int | None
    other_fen: int | None
    said: str

    @property
    def fen(self) -> int | None:
        """The whole sum of the year."""
        return None if self.fiscal_fen is None else self.fiscal_fen + (self.other_fen or 0)


def years_of(goal: Goal) -> tuple[YearMoney, ...]:
    """Return the money of each year of a policy's term: of other years as their approved goals have it.

    A policy of one year has no rows: its money stands above them.
    """
    own = goal.subject_year
    first, last = max(own.first_year, own.budget_year - MOST_YEARS), min(own.last_year, own.budget_year + MOST_YEARS)
    if first >= last:
        return ()
    told = {own.budget_year: YearMoney(own.budget_year, goal.fiscal_fen, goal.other_fen, "本年度目标")}
    approved = Goal.objects.filter(
        subject_year__subject_id=own.subject_id, subject_year__budget_year__range=(first, last), current=True, state="approved",
    ).exclude(subject_year=own)  # fmt: skip
    for year, fiscal, other in approved.values_list("subject_year__budget_year", "fiscal_fen", "other_fen"):
        told[year] = YearMoney(year, fiscal, other, "当年批复的目标")
    return tuple(told.get(year) or _untold(year, own.budget_year) for year in range(first, last + 1))


def _untold(year: int, now: int) -> YearMoney:
    return YearMoney(year, None, None, "没有批复的目标" if year < now else "以后年度")


def basis_of(year: SubjectYear) -> str:
    """Return on what a policy rests: what its registration says, and the documents that were filed for it."""
    filed = Warrant.objects.filter(subject_year=year, link="project", withdrawn_on=None)
    named = (f"《{one.title}》{f'（{one.number}）' if one.number else ''}{one.clause}" for one in filed)
    return "\n".join(dict.fromkeys(part for part in (year.basis.strip(), *named) if part))


def policy_boxes(goal: Goal, *, apart: bool) -> FormData:
    """Return the boxes of a policy's form that a project's does not have; amounts in fen.

    `apart` says that the form has a box for the content and another for whom it serves, not one for both.
    """
    year = goal.subject_year
    content, served = year.overview.strip(), year.served.strip()
    both = {"content": content or None, "objects": served or None}
    return {
        "attribute": NEW.get(year.change, "延续政策"),
        "basis": basis_of(year) or None,
        **(both if apart else {"objects": "\n".join(filter(None, (content, served))) or None}),
        "years": [
            {"year": f"{one.year}年", "total": one.fen, "appropriation": one.fiscal_fen, "other": one.other_fen, "said": one.said}
            for one in years_of(goal)
        ],
    }
