"""An answer that was broken off goes on where it ended: the same message, nothing lost, nothing said twice."""

import uuid
from dataclasses import replace

import pytest

from apps.audit.models import AuditEvent
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Message, Standing, Status
from apps.chat.reading.transcript import conversation_data
from apps.chat.services import generation_continue, generation_stop
from apps.chat.services.generation import _take_over
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import Conflict, NotFound
from apps.knowledge.models import Collection, Document, Passage

from ..fakes import ONE, THREE, FakeRuntime, FakeSearch, events, said, send

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant")]

WHOLE = f"{ONE} [1] {THREE} [2]"
PIECES = ["[1]", " ", *ONE, "\n", "[3]", " ", *THREE]


def broken_off(actor: Actor, text: str, status: str = Status.INTERRUPTED) -> Generation:
    """An answer of which the reader has `text`, and nobody writes any more."""
    sent = send(actor)
    assert sent.generation
    sources = [
        {"number": n, "passage": str(uuid.uuid4()), "title": f"T{n}", "heading": "", "excerpt": sentence}
        for n, sentence in ((1, ONE), (2, THREE))
        if f"[{n}]" in text
    ]
    Message.objects.filter(generation=sent.generation).update(text=text, sources=sources)
    Generation.objects.filter(pk=sent.generation.pk).update(status=status)
    return sent.generation


def go_on(actor: Actor, broken: Generation, **ids: uuid.UUID) -> Generation:
    ids = {"generation_id": uuid.uuid4(), "continued_id": broken.pk} | ids
    sent = generation_continue(
        actor=actor,
        question_id=broken.question_id,
        conversation_id=broken.conversation_id,
        start=lambda _id: None,
        **ids,
    )
    assert sent.generation
    return sent.generation


async def went_on(actor: Actor, text: str) -> tuple[Message, list[dict]]:
    """The answer after it went on behind `text`, and the log of the second attempt."""
    broken = await in_database(broken_off, actor, text)
    generation = await in_database(go_on, actor, broken)
    await generation_run(generation.pk)
    answer = await in_database(lambda: Message.objects.get(generation=generation.pk))
    assert answer.pk == broken.answer_id
    return answer, await in_database(events, generation.pk)


@pytest.mark.parametrize("at", [0, 1, len(ONE) - 3, len(ONE), len(f"{ONE} [1]"), len(WHOLE) - 9, len(WHOLE)])
async def test_a_verbatim_answer_goes_on_at_any_letter(owner: Actor, runtime: FakeRuntime, at: int) -> None:
    runtime.pieces = PIECES
    answer, log = await went_on(owner, WHOLE[:at])
    assert log[0]["kind"] == "kept" and log[0]["text"] == WHOLE[:at]
    assert WHOLE[:at] + said(log) == WHOLE == answer.text
    assert [source["number"] for source in answer.sources] == [1, 2]


@pytest.mark.parametrize("stands", ["Returns are free within 90 days. [1] Keep", f"{WHOLE} And there was more."])
async def test_an_answer_whose_documents_changed_says_so_and_keeps_its_text(
    owner: Actor, runtime: FakeRuntime, stands: str
) -> None:
    runtime.pieces = PIECES
    answer, log = await went_on(owner, stands)
    assert answer.text == stands and said(log) == ""
    assert (log[-1]["status"], log[-1]["code"]) == ("error", "changed")


