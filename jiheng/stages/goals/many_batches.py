"""Uploads of many goals in one file: kept, read, shown, written once; large ones by a worker, while the page waits.

An upload is a batch: what the reading found stands in its report, so that the page needs not read the file again.
Reading and writing are one transaction each: a worker that dies leaves nothing, another one begins anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_of, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.files.services import MAX_BYTES, store_file
from jiheng.foundation.jobs.services import enqueue, gave_up
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.layouts import Headings, headings_of
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.mark import looked_at, marked_copy
from jiheng.foundation.sheets.patch import signed
from jiheng.foundation.sheets.upload import keep_workbook
from jiheng.foundation.workflow.advance import Overtaken, Refused
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_of
from jiheng.rules.refusal import mistake
from jiheng.stages.goals.many import Many, apply_many, half_of, learn_layout, may_fill_many, read_many
from jiheng.stages.goals.offline import Clash
from jiheng.stages.goals.queries import Change
from jiheng.stages.goals.uploads import content_of

KINDS = {"content": "goals.content", "money": "goals.money"}
"""The kind of a batch, by the half of the goals that its people write."""
LARGE = 128 * 1024
"""Files from this size on, of some hundred projects, are read and written by a worker."""
MOST_SHOWN = 300
"""Mistakes, notices, changes and conflicts of each kind that the page shows; the marked copy holds all mistakes."""


class Stale(Refused):
    """A goal was saved after the file was read: nothing was written, the file was read anew."""


@dataclass
class Shown:
    """What the page shows of an upload that was read; of long lists the first ones, with how many there are."""

    name: str
    half: str
    signed: bool = False
    based: bool = False
    mapped: bool = False
    drifted: bool = False
    rows_in: int = 0
    projects: int = 0
    changed: int = 0
    change_count: int = 0
    problem_count: int = 0
    notice_count: int = 0
    unread: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    changes: list[tuple[str, bool, Change]] = field(default_factory=list)
    """Project, whether it is begun by the file, and what changes."""
    clashes: list[Clash] = field(default_factory=list)
    hidden_clashes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing has to be put right."""
        return not self.problem_count

    @property
    def clash_count(self) -> int:
        """How many conflicts there are."""
        return len(self.clashes) + len(self.hidden_clashes)

    @property
    def ready(self) -> bool:
        """Whether there is something that can be written."""
        return self.ok and self.mapped and bool(self.change_count or self.clash_count)


def visible_many(person: Person) -> QuerySet[ImportBatch]:
    """Return the uploads of the person's own body, of the half that the person writes."""
    if not may_fill_many(person):
        return ImportBatch.objects.none()
    found = ImportBatch.objects.filter(place_id=person.place_id, organisation_id__in=person.own)
    return found.filter(kind=KINDS[half_of(person)]).select_related("file")


def cycle_of_batch(batch: ImportBatch) -> Cycle:
    """Return the budget year into which the file was uploaded."""
    return cycles_of(batch.place_id).get(pk=batch.report["cycle"])


# --- reading


def upload_many(*, person: Person, cycle: Cycle, name: str, content: bytes) -> ImportBatch:
    """Keep a file of many goals and read it, a large one by a worker; no goal is changed yet.

    Raises Refused for a file that is no workbook that can be opened.
    """
    require(may_fill_many(person))
    stored = keep_workbook(name=name, content=content)
    with act(person):
        batch = ImportBatch.objects.create(
            place_id=person.place_id,
            organisation_id=person.organisation_id,
            kind=KINDS[half_of(person)],
            name=name[-200:],
            file=stored,
            report={"cycle": cycle.pk, "budget_year": cycle.budget_year},
            uploaded_at=clock.now(),
            uploaded_by=str(person),
        )
        record("goals.many_upload", batch, {"file": name, "sha256": stored.digest})
    read_again(batch=batch, person=person)
    return batch


def read_again(*, batch: ImportBatch, person: Person) -> None:
    """Read the file of an upload that waits and hold it against the goals as they are now; a large one by a worker.

    Raises Overtaken when it was written already or is being written.
    """
    require(may_fill_many(person))
    if batch.file.size < LARGE:
        read_now(batch=batch, person=person)
        return
    _hand_over(batch, person, "reading", read_job)


