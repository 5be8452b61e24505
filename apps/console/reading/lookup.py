"""What the documents of an assistant say, for a person who answers in its place."""

from apps.chat.models import Conversation, Role

from .playground import Found, Way, look

PASSAGES = 4


def looked_up(conversation: Conversation, question: str) -> Found | None:
    """What is found to `question`, or else to what the customer wrote last; None where nothing is asked."""
    asked = question.strip() or _last_words(conversation)
    assistant = conversation.assistant
    return look(asked, Way(f"assistant:{assistant.slug}", PASSAGES, assistant.threshold)) if asked else None


def _last_words(conversation: Conversation) -> str:
    written = conversation.messages.filter(role=Role.USER).order_by("-position")
    return written.values_list("text", flat=True).first() or ""
