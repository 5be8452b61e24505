"""An index says which packaged models made its vectors; the worker makes those of former models anew, bit by bit.

Backwards the Chinese ones go: an earlier release would compare them with its own model's.
"""

from typing import Any

from django.db import migrations, models

PACKAGED = "all-minilm-l6-v2"
FORMER = {"en": PACKAGED, "zh": "multilingual-e5-small"}


def name_makers(apps: Any, schema_editor: Any) -> None:
    apps.get_model("knowledge", "EmbeddingIndex").objects.filter(embedder=PACKAGED).update(makers=FORMER)


def drop_chinese(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    vectors = apps.get_model("knowledge", "PassageVector").objects
    vectors.filter(index__embedder=PACKAGED, language="zh").delete()
    collections = apps.get_model("knowledge", "Collection").objects
    collections.update(version=models.F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0026_rows_of_tables")]
    operations = [
        migrations.AddField(model_name="embeddingindex", name="makers", field=models.JSONField(default=dict)),
        migrations.RunPython(name_makers, drop_chinese),
    ]
