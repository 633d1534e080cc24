"""Taking a step back by a counter-step: nothing is deleted, the chain and the signatures keep both."""

from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.rules.workflow import Workflow

UNDO = "undo"
"""The action of the counter-step, as signatures name it."""


def take_back(
    case: Case, *, workflow: Workflow, to_state: str, version: int, person: Person, clause: str, content_hash: str = ""
) -> None:
    """Put a case back where it stood before a step, if nothing was done to it since `version`; else Overtaken.

    Whether the step may be taken back is the caller's to ask.
    """
    left = case.state
    with act(person), transaction.atomic():
        moment = clock.now()
        same = type(case)._default_manager.filter(pk=case.pk, version=version, state=left)
        if case.version != version or same.update(state=to_state, version=version + 1, moved_at=moment) != 1:
            raise Overtaken
        Signature.objects.create(
            place_id=case.place_id,
            subject=subject_key(case),
            action=UNDO,
            state=left,
            role=person.role,
            user_id=person.user_id,
            name=str(person),
            at=moment,
            content_hash=content_hash,
            used=True,
        )
        labels = {"from": workflow.states[left].label, "to": workflow.states[to_state].label, "moved": True}
        record(f"{workflow.key}.{UNDO}", case, labels, clause)
        case.state, case.version, case.moved_at = to_state, version + 1, moment
