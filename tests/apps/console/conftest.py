"""The cast, and one conversation with everything behind it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import translation

from apps.accounts.models import Role, User
from apps.chat.models import Assistant, Conversation, Generation, GenerationEvent, Message, Rating
from apps.core.actor import SYSTEM
from apps.knowledge.models import Collection, Document, Passage
from apps.moderation.services import check_text, decisions_store
from apps.registry.models import ModelVersion, RegisteredModel, VersionState
from apps.registry.services import alias_move

QUESTION, ANSWER = "运费怎么退？", "退货运费由我们承担。 [1]"


@dataclass(frozen=True)
class World:
    """What the pages show."""

    conversation: Conversation
    generation: Generation
    version: ModelVersion


@pytest.fixture(autouse=True)
def nothing_runs(settings: LazySettings, tmp_path: Path) -> None:
    """No runtime: pages say so instead of failing. Uploads go to a folder of the test."""
    settings.RUNTIME_URL = "http://127.0.0.1:9"
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page's language stays with the thread; the next test has its own."""
    with translation.override("en"):
        yield


def as_role(role: str) -> Client:
    """A browser of somebody with that role; "" has not signed in."""
    client = Client()
    if role:
        client.force_login(User.objects.get_or_create(username=f"{role}-person", defaults={"role": role})[0])
    return client


@pytest.fixture
def reviewer(db: None) -> Client:
    return as_role(Role.REVIEWER)


@pytest.fixture
def operator(db: None) -> Client:
    return as_role(Role.OPERATOR)


@pytest.fixture
def world(db: None) -> World:
    model = RegisteredModel.objects.create(name="tiny")
    version = ModelVersion.objects.create(
        model=model, number=1, state=VersionState.READY, source="path", path="/nowhere", created_by="test"
    )
    alias_move(actor=SYSTEM, alias="production", version=version, quantization="none", reason="first")
    assistant = Assistant.objects.create(slug="service", name="Service desk")
    return World(*_conversation(assistant, version), version)


def _conversation(assistant: Assistant, version: ModelVersion) -> tuple[Conversation, Generation]:
    passage = _passage()
    conversation = Conversation.objects.create(
        assistant=assistant, visitor_id=uuid.uuid4(), title=QUESTION, language="zh"
    )
    question = Message.objects.create(
        conversation=conversation, position=1, role="user", text=QUESTION, language="zh"
    )
    answer = Message.objects.create(
        conversation=conversation, position=2, role="assistant", text=ANSWER, language="zh"
    )
    generation = Generation.objects.create(
        conversation=conversation,
        question=question,
        answer=answer,
        status="done",
        outcome="answered",
        confidence=0.87,
        model_version=version,
        quantization="int8",
        retrieval={
            "confidence": 0.63,
            "passages": [
                {
                    "passage": str(passage.pk),
                    "title": "退货",
                    "heading": "运费",
                    "text": passage.text,
                    "score": 0.912,
                }
            ],
        },
        timings={"first_token": 312.0, "done": 1250.0},
        usage={"prompt_tokens": 220, "completion_tokens": 14},
    )
    Rating.objects.create(generation=generation, value=-1, reason="incomplete", comment="到账要几天？")
    GenerationEvent.objects.create(generation=generation, seq=1, event={"kind": "end"})
    verdict = check_text(text="call 13812345678", stage="output", language="zh")
    decisions_store(generation.pk, [("output", verdict)])
    return conversation, generation


def _passage() -> Passage:
    collection = Collection.objects.create(slug="shop", name="Shop")
    document = Document.objects.create(collection=collection, name="returns.md", title="退货")
    return Passage.objects.create(
        collection=collection,
        document=document,
        position=0,
        text="退货运费由我们承担。",
        language="zh",
        spans=[0, 10],
        lexemes="",
        tokens_count=10,
    )
