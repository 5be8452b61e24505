"""A classifier in the registry, and one that answers as a test wants."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from apps.core.actor import SYSTEM
from apps.inference.services import Classification
from apps.registry.models import Kind, ModelVersion, RegisteredModel, Source, VersionState
from apps.registry.services import alias_move

LABELS = ["fine", "toxic", "spam"]


class FakeClassifier:
    """`nasty` words make a text toxic; `asked` keeps the texts of each request, `error` is raised instead."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.error: Exception | None = None
        self.probability: Callable[[str], float] = lambda text: 0.97 if "nasty" in text else 0.03

    async def __call__(self, *, target: Any, inputs: Sequence[str], **_limits: float) -> list[Classification]:
        self.asked.append(list(inputs))
        if self.error is not None:
            raise self.error
        return [self._said(self.probability(text)) for text in inputs]

    def _said(self, toxic: float) -> Classification:
        values = {"fine": 1 - toxic, "toxic": toxic, "spam": 0.0}
        label = max(values, key=lambda name: values[name])
        return Classification(label, values[label], values)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeClassifier:
    found = FakeClassifier()
    monkeypatch.setattr("apps.moderation.asking.classify", found)
    return found


@pytest.fixture
def toxicity(db: None) -> ModelVersion:
    """A text classifier behind `moderation`."""
    version = ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name="toxicity"),
        number=1,
        state=VersionState.READY,
        source=Source.PATH,
        path="/models/toxicity",
        kind=Kind.CLASSIFIER,
        labels=LABELS,
        config={"max_position_embeddings": 128},
        created_by="test",
    )
    alias_move(actor=SYSTEM, alias="moderation", version=version, quantization="none", reason="test")
    return version
