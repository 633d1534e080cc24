"""The workflow engine: a table read from a pack, and the one function that moves along it."""

from collections.abc import Mapping
from typing import Any

from pydantic import PrivateAttr, model_validator

from jiheng.rules.entry import Citation, Entry
from jiheng.rules.refusal import Refusal, clause_to_come, under
from jiheng.rules.workflow.checks import CHECKS
from jiheng.rules.workflow.diagram import draw
from jiheng.rules.workflow.registry import MissingFact
from jiheng.rules.workflow.roles import ROLES
from jiheng.rules.workflow.soundness import problems
from jiheng.rules.workflow.steps import Attempt, Outcome, Signed, State, Step
from jiheng.rules.workflow.ways import WAYS


class Workflow(Entry):
    """The states of one stage and the steps between them, as a place prescribes them."""

    key: str = ""
    start: str
    final: tuple[str, ...]
    states: dict[str, State]
    steps: tuple[Step, ...]

    _titles: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> "Workflow":
        found = self.check()
        if found:
            raise ValueError("；".join(found))
        return self

    @classmethod
    def parse(cls, data: dict[str, Any]) -> "Workflow":
        """Read a table from plain values. pydantic.ValidationError lists everything unsound."""
        return cls.model_validate(data)

    def with_titles(self, titles: dict[str, str]) -> "Workflow":
        """The same table, able to print its clauses: source key → 《title》（number）."""
        copy = self.model_copy()
        copy._titles = dict(titles)  # noqa: SLF001  # its own copy
        return copy

    def check(self) -> list[str]:
        """Everything unsound in the table, in words; a table that could be read has nothing."""
        return problems(self.start, self.final, self.states, self.steps)

    def clause_of(self, step: Step) -> str:
        """The clause a step rests on: its own, else that of the table."""
        cite: Citation = step.cite or self.cite
        return f"{self._titles.get(cite.source, cite.source)}{cite.clause}"

    def on_way(self, facts: Mapping[str, Any]) -> "Workflow":
        """The table as one case meets it: without the rows that are for cases of another way."""
        if not any(step.when for step in self.steps):
            return self
        return self.model_copy(update={"steps": tuple(step for step in self.steps if step.is_for(facts))})

    def actions(self, state: str, role: str) -> list[Step]:
        """The buttons that `role` has in `state`, in the order of the table."""
        return [step for step in self.steps if step.from_state == state and role in step.by]

    def step(self, state: str, action: str, role: str) -> Step | None:
        """The row for this act, or None when the table has none."""
        return next((step for step in self.actions(state, role) if step.action == action), None)

    def reads(self, step: Step) -> set[str]:
        """The facts that a step's conditions rest on: what a stage has to gather before trying it."""
        return {name for condition in step.requires for name in CHECKS[condition].reads} | set(step.when)

    def take(self, attempt: Attempt) -> Outcome | list[Refusal]:
        """Move one step, or answer with all reasons against it, each with its clause.

        ValueError when a step with several signatures is tried without the hash of what is signed.
        """
        self._gathered(attempt)
        return self.on_way(attempt.facts)._take(attempt)  # noqa: SLF001  # its own copy

    def _take(self, attempt: Attempt) -> Outcome | list[Refusal]:
        step = self.step(attempt.state, attempt.action, attempt.role)
        if step is None:
            return [self._no_such_step(attempt)]
        clause = self.clause_of(step)
        refusals = _without_comment(step, attempt) + _four_eyes(step, attempt, {**self._labels(), **self._before(step)})
        for name, argument in step.requires.items():
            refusals += CHECKS[name].ask(attempt.facts, argument)
        signatures: tuple[Signed, ...] = ()
        missing: tuple[str, ...] = ()
        if step.all_must_sign:
            signatures, missing = _sign(step, attempt)
            refusals += _one_person_twice(step, attempt, signatures)
        if refusals:
            return under(clause, refusals)
        state = attempt.state if missing else step.to_state
        return Outcome(state, signatures, step, missing, clause)

    def diagram(self) -> str:
        """The table as an SVG picture for the help pages."""
        return draw(self.label, self.start, self.final, self.states, self.steps)

    def _gathered(self, attempt: Attempt) -> None:
        """MissingFact when the rows of this state part ways by what the stage did not tell."""
        ways = {way for step in self.steps if step.from_state == attempt.state for way in step.when}
        for way in sorted(ways - set(attempt.facts)):
            raise MissingFact(f"流程“{self.label}”按“{WAYS[way].label}”分路，办理程序没有提供")

    def _labels(self) -> dict[str, str]:
        return {step.action: step.label for step in self.steps}

    def _before(self, step: Step) -> dict[str, str]:
        """What a step's own action is called where it stands in another row: 初审通过 beside 复审通过."""
        others = dict.fromkeys(one.label for one in self.steps if one.action == step.action and one.label != step.label)
        return {step.action: "、".join(others) or step.label}

    def _no_such_step(self, attempt: Attempt) -> Refusal:
        """Say why there is no such button: another state, or somebody else's."""
        state = self.states.get(attempt.state)
        label = self._labels().get(attempt.action, attempt.action)
        others = [
            step for step in self.steps if step.from_state == attempt.state and step.action == attempt.action
        ]
        role = ROLES.get(attempt.role, attempt.role)
        if others:
            who = "、".join(ROLES[name] for step in others for name in step.by)
            return Refusal(f"{role}不能办理“{others[0].label}”", self.clause_of(others[0]), f"请由{who}办理")
        here = "、".join(step.label for step in self.actions(attempt.state, attempt.role))
        remedy = f"现在可以办理：{here}" if here else "请刷新页面查看最新状态"
        cite = f"{self._titles.get(self.cite.source, self.cite.source)}{self.cite.clause}"
        return Refusal(f"“{state or attempt.state}”状态下不能办理“{label}”", cite, remedy)