def read_now(*, batch: ImportBatch, person: Person) -> None:
    """Read the file and keep what the page shows; replaces what was read before."""
    cycle = cycle_of_batch(batch)
    told = read_many(person, cycle, batch.name, batch.file.digest)
    content = content_of(batch.file.digest)
    report = {"cycle": cycle.pk, "budget_year": cycle.budget_year, "read": _report(told, signed_file=signed(content))}
    if told.problems and told.mapped:
        marks = [*told.problems, *(looked_at(one) for one in told.notices)]
        copy = marked_copy(content, marks, sheet=told.sheet)
        if len(copy) <= MAX_BYTES:
            report["marked"] = store_file(name=batch.name, content=copy).digest
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if held.phase != "preview":
            raise Overtaken
        batch.report = report
        batch.save(update_fields=["report"])


def read_job(*, batch: int, appointment: int) -> None:
    """Job: read one upload."""
    person = person_of(Appointment.objects.select_related("user", "organisation__place").get(pk=appointment))
    read_now(batch=ImportBatch.objects.select_related("file").get(pk=batch), person=person)


def _hand_over(batch: ImportBatch, person: Person, doing: str, job: Any, **arguments: Any) -> None:
    """Ask a worker to read or write an upload that waits; asked again while it is at it, nothing changes."""
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if held.phase != "preview":
            raise Overtaken
        if at_work(held):
            return
        key = f"goals.many:{doing}:{batch.pk}:{uuid4().hex}"
        report = {name: told for name, told in held.report.items() if name not in {"job", "unwritten"}}
        batch.report = {**report, "job": {"key": key, "doing": doing, "since": clock.now().isoformat()}}
        batch.save(update_fields=["report"])
        enqueue(job, key=key, batch=batch.pk, appointment=person.appointment_id, **arguments)


def at_work(batch: ImportBatch) -> bool:
    """Whether a worker is asked to read or write the upload and has not given up."""
    told = batch.report.get("job")
    return batch.phase == "preview" and told is not None and not gave_up(told["key"])


def _report(told: Many, *, signed_file: bool) -> dict[str, Any]:
    changes = [(one, change) for one in told.changed for change in one.changes]
    clashes = told.clashes
    return {
        "half": told.half,
        "signed": signed_file,
        "based": told.based,
        "mapped": told.mapped,
        "drifted": told.drift is not None,
        "rows_in": told.rows_in,
        "projects": len(told.found),
        "changed": len(told.changed),
        "change_count": len(changes),
        "problem_count": len(told.problems),
        "notice_count": len(told.notices),
        "unread": told.unread,
        "seen": told.seen,
        "problems": [
            [one.cell, one.label, one.message, one.kind, one.path, one.rule, one.expected]
            for one in told.problems[:MOST_SHOWN]
        ],
        "notices": [[one.cell, one.label, one.message] for one in told.notices[:MOST_SHOWN]],
        "changes": [
            [one.name, one.goal is None, change.what, change.before, change.after] for one, change in changes[:MOST_SHOWN]
        ],
        "clashes": [
            [one.name, one.what, one.cell, one.base, one.mine, one.theirs] for one in clashes[:MOST_SHOWN]
        ],
        "hidden_clashes": [one.name for one in clashes[MOST_SHOWN:]],
    }


def shown(batch: ImportBatch) -> Shown | None:
    """Return what the page shows; None while the file was not read."""
    told = batch.report.get("read")
    if told is None:
        return None
    kept = {key: value for key, value in told.items() if key != "seen"}
    kept |= {
        "problems": [Problem(*one) for one in told["problems"]],
        "notices": [Problem(*one) for one in told["notices"]],
        "changes": [(project, new, Change(*words)) for project, new, *words in told["changes"]],
        "clashes": [Clash(*one) for one in told["clashes"]],
    }
    return Shown(name=batch.name, **kept)


# --- a layout that is not known yet


def headings_in(batch: ImportBatch) -> Headings | None:
    """Return the headings of the upload, None where it has none or cannot be read."""
    try:
        return headings_of(content_of(batch.file.digest), batch.name)
    except Unreadable:
        return None


