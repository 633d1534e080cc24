"""Forms and reports on paper: right pages, right words, nothing run, nothing silently boxed."""

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from jiheng.foundation.documents.fonts import printable, unprintable
from jiheng.foundation.documents.forms import form_pdf, print_form
from jiheng.foundation.documents.report import Report, ReportTable, chapters
from jiheng.foundation.documents.reports import print_report
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.documents.word_forms import form_docx
from jiheng.rules.forms.data import check_code
from jiheng.rules.forms.layout import lay_out
from jiheng.rules.policy.outline import Outline
from jiheng.rules.policy.strict_yaml import read_yaml
from tests.foundation.sheets.national import FORMS, self_evaluation

PATH = Path(__file__).parents[3] / "jiheng/packs/national/documents/evaluation_report.yaml"
OUTLINE = Outline.model_validate(read_yaml(PATH.name, PATH.read_text(encoding="utf-8"))[0].value)
HOSTILE = '#import "a": * $x$ *粗* _斜_ <b>&amp; {{ 7*7 }} {% raise %} \\ @x `r` =1+1'


def words(pdf: bytes) -> list[str]:
    """The text of each page without spaces."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("key", ["F1", "F2", "F3", "F4", "F5", "F7", "F9", "F14", "F1P"])
def test_blank_form_prints_on_one_page_with_its_title(key: str) -> None:
    printed = print_form(FORMS[key], {"year": 2025})
    (page,) = words(printed.pdf)
    assert page.startswith(FORMS[key].title.format(year=2025))
    assert (printed.pages, printed.warnings) == (1, ())


def test_form_prints_its_values_check_code_and_embeds_its_font() -> None:
    data = self_evaluation()
    pdf = form_pdf(FORMS["F5"], data, stamp="张一民 2026-03-09")
    (page,) = words(pdf)
    for text in (
        "高标准农田建设项目",
        "1,200.00",
        "90%",
        "≥3000户",
        "94.5",
        "2026年3月9日",
        "第1页，共1页",
        "校验码" + check_code(FORMS["F5"], data),
    ):
        assert text in page
    reader = PdfReader(io.BytesIO(pdf))
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert all("NotoSans" in str(font) for font in fonts)


def test_long_form_repeats_the_headings_of_its_table_on_each_page() -> None:
    data = self_evaluation()
    data["indicators"] = [
        row | {"name": f"指标{number}"} for number in range(30) for row in data["indicators"][:1]
    ]
    data["goal"] = "建成高标准农田。" * 60
    printed = print_form(FORMS["F5"], data)
    pages = words(printed.pdf)
    assert printed.pages == len(pages) > 1
    assert [page.count("偏差原因分析及改进措施") for page in pages] == [1] * len(pages)
    assert all(f"指标{number}" in "".join(pages) for number in range(30))
    assert f"第2页，共{len(pages)}页" in pages[1]


def test_text_is_set_as_text_and_never_as_markup() -> None:
    data = self_evaluation() | {"goal": HOSTILE}
    page = words(form_pdf(FORMS["F5"], data))[0].replace("\u200b", "")
    assert "".join(HOSTILE.split()) in page
    printed = print_report(OUTLINE, Report(HOSTILE, sections={"situation": HOSTILE}))
    assert "".join(words(printed.pdf)).replace("\u200b", "").count("".join(HOSTILE.split())) == 2


def test_characters_without_a_glyph_are_named_and_replaced() -> None:
    assert unprintable(["绩效𠮷龘", "\U0001f600\ue000"]) == ["\ue000", "\U0001f600"]
    assert printable("甲\ue000乙") == "甲〓乙"
    printed = print_form(FORMS["F5"], self_evaluation() | {"project_name": "名\ue000字"})
    assert printed.warnings == ("字体中没有“\ue000”（U+E000），以〓代替",)
    assert "名〓字" in words(printed.pdf)[0]


def test_same_form_makes_the_same_code_and_other_words_another() -> None:
    one = print_form(FORMS["F5"], self_evaluation())
    other = print_form(FORMS["F5"], self_evaluation() | {"unit": "别的单位"})
    assert one.code != other.code
    assert one.code == print_form(FORMS["F5"], self_evaluation()).code


SCORES = ReportTable(
    "评分汇总表", ("一级指标", "分值", "得分"), (("产出", "30.00", "28.50"),), (3, 1, 1), frozenset({1, 2})
)
REPORT = Report(
    "2025年度高标准农田建设项目",
    (("主管部门", "县农业农村局"),),
    {
        "situation": "（一）项目概况\n建成高标准农田。",
        "work": "实地核查。",
        "conclusion": ["得 92.50 分，等级为“优”。", SCORES],
        "analysis": "过程规范。",
        "experience": HOSTILE,
        "advice": "加强管护。",
    },
    "县财政局",
    date(2026, 5, 6),
)


def test_report_has_every_part_of_the_outline_in_order() -> None:
    printed = print_report(OUTLINE, REPORT)
    page = "".join(words(printed.pdf))
    titles = [section.title for section in OUTLINE.sections if section.required]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert OUTLINE.sections[-1].title not in page
    assert (printed.warnings, "2026年5月6日" in page) == ((), True)


def test_report_names_parts_that_are_not_written_and_refuses_unknown_ones() -> None:
    printed = print_report(OUTLINE, Report("项目", sections={"situation": "有"}))
    assert printed.warnings[0] == "“二、绩效评价工作开展情况”尚未撰写"
    assert len(printed.warnings) == 5
    with pytest.raises(LookupError, match="没有这些部分：profit"):
        chapters(OUTLINE, Report("项目", sections={"profit": "有"}))


def test_report_table_with_uneven_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="“表”的列数与表头不符"):
        ReportTable("表", ("甲", "乙"), (("一",),))


def test_word_report_says_the_same_in_official_type() -> None:
    document = Document(io.BytesIO(report_docx(OUTLINE, REPORT)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for text in (
        "项目支出绩效评价报告",
        "一、基本情况",
        "（一）项目概况",
        HOSTILE,
        "县财政局",
        "2026年5月6日",
    ):
        assert text in texts
    body = next(paragraph for paragraph in document.paragraphs if paragraph.text == "实地核查。")
    fonts = body.runs[0]._element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    table = document.tables[1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["一级指标", "分值", "得分"],
        ["产出", "30.00", "28.50"],
    ]
    assert "校验码" in "".join(paragraph.text for paragraph in document.sections[0].footer.paragraphs)


def test_word_report_fills_a_pack_s_own_template_without_running_the_data() -> None:
    template = Document()
    template.add_paragraph("{{ title }}：{{ subject }}")
    template.add_paragraph(
        "{% for chapter in chapters %}{{ chapter.title }}{% for part in chapter.content %}{{ part.text }}{% endfor %}{% endfor %}"
    )
    source = io.BytesIO()
    template.save(source)
    report = Report("{{ 7*7 }}<w:br/>", sections={"situation": "甲 & 乙"})
    document = Document(io.BytesIO(report_docx(OUTLINE, report, template=source.getvalue())))
    assert document.paragraphs[0].text == "项目支出绩效评价报告：{{ 7*7 }}<w:br/>"
    assert document.paragraphs[1].text.startswith("一、基本情况甲 & 乙二、")


@pytest.mark.parametrize("key", ["F1", "F2", "F3", "F5", "F1P"])
def test_a_form_as_word_has_every_cell_of_the_layout_in_its_place(key: str) -> None:
    data = self_evaluation() if key == "F5" else {"year": 2025, **({"project_name": HOSTILE} if key == "F1" else {})}
    layout = lay_out(FORMS[key], data)
    document = Document(io.BytesIO(form_docx(FORMS[key], data, stamp="张一民")))
    (table,) = document.tables
    assert (len(table.rows), len(table.columns)) == (len(layout.lines), len(layout.widths))
    for cell in layout.cells:
        corner = table.cell(cell.row, cell.column)
        assert corner.text == cell.text
        assert table.cell(cell.row + cell.rows - 1, cell.column + cell.columns - 1)._tc is corner._tc
    foot = document.sections[0].footer.paragraphs[0].text
    assert check_code(FORMS[key], data) in foot
    assert foot.endswith("张一民")
