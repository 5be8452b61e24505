from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "apps.moderation"
    label = "moderation"

    def ready(self) -> None:
        from apps.inference.services import need_register  # the models of these rooms are not there before

        from .selectors import classifier_targets

        need_register(classifier_targets)
