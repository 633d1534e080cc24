"""Uploading a list, previewing it, importing it whole or not at all, taking it back."""

import json
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet, Sum, TextField
from django.db.models.functions import Cast

from jiheng.channels.exchange.access import may_import
from jiheng.channels.exchange.catalogue import kinds
from jiheng.channels.exchange.kinds import ListKind, Setting
from jiheng.channels.exchange.models import ImportLine
from jiheng.channels.exchange.plan import Line, Plan, kept_rows, kept_text, plan_of, plan_of_kept
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import Person, person_of, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.bulk import all_kept, insert_rows
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.jobs.services import enqueue, gave_up
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.expect import by_label, of_list
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.mark import marked_copy
from jiheng.foundation.sheets.tables import Cells, ListRow, as_workbook
from jiheng.foundation.sheets.upload import keep_list
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.registers.cycles.queries import cycles_in_sight
from jiheng.rules.money import format_wan, format_yuan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import mistake

LARGE = 128 * 1024
"""Files from this size on are read by a worker, while the page waits and asks."""

LARGE_ROWS = 20_000
"""Lists of so many rows are written by a worker, while the page waits and asks."""


class Stale(Refused):
    """The register changed between preview and confirmation: nothing was imported, the preview is made anew."""


def kind_named(key: str) -> ListKind:
    """Return a kind of list by its key. Raises Refused for an unknown one."""
    found = kinds().get(key)
    if found is None:
        known = "、".join(f"{one.key}（{one.label}）" for one in kinds().values())
        raise mistaken(f"没有“{key}”这种清单", remedy=f"可用的有：{known}")
    return found


def setting_for(kind: ListKind, person: Person, budget_year: int | None) -> Setting:
    """Return who imports into which year. Raises Refused when the year is not open."""
    if not kind.yearly:
        return Setting(person, None)
    cycle = cycles_in_sight(person).filter(budget_year=budget_year or 0).first()
    if cycle is None:
        raise refuse(
            f"{budget_year or '所选'}年度还没有开启",
            national_clause("duty_year"),
            remedy="请先在“年度与日历”中开启该年度",
        )
    return Setting(person, cycle)


def upload(
    *, kind: ListKind, name: str, content: bytes, person: Person, budget_year: int | None, later: bool = False
) -> ImportBatch:
    """Keep an uploaded list and hold it against the register; nothing is imported yet.

    With `later` a large file is read by a worker. Raises Refused for a file that is none of ours.
    """
    require(may_import(person, kind))
    setting = setting_for(kind, person, budget_year)
    stored = keep_list(name=name, content=content)
    with act(person):
        batch = ImportBatch.objects.create(
            place_id=person.place_id,
            organisation_id=person.organisation_id,
            kind=kind.key,
            name=name[-200:],
            file=stored,
            report={"budget_year": setting.cycle.budget_year if setting.cycle else None, "reading": True},
            uploaded_at=clock.now(),
            uploaded_by=str(person),
        )
        record("exchange.upload", batch, {"kind": kind.label, "file": name, "sha256": stored.digest})
    if later and len(content) >= LARGE:
        enqueue(read_batch, key=f"exchange:{batch.pk}", batch=batch.pk, appointment=person.appointment_id)
    else:
        preview(batch=batch, person=person)
    return batch


def read_batch(*, batch: int, appointment: int) -> None:
    """Job: read one uploaded list."""
    held = Appointment.objects.select_related("user", "organisation__place").get(pk=appointment)
    preview(batch=ImportBatch.objects.select_related("file").get(pk=batch), person=person_of(held))


def content_of(batch: ImportBatch) -> bytes:
    """Return the uploaded file."""
    with batch.file.content.open("rb") as kept:
        return bytes(kept.read())


def plan_for(batch: ImportBatch, person: Person) -> tuple[ListKind, Setting, Plan]:
    """Read the batch's file again and hold it against the register as it is now."""
    kind = kind_named(batch.kind)
    setting = setting_for(kind, person, batch.report.get("budget_year"))
    return kind, setting, plan_of(kind, setting, content_of(batch), batch.name)


