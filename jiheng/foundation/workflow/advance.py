"""`advance`: the only code that writes a case's state."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import import_string

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.refused import Refused, refuse
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow import Attempt, Signed, Workflow

__all__ = ["Overtaken", "Refused", "actors_of", "advance", "attempt_of", "refuse", "standing_signatures"]


class Overtaken(Exception):
    """Somebody else moved the case first; nothing was written."""


def standing_signatures(case: Case) -> list[Signature]:
    """Return the signatures given in the present state and not yet used."""
    found = Signature.objects.filter(subject=subject_key(case), state=case.state, used=False)
    return list(found)


def actors_of(case: Case) -> dict[str, set[int]]:
    """Return who has taken each action on the case: four eyes are checked against it."""
    actors: dict[str, set[int]] = {}
    for action, user in Signature.objects.filter(subject=subject_key(case)).values_list("action", "user_id"):
        actors.setdefault(action, set()).add(user)
    return actors


def attempt_of(
    case: Case, action: str, person: Person, facts: Mapping[str, Any], comment: str, content_hash: str
) -> Attempt:
    """Return the attempt as the pure engine wants it, with signatures and earlier actors."""
    signed = tuple(
        Signed(one.action, one.role, one.user_id, one.content_hash) for one in standing_signatures(case)
    )
    return Attempt(
        state=case.state,
        action=action,
        role=person.role,
        actor=person.user_id,
        facts={**facts, "actors": actors_of(case)},
        comment=comment,
        signatures=signed,
        content_hash=content_hash,
    )


@lru_cache(maxsize=1)
def _witnesses() -> tuple[Callable[[Case, str, str, Person], dict[str, Any]], ...]:
    """Return what registers note within every move of a case: `step_witness` of an app's configuration names it.

    A witness gets the case, the state that it leaves and the one that it reaches, and the person; what it returns
    stands in the chain's entry of the step.
    """
    paths = [getattr(config, "step_witness", "") for config in apps.get_app_configs()]
    return tuple(import_string(path) for path in paths if path)


def advance(
    case: Case,
    *,
    workflow: Workflow,
    action: str,
    person: Person,
    facts: Mapping[str, Any] | None = None,
    comment: str = "",
    content_hash: str = "",
    version: int | None = None,
) -> None:
    """Move `case` one step or take one signature; refuse with every reason; write the chain entry.

    `version` is the version that the person saw; another one now means that somebody was faster.
    """
    if person.place_id != case.place_id:
        raise refuse("只能办理本地区的事项", national_clause("duty_place"))
    label = workflow.states[case.state].label
    with act(person), transaction.atomic():
        if version is not None and version != case.version:
            raise Overtaken
        outcome = workflow.take(attempt_of(case, action, person, facts or {}, comment, content_hash))
        if isinstance(outcome, list):
            raise Refused(outcome)
        moment = clock.now()
        same = type(case)._default_manager.filter(pk=case.pk, version=case.version)
        if same.update(state=outcome.state, version=case.version + 1, moved_at=moment) != 1:
            raise Overtaken
        Signature.objects.create(
            place_id=case.place_id,
            subject=subject_key(case),
            action=action,
            state=case.state,
            role=person.role,
            user_id=person.user_id,
            name=str(person),
            at=moment,
            content_hash=content_hash,
            comment=comment,
        )
        moved = outcome.state != case.state
        if moved:
            Signature.objects.filter(subject=subject_key(case), used=False).update(used=True)
        noted: dict[str, Any] = {}
        for witness in _witnesses() if moved else ():
            noted |= witness(case, case.state, outcome.state, person)
        record(
            f"{workflow.key}.{action}",
            case,
            {
                "from": label,
                "to": workflow.states[outcome.state].label,
                "comment": comment,
                "signed": content_hash,
                "moved": moved,
                **noted,
            },
            clause=outcome.clause,
        )
        case.state, case.version, case.moved_at = outcome.state, case.version + 1, moment
