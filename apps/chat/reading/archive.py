"""All of a person's conversations as one ZIP, which is made while it is read."""

import json
import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import override

from apps.core.actor import Actor
from apps.core.keyset import page_by_time

from ..models import Conversation
from ..selectors import conversations_listed
from ..tree import tree_of
from .history import history_item
from .snapshot import markdown, snapshot
from .transcript import transcript

PORTION = 50
NAME = 50  # characters of a title: 255 bytes of a file's name are enough for them in any script


class _Outlet:
    """A file that gives away what was written to it."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


def conversations_zip(actor: Actor, language: str) -> Iterator[bytes]:
    """In pieces, the newest conversation first: each as Markdown, the path that is shown, with the words around it
    in `language`; and as JSON with all versions. No more than one conversation's messages are in memory.

    Every piece may be made in another thread, so nothing that belongs to one (a language, a transaction) is held
    from piece to piece.
    """
    outlet = _Outlet()
    with ZipFile(outlet, "w") as archive:
        for number, conversation in enumerate(_newest_first(actor), 1):
            name = f"{number:04} {conversation.created_at:%Y-%m-%d} {file_name(conversation.title)}".rstrip()
            with override(language):
                text = markdown(snapshot(conversation, own=True))
                data = json.dumps(_everything(conversation), ensure_ascii=False, indent=1)
            archive.writestr(_entry(f"markdown/{name}.md", conversation), text)
            archive.writestr(_entry(f"json/{name}.json", conversation), data)
            yield outlet.take()
    yield outlet.take()


def file_name(title: str) -> str:
    """What any system takes as part of a file's name."""
    return re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "-", title)[:NAME].strip(" .")


def _newest_first(actor: Actor) -> Iterator[Conversation]:
    """By when they began, which does not change while they are read."""
    cursor = ""
    while True:
        page = page_by_time(conversations_listed(actor), field="created_at", cursor=cursor, size=PORTION)
        yield from page.rows
        if not (cursor := page.older):
            return


def _everything(conversation: Conversation) -> dict[str, Any]:
    """Like the API's, with all messages: what each follows, when it came, and whether it is on the path shown."""
    tree = tree_of(conversation)
    shown = set(tree.path_to(conversation.head_id))
    places = {
        str(pk): {"parent": parent and str(parent), "created_at": at.isoformat(), "shown": pk in shown}
        for pk, parent, at in conversation.messages.values_list("pk", "parent", "created_at")
    }
    told = transcript(conversation, list(tree.parents))
    messages = [message | places[message["id"]] for message in told if message["id"] in places]
    return history_item(conversation) | {"language": conversation.language, "messages": messages}


def _entry(name: str, conversation: Conversation) -> ZipInfo:
    entry = ZipInfo(name, conversation.updated_at.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16  # or unpacked nobody may read it
    return entry
