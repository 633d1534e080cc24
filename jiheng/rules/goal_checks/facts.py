"""What checks of goals look at: the goal as filled in, and the place's settings with their clauses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args

from jiheng.rules.duties import MainDuty
from jiheng.rules.interim_targets import Point, points_of
from jiheng.rules.medium_terms import Period, Term, period_of
from jiheng.rules.money import Fen
from jiheng.rules.policy.policy import PolicyAt
from jiheng.rules.tracks import TRACKS_KEY, Track, read_tracks

Severity = Literal["block", "warn", "note"]
"""block keeps the goal from leaving, warn is to be looked at by people, note is advice on wording and choice."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


TREASURY = "财政拨款"
"""The source of money that a project asks the treasury for."""


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator row. `key` names it in findings; `level1` and `level2` are labels, `level3` its name.

    `operator` is one of >=, >, =, <=, <, range, qualitative, or empty when none was chosen. `value` (and
    `high` of a range) is what was read from `target_text`; `due` is the date read from it. `direction` is
    higher or lower where the library states it, which also gives `library_unit` and the value to compare with,
    `reference`, in that unit.

    `core` and `common` say that it is picked from the library as a core and as a common indicator of the subject's
    category; `data_source` is where its figures come from, None where that is not known here. `interim_text` says what
    is due at each checkpoint (rules/interim_targets.py).

    `last_value` is the promise of the year before in `last_unit` and `last_actual` what came of it; `past` are
    the texts of the promises of earlier years, the newest first. `explanation` is what explains the indicator. `term` is
    what was read of its value for the medium term, None where none was written.
    """

    key: str
    level1: str
    level2: str
    level3: str
    operator: str = ""
    target_text: str = ""
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    weight: Decimal = Decimal(0)
    kind: str = "quantitative"
    direction: str = ""
    due: date | None = None
    explanation: str = ""
    library_unit: str = ""
    reference: Decimal | None = None
    core: bool = False
    common: bool = False
    data_source: str | None = None
    interim_text: str = ""
    last_value: Decimal | None = None
    last_unit: str = ""
    last_actual: Decimal | None = None
    past: tuple[str, ...] = ()
    term: Term | None = None

    @property
    def is_qualitative(self) -> bool:
        """True for indicators judged by words."""
        return self.kind == "qualitative" or self.operator == "qualitative"

    @property
    def counts(self) -> bool:
        """True for indicators that are measured by a figure: neither words nor a date."""
        return not self.is_qualitative and self.due is None


@dataclass(frozen=True)
class TaskFacts:
    """One main task of a whole department with its money (fen)."""

    name: str
    amount: Fen


@dataclass(frozen=True)
class GoalFacts:
    """A goal as filled in. `kind` is project or department; amounts in fen.

    `sources` maps each source of money to its amount and must make `amount`. `medium_amount` is that of the
    medium term, None where the project has none. `tasks` are those of a whole department. `name` is the subject's;
    `last_amount` is the money of the year before, None where there was none; `asked` the money of the treasury that
    the project asks for, None where it does not count any more (a department, an adjustment). `main_duties` are those of the
    department that are registered for the year. `category` is that of the subject; `core_offered` and `common_offered`
    are how many core and common indicators the library has for it. `span` is the first and the last year of the subject,
    `subject_kind` what it is in the register: project, policy and so on.
    """

    kind: str
    year: int
    objective: str
    amount: Fen
    sources: Mapping[str, Fen]
    indicators: tuple[IndicatorFacts, ...] = ()
    last_objective: str = ""
    medium_amount: Fen | None = None
    tasks: tuple[TaskFacts, ...] = ()
    name: str = ""
    last_amount: Fen | None = None
    asked: Fen | None = None
    main_duties: tuple[MainDuty, ...] = ()
    category: str = ""
    core_offered: int = 0
    common_offered: int = 0
    span: tuple[int, int] = (0, 0)
    medium_objective: str = ""
    subject_kind: str = ""


@dataclass(frozen=True)
class GoalSettings:
    """What the place demands. `mandatory` holds labels of branches of either level; weights and counts as stated.

    `branches` are the labels of the first level, each with those of the second level below it.

    `severities` gives checks another severity than their own: block, warn, note or off. `clauses` maps a
    parameter's key to its clause. The other limits are None, or empty, where a place states none: the check
    that needs one is then silent. `satisfaction_floor`, `money_change` (percent of last year's money) and
    `beaten` (percent of the promise) are percentages, `largest_weight` points, `longest_name` characters,
    `same_years` years. `demanded` are the branches that a word in the subject's name asks for. `core` and `common` are how many core and
    common indicators a goal takes at least where the library has them for its category; `sourced` that each row says where
    its figures come from; `points` the checkpoints at which rows may have interim targets. `of_kinds` are the mandatory
    branches of single kinds of subjects. `medium_longer` is the number of years above which a project has a medium term, of
    `medium_years` years at most, and `medium_demanded` that it must have one. `tracks` are the settings of the goals of each
    track, where the place has tracks.
    """

    mandatory: tuple[str, ...] = ("产出指标", "效益指标")
    branches: tuple[tuple[str, tuple[str, ...]], ...] = ()
    weight_totals: tuple[Decimal, ...] = (Decimal(90), Decimal(100))
    fewest: int | None = None
    most: int | None = None
    qualitative_share: Decimal | None = None
    satisfaction_floor: Decimal | None = None
    largest_weight: Decimal | None = None
    longest_name: int | None = None
    money_change: Decimal | None = None
    beaten: Decimal | None = None
    same_years: int | None = None
    demanded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    forbidden: tuple[str, ...] = ()
    core: int | None = None
    common: int | None = None
    sourced: bool = False
    points: tuple[Point, ...] = ()
    of_kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    medium_longer: int | None = None
    medium_years: int = 5
    medium_demanded: bool = False
    severities: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)
    tracks: Mapping[str, "GoalSettings"] = field(default_factory=dict)

    def on(self, track: str) -> "GoalSettings":
        """The settings for goals of one track (rules/tracks.py): these, where the place has no such track."""
        return self.tracks.get(track, self)

    def mandatory_for(self, facts: GoalFacts) -> tuple[str, ...]:
        """The branches that a goal must have: those of its subject's kind, where the place names them, else the usual ones."""
        return self.of_kinds.get(facts.subject_kind, self.mandatory)

    def medium_period(self, facts: GoalFacts) -> Period | None:
        """The medium term that the goal's year stands in; None for one of a single year, or where the place knows none."""
        if self.medium_longer is None:
            return None
        return period_of(*facts.span, facts.year, longer_than=self.medium_longer, most=self.medium_years)

    @classmethod
    def of(cls, policy: PolicyAt) -> "GoalSettings":
        """The settings that a policy states, each by the parameter of its name in `_OPTIONAL` or below."""
        branches = policy.value("goal_branches")
        labels = {
            one["key"]: one["label"]
            for branch in branches.value
            for one in (branch, *branch.get("children", []))
        }
        mandatory = policy.value("goal_mandatory_branches")
        total = policy.value("goal_weight_total")
        known = policy.policy.parameters  # rules that were frozen before a key existed do without it
        optional = {key: found for key in _OPTIONAL if key in known and (found := policy.get(key)) is not None}

        def number(key: str) -> Decimal | None:
            found = optional.get(key)
            return None if found is None or found.value is None else Decimal(str(found.value))

        def whole(key: str) -> int | None:
            found = number(key)
            return None if found is None else int(found)

        def stated(key: str) -> Any:
            found = optional.get(key)
            return found.value if found is not None and found.value is not None else ()

        made = cls(
            mandatory=tuple(labels.get(key, key) for key in mandatory.value),
            branches=tuple(
                (branch["label"], tuple(child["label"] for child in branch.get("children", [])))
                for branch in branches.value
            ),
            weight_totals=(Decimal(str(total.value)),),
            fewest=whole("goal_min_indicators"),
            most=whole("goal_max_indicators"),
            qualitative_share=number("goal_max_qualitative_share"),
            satisfaction_floor=number("goal_satisfaction_floor"),
            largest_weight=number("goal_largest_weight"),
            longest_name=whole("goal_longest_name"),
            money_change=number("goal_money_change"),
            beaten=number("goal_beaten_share"),
            same_years=whole("goal_same_value_years"),
            demanded=tuple(
                (str(word), tuple(labels.get(key, key) for key in keys))
                for word, keys in dict(stated("goal_demanded_branches")).items()
            ),
            forbidden=tuple(str(word) for word in stated("goal_forbidden_words")),
            core=whole("goal_core_indicators"),
            common=whole("goal_common_indicators"),
            sourced=bool(stated("goal_data_source_required")),
            points=points_of(policy),
            of_kinds={
                str(kind): tuple(labels.get(key, key) for key in keys) for kind, keys in dict(stated("goal_kind_branches")).items()
            },
            **_medium(stated(MEDIUM_KEY)),
            severities=dict(stated("goal_check_severity")),
            clauses={one.key: str(one.clause) for one in (branches, mandatory, total, *optional.values())},
        )
        tracks = policy.get(TRACKS_KEY) if TRACKS_KEY in known else None
        if tracks is None:
            return made
        clause = str(tracks.clause)
        return replace(made, tracks={one.key: _on(made, one, clause, labels) for one in read_tracks(tracks.value)})


def _medium(value: Any) -> dict[str, Any]:
    """What the parameter of the medium term says; nothing where a place states none."""
    told = dict(value)
    if not told:
        return {}
    return {
        "medium_longer": int(told["longer_than"]), "medium_years": int(told["most_years"]), "medium_demanded": bool(told.get("demanded")),
    }  # fmt: skip


def _on(usual: GoalSettings, track: Track, clause: str, labels: Mapping[str, str]) -> GoalSettings:
    """The settings of a track: what it says of its own, by the clause of the tracks, the rest as usual."""
    clauses = dict(usual.clauses)
    if track.branches:
        clauses["goal_mandatory_branches"] = clause
    if track.fewest is not None:
        clauses["goal_min_indicators"] = clause
    return replace(
        usual,
        fewest=usual.fewest if track.fewest is None else track.fewest,
        mandatory=tuple(labels.get(key, key) for key in track.branches) or usual.mandatory,
        severities={**usual.severities, **track.severity},
        clauses=clauses,
    )


def bare_branch(label: str) -> str:
    """Return the name of a branch without its last word: 产出指标 and 产出 are the same one."""
    return label.strip().removesuffix("指标")


@dataclass(frozen=True)
class Finding:
    """Something a check found: where, the fact, the clause, what to do, how grave it is.

    `suggested` is a text that could stand in the cell instead; `good` is an example of how it should be.
    """

    check: str
    where: str
    fact: str
    clause: str
    remedy: str
    severity: Severity
    suggested: str = ""
    good: str = ""

    @property
    def blocking(self) -> bool:
        """Whether the goal may not leave with it."""
        return self.severity == "block"

    @property
    def message(self) -> str:
        """The fact, by the name that workflow conditions use."""
        return self.fact


MEDIUM_KEY = "goal_medium_term"
_OPTIONAL = (
    "goal_beaten_share",
    "goal_check_severity",
    "goal_common_indicators",
    "goal_core_indicators",
    "goal_data_source_required",
    "goal_demanded_branches",
    "goal_forbidden_words",
    "goal_interim_targets",
    "goal_kind_branches",
    "goal_largest_weight",
    "goal_longest_name",
    "goal_max_indicators",
    "goal_max_qualitative_share",
    MEDIUM_KEY,
    "goal_min_indicators",
    "goal_money_change",
    "goal_requirements",
    "goal_same_value_years",
    "goal_satisfaction_floor",
)
