"""Amendments, adoptions and what was decided on them stay as they were given."""

from django.db import migrations

from jiheng.foundation.append_only import append_only


class Migration(migrations.Migration):
    """Refuse to change or delete an amendment, an adoption or a verdict."""

    dependencies = [("policies", "0003_amendments_and_adoptions")]
    operations = [
        append_only("policies_amendment"),
        append_only("policies_amendmentverdict"),
        append_only("policies_adoption"),
        append_only("policies_adoptionverdict"),
    ]
