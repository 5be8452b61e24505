"""A translator: paragraph beside paragraph, in the organisation's own terms, and honest where it missed one."""

import uuid
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from apps.chat.generation.delivery.lease import lease_take
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation
from apps.chat.reading.transcript import conversation_data
from apps.chat.services import generation_continue, generations_recover
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.inference.services import Delta, Finished

from ...fakes import FakeSearch, events, said, send

pytestmark = pytest.mark.asyncio
LETTER = "Your desk lamp is ready.\n\nPlease bring the receipt."
SAYS = {
    "Your desk lamp is ready.": ["\n您的书桌灯", "可以取了。", "\n\n"],
    "Please bring the receipt.": ["请带上", "\n\n小票。"],
    "台灯坏了。": ["The reading lamp is broken."],
    "您的台灯可以取了。": ["Your desk lamp is ready."],
}


class Interpreter:
    """A model that knows three sentences; `asked` keeps what it was told."""

    def __init__(self) -> None:
        self.asked: list[list[dict[str, str]]] = []

    async def __call__(self, *, messages: list[dict[str, str]], **call: Any) -> AsyncGenerator[Delta | Finished]:
        self.asked.append(messages)
        for piece in SAYS[messages[-1]["content"]]:
            yield Delta(piece)
        yield Finished("stop", {"completion_tokens": 3})


@pytest.fixture
def interpreter(monkeypatch: pytest.MonkeyPatch, assistant: Assistant, search: FakeSearch) -> Interpreter:
    Assistant.objects.update(task="translate", glossary=[["desk lamp", "台灯"], ["shade", "灯罩"]])
    model = Interpreter()
    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", model)
    return model


async def translated(actor: Actor, text: str) -> tuple[Generation, list[dict]]:
    sent = await in_database(send, actor, text)
    await generation_run(sent.generation.pk)
    return await in_database(
        lambda: (
            Generation.objects.select_related("answer", "conversation").get(pk=sent.generation.pk),
            events(sent.generation.pk),
        )
    )


async def test_each_paragraph_has_one_of_the_translation_beside_it(
    owner: Actor, interpreter: Interpreter, search: FakeSearch
) -> None:
    generation, log = await translated(owner, LETTER)
    assert said(log) == "您的书桌灯可以取了。\n\n请带上\n小票。" == generation.answer.text
    assert next(event for event in log if event["kind"] == "paragraphs")["texts"] == LETTER.split("\n\n")
    assert (generation.status, generation.outcome) == ("done", "written")
    assert generation.usage == {"completion_tokens": 6}
    assert search.asked == []


async def test_the_direction_follows_the_language_of_the_text(owner: Actor, interpreter: Interpreter) -> None:
    _, log = await translated(owner, "您的台灯可以取了。")
    assert said(log) == "Your desk lamp is ready."
    assert "台灯 → desk lamp" in interpreter.asked[0][0]["content"]
    assert not [event for event in log if event["kind"] == "terms"]


async def test_only_terms_that_the_paragraph_uses_are_asked_for(owner: Actor, interpreter: Interpreter) -> None:
    await translated(owner, LETTER)
    told = [messages[0]["content"] for messages in interpreter.asked]
    assert "desk lamp → 台灯" in told[0] and "shade" not in told[0] and "→" not in told[1]


async def test_a_term_that_was_not_used_is_told_and_still_there_after_a_reload(
    owner: Actor, interpreter: Interpreter
) -> None:
    generation, log = await translated(owner, LETTER)
    missed = {"kind": "terms", "paragraph": 0, "missed": [["desk lamp", "台灯"]]}
    assert missed in log
    shown = await in_database(conversation_data, generation.conversation)
    assert missed in shown["messages"][-1]["notes"]


async def test_terms_are_told_in_one_order_whatever_the_direction(owner: Actor, interpreter: Interpreter) -> None:
    _, log = await translated(owner, "台灯坏了。")
    assert [event["missed"] for event in log if event["kind"] == "terms"] == [[["desk lamp", "台灯"]]]


async def test_a_translation_whose_process_died_goes_on_and_tells_nothing_twice(
    owner: Actor, interpreter: Interpreter
) -> None:
    sent = await in_database(send, owner, LETTER)
    lease = await in_database(lease_take, sent.generation.pk)
    paragraphs = {"kind": "paragraphs", "texts": LETTER.split("\n\n")}
    await in_database(
        lambda: [
            Generation.objects.get(pk=lease.generation_id).events.create(seq=seq, event=event)
            for seq, event in enumerate([paragraphs, {"kind": "delta", "text": "您的书"}], 1)
        ]
    )
    await in_database(Generation.objects.update, heartbeat_at="2020-01-01T00:00:00Z")
    await generations_recover()
    await generation_run(sent.generation.pk)
    log = await in_database(events, sent.generation.pk)
    assert [event["kind"] for event in log].count("paragraphs") == 1
    assert said(log) == "您的书桌灯可以取了。\n\n请带上\n小票。"


async def test_a_translation_that_was_broken_off_goes_on_beside_its_source(
    owner: Actor, interpreter: Interpreter
) -> None:
    generation, _ = await translated(owner, LETTER)

    def break_off() -> Generation:
        Generation.objects.update(status="interrupted")
        generation.answer.text = "您的书桌灯可"
        generation.answer.save()
        sent = generation_continue(
            actor=owner,
            generation_id=uuid.uuid4(),
            continued_id=generation.pk,
            question_id=generation.question_id,
            conversation_id=generation.conversation_id,
            start=lambda _: None,
        )
        assert sent.generation is not None
        return sent.generation

    goes_on = await in_database(break_off)
    await generation_run(goes_on.pk)
    await in_database(generation.answer.refresh_from_db)
    assert generation.answer.text == "您的书桌灯可以取了。\n\n请带上\n小票。"
    assert [note["kind"] for note in generation.answer.notes] == ["paragraphs", "terms"]


async def test_every_paragraph_is_translated_by_the_instructions_in_the_texts_language(
    owner: Actor, interpreter: Interpreter
) -> None:
    await in_database(
        lambda: Assistant.objects.update(instructions="Formal, please.", instructions_zh="请译得口语一些。")
    )
    await translated(owner, LETTER)
    await translated(owner, "台灯坏了。")
    systems = [asked[0]["content"] for asked in interpreter.asked]
    assert ["Formal, please." in told for told in systems] == [True, True, False]
    assert "请译得口语一些。" in systems[2]
