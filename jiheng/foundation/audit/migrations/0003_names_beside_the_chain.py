"""The second format of entries: names beside the chain, the algorithm sealed with it; anchors that were kept."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from jiheng.foundation.append_only import append_only, creating, run


def unguard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the old guard away: SQLite makes an altered table anew."""
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER audit_entry_no_update")
        editor.execute("DROP TRIGGER audit_entry_no_delete")
    else:
        editor.execute("DROP FUNCTION audit_entry_refuse CASCADE")


def guard(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Guard the chain again."""
    run(editor, creating(editor.connection.vendor, "audit_entry"))


def known_algorithm(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now every chain was sealed with SHA-256."""
    apps.get_model("audit", "Head").objects.filter(number__gt=0).update(algorithm="sha256")


SETTLED = "NEW.text <> '' OR NEW.salt <> '' OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL"


def guard_asides(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Names beside the chain may be emptied, once; nothing else."""
    vendor, words = editor.connection.vendor, "audit_aside can only be emptied"
    run(editor, creating(vendor, "audit_aside", ("place_id", "digest", "about")))
    condition = f"WHEN ({SETTLED})"
    if vendor == "sqlite":
        editor.execute(
            "CREATE TRIGGER audit_aside_emptied BEFORE UPDATE OF text, salt, erased_at ON audit_aside "
            f"{condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )
    else:
        editor.execute(
            "CREATE TRIGGER audit_aside_emptied BEFORE UPDATE OF text, salt, erased_at ON audit_aside "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION audit_aside_refuse()"
        )


class Migration(migrations.Migration):
    """Add what the second format needs; entries of the first stay as they are sealed."""

    dependencies = [("accounts", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunPython(unguard, guard),
        migrations.CreateModel(
            name="Aside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=80, verbose_name="摘要")),
                ("salt", models.CharField(blank=True, max_length=32, verbose_name="盐")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("about", models.CharField(blank=True, max_length=80, verbose_name="所说的人")),
                ("erased_at", models.DateTimeField(null=True, verbose_name="清除时间")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.place"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["place", "digest"], name="audit_aside_once")],
                "indexes": [models.Index(fields=["place", "about"], name="audit_aside_about")],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="留存时间")),
                ("number", models.BigIntegerField(verbose_name="序号")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("algorithm", models.CharField(max_length=12, verbose_name="摘要算法")),
                ("kept_in", models.JSONField(default=list, verbose_name="存放处")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.place"
                    ),
                ),
            ],
            options={
                "ordering": ("-day", "-pk"),
                "constraints": [models.UniqueConstraint(fields=["place", "day"], name="audit_anchor_a_day")],
            },
        ),
        migrations.AddField(
            model_name="head", name="algorithm", field=models.CharField(blank=True, max_length=12, default=""),
            preserve_default=False,
        ),
        migrations.RenameField(model_name="entry", old_name="actor", new_name="sealed_actor"),
        migrations.AlterField(
            model_name="entry",
            name="sealed_actor",
            field=models.CharField(db_column="actor", max_length=200, verbose_name="经办人"),
        ),
        migrations.AddField(
            model_name="entry",
            name="format",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="记录格式"),
        ),
        migrations.AddField(
            model_name="entry",
            name="who",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.aside"
            ),
        ),
        migrations.RunPython(known_algorithm, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
        migrations.RunPython(guard_asides, migrations.RunPython.noop),
        append_only("audit_anchor"),
    ]
