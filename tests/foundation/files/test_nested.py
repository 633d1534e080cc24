"""Files within files: what is refused by itself is refused wherever it is packed away, and what nobody can look into too."""

import io
import struct
import zipfile
from collections.abc import Mapping
from random import Random

import openpyxl
import pytest

from jiheng.foundation.files.compound import Compound
from jiheng.foundation.files.harm import DEEPEST, EICAR, LARGEST_INNER, MAX_MEMBERS, ROOM, harm_in
from jiheng.foundation.files.services import store_file, store_table
from jiheng.foundation.workflow.advance import Refused
from tests.foundation.files.containers import container, old_book

TYPES = '<Types><Override ContentType="application/vnd.openxmlformats.document.main+xml"/></Types>'
Parts = Mapping[str, bytes | str]


def packed(members: Parts, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(more: Parts) -> bytes:
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", **more})


def report(inner: bytes, name: str = "内嵌.bin") -> bytes:
    """A Word document with this file in it."""
    return docx({f"word/embeddings/{name}": inner})


def xlsx(more: Parts) -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def drawn_in(content: bytes, name: str = "附件.zip") -> bytes:
    """The file as Word keeps one that was drawn into the text: behind its name and path, in a container."""
    told = name.encode("gbk") + b"\0"
    head = struct.pack("<H", 2) + told + b"C:\\" + told + b"\0\0\3\0" + struct.pack("<I", len(told) + 3) + b"C:\\" + told
    body = head + struct.pack("<I", len(content)) + content + b"\0" * 40
    return container({"\x01Ole10Native": struct.pack("<I", len(body)) + body, "\x01CompObj": b"x"})


def locked(content: bytes) -> bytes:
    """The package with its members marked as encrypted."""
    made = bytearray(content)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = made.find(sign)
        while start >= 0:
            made[start + at] |= 1
            start = made.find(sign, start + 4)
    return bytes(made)


LINK = '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x/a.dotm" TargetMode="External"/></Relationships>'
HOSTILE = {
    "virus": (packed({"a.txt": EICAR}), "病毒特征"),
    "macros": (xlsx({"xl/vbaProject.bin": b"x"}), "宏"),
    "links": (docx({"word/_rels/settings.xml.rels": LINK}), "外部链接"),
    "entities": (docx({"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "实体声明"),
    "locked": (locked(docx({})), "加了密码"),
    "locked workbook": (container({"EncryptedPackage": b"x" * 5000}), "加了密码"),
    "old macros": (container({"Workbook": b"x" * 5000}, storages=["_VBA_PROJECT_CUR"]), "宏"),
    "bomb": (packed({"a.xml": b"\0" * 12 * 2**20}), "压缩炸弹"),
}
WRAPS = {
    "report": report,
    "workbook": lambda one: xlsx({"xl/embeddings/a.xlsx": one}),
    "archive in a report": lambda one: report(packed({"夹/a.docx": one}), "a.zip"),
    "named as a picture": lambda one: docx({"word/media/image1.png": one}),
    "named as text": lambda one: docx({"word/more.xml": one}),
    "stored, not packed": lambda one: report(packed({"a": one}, zipfile.ZIP_STORED)),
    "object": lambda one: report(container({"Package": one})),
    "drawn in": lambda one: report(drawn_in(one)),
    "old workbook": lambda one: container({"Workbook": b"\x09\x08", "Package": one}),
    "old workbook, scattered": lambda one: container({"Workbook": b"\x09\x08", "Package": one + b"\0" * 9000}, apart=True),
    "behind a picture": lambda one: report(b"\x89PNG\r\n\x1a\n" + b"x" * 3000 + packed({"a": one}, zipfile.ZIP_STORED), "a.png"),
}  # fmt: skip


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_refused_by_itself_is_refused_wherever_it_is_packed_away(wrap: str, what: str) -> None:
    content, said = HOSTILE[what]
    whole = WRAPS[wrap](content)
    assert EICAR not in whole, "it is hidden from a look at the bytes"
    harm = harm_in(whole)
    assert harm is not None
    assert said in harm.reason
    assert harm.virus == (what == "virus")
    assert harm.remedy


def test_the_message_names_the_file_within() -> None:
    harm = harm_in(report(xlsx({"xl/vbaProject.bin": b"x"}), "测算表.xlsx"))
    assert harm is not None
    assert harm.reason == "里的“测算表.xlsx”含有宏或控件"
    assert "内嵌" in harm.remedy


def test_sound_files_within_files_are_taken() -> None:
    chart = report(xlsx({}), "Microsoft_Excel_Sheet1.xlsx")
    old = old_book({"表": [["项目", 1.0]] * 300})
    for whole in (chart, report(chart), report(old), report(container({"Package": chart})), old, report(packed({}), "空.zip")):
        assert harm_in(whole) is None


def nested(depth: int) -> bytes:
    """So many packages one in another."""
    content = packed({"a.txt": "a"})
    for _ in range(depth - 2):
        content = packed({"a.zip": content})
    return report(content)


def test_packages_are_looked_into_as_deep_as_the_bound_and_no_deeper() -> None:
    assert harm_in(nested(DEEPEST)) is None
    harm = harm_in(nested(DEEPEST + 1))
    assert harm is not None
    assert f"超过 {DEEPEST} 层" in harm.reason
    deep = harm_in(report(container({"Package": nested(DEEPEST)})))
    assert deep is not None
    assert "层" in deep.reason


def test_what_all_packages_unpack_to_is_counted_together() -> None:
    """Each of them alone would do."""
    part = packed({"a.bin": b"\0" * (ROOM // 4)})
    assert harm_in(report(part)) is None
    harm = harm_in(docx({f"word/embeddings/{number}.zip": part for number in range(5)}))
    assert harm is not None
    assert "压缩炸弹" in harm.reason
    many = packed({f"{number}": b"" for number in range(MAX_MEMBERS // 2)})
    assert harm_in(report(many)) is None
    harm = harm_in(docx({"word/a.zip": many, "word/b.zip": many}))
    assert harm is not None
    assert "压缩炸弹" in harm.reason


def test_a_package_within_may_be_as_large_as_one_by_itself() -> None:
    large = packed({"a.bin": b"\0" * LARGEST_INNER}, zipfile.ZIP_STORED)
    harm = harm_in(packed({"a.zip": large, "b.bin": Random(1).randbytes(2**20)}))
    assert harm is not None
    assert "超过 20MB" in harm.reason


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (b"Rar!\x1a\x07\x01\x00" + b"x" * 99, "RAR 或 7z"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 99, "RAR 或 7z"),
        (packed({"a.txt": "a" * 999})[:60], "已损坏"),
        (packed({"a.txt": "a"}).replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x63\x00"), "已损坏"),
    ],
    ids=["rar", "7z", "cut short", "unknown method"],  # a package holds the second it was made in: no name for a test
)
def test_what_nobody_can_look_into_is_refused(inner: bytes, said: str) -> None:
    harm = harm_in(report(inner))
    assert harm is not None
    assert said in harm.reason


def test_a_part_that_is_damaged_hides_nothing_behind_it() -> None:
    """The list of contents can still be read, so that the file looks sound; only its reading breaks off."""
    whole = docx({"word/media/a.png": "the picture", "word/media/b.bin": EICAR})
    start = whole.index(b"word/media/a.png") + len("word/media/a.png")
    broken = whole[:start] + b"\xff" + whole[start + 1 :]
    harm = harm_in(broken)
    assert harm is not None
    assert "已损坏" in harm.reason


def test_containers_of_every_make_are_read_and_broken_ones_end() -> None:
    small, large = b"s" * 100, bytes(range(256)) * 40
    for apart in (False, True):
        read = Compound(container({"a": small, "b": large, "c": b"", "d": b"t" * 4095}, apart=apart))
        found = {one.name: read.read(one) for one in read.held}
        assert [found[name] for name in "abcd"] == [small, large, b"", b"t" * 4095]
    whole = container({"a": small, "b": large})
    for at in range(24, len(whole), 37):
        broken = whole[:at] + b"\xff\x01\x00" + whole[at + 3 :]
        harm_in(broken)
        harm_in(broken[: at * 2])


@pytest.mark.django_db
def test_neither_evidence_nor_a_list_is_kept_with_such_a_thing_in_it() -> None:
    virus = packed({"a.txt": EICAR})
    for name, content, store in (
        ("报告.docx", report(virus), store_file), ("表.xlsx", xlsx({"xl/embeddings/a.bin": virus}), store_file),
        ("清单.xlsx", xlsx({"xl/embeddings/a.bin": virus}), store_table),
        ("清单.xls", container({"Workbook": b"\x09\x08", "Package": virus}), store_table),
    ):  # fmt: skip
        with pytest.raises(Refused, match="病毒特征"):
            store(name=name, content=content)
    with pytest.raises(Refused, match="宏"):
        store_table(name="清单.xls", content=HOSTILE["old macros"][0])
