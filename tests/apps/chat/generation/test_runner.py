"""A generation runs to exactly one end, whatever happens on the way."""

import asyncio
import uuid

import pytest
from django.db import OperationalError
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Message
from apps.chat.services import conversation_delete
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import ApplicationError
from apps.inference.errors import RuntimeUnavailable
from apps.moderation.models import Decision

from ..fakes import ONE, THREE, TWO, FakeRuntime, FakeSearch, events, said, send

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant")]


async def run(actor: Actor, text: str = "How long may I return it?") -> tuple[Generation, list[dict]]:
    sent = await in_database(send, actor, text)
    await generation_run(sent.generation.pk)
    return await in_database(
        lambda: (
            Generation.objects.select_related("answer", "model_version__model").get(pk=sent.generation.pk),
            events(sent.generation.pk),
        )
    )


async def test_an_answer_is_the_documents_sentences_with_their_numbers(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.pieces = ["[3]", " ", *THREE, "\n", "[1]", " ", *ONE, "\n", "[2]", " ", *TWO]
    generation, log = await run(owner)
    assert said(log) == f"{THREE} [1] {ONE} {TWO} [2]" == generation.answer.text
    assert [event["number"] for event in log if event["kind"] == "source"] == [1, 2]
    assert [event.get("status") for event in log if event["kind"] == "status"] == [
        "searching",
        "reading",
        "answering",
    ]
    assert (generation.status, generation.outcome) == ("done", "answered")
    assert generation.model_version.label == "tiny@1"
    assert (generation.retrieval["confidence"], generation.retrieval["quotes"]) == (0.9, True)
    assert generation.confidence == 0.4519, "nothing stands out"
    assert generation.timings["label_logprob"] == -0.1
    assert generation.answer.sources[0]["title"] == "Refunds"
    assert [passage["text"] for passage in generation.retrieval["passages"]] == [f"{ONE} {TWO}", THREE]


async def test_words_taken_from_what_is_told_are_recorded_beside_the_question(
    owner: Actor, search: FakeSearch
) -> None:
    message = "I have the Ember lamp. How long may I return it?"
    search.confidences = {message: 0.1, "How long may I return it?": 0.1}
    generation, _log = await run(owner, message)
    assert generation.retrieval["context"] == "ember lamp"


async def test_the_source_is_told_before_the_text_that_cites_it(owner: Actor, runtime: FakeRuntime) -> None:
    _generation, log = await run(owner)
    kinds = [event["kind"] for event in log]
    assert kinds.index("source") < kinds.index("delta")


async def test_an_unsure_search_gives_the_model_nothing_to_quote(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence = 0.1
    runtime.pieces = ["[no]", " ", "I found no answer to this in the documents. "]
    generation, log = await run(owner)
    assert runtime.calls[0]["messages"][1]["content"] == "How long may I return it?"
    assert "[1]" not in runtime.calls[0]["grammar"]
    assert (generation.status, generation.outcome) == ("done", "declined")
    assert {"kind": "status", "status": "reading", "passages": 2} not in log


async def test_the_phrase_that_is_cut_off_is_completed(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.pieces = ["[hello]", " ", "Hel"]
    generation, _log = await run(owner, "hi")
    assert generation.answer.text == "Hello. What would you like to know?"
    assert generation.outcome == "smalltalk"


@pytest.mark.parametrize(
    ("error", "pieces", "status"),
    [
        (RuntimeUnavailable("down"), [], "error"),
        (RuntimeUnavailable("down"), ["[1]", " Returns are free "], "interrupted"),
        (RuntimeError("a bug"), ["[1]", " Returns"], "error"),
    ],
)
async def test_a_runtime_that_fails_ends_in_one_clear_event_and_what_was_said_stays(
    owner: Actor, runtime: FakeRuntime, error: Exception, pieces: list[str], status: str
) -> None:
    runtime.error, runtime.pieces = error, pieces
    generation, log = await run(owner)
    code = error.code if isinstance(error, ApplicationError) else "internal"
    assert log[-1]["status"] == generation.status == status
    assert log[-1]["code"] == generation.error_code == code
    assert generation.answer.text == said(log)


NOT_STORED = ["It takes", " five\x00 days", "\ud800 [2]", "."]  # a NUL and half a character


@pytest.mark.parametrize(
    ("verbatim", "pieces", "text"),
    [
        (True, ["[1]", " Returns\x00 are free", "\ud800", " within 30 days."], f"{ONE} [1]"),
        (False, NOT_STORED, "It takes five days [1]."),
    ],
)
async def test_characters_that_no_database_stores_are_left_out_of_what_a_model_says(
    owner: Actor, runtime: FakeRuntime, verbatim: bool, pieces: list[str], text: str
) -> None:
    await in_database(lambda: Assistant.objects.update(verbatim=verbatim))
    runtime.pieces = pieces
    generation, log = await run(owner)
    assert generation.answer.text == said(log) == text


async def test_where_they_get_through_all_the_same_that_answer_ends_and_no_other(
    owner: Actor, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_database(lambda: Assistant.objects.update(verbatim=False))
    monkeypatch.setattr("apps.chat.generation.speaking.printable", lambda text: text)
    runtime.pieces, runtime.paced = ["It is", " free [1]."], True
    sent = await in_database(send, owner)
    beside = asyncio.create_task(generation_run(sent.generation.pk))
    await runtime.asked.wait()
    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", fails := FakeRuntime())
    fails.pieces = NOT_STORED
    generation, log = await run(owner)
    assert (generation.status, log[-1]["code"]) == ("error", "internal")
    for _ in range(3):
        runtime.step()
    await asyncio.wait_for(beside, 60)
    assert said(await in_database(events, sent.generation.pk)) == "It is free [1]."


async def test_words_that_no_document_has_are_never_shown(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.pieces = ["[1]", " Returns are free within 30", " years."]
    _generation, log = await run(owner)
    assert log[-1]["code"] == "not_verbatim"
    assert "years" not in said(log)


async def shut_down(generation_id: uuid.UUID, runtime: FakeRuntime) -> None:
    """Runs it in a process that shuts down once the first words are out."""
    task = asyncio.create_task(generation_run(generation_id))
    await asyncio.wait_for(runtime.asked.wait(), 60)
    runtime.step()
    runtime.step()
    async for _seq, event in watch(generation_id, 0):
        if event["kind"] == "delta":
            break
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runtime.closed


async def test_a_process_that_shuts_down_leaves_its_answer_to_the_next(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.pieces, runtime.paced = ["[1] Returns ", "are free within 30 days."], True
    sent = await in_database(send, owner)
    await shut_down(sent.generation.pk, runtime)
    await in_database(sent.generation.refresh_from_db)
    assert sent.generation.status == "queued"
    assert await in_database(ProcrastinateJob.objects.filter(queue_name="generations", status="todo").count) == 1
    runtime.paced = False
    await generation_run(sent.generation.pk)
    assert said(await in_database(events, sent.generation.pk)) == f"{ONE} [1]"


async def test_a_process_that_shuts_down_at_the_last_try_says_so_in_the_log(
    owner: Actor, runtime: FakeRuntime
) -> None:
    runtime.pieces, runtime.paced = ["[1] Returns ", "are free within 30 days."], True
    sent = await in_database(send, owner)
    await in_database(Generation.objects.update, epoch=2)
    await shut_down(sent.generation.pk, runtime)
    log = await in_database(events, sent.generation.pk)
    assert (log[-1]["status"], log[-1]["code"]) == ("interrupted", "shutdown")


@pytest.mark.parametrize(("tries_before", "status"), [(0, "queued"), (2, "interrupted")])
async def test_a_database_that_goes_away_under_an_answer_sends_it_back_to_the_queue(
    owner: Actor, runtime: FakeRuntime, tries_before: int, status: str
) -> None:
    runtime.pieces, runtime.error = ["[1] Returns "], OperationalError("server closed the connection unexpectedly")
    sent = await in_database(send, owner)
    await in_database(Generation.objects.update, epoch=tries_before)
    await generation_run(sent.generation.pk)
    await in_database(sent.generation.refresh_from_db)
    assert (sent.generation.status, sent.generation.error_code) == (status, "lost" if tries_before else "")
    if not tries_before:
        runtime.pieces, runtime.error = ["[1] Returns ", "are free within 30 days."], None
        await generation_run(sent.generation.pk)
        assert said(await in_database(events, sent.generation.pk)) == f"{ONE} [1]"


async def test_a_job_that_is_delivered_twice_answers_once(owner: Actor, runtime: FakeRuntime) -> None:
    sent = await in_database(send, owner)
    await asyncio.gather(*(generation_run(sent.generation.pk) for _ in range(3)))
    await generation_run(sent.generation.pk)
    assert said(await in_database(events, sent.generation.pk)) == f"{ONE} [1]"
    assert len(runtime.calls) == 1


@pytest.mark.usefixtures("quick_writer")
async def test_a_conversation_that_is_deleted_stops_its_answer(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.paced = True
    sent = await in_database(send, owner)
    task = asyncio.create_task(generation_run(sent.generation.pk))
    await runtime.asked.wait()
    await in_database(conversation_delete, actor=owner, conversation_id=sent.conversation.pk)
    await asyncio.wait_for(task, 60)
    assert runtime.closed
    assert not await in_database(Message.objects.exists)


async def test_what_moderation_decided_is_kept(owner: Actor, runtime: FakeRuntime) -> None:
    generation, _log = await run(owner)
    stages = await in_database(
        lambda: list(Decision.objects.filter(generation_id=generation.pk).values_list("stage", "action"))
    )
    assert stages == [("input", "allow"), ("output", "allow")]


async def test_a_free_model_gets_passages_and_the_turns_before(owner: Actor, runtime: FakeRuntime) -> None:
    await in_database(Assistant.objects.update, verbatim=False)
    runtime.pieces = ["It takes", " five days [2", "], and is free [1]."]
    sent = await in_database(send, owner, "How long does a refund take?")
    await generation_run(sent.generation.pk)
    again = await in_database(send, owner, "Is it free?", conversation_id=sent.conversation.pk)
    await generation_run(again.generation.pk)
    log = await in_database(events, again.generation.pk)
    assert said(log) == "It takes five days [1], and is free [2]."
    assert runtime.calls[1]["grammar"] is None
    assert [message["role"] for message in runtime.calls[1]["messages"]] == ["system", "user", "assistant", "user"]
    assert "[2] Refunds" in runtime.calls[1]["messages"][0]["content"]
