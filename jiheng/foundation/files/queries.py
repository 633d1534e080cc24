"""Reading which files hang on which records."""

from django.db.models import BigIntegerField, Case, QuerySet, Value, When
from django.db.models.functions import Cast, StrIndex, Substr

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.files.models import Evidence


def visible_evidence(person: Person) -> QuerySet[Evidence]:
    """Return the files of the place that stand, whatever record they prove."""
    return Evidence.objects.filter(place_id=person.place_id, withdrawn=False).select_related("file")


def with_proved(files: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Annotate `proved`: the number of the record that each file proves, nothing where the subject names none."""
    number = Cast(Substr("subject", StrIndex("subject", Value(":")) + 1), BigIntegerField())
    named = When(subject__regex=r"^[a-z_]+\.[a-z_]+:[0-9]{1,15}$", then=number)
    return files.annotate(proved=Case(named, default=None))
