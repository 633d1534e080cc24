"""Asking the access rules of the pages about one record and one person, and saying why.

There is no second truth here: what may be seen and done is what the pages' own rules answer (`view.access`);
the words around it say which appointment, body, role and state they looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, cast
from urllib.parse import urlsplit

from django.db.models import Model, Q, QuerySet
from django.urls import Resolver404, resolve

from jiheng.channels.rights.words import KINDS, SCOPES, WORKFLOWS, act_words
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import Person, held_today, person_of
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.web.pages import Access, every_page, whole
from jiheng.foundation.workflow.advance import actors_of
from jiheng.foundation.workflow.models import Case
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Step, Workflow
from jiheng.stages.appraisal.access import actions_of
from jiheng.stages.evaluation.access import evaluation_steps, self_steps
from jiheng.stages.goals.access import steps_for as goal_steps
from jiheng.stages.goals.access import workflow_of as goal_table
from jiheng.stages.goals.models import Goal
from jiheng.stages.monitoring.access import steps_for as monitoring_steps

Steps = Callable[[Person, Any], list[Step]]
STEPS: dict[str, Steps] = {
    "appraisal.Appraisal": lambda person, record: actions_of(record, person),
    "evaluation.Evaluation": evaluation_steps,
    "evaluation.SelfEvaluation": self_steps,
    "goals.Goal": goal_steps,
    "monitoring.MonitoringReport": monitoring_steps,
}
"""How each stage itself says which steps are somebody's; the rest go by role and state alone."""
FOUND = 8
HANGS_ON = (
    "organisation", "cycle", "subject_year", "goal", "evaluation", "report", "library", "unit", "department", "body",
    "plan", "snapshot",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The record that an address names: the address's rule and the key."""

    name: str
    access: Access
    key: int
    path: str


@dataclass(frozen=True)
class Fact:
    """One thing that the answer rests on; `holds` None when it decides nothing by itself."""

    label: str
    text: str
    holds: bool | None = None
    clause: str = ""


@dataclass(frozen=True)
class Told:
    """One thing that can be done with the record, and whether this person may, and why not."""

    name: str
    label: str
    allowed: bool
    reason: str = ""
    clause: str = ""

    @property
    def labels(self) -> str:
        """The same as `Alike` calls it."""
        return self.label


@dataclass(frozen=True)
class Alike:
    """Things that can be done, or cannot for the same reason."""

    labels: str
    allowed: bool
    reason: str
    clause: str


@dataclass
class Explained:
    """The answer for one appointment."""

    person: Person
    seen: bool
    opens: Told | None = None
    facts: list[Fact] = field(default_factory=list)
    acts: list[Told] = field(default_factory=list)
    steps: list[Told] = field(default_factory=list)
    at_stage: str = ""

    @property
    def grouped(self) -> list[Alike]:
        """The acts, those with the same answer and reason in one line."""
        groups: dict[tuple[bool, str, str], list[str]] = {}
        for one in self.acts:
            groups.setdefault((one.allowed, one.reason, one.clause), []).append(one.label)
        return [Alike("、".join(dict.fromkeys(labels)), *key) for key, labels in groups.items()]


def record_asked(address: str) -> Asked | None:
    """Read the address of a record's page, whole or without the host; None when it is none of a record."""
    try:
        path = urlsplit(address.strip()).path
        found = resolve(path)
    except (ValueError, Resolver404):
        return None
    access = cast(Access | None, getattr(found.func, "access", None))
    key = whole(str(found.kwargs.get("pk", "")))
    if access is None or access.record is None or key is None:
        return None
    return Asked(found.view_name, access, key, path)


def _rows(access: Access, person: Person) -> QuerySet[Any]:
    return access.record(person) if access.record else QuerySet().none()


def record_for_asker(asked: Asked, asker: Person) -> Model | None:
    """Return the record itself for those who may ask about others: one of their own place, else nothing."""
    rows = _rows(asked.access, asker)
    found: Model | None = rows.model._default_manager.filter(pk=asked.key).first()
    return found if found is not None and place_of(found) == asker.place_id else None


def place_of(record: Model) -> int | None:
    """Return the place that a record belongs to: its own column, else that of what it hangs on."""
    held = getattr(record, "place_id", None)
    if held is not None:
        return int(held)
    if record._meta.label == "accounts.Place":
        return int(record.pk)
    if record._meta.label == "accounts.User":
        body = Organisation.objects.filter(appointments__user_id=record.pk).first()
        return body.place_id if body else None
    for name in HANGS_ON:
        if isinstance(other := getattr(record, name, None), Model):
            return place_of(other)
    return None


def bodies_of(record: Model) -> list[Organisation]:
    """Return the bodies whose record it is: the unit and its department; none for what is nobody's own."""
    _, way = KINDS.get(record._meta.label, ("", None))
    if way is None:
        return []
    held: Any = attrgetter(way)(record) if way else record
    if held is None or isinstance(held, Organisation):
        return [held] if held is not None else []
    return list(dict.fromkeys(one for one in (held.unit, held.department) if one is not None))


def explain(asked: Asked, person: Person, known: Model | None) -> Explained:
    """Say whether the person sees the record, what they may do with it, and why.

    `known` is the record when the one who asks may know of it though the person explained does not see it.
    """
    record = _rows(asked.access, person).filter(pk=asked.key).first()
    told = Explained(person, seen=record is not None)
    shown = record if record is not None else known
    told.facts = [_office(person), _scope(person)]
    if shown is not None:
        told.facts += _whose(person, shown)
    if record is None:
        words = "按这个岗位的可见范围查不到这条记录" if known is not None else "没有这条记录，或者它不在您可以查看的范围内"
        told.facts.append(Fact("记录", words, False, national_clause("duty_access")))
        return told
    told.opens = _verdict(asked.name, asked.access, person, record)
    told.acts = _acts(asked, person, record)
    _by_workflow(told, person, record)
    return told


def _office(person: Person) -> Fact:
    return Fact("任职", f"{person.name}，{person.organisation_name} {person.role_label}", True)


def _scope(person: Person) -> Fact:
    text = SCOPES[ROLES[person.role].side]
    return Fact("岗位", f"{person.role_label}：{text}", None, national_clause("duty_access"))


def _whose(person: Person, record: Model) -> list[Fact]:
    kind, _ = KINDS.get(record._meta.label, (record._meta.verbose_name, None))
    bodies = bodies_of(record)
    if not bodies:
        return [Fact("记录", f"{kind} 第 {record.pk} 号，不是某一个单位的")]
    names = "、".join(f"{one.name}" for one in bodies)
    facts = [Fact("记录", f"{kind} 第 {record.pk} 号，属于{names}")]
    side = ROLES[person.role].side
    if side in {"unit", "department"} or place_of(record) not in {None, person.place_id}:
        facts.append(_in_tree(person, bodies))
    elif person.sees_whole_place:
        facts.append(Fact("单位", f"看{person.place_name}全部单位的", True))
    return facts


def _in_tree(person: Person, bodies: list[Organisation]) -> Fact:
    """Say how the record's bodies stand to the person's own in the tree of bodies."""
    clause = national_clause("duty_unit")
    own = next((one for one in bodies if one.pk in person.own), None)
    if own is not None:
        return Fact("单位", f"{own.name}就是任职单位，或者由任职单位承接", True, clause)
    below = next((one for one in bodies if one.pk in person.subtree), None)
    if below is not None and ROLES[person.role].side == "department":
        return Fact("单位", f"{person.organisation_name} ＞ {below.name}：任职单位的下级", True, clause)
    return Fact("单位", f"不是{person.organisation_name}的，也不是它下级单位的", False, clause)


def _verdict(name: str, access: Access, person: Person, record: Model) -> Told:
    if access.may is None:
        return Told(name, act_words(name), allowed=True)
    verdict = access.may(person, record)
    return Told(name, act_words(name) or f"其他（{name}）", bool(verdict), verdict.reason, verdict.clause)


def _acts(asked: Asked, person: Person, record: Model) -> list[Told]:
    """Ask every page that takes a record of this kind."""
    found, seen = [], {asked.access.record: True}
    for _, name, access in every_page():
        if access is None or access.record is None or name == asked.name or name.startswith("api"):
            continue
        rows = access.record(person)
        if rows.model is not type(record):
            continue
        if access.record not in seen:
            seen[access.record] = rows.filter(pk=record.pk).exists()
        if seen[access.record]:
            found.append(_verdict(name, access, person, record))
        else:
            reason = "这条记录现在不在这一步的范围内"
            found.append(Told(name, act_words(name) or f"其他（{name}）", allowed=False, reason=reason, clause=national_clause("duty_access")))
    return sorted(found, key=lambda one: not one.allowed)


def _by_workflow(told: Explained, person: Person, record: Model) -> None:
    key = WORKFLOWS.get(record._meta.label)
    if key is None or not isinstance(record, Case):
        return
    workflow = goal_table(record) if isinstance(record, Goal) else policy_for(cast(Any, record).cycle).workflows.get(key)
    if workflow is None or record.state not in workflow.states:
        return
    told.at_stage = workflow.states[record.state].label
    told.facts.append(Fact("环节", f"现为“{told.at_stage}”，哪个岗位能办由流程表定"))
    of_stage = STEPS.get(record._meta.label)
    held = of_stage(person, record) if of_stage else workflow.actions(record.state, person.role)
    actors = actors_of(record)
    for step in workflow.steps:
        if step.from_state == record.state:
            told.steps.append(_step(workflow, step, person, held, actors))


def _step(workflow: Workflow, step: Step, person: Person, held: list[Step], actors: dict[str, set[int]]) -> Told:
    who = "、".join(ROLES[role].label if role in ROLES else role for role in step.by)
    clause = workflow.clause_of(step)
    if person.role not in step.by:
        return Told(step.action, step.label, allowed=False, reason=f"由{who}办理", clause=clause)
    if step not in held:
        return Told(step.action, step.label, allowed=False, reason=f"由{who}办理，但不是这个任职单位的事项", clause=clause)
    same = [one for one in step.not_same_person_as if person.user_id in actors.get(one, set())]
    if same:
        done = "、".join(dict.fromkeys(one.label for one in workflow.steps if one.action in same))
        return Told(step.action, step.label, allowed=False, reason=f"您办过“{done}”，这一步须由另一人办理", clause=clause)
    together = "，须几人都签" if step.all_must_sign else ""
    return Told(step.action, step.label, allowed=True, reason=f"由{who}办理{together}；应备的条件在办理时核对", clause=clause)


def appointments_matching(asker: Person, words: str) -> list[Appointment]:
    """Return the appointments held today in the asker's place by whom the words name: sign-in name or name."""
    rows = held_today().filter(organisation__place_id=asker.place_id)
    exact = list(rows.filter(Q(user__username=words) | Q(user__name=words))[:FOUND])
    if exact:
        return exact
    return list(rows.filter(Q(user__username__icontains=words) | Q(user__name__icontains=words))[:FOUND])


def people_of(appointments: list[Appointment]) -> list[Person]:
    """Return who acts under these appointments."""
    return [person_of(one) for one in appointments]
