"""Every address that takes a file, found by the map of addresses, and the files that nobody should send there.

Whatever it is, the answer is a page in plain Chinese, nothing is written, and no file is left behind.
"""

import ast
import inspect
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import resolve
from openpyxl import Workbook

from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import person_of
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.models import Evidence, ImportBatch, StoredFile
from tests.contracts.hostile_places import elsewhere
from tests.contracts.matrix import MAY, Address, actors, addresses, cell
from tests.contracts.signing import signed_in
from tests.contracts.sources import PACKAGE, python_files
from tests.journeys.visitor import Node, Screen, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_sessions")]
MEBIBYTE = 2**20
CHINESE = re.compile("[\u4e00-\u9fff]{4}")

# --- the files


def packed(members: dict[str, bytes | str]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@cache
def sound() -> bytes:
    """A small workbook that is nothing but odd."""
    out = io.BytesIO()
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["说明", "数"])
    book.save(out)
    return out.getvalue()


def changed(more: dict[str, bytes | str]) -> bytes:
    """The small workbook with parts added or replaced."""
    with zipfile.ZipFile(io.BytesIO(sound())) as package:
        held: dict[str, bytes | str] = {name: package.read(name) for name in package.namelist()}
    return packed({**held, **more})


def odd() -> bytes:
    """A workbook of formulas, merged cells and text that looks like a formula."""
    out = io.BytesIO()
    book = Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["B1"], page["A2"] = "=1+1", '=HYPERLINK("http://example.invalid","x")', "@SUM(1)"
    page.merge_cells("A3:D9")
    book.save(out)
    return out.getvalue()


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>{}</worksheet>'
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
    'Target="file:///c:/other.xlsx" TargetMode="External"/></Relationships>'
)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@cache
def hostile() -> dict[str, tuple[str, bytes]]:
    """What no address takes: name of the file and content."""
    return {
        "bomb": ("表.xlsx", changed({"xl/worksheets/sheet1.xml": b"0" * 9 * MEBIBYTE})),
        "21 MB": ("表.xlsx", b"PK\x03\x04" + b"0" * 21 * MEBIBYTE),
        "100 MB": ("表.xlsx", b"PK\x03\x04" + b"0" * 100 * MEBIBYTE),
        "virus": ("表.xlsx", EICAR),
        "virus within": ("表.xlsx", changed({"xl/media/image1.png": EICAR})),
        "virus two packages deep": ("表.xlsx", changed({"xl/embeddings/a.docx": packed({"a.zip": packed({"a": EICAR})})})),
        "macros two packages deep": ("表.xlsx", changed({"xl/embeddings/a.zip": packed({"a": changed({"xl/vbaProject.bin": b"x"})})})),
        "six packages deep": ("表.xlsx", changed({"xl/embeddings/a.zip": packed({"a": packed({"b": packed({"c": packed({"d": packed({})})})})})})),
        "wrong type, right name": ("表.xlsx", b"MZ\x90\x00" + b"\0" * 64),
        "right type, wrong name": ("表.exe", sound()),
        "macros in the package": ("表.xlsx", changed({"xl/vbaProject.bin": b"\0"})),
        "named as with macros": ("表.xlsm", sound()),
        "truncated": ("表.xlsx", sound()[: len(sound()) // 2]),
        "external link": ("表.xlsx", changed({"xl/externalLinks/_rels/externalLink1.xml.rels": LINKS})),
        "outside entity": ("表.xlsx", changed({"xl/worksheets/sheet1.xml": OUTSIDE + SHEET.format("&f;")})),
        "billion laughs": ("表.xlsx", changed({"xl/worksheets/sheet1.xml": LAUGHS + SHEET.format("&c;")})),
        "empty": ("表.xlsx", b""),
        "text with zeros": ("表.json", b"\0\0{}"),
    }


UNREADABLE = {
    "old workbook that is none": ("表.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600),
    "no known encoding": ("表.csv", bytes(range(128, 256)) * 9),
}
"""What a list may be by its name and first bytes: it is kept as a batch that says why it cannot be read."""
ODD = {"formulas and merged cells": ("表.xlsx", odd()), "nothing in it": ("表.xlsx", sound())}
"""What is a sound file, though none of our forms: evidence takes it, a form says what is missing."""


# --- the addresses


def readers(view: Any) -> set[str]:
    """The functions by which a page reads what was uploaded: itself, or helpers of its module that it calls."""
    own = inspect.unwrap(view)
    beside = {
        name: inspect.getsource(one)
        for name, one in vars(inspect.getmodule(own)).items()
        if inspect.isfunction(one) and one.__module__ == own.__module__
    }
    source = inspect.getsource(own)
    helpers = {name for name, told in beside.items() if "request.FILES" in told and f"{name}(request" in source}
    return helpers | ({own.__name__} if "request.FILES" in source else set())


def doors() -> dict[str, Address]:
    """Every address that takes a file."""
    found = {}
    for one in addresses():
        if "POST" in one.access.methods and readers(resolve(one.at(1)).func):
            found[one.name] = one
    return found


def test_the_map_of_addresses_knows_every_function_that_reads_a_file() -> None:
    """None is hidden in a helper or in the interface for programs, where this walk would not find it."""
    reading = set()
    for path, tree in python_files(PACKAGE):
        for one in ast.walk(tree):
            if isinstance(one, ast.FunctionDef) and "request.FILES" in ast.unparse(one):
                reading.add((path.relative_to(PACKAGE).as_posix(), one.name))
    known = set()
    for door in doors().values():
        view = resolve(door.at(1)).func
        file = Path(inspect.getfile(inspect.unwrap(view))).relative_to(PACKAGE).as_posix()
        known |= {(file, name) for name in readers(view)}
    assert known == reading
    assert len(known) >= 14


@pytest.fixture(scope="module")
def forms(demo_county: None) -> dict[str, tuple[Appointment, str, str, list[tuple[str, Any]]]]:
    """For each such address who may send to it, where, the name of the file's box, and what else the form sends."""
    wanted, listed = doors(), addresses()
    found: dict[str, tuple[Appointment, str, str, list[tuple[str, Any]]]] = {}
    first = list(actors().values())
    held = Appointment.objects.exclude(pk__in=[one.pk for one in first]).select_related("user", "organisation__place")
    for appointment in (*first, *held.order_by("pk")):
        if found.keys() == wanted.keys():
            break
        person = person_of(appointment)
        for name, door in wanted.items():
            given = cell(door, person)
            if name in found or given.word != MAY:
                continue
            near = [door] if "GET" in door.access.methods else [
                one for one in listed
                if one.access.record is not None and one.access.record is door.access.record
                and "GET" in one.access.methods and one.parameters == ["pk"] and "." not in one.route
            ]  # fmt: skip
            for page in near:
                answer = signed_in(appointment).get(page.at(given.pk))
                if answer.status_code != HTTPStatus.OK or "html" not in answer["Content-Type"]:
                    continue
                told = form_for(Screen(Visitor(), page.at(given.pk), answer), name)
                if told is not None:
                    found[name] = (appointment, *told)
                    break
    if found.keys() != wanted.keys():
        found |= {name: one for name, one in forms_elsewhere() if name not in found}
    return found


def forms_elsewhere() -> Iterator[tuple[str, tuple[Appointment, str, str, list[tuple[str, Any]]]]]:
    """The same for what no page of the demo county shows at present, in small places made for it."""
    for name, person, page in elsewhere():
        appointment = Appointment.objects.select_related("user", "organisation__place").get(pk=person.appointment_id)
        answer = signed_in(appointment).get(page)
        told = form_for(Screen(Visitor(), page, answer), name)
        assert told is not None, f"{name}: no box for a file on {page} ({answer.status_code})"
        yield name, (appointment, *told)


def form_for(screen: Screen, name: str) -> tuple[str, str, list[tuple[str, Any]]] | None:
    """Return where the form of this page that takes a file for this address goes, its box, and all else it sends."""
    for form in screen.main.every("form"):
        box = next((one for one in form.every("input") if one.at.get("type") == "file"), None)
        to = urljoin(screen.url, form.at.get("action") or screen.url)
        if box is not None and resolve(to.partition("?")[0]).view_name == name:
            return to, box.at["name"], filled(screen, form)
    return None


def filled(screen: Screen, form: Node) -> list[tuple[str, Any]]:
    """What the form sends, every box that is blank filled with something that it may hold."""
    sent: dict[str, Any] = dict(screen.values(form, {}))
    for one in form.every("input", "select", "textarea"):
        name, kind = one.at.get("name", ""), one.at.get("type", "text" if one.tag == "input" else one.tag)
        if not name or sent.get(name):
            continue
        if kind in {"text", "textarea", "search"}:
            sent[name] = "二〇二三年测试用的说明"
        elif kind == "date":
            sent[name] = "2024-01-15"
        elif kind == "number":
            sent[name] = "1"
        elif kind == "select":
            sent[name] = next((choice.at["value"] for choice in one.every("option") if choice.at.get("value")), "")
        elif kind == "radio":
            sent[name] = one.at.get("value", "on")
    return list(sent.items())


def test_every_address_that_takes_a_file_has_its_form(forms: dict[str, Any]) -> None:
    assert set(forms) == set(doors())


def left_behind() -> set[str]:
    """The files of the storage, and what stands in the folder for temporary ones."""
    kept = {str(one) for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()}
    passing = Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())
    return kept | {one.name for one in passing.iterdir() if ".upload" in one.name}


def written() -> tuple[int, ...]:
    """How much stands in the tables that an upload fills."""
    return tuple(one.objects.count() for one in (Entry, StoredFile, ImportBatch, Evidence))


@pytest.mark.parametrize("what", list(hostile()))
def test_no_address_takes_a_hostile_file(forms: dict[str, Any], what: str) -> None:
    name, content = hostile()[what]
    wrong, before, files = [], written(), left_behind()
    for door, (appointment, to, box, sent) in forms.items():
        answer = signed_in(appointment).post(to, {**dict(sent), box: SimpleUploadedFile(name, content)})
        told = Screen(Visitor(), to, answer)
        if answer.status_code not in {400, 413, 422} or not CHINESE.search(told.main.text):
            wrong.append(f"{door}: {answer.status_code}")
        elif not (told.refusals or told.wrong or "文件太大" in told.main.text):
            wrong.append(f"{door}: says nothing of the file: {told.main.text[:120]}")
    assert not wrong, "\n".join(wrong)
    assert written() == before
    assert left_behind() == files


@pytest.mark.parametrize("what", list(UNREADABLE))
def test_what_nobody_can_read_is_told_and_imported_nowhere(forms: dict[str, Any], what: str) -> None:
    name, content = UNREADABLE[what]
    wrong = []
    for door, (appointment, to, box, sent) in forms.items():
        client = signed_in(appointment)  # outside of what is rolled back, or the next one would be nobody's
        with transaction.atomic():
            answer = client.post(to, {**dict(sent), box: SimpleUploadedFile(name, content)})
            if door == "exchange:upload" and answer.status_code == HTTPStatus.FOUND:
                batch = ImportBatch.objects.order_by("-pk")[0]
                assert not batch.report["ok"]
                assert batch.phase == "preview"
                assert CHINESE.search(batch.report["problems"][0][2])
                answer = client.get(answer["Location"])
                assert "须改正" in answer.content.decode()
            elif answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
                wrong.append(f"{door}: {answer.status_code}")
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("what", list(ODD))
def test_an_odd_file_breaks_no_address(forms: dict[str, Any], what: str) -> None:
    name, content = ODD[what]
    wrong = []
    for door, (appointment, to, box, sent) in forms.items():
        client = signed_in(appointment)
        with transaction.atomic():
            answer = client.post(to, {**dict(sent), box: SimpleUploadedFile(name, content)})
            transaction.set_rollback(True)
        signed_out = answer.headers.get("Location", "").startswith("/accounts/login/")
        if answer.status_code not in {302, 422} or signed_out:
            wrong.append(f"{door}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
