from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0031_removal")]

    operations = [
        migrations.AddField("evaluationcase", "near", models.BooleanField(default=False)),
        migrations.AddField("evaluationresult", "near", models.BooleanField(default=False)),
    ]
