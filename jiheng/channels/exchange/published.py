"""Check a file of published tables, one JSON object a line: report as JSON, summary on the screen."""

import argparse
import errno
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO

from jiheng.rules.published.checks import LABELS
from jiheng.rules.published.form import FORMS
from jiheng.rules.published.report import report, unreadable

ALL_READ, SOME_UNREAD, NO_FILE = 0, 1, 2
SHOWN = 20
"""Findings listed on the screen; all of them stand in the report."""


@dataclass
class Summary:
    """Counts of one run: tables by form, tables and findings by check, texts unread, lines that were no table."""

    tables: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    tables_with: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    bad_lines: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """0 when every line was a table, whatever was found in it; 1 when some line was none."""
        return SOME_UNREAD if self.bad_lines else ALL_READ


def check_file(path: Path | str, out: Path | str | None = None) -> Summary:
    """Check every line of the file in its order, one at a time, and write the report to `out` where one is named.

    A line that is no table is reported in its place and does not stop the run. Raises OSError when the file can't
    be read or the report can't be written.
    """
    summary = Summary()
    if out is not None and Path(out).exists() and Path(out).samefile(path):
        raise FileExistsError(errno.EEXIST, "报告不能写到被检查的文件上", str(out))
    with Path(path).open("rb") as file:
        entries = _entries(_lines(file), summary)
        if out is None:
            for entry in entries:
                _count(entry, summary)
            return summary
        with Path(out).open("w", encoding="utf-8", errors="backslashreplace") as target:
            _write(entries, target, summary)
    return summary


def _lines(file: io.BufferedReader) -> Iterable[bytes]:
    """The file's lines; a file in UTF-16, as some programs write it, comes as UTF-8. A pipe will do."""
    if file.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _from_utf_16(file)
    return file


def _from_utf_16(file: io.BufferedReader) -> Iterator[bytes]:
    wide = io.TextIOWrapper(file, encoding="utf-16", errors="replace", newline="\n")
    try:
        for line in wide:
            yield line.encode("utf-8", "surrogatepass")
    finally:
        wide.detach()  # the file is closed by whoever opened it


def _write(entries: Iterator[dict[str, object]], target: IO[str], summary: Summary) -> None:
    """The report as one JSON list, written entry by entry."""
    separator = "[\n"
    for entry in entries:
        _count(entry, summary)
        target.write(separator + json.dumps(entry, ensure_ascii=False))
        separator = ",\n"
    target.write("[]\n" if separator == "[\n" else "\n]\n")


def _entries(lines: Iterable[bytes], summary: Summary) -> Iterator[dict[str, object]]:
    """The report's entries; blank lines have none."""
    index = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        yield _entry(index, number, line, summary)
        index += 1


def _entry(index: int, number: int, line: bytes, summary: Summary) -> dict[str, object]:
    text = _text(line)
    if text is None:
        summary.bad_lines.append(f"第{number}行：既不是 UTF-8，也不是 GBK 文字")
        return unreadable(index, "既不是 UTF-8，也不是 GBK 文字")
    try:
        raw = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        summary.bad_lines.append(f"第{number}行：不是 JSON（{_reason(error)}）")
        return unreadable(index, f"不是 JSON：{_reason(error)}", text.strip()[:60])
    entry = report(index, raw)
    if entry["form"] is None:
        summary.bad_lines.append(f"第{number}行：不是绩效目标表或自评表")
    return entry


def _text(line: bytes) -> str | None:
    """The line as text: UTF-8 with or without its mark, else the encoding of older Chinese systems."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return line.decode(encoding)
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"第{error.colno}个字符处有误"
    return "嵌套过深" if isinstance(error, RecursionError) else "数字过大"


def _count(entry: dict[str, object], summary: Summary) -> None:
    findings, unread = entry["findings"], entry["unread"]
    summary.tables += 1
    summary.forms[str(entry["form"])] += 1
    if not isinstance(findings, list) or not isinstance(unread, list):
        return
    summary.unread += len(unread)
    summary.clean += not findings and entry["form"] is not None
    checks = [finding["check"] for finding in findings]
    summary.findings.update(checks)
    summary.tables_with.update(set(checks))
    name = entry["project_name"] or "（无项目名称）"
    for finding in findings:
        if len(summary.first) < SHOWN:
            words = f"{finding['where']}：公布“{finding['published']}”，应为或依据“{finding['computed']}”"
            words = " ".join(words.split())
            summary.first.append(f"  [{entry['index']}] {name}｜{LABELS[finding['check']]}｜{words}")


def in_words(summary: Summary) -> str:
    """The summary for the screen, in Chinese."""
    forms = "，".join(f"{FORMS[key]} {n} 张" for key, n in sorted(summary.forms.items()) if key in FORMS)
    out = [f"共 {summary.tables} 行，归入本系统表式：{forms or '无'}。"]
    total = sum(summary.findings.values())
    with_findings = summary.tables - summary.clean - len(summary.bad_lines)
    out.append(
        f"没有发现矛盾的 {summary.clean} 张，有矛盾的 {with_findings} 张，共 {total} 处；读不懂的内容 {summary.unread} 处。"
    )
    out += [
        f"  {LABELS[key]}（{key}）：{summary.tables_with[key]} 张 {n} 处"
        for key, n in summary.findings.most_common()
    ]
    out += ["逐项：", *summary.first] if summary.first else []
    if total > len(summary.first):
        out.append(f"  …其余 {total - len(summary.first)} 处见报告文件。")
    if summary.bad_lines:
        out += [
            f"有 {len(summary.bad_lines)} 行不是表格数据，请核对后重新导出：",
            *(f"  {x}" for x in summary.bad_lines[:SHOWN]),
        ]
    return "\n".join(out)


def parser() -> argparse.ArgumentParser:
    """The arguments of `jiheng published check`."""
    made = argparse.ArgumentParser(
        prog="jiheng published check", description="检查已公开的绩效目标表和自评表"
    )
    made.add_argument("file", metavar="FILE.jsonl", help="每行一个 JSON 对象的文件")
    made.add_argument("--json", metavar="OUT", dest="out", help="报告写到这个文件（JSON 列表）")
    return made


def run(arguments: Sequence[str] | None = None) -> int:
    """Check the file that the arguments name and print the summary.

    Returns 0 when every line was read as a table (findings or not), 1 when some line was no table (the report is
    written all the same), 2 when the file can't be read or the report can't be written.
    """
    options = parser().parse_args(arguments)
    try:
        summary = check_file(options.file, options.out)
    except OSError as error:
        sys.stderr.write(f"不能读写“{error.filename}”：{error.strerror}。请核对路径和权限。\n")
        return NO_FILE
    sys.stdout.write(in_words(summary) + "\n")
    return summary.status
