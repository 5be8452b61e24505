"""Chinese passages get vectors of a model that reads Chinese: the worker makes them anew, bit by bit."""

from typing import Any

from django.db import migrations

PACKAGED = "all-minilm-l6-v2"


def part_languages(apps: Any, schema_editor: Any) -> None:
    """Until a Chinese passage has its new vector it is found by its words."""
    indexes = apps.get_model("knowledge", "EmbeddingIndex").objects.filter(embedder=PACKAGED)
    vectors = apps.get_model("knowledge", "PassageVector").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for index in indexes:
            name = f"vector_hnsw_{index.pk.hex}"
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
            vectors.filter(index=index, language="zh").delete()
            for language in ("en", "zh"):
                cursor.execute(
                    f"CREATE INDEX {name}_{language} ON knowledge_passagevector USING hnsw "
                    f"((vector::vector({index.dimension})) vector_cosine_ops) "
                    f"WHERE index_id = '{index.pk}' AND language = '{language}'"
                )


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0023_import_foresight")]
    operations = [migrations.RunPython(part_languages, migrations.RunPython.noop)]
