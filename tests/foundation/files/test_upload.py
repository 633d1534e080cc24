"""What comes in: the content decides, not the name; nothing harmful, nothing endless."""

import contextlib
import io
import socket
import stat
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files import services
from jiheng.foundation.files.models import Evidence, StoredFile
from jiheng.foundation.files.services import (
    attach,
    clean_name,
    kind_of,
    store_file,
    store_table,
    table_kind_of,
)
from jiheng.foundation.workflow.advance import Refused
from tests.make import make_organisation, make_person, make_place

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 made for tests"
PNG = b"\x89PNG\r\n\x1a\n made for tests"
CONTENTS = '<Types><Override ContentType="application/vnd.openxmlformats.document.main+xml"/></Types>'


def packed(members: dict[str, bytes | str]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(more: dict[str, bytes | str] | None = None, contents: str = CONTENTS) -> bytes:
    """A Word document with some more members."""
    return packed({"[Content_Types].xml": contents, "word/document.xml": "<w/>", **(more or {})})


def xlsx() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("批复.pdf", PDF),
        ("照片.PNG", PNG),
        ("照片.jpeg", b"\xff\xd8\xff\xe0 made for tests"),
        ("报告.docx", docx()),
        ("明细.xlsx", xlsx()),
    ],
)
def test_allowed_file_is_kept_once_and_not_readable_by_all(name: str, content: bytes) -> None:
    kept, again = store_file(name=name, content=content), store_file(name=f"另存{name}", content=content)
    assert (kept.pk, StoredFile.objects.count()) == (again.pk, 1)
    path = Path(kept.content.path)
    assert path.read_bytes() == content
    assert path.is_relative_to(settings.MEDIA_ROOT)
    assert not stat.S_IMODE(path.stat().st_mode) & 0o007


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("木马.exe", b"MZ\x90\x00"),
        ("木马.pdf", b"MZ\x90\x00"),
        ("页面.pdf", b"<html><script>alert(1)</script>"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("图.png", b'<svg onload="alert(1)"/>'),
        ("批复.docx", PDF),
        ("批复.pdf", docx()),
        ("照片.jpg", PNG),
        ("压缩包.zip", packed({"a.txt": "a"})),
        ("压缩包.docx", packed({"a.txt": "a"})),
        ("压缩包.docx", packed({"word/document.xml": "<w/>"})),
        ("坏的.docx", b"PK\x03\x04 broken"),
        ("旧版.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("无扩展名", PDF),
        ("双扩展名.pdf.exe", PDF),
        ("带宏.docx", docx({"word/vbaProject.bin": b"x"})),
        ("带宏.docx", docx({"word/VBAPROJECT.BIN": b"x"})),
        ("带宏.docx", docx(contents=CONTENTS.replace("document.main", "document.macroEnabled.main"))),
        ("改名宏.docx", docx({"word/a.bin": b"x"}, CONTENTS.replace("openxmlformats.document", "ms-office.vbaProject"))),
        ("带宏.docm", docx({"word/vbaProject.bin": b"x"})),
    ],
)
def test_other_file_is_refused_with_what_to_do(name: str, content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        store_file(name=name, content=content)
    told = refused.value.refusals[0]
    assert name in told.message
    assert "不含宏" in told.remedy
    assert StoredFile.objects.count() == 0


def test_empty_file_is_refused() -> None:
    with pytest.raises(Refused, match="是空的"):
        store_file(name="空.pdf", content=b"")


def test_file_of_exactly_20_mb_is_taken_and_one_byte_more_is_not() -> None:
    largest = PDF + b"0" * (20 * 1024 * 1024 - len(PDF))
    assert store_file(name="大.pdf", content=largest).size == 20 * 1024 * 1024
    with pytest.raises(Refused, match="超过 20MB"):
        store_file(name="大.pdf", content=largest + b"0")


def test_virus_signature_is_refused_wherever_it_stands() -> None:
    for content in (services.EICAR, PDF + b"\n" + services.EICAR):
        with pytest.raises(Refused, match="病毒特征"):
            store_file(name="病毒.pdf", content=content)
    with pytest.raises(Refused, match="病毒特征"):
        store_table(name="病毒.csv", content=services.EICAR)


def test_zip_bomb_is_refused_unopened() -> None:
    bomb = docx({"word/big.xml": b"\0" * (services.MAX_UNPACKED + 1)})
    assert len(bomb) < 1024 * 1024
    with pytest.raises(Refused):
        store_file(name="炸弹.docx", content=bomb)
    with pytest.raises(Refused):
        store_table(name="炸弹.xlsx", content=bomb.replace(b"word/", b"xl///"))


def test_list_of_contents_that_unpacks_to_much_more_than_it_says_does_no_harm() -> None:
    honest = packed({"[Content_Types].xml": b"\0" * 5_000_000, "word/document.xml": "<w/>"})
    size = struct.pack("<I", 5_000_000)
    assert honest.count(size) == 2
    assert kind_of(honest.replace(size, struct.pack("<I", 10))) == ""


def test_countless_members_are_refused() -> None:
    many: dict[str, bytes | str] = {f"word/{number}": b"" for number in range(services.MAX_MEMBERS)}
    assert kind_of(docx(many)) == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("批复.pdf", "批复.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\批复.pdf", "批复.pdf"),
        ('a\r\nSet-Cookie: x=1".pdf', 'aSet-Cookie: x=1".pdf'),
        ("空\u202efdp.exe.pdf", "空fdp.exe.pdf"),
        ("\x00\n", "未命名"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_name_is_cleaned_of_paths_and_control_characters(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("清单.csv", "单位,金额\n中学,1".encode("gbk"), "csv"),
        ("清单.txt", "单位\t金额".encode("utf-16"), "csv"),
        ("清单.xlsx", xlsx(), "xlsx"),
        ("清单.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "xls"),
        ("清单.csv", b"MZ\x00\x01", ""),
        ("清单.csv", PDF, ""),
        ("清单.html", b"<html>", ""),
        ("清单.csv", docx(), ""),
    ],
)
def test_list_is_known_by_its_content(name: str, content: bytes, kind: str) -> None:
    assert table_kind_of(content, name.rsplit(".", 1)[-1]) == kind


def test_list_under_a_wrong_name_is_refused() -> None:
    for name, content in (("清单.csv", xlsx()), ("清单.xlsx", b"a,b"), ("清单.pdf", PDF)):
        with pytest.raises(Refused, match="扩展名不符"):
            store_table(name=name, content=content)


@pytest.fixture
def person() -> Person:
    return make_person(make_organisation(make_place(), "unit", "中学"), "unit_project")


def test_attached_file_is_noted_with_its_digest(person: Person) -> None:
    unit = make_organisation(make_place("b", "乙"), "unit", "任意记录")
    made = attach(subject=unit, row="验收", name="../批复.pdf", content=PDF, person=person)
    assert (made.name, made.place_id, made.uploaded_by) == ("批复.pdf", person.place_id, str(person))
    entry = Entry.objects.get(action="file.attach")
    assert entry.detail.items() >= {"name": "批复.pdf", "row": "验收", "sha256": made.file.digest}.items()


def test_refused_file_leaves_no_link(person: Person) -> None:
    with pytest.raises(Refused):
        attach(subject=StoredFile(), row="", name="木马.pdf", content=b"MZ", person=person)
    assert Evidence.objects.count() == Entry.objects.filter(action="file.attach").count() == 0


# --- harm, each kind told by its own words


def with_part(name: str, content: bytes | str) -> bytes:
    """A sound workbook with one more part."""
    out = io.BytesIO(xlsx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def locked() -> bytes:
    """A member that is marked as encrypted."""
    content = bytearray(docx())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(sign)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(sign, start + 4)
    return bytes(content)


OUTSIDE = '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x/a.dotm" TargetMode="External"/></Relationships>'
CLICKED = OUTSIDE.replace("attachedTemplate", "hyperlink")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("毒.docx", docx({"word/media/a.bin": services.EICAR}), "病毒特征"),
        ("毒.xlsx", with_part("xl/media/a.bin", b"x" * (1024 * 1024 - 9) + services.EICAR), "病毒特征"),
        ("炸弹.docx", docx({"word/big.xml": b"\0" * (60 * 1024 * 1024)}), "压缩炸弹"),
        ("炸弹.xlsx", with_part("xl/big.xml", b"\0" * (60 * 1024 * 1024)), "压缩炸弹"),
        ("加密.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        ("加密.docx", locked(), "加了密码"),
        ("宏.xlsx", with_part("xl/vbaProject.bin", b"x"), "宏"),
        ("控件.xlsx", with_part("xl/activeX/activeX1.xml", "<x/>"), "控件"),
        ("链接.xlsx", with_part("xl/externalLinks/externalLink1.xml", "<x/>"), "外部链接"),
        ("模板.docx", docx({"word/_rels/settings.xml.rels": OUTSIDE}), "外部链接"),
        ("实体.docx", docx({"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "实体声明"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("store", [store_file, store_table])
def test_harmful_file_is_refused_in_words_of_its_own_and_nothing_is_stored(
    store: Any, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        store(name=name, content=content)
    told = refused.value.refusals[0]
    assert said in told.message
    assert told.remedy
    assert StoredFile.objects.count() == 0


def test_links_that_a_person_may_click_do_no_harm() -> None:
    assert store_file(name="报告.docx", content=docx({"word/_rels/document.xml.rels": CLICKED})).kind == "docx"


def test_large_sheet_of_many_alike_rows_is_no_bomb() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(20_000):
        sheet.append([f"N{number}", "测试县第一中学", 10, "2023-01-01", "财政拨款"])
    out = io.BytesIO()
    book.save(out)
    assert store_table(name="清单.xlsx", content=out.getvalue()).kind == "xlsx"


# --- the scanner of the host


class Scanner:
    """A clamd of our own: speaks INSTREAM over a socket and finds one word."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.seen = b""
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, _ = self.listener.accept()
                with wire, wire.makefile("rb") as told:
                    assert told.read(10) == b"zINSTREAM\0"
                    self.seen = b""
                    while length := struct.unpack("!I", told.read(4))[0]:
                        self.seen += told.read(length)
                    found = b"stream: Win.Test FOUND\0" if b"bad words" in self.seen else b"stream: OK\0"
                    wire.sendall(found if self.answer is None else self.answer)

    @property
    def address(self) -> str:
        return f"tcp:127.0.0.1:{self.listener.getsockname()[1]}"


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    made = Scanner()
    yield made
    made.listener.close()


@pytest.mark.feature("1.18")
def test_scanner_sees_every_byte_and_its_finding_is_told(scanner: Scanner, settings: Any) -> None:
    settings.CLAMAV = scanner.address
    large = PDF + b"0" * 200_000
    assert store_file(name="好.pdf", content=large).size == len(large)
    assert scanner.seen == large
    with pytest.raises(Refused, match="Win"):
        store_file(name="坏.pdf", content=PDF + b"bad words")
    with pytest.raises(Refused, match="病毒特征"):
        store_file(name="病毒.pdf", content=PDF + services.EICAR)
    assert StoredFile.objects.count() == 1


def test_without_its_scanner_nothing_is_taken_in(settings: Any) -> None:
    silent = socket.socket()  # bound and not listening: nobody else gets the port meanwhile
    silent.bind(("127.0.0.1", 0))
    was = f"tcp:127.0.0.1:{silent.getsockname()[1]}"
    for address in (was, "unix:/没有/这个"):
        settings.CLAMAV = address
        with pytest.raises(Refused, match="查毒服务没有应答"):
            store_file(name="好.pdf", content=PDF)
    silent.close()
    odd = Scanner(b"INSTREAM size limit exceeded. ERROR\0")
    settings.CLAMAV = odd.address
    with pytest.raises(Refused, match="没有查"):
        store_file(name="好.pdf", content=PDF)
    odd.listener.close()
    assert StoredFile.objects.count() == 0


def test_request_of_100_mb_is_answered_at_once_in_words(client: Client) -> None:
    """Its body is never read: what it claims is enough."""
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post("/exchange/payments/upload/", b"x", content_type="text/plain", headers=headers,
                             CONTENT_LENGTH=str(100 * 1024 * 1024))  # fmt: skip
        assert answer.status_code == 413
        assert "100 MB" in answer.content.decode()
