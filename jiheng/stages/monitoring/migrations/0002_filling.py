from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("monitoring", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="kind",
            field=models.CharField(default="correct", max_length=20, verbose_name="处理方式"),
        ),
        migrations.AddField(
            model_name="monitoringreport",
            name="fill_page",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="monitoringreport",
            name="fill_version",
            field=models.PositiveIntegerField(default=0, verbose_name="填报版次"),
        ),
        migrations.AddIndex(
            model_name="monitoringreport",
            index=models.Index(fields=["checkpoint", "state"], name="monitoring_report_state"),
        ),
        migrations.AddIndex(
            model_name="warning",
            index=models.Index(fields=["rule", "report"], name="monitoring_warning_rule"),
        ),
    ]