def held_again(batch: ImportBatch, person: Person) -> tuple[ListKind, Setting, Plan]:
    """Hold what the person was shown against the register as it is now.

    A list that was read without a mistake is not read again: its file is the same, its rows are kept, and any
    change of them shows in the fingerprint. Other lists are read from their file.
    """
    if not batch.report.get("ok") or "letters" not in batch.report:
        return plan_for(batch, person)
    kind = kind_named(batch.kind)
    setting = setting_for(kind, person, batch.report.get("budget_year"))
    columns, letters = kind.definition(setting).columns, batch.report["letters"]
    kept = lines_of(batch)
    texts = kept.annotate(text=Cast("values", TextField())).values_list("number", "text")
    numbers, told = zip(*texts, strict=True)  # a list in order has a row at least
    rows = [
        ListRow(number, values, Cells(letters, number))
        for number, values in zip(numbers, kept_rows(columns, told), strict=True)
    ]
    noticed = {
        number: [Problem(*one) for one in seen]
        for number, seen in kept.exclude(noticed=[]).values_list("number", "noticed")
    }
    return kind, setting, plan_of_kept(kind, setting, rows, noticed)


def preview(*, batch: ImportBatch, person: Person) -> Plan:
    """Read the list and keep what the preview shows; replaces an older preview."""
    with all_kept():
        kind, _, plan = plan_for(batch, person)
        with transaction.atomic():
            _show(batch, kind, plan)
    return plan


def _show(batch: ImportBatch, kind: ListKind, plan: Plan) -> None:
    ImportLine.objects.filter(batch=batch).delete()
    insert_rows(ImportLine, LINE, (_line(batch.pk, line) for line in plan.lines))
    batch.report = {"budget_year": batch.report.get("budget_year"), **report_of(kind, plan)}
    batch.save(update_fields=["report"])


LINE = ("batch", "number", "state", "code", "name", "amount_fen", "values", "remark", "noticed")


def _line(batch: int, line: Line) -> tuple[Any, ...]:
    code, name = line.values.get("code"), line.values.get("name")
    noticed = [[one.cell, one.label, one.message] for one in line.noticed]
    return (
        *(batch, line.number, line.state, str(code or "")[:80], str(name or "")[:300], line.amount_fen),
        *(kept_text(line.values), line.remark, json.dumps(noticed, ensure_ascii=False) if noticed else "[]"),
    )


def report_of(kind: ListKind, plan: Plan) -> dict[str, Any]:
    """Return the reconciliation: rows and fen of the file, and what becomes of them; the differences are 0."""
    rows = {state: plan.count(state) for state, _ in ImportLine.STATES}
    rows["wrong"] += plan.rows_in - len(plan.lines)  # beyond a thousand wrong rows only their number is kept
    fen = {state: plan.fen(state) for state, _ in ImportLine.STATES}
    whole = sum(fen.values())
    told = of_list(plan.problems, by_label(plan.definition.columns))
    return {
        "rows": {**rows, "file": plan.rows_in},
        "fen": {**fen, "file": whole, "stated": plan.stated_fen} if kind.amount else {},
        "ok": plan.ok,
        "problems": [[one.cell, one.label, one.said, one.kind, one.rule, one.expected] for one in told],
        "notices": [[one.cell, one.label, one.message] for one in plan.notices[:1000]],
        "more_problems": plan.more_problems,
        "unknown_columns": plan.unknown_columns,
        "sheet": plan.sheet,
        "letters": dict(plan.letters),
        "fingerprint": plan.fingerprint,
    }


def same_file(batch: ImportBatch) -> ImportBatch | None:
    """Return an imported batch of the very same file, kind and year."""
    found = ImportBatch.objects.filter(
        place_id=batch.place_id, kind=batch.kind, file_id=batch.file_id, phase="applied"
    )
    year = batch.report.get("budget_year")
    return next((one for one in found.exclude(pk=batch.pk) if one.report.get("budget_year") == year), None)


def confirm(*, batch: ImportBatch, person: Person, fingerprint: str) -> ImportBatch:
    """Import the list whole, in one transaction, and keep the reconciliation.

    Raises Refused while anything is wrong or when the register changed since the preview (which is then
    made anew), Overtaken when somebody else confirmed or dropped the batch first.
    """
    require(may_import(person, kind_named(batch.kind)))
    stale = False
    with all_kept(), act(person):
        # One list at a time in a place: two that overlap must not both think that a voucher is new.
        Place.objects.select_for_update().get(pk=person.place_id)
        _claim(batch, "preview", "applied")
        twin = same_file(batch)
        if twin is not None:
            raise refuse(
                f"同一文件已于 {twin.applied_at:%Y-%m-%d} 由{twin.uploaded_by}导入（批次 {twin.pk}）",
                national_clause("duty_vouchers"),
                remedy="如需重新导入，请先撤销原批次",
            )
        kind, setting, plan = held_again(batch, person)
        if plan.fingerprint != fingerprint:
            stale = True
            batch.phase = "preview"
            ImportBatch.objects.filter(pk=batch.pk).update(phase="preview")
        elif not plan.ok:
            raise _not_ready(plan)
        else:
            _write(batch, kind, setting, plan)
    if stale:
        preview(batch=batch, person=person)
        words = "预览之后数据有了变化，没有导入"
        raise Stale([mistake(words, remedy="已按现在的数据重新核对，请看过新的核对结果再确认")])
    return batch


