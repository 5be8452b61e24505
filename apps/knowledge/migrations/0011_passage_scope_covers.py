"""How many passages a scope has, and how long they are on average, is read from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0010_embedding_index")]

    operations = [
        migrations.RemoveIndex(model_name="passage", name="passage_scope"),
        migrations.AddIndex(
            model_name="passage",
            index=models.Index(fields=["collection", "language"], include=("tokens_count",), name="passage_scope"),
        ),
    ]
