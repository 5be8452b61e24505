from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "apps.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from apps.inference.services import need_register, reranker_targets  # its models are not there before

        from .indexing.embedder import embedder_targets

        need_register(reranker_targets)
        need_register(embedder_targets)