def confirm_later(*, batch: ImportBatch, person: Person, fingerprint: str) -> None:
    """Have a worker import a large list as `confirm` does; asked again while it is at it, nothing changes.

    The work is one transaction and one job: a worker that dies leaves nothing, another one begins anew, and the list
    is imported once. Why it was not, stands in the report. Raises Refused for who may not import, Overtaken when the
    batch is no longer waiting.
    """
    require(may_import(person, kind_named(batch.kind)))
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if held.phase != "preview":
            raise Overtaken
        if is_writing(held):
            return
        key = f"exchange:confirm:{batch.pk}:{uuid4().hex}"
        report = {name: told for name, told in held.report.items() if name != "unwritten"}
        batch.report = {**report, "writing": {"key": key, "since": clock.now().isoformat()}}
        batch.save(update_fields=["report"])
        enqueue(
            write_batch, key=key, batch=batch.pk, appointment=person.appointment_id, fingerprint=fingerprint
        )


def is_writing(batch: ImportBatch) -> bool:
    """Whether a worker is asked to import the list and has not given up."""
    told = batch.report.get("writing")
    return batch.phase == "preview" and told is not None and not gave_up(told["key"])


def write_batch(*, batch: int, appointment: int, fingerprint: str) -> None:
    """Job: import one list; what stands against it is kept for the page."""
    person = person_of(Appointment.objects.select_related("user", "organisation__place").get(pk=appointment))
    one = ImportBatch.objects.select_related("file").get(pk=batch)
    unwritten: list[str] = []
    try:
        confirm(batch=one, person=person, fingerprint=fingerprint)
    except Refused as refused:
        unwritten = [str(refusal) for refusal in refused.refusals]
    except Overtaken:
        unwritten = ["别人先办理了本批，没有再写入"]
    one.refresh_from_db()
    one.report = {key: told for key, told in one.report.items() if key != "writing"}
    if unwritten:
        one.report["unwritten"] = unwritten
    one.save(update_fields=["report"])


def _claim(batch: ImportBatch, before: str, after: str) -> None:
    changed = ImportBatch.objects.filter(pk=batch.pk, phase=before).update(phase=after)
    if changed != 1:
        raise Overtaken
    batch.phase = after


def _not_ready(plan: Plan) -> Refused:
    count = len(plan.problems) + plan.more_problems
    words = f"清单中有 {count} 处错误，没有导入任何一行" if plan.lines else "清单中没有可以导入的行"
    first = [mistake(str(one)) for one in plan.problems[:3]]
    return Refused([mistake(words, remedy="请改正后重新上传"), *first])


def _write(batch: ImportBatch, kind: ListKind, setting: Setting, plan: Plan) -> None:
    count, fen = kind.apply(setting, plan.made, batch)
    expected = plan.count("new", "look"), plan.fen("new", "look")
    if (count, fen) != expected:
        raise mistaken(
            f"写入 {count} 行 {format_yuan(fen)} 元，与清单 {expected[0]} 行 {format_yuan(expected[1])} 元不符，"
            "没有导入"
        )
    batch.applied_at = clock.now()
    batch.report = {
        **batch.report,
        "applied": {
            "by": str(setting.person),
            "rows": count,
            "fen": fen,
            "difference_fen": expected[1] - fen,
        },
    }
    batch.save(update_fields=["applied_at", "report"])
    record("exchange.import", batch, _imported(batch, kind, plan, count, fen))


def _imported(batch: ImportBatch, kind: ListKind, plan: Plan, count: int, fen: int) -> dict[str, Any]:
    """Return what the chain keeps of an import: with the digest of all rows as they stand in the preview."""
    return {"kind": kind.label, "file": batch.name, "rows": count, "fen": fen, "rows_sha256": plan.fingerprint}


