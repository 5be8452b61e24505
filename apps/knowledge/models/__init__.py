"""What assistants know: collections of documents, cut into passages that can be searched and quoted."""

from .collection import Collection
from .document import WRITTEN, Document, DocumentState
from .edits import PassageEdit
from .former import FormerPassage
from .imports import PENDING, Import, ImportItem, ImportSource, ImportState, ItemState
from .index import EmbeddingIndex, IndexState, PassageVector
from .pairs import DroppedPair
from .passage import Passage

__all__ = [
    "PENDING",
    "WRITTEN",
    "Collection",
    "Document",
    "DocumentState",
    "DroppedPair",
    "EmbeddingIndex",
    "FormerPassage",
    "Import",
    "ImportItem",
    "ImportSource",
    "ImportState",
    "IndexState",
    "ItemState",
    "Passage",
    "PassageEdit",
    "PassageVector",
]
