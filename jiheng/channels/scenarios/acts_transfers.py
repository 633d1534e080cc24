"""What scripted people do about transfers: splitting one by weights, handing it down, taking a share over, answering."""

from decimal import Decimal

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.transfers import proposed
from jiheng.stages.goals.models import TransferShare
from jiheng.stages.goals.transfers.queries import adding, goal_in_force, promised_rows, split_in_force
from jiheng.stages.goals.transfers.services import (
    ShareData,
    answer_share,
    issue_split,
    save_split,
    take_share,
)


def _transfer(world: World, year: int, code: str) -> SubjectYear:
    (found,) = years(world, year, [code])
    return found


def share_of(world: World, year: int, code: str, unit: str) -> TransferShare:
    """Return what the split in force gives to a unit."""
    split = split_in_force(_transfer(world, year, code))
    if split is None:
        raise LookupError(f"{code} 还没有分解下达")
    return split.shares.get(unit=world.body(unit))


@act
def split_transfer(world: World, year: int, code: str, weights: dict[str, int], paper: str = "") -> None:
    """The division splits a transfer among units by weights, money and what adds up alike; with a paper it is handed down."""
    transfer, division = _transfer(world, year, code), world.bureau("division")
    goal = goal_in_force(transfer)
    if goal is None:
        raise LookupError(f"{code} 还没有批复的绩效目标")
    receivers = {f"unit-{world.body(unit).pk}": Decimal(weight) for unit, weight in weights.items()}
    parts = proposed(goal.fiscal_fen, adding(promised_rows(goal)), receivers)
    shares = [ShareData(key, part.fen, part.values) for key, part in zip(receivers, parts, strict=True)]
    split = save_split(year=transfer, shares=shares, as_given={}, person=division)
    if paper:
        issue_split(split=split, paper=paper, person=division)


@act
def take_transfer(world: World, year: int, code: str, unit: str, own_code: str) -> None:
    """A unit takes its share over as a project of its own."""
    person = world.person(unit, "unit_project")
    take_share(share=share_of(world, year, code, unit), code=own_code, unit=world.body(unit), change="continuing", person=person)


@act
def answer_transfer(world: World, year: int, code: str, unit: str, answer: str, reason: str = "") -> None:
    """The division confirms what a unit made of its share, or returns it with the reason."""
    answer_share(share=share_of(world, year, code, unit), answer=answer, reason=reason, person=world.bureau("division"))
