"""A conversation as the browser and the reviewers get it."""

from typing import Any
from uuid import UUID

from django.db.models import Max

from .endings import ending_message
from .generation.fold import Folded, fold
from .models import LIVE, Conversation, GenerationEvent, Message, Rating


def conversation_data(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": str(conversation.pk),
        "title": conversation.title,
        "assistant": conversation.assistant.slug,
        "messages": transcript(conversation),
    }


def transcript(conversation: Conversation) -> list[dict[str, Any]]:
    """The messages in order. An answer in the making is told as far as the log goes."""
    messages = list(conversation.messages.select_related("generation__rating"))
    logs = _folded([message.generation.pk for message in messages if _is_live(message)])
    ended = GenerationEvent.objects.filter(generation__conversation=conversation).exclude(generation__in=logs)
    last = dict(ended.order_by().values_list("generation").annotate(last=Max("seq")))
    return [_message_data(message, logs, last) for message in messages]


def _is_live(message: Message) -> bool:
    return hasattr(message, "generation") and message.generation.status in LIVE


def _folded(generation_ids: list[UUID]) -> dict[UUID, Folded]:
    """Without the end, should it have come in this very moment: the viewer then hears of it as of all the rest."""
    lines: dict[UUID, list[tuple[int, dict[str, Any]]]] = {generation_id: [] for generation_id in generation_ids}
    events = GenerationEvent.objects.filter(generation_id__in=generation_ids).exclude(event__kind="end")
    for generation_id, seq, event in events.order_by("generation_id", "seq").values_list(
        "generation_id", "seq", "event"
    ):
        lines[generation_id].append((seq, event))
    return {generation_id: fold(events) for generation_id, events in lines.items()}


def _message_data(message: Message, logs: dict[UUID, Folded], last: dict[UUID, int]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": str(message.pk),
        "role": message.role,
        "text": message.text,
        "sources": message.sources,
        "generation": None,
    }
    if not hasattr(message, "generation"):
        return data
    generation = message.generation
    log = logs.get(generation.pk)
    if log is not None:
        data |= {"text": log.text, "sources": log.sources}
    data["generation"] = {
        "id": str(generation.pk),
        "status": generation.status,
        "outcome": generation.outcome or None,
        "last_seq": log.last_seq if log is not None else last.get(generation.pk, 0),
        "code": generation.error_code or None,
        "message": ending_message(generation.error_code),
        "confidence": generation.confidence,
        "rating": rating_data(generation.rating) if hasattr(generation, "rating") else None,
    }
    return data


def rating_data(rating: Rating) -> dict[str, Any]:
    return {"value": rating.value, "reason": rating.reason, "comment": rating.comment}
