"""What an uploaded workbook may be: size, packing, kind. Everything else is refused with a reason."""

import re
import zipfile
from io import BytesIO

from openpyxl.utils.cell import column_index_from_string, get_column_letter

from jiheng.foundation.files.compound import OLE

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 300 * 2**20
LARGEST_LIST = 60 * 2**20
LARGEST_LIST_UNPACKED = 800 * 2**20
"""A list is read and marked as it streams by, so it may be larger than a form."""
LARGEST_LIST_CELLS = 30_000_000
"""The rectangle that the cells of a sheet span: readers keep room for all of it, though two cells may be all there is."""
LARGEST_MERGED = 2_000_000
LARGEST_RATIO = 200
MOST_PARTS = 2000
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
STARTS = (
    (b"%PDF-", " PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
)
SAVE_AS = "另存为“Excel 工作簿（.xlsx）”后再传"
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".bmp")
FORMULA = re.compile(rb'<f[\s/>]|\bt="e"')
"""A formula, or a cell that shows an error such as #N/A."""
FAR = re.compile(rb'r="(?:[A-Z]{3}|[D-Z][A-Z]|[A-Z]{0,3}[0-9]{6})')
"""An address beyond column CZ or row 99999: rarely in a list, and no sheet without one spans too much."""
ODD_QUOTES = (b"r='", b"r =", b"r= ", b"r\n=", b"r\t=")
CELL = re.compile(rb"""<(?:\w+:)?(row|c)\b([^>]*?)(/>|>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>|>)""")
"""A row or a cell: the last part is a bare > where the cell holds something."""
AT = re.compile(rb"""(?<![\w:])r\s*=\s*["']([A-Z]{0,3})([0-9]{0,7})["']""")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["']\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})["']""")
OVERLAP = 200
_DECLARATIONS = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


class Unreadable(Exception):
    """The file cannot be read; the text says why and what to do."""


def check_file(content: bytes, largest: int = LARGEST_FILE) -> None:
    """Refuse a file that is too large or empty. Raises Unreadable."""
    if not content:
        raise Unreadable("文件是空的；请重新选择文件")
    if len(content) > largest:
        raise Unreadable(
            f"文件有 {len(content) / 2**20:.1f} MB，最大允许 {largest // 2**20} MB；请拆分后再传"
        )


def check_workbook(
    content: bytes, largest: int = LARGEST_FILE, unpacked: int = LARGEST_UNPACKED, cells: int = 0
) -> bool:
    """Refuse what is no sound .xlsx: other formats, damaged or oversized packages, declarations in the XML.

    With `cells` no sheet may span more than so many; without, areas that are merged may not be too large.
    Returns whether any sheet may hold a formula or an error. Raises Unreadable.
    """
    check_file(content, largest)
    other = other_kind(content)
    if other:
        raise Unreadable(other)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return _check_package(package, len(content), unpacked, cells)
    except Unreadable:
        raise
    except Exception as broken:
        # The zip reader raises a dozen different errors for damaged files; all mean the same to the person.
        raise Unreadable(
            "文件已损坏或不是 .xlsx 工作簿；请用 Excel 或 WPS 打开并另存为 .xlsx 后再传"
        ) from broken


def other_kind(content: bytes) -> str:
    """What the file is and what to do, where its beginning shows that it is no .xlsx; blank where it may be one."""
    if content.startswith(OLE):
        if ENCRYPTED in content:
            return f"文件加了密码，打不开；请在 Excel 或 WPS 中取消密码，{SAVE_AS}"
        return f"这是旧版 .xls 或 WPS 的 .et 文件；请用 Excel 或 WPS 打开，{SAVE_AS}"
    for start, what in STARTS:
        if content.startswith(start):
            return f"这是{what}，不是 Excel 工作簿；请上传 .xlsx 文件"
    if content.startswith(b"PK\x03\x04"):
        return ""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        return f"这是网页或 XML 格式的文件（扩展名可能是 .xls）；请用 Excel 或 WPS 打开，{SAVE_AS}"
    if b"\0" not in content[:4096] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "这是文本或 CSV 文件，读不出表样；请把内容填进本系统下载的 .xlsx 模板后再传"
    return ""


def _other_package(names: set[str], package: zipfile.ZipFile) -> str:
    """The same for packages: OpenDocument, binary workbooks, workbooks with macros, documents."""
    if "mimetype" in names and package.read("mimetype")[:60].startswith(
        b"application/vnd.oasis.opendocument"
    ):
        return f"这是 .ods 等开放文档格式；请用 Excel 或 WPS 打开，{SAVE_AS}"
    if "xl/workbook.bin" in names:
        return f"这是 .xlsb 二进制工作簿；请用 Excel 或 WPS 打开，{SAVE_AS}"
    if any("vbaproject" in name.lower() for name in names):
        return f"文件含有宏（.xlsm）；请{SAVE_AS}"
    if any(name.startswith("word/") for name in names):
        return "这是 Word 文档，不是 Excel 工作簿；请上传 .xlsx 文件"
    if any(name.lower().endswith((".xlsx", ".xls")) for name in names):
        return "这是压缩包；请解压后逐个上传里面的 .xlsx 文件"
    return ""


def _check_package(package: zipfile.ZipFile, size: int, unpacked: int, cells: int) -> bool:
    parts = package.infolist()
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or whole > unpacked or whole > max(2**20, size * LARGEST_RATIO):
        raise Unreadable("文件解压后过大，可能不是正常的工作簿；请删除多余的空行空列，另存后再传")
    names = {part.filename for part in parts}
    other = _other_package(names, package)
    if other:
        raise Unreadable(other)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("文件不是 .xlsx 工作簿；请用 Excel 或 WPS 另存为 .xlsx 后再传")
    formulas = False
    for part in parts:
        if not part.filename.lower().endswith(PICTURES):
            formulas |= _check_part(package, part, cells)
    return formulas


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, cells: int) -> bool:
    """Stream one part: its true size must be the stated one, it must declare no entities and span no endless area.

    Returns whether there is something like a formula or an error in it.
    """
    tail = b""
    seen = merged = 0
    formulas = far = False
    with package.open(part) as stream:
        while block := stream.read(2**20):
            seen += len(block)
            if seen > part.file_size:
                raise Unreadable("文件的压缩信息不实；请用 Excel 或 WPS 另存后再传")
            text = tail + block
            if any(sign in text for sign in _DECLARATIONS):
                raise Unreadable("文件内含有不允许的声明；请用 Excel 或 WPS 另存后再传")
            formulas = formulas or FORMULA.search(text) is not None
            far = far or (cells > 0 and (FAR.search(text) is not None or any(one in text for one in ODD_QUOTES)))
            merged += _merged(text, len(tail)) if not cells and b"mergeCell" in text else 0
            if merged > LARGEST_MERGED:
                raise Unreadable("合并单元格的范围过大；请取消整行、整列或整张表的合并，另存后再传")
            tail = text[-OVERLAP:]
    if far:
        _check_span(package, part, cells)
    return formulas


