"""Reading transfers: what was split, what receivers made of it, which sums do not hold, level by level."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.transfers import HandedShare, PromisedRow, Sum, as_given, broken_sums, sums, unkept
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.models import (
    Goal,
    GoalIndicator,
    TransferAnswer,
    TransferReceipt,
    TransferShare,
    TransferSplit,
)
from jiheng.stages.goals.queries import value_words
from jiheng.stages.goals.transfers.access import visible_shares, visible_transfers

RULE = "transfer_sums"
Receiver = tuple[str, int]
"""`("place", key)` of a lower place or `("unit", key)` of a body."""


def receiver_of(one: TransferShare | TransferReceipt) -> Receiver:
    """Return whose a share or what was taken over is."""
    return ("place", one.place_id) if one.place_id is not None else ("unit", one.unit_id or 0)


def possible_receivers(year: SubjectYear) -> list[tuple[str, str]]:
    """Return who may get a part of a transfer: the places right below, and the departments and units of the place."""
    places = Place.objects.filter(parent_id=year.place_id).order_by("code")
    found = [(f"place-{pk}", name) for pk, name in places.values_list("pk", "name")]
    return found + [(f"unit-{pk}", f"{name}（本级单位）") for pk, name in bodies_here(year.place_id).values_list("pk", "name")]


def bodies_here(place_id: int) -> QuerySet[Organisation]:
    """Return the departments and units of a place that can carry a share on."""
    found = Organisation.objects.filter(valid_on(clock.today()), place_id=place_id, kind__in=("department", "unit"))
    return found.order_by("code")


def handed_by(year: SubjectYear) -> str:
    """Return the place that handed a transfer down, by name; nothing for the place's own."""
    receipt = TransferReceipt.objects.filter(taken=year).select_related("subject_year__place").first()
    return receipt.subject_year.place.name if receipt is not None else ""


def promised_row(row: GoalIndicator) -> PromisedRow:
    """Return an indicator of a goal as the rules of handing down want it."""
    return PromisedRow(
        str(row.lineage), row.name, row.level2, row.operator, row.value, row.high, row.unit, value_words(row)
    )


def promised_rows(goal: Goal) -> list[PromisedRow]:
    """Return the indicators of a goal for handing down."""
    return [promised_row(row) for row in goal.indicators.all()]


def adding(rows: Iterable[PromisedRow], kept: Iterable[str] = ()) -> list[PromisedRow]:
    """Return the indicators whose parts add up, without those that a split hands on as they are (`kept`)."""
    left = frozenset(kept)
    return [row for row in rows if not as_given(row) and row.key not in left]


def handed(share: TransferShare) -> HandedShare:
    """Return a share as the rules want it."""
    return HandedShare(share.receiver, share.amount_fen, {key: Decimal(text) for key, text in share.targets.items()})


def sums_of(split: TransferSplit, shares: Sequence[TransferShare], goal: Goal) -> list[Sum]:
    """Hold a split against a goal: money first, then what adds up."""
    return sums(goal.fiscal_fen, adding(promised_rows(goal), split.as_given), [handed(one) for one in shares])


def goal_in_force(year: SubjectYear) -> Goal | None:
    """Return the approved goal in force of a transfer, with its rows."""
    found = Goal.objects.filter(subject_year=year, current=True, state="approved")
    return found.prefetch_related("indicators").order_by("-revision").first()


def split_in_force(year: SubjectYear) -> TransferSplit | None:
    """Return the newest split of a transfer that was handed down."""
    found = year.transfer_splits.filter(issued_on__isnull=False)
    return found.order_by("-number").first()


def draft_of(year: SubjectYear) -> TransferSplit | None:
    """Return the split of a transfer that is being written, or None."""
    return year.transfer_splits.filter(issued_on=None).order_by("-number").first()


