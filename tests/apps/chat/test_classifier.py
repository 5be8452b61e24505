"""A policy that asks a classifier: questions and sentences wait for it; what it could not see does not pass."""

from collections.abc import Sequence
from typing import Any

import pytest

from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation
from apps.core.actor import SYSTEM, Actor
from apps.core.db import in_database
from apps.inference.errors import RuntimeUnavailable
from apps.inference.services import Classification
from apps.moderation.models import Decision
from apps.moderation.services import policy_publish
from apps.registry.models import Alias, Kind, ModelVersion, RegisteredModel

from .fakes import FakeRuntime, FakeSearch, events, said, send

pytestmark = pytest.mark.asyncio
RULE = {"moderation": {"labels": {"toxic": {"block": 0.8}}}}


class FakeClassifier:
    """Finds "toxic" where the text holds the word "nasty"; `asked` keeps the texts of each request."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.error: Exception | None = None

    async def __call__(self, *, target: Any, inputs: Sequence[str], seconds: float) -> list[Classification]:
        self.asked.append(list(inputs))
        if self.error is not None:
            raise self.error
        return [self._said(0.97 if "nasty" in text else 0.03) for text in inputs]

    def _said(self, toxic: float) -> Classification:
        values = {"fine": 1 - toxic, "toxic": toxic}
        label = max(values, key=lambda name: values[name])
        return Classification(label, values[label], values)


@pytest.fixture
def classifier(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> FakeClassifier:
    fake = FakeClassifier()
    monkeypatch.setattr("apps.moderation.asking.classify", fake)
    version = ModelVersion.objects.create(
        model=RegisteredModel.objects.create(name="toxicity"),
        number=1,
        state="ready",
        source="path",
        kind=Kind.CLASSIFIER,
        labels=["fine", "toxic"],
        created_by="test",
    )
    Alias.objects.create(name="moderation", version=version)
    return fake


async def answered(
    actor: Actor, rules: dict[str, Any], text: str = "How long?"
) -> tuple[list[dict], list[Decision]]:
    await in_database(policy_publish, actor=SYSTEM, rules=rules)
    sent = await in_database(send, actor, text)
    await generation_run(sent.generation.pk)
    log = await in_database(events, sent.generation.pk)
    return log, await in_database(lambda: list(Decision.objects.all()))


async def test_a_question_that_the_classifier_blocks_reaches_neither_search_nor_model(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, search: FakeSearch
) -> None:
    log, (decision,) = await answered(owner, {"input": {"classifier": RULE}}, "A nasty question")
    assert log[-1]["outcome"] == "blocked" and not search.asked and not runtime.calls
    assert decision.findings[0] | {"start": 0} == {
        "check": "classifier",
        "rule": "toxic",
        "action": "block",
        "start": 0,
        "end": 16,
        "probability": 0.97,
        "version": "toxicity@1",
    }


async def test_a_sentence_that_the_classifier_blocks_is_not_shown_and_ends_the_answer(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    await in_database(Assistant.objects.update, verbatim=False)
    runtime.pieces = ["Returns ", "are free. ", "You are a nas", "ty person. ", "Bye."]
    log, decisions = await answered(owner, {"output": {"classifier": RULE}})
    told = said(log)
    assert told.startswith("Returns are free.") and "withheld" in told and "You are" not in told
    assert runtime.closed and log[-1]["outcome"] == "blocked"
    assert decisions[-1].action == "block" and decisions[-1].findings[0]["rule"] == "toxic"


@pytest.mark.parametrize(("unreachable", "outcome"), [("block", "blocked"), ("pass", "answered")])
async def test_without_the_classifier_the_policys_word_counts_and_is_written_down(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime, unreachable: str, outcome: str
) -> None:
    classifier.error = RuntimeUnavailable("The model runtime cannot be reached.")
    rules = {"output": {"classifier": {"moderation": {**RULE["moderation"], "unreachable": unreachable}}}}
    log, decisions = await answered(owner, rules)
    assert log[-1]["outcome"] == outcome
    (finding,) = decisions[-1].findings
    assert finding["reason"] == "The model runtime cannot be reached."
    assert (finding["rule"], finding["action"]) == (
        ("check_failed", "block") if unreachable == "block" else ("not_checked", "flag")
    )
    assert len(classifier.asked) == 1, "one wait for an answer is enough"


async def test_where_no_classifier_is_configured_none_is_asked_and_the_runtime_knows_the_caller(
    owner: Actor, classifier: FakeClassifier, runtime: FakeRuntime
) -> None:
    log, _decisions = await answered(owner, {"output": {"words": {"abuse": "block"}}})
    generation = await in_database(Generation.objects.get)
    assert log[-1]["outcome"] == "answered" and not classifier.asked
    assert (runtime.calls[0]["caller"], runtime.calls[0]["request_id"]) == (str(owner.user_id), str(generation.pk))
