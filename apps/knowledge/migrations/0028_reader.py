import apps.knowledge.models.document
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0027_index_makers")]

    # What is there was read by an earlier reader; a worker of the version before goes on writing such.
    operations = [
        migrations.AddField(
            model_name="document",
            name="reader",
            field=models.PositiveSmallIntegerField(
                default=apps.knowledge.models.document.reader_now, db_default=1
            ),
        ),
    ]
