"""What the rest of the application may ask of a runtime."""

from .calls.classifying import Classification, classify, classify_sync
from .calls.embedding import embed_sync, embedder_begin, embedder_ensure
from .calls.packaged import EMBEDDER_ID, packaged_id
from .calls.reranking import RERANKER, rerank_sync, reranker_ensure, reranker_target, reranker_targets
from .calls.stream import Delta, Finished, chat_stream
from .calls.trial import Trial, try_once
from .deployment.activation import deployment_begin, deployment_ensure, version_try
from .deployment.needs import need_register
from .deployment.reconcile import runtime_reconcile
from .deployment.rollout import alias_activate, rollout_run, rollout_start
from .runtime.waiting import loading_told

__all__ = [
    "EMBEDDER_ID",
    "RERANKER",
    "Classification",
    "Delta",
    "Finished",
    "Trial",
    "alias_activate",
    "chat_stream",
    "classify",
    "classify_sync",
    "deployment_begin",
    "deployment_ensure",
    "embed_sync",
    "embedder_begin",
    "embedder_ensure",
    "loading_told",
    "need_register",
    "packaged_id",
    "rerank_sync",
    "reranker_ensure",
    "reranker_target",
    "reranker_targets",
    "rollout_run",
    "rollout_start",
    "runtime_reconcile",
    "try_once",
    "version_try",
]
