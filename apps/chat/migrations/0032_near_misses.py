from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0031_removal")]

    operations = [
        # with a default in the database: a process of the version before still adds rows
        migrations.AddField("evaluationcase", "near", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("evaluationresult", "near", models.BooleanField(db_default=False, default=False)),
    ]
