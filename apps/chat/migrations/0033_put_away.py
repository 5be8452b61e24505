import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0032_near_misses")]

    operations = [
        migrations.CreateModel(
            name="PutAway",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("key", models.CharField(max_length=64)),
                ("actor_label", models.CharField(max_length=150)),
                (
                    "assistant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.assistant",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("assistant", "key"), name="put_away_key")],
            },
        ),
    ]
