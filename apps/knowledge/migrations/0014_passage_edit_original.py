import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0013_receiving'),
    ]

    operations = [
        # Two passages of a document may have the same words.
        migrations.RemoveConstraint(
            model_name='passageedit',
            name='passage_edit_once',
        ),
        migrations.AddField(
            model_name='passageedit',
            name='original_text',
            field=models.TextField(blank=True, default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='passageedit',
            name='original_language',
            field=models.CharField(blank=True, default='', max_length=2),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='passageedit',
            name='original_spans',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), blank=True, default=list, size=None),
        ),
    ]
