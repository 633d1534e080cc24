"""Lists in and out: upload, preview with every mistake at its cell, confirmation, taking back, export."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jiheng.channels.exchange import services
from jiheng.channels.exchange.access import may_exchange, may_import, may_open, visible_batches
from jiheng.channels.exchange.catalogue import kinds, kinds_for
from jiheng.channels.exchange.kinds import ListKind
from jiheng.channels.exchange.models import ImportLine
from jiheng.channels.exchange.plan import kept_words
from jiheng.channels.exchange.services import (
    Stale,
    confirm,
    confirm_later,
    content_of,
    drop,
    headline,
    is_writing,
    lines_of,
    marked,
    same_file,
    setting_for,
    statement,
    undo,
    upload,
)
from jiheng.channels.exchange.workbook import explained, list_template, list_workbook
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.queries import history
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.files.services import MAX_BYTES
from jiheng.foundation.refused import Denied, mistaken
from jiheng.foundation.sheets.found import Problem
from jiheng.foundation.sheets.limits import Unreadable
from jiheng.foundation.sheets.tables import ListColumn, TableDefinition
from jiheng.foundation.web.lists import Column, Empty, Facet, Table, list_page
from jiheng.foundation.web.navigation import current_cycle
from jiheng.foundation.web.pages import PageRequest, go, invalid, page, part
from jiheng.foundation.web.record import told
from jiheng.foundation.web.sending import TYPES as WRITTEN
from jiheng.foundation.web.sending import sent
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.forms.fields import Kind
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.workflow.steps import Tone

TYPES = {**WRITTEN, "xls": "application/vnd.ms-excel", "csv": "text/csv; charset=utf-8"}
BATCH_TONES: dict[str, Tone] = {"preview": "blue", "applied": "green", "undone": "grey", "dropped": "grey"}
LINE_TONES: dict[str, Tone] = {"wrong": "red", "look": "amber", "new": "blue", "same": "grey"}
BECAME = {("applied", "new"): "已导入", ("undone", "new"): "已撤销", ("dropped", "new"): "未导入"}
"""What became of rows that were to be imported, by the batch's phase."""
LONG = frozenset({Kind.LONG_TEXT})


def _state(batch: ImportBatch) -> str:
    if batch.phase == "preview":
        if batch.report.get("reading"):
            return "正在核对"
        if is_writing(batch):
            return "正在写入"
        return "待确认" if batch.report.get("ok") else "须改正"
    return batch.get_phase_display()


def _tone(batch: ImportBatch) -> Tone:
    return "amber" if _state(batch) == "须改正" else BATCH_TONES[batch.phase]


def _kind_choices(person: Person) -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in kinds_for(person)]


BATCHES = Table(
    key="batches",
    title="导入批次",
    unit="批",
    columns=(
        Column("name", "文件", "name", link=lambda b: reverse("exchange:batch", args=[b.pk]), card=True),
        Column("number", "批次", "pk", kind="text", sort="pk"),
        Column("kind", "清单", lambda b: kinds()[b.kind].label, sort="kind", card=True),
        Column("year", "年度", lambda b: b.report.get("budget_year") or "—"),
        Column("rows", "内容", headline),
        Column("state", "状态", _state, kind="state", tone=_tone, sort="phase", card=True),
        Column("by", "上传人", "uploaded_by", sort="uploaded_by"),
        Column("at", "上传时间", "uploaded_at", kind="day", sort="uploaded_at"),
    ),
    facets=(
        Facet("kind", "清单", _kind_choices),
        Facet("state", "状态", ImportBatch.PHASES, field="phase"),
    ),
    search=("name", "uploaded_by"),
    search_label="文件名或上传人",
    order="-number",
    empty=Empty("还没有导入过清单", "先下载模板，填好后上传；系统逐格核对，确认后才写入。"),
)


@page(may=may_exchange)
def home(request: PageRequest) -> HttpResponse:
    """The kinds of list that the person may bring, and what was brought so far."""
    cycle: Cycle | None = current_cycle(request)
    context = {"kinds": kinds_for(request.person), "cycle": cycle}
    rows = visible_batches(request.person)
    return list_page(request, BATCHES, rows, template="exchange/home.html", context=context)


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="清单文件",
        help_text="XLSX、XLS 或 CSV（UTF-8、GBK 均可），不超过 20MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
        error_messages={"required": "请选择文件", "empty": "文件是空的；请重新选择"},
    )


