"""A recording says which lesson it was fired for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recordings", "0002_kept")]

    operations = [
        migrations.AddField("recording", "lesson", models.PositiveSmallIntegerField(null=True, db_index=True)),
    ]