def undo(*, batch: ImportBatch, reason: str, person: Person) -> int:
    """Take an imported list back, whole. Raises Refused with what stands against it; returns how many."""
    kind = kind_named(batch.kind)
    require(may_import(person, kind))
    if not reason.strip():
        raise refuse("请写明撤销原因", national_clause("duty_reasons"), where="reason")
    with act(person):
        Place.objects.select_for_update().get(pk=person.place_id)
        _claim(batch, "applied", "undone")
        count = kind.undo(batch, person)
        batch.report = {
            **batch.report,
            "undone": {
                "by": str(person),
                "at": clock.now().isoformat(),
                "reason": reason.strip()[:300],
                "rows": count,
                "left_fen": _left(batch),
            },
        }
        batch.save(update_fields=["report"])
        record("exchange.undo", batch, {"rows": count, "comment": reason.strip()[:300]})
    return count


def _left(batch: ImportBatch) -> int:
    """Return what of the batch is left in the ledger: 0 fen after it was taken back."""
    return int(batch.ledger.aggregate(fen=Sum("amount_fen", default=0))["fen"])


def drop(*, batch: ImportBatch, person: Person) -> None:
    """Give up an uploaded list that was not imported."""
    require(may_import(person, kind_named(batch.kind)))
    with act(person):
        _claim(batch, "preview", "dropped")
        ImportLine.objects.filter(batch=batch).delete()
        record("exchange.drop", batch, {"file": batch.name})


def statement(batch: ImportBatch) -> list[tuple[str, str, str]]:
    """Return the reconciliation of a batch as lines of (what, rows, 元)."""
    rows, fen, done = batch.report.get("rows", {}), batch.report.get("fen", {}), batch.report.get("applied")

    def money(*states: str) -> str:
        return format_yuan(sum(fen.get(state, 0) for state in states)) if fen else ""

    lines = [("清单中的数据行", str(rows.get("file", 0)), money("file"))]
    if fen and fen.get("stated") is not None:
        lines.append(("清单自带的合计", "", format_yuan(fen["stated"])))
    lines.append(("其中已有相同、不重复登记", str(rows.get("same", 0)), money("same")))
    if rows.get("wrong"):
        lines.append(("其中有误", str(rows["wrong"]), money("wrong")))
    ready = rows.get("new", 0) + rows.get("look", 0)
    if done:
        lines.append(("本批登记入库", str(done["rows"]), format_yuan(done["fen"]) if fen else ""))
        left = rows.get("file", 0) - rows.get("same", 0) - done["rows"]
        rest = fen.get("file", 0) - fen.get("same", 0) - done["fen"] if fen else 0
        lines.append(("差额", str(left), format_yuan(rest) if fen else ""))
    else:
        lines.append(
            ("确认后将登记" if batch.report.get("ok") else "其余可以登记", str(ready), money("new", "look"))
        )
        left = rows.get("file", 0) - rows.get("same", 0) - rows.get("wrong", 0) - ready
        rest = money("file")
        name = "差额"
        if fen:
            whole = fen["file"] if fen.get("stated") is None else fen["stated"]
            rest = format_yuan(whole - fen["same"] - fen["wrong"] - fen["new"] - fen["look"])
            name = "差额（清单自带的合计与各行之和不符）" if whole != fen["file"] else name
        lines.append((name, str(left), rest))
    return lines


def lines_of(batch: ImportBatch) -> QuerySet[ImportLine]:
    """Return the rows of a batch as the preview shows them."""
    return ImportLine.objects.filter(batch=batch)


def marked(batch: ImportBatch) -> bytes:
    """Return the user's own file as a workbook with every mistake marked at its cell. Raises Unreadable."""
    problems = [
        Problem(cell, label, message, rule=more[0] if more else "", expected=more[1] if more else "")
        for cell, label, message, _, *more in batch.report["problems"]
    ]
    notices = [Problem(cell, label, f"请核对：{message}") for cell, label, message in batch.report["notices"]]
    book = as_workbook(content_of(batch), batch.name)
    return marked_copy(book, [*problems, *notices], sheet=batch.report["sheet"] or "清单")


def headline(batch: ImportBatch) -> str:
    """Return the state of a batch in one sentence."""
    rows, fen = batch.report.get("rows", {}), batch.report.get("fen", {})
    ready = rows.get("new", 0) + rows.get("look", 0)
    money = f"，{format_wan(fen['new'] + fen['look'])} 万元" if fen else ""
    if batch.report.get("reading"):
        return "正在核对"
    if is_writing(batch):
        return f"正在写入 {ready} 行{money}"
    if batch.phase == "preview" and not batch.report.get("ok"):
        return f"{len(batch.report.get('problems', [])) + batch.report.get('more_problems', 0)} 处须改正"
    return f"{ready} 行{money}"
