"""What was published stays as it was; only a withdrawal is marked later, once."""

from django.db import migrations

from jiheng.foundation.append_only import append_only

PUBLISHED = (
    "id", "place_id", "number", "kind", "budget_year", "subject", "subject_uuid", "title", "organisation", "content",
    "digest", "basis", "due", "published_at", "published_by", "replaces_id",
)  # fmt: skip
WITHDRAWN = ("withdrawn_at", "withdrawn_reason")


class Migration(migrations.Migration):
    """Refuse to change or delete a publication, and to change a withdrawal."""

    dependencies = [("disclosure", "0001_initial")]
    operations = [append_only("disclosure_publication", PUBLISHED, once=WITHDRAWN)]
