"""Frozen packs and confirmations stay as they were given."""

from django.db import migrations

from jiheng.foundation.append_only import append_only


class Migration(migrations.Migration):
    """Refuse to change or delete a frozen pack or a confirmation."""

    dependencies = [("policies", "0001_initial")]
    operations = [append_only("policies_snapshot"), append_only("policies_confirmation")]
