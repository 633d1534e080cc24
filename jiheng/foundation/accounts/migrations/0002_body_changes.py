"""Changes of bodies: who became whom, from which day, by which document."""

import django.db.models.deletion
from django.db import migrations, models

from jiheng.foundation.append_only import append_only


class Migration(migrations.Migration):
    """Add the successor of a body and the two tables of changes, which only grow."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="accounts.organisation",
                verbose_name="承接单位",
            ),
        ),
        migrations.CreateModel(
            name="BodyChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rename", "更名或改隶"), ("merge", "合并"), ("split", "分立")],
                        max_length=10,
                        verbose_name="变动",
                    ),
                ),
                ("day", models.DateField(verbose_name="生效日期")),
                ("document", models.CharField(max_length=300, verbose_name="批准文件")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.place"
                    ),
                ),
            ],
            options={"ordering": ("-day", "-pk")},
        ),
        migrations.CreateModel(
            name="BodyChangeLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("carries", models.BooleanField(verbose_name="承接")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="accounts.bodychange"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="became",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_from",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("change", "source", "target"), name="body_change_line_once")
                ],
            },
        ),
        append_only("accounts_bodychange"),
        append_only("accounts_bodychangeline"),
    ]
