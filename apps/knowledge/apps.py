from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "apps.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from apps.inference.services import need_register, reranker_targets  # its models are not there before

        need_register(reranker_targets)
