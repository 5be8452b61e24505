"""Who acts: a person, a visitor without an account, or the system itself."""

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


SYSTEM = Actor()
