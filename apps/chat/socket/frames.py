"""What a browser may say over the socket, read strictly: what does not fit is refused by name."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

MOST_FILES = 5
LONGEST_FRAME = 32_768  # characters; a question of 4,000 fits however it is escaped


@dataclass(frozen=True)
class Send:
    message: UUID
    generation: UUID
    conversation: UUID
    assistant: str
    text: str
    edits: UUID | None
    files: tuple[UUID, ...] = ()

    @property
    def ref(self) -> UUID:
        return self.message


@dataclass(frozen=True)
class Again:
    message: UUID
    generation: UUID
    conversation: UUID

    @property
    def ref(self) -> UUID:
        return self.generation


@dataclass(frozen=True)
class Continue:
    """`generation` goes on with the answer that `continued` left unfinished."""

    message: UUID
    generation: UUID
    conversation: UUID
    continued: UUID

    @property
    def ref(self) -> UUID:
        return self.generation


@dataclass(frozen=True)
class Revise:
    """`generation` is a new version of `answer` in which the passage from `start` to `end` is written anew."""

    message: UUID
    generation: UUID
    conversation: UUID
    answer: UUID
    start: int
    end: int
    instruction: str

    @property
    def ref(self) -> UUID:
        return self.generation


@dataclass(frozen=True)
class Resume:
    generation: UUID
    after_seq: int

    @property
    def ref(self) -> UUID:
        return self.generation


@dataclass(frozen=True)
class Stop:
    generation: UUID
    seen_chars: int

    @property
    def ref(self) -> UUID:
        return self.generation


Frame = Send | Again | Continue | Revise | Resume | Stop
_TYPES: dict[str, type[Frame]] = {
    "send": Send,
    "again": Again,
    "continue": Continue,
    "revise": Revise,
    "resume": Resume,
    "stop": Stop,
}


def frame_read(text: str | None) -> Frame:
    """Raises BadInput for anything but a text frame of a known type with exactly its fields."""
    if text is None or len(text) > LONGEST_FRAME:
        raise BadInput(_("This message cannot be read: too long, or not text."))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("This message cannot be read: it is not JSON.")) from error
    kind = data.get("type") if isinstance(data, dict) else None
    frame = _TYPES.get(kind) if isinstance(kind, str) else None
    if frame is None:
        raise BadInput(_("This message cannot be read: its type is unknown."))
    fields = frame.__annotations__
    needed = [name for name in fields if not hasattr(frame, name)]  # what has a default may be left out
    if not {"type", *needed} <= set(data) <= {"type", *fields}:
        raise BadInput(_("This message needs exactly these fields: %(names)s.") % {"names": ", ".join(needed)})
    return frame(**{name: _value(name, kind, data[name]) for name, kind in fields.items() if name in data})


def ref_of(text: str | None) -> str | None:
    """What an unreadable frame was about, for the error that goes back."""
    try:
        data = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    ref = (data.get("message") or data.get("generation")) if isinstance(data, dict) else None
    return ref if isinstance(ref, str) and len(ref) <= 36 else None


def _value(name: str, kind: Any, value: Any) -> Any:
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
        return value
    if kind is str and isinstance(value, str):
        return value
    if value is None and kind == UUID | None:
        return None
    if kind == tuple[UUID, ...] and isinstance(value, list) and len(value) <= MOST_FILES:
        return tuple(_value(name, UUID, one) for one in value)
    if kind in (UUID, UUID | None) and isinstance(value, str) and len(value) == 36:
        try:
            return UUID(value)
        except ValueError:
            pass
    raise BadInput(_("The field “%(name)s” of this message has no usable value.") % {"name": name})
