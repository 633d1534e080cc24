"""Official forms and reports on their way to the person: type, name, stamp."""

from django.http import HttpResponse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.forms import form_pdf
from jiheng.foundation.documents.report import Report
from jiheng.foundation.documents.reports import report_pdf
from jiheng.foundation.documents.word import report_docx
from jiheng.foundation.documents.word_forms import form_docx
from jiheng.foundation.sheets.write import write_form
from jiheng.foundation.web.sending import sent
from jiheng.rules.forms.data import FormData
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.policy.outline import Outline


def stamp(person: Person) -> str:
    """Return who printed it, for the foot of the paper."""
    return f"{person.organisation_name} {person.name} 打印"


def form_file(kind: str, form: tuple[FormDefinition, FormData], name: str, person: Person) -> HttpResponse:
    """Send an official form as xlsx, docx or pdf."""
    definition, data = form
    if kind == "docx":
        return sent(form_docx(definition, data, stamp=stamp(person)), f"{name}.docx")
    if kind == "pdf":
        return sent(form_pdf(definition, data, stamp=stamp(person)), f"{name}.pdf")
    return sent(write_form(definition, data), f"{name}.xlsx")


def report_file(kind: str, outline: Outline, report: Report, name: str, person: Person) -> HttpResponse:
    """Send a report as docx or pdf."""
    if kind == "pdf":
        return sent(report_pdf(outline, report, stamp=stamp(person)), f"{name}.pdf")
    return sent(report_docx(outline, report), f"{name}.docx")