def _merged(text: bytes, before: int) -> int:
    """How many cells are merged in a text; what ends in its first bytes was counted before."""
    whole = 0
    for one in MERGED.finditer(text):
        if one.end() > before:
            left, right = (column_index_from_string(one[at].decode()) for at in (1, 3))
            whole += (abs(int(one[4]) - int(one[2])) + 1) * (abs(right - left) + 1)
    return whole


def _check_span(package: zipfile.ZipFile, part: zipfile.ZipInfo, cells: int) -> None:
    """Refuse a sheet whose cells lie so far apart that the area between them is larger than any list."""
    row = column = 0
    rows, columns = [1 << 30, 0], [1 << 30, 0]
    tail = b""
    with package.open(part) as stream:
        more = True
        while more:
            more = bool(block := stream.read(2**20))
            text = tail + block
            end = 0
            for one in CELL.finditer(text):
                if more and one.end() > len(text) - OVERLAP:
                    break  # whether it is empty stands in the next block
                end = one.end()
                at = AT.search(one[2])
                if one[1] == b"row":
                    row, column = (int(at[2]) if at and at[2] else row + 1), 0
                    continue
                column = column_index_from_string(at[1].decode()) if at and at[1] else column + 1
                number = int(at[2]) if at and at[2] else row
                if one[3] == b">":
                    rows[0], rows[1] = min(rows[0], number), max(rows[1], number)
                    columns[0], columns[1] = min(columns[0], column), max(columns[1], column)
            tail = text[max(end, len(text) - 2**20) :]
    if rows[1] and (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > cells:
        words = f"工作表的内容一直伸到 {get_column_letter(columns[1])}{rows[1]}，中间大多是空的；请删除远处的单元格和多余的空行空列，另存后再传"
        raise Unreadable(words)
