"""The pages of appraisal: a journey from unit to department to bureau, and what each of them may open."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jiheng.foundation import clock
from jiheng.stages.appraisal.facts import card_in, materials_of
from jiheng.stages.appraisal.models import Appraisal
from tests.make import PDF, County, make_appraisal, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def county() -> County:
    return make_county()


def as_role(county: County, role: str, index: int = 0) -> Client:
    """A browser of this person, looking at the county's cycle."""
    return sign_in(Client(), county.person(role, index), county.cycle)


def scores(appraisal: Appraisal, **changes: str) -> dict[str, str]:
    """The score page's fields with full points, some changed."""
    items = card_in(appraisal.cycle).items
    full = {f"p_{item.key}": str(item.points) for item in items} | {f"f_{item.key}": "" for item in items}
    return full | {"version": str(appraisal.version)} | changes


def no_conditions(**changes: str) -> dict[str, str]:
    """The management fields of the conditions."""
    return {"conditions-TOTAL_FORMS": "3", "conditions-INITIAL_FORMS": "0"} | changes


@pytest.mark.feature("2.02", "2.03", "2.05")
def test_journey_from_registration_to_the_library(county: County) -> None:
    clerk, reviewer = as_role(county, "unit_project"), as_role(county, "department_reviewer")
    office, division = as_role(county, "performance_office"), as_role(county, "division")

    # The clerk registers a project and learns at once that it must be appraised.
    told = {
        "name": "智慧校园建设项目", "code": "P2023001", "kind": "project", "change": "new", "requested_fen": "600",
        "book": "general_public_budget", "first_year": "2023", "last_year": "2025", "overview": "建设三所学校的网络",
        "basis": "县教育发展规划",
    }  # fmt: skip
    verdict = clerk.get(reverse("subjects:verdict"), told)
    assert "须做事前绩效评估" in verdict.text
    assert "盐池县" in verdict.text
    answer = clerk.post(reverse("subjects:register"), told)
    assert answer.status_code == 302
    year = county.cycle.subject_years.get()
    assert year.requested_fen == 600_000_000

    # The gate refuses with the clause; the appraisal is started there.
    gate = reverse("appraisal:gate", args=[year.pk])
    assert "没有事前绩效评估结论，不得入库" in division.get(gate).text
    assert division.post(reverse("appraisal:enter", args=[year.pk])).status_code == 422
    assert clerk.post(reverse("appraisal:start", args=[year.pk])).status_code == 302
    appraisal = year.appraisal
    act = reverse("appraisal:act", args=[appraisal.pk])

    # Texts and materials; nothing leaves the unit before they are there.
    assert clerk.post(act, {"action": "submit", "version": "0"}).status_code == 422
    sections = reverse("appraisal:sections", args=[appraisal.pk])
    assert clerk.get(sections).status_code == 200
    clerk.post(sections, {"situation": "建设背景和内容", "version": "0"})
    for material in materials_of(year):
        sent = SimpleUploadedFile(f"{material.key}.pdf", PDF)
        clerk.post(reverse("appraisal:attach", args=[appraisal.pk]), {"material": material.key, "file": sent})
    assert clerk.post(act, {"action": "submit", "comment": ""}).status_code == 302

    # The department scores; a lost point without its fact is refused beside the item.
    appraisal.refresh_from_db()
    page = reverse("appraisal:score", args=[appraisal.pk])
    assert reviewer.get(page).text.count("data-score=") == 20
    wrong = reviewer.post(page, scores(appraisal, p_need="3"))
    assert wrong.status_code == 422
    assert "没有写明所缺的事实" in wrong.text
    right = scores(appraisal, p_need="3", f_need="没有受益学生数")
    assert reviewer.post(page, right).status_code == 302
    assert reviewer.post(act, {"action": "forward", "comment": ""}).status_code == 302

    # The bureau scores lower, concludes with a condition and a cut.
    appraisal.refresh_from_db()
    lower = {
        f"p_{key}": "0" for key in ("cost_basis", "plan_clear", "conditions", "goal_clear", "prior_study")
    }
    facts = {name.replace("p_", "f_", 1): "材料中没有" for name in lower}
    assert office.post(page, scores(appraisal, **lower, **facts)).status_code == 302
    detail = office.get(reverse("appraisal:detail", args=[appraisal.pk])).text
    assert "部门比财政高 23.00 分" in detail
    conclude = reverse("appraisal:conclude", args=[appraisal.pk])
    assert "调整完善后予以支持" in office.get(conclude).text
    appraisal.refresh_from_db()
    given = {
        "conclusion": "supported_after_revision", "agreed_fen": "480", "reason": "核减重复购置的终端 120 万元",
        "version": str(appraisal.version), "conditions-0-text": "补充成本测算明细",
        "conditions-0-due": clock.today().isoformat(),
    }  # fmt: skip
    assert office.post(conclude, no_conditions(**given)).status_code == 302

    # Unmet: the library stays closed; answered, confirmed: it opens.
    assert "尚未完成" in division.get(gate).text
    condition = appraisal.conditions.get()
    said = {"condition": str(condition.pk), "proof": "已补充测算表"}
    fulfil = reverse("appraisal:condition", args=[appraisal.pk])
    assert clerk.post(fulfil, said | {"do": "answer"}).status_code == 302
    assert office.post(fulfil, said | {"do": "meet"}).status_code == 302
    assert division.post(reverse("appraisal:enter", args=[year.pk])).status_code == 302
    year.refresh_from_db()
    assert year.library_state == "entered"

    # The line of life and the statistics show it.
    life = clerk.get(reverse("subjects:detail", args=[year.pk])).text
    assert "调整完善后予以支持" in life
    figures = office.get(reverse("appraisal:statistics")).text
    assert "20.0%" in figures


