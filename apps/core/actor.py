"""Who acts: a person, a visitor, here or on another site, another system with a key, or the system itself."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """At most one of `user_id` and `visitor_id` is set; neither for the system."""

    user_id: int | None = None
    visitor_id: uuid.UUID | None = None
    label: str = "system"
    role: str = ""
    ip: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyActor(Actor):
    """The holder of an API key, who may talk to the assistants with these slugs and to no other."""

    key_id: uuid.UUID
    assistants: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class InboxActor(Actor):
    """A visitor of a widget on another site, who may talk to the assistants with these slugs and to no other.

    `role` is a customer's where the site has said who it is. All visitors of the inbox together may ask
    `per_minute` questions a minute, and have `live` answers in the making at a time.
    """

    inbox_id: uuid.UUID
    assistants: frozenset[str] = frozenset()
    per_minute: int = 0
    live: int = 0


SYSTEM = Actor()
