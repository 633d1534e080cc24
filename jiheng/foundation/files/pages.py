"""Files go out only through a permission check of the record that they prove."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from jiheng.foundation.accounts.person import Person, Verdict, allow
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.queries import visible_evidence
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.web.pages import PageRequest, page

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def visible_records(label: str, person: Person) -> QuerySet[Any] | None:
    """Return the records of a kind that the person may see, as the stage that owns the kind says."""
    for stage in stages():
        if label in stage.records:
            return cast("QuerySet[Any]", stage.records[label](person))
    return None


def may_open(person: Person, evidence: Evidence) -> Verdict:
    """Open a file when the record it proves is visible; otherwise it does not exist for the person."""
    label, _, pk = evidence.subject.partition(":")
    visible = visible_records(label, person)
    if visible is not None and pk.isdecimal() and visible.filter(pk=int(pk)).exists():
        return allow()
    return Verdict(False, "您看不到该附件所属的记录")


@page(may=may_open, record=visible_evidence)
def download(_request: PageRequest, evidence: Evidence) -> HttpResponse:
    """Send the file under the name that it was given, never to be shown inside a page."""
    with evidence.file.content.open("rb") as content:
        response = HttpResponse(content.read(), content_type=TYPES[evidence.file.kind])
    response["Content-Disposition"] = content_disposition_header(True, evidence.name) or "attachment"
    return response
