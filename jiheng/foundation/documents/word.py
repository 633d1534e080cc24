"""A report in its required outline as Word: the look of an official document, or a pack's own template."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from jiheng.foundation.documents.report import (
    Report,
    ReportTable,
    chapters,
    day_in_words,
    report_code,
    title_of,
)
from jiheng.foundation.sheets.text import escaped
from jiheng.rules.policy.outline import Outline

SONG_TITLE, BLACK, KAI, FANGSONG = "方正小标宋简体", "黑体", "楷体", "仿宋"
BODY_LINE = Pt(28)


def report_docx(outline: Outline, report: Report, *, template: bytes | None = None) -> bytes:
    """The report as .docx in the look of an official document, or filled into a pack's own Word template.

    A template sees title, subject, facts, issuer, issued, code and chapters (title, level, content); texts are
    escaped and the template's expressions run in a sandbox. LookupError for parts unknown to the outline.
    """
    if template is not None:
        return _filled(outline, report, template)
    document = Document()
    _page(document)
    if report.draft:
        _line(document, "征求意见稿", BLACK, 14, WD_ALIGN_PARAGRAPH.RIGHT)
    _line(document, title_of(outline, report), SONG_TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER)
    if report.subject:
        _line(document, report.subject, KAI, 16, WD_ALIGN_PARAGRAPH.CENTER)
    if report.facts:
        _table(document, ReportTable("", ("项目", "内容"), report.facts, (1, 3)), heading=False)
        _line(document, "", FANGSONG, 16)
    for chapter in chapters(outline, report):
        head = _line(document, chapter.title, BLACK if chapter.level == 1 else KAI, 16)
        head.style = document.styles[f"Heading {chapter.level}"]
        head.paragraph_format.keep_with_next = True
        for part in chapter.content:
            if isinstance(part, ReportTable):
                _table(document, part)
            elif part.heading:
                _line(document, part.text, KAI, 16).paragraph_format.keep_with_next = True
            else:
                _body(document, part.text)
    _line(document, "", FANGSONG, 16)
    for text in (report.issuer, day_in_words(report.issued_on) if report.issued_on else ""):
        if text:
            _line(document, text, FANGSONG, 16, WD_ALIGN_PARAGRAPH.RIGHT)
    _footer(document, report_code(outline, report))
    _properties(document, outline, report)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _filled(outline: Outline, report: Report, template: bytes) -> bytes:
    word = DocxTemplate(BytesIO(template))
    context = {
        "title": title_of(outline, report),
        "subject": report.subject,
        "facts": report.facts,
        "issuer": report.issuer,
        "issued": day_in_words(report.issued_on) if report.issued_on else "",
        "code": report_code(outline, report),
        "chapters": [asdict(chapter) for chapter in chapters(outline, report)],
    }
    word.render(context, jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
    target = BytesIO()
    word.save(target)
    return target.getvalue()


def _page(document: DocumentType) -> None:
    """A4 with the margins of official documents, and a body style with Chinese type."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        face = {"Normal": FANGSONG, "Heading 1": BLACK, "Heading 2": KAI}[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script, family in (
            ("ascii", "Times New Roman"),
            ("hAnsi", "Times New Roman"),
            ("eastAsia", face),
        ):
            fonts.set(qn(f"w:{script}"), family)
        style.font.size = Pt(16)


def _run(paragraph: WordParagraph, text: str, face: str, size: float, *, bold: bool = False) -> Run:
    """Text in a Chinese face: Word takes it only from the East Asian attribute."""
    run = paragraph.add_run(escaped(text).replace("\t", "　"))
    run.font.name = "Times New Roman"
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.color.rgb = None
    properties = run._element.get_or_add_rPr()  # noqa: SLF001 - python-docx has no other door to the face
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)
    return run


def _line(
    document: DocumentType,
    text: str,
    face: str,
    size: float,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> WordParagraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    _spacing(paragraph)
    _run(paragraph, text, face, size)
    return paragraph


def _body(document: DocumentType, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Pt(32)
    _spacing(paragraph)
    _run(paragraph, text, FANGSONG, 16)


def _spacing(paragraph: WordParagraph) -> None:
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    layout.line_spacing = BODY_LINE


def _table(document: DocumentType, content: ReportTable, *, heading: bool = True) -> None:
    if content.caption:
        caption = _line(document, content.caption, BLACK, 14, WD_ALIGN_PARAGRAPH.CENTER)
        caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(content.head))
    table.style = document.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    shares = content.widths or (1,) * len(content.head)
    widths = [Length(Mm(156) * share // sum(shares)) for share in shares]
    rows = [content.head, *content.rows] if heading else list(content.rows)
    for number, texts in enumerate(rows):
        row = table.add_row()
        if heading and number == 0:
            mark = OxmlElement("w:tblHeader")
            mark.set(qn("w:val"), "true")
            row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - nor to repeated headings
        for column, text in enumerate(texts):
            _cell(table, number, column, text, widths[column], content, first=heading and number == 0)


def _cell(
    table: Table, row: int, column: int, text: str, width: Length, content: ReportTable, *, first: bool
) -> None:
    cell = table.cell(row, column)
    cell.width = width
    paragraph = cell.paragraphs[0]
    if first:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif column in content.figures:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for number, line in enumerate(text.split("\n")):
        run = _run(paragraph, line, BLACK if first else FANGSONG, 10.5)
        if number < text.count("\n"):
            run.add_break()


def _footer(document: DocumentType, code: str) -> None:
    """— page — in the middle, the check code under it."""
    footer = document.sections[0].footer
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", FANGSONG, 14)
    run = _run(paragraph, "", FANGSONG, 14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._element.append(mark)  # noqa: SLF001 - nor to fields
    _run(paragraph, " —", FANGSONG, 14)
    small = footer.add_paragraph()
    small.alignment = WD_ALIGN_PARAGRAPH.LEFT
    _run(small, f"校验码 {code}", FANGSONG, 8)


def _properties(document: DocumentType, outline: Outline, report: Report) -> None:
    """Title and day from the report, so that the same report makes the same properties."""
    facts = document.core_properties
    facts.title = escaped(f"{report.subject}{title_of(outline, report)}")[:255]
    facts.author = escaped(report.issuer)[:255]
    facts.comments = ""
    day = (
        datetime.combine(report.issued_on, time(), UTC)
        if report.issued_on
        else datetime(2000, 1, 1, tzinfo=UTC)
    )
    facts.created = facts.modified = day
