"""Assistants, conversations, and the generations that answer in them."""

from .assistant import Assistant, Audience, Task, blocked_words_check
from .assistant_version import AssistantVersion
from .cache import CachedAnswer
from .conversation import WITH_PEOPLE, Conversation, Message, Role, Standing
from .correction import Correction
from .evaluation import (
    RUN_LIVE,
    AskedCase,
    EvaluationCase,
    EvaluationResult,
    EvaluationRun,
    EvaluationSet,
    Origin,
    RunState,
)
from .file import QuestionFile, StoredImage
from .generation import LIVE, Generation, GenerationEvent, Outcome, Status
from .glossary import glossary_check
from .put_away import PutAway
from .rating import Rating, Reason, Value
from .removal import REMOVAL_LIVE, Removal, RemovalState
from .share import Share

__all__ = [
    "LIVE",
    "REMOVAL_LIVE",
    "RUN_LIVE",
    "WITH_PEOPLE",
    "AskedCase",
    "Assistant",
    "AssistantVersion",
    "Audience",
    "CachedAnswer",
    "Conversation",
    "Correction",
    "EvaluationCase",
    "EvaluationResult",
    "EvaluationRun",
    "EvaluationSet",
    "Generation",
    "GenerationEvent",
    "Message",
    "Origin",
    "Outcome",
    "PutAway",
    "QuestionFile",
    "Rating",
    "Reason",
    "Removal",
    "RemovalState",
    "Role",
    "RunState",
    "Share",
    "Standing",
    "Status",
    "StoredImage",
    "Task",
    "Value",
    "blocked_words_check",
    "glossary_check",
]
