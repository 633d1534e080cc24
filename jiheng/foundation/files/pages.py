"""Files go out only through a permission check of the record that they prove."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.queries import visible_evidence, with_proved
from jiheng.foundation.web.navigation import items, stages
from jiheng.foundation.web.pages import PageRequest, anyone, page
from jiheng.foundation.web.sending import sent

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def visible_files(person: Person) -> QuerySet[Evidence]:
    """Return the files of the records that the person may see, as the stage or register that owns each kind says.

    A file of any other record does not exist for the person: 404, so that numbers tell nothing either.
    """
    shown = Q(pk__in=())
    kinds = [one.records for one in stages()] + [one.records for one in items()]
    for label, visible in (pair for one in kinds for pair in one.items()):
        record = visible(person).order_by().filter(pk=OuterRef("proved"))
        shown |= Q(Exists(record), subject__startswith=f"{label}:")
    return with_proved(visible_evidence(person)).filter(shown)


@page(may=anyone, record=visible_files)
def download(_request: PageRequest, evidence: Evidence) -> HttpResponse:
    """Send the file under the name that it was given, never to be shown inside a page."""
    with evidence.file.content.open("rb") as content:
        return sent(content.read(), evidence.name, TYPES[evidence.file.kind])
