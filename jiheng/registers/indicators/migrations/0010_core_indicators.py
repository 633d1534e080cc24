from django.db import migrations, models

from jiheng.registers.indicators.search_tables import search_table


class Migration(migrations.Migration):
    dependencies = [("indicators", "0009_search_by_kept_vector")]

    operations = [
        migrations.AddField(
            model_name="libraryindicator",
            name="rank",
            field=models.CharField(
                choices=[("core", "核心指标"), ("ordinary", "一般指标")],
                default="ordinary",
                max_length=10,
                verbose_name="重要程度",
            ),
        ),
        search_table(),
    ]
