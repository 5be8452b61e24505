"""A conversation as the browser and the reviewers get it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max

from apps.accounts.models import User

from ..endings import ending_message
from ..generation.fold import Folded, fold
from ..models import LIVE, Conversation, GenerationEvent, Message, QuestionFile, Rating, Role
from ..tree import Tree, tree_of

NEWEST = 60  # messages that a page of a conversation has


def conversation_data(conversation: Conversation, before: UUID | None = None) -> dict[str, Any]:
    """The newest messages of the path that is shown, or those before the message `before`.

    `earlier` says whether more stand before them.
    """
    tree = tree_of(conversation)
    path = tree.path_to(conversation.head_id)
    end = path.index(before) if before in path else len(path)
    shown = path[max(0, end - NEWEST) : end]
    return {
        "id": str(conversation.pk),
        "title": conversation.title,
        "assistant": conversation.assistant.slug,
        "standing": standing_data(conversation),
        "messages": [data | _versions(tree, data["id"]) for data in transcript(conversation, shown)],
        "earlier": end > NEWEST,
    }


def standing_data(conversation: Conversation) -> dict[str, str | None]:
    """Who answers now, and the name of the person."""
    return {"state": conversation.standing, "name": name_of(conversation.attendant)}


def _versions(tree: Tree, message_id: str) -> dict[str, Any]:
    """All that stand in the message's place, and which of them it is; nothing where it is the only one."""
    versions = tree.versions_of(UUID(message_id))
    if len(versions) == 1:
        return {}
    return {"versions": [str(version) for version in versions], "version": versions.index(UUID(message_id))}


def transcript(conversation: Conversation, shown: Sequence[UUID]) -> list[dict[str, Any]]:
    """The messages in order. An answer in the making is told as far as the log goes."""
    shown_messages = conversation.messages.filter(pk__in=shown).select_related("generation__rating", "author")
    messages = list(shown_messages.prefetch_related("files"))
    logs = _folded([message.generation.pk for message in messages if _is_live(message)])
    ended = GenerationEvent.objects.filter(generation__answer__in=shown).exclude(generation__in=logs)
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
        "notes": message.notes,
        "generation": None,
    }
    if message.role == Role.USER:
        data["files"] = [file_data(file) for file in message.files.all()]
    if message.role == Role.PERSON:
        data["name"] = name_of(message.author)
    if not hasattr(message, "generation"):
        return data
    generation = message.generation
    log = logs.get(generation.pk)
    if log is not None:
        data |= {"text": log.text, "sources": log.sources, "notes": log.notes}
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


def file_data(file: QuestionFile) -> dict[str, Any]:
    """`size` in bytes; `image` has the width and height in pixels of what is one."""
    image = {"width": file.width, "height": file.height} if file.is_image else None
    return {"id": str(file.pk), "name": file.name, "size": file.size, "image": image}


def rating_data(rating: Rating) -> dict[str, Any]:
    return {"value": rating.value, "reason": rating.reason, "comment": rating.comment}


def name_of(person: User | None) -> str | None:
    """The full name, for customers: never what somebody signs in with. None where there is none, or no account."""
    return (person.get_full_name() or None) if person else None
