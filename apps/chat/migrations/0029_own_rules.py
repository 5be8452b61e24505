from django.db import migrations, models

import apps.chat.models.assistant


class Migration(migrations.Migration):
    dependencies = [("chat", "0028_instructions")]

    operations = [
        migrations.AddField(
            "assistant",
            "blocked_words",
            models.JSONField(
                blank=True, default=list, validators=[apps.chat.models.assistant.blocked_words_check]
            ),
        ),
        migrations.AddField("assistant", "strict", models.BooleanField(default=False)),
    ]