def _without_comment(step: Step, attempt: Attempt) -> list[Refusal]:
    if not step.comment or attempt.comment.strip():
        return []
    return [clause_to_come(f"“{step.label}”须写明意见", "请填写意见后再办理", "comment")]


def _four_eyes(step: Step, attempt: Attempt, labels: dict[str, str]) -> list[Refusal]:
    """Whoever took one of the named acts may not take this one."""
    actors = attempt.facts.get("actors", {})
    return [
        clause_to_come(
            f"您已办理过“{labels[earlier]}”，不能再办理“{step.label}”", "请由另一位有权限的人员办理"
        )
        for earlier in step.not_same_person_as
        if attempt.actor in actors.get(earlier, ())
    ]


def _sign(step: Step, attempt: Attempt) -> tuple[tuple[Signed, ...], tuple[str, ...]]:
    """The signatures that count (this one included), and the roles that have yet to sign."""
    if not attempt.content_hash:
        raise ValueError(f"“{step.label}”须会签，没有提供所签内容的摘要")
    own = Signed(attempt.action, attempt.role, attempt.actor, attempt.content_hash)
    counting = {
        given.role: given
        for given in attempt.signatures
        if given.action == attempt.action
        and given.role in step.by
        and given.content_hash == attempt.content_hash
    }
    counting[attempt.role] = own
    missing = tuple(role for role in step.by if role not in counting)
    return tuple(counting[role] for role in step.by if role in counting), missing


def _one_person_twice(step: Step, attempt: Attempt, signatures: tuple[Signed, ...]) -> list[Refusal]:
    """Two signatures mean two persons."""
    twice = [given for given in signatures if given.actor == attempt.actor and given.role != attempt.role]
    return [
        clause_to_come(
            f"您已以{ROLES[given.role]}的身份签署“{step.label}”，不能再签第二次", "请由另一位人员签署"
        )
        for given in twice
    ]
