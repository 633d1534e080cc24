"""What was read is remembered by appointment: somebody with two offices reads the notices of each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Replace the table; what was read before counts as unread once."""

    dependencies = [("accounts", "0001_initial"), ("notices", "0001_initial")]
    operations = [
        migrations.DeleteModel(name="Reading"),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.appointment",
                    ),
                ),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
    ]
