from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0024_a_model_for_each_language")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="left_out",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
