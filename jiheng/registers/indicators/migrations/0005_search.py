from django.db import migrations, models

from jiheng.registers.indicators.search_tables import index_existing, search_table


class Migration(migrations.Migration):
    dependencies = [("indicators", "0004_life_of_indicators")]

    operations = [
        migrations.AddField(
            model_name="libraryindicator",
            name="pieces",
            field=models.TextField("检索用字", blank=True, default="", editable=False),
            preserve_default=False,
        ),
        search_table(),
        migrations.RunPython(index_existing, migrations.RunPython.noop),
    ]
