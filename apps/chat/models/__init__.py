"""Assistants, conversations, and the generations that answer in them."""

from .assistant import Assistant, Audience
from .assistant_version import AssistantVersion
from .conversation import Conversation, Message, Role
from .generation import LIVE, Generation, GenerationEvent, Outcome, Status

__all__ = [
    "LIVE",
    "Assistant",
    "AssistantVersion",
    "Audience",
    "Conversation",
    "Generation",
    "GenerationEvent",
    "Message",
    "Outcome",
    "Role",
    "Status",
]
