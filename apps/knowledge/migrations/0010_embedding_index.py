"""Vectors move to a table of their own, one embedding index each; those of the packaged embedder go along."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import pgvector.django.vector
from django.db import migrations, models
from django.utils import timezone

MOVE = """
INSERT INTO knowledge_passagevector (passage_id, index_id, collection_id, language, vector, sentences)
SELECT id, %s, collection_id, language, embedding, sentence_vectors FROM knowledge_passage
WHERE embedder = 'all-minilm-l6-v2' AND embedding IS NOT NULL AND sentence_vectors IS NOT NULL
"""
# Rows are long because of their text and tokens, which a search hardly reads: kept apart, what it does read of
# 100,000 passages fits into the database's memory.
NARROW = "ALTER TABLE knowledge_passage SET (toast_tuple_target = 128)"


def move_vectors(apps, schema_editor):
    passages = apps.get_model("knowledge", "Passage")
    if not passages.objects.exclude(embedder="").exists():
        return  # the first use makes the first index
    made = apps.get_model("knowledge", "EmbeddingIndex").objects.create(
        embedder="all-minilm-l6-v2",
        dimension=384,
        languages=["en"],
        state="active",
        activated_at=timezone.now(),
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MOVE, [made.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"CREATE INDEX vector_hnsw_{made.pk.hex} ON knowledge_passagevector "
            f"USING hnsw ((vector::vector(384)) vector_cosine_ops) WHERE index_id = '{made.pk}'"
        )


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_imports")]

    operations = [
        migrations.CreateModel(
            name="EmbeddingIndex",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("embedder", models.CharField(max_length=100)),
                ("dimension", models.PositiveSmallIntegerField()),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("building", "Being built"),
                            ("active", "In use"),
                            ("failed", "Failed"),
                            ("retired", "Retired"),
                        ],
                        default="building",
                        max_length=16,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                ("actor", models.JSONField(default=dict)),
                ("activated_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["active", "building"])),
                        fields=("state",),
                        name="index_state_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PassageVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=2)),
                ("vector", pgvector.django.vector.VectorField()),
                ("sentences", models.BinaryField()),
                (
                    "collection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.collection",
                    ),
                ),
                (
                    "index",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vectors",
                        to="knowledge.embeddingindex",
                    ),
                ),
                (
                    "passage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vectors",
                        to="knowledge.passage",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["collection", "index", "language"], name="vector_scope")],
                "constraints": [models.UniqueConstraint(fields=("passage", "index"), name="vector_once")],
            },
        ),
        migrations.RunPython(move_vectors, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="passage", name="passage_embedding"),
        migrations.RemoveField(model_name="passage", name="embedder"),
        migrations.RemoveField(model_name="passage", name="embedding"),
        migrations.RemoveField(model_name="passage", name="sentence_vectors"),
        migrations.RunSQL(NARROW, "ALTER TABLE knowledge_passage RESET (toast_tuple_target)"),
    ]