def share_in_force(receipt: TransferReceipt) -> TransferShare | None:
    """Return what the split in force gives to a receiver; None where it gives nothing any more."""
    split = split_in_force(receipt.subject_year)
    if split is None:
        return None
    kind, pk = receiver_of(receipt)
    return split.shares.filter(**{f"{kind}_id": pk}).select_related("place", "unit", "split__goal").first()


def receipt_of(share: TransferShare) -> TransferReceipt | None:
    """Return what the receiver of a share made of the transfer, whichever split the share is of."""
    kind, pk = receiver_of(share)
    found = TransferReceipt.objects.filter(subject_year=share.split.subject_year_id, **{f"{kind}_id": pk})
    return found.select_related("taken__unit", "taken__cycle__place", "subject_year__cycle").first()


def lower_goal(receipt: TransferReceipt) -> Goal | None:
    """Return the goal that a receiver set on its share: the approved one, before that the one being written."""
    found = Goal.objects.filter(subject_year=receipt.taken, current=True).order_by("-revision")
    return found.prefetch_related("indicators").select_related("cycle", "subject_year").first()


def shortfalls(share: TransferShare, goal: Goal) -> list[Refusal]:
    """Return what a lower goal does not keep of its share; empty when it keeps everything."""
    upper = promised_rows(share.split.goal)
    own = {row.key: row for row in promised_rows(goal)}
    return unkept(handed(share), upper, goal.fiscal_fen, own, clause_in(share.split.subject_year.cycle, RULE))


def confirmed(receipt: TransferReceipt, share: TransferShare | None, goal: Goal | None) -> bool:
    """Whether the upper level said yes to exactly this content on exactly this share."""
    if share is None or goal is None:
        return False
    last = TransferAnswer.objects.filter(receipt=receipt).select_related("share").order_by("-pk").first()
    return (
        last is not None
        and last.answer == "confirmed"
        and last.content_hash == hash_of(goal)
        and (last.share.amount_fen, last.share.targets) == (share.amount_fen, share.targets)
    )


def split_refusals(year: SubjectYear) -> list[Refusal]:
    """Return what keeps a transfer from being handed down: no split, one of an older goal, sums that do not hold."""
    clause, goal, split = clause_in(year.cycle, RULE), goal_in_force(year), split_in_force(year)
    if split is None:
        words = f"“{year.name}”的绩效目标还没有随资金分解下达，不得支付"
        return [Refusal(words, clause, "请先在“转移支付”中分解资金和指标并下达")]
    if goal is None or goal.pk != split.goal_id:
        words = f"“{year.name}”下达以后绩效目标已经调整，分解仍是原来的"
        return [Refusal(words, clause, "请按现行的目标重新分解并下达")]
    return broken_sums(sums_of(split, list(split.shares.select_related("place", "unit")), goal), clause)


# --- the map of levels


@dataclass(frozen=True)
class Level:
    """One place or unit on the map: what it got, what its own goal says, how it split that, and what does not hold.

    `url_year` and `share` are what the looking person may open. `lines` are sums of its own split, `problems` what
    its goal does not keep of its share. Money is in fen.
    """

    depth: int
    name: str
    subject: str
    state: str
    tone: Tone
    got_fen: int | None
    goal_fen: int | None
    year: int | None = None
    share: int | None = None
    splits: bool = False
    number: int = 0
    lines: tuple[Sum, ...] = ()
    problems: tuple[Refusal, ...] = ()
    below: tuple["Level", ...] = field(default=())

    @property
    def split_fen(self) -> int | None:
        """How much its own split gives away; None without one."""
        return int(self.lines[0].found) if self.lines else None

    @property
    def added(self) -> int:
        """How many indicators of its split add up."""
        return max(0, len(self.lines) - 1)

    @property
    def broken(self) -> tuple[Sum, ...]:
        """The sums of its split that do not hold."""
        return tuple(one for one in self.lines if one.broken)

    def walk(self) -> list["Level"]:
        """Return it and everything below, from the top down."""
        return [self, *(inner for one in self.below for inner in one.walk())]


