"""Who acts: a person, a visitor without an account, another system with a key, or the system itself."""

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


SYSTEM = Actor()
