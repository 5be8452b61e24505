"""What the rest of the application may ask of a runtime."""

from .embedding import EMBEDDER_ID, embed, embed_sync, embedder_ensure
from .stream import Delta, Finished, chat_stream

__all__ = ["EMBEDDER_ID", "Delta", "Finished", "chat_stream", "embed", "embed_sync", "embedder_ensure"]
