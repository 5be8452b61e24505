from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0028_reader")]

    # The default stays in the database: a process of the version before goes on making collections.
    operations = [
        migrations.AddField(
            "collection", "originals_open", models.BooleanField(default=False, db_default=False)
        ),
    ]
