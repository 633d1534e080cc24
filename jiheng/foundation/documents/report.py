"""What a report says, free of any file format: cover, parts by outline, tables, issuer and day."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jiheng.rules.policy.outline import Outline

_SUBHEADING = re.compile(r"（[一二三四五六七八九十]{1,3}）")
UNWRITTEN = "（本部分尚未撰写）"


@dataclass(frozen=True)
class ReportTable:
    """A table inside a part. `widths` are shares of the line; without them the columns are equal."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    figures: frozenset[int] = frozenset()  # columns set at the right

    def __post_init__(self) -> None:
        """ValueError when a row or the widths do not fit the heading."""
        wrong = [row for row in self.rows if len(row) != len(self.head)]
        if wrong or (self.widths and len(self.widths) != len(self.head)):
            raise ValueError(f"“{self.caption}”的列数与表头不符")


Part = str | ReportTable


@dataclass(frozen=True)
class Report:
    """One report, frozen: `sections` gives text (paragraphs by line) and tables for the outline's keys."""

    subject: str
    facts: tuple[tuple[str, str], ...] = ()
    sections: Mapping[str, str | Sequence[Part]] = field(default_factory=dict)
    issuer: str = ""
    issued_on: date | None = None
    draft: bool = False
    title: str = ""  # instead of the outline's


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; a sub-heading when it begins with （一）."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Chapter:
    """A part of the report as it will be set. Level 2 for titles such as （二）投入经济性."""

    title: str
    level: int
    content: tuple[Paragraph | ReportTable, ...]
    missing: bool = False


def chapters(outline: Outline, report: Report) -> list[Chapter]:
    """The parts in the order of the outline. Optional ones that say nothing are left out.

    LookupError when the report has a part that the outline does not know.
    """
    unknown = sorted(set(report.sections) - {section.key for section in outline.sections})
    if unknown:
        raise LookupError(f"《{outline.title}》没有这些部分：{'、'.join(unknown)}")
    found: list[Chapter] = []
    for section in outline.sections:
        given = report.sections.get(section.key, "")
        content = tuple(_content([given] if isinstance(given, str) else given))
        level = 2 if _SUBHEADING.match(section.title) else 1
        if content:
            found.append(Chapter(section.title, level, content))
        elif section.required:
            found.append(Chapter(section.title, level, (Paragraph(UNWRITTEN),), missing=True))
    return found


def _content(parts: Sequence[Part]) -> list[Paragraph | ReportTable]:
    found: list[Paragraph | ReportTable] = []
    for part in parts:
        if isinstance(part, ReportTable):
            found.append(part)
            continue
        lines = [line.strip() for line in part.replace("\r\n", "\n").split("\n")]
        found += [
            Paragraph(line, bool(_SUBHEADING.match(line)) and len(line) <= 40) for line in lines if line
        ]
    return found


def title_of(outline: Outline, report: Report) -> str:
    """The heading on the cover."""
    return report.title or outline.title


def day_in_words(day: date) -> str:
    """2026年3月9日."""
    return f"{day.year}年{day.month}月{day.day}日"


def unwritten(outline: Outline, report: Report) -> tuple[str, ...]:
    """A warning for each required part that says nothing."""
    return tuple(f"“{one.title}”尚未撰写" for one in chapters(outline, report) if one.missing)


def report_code(outline: Outline, report: Report) -> str:
    """Sixteen hexadecimal digits in fours that change with any word of the report."""
    said = [[chapter.title, [str(part) for part in chapter.content]] for chapter in chapters(outline, report)]
    whole = [
        title_of(outline, report),
        report.subject,
        report.facts,
        said,
        report.issuer,
        str(report.issued_on),
    ]
    digits = hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:16].upper()
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))
