from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]

    operations = [
        migrations.AddField("decision", "own_version", models.PositiveIntegerField(null=True)),
    ]