async def test_a_free_model_is_handed_its_own_words(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    await in_database(Assistant.objects.update, verbatim=False)
    search.passages = tuple(replace(passage, text=passage.text) for passage in search.passages)
    runtime.pieces = ["nd five days [2]", " for refunds."]
    answer, log = await went_on(owner, "Thirty days [1] a")
    assert answer.text == "Thirty days [1] and five days [2] for refunds."
    assert said(log) == "nd five days [2] for refunds."
    call = runtime.calls[-1]
    assert call["go_on"] and call["messages"][-1] == {"role": "assistant", "content": "Thirty days [1] a"}
    assert [source["title"] for source in answer.sources] == ["T1", "Returns"]


async def test_what_a_free_model_cited_keeps_its_number_and_its_text_if_it_still_stands(
    owner: Actor, assistant: Assistant, runtime: FakeRuntime
) -> None:
    def cited() -> Generation:
        collection = Collection.objects.create(slug="shop", name="Shop")
        assistant.collections.add(collection)
        document = Document.objects.create(collection=collection, name="a.md", title="Lamps")
        passage = Passage.objects.create(
            collection=collection, document=document, position=0, text="Lamps are made in Delft.",
            language="en", spans=[0, 24], lexemes="", tokens_count=6,
        )  # fmt: skip
        Assistant.objects.update(verbatim=False)
        broken = broken_off(owner, "Lamps [1] come")
        source = {"number": 1, "passage": str(passage.pk), "title": "Lamps", "heading": "", "excerpt": ""}
        Message.objects.filter(generation=broken).update(sources=[source])
        return go_on(owner, broken)

    generation = await in_database(cited)
    runtime.pieces = [" from Delft [1]."]
    await generation_run(generation.pk)
    assert "[1] Lamps\nLamps are made in Delft." in runtime.calls[-1]["messages"][0]["content"]
    answer = await in_database(lambda: Message.objects.get(generation=generation.pk))
    assert answer.text == "Lamps [1] come from Delft [1]." and len(answer.sources) == 1


async def test_going_on_twice_with_the_same_id_is_one_attempt_and_leaves_one_bubble(owner: Actor) -> None:
    def twice() -> tuple[Generation, Generation, dict]:
        broken = broken_off(owner, ONE)
        first = go_on(owner, broken)
        second = go_on(owner, broken, generation_id=first.pk)
        return first, second, conversation_data(first.conversation)

    first, second, shown = await in_database(twice)
    assert first.pk == second.pk
    assert [message["text"] for message in shown["messages"]] == ["How long may I return it?", ONE]
    assert "versions" not in shown["messages"][1]
    audited = await in_database(AuditEvent.objects.filter(action="answer.continued").count)
    assert audited == 1


async def test_two_tabs_that_go_on_at_once_make_one_attempt(owner: Actor) -> None:
    broken = await in_database(broken_off, owner, ONE)
    await in_database(go_on, owner, broken)
    with pytest.raises(Conflict):
        await in_database(go_on, owner, broken)


async def test_what_stands_is_never_lost(owner: Actor) -> None:
    """Neither by a stop before the attempt began, nor by the death of who should write it."""

    def stop() -> tuple[str, str]:
        stopped = go_on(owner, broken_off(owner, ONE, Status.STOPPED))
        generation_stop(actor=owner, generation_id=stopped.pk, seen_chars=len(ONE))
        again = go_on(owner, stopped)
        silent = {"epoch": 3, "heartbeat_at": "2020-01-01T00:00:00Z"}
        Generation.objects.filter(pk=again.pk).update(status=Status.RUNNING, **silent)
        _take_over(again.pk)
        again.refresh_from_db()
        return Message.objects.get(generation=again).text, again.status

    assert await in_database(stop) == (ONE, Status.INTERRUPTED)


async def test_a_complete_answer_does_not_go_on(owner: Actor) -> None:
    broken = await in_database(broken_off, owner, ONE, Status.DONE)
    with pytest.raises(Conflict):
        await in_database(go_on, owner, broken)


async def test_where_a_person_answers_nothing_goes_on(owner: Actor) -> None:
    def with_people() -> None:
        broken = broken_off(owner, ONE)
        broken.conversation.standing = Standing.PERSON
        broken.conversation.save()
        go_on(owner, broken)

    with pytest.raises(Conflict):
        await in_database(with_people)


async def test_a_stranger_cannot_go_on_with_somebodys_answer(owner: Actor, cast) -> None:
    broken = await in_database(broken_off, owner, ONE)
    with pytest.raises(NotFound):
        await in_database(go_on, cast["stranger"][0], broken)
    with pytest.raises(NotFound):
        await in_database(go_on, owner, broken, continued_id=uuid.uuid4())
