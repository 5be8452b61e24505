"""Nothing of a blocked span is ever shown, wherever the model's text is cut; a blocked question goes nowhere."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from apps.chat.generation.answer import answer_stream
from apps.chat.generation.brief import Brief
from apps.chat.generation.guard import Guard
from apps.chat.generation.pieces import Closing, Source, Text
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Message
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.moderation.models import Decision
from apps.moderation.policy import DEFAULT_RULES, policy_compile
from apps.moderation.services import Policy, Verdict, policy_publish
from apps.registry.models import ModelVersion, RegisteredModel
from apps.registry.selectors import target_for

from ..fakes import FakeRuntime, FakeSearch, events, passage, said, send

pytestmark = pytest.mark.asyncio
WORDS = {"en": "fuck", "zh": "傻逼"}
BEFORE, AFTER = "Well, ", " and more."


async def log_of(actor: Actor, text: str = "How long for returns?") -> list[dict]:
    sent = await in_database(send, actor, text)
    await generation_run(sent.generation.pk)
    return await in_database(events, sent.generation.pk)


def splits(text: str) -> list[list[str]]:
    return [[text[:place], text[place:]] for place in range(1, len(text))] + [list(text)]


def free_brief() -> Brief:
    version = ModelVersion(model=RegisteredModel(name="tiny"), number=1)
    return Brief("How long for returns?", "en", "Service", (), False, 0.3, 1, 2, {}, target_for(version))


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


@pytest.mark.parametrize("place", ["sentence", "title", "heading"])
async def test_a_blocked_word_in_a_document_is_not_quoted(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, place: str
) -> None:
    texts = {"sentence": "The label is red.", "title": "Labels", "heading": "Red"}
    texts[place] = "The label says fuck in red."
    found = passage(texts["sentence"], title=texts["title"])
    search.passages = (replace(found, heading=texts["heading"]),)
    runtime.pieces = ["[1]", " ", *texts["sentence"]]
    log = await log_of(owner)
    answer = await in_database(Message.objects.get, role="assistant")
    for told in (log, answer.text, answer.sources):
        assert "fuck" not in json.dumps(told) and "label" not in json.dumps(told)
    assert "in other words will not change that" in said(log) and said(log).endswith("Please contact us directly.")
    assert log[-1]["outcome"] == "blocked"
    assert not answer.sources and runtime.closed


async def test_what_is_masked_in_the_answer_is_masked_in_its_source(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    card = "4111 1111 1111 1111"
    search.passages = (passage("Cards are fine.", title=f"Card {card}"),)
    runtime.pieces = ["[1]", " Cards are fine."]
    log = await log_of(owner)
    source = next(event for event in log if event["kind"] == "source")
    assert source["title"].startswith("Card •") and card not in json.dumps(log)
    assert source["excerpt"] == "Cards are fine."


async def test_a_source_is_told_right_before_the_words_that_it_is_the_source_of() -> None:
    found = passage("One.", "Two.")
    guard = Guard(policy_compile(1, DEFAULT_RULES), free_brief(), [found])
    told: list[object] = []

    async def made() -> AsyncGenerator[Source | Text, None]:
        yield Text("It begins. ")
        yield Source(1, found, "One.")
        assert Source not in map(type, told)
        told.clear()
        yield Text("One.")
        yield Text(" And more.")

    async for piece in guard.over(made()):
        told.append(piece)
    assert isinstance(told[0], Source)
    assert [type(piece) for piece in told].count(Source) == 1


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


async def test_a_free_model_gets_earlier_questions_as_moderation_left_them(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime
) -> None:
    await in_database(Assistant.objects.update, verbatim=False)
    slur = await in_database(_blocked_question_word)
    rules = DEFAULT_RULES | {"input": DEFAULT_RULES["input"] | {"personal": {"card": "mask"}}}
    await in_database(policy_publish, actor=owner, rules=rules)
    runtime.pieces = ["It is so."]
    conversation = None
    for text in ("My card is 4111 1111 1111 1111.", f"You are a {slur}", "And now?"):
        ids = {"conversation_id": conversation} if conversation else {}
        sent = await in_database(send, owner, text, **ids)
        conversation = sent.conversation.pk
        await generation_run(sent.generation.pk)
    told = runtime.calls[-1]["messages"][1:]
    assert [turn["role"] for turn in told] == ["user", "assistant", "user"]
    assert told[0]["content"].startswith("My card is •") and told[2]["content"] == "And now?"
    assert slur not in json.dumps(told)
