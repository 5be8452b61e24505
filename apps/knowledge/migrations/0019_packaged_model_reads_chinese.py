"""The packaged model reads Chinese through a glossary: the worker gives Chinese passages their vectors, bit by bit."""

from typing import Any

from django.db import migrations

PACKAGED = "all-minilm-l6-v2"


def read_chinese(apps: Any, schema_editor: Any) -> None:
    indexes = apps.get_model("knowledge", "EmbeddingIndex").objects
    indexes.filter(embedder=PACKAGED, languages=["en"]).exclude(state="retired").update(languages=["en", "zh"])


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0018_originals")]
    operations = [migrations.RunPython(read_chinese, migrations.RunPython.noop)]
