"""A filled-in form taken in: kept by its digest when it is a workbook that can be opened, else refused in plain words."""

from jiheng.foundation.files.models import StoredFile
from jiheng.foundation.files.services import MAX_BYTES, store_file, store_table, table_kind_of
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.found import FormReading, Problem
from jiheng.foundation.sheets.limits import ENCRYPTED, SAVE_AS, Unreadable, check_workbook, other_kind
from jiheng.rules.reading import plain

TEMPLATE = "用本页下载的模板填写，保存为 .xlsx 后上传"


def keep_workbook(*, name: str, content: bytes) -> StoredFile:
    """Keep an uploaded .xlsx. Raises Refused with what the file is instead and what to do."""
    try:
        check_workbook(content)
    except Unreadable as unreadable:
        reason, _, remedy = str(unreadable).partition("；")
        raise mistaken(f"文件“{name}”：{reason}", remedy=remedy or TEMPLATE, where="file") from unreadable
    if not name.lower().endswith(".xlsx"):
        raise mistaken(
            f"文件“{name}”的内容是 .xlsx 工作簿，扩展名却不是 .xlsx",
            remedy="请把扩展名改成 .xlsx 后再传",
            where="file",
        )
    return store_file(name=name, content=content)


def keep_list(*, name: str, content: bytes) -> StoredFile:
    """Keep an uploaded list (.xlsx, .xls, .csv). Raises Refused with what the file is instead and what to do."""
    extension = name.rpartition(".")[2].lower()
    kind = table_kind_of(content, extension) or table_kind_of(content, "csv")
    if not content or len(content) > MAX_BYTES or extension == kind or (extension, kind) == ("txt", "csv"):
        return store_table(name=name, content=content)
    words = _other(content) if kind != "xlsx" else ""
    if kind == "xls" and ENCRYPTED not in content:
        words = f"内容是旧版 .xls 工作簿，扩展名却是 .{extension}；请把扩展名改成 .xls 后再传，或者{SAVE_AS}"
    elif kind == "xlsx":
        words = f"内容是 .xlsx 工作簿，扩展名却是 .{extension}；请把扩展名改成 .xlsx 后再传"
    elif kind == "csv" and extension in {"xlsx", "xls"} and not _marked_up(content):
        words = f"内容是文本（CSV），扩展名却是 .{extension}；请把扩展名改成 .csv 后再传，或者用 Excel 或 WPS 打开，{SAVE_AS}"
    if not words:
        return store_table(name=name, content=content)
    reason, _, remedy = words.partition("；")
    raise mistaken(f"文件“{name}”：{reason}", remedy=remedy, where="file")


def _other(content: bytes) -> str:
    """What a file is instead of a list and what to do; blank where nobody can tell."""
    if not content.startswith(b"PK\x03\x04"):
        return other_kind(content)
    try:
        check_workbook(content)
    except Unreadable as unreadable:
        return str(unreadable)
    return ""


def _marked_up(content: bytes) -> bool:
    """Whether a text is a web page or XML: what old budget systems write as .xls."""
    return content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def same_words(one: str, other: str) -> bool:
    """Whether two names are the same but for spaces and full-width signs."""
    return bare_words(one) == bare_words(other)


def bare_words(name: str) -> str:
    """A name without spaces and with one spelling for each sign, for comparing."""
    return plain(name).replace(" ", "")


def other_year(reading: FormReading, year: int) -> list[Problem]:
    """What to say when the form is of another year than the record; nothing where it names none."""
    told = reading.data.get("year")
    if not told or told == year:
        return []
    words = f"表上是 {told} 年度，这里是 {year} 年度；请下载本年度的填报表重新填写"
    return [Problem("", "年度", words, "wrong", "year")]


def other_record(reading: FormReading, record: str) -> list[Problem]:
    """What to say when the template was downloaded from another record."""
    if reading.origin.record in ("", record):
        return []
    return [
        Problem("", "填报表", "这张表不是从本记录下载的；内容已照常读取，请确认没有传错表", "wrong", "record")
    ]
