"""What the knowledge base says beside the errors that all rooms share."""

from uuid import UUID

from apps.core.errors import NotFound


class PassageGone(NotFound):
    """A passage that an import took out of its document, which is there: `document_id`, and where it stood."""

    code = "passage_gone"

    def __init__(self, message: str, *, document_id: UUID, position: int) -> None:
        super().__init__(message, extra={"document_id": str(document_id)})
        self.document_id, self.position = document_id, position
