"""The versions of a goal, from its first submission to what stands now, and how two of them differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse

from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.reading import read_target
from jiheng.rules.softness import Moved, Promise, Softness, compared
from jiheng.rules.text_difference import Piece, difference
from jiheng.stages.goals.content import hash_of
from jiheng.stages.goals.facts import direction_of
from jiheng.stages.goals.models import Goal, GoalIndicator, SubmittedVersion
from jiheng.stages.goals.queries import value_words

TEXTS = {"objective": "年度目标", "medium_objective": "中期目标", "money_note": "资金测算说明"}
MONEY = {
    "fiscal_fen": "年度财政拨款",
    "other_fen": "年度其他资金",
    "medium_fiscal_fen": "中期财政拨款",
    "medium_other_fen": "中期其他资金",
}
ROW_TEXTS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "standard": "设定依据",
    "data_source": "数据来源",
    "explanation": "指标解释",
    "term_text": "中期指标值",
    "interim_text": "阶段性目标",
    "free_reason": "自拟理由",
}
LIVE = "now"

Content = Mapping[str, Any]


def snapshot(goal: Goal, rows: Iterable[GoalIndicator] | None = None) -> dict[str, Any]:
    """Return what a goal says, so that it can be kept and held against another version; numbers as exact text."""
    listed = list(goal.indicators.select_related("library")) if rows is None else list(rows)
    return {
        **{key: getattr(goal, key) for key in (*TEXTS, *MONEY)},
        "rows": [_row(row) for row in listed],
        "tasks": [
            {"name": one.name, "content": one.content, "fen": one.fiscal_fen + one.other_fen}
            for one in (goal.tasks.all() if goal.scope == "department" else ())
        ],
    }


def _row(row: GoalIndicator) -> dict[str, Any]:
    return {
        "lineage": str(row.lineage),
        "name": row.name,
        "words": value_words(row),
        "target_text": row.target_text,
        "operator": row.operator,
        "value": None if row.value is None else f"{row.value.normalize():f}",
        "high": None if row.high is None else f"{row.high.normalize():f}",
        "unit": row.unit,
        "weight": f"{row.weight.normalize():f}",
        "direction": direction_of(row),
        **{key: getattr(row, key) for key in ROW_TEXTS},
    }


def promises(content: Content, budget_year: int) -> list[Promise]:
    """Return the rows of a version as the measure of softness wants them."""
    return [_promise(row, budget_year) for row in content["rows"]]


def _promise(row: Mapping[str, Any], budget_year: int) -> Promise:
    value = None if row["value"] is None else Decimal(row["value"])
    target = read_target(row["target_text"], unit=row["unit"], year=budget_year) if value is None else None
    return Promise(
        key=row["lineage"],
        name=row["name"],
        level1=row["level1"],
        text=row["target_text"].strip(),
        weight=Decimal(row["weight"]),
        operator=row["operator"],
        value=value,
        high=None if row["high"] is None else Decimal(row["high"]),
        unit=row["unit"],
        due=target.last if target is not None and target.kind == "date" else None,
        direction=row["direction"],
    )


def softness_between(old: Content, new: Content, budget_year: int) -> Softness:
    """Return how much easier one version is than another."""
    return compared(promises(old, budget_year), promises(new, budget_year))


@dataclass(frozen=True)
class Version:
    """One version of a goal as people choose it: when, by whom, why; `goal` is the record of its revision."""

    key: str
    label: str
    on: date | None
    by: str
    reason: str
    content: Content = field(repr=False)
    goal: int | None = None

    @property
    def url(self) -> str:
        """Where the revision stands; "" when it was given up."""
        return reverse("goals:detail", args=[self.goal]) if self.goal else ""


def versions_of(year: SubjectYear) -> list[Version]:
    """Return every version of the goal of a subject and year, oldest first.

    Submissions as they were kept; then, of each revision, what stands now where it was not submitted like this.
    """
    goals = {one.revision: one for one in Goal.objects.filter(subject_year=year).order_by("revision")}
    kept: dict[int, list[SubmittedVersion]] = {}
    for one in SubmittedVersion.objects.filter(subject_year=year).order_by("revision", "round"):
        kept.setdefault(one.revision, []).append(one)
    found: list[Version] = []
    for revision in sorted({*goals, *kept}):
        goal, sent = goals.get(revision), kept.get(revision, [])
        now = hash_of(goal) if goal is not None else ""
        found += [_kept(one, goal, now=one is sent[-1] and one.content_hash == now) for one in sent]
        if goal is not None and (not sent or sent[-1].content_hash != now):
            found.append(_standing(goal))
    return found


def _kept(one: SubmittedVersion, goal: Goal | None, *, now: bool) -> Version:
    approved = "，已批复" if now and goal is not None and goal.state == "approved" else ""
    label = f"第 {one.revision} 版，第 {one.round} 次报送{approved}"
    key = f"{one.revision}.{one.round}"
    return Version(
        key, label, one.submitted_on, one.submitted_by, one.reason, one.content, goal.pk if goal else None
    )


def _standing(goal: Goal) -> Version:
    words = "批复的目标" if goal.state == "approved" else "现在的内容（尚未报送）"
    label = f"第 {goal.revision} 版，{words}"
    return Version(
        f"{goal.revision}.{LIVE}", label, goal.approved_on, "", goal.change_reason, snapshot(goal), goal.pk
    )


@dataclass(frozen=True)
class Figure:
    """An amount of money in two versions, in fen."""

    label: str
    old: int
    new: int

    @property
    def change(self) -> int:
        """New minus old."""
        return self.new - self.old

    @property
    def ratio(self) -> Fraction | None:
        """The change as a share of the old amount; None where that was nothing."""
        return Fraction(self.change, self.old) if self.old else None


@dataclass(frozen=True)
class RowLine:
    """One indicator row in two versions."""

    moved: Moved
    name: Sequence[Piece]
    old: str
    new: str
    texts: Sequence[tuple[str, Sequence[Piece]]]

    @property
    def changed(self) -> bool:
        """Whether anything of the row differs."""
        differs = (
            self.moved.verdict != "same" or self.moved.weight_change or self.old != self.new or self.texts
        )
        return bool(differs) or any(one.kind != "same" for one in self.name)


@dataclass(frozen=True)
class Difference:
    """Two versions held against each other: only what differs, and how much easier the newer one is."""

    texts: Sequence[tuple[str, Sequence[Piece]]]
    money: Sequence[Figure]
    rows: Sequence[RowLine]
    tasks: Sequence[tuple[Sequence[Piece], Figure]]
    softness: Softness = field(repr=False)

    @property
    def number(self) -> int:
        """How many things differ."""
        return len(self.texts) + len(self.money) + len(self.rows) + len(self.tasks)


def differences(old: Content, new: Content, budget_year: int) -> Difference:
    """Return what differs between two versions, by word and by figure."""
    softness = softness_between(old, new, budget_year)
    texts = [(label, difference(old[key], new[key])) for key, label in TEXTS.items() if old[key] != new[key]]
    money = [one for one in _money(old, new) if one.change]
    before = {row["lineage"]: row for row in old["rows"]}
    after = {row["lineage"]: row for row in new["rows"]}
    rows = [_line(one, before.get(one.row.key), after.get(one.row.key)) for one in softness.rows]
    return Difference(texts, money, [one for one in rows if one.changed], _tasks(old, new), softness)


def _money(old: Content, new: Content) -> list[Figure]:
    whole = Figure("年度资金总额", *(one["fiscal_fen"] + one["other_fen"] for one in (old, new)))
    return [whole, *(Figure(label, old[key], new[key]) for key, label in MONEY.items())]


def _line(moved: Moved, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> RowLine:
    one, two = old or {}, new or {}
    texts = [
        (label, difference(one[key], two[key]))
        for key, label in ROW_TEXTS.items()
        if old is not None and new is not None and one[key] != two[key]
    ]
    return RowLine(
        moved,
        difference(one.get("name", ""), two.get("name", "")),
        one.get("words", ""),
        two.get("words", ""),
        texts,
    )


def _tasks(old: Content, new: Content) -> list[tuple[Sequence[Piece], Figure]]:
    """Tasks are joined by name: they have no other mark that outlives a revision."""
    before, after = ({one["name"]: one for one in content["tasks"]} for content in (old, new))
    found: list[tuple[Sequence[Piece], Figure]] = []
    for name in dict.fromkeys([*after, *before]):
        one, two = before.get(name, {}), after.get(name, {})
        figure = Figure(name, one.get("fen", 0), two.get("fen", 0))
        said = difference(one.get("content", ""), two.get("content", ""))
        if not one or not two or figure.change or any(piece.kind != "same" for piece in said):
            found.append((said, figure))
    return found


def measured_against(goal: Goal) -> Content | None:
    """Return what a goal that is submitted is measured against: the approved one, before it the first submission."""
    rows = Goal.objects.filter(subject_year_id=goal.subject_year_id, current=True, state="approved").exclude(
        pk=goal.pk
    )
    approved = rows.order_by("-revision").first()
    if approved is not None:
        return snapshot(approved)
    first = SubmittedVersion.objects.filter(subject_year_id=goal.subject_year_id).order_by("pk").first()
    return first.content if first is not None else None
