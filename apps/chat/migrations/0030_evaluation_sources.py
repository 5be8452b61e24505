from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0029_own_rules")]

    operations = [migrations.AddField("evaluationresult", "sources", models.JSONField(default=list))]
