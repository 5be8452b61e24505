"""What a person may do with a conversation of theirs."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record, audit_record_each
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound
from apps.core.markdown import markdown_plain
from apps.moderation.services import text_masked

from ..happenings import Happening, tell
from ..models import LIVE, REMOVAL_LIVE, Conversation, Generation, QuestionFile, Removal
from ..selectors import access_conversation, conversations_of
from ..tree import tree_of

TITLE = 60
_MARKED = re.compile(r"\*\*|```|^(?:#{1,6}|[-*>|]) ", re.M)


@transaction.atomic
def conversation_change(
    *, actor: Actor, conversation_id: UUID, title: str | None = None, pinned: bool | None = None
) -> Conversation:
    """Renames, pins or unpins; what is None stays, and the place in the list does too.

    Raises BadInput for an empty title, NotFound unless it is the actor's own.
    """
    conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
    changed: dict[str, Any] = {}
    if title is not None:
        changed["title"] = title_clean(title)
    if pinned is not None and pinned != (conversation.pinned_at is not None):
        changed["pinned_at"] = timezone.now() if pinned else None
    if changed:
        Conversation.objects.filter(pk=conversation_id).update(**changed)
        data = {"fields": sorted(changed)}
        audit_record(
            actor=actor, action="conversation.changed", target=f"conversation:{conversation_id}", data=data
        )
    for name, value in changed.items():
        setattr(conversation, name, value)
    return conversation


@transaction.atomic
def version_show(*, actor: Actor, conversation_id: UUID, message_id: UUID) -> Conversation:
    """Shows the path that goes through that message, and on by the newest branch.

    Raises NotFound unless both are the actor's own, Conflict while an answer is written.
    """
    conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
    tree = tree_of(conversation)
    if message_id not in tree.parents:
        raise NotFound(_("There is no such message."))
    if conversation.generations.filter(status__in=LIVE).exists():
        raise Conflict(_("An answer is still being written here. Wait for it, or stop it."))
    conversation.head_id = tree.newest_below(message_id)
    Conversation.objects.filter(pk=conversation_id).update(head=conversation.head_id)
    return conversation


def title_of(question: str) -> str:
    """The name that a conversation has from its first question: lists show it, so without marks of Markdown, where
    it has any that nobody types by chance, and then with the content rules' masks.
    """
    plain = markdown_plain(question) if _MARKED.search(question) else ""
    return title_clean(text_masked(plain or question))


def title_clean(text: str) -> str:
    """One line of at most 60 characters. Raises BadInput when nothing is left."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not line:
        raise BadInput(_("Give the conversation a name."))
    return line if len(line) <= TITLE else line[: TITLE - 1].rstrip() + "…"


def conversation_delete(*, actor: Actor, conversation_id: UUID) -> Conversation:
    """Removes the conversation and all it holds; what still answers in it finds its row gone and stops.

    Returns it as it was. Raises NotFound unless it is the actor's own.
    """
    deleted = conversations_drop(actor, conversations_of(actor), [conversation_id])
    if not deleted:
        raise NotFound(_("There is no such conversation."))
    return deleted[0]


@transaction.atomic
def conversations_drop(actor: Actor, own: QuerySet[Conversation], ids: Sequence[UUID]) -> list[Conversation]:
    """Deletes those of `own` that are there, and returns them as they were; another tab may have deleted some."""
    # Locked, in this order: neither a question nor a line of an answer may slip in between the deletions.
    rows = list(own.filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))
    generations = Generation.objects.filter(conversation__in=rows).order_by("pk")
    list(generations.select_for_update().values_list("pk"))
    for row in rows:
        tell(Happening.CONVERSATION_DELETED, row.pk)
    Conversation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    targets = [f"conversation:{row.pk}" for row in rows]
    audit_record_each(actor=actor, action="conversation.deleted", targets=targets)
    return rows


@transaction.atomic
def conversations_adopt(*, actor: Actor, visitor_id: UUID) -> int:
    """Gives what a visitor asked before signing in to the account (`actor`); returns how many conversations.

    What is being deleted stays the visitor's and goes on being deleted: the account has asked for nothing.
    """
    visitors = Conversation.objects.filter(owner=None, visitor_id=visitor_id)
    removals = Removal.objects.filter(owner=None, visitor_id=visitor_id, state__in=REMOVAL_LIVE)
    for removal in removals.select_for_update().order_by("pk"):  # before the conversations, as where it goes on
        visitors = visitors.exclude(removal.takes)
    count = visitors.update(owner_id=actor.user_id, visitor_id=None)
    QuestionFile.objects.filter(message=None, visitor_id=visitor_id).update(owner_id=actor.user_id, visitor_id=None)
    if count:
        target = f"user:{actor.user_id}"
        audit_record(actor=actor, action="conversations.adopted", target=target, data={"count": count})
    return count