def _kind(request: PageRequest, key: str) -> ListKind:
    kind = kinds().get(key)
    if kind is None:
        raise Http404("没有这种清单。")
    verdict = may_import(request.person, kind)
    if not verdict:
        raise Denied(verdict.reason, verdict.clause)
    return kind


def _year(request: PageRequest) -> int | None:
    cycle: Cycle | None = current_cycle(request)
    return cycle.budget_year if cycle else None


@page(may=may_exchange, methods=("GET", "POST"))
def upload_page(request: PageRequest, kind: str) -> HttpResponse:
    """Choose a file; it is kept and checked, nothing is imported yet."""
    chosen = _kind(request, kind)
    setting = setting_for(chosen, request.person, _year(request))
    form = UploadForm(request.POST or None, request.FILES or None)
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            batch = _uploaded(request, chosen, form.cleaned_data["file"])
        except Refused as refused:
            refusals = refused.refusals
        else:
            return go(request, "exchange:batch", batch.pk)
    definition = chosen.definition(setting)
    context = {
        "kind": chosen,
        "cycle": setting.cycle,
        "form": form,
        "refusals": refusals,
        "multipart": True,
        "name": f"导入{chosen.label}" + (f" · {setting.cycle.budget_year} 年度" if setting.cycle else ""),
        "columns": [(one, explained(one)) for one in definition.columns],
    }
    draw = invalid if form.is_bound else render
    return draw(request, "exchange/upload.html", context)


def _uploaded(request: PageRequest, kind: ListKind, file: Any) -> ImportBatch:
    if file.size > MAX_BYTES:
        raise mistaken(f"文件“{file.name}”超过 20MB", remedy="请拆成几个文件上传", where="file")
    return upload(
        kind=kind,
        name=file.name,
        content=file.read(),
        person=request.person,
        budget_year=_year(request),
        later=True,
    )


@page(may=may_exchange)
def template(request: PageRequest, kind: str) -> HttpResponse:
    """The empty list to fill in offline."""
    chosen = _kind(request, kind)
    setting = setting_for(chosen, request.person, _year(request))
    return sent(list_template(chosen.definition(setting)), f"{chosen.label}模板.xlsx")


@page(may=may_exchange)
def export(request: PageRequest, kind: str) -> HttpResponse:
    """The list as it stands now, in the columns in which it can be imported again."""
    chosen = _kind(request, kind)
    setting = setting_for(chosen, request.person, _year(request))
    content = list_workbook(chosen.definition(setting), chosen.rows(setting), label=chosen.label)
    year = setting.cycle.budget_year if setting.cycle else ""
    return sent(content, f"{chosen.label}{year}-{clock.today():%Y%m%d}.xlsx")


def _lines(definition: TableDefinition, kind: ListKind, phase: str) -> Table:
    """The table of a list's rows: the columns of its kind, the result and the reason of each row."""
    labels = [(state, BECAME.get((phase, state), label)) for state, label in ImportLine.STATES]
    words = dict(labels)
    columns = []
    for one in definition.columns:
        if one.key == kind.amount:
            columns.append(
                Column(
                    one.key,
                    one.label,
                    "amount_fen",
                    kind="yuan",
                    sort="amount_fen",
                    total="amount_fen",
                    card=True,
                )
            )
        else:
            sort = one.key if one.key in {"code", "name"} else ""
            columns.append(
                Column(
                    one.key,
                    one.label,
                    _value(one),
                    sort=sort,
                    shown=one.kind not in LONG,
                    card=one.key in {"code", "name"},
                )
            )
    return Table(
        key=f"lines_{kind.key}",
        title="清单各行",
        unit="行",
        columns=(
            Column("number", "行号", "number", kind="text", sort="number"),
            *sorted(columns, key=lambda column: column.key != "name"),
            Column(
                "state",
                "核对结果",
                lambda line: words[line.state],
                kind="state",
                tone=lambda line: LINE_TONES[line.state],
                sort="state",
                card=True,
            ),
            Column("remark", "说明", "remark", card=True),
        ),
        facets=(Facet("state", "核对结果", labels),),
        search=("code", "name", "remark"),
        search_label="代码、名称或说明",
        order="number",
        empty=Empty("没有可以逐行列出的内容", "文件没有读成清单，原因见上。"),
    )


def _value(column: ListColumn) -> Any:
    return lambda line: kept_words(column, line.values.get(column.key, ""))


