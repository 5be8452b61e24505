"""Nothing of a blocked span is ever shown, wherever the model's text is cut; a blocked question goes nowhere."""

import pytest

from apps.chat.generation.answer import answer_stream
from apps.chat.generation.brief import Brief
from apps.chat.generation.pieces import Closing, Text
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.moderation.models import Decision
from apps.moderation.policy import DEFAULT_RULES, policy_compile
from apps.moderation.services import Policy, Verdict
from apps.registry.models import ModelVersion, RegisteredModel
from apps.registry.selectors import target_for

from .fakes import FakeRuntime, FakeSearch, events, passage, said, send

pytestmark = pytest.mark.asyncio
WORDS = {"en": "fuck", "zh": "傻逼"}
BEFORE, AFTER = "Well, ", " and more."


async def log_of(actor: Actor, text: str = "How long?") -> list[dict]:
    sent = await in_database(send, actor, text)
    await generation_run(sent.generation.pk)
    return await in_database(events, sent.generation.pk)


def splits(text: str) -> list[list[str]]:
    return [[text[:place], text[place:]] for place in range(1, len(text))] + [list(text)]


def free_brief() -> Brief:
    version = ModelVersion(model=RegisteredModel(name="tiny"), number=1)
    return Brief("How long?", "en", "Service", (), False, 0.3, 2, {}, target_for(version))


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_blocked_word_of_a_free_model_is_never_shown(
    runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    policy = policy_compile(1, DEFAULT_RULES)

    async def allowed(brief: Brief) -> tuple[Policy, Verdict]:
        return policy, Verdict("allow", brief.question, (), 1)

    monkeypatch.setattr("apps.chat.generation.answer.question_check", allowed)
    for pieces in splits(f"{BEFORE}{WORDS[language]}{AFTER}"):
        runtime.pieces = pieces
        told = [piece async for piece in answer_stream(free_brief())]
        *shown, note = [piece.text for piece in told if isinstance(piece, Text)]
        assert BEFORE.startswith("".join(shown)), pieces
        assert "withheld" in note and "fuck" not in note and "傻" not in note
        assert isinstance(told[-1], Closing) and told[-1].outcome == "blocked"


async def test_a_blocked_word_in_a_document_is_not_quoted(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    sentence = "The label says fuck in red."
    search.passages = (passage(sentence),)
    runtime.pieces = ["[1]", " ", *sentence]
    log = await log_of(owner)
    assert said(log).startswith("The label says")
    assert "fu" not in said(log).removesuffix(log[-2]["text"]) and log[-1]["outcome"] == "blocked"
    assert runtime.closed


async def test_a_blocked_question_reaches_neither_search_nor_model(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    slur = await in_database(_blocked_question_word)
    log = await log_of(owner, f"You are a {slur}")
    assert [event["kind"] for event in log] == ["delta", "end"]
    assert (log[-1]["status"], log[-1]["outcome"]) == ("done", "blocked")
    assert not search.asked and not runtime.calls
    generation = await in_database(Generation.objects.select_related("answer").get)
    assert generation.answer.text == said(log)
    assert await in_database(lambda: list(Decision.objects.values_list("stage", "action"))) == [("input", "block")]


def _blocked_question_word() -> str:
    from apps.moderation.checks.words import WordCheck

    return next(word for word, category in WordCheck().terms if category == "slur" and word.isascii())
