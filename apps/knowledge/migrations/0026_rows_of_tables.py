import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0025_left_out_of_archives")]

    # The default stays in the database: a worker of the version before goes on writing passages.
    operations = [
        migrations.AddField(
            model_name=model,
            name=name,
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(), blank=True, db_default=[], default=list, size=None
            ),
        )
        for model, name in (("passage", "rows"), ("passageedit", "original_rows"))
    ]
