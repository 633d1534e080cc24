"""What checks of goals look at: the goal as filled in, and the place's settings with their clauses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jiheng.rules.money import Fen
from jiheng.rules.policy.policy import PolicyAt


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator row. `key` names it in findings; `level1` and `level2` are labels, `level3` its name.

    `operator` is one of >=, >, =, <=, <, range, qualitative, or empty when none was chosen. `value` (and
    `high` of a range) is what was read from `target_text`; `due` is the date read from it. `direction` is
    higher or lower where the library states it.
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
    medium term, None where the project has none. `tasks` are those of a whole department.
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


@dataclass(frozen=True)
class GoalSettings:
    """What the place demands. `mandatory` holds labels of branches of either level; weights and counts as stated.

    `branches` are the labels of the first level, each with those of the second level below it.

    `severities` gives checks another severity than their own: block, warn or off. `clauses` maps a
    parameter's key to its clause.
    """

    mandatory: tuple[str, ...] = ("产出指标", "效益指标")
    branches: tuple[tuple[str, tuple[str, ...]], ...] = ()
    weight_totals: tuple[Decimal, ...] = (Decimal(90), Decimal(100))
    fewest: int | None = None
    most: int | None = None
    qualitative_share: Decimal | None = None
    severities: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: PolicyAt) -> "GoalSettings":
        """The settings that a policy states (parameters goal_branches, goal_mandatory_branches,
        goal_weight_total, goal_min_indicators, goal_max_indicators, goal_max_qualitative_share,
        goal_check_severity).
        """
        branches = policy.value("goal_branches")
        labels = {
            one["key"]: one["label"]
            for branch in branches.value
            for one in (branch, *branch.get("children", []))
        }
        mandatory = policy.value("goal_mandatory_branches")
        total = policy.value("goal_weight_total")
        optional = {
            key: policy.get(key) for key in (_FEWEST, _MOST, _QUALITATIVE, _SEVERITY, "goal_requirements")
        }
        found = [branches, mandatory, total, *(one for one in optional.values() if one is not None)]
        fewest, most, share, severity = (optional[key] for key in (_FEWEST, _MOST, _QUALITATIVE, _SEVERITY))
        return cls(
            mandatory=tuple(labels.get(key, key) for key in mandatory.value),
            branches=tuple(
                (branch["label"], tuple(child["label"] for child in branch.get("children", [])))
                for branch in branches.value
            ),
            weight_totals=(Decimal(str(total.value)),),
            fewest=None if fewest is None else int(fewest.value),
            most=None if most is None else int(most.value),
            qualitative_share=None if share is None else Decimal(str(share.value)),
            severities={} if severity is None else dict(severity.value),
            clauses={one.key: str(one.clause) for one in found},
        )


def bare_branch(label: str) -> str:
    """Return the name of a branch without its last word: 产出指标 and 产出 are the same one."""
    return label.strip().removesuffix("指标")


@dataclass(frozen=True)
class Finding:
    """Something a check found: where, the fact, the clause, what to do, and whether it stops the goal."""

    check: str
    where: str
    fact: str
    clause: str
    remedy: str
    blocking: bool

    @property
    def message(self) -> str:
        """The fact, by the name that workflow conditions use."""
        return self.fact


_FEWEST, _MOST, _QUALITATIVE = "goal_min_indicators", "goal_max_indicators", "goal_max_qualitative_share"
_SEVERITY = "goal_check_severity"
