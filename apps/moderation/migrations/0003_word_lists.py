import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_own_rules")]

    operations = [
        migrations.CreateModel(
            name="ListedWord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("term", models.CharField(max_length=60)),
                ("normal", models.CharField(max_length=240, unique=True)),
                ("category", models.CharField(blank=True, max_length=16)),
                ("changed_by", models.CharField(max_length=150)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="WordsHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.UUIDField()),
            ],
        ),
    ]
