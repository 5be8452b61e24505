"""What assistants know: collections of documents, cut into passages that can be searched and quoted."""

from .collection import Collection
from .document import Document, DocumentState
from .passage import Passage

__all__ = ["Collection", "Document", "DocumentState", "Passage"]
