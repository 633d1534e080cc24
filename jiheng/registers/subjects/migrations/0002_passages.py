"""Subjects that went from one body to another."""

import django.db.models.deletion
from django.db import migrations, models

from jiheng.foundation.append_only import append_only


def _body() -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
    )


class Migration(migrations.Migration):
    """Add the table of passages, which only grows."""

    dependencies = [("accounts", "0002_body_changes"), ("subjects", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_unit", _body()),
                ("to_unit", _body()),
                ("from_department", _body()),
                ("to_department", _body()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="accounts.bodychange"
                    ),
                ),
                (
                    "subject_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="subjects.subjectyear"
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        append_only("subjects_passage"),
    ]
