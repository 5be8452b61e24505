"""What the rest of the application may ask of a runtime."""

from .activation import deployment_begin, deployment_ensure, version_try
from .classifying import Classification, classify, classify_sync
from .embedding import embed_sync, embedder_begin, embedder_ensure
from .needs import need_register
from .packaged import EMBEDDER_ID, packaged_id
from .reconcile import runtime_reconcile
from .reranking import RERANKER, rerank_sync, reranker_ensure, reranker_target, reranker_targets
from .rollout import alias_activate, rollout_run, rollout_start
from .stream import Delta, Finished, chat_stream
from .trial import Trial, try_once
from .waiting import loading_told

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
