"""Files that prove a task of the plan: handed in while it is open, compared over the tasks of the place."""

from dataclasses import dataclass

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach, evidence_of, withdraw
from jiheng.foundation.refused import mistaken
from jiheng.registers.plans.access import may_report
from jiheng.registers.plans.models import PlanTask

LABEL = f"{PlanTask._meta.label_lower}:"


@dataclass(frozen=True)
class Shared:
    """One proof that stands for another task, too: its name, the other task."""

    name: str
    task: PlanTask


def attach_evidence(*, task: PlanTask, name: str, content: bytes, person: Person) -> Evidence:
    """Hand in a file that proves a task, while it is open and by who owes it.

    Refused for a file that does harm or is none of the kinds allowed, and for one that already stands here.
    """
    require(may_report(person, task))
    with act(person):
        made = attach(subject=task, row="", name=name, content=content, person=person)
        if evidence_of(task).filter(file=made.file).exclude(pk=made.pk).exists():
            raise mistaken(f"“{made.name}”的内容已经上传过", remedy="同一份材料只上传一次", where="file")
    return made


def take_back_evidence(*, task: PlanTask, evidence_id: int, person: Person) -> None:
    """Take back a file that was handed in by mistake; the chain keeps that it was there."""
    require(may_report(person, task))
    with act(person):
        found = withdraw(task, evidence_id)
        record("plan.take_back", task, {"name": found.name, "sha256": found.file.digest})


def shared_by(tasks: list[PlanTask]) -> dict[int, list[Shared]]:
    """Return by task which of its proofs stand for other tasks of the same place: the same file, or the same words.

    Two queries, however many tasks. One file may honestly prove two things: it is told, not refused.
    """
    if not tasks:
        return {}
    places = {one.plan.cycle.place_id for one in tasks}
    others = {
        one.pk: one for one in PlanTask.objects.filter(plan__cycle__place_id__in=places).select_related("plan__cycle")
    }
    files = Evidence.objects.filter(subject__startswith=LABEL, withdrawn=False, place_id__in=places)
    proofs: dict[tuple[str, int | str], list[tuple[int, str]]] = {}
    for subject, file, name in files.order_by("pk").values_list("subject", "file_id", "name"):
        proofs.setdefault(("file", file), []).append((int(subject.removeprefix(LABEL)), name))
    for one in others.values():
        if one.evidence:
            proofs.setdefault(("words", one.evidence), []).append((one.pk, one.evidence))
    found: dict[int, list[Shared]] = {one.pk: [] for one in tasks}
    for holders in proofs.values():
        for key, name in holders:
            if key in found:
                found[key] += [Shared(name, others[other]) for other, _ in holders if other != key and other in others]
    return {key: list(dict.fromkeys(rows)) for key, rows in found.items() if rows}


def told_files(task: PlanTask) -> list[dict[str, str]]:
    """Return name and digest of each file that proves a task, as the chain keeps them."""
    return [{"name": one.name, "sha256": one.file.digest} for one in evidence_of(task)]
