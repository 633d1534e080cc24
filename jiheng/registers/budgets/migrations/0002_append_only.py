"""The ledger is append-only in the database, too."""

from django.db import migrations

from jiheng.foundation.append_only import append_only


class Migration(migrations.Migration):
    """Refuse to change or delete an entry of the ledger."""

    dependencies = [("budgets", "0001_initial")]
    operations = [append_only("budgets_ledgerentry")]