def test_stale_score_page_overwrites_nothing(county: County) -> None:
    appraisal = make_appraisal(county, make_subject(county, change="new"), state="department")
    reviewer, page = as_role(county, "department_reviewer"), reverse("appraisal:score", args=[appraisal.pk])
    stale = scores(appraisal)
    assert reviewer.post(page, stale).status_code == 302
    assert reviewer.post(page, stale | {"p_need": "0", "f_need": "无"}).status_code == 409
    assert appraisal.lines.get(item="need").points == 5


def test_strangers_find_nothing(county: County) -> None:
    year = make_subject(county, change="new")
    appraisal = make_appraisal(county, year, state="bureau")
    for name in ("detail", "score", "sections", "conclude", "xlsx", "report_docx"):
        for role, index in (
            ("unit_project", 2),
            ("department_reviewer", 1),
            ("agency", 0),
            ("system_admin", 0),
        ):
            address = reverse(f"appraisal:{name}", args=[appraisal.pk])
            assert as_role(county, role, index).get(address).status_code in {403, 404}, (name, role)
    assert as_role(county, "auditor").get(reverse("appraisal:detail", args=[appraisal.pk])).status_code == 200
    assert (
        as_role(county, "auditor").get(reverse("appraisal:conclude", args=[appraisal.pk])).status_code == 403
    )
    unit = as_role(county, "unit_project")
    for name in ("score", "conclude"):
        assert unit.get(reverse(f"appraisal:{name}", args=[appraisal.pk])).status_code == 403


@pytest.mark.feature("2.14")
def test_downloads_carry_both_sides_and_the_conclusion(county: County) -> None:
    appraisal = make_appraisal(
        county, make_subject(county, change="new", name="沟渠清淤"), state="scored", lost=["need"]
    )
    office = as_role(county, "performance_office")
    found = {
        name: office.get(reverse(f"appraisal:{name}", args=[appraisal.pk])).content
        for name in ("xlsx", "pdf", "report_docx", "report_pdf")
    }
    sheet = load_workbook(BytesIO(found["xlsx"])).worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "沟渠清淤" in cells
    assert any("需求现实迫切" in text for text in cells)
    assert found["pdf"].startswith(b"%PDF")
    assert found["report_pdf"].startswith(b"%PDF")
    assert found["report_docx"].startswith(b"PK")


def test_list_has_totals_and_costs_a_fixed_number_of_queries(
    county: County, django_assert_max_num_queries: object
) -> None:
    office = as_role(county, "performance_office")
    counts = []
    for number in (1, 3):
        while Appraisal.objects.count() < number:
            make_appraisal(county, make_subject(county, change="new", requested_fen=1_000_000))
        with django_assert_max_num_queries(60) as asked:  # type: ignore[operator]
            page = office.get(reverse("appraisal:list")).text
        counts.append(len(asked))
        assert f"申报合计 <strong>{number}.00</strong>" in page
    assert counts[0] == counts[1]


def test_ready_projects_enter_together_or_not_at_all(county: County) -> None:
    office = as_role(county, "performance_office")
    ready, waiting = (
        make_appraisal(county, make_subject(county, change="new"), state="scored") for _ in range(2)
    )
    given = {"conclusion": "supported", "agreed_fen": "100", "reason": "", "version": str(ready.version)}
    assert (
        office.post(reverse("appraisal:conclude", args=[ready.pk]), no_conditions(**given)).status_code == 302
    )
    many = reverse("appraisal:enter_many")
    assert office.post(many, {"pk": [ready.pk, waiting.pk]}).status_code == 422
    ready.subject_year.refresh_from_db()
    assert ready.subject_year.library_state == "proposed"
    assert office.post(many, {"pk": [ready.pk]}).status_code == 302
    ready.subject_year.refresh_from_db()
    assert ready.subject_year.library_state == "entered"
    assert as_role(county, "unit_project").post(many, {"pk": [waiting.pk]}).status_code == 403
