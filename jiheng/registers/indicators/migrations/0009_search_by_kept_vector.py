from django.db import migrations

from jiheng.registers.indicators.search_tables import search_table


class Migration(migrations.Migration):
    dependencies = [("indicators", "0008_library_mappings")]

    operations = [search_table()]
