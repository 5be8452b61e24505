"""A person's conversations as a list: pinned ones, then last used first; or those that hold some words."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import BadInput
from apps.core.keyset import page_by_time

from ..models import Conversation, Message, Removal
from ..selectors import conversations_listed

PAGE = 50
MOST_PINNED = 100
MOST_WORDS = 6
AROUND = 40  # characters of an excerpt on each side of the word


def history_page(actor: Actor, *, query: str = "", cursor: str = "") -> dict[str, Any]:
    """`conversations`, and `older`: the cursor of what follows, "" at the end. Pinned ones lead the first page."""
    words = query.replace("\x00", " ").split()[:MOST_WORDS]
    own = conversations_listed(actor)
    hidden = _hidden(own) if words else []
    if words:
        own = _holding(own, words, hidden)
        pinned: list[Conversation] = []
    else:
        pinned = [] if cursor else list(own.exclude(pinned_at=None).order_by("-pinned_at")[:MOST_PINNED])
        own = own.filter(pinned_at=None)
    page = page_by_time(own, field="updated_at", cursor=cursor, size=PAGE)
    items = [history_item(conversation) for conversation in [*pinned, *page.rows]]
    if words:
        for item, excerpt in zip(items, _excerpts(page.rows, words, hidden), strict=True):
            item["excerpt"] = excerpt
    return {"conversations": items, "older": page.older}


def history_count(actor: Actor) -> dict[str, Any]:
    """How many there are, how many of them pinned, and `now`: what begins later is not counted."""
    now = timezone.now()
    counts = conversations_listed(actor).aggregate(count=Count("pk"), pinned=Count("pinned_at"))
    return counts | {"now": now.isoformat()}


def removal_data(removal: Removal) -> dict[str, Any]:
    """How far it is, and by `until` and `pinned` which conversations it takes away."""
    return {
        "id": str(removal.pk),
        "state": removal.state,
        "done": removal.done,
        "total": removal.total,
        "until": removal.until.isoformat(),
        "pinned": removal.pinned,
    }


def history_item(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": str(conversation.pk),
        "title": conversation.title,
        "assistant": conversation.assistant.slug,
        "pinned": conversation.pinned_at is not None,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
    }


def changes_read(data: Any) -> dict[str, Any]:
    """`title` (a text) and `pinned` (true or false) out of a request's body. Raises BadInput for anything else."""
    kinds = {"title": str, "pinned": bool}
    if not isinstance(data, dict) or not data or not data.keys() <= kinds.keys():
        raise BadInput(_("A conversation has a title and can be pinned; nothing else can be changed."))
    if wrong := [name for name, value in data.items() if not isinstance(value, kinds[name])]:
        raise BadInput(_("The field “%(name)s” of this message has no usable value.") % {"name": wrong[0]})
    return dict(data)


def _hidden(conversations: QuerySet[Conversation]) -> list[UUID]:
    """The messages of versions that are not shown."""
    said = Message.objects.order_by()
    versions = said.filter(conversation__in=conversations).values("conversation", "parent")
    branching = versions.annotate(count=Count("pk")).filter(count__gt=1).values("conversation")
    rows = said.filter(conversation__in=branching).values_list("pk", "parent", "conversation__head")
    parents: dict[UUID, UUID | None] = {}
    heads: set[UUID | None] = set()
    for message_id, parent, head in rows:
        parents[message_id] = parent
        heads.add(head)
    for shown in heads:
        on: UUID | None = shown
        while on is not None:
            on = parents.pop(on, None)  # what is left in the end is on no path
    return list(parents)


def _holding(conversations: QuerySet[Conversation], words: list[str], hidden: list[UUID]) -> QuerySet[Conversation]:
    """Letter by letter, so that one Chinese character is a word as well; each word may stand in another message."""
    for word in words:
        said = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=word).exclude(pk__in=hidden)
        conversations = conversations.filter(Q(title__icontains=word) | Exists(said))
    return conversations


def _excerpts(conversations: list[Conversation], words: list[str], hidden: list[UUID]) -> list[str]:
    """The text around the first of the words, a conversation each; "" where only the title holds it."""
    any_word = Q()
    for word in words:
        any_word |= Q(text__icontains=word)
    said = Message.objects.filter(any_word, conversation__in=conversations).exclude(pk__in=hidden)
    first: dict[Any, str] = {}
    for conversation_id, text in said.order_by("-position").values_list("conversation_id", "text"):
        first[conversation_id] = text
    return [_around(first.get(conversation.pk, ""), words) for conversation in conversations]


def _around(text: str, words: list[str]) -> str:
    found = re.search("|".join(map(re.escape, words)), text, re.IGNORECASE)
    if found is None:
        return ""
    start, end = max(0, found.start() - AROUND), found.end() + AROUND
    piece = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{piece}{'…' if end < len(text) else ''}"
