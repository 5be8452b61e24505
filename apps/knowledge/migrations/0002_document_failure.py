from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [
        migrations.RemoveField("document", "error"),
        migrations.AddField("document", "failure", models.JSONField(blank=True, default=dict)),
    ]
