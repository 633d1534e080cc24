"""A signature stays as it was given; only that it was used is marked later."""

from django.db import migrations

from jiheng.foundation.append_only import append_only

GIVEN = ("place_id", "subject", "action", "state", "role", "user_id", "name", "at", "content_hash", "comment")


class Migration(migrations.Migration):
    """Refuse to change or delete a signature."""

    dependencies = [("workflow", "0001_initial")]
    operations = [append_only("workflow_signature", GIVEN)]
