"""A batch has a phase: `state` is the word for what moves by a workflow."""

from django.db import migrations


class Migration(migrations.Migration):
    """Rename the field."""

    dependencies = [("files", "0001_initial")]
    operations = [migrations.RenameField(model_name="importbatch", old_name="state", new_name="phase")]
