"""Who said what, in which order."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel

from .assistant import Assistant


class Role(models.TextChoices):
    USER = "user", _("Question")
    ASSISTANT = "assistant", _("Answer")
    PERSON = "person", _("Reply of a person")


class Standing(models.TextChoices):
    """Who answers in a conversation now."""

    BOT = "bot", _("Assistant")
    WAITING = "waiting", _("Waiting for a person")
    PERSON = "person", _("With a person")
    RESOLVED = "resolved", _("Resolved by a person")


WITH_PEOPLE = (Standing.WAITING, Standing.PERSON)


class Conversation(BaseModel):
    """Belongs to a signed-in `owner`, a visitor, or an API key; to none when a command asked.

    `inbox_id` says on which other site's widget the visitor asked, `visitor_name` who that site said they are.

    The client makes the id, so that a repeated first send does not open a second conversation. `head` is the last
    message of the path through the tree of messages that is shown. `standing` says who answers, since
    `standing_at`; `attendant` is the member of staff who took it, and stays named when it is resolved. `given` are
    the turns before the first question, as the holder of a key told them and moderation left them. A trial is with
    an assistant that is not saved: it counts and is listed nowhere, and goes with that assistant.
    """

    # not PROTECT: an account takes its trials along, with what was said in them
    assistant = models.ForeignKey(Assistant, on_delete=models.RESTRICT, related_name="conversations")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="conversations"
    )
    visitor_id = models.UUIDField(null=True, blank=True)
    key_id = models.UUIDField(null=True, blank=True)
    inbox_id = models.UUIDField(null=True, blank=True)
    visitor_name = models.CharField(max_length=150, blank=True)
    given = models.JSONField(default=list, blank=True)
    title = models.CharField(max_length=80)
    language = models.CharField(max_length=2, choices=[("en", "en"), ("zh", "zh")])
    is_trial = models.BooleanField(default=False)
    pinned_at = models.DateTimeField(null=True, blank=True)
    head = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    standing = models.CharField(max_length=16, choices=Standing.choices, default=Standing.BOT)
    standing_at = models.DateTimeField(null=True, blank=True)
    attendant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-updated_at"]
        indexes = [
            models.Index(
                fields=["standing", "standing_at"],
                condition=~models.Q(standing=Standing.BOT),
                name="chat_conversation_with_people",
            ),
            models.Index(fields=["owner", "-updated_at"]),
            models.Index(fields=["visitor_id", "-updated_at"]),
            models.Index(fields=["key_id"], condition=models.Q(key_id__isnull=False), name="chat_conversation_key"),
            models.Index(
                fields=["inbox_id", "-updated_at"],
                condition=models.Q(inbox_id__isnull=False),
                name="chat_conversation_inbox",
            ),
            models.Index(fields=["updated_at", "id"], name="chat_conversation_last_used"),
        ]


class Message(BaseModel):
    """A question, an answer, or what a member of staff, the `author`, replied.

    `sources` is the list of numbered sources of an answer, as the client was told, and `notes` what it was told
    beside the text: the outline of a long one, or the paragraphs that a translation stands beside and its terms
    that differ from the glossary.

    `parent` is the message that it follows; two with the same parent are versions of each other. `position` is the
    order in which they came: clocks may jump.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=16, choices=Role.choices)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    sources = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="chat_message_position"),
        ]
