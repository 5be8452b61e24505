"""Who asks for another answer wants to read something else: neither the cache's answer nor the same sentences."""

import uuid
from dataclasses import replace

import pytest

from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.plan import ANOTHER
from apps.chat.generation.quoting.again import others
from apps.chat.generation.quoting.candidates import candidates
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Conversation, Generation, Outcome, Standing, Status
from apps.chat.services import message_again
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import ONE, THREE, TWO, FakeRuntime, FakeSearch, passage, send


async def answered(owner: Actor) -> Generation:
    sent = await in_database(send, owner)
    return await ran(sent.generation.pk)


async def again(owner: Actor, first: Generation) -> Generation:
    sent = await in_database(
        lambda: message_again(
            actor=owner,
            question_id=first.question_id,
            generation_id=uuid.uuid4(),
            conversation_id=first.conversation_id,
            start=lambda _id: None,
        )
    )
    return await ran(sent.generation.pk)


async def ran(generation_id: uuid.UUID) -> Generation:
    await generation_run(generation_id)
    return await in_database(Generation.objects.select_related("answer").get, pk=generation_id)


@pytest.mark.asyncio
async def test_another_answer_says_what_the_versions_before_did_not_until_nothing_is_left(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime
) -> None:
    runtime.pieces = [f"[1] {ONE}"]
    first = await answered(owner)
    runtime.pieces = [f"[1] {TWO}"]  # what was quoted is no candidate any more, or this would not be its label
    second = await again(owner, first)
    runtime.pieces = [f"[1] {THREE}"]
    third = await again(owner, first)
    assert [one.answer.text for one in (first, second, third)] == [f"{text} [1]" for text in (ONE, TWO, THREE)]
    asked = len(runtime.calls)
    fourth = await again(owner, first)
    assert fourth.answer.text.startswith("Beyond what was quoted before I found nothing")
    assert (fourth.outcome, fourth.answer.sources, len(runtime.calls)) == (Outcome.DECLINED, [], asked)


@pytest.mark.asyncio
async def test_what_broke_off_was_not_read_to_its_end_and_may_be_quoted_again(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime
) -> None:
    runtime.pieces, runtime.error = [f"[1] {ONE}\n", "[2] Keep the "], RuntimeUnavailable("down")
    first = await answered(owner)
    runtime.pieces, runtime.error = [f"[1] {ONE}"], None
    second = await again(owner, first)
    assert (first.status, first.answer.sources[0]["excerpt"]) == (Status.INTERRUPTED, ONE)
    assert (second.status, second.answer.text) == (Status.DONE, f"{ONE} [1]")


@pytest.mark.asyncio
async def test_that_there_is_no_other_answer_calls_nobody(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await in_database(lambda: Assistant.objects.update(handover=True, escalates=True))
    search.passages, runtime.pieces = (passage(ONE),), [f"[1] {ONE}"]
    first = await answered(owner)
    second = await again(owner, first)
    assert (first.outcome, second.outcome) == (Outcome.ANSWERED, Outcome.DECLINED)
    assert (await in_database(Conversation.objects.get)).standing == Standing.BOT


@pytest.mark.asyncio
async def test_where_the_model_has_no_other_answer_nobody_is_said_to_be_called(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await in_database(lambda: Assistant.objects.update(handover=True, escalates=True))
    search.passages, runtime.pieces = (passage(ONE, TWO),), [f"[1] {ONE}"]
    first = await answered(owner)
    search.confidence, runtime.pieces = 0.3, ["[no]", " "]
    second = await again(owner, first)
    assert second.outcome == Outcome.DECLINED and "or a colleague of ours" in second.answer.text
    assert (await in_database(Conversation.objects.get)).standing == Standing.BOT


@pytest.mark.asyncio
async def test_a_question_that_had_no_answer_is_asked_as_before(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence = 0.1
    runtime.pieces = [f"[no] {phrases_for('en', name='Service', overrides={})['no']}"]
    first = await answered(owner)
    second = await again(owner, first)
    assert first.answer.text == second.answer.text and len(runtime.calls) == 2


def test_a_row_that_was_said_as_a_sentence_is_no_other_answer() -> None:
    row = "Model: D2; Product: Drift; Power (W): 45; Weight (kg): 6.4; Supply: 100 V"
    both = passage(row, row.replace("D2", "E1").replace("6.4", "1.3"))
    both = replace(both, text=both.text.replace(" Model: E1", "\nModel: E1"))
    found = Retrieval("How heavy is the Drift?", "en", (both,), 0.9)
    first = candidates(found)[0]
    assert first.said.endswith("**Drift** (D2) – Weight (kg) 6.4.")
    assert first.text not in [one.text for one in candidates(found, [f"{first.said} [1]"])]


def test_another_sentence_that_hangs_on_the_one_before_comes_with_it() -> None:
    three = passage(ONE, "The lamp has a battery.", "It lasts two years.")
    said, before, hangs = three.sentences
    sentences = (said, replace(before, rank=3, score=-9.0), replace(hangs, rank=2, score=0.0))
    found = Retrieval("?", "en", (replace(three, sentences=sentences),), 0.6)
    texts = [one.text for one in others(found, [ONE], 0.2)]
    assert texts == ["It lasts two years.", "The lamp has a battery."]


def test_another_sentence_has_to_reach_the_threshold_by_itself() -> None:
    three = passage(ONE, TWO, THREE)
    near, far = replace(three.sentences[1], score=0.0), replace(three.sentences[2], score=-2.0)
    found = Retrieval("?", "en", (replace(three, sentences=(three.sentences[0], near, far)),), 0.6)
    assert [one.text for one in others(found, [ONE], 0.2)] == [TWO]
    assert [one.text for one in others(found, [ONE], 0.01)] == [TWO, THREE]


def test_behind_a_row_of_a_table_its_other_rows_are_no_answer() -> None:
    rows = ("Pass: Day Rover; Adult: £18; Child: £9", "Pass: Weekend Rover; Adult: £39; Child: £19")
    table = passage(*rows)
    table = replace(table, text=table.text.replace(" Pass: Weekend", "\nPass: Weekend"))
    found = Retrieval("How much is a Rover?", "en", (table,), 0.9)
    assert candidates(found)[0].row
    assert not others(found, [candidates(found)[0].said], 0.2)


def test_who_doubts_a_sure_answer_is_not_told_what_would_not_stand_beside_it() -> None:
    two = passage(ONE, TWO)
    sentences = (replace(two.sentences[0], score=6.0), replace(two.sentences[1], score=2.0))
    found = Retrieval("?", "en", (replace(two, sentences=sentences),), 0.99)
    assert not others(found, [ONE], 0.2)


@pytest.mark.asyncio
async def test_another_answer_is_never_called_well_supported(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence = 0.99
    runtime.pieces = [f"[1] {ONE}"]
    first = await answered(owner)
    runtime.pieces = [f"[1] {TWO}"]
    second = await again(owner, first)
    assert first.confidence is not None and second.confidence == ANOTHER < first.confidence