def learn_from(*, batch: ImportBatch, person: Person, places: Mapping[str, int | None]) -> None:
    """Remember which column of the upload means what, by the places of the columns, and read it anew.

    Raises Refused as `learn_layout` does, and for a file without headings.
    """
    headings = headings_in(batch)
    if headings is None:
        raise mistaken("文件里没有找到表头", remedy="请核对文件是否选错")
    labels = dict(enumerate(headings.labels))
    columns = {key: labels[at] for key, at in places.items() if at is not None and at in labels}
    learn_layout(person=person, headings=headings, columns=columns)
    read_again(batch=batch, person=person)


# --- writing


def write_many(*, batch: ImportBatch, person: Person, choices: Mapping[str, str]) -> None:
    """Write what the upload changes, all projects or none, once; a large one by a worker.

    `choices` decides the conflicts. Raises Refused while anything is wrong or undecided, Stale when a goal was saved
    after the file was read (it is then read anew), Overtaken when the upload was written already.
    """
    require(may_fill_many(person))
    if batch.phase != "preview" or at_work(batch):
        raise Overtaken
    _decided(batch, choices)
    if batch.file.size >= LARGE:
        _hand_over(batch, person, "writing", write_job, choices=dict(choices))
        return
    try:
        write_now(batch=batch, person=person, choices=choices)
    except Stale:
        read_now(batch=batch, person=person)
        raise


def _decided(batch: ImportBatch, choices: Mapping[str, str]) -> None:
    """Refuse what can be seen without reading the file again: mistakes, conflicts that nobody decided."""
    told = shown(batch)
    if told is None or not told.ready:
        count = told.problem_count if told else 0
        words = f"文件中还有 {count} 处错误" if count else "文件里没有可以写入的变动"
        raise mistaken(words, remedy="请改正后重新上传", where="file")
    named = [(one.name, one.what) for one in told.clashes] + [(one, "没有列出的") for one in told.hidden_clashes]
    open_ = [what for name, what in named if choices.get(name) not in {"mine", "theirs"}]
    if open_:
        words = f"有 {len(open_)} 处冲突没有选择：{'、'.join(dict.fromkeys(open_[:5]))}"
        raise Refused([mistake(words, remedy="请返回核对页，逐处选择", where="clashes")])


def write_now(*, batch: ImportBatch, person: Person, choices: Mapping[str, str]) -> int:
    """Write the upload in one transaction with the mark that it is written; return how many projects were."""
    seen = batch.report["read"]["seen"]
    with act(person):
        if ImportBatch.objects.filter(pk=batch.pk, phase="preview").update(phase="applied") != 1:
            raise Overtaken
        try:
            count = apply_many(
                person=person, cycle=cycle_of_batch(batch), name=batch.name, digest=batch.file.digest, seen=seen,
                choices=choices,
            )  # fmt: skip
        except Overtaken as overtaken:
            words = "核对以后有项目改动过，没有写入"
            raise Stale([mistake(words, remedy="已按现在的内容重新核对，请看过再写入")]) from overtaken
        batch.phase, batch.applied_at = "applied", clock.now()
        report = {name: told for name, told in batch.report.items() if name not in {"job", "unwritten"}}
        batch.report = {**report, "written": {"by": str(person), "projects": count}}
        batch.save(update_fields=["phase", "applied_at", "report"])
        record("goals.many_write", batch, {"file": batch.name, "sha256": batch.file.digest, "projects": count})
    return count


def write_job(*, batch: int, appointment: int, choices: Mapping[str, str]) -> None:
    """Job: write one upload; what stands against it is kept for the page, with the file read anew."""
    person = person_of(Appointment.objects.select_related("user", "organisation__place").get(pk=appointment))
    one = ImportBatch.objects.select_related("file").get(pk=batch)
    try:
        write_now(batch=one, person=person, choices=choices)
    except Refused as refused:
        one.refresh_from_db(fields=["phase", "report"])
        read_now(batch=one, person=person)
        one.report["unwritten"] = [str(refusal) for refusal in refused.refusals]
        one.save(update_fields=["report"])
    except Overtaken:
        return  # written by another: nothing is left to say
