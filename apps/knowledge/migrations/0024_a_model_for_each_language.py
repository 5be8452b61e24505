"""Chinese passages get vectors of a model that reads Chinese: the worker makes them anew, bit by bit.

Backwards too: of two models' vectors an earlier release would compare one with the other.
"""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

PACKAGED = "all-minilm-l6-v2"


def part_languages(apps: Any, schema_editor: Any) -> None:
    """Until a Chinese passage has its new vector it is found by its words."""
    _begin_anew(apps, schema_editor, ("en", "zh"))


def join_languages(apps: Any, schema_editor: Any) -> None:
    _begin_anew(apps, schema_editor, ("",))


def _begin_anew(apps: Any, schema_editor: Any, parts: Sequence[str]) -> None:
    """Takes the Chinese vectors away; the others get an HNSW index for each part: a language, or '' for all."""
    indexes = apps.get_model("knowledge", "EmbeddingIndex").objects.filter(embedder=PACKAGED)
    vectors = apps.get_model("knowledge", "PassageVector").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for index in indexes:
            name = f"vector_hnsw_{index.pk.hex}"
            for old in ("", "_en", "_zh"):
                cursor.execute(f"DROP INDEX IF EXISTS {name}{old}")
            vectors.filter(index=index, language="zh").delete()
            for language in parts:
                suffix, only = (f"_{language}", f" AND language = '{language}'") if language else ("", "")
                cursor.execute(
                    f"CREATE INDEX {name}{suffix} ON knowledge_passagevector USING hnsw "
                    f"((vector::vector({index.dimension})) vector_cosine_ops) "
                    f"WHERE index_id = '{index.pk}'{only}"
                )


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0023_import_foresight")]
    operations = [migrations.RunPython(part_languages, join_languages)]
