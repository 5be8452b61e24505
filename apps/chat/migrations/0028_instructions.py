from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RENAMED = {"tone": "instructions", "tone_zh": "instructions_zh"}


def versions_forth(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Else no version of before could be put back. The order of assistants is none of their own."""
    for version in apps.get_model("chat", "AssistantVersion").objects.iterator():
        content = {RENAMED.get(name, name): value for name, value in version.content.items() if name != "position"}
        _kept(version, content=content)
    for run in apps.get_model("chat", "EvaluationRun").objects.filter(settings__has_key="tone").iterator():
        _kept(run, settings={RENAMED.get(name, name): value for name, value in run.settings.items()})


def versions_back(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    former = {new: old for old, new in RENAMED.items()}
    for version in apps.get_model("chat", "AssistantVersion").objects.iterator():
        content = {former.get(name, name): value for name, value in version.content.items()}
        content |= {old: content[old][:500] for old in RENAMED if old in content}
        _kept(version, content=content)
    for run in apps.get_model("chat", "EvaluationRun").objects.filter(settings__has_key="instructions").iterator():
        _kept(run, settings={former.get(name, name): value for name, value in run.settings.items()})
    for assistant in apps.get_model("chat", "Assistant").objects.iterator():
        _kept(assistant, **{new: getattr(assistant, new)[:500] for new in former})


def _kept(row: models.Model, **values: object) -> None:
    """By a statement that changes nothing else, not even when it was changed."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


class Migration(migrations.Migration):
    dependencies = [("chat", "0027_emergency")]

    operations = [
        *(migrations.RenameField("assistant", old, new) for old, new in RENAMED.items()),
        *(
            migrations.AlterField("assistant", name, models.CharField(blank=True, max_length=4000))
            for name in RENAMED.values()
        ),
        migrations.RunPython(versions_forth, versions_back),
    ]