def level_map(person: Person, cycle: Cycle) -> list[Level]:
    """Return the transfers of a year as trees: those of the person's place, as far down as they were split.

    Bureau and overseers of the upper place see all levels below, since it is their money; everybody else sees the
    shares right below. What came from above begins with the person's own share.
    """
    taken = {one.taken_id: one for one in TransferReceipt.objects.filter(taken__cycle=cycle).select_related("subject_year", "place", "unit")}
    found: list[Level] = []
    roots: set[int] = set()
    for year in visible_transfers(person).filter(cycle=cycle).order_by("pk"):
        roots.add(year.pk)
        receipt = taken.get(year.pk)
        share = share_in_force(receipt) if receipt is not None else None
        found.append(_of_year(year, share, receipt, 0, year.place.name, deep=person.sees_whole_place, own=True))
    mine = visible_shares(person).filter(split__issued_on__isnull=False, split__subject_year__budget_year=cycle.budget_year)
    for share in mine.exclude(split__subject_year__place_id=person.place_id, unit=None):
        year = share.split.subject_year
        if year.pk in roots:
            continue  # it stands below its transfer
        receipt = receipt_of(share)
        newest = split_in_force(year)
        if newest is None or newest.pk != share.split_id or (receipt is not None and share.place_id is not None):
            continue
        found.append(_of_share(share, 0, deep=False, own=True))
    return found


def _of_share(share: TransferShare, depth: int, *, deep: bool, own: bool = False) -> Level:
    receipt = receipt_of(share)
    if receipt is None:
        year = share.split.subject_year
        state: tuple[str, Tone] = ("待承接", "amber")
        return Level(depth, share.receiver, year.name, *state, share.amount_fen, None, None, share.pk)
    made = _of_year(receipt.taken, share, receipt, depth, share.receiver, deep=deep, own=own)
    return replace(made, share=share.pk)


def _of_year(
    year: SubjectYear, share: TransferShare | None, receipt: TransferReceipt | None, depth: int, name: str, *, deep: bool, own: bool
) -> Level:
    goal = goal_in_force(year)
    split = split_in_force(year)
    shares = list(split.shares.select_related("place", "unit", "split__goal", "split__subject_year__cycle")) if split else []
    against = goal or (split.goal if split else None)
    lines = tuple(sums_of(split, shares, against)) if split and against else ()
    problems: tuple[Refusal, ...] = ()
    if share is not None and receipt is not None:
        problems = tuple(shortfalls(share, goal)) if goal is not None else ()
    state, tone = _state(goal, split, share, receipt, problems, year)
    below = tuple(_of_share(one, depth + 1, deep=deep) for one in shares) if (deep or own) else ()
    return Level(
        depth, name, year.name, state, tone, share.amount_fen if share is not None else None,
        goal.fiscal_fen if goal is not None else None, year.pk if own else None, share.pk if share is not None else None,
        year.kind == "transfer", split.number if split else 0, lines, problems, below,
    )  # fmt: skip


def _state(
    goal: Goal | None, split: TransferSplit | None, share: TransferShare | None, receipt: TransferReceipt | None,
    problems: Sequence[Refusal], year: SubjectYear,
) -> tuple[str, Tone]:  # fmt: skip
    if goal is None:
        return ("区域目标没有批复" if receipt is not None else "目标没有批复"), "amber"
    if problems:
        return "与下达的不符", "red"
    if receipt is not None and not confirmed(receipt, share, goal):
        return "待上级确认", "amber"
    if year.kind != "transfer":
        return "已承接", "green"
    if split is None:
        return "还没有分解", "amber"
    if split.goal_id != goal.pk:
        return "目标已调整，须重新分解", "red"
    return f"已下达（第 {split.number} 次分解）", "green"


def answers_of(receipt: TransferReceipt | None) -> list[TransferAnswer]:
    """Return what the upper level answered, oldest first."""
    return list(receipt.answers.select_related("share")) if receipt is not None else []

