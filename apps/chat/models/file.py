"""Files that people bring to a question."""

from django.conf import settings
from django.db import models

from apps.core.models import BaseModel

from .conversation import Message


class QuestionFile(BaseModel):
    """A file that was read. Until it is sent with a question (`message`) it is its owner's or visitor's; from then
    on it is the conversation's, and goes with it. `collection` holds its passages, and goes with the row.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    visitor_id = models.UUIDField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    collection = models.OneToOneField("knowledge.Collection", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(message__isnull=True), name="chat_file_not_sent"
            ),
        ]
