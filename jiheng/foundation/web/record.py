"""What a record's page shows around its body: title line, next step and who may take it, history, files."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.queries import HistoryLine
from jiheng.foundation.audit.words import ACTION_WORDS
from jiheng.foundation.sealed import closed_year
from jiheng.foundation.web.pages import seen_version
from jiheng.foundation.workflow.models import Case
from jiheng.rules.workflow import Workflow
from jiheng.rules.workflow.steps import Step, Tone


@dataclass(frozen=True)
class TitleLine:
    """The head of a record: name, unit, year, money in fen, state in words and as a tone."""

    name: str
    unit: str = ""
    year: str = ""
    money_fen: int | None = None
    money_label: str = "预算"
    state: str = ""
    tone: Tone = "grey"
    code: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Action:
    """One button: what it does in words, whether it wants an opinion, what it asks before."""

    action: str
    label: str
    comment: bool = False
    confirm: str = ""
    back: bool = False
    primary: bool = False


@dataclass(frozen=True)
class Waiting:
    """One step that others may take, and who."""

    label: str
    who: str


@dataclass(frozen=True)
class NextStep:
    """The panel of the next step: the person's buttons, what others may do, or that all is done."""

    url: str
    state: str
    tone: Tone
    version: int
    mine: Sequence[Action]
    others: Sequence[Waiting]
    final: bool
    clause: str = ""
    due: date | None = None

    @property
    def wants_comment(self) -> bool:
        """Whether one of the buttons must have an opinion."""
        return any(one.comment for one in self.mine)

    @property
    def commented(self) -> str:
        """The buttons that must have an opinion, by name."""
        return "、".join(one.label for one in self.mine if one.comment)


def next_step(
    case: Case,
    workflow: Workflow,
    person: Person,
    url: str,
    *,
    may: bool = True,
    hidden: Iterable[str] = (),
    confirm: Mapping[str, str] | None = None,
    due: date | None = None,
    onward: Collection[str] = (),
) -> NextStep:
    """Return the panel for a case. `url` takes the POST of action, comment and version.

    `may` False (the record is in the role's view but not the person's to move) leaves no buttons;
    `hidden` are actions that have their own page or place; `confirm` holds a question for dangerous
    ones, by action. `onward` are the ways on where the table's steps all want an opinion or are one's own.
    The buttons come from the table alone: what its conditions refuse is said when the button is pressed,
    with every reason.
    """
    state = workflow.states[case.state]
    may = may and closed_year(case) is None
    asked = confirm or {}
    steps = [step for step in workflow.steps if step.from_state == case.state and step.action not in hidden]
    held = [step for step in steps if may and person.role in step.by]
    plain = (step.action for step in held if not step.comment and not step.own)
    forward = next(plain, "") or next((step.action for step in held if step.action in onward), "")
    mine = [
        Action(
            step.action,
            step.label,
            comment=step.comment,
            confirm=asked.get(step.action, ""),
            back=step.comment or step.own,
            primary=step.action == forward,
        )
        for step in held
    ]
    others = [Waiting(step.label, _who(step)) for step in steps if step not in held]
    return NextStep(
        url=url,
        state=state.label,
        tone=state.tone,
        version=case.version,
        mine=sorted(mine, key=lambda one: not one.primary),
        others=others,
        final=case.state in workflow.final and not steps,
        clause=workflow.clause_of(steps[0]) if steps else "",
        due=due,
    )


def _who(step: Step) -> str:
    names = [ROLES[role].label if role in ROLES else role for role in step.by]
    return ("须会签：" if step.all_must_sign else "") + "、".join(names)


@dataclass(frozen=True)
class Asked:
    """What the next-step panel sent: the action, the opinion, and the version that the person saw."""

    action: str
    comment: str
    version: int | None


def asked(request: HttpRequest) -> Asked:
    """Read what the next-step panel sent."""
    return Asked(
        request.POST.get("action", ""),
        request.POST.get("comment", "").strip(),
        seen_version(request),
    )


@dataclass(frozen=True)
class Told:
    """One line of history in plain words."""

    at: datetime
    who: str
    text: str
    comment: str = ""
    clause: str = ""


def told(lines: Iterable[HistoryLine], *workflows: Workflow) -> list[Told]:
    """Put chain entries into words: steps by the labels of their tables, others by the chain's vocabulary."""
    labels = {f"{one.key}.{step.action}": step.label for one in workflows for step in one.steps}
    # One action may have another label in another state: 初审通过, 复审通过.
    labels |= {
        f"{one.key}.{step.action}:{one.states[step.from_state].label}": step.label
        for one in workflows
        for step in one.steps
    }
    labels = ACTION_WORDS | labels
    return [_told(line, labels) for line in lines]


def _told(line: HistoryLine, labels: Mapping[str, str]) -> Told:
    before, after = line.detail.get("from"), line.detail.get("to")
    text = labels.get(f"{line.action}:{before}", labels.get(line.action, line.action))
    if before and after and before != after:
        text += f"：{before} → {after}"
    if line.detail.get("late_days"):
        text += f"（应于 {line.detail.get('due')} 前，逾期 {line.detail['late_days']} 天）"
    return Told(line.at, line.actor, text, str(line.detail.get("comment") or ""), line.clause)


@dataclass(frozen=True)
class FileLink:
    """A file beside a record: name, where to fetch it, what it proves."""

    name: str
    url: str
    about: str = ""
    size: int | None = None
