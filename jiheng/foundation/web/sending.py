"""A file on its way to the person: to be saved under its name, never shown inside a page."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}


def sent(content: bytes, name: str, content_type: str = "") -> HttpResponse:
    """Answer with a file; the type of what the program itself writes follows from the ending of its name."""
    response = HttpResponse(content, content_type=content_type or TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
