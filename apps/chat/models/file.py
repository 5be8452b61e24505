"""Files and images that people bring to a question."""

from django.conf import settings
from django.db import models

from apps.core.models import BaseModel

from .conversation import Message


class QuestionFile(BaseModel):
    """A file that was read, or an image. Until it is sent with a question (`message`) it is its owner's or
    visitor's; from then on it is the conversation's, and goes with it. `collection` holds a file's passages, and
    goes with the row. Only an image has `width` and `height`, in pixels, and a `StoredImage`.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    visitor_id = models.UUIDField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    collection = models.OneToOneField(
        "knowledge.Collection", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(message__isnull=True), name="chat_file_not_sent"
            ),
        ]

    @property
    def is_image(self) -> bool:
        return self.width is not None


class StoredImage(models.Model):
    """The bytes of an image, made anew from its pixels; apart, so that lists of files do not read them."""

    file = models.OneToOneField(QuestionFile, on_delete=models.CASCADE, primary_key=True, related_name="image")
    media_type = models.CharField(max_length=20)
    data = models.BinaryField()
    small = models.BinaryField()