@page(may=may_open, record=visible_batches)
def batch_page(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """One list: the reconciliation, every mistake, every row; and what can be done with it."""
    if batch.report.get("reading") or is_writing(batch):
        return render(request, "exchange/waiting.html", {"kind": kinds()[batch.kind], **_waiting(batch)})
    kind = kinds()[batch.kind]
    setting = setting_for(kind, request.person, batch.report.get("budget_year"))
    report = batch.report
    cells = {one[0] for one in report["problems"]} | {one[0] for one in report["notices"]}
    context = {
        "batch": batch,
        "kind": kind,
        "state": _state(batch),
        "tone": _tone(batch),
        "report": report,
        "statement": statement(batch),
        "problem_count": len(report["problems"]) + report["more_problems"],
        "problems": [Problem(cell, label, said, how, "", *more) for cell, label, said, how, *more in report["problems"]],
        "ready": report["rows"]["new"] + report["rows"]["look"],
        "twin": same_file(batch) if batch.phase == "preview" else None,
        "markable": any(cells),
        "gave_up": batch.phase == "preview" and "writing" in report,
        "history": told(history(batch)),
    }
    table = _lines(kind.definition(setting), kind, batch.phase)
    return list_page(request, table, lines_of(batch), template="exchange/batch.html", context=context)


def _waiting(batch: ImportBatch) -> dict[str, Any]:
    """What the page of a large list says while a worker reads or writes it; it asks again by itself."""
    writing = batch.report.get("writing") if not batch.report.get("reading") else None
    since = datetime.fromisoformat(writing["since"]) if writing else batch.uploaded_at
    rows = batch.report.get("rows", {})
    return {
        "batch": batch,
        "doing": "正在写入" if writing else "正在核对",
        "ready": rows.get("new", 0) + rows.get("look", 0),
        "seconds": int((clock.now() - since).total_seconds()),
    }


@page(may=may_open, record=visible_batches)
def original(_: PageRequest, batch: ImportBatch) -> HttpResponse:
    """The uploaded file as it was."""
    return sent(content_of(batch), batch.name, TYPES[batch.file.kind])


@page(may=may_open, record=visible_batches)
def marked_file(_: PageRequest, batch: ImportBatch) -> HttpResponse:
    """The uploaded file with every mistake coloured and explained at its cell."""
    try:
        content = marked(batch)
    except Unreadable as broken:
        raise mistaken(str(broken)) from broken
    return sent(content, f"{batch.name.rsplit('.', 1)[0]}-标注.xlsx")


@page(may=may_open, record=visible_batches, methods=("POST",))
def confirm_page(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Import what was previewed, whole or not at all."""
    rows = batch.report.get("rows", {})
    if rows.get("look") and not request.POST.get("looked"):
        raise refuse(
            f"有 {rows['look']} 行须人工核对",
            national_clause("duty_vouchers"),
            remedy="请看过“请核对”的各行，勾选已核对后再确认",
        )
    if rows.get("file", 0) >= services.LARGE_ROWS:
        confirm_later(batch=batch, person=request.person, fingerprint=request.POST.get("fingerprint", ""))
        return go(request, "exchange:batch", batch.pk)
    try:
        done = confirm(
            batch=batch, person=request.person, fingerprint=request.POST.get("fingerprint", "")
        ).report["applied"]
    except Stale as stale:
        messages.warning(request, f"{stale.refusals[0].message}。{stale.refusals[0].remedy}。")
    else:
        messages.success(request, f"已导入 {done['rows']} 行，差额 0.00 元。")
    return go(request, "exchange:batch", batch.pk)


@page(may=may_open, record=visible_batches, methods=("POST",))
def drop_page(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Give up a list that was not imported."""
    drop(batch=batch, person=request.person)
    messages.success(request, f"已放弃“{batch.name}”，什么也没有写入。")
    return go(request, "exchange:home")


@page(may=may_open, record=visible_batches, methods=("POST",))
def undo_page(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Take an imported list back, whole."""
    count = undo(batch=batch, reason=request.POST.get("reason", ""), person=request.person)
    messages.success(request, f"已撤销，{count} 条记录已冲销或撤出。")
    return go(request, "exchange:batch", batch.pk)


@page(may=may_open, record=visible_batches)
def progress(request: PageRequest, batch: ImportBatch) -> HttpResponse:
    """Whether a large list has been read or written: the page asks for this part every two seconds."""
    if batch.report.get("reading") or is_writing(batch):
        return part(request, "exchange/_waiting.html", _waiting(batch))
    return go(request, "exchange:batch", batch.pk)
