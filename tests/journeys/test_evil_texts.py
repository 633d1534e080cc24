"""Markup, formulas, template and typesetting code in every text that people may write: shown as text, run nowhere."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Length
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django.plugin import DjangoDbBlocker

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation, User
from jiheng.foundation.accounts.person import person_of
from jiheng.foundation.files.services import attach
from jiheng.stages.disclosure.queries import due_list
from jiheng.stages.disclosure.services import publish_all
from jiheng.stages.evaluation.documents import outline_of
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.services import evaluations as fiscal
from jiheng.stages.evaluation.services import self_evaluations as own
from jiheng.stages.goals.services import return_goal
from jiheng.stages.monitoring import services as monitoring
from jiheng.stages.results.services import (
    accept_rectification,
    decide_result,
    issue_rectification,
    propose_decision,
    report_rectification,
)
from tests.journeys.visitor import Screen, Visitor, local, sit
from tests.make import ROWS, County, make_county, make_goal, make_rows, make_subject
from tests.stages.evaluation import builders
from tests.stages.monitoring.build import paid_project, said

pytestmark = pytest.mark.django_db
HOSTILE = (
    """=cmd|'/c calc'!A0"'><script>jhx()</script><img src=x onerror=jhx()>&lt;"""
    """{{7*7}}{% now "Y" %}{#c#}#panic("t")$x$*b*_i_[q]\\@r\u202e𠮷👩‍👩‍👧"""
)
LIVE = ("<script>jhx", "<img src=x", "onerror=jhx()>&lt;", "{{49}}")
WALKERS = {"performance_office": 110, "unit_project": 60, "agency": 40, "auditor": 50}
"""Who looks at how many pages."""


