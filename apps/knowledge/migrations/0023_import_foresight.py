"""An upload says what it would change before it is imported."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0022_columns")]

    operations = [
        migrations.AddField("importitem", "hashes", models.JSONField(null=True, default=None)),
    ]
