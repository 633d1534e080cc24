"""Official forms and reports on their way to the person: type, name, stamp."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.forms import form_pdf
from jiheng.foundation.documents.report import Report
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.sheets.write import write_form
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.policy.outline import Outline

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def sent(content: bytes, name: str, kind: str) -> HttpResponse:
    """Answer with a file to be saved under this name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def stamp(person: Person) -> str:
    """Return who printed it, for the foot of the paper."""
    return f"{person.organisation_name} {person.name} 打印"


def form_file(kind: str, form: tuple[FormDefinition, FormData], name: str, person: Person) -> HttpResponse:
    """Send an official form as xlsx or pdf."""
    definition, data = form
    if kind == "pdf":
        return sent(form_pdf(definition, data, stamp=stamp(person)), f"{name}.pdf", PDF)
    return sent(write_form(definition, data), f"{name}.xlsx", XLSX)


def report_file(kind: str, outline: Outline, report: Report, name: str, person: Person) -> HttpResponse:
    """Send a report as docx or pdf."""
    if kind == "pdf":
        return sent(report_pdf(outline, report, stamp=stamp(person)), f"{name}.pdf", PDF)
    return sent(report_docx(outline, report), f"{name}.docx", DOCX)
