"""What the rest of the application may ask of a runtime."""

from .activation import deployment_ensure, version_try
from .embedding import EMBEDDER_ID, embed_sync, embedder_ensure
from .reconcile import runtime_reconcile
from .rollout import alias_activate, rollout_run, rollout_start
from .stream import Delta, Finished, chat_stream
from .trial import Trial

__all__ = [
    "EMBEDDER_ID",
    "Delta",
    "Finished",
    "Trial",
    "alias_activate",
    "chat_stream",
    "deployment_ensure",
    "embed_sync",
    "embedder_ensure",
    "rollout_run",
    "rollout_start",
    "runtime_reconcile",
    "version_try",
]