def hostile(limit: int, first: str = "=") -> str:
    """The text, as long as a field takes, beginning like each of the formulas."""
    return ((first + HOSTILE.removeprefix("=")) * (limit // len(HOSTILE) + 1))[:limit]


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[County]:
    """A county in which every name and every word is hostile, half-way through a year."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> County:
    """Build it through the services, as if people had typed all this."""
    made = make_county()
    for body in Organisation.objects.all():
        Organisation.objects.filter(pk=body.pk).update(name=f"{hostile(190)}{body.pk:010}")
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(name=f"{hostile(50, '@')}{user.pk:010}")
    for key, person in list(made.people.items()):
        made.people[key] = person_of(Appointment.objects.get(pk=person.appointment_id))
    made.units = [Organisation.objects.get(pk=one.pk) for one in made.units]
    made.departments = [Organisation.objects.get(pk=one.pk) for one in made.departments]
    with clock.at(date(2022, 11, 1)):
        year = make_subject(made, name=hostile(300, "+"), overview=hostile(900, "-"), basis=hostile(900, "@"))
        rows = [
            (one[0], one[1], f"{number}{hostile(199)}" if number % 2 else f"{hostile(199, '-')}{number}", *one[3:])
            for number, one in enumerate(ROWS)
        ]
        goal = make_goal(made, year, "department", rows=make_rows(rows))
        row = goal.indicators.order_by("position")[0]
        return_goal(
            goal=goal, person=made.person("department_reviewer"), comment=hostile(900), rows={row.pk: hostile(300)}
        )
    year = paid_project(made, 3_000_000, name=hostile(300, "-"))
    with clock.at(date(2023, 4, 3)):
        point = monitoring.open_checkpoint(cycle=made.cycle, key="q1", person=made.person("performance_office"))
        report = point.reports.get(subject_year=year)
        told = {pk: monitoring.ReadingData(one.actual_text, likelihood=one.likelihood, reason=hostile(300)) for pk, one in said(report).items()}
        measures = [monitoring.MeasureData(hostile(300), hostile(100), date(2023, 5, 31))]
        monitoring.save_readings(
            report=report, readings=told, note=hostile(2000), measures=measures, person=made.person("unit_project")
        )
        for role in ("unit_project", "unit_finance"):
            monitoring.submit_report(report=report, person=made.person(role))
    goal = builders.approved_goal(made, name=hostile(300, "@"))
    with clock.at(builders.DAY):
        record = own.start_self_evaluation(goal=goal, person=made.person("unit_project"))
        lines = {
            line.pk: own.LineData(data.actual_text, tier=data.tier, claimed=data.claimed, reason=hostile(300))
            for line in record.lines.select_related("indicator")
            for data in [builders.ACTUALS[line.indicator.name]]
        }
        own.save_results(
            evaluation=record, lines=lines, actual_objective=hostile(2000), person=made.person("unit_project")
        )
        own.save_execution_reason(evaluation=record, reason=hostile(100), person=made.person("unit_finance"))
        own.attach_evidence(
            evaluation=record, row="", name=f'{HOSTILE.replace("/", "")}"\r\nX-Evil: 1\r\n..\\..\\验收单.pdf',
            content=builders.PDF, person=made.person("unit_project"),
        )  # fmt: skip
        for role in ("unit_project", "unit_finance"):
            own.submit_self_evaluation(evaluation=record, person=made.person(role))
        own.confirm_self_evaluation(evaluation=record, person=made.person("department_reviewer"))
        own.accept_self_evaluation(evaluation=record, person=made.person("performance_office"))
    result = builders.order(made, goal.subject_year)
    with clock.at(date(2024, 4, 1)):
        agency, office = made.person("agency"), made.person("performance_office")
        points = builders.points_for(result)
        fiscal.save_scores(evaluation=result, points=points, reasons=dict.fromkeys(points, hostile(500)), person=agency)
        parts = {section.key: hostile(3000) for section in outline_of(result).sections}
        findings = [fiscal.FindingData("output", hostile(300), hostile(300), 1_000_000)]
        fiscal.save_report(evaluation=result, sections=parts, findings=findings, person=agency)
        fiscal.submit_report(evaluation=result, person=agency)
        fiscal.consult_unit(evaluation=result, person=office)
        fiscal.respond(evaluation=result, reply=hostile(100), comments=[], person=made.person("unit_project"))
        fiscal.confirm_evaluation(evaluation=result, answer=hostile(300), person=office)
    with clock.at(date(2024, 7, 5)):
        decision = propose_decision(evaluation=result, person=office)
        decide_result(decision=decision, ratio=Decimal(15), reason=hostile(300), person=made.person("bureau_leader"))
        order = issue_rectification(finding=result.findings.get(), requirement=hostile(500), person=office)
        attach(subject=order, row="", name=f"{hostile(300)}.pdf", content=builders.PDF, person=made.person("unit_project"))
        report_rectification(
            rectification=order, measure=hostile(2000), outcome=hostile(2000), responsible=hostile(60), person=made.person("unit_project"),
        )  # fmt: skip
        accept_rectification(rectification=order, note=hostile(300), person=office)
        publish_all(sources=[one.source for one in due_list(made.cycle)], person=office)
    return made


def walk(visitor: Visitor, start: str = "/", limit: int = 40) -> Iterator[tuple[str, Any, bytes]]:
    """Open every page and file that can be reached by links; yield address, answer and body."""
    seen, waiting = {start}, [start]
    while waiting:
        at = waiting.pop(0)
        screen = Screen(visitor, at, visitor.client.get(local(at), follow=True))
        yield at, screen.response, screen.body
        for link in screen.page.every("a"):
            href = link.at.get("href", "")
            assert not href.lower().startswith(("javascript:", "data:")), href
            if href.startswith("/") and not href.startswith("/static/") and local(href) not in seen and len(seen) < limit:
                seen.add(local(href))
                waiting.append(local(href))


@pytest.mark.parametrize("role", list(WALKERS))
def test_no_page_runs_what_people_wrote(county: County, role: str) -> None:
    shown = 0
    with clock.at(date(2024, 7, 6)):
        for at, response, body in walk(sit(county, role), limit=WALKERS[role]):
            assert response.status_code < 500, at
            kind = response.headers["Content-Type"]
            if kind.startswith("text/html"):
                text = body.decode()
                assert not any(one in text for one in LIVE), at
                shown += "&lt;script&gt;jhx" in text
            elif kind.endswith("sheet"):
                inert(body, at)
            elif kind.endswith("document"):
                plain_word(body, at)
            elif kind == "application/pdf":
                assert body.startswith(b"%PDF"), at
            disposition = response.headers.get("Content-Disposition", "")
            assert "\n" not in disposition
            assert "X-Evil" not in response.headers
    assert shown > 5, "the hostile texts were on the pages that were looked at"


def inert(body: bytes, at: str) -> None:
    """No cell of a workbook is a formula."""
    for sheet in load_workbook(io.BytesIO(body)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" or "jhx" not in str(cell.value), f"{at} {sheet.title}!{cell.coordinate}"


def plain_word(body: bytes, at: str) -> None:
    """Nothing of a text was taken for a template, and the package is whole."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        text = package.read("word/document.xml").decode()
    assert "<script>" not in text, at
    assert "{{49}}" not in text, at


def test_lists_are_inert_when_they_leave(county: County) -> None:
    with clock.at(date(2024, 7, 6)):
        office = sit(county, "performance_office")
        for address in ("/goals/", "/subjects/", "/monitoring/reports/", "/evaluation/", "/evaluation/evaluations/", "/results/",
                        "/disclosure/published/"):  # fmt: skip
            body = office.open(f"{address}?export=xlsx").body
            book = load_workbook(io.BytesIO(body))
            cells = [str(one.value) for sheet in book for row in sheet.iter_rows() for one in row if one.value is not None]
            assert any("jhx" in one for one in cells), address
            assert not [one for one in cells if one.startswith(("=", "+", "-", "@")) and len(one) > 1], address
            inert(body, address)
    table = Visitor().open("/public/data.csv").body.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert any("jhx" in one for one in cells)
    assert not [one for one in cells if one[:1] in "=+-@\t\r＝＋－＠" and len(one) > 1]


def test_documents_say_the_text_as_it_stands(county: County) -> None:
    with clock.at(date(2024, 7, 6)):
        office = sit(county, "performance_office")
        record = Evaluation.objects.get()
        pdf = PdfReader(io.BytesIO(office.open(reverse("evaluation:report_file", args=[record.pk, "pdf"])).body))
        text = "".join(page.extract_text() for page in pdf.pages)
        text = text.replace("\n", "").replace("\u200b", "")  # where a long word may be broken
        for said_there in ("{{7*7}}", '#panic("t")', "$x$*b*", "<script>jhx()</script>"):
            assert said_there in text, said_there
        body = office.open(reverse("evaluation:report_file", args=[record.pk, "docx"])).body
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            document = package.read("word/document.xml").decode()
        assert "{{7*7}}" in document
        assert "&lt;script&gt;jhx()" in document


def test_everything_fits_where_it_is_kept(county: County) -> None:
    """SQLite keeps texts of any length; PostgreSQL refuses what is longer than its column."""
    wrong = []
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if isinstance(one, CharField) and one.max_length:
                long = model._default_manager.annotate(text_size=Length(one.attname)).filter(text_size__gt=one.max_length)
                wrong += [f"{model._meta.label}.{one.attname}" for _ in long[:1]]
    assert wrong == []


def test_citizens_read_the_text_and_run_nothing(county: County) -> None:
    shown = 0
    for at, response, body in walk(Visitor(), "/public/", 40):
        assert response.status_code < 500, at
        if response.headers["Content-Type"].startswith("text/html"):
            assert not any(one in body.decode() for one in LIVE), at
            shown += "&lt;script&gt;jhx" in body.decode()
    assert shown > 2
