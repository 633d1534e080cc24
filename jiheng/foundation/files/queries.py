"""Reading which files hang on which records."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import Evidence


def visible_evidence(person: Person) -> QuerySet[Evidence]:
    """Return the files of the place that stand; opening one then asks for the record that it proves."""
    return Evidence.objects.filter(place_id=person.place_id, withdrawn=False).select_related("file")
