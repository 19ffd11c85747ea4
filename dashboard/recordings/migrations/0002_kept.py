"""What was kept by hand has a budget of its own, apart from what is recorded by itself."""

from django.db import migrations, models


def keep_what_was_kept(apps, _editor):
    """Takes and imports were always kept by somebody."""
    apps.get_model("recordings", "Recording").objects.exclude(source="run").update(kept=True)


class Migration(migrations.Migration):
    dependencies = [("recordings", "0001_initial")]

    operations = [
        migrations.AddField("recording", "kept", models.BooleanField(default=False, db_index=True)),
        migrations.RunPython(keep_what_was_kept, migrations.RunPython.noop),
    ]
