"""A writing assistant: an outline, its sections one after the other, and a passage written anew in its place."""

import uuid
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.composing.revision import passage_cut
from apps.chat.generation.composing.writing import OutlineReader, SectionReader
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Message
from apps.chat.services import answer_revise, version_show
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import BadInput, NotFound
from apps.inference.services import Delta, Finished
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import FakeSearch, events, passage, said, send

WHOLE = "## Why lamps\n\nLight matters.\n\n## How to choose\n\nTry them."


class Writer:
    """A model with one outline; `says` is taken from the front. `told` keeps the system messages."""

    def __init__(self) -> None:
        self.says = ["1. Why lamps\n2. **How to choose**\n", "## Why lamps\n\nLight matters.\n", "Try them."]
        self.told: list[str] = []
        self.asked: list[str] = []

    async def __call__(self, *, messages: list[dict[str, str]], **call: Any) -> AsyncGenerator[Delta | Finished]:
        self.told.append(messages[0]["content"])
        self.asked.append(messages[-1]["content"])
        for piece in self.says.pop(0):
            yield Delta(piece)
        yield Finished("stop", {})


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch, assistant: Assistant, search: FakeSearch) -> Writer:
    Assistant.objects.update(task="write")
    model = Writer()
    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", model)
    return model


async def written(actor: Actor) -> tuple[Generation, list[dict]]:
    sent = await in_database(send, actor, "Write about lamps.")
    await generation_run(sent.generation.pk)
    found = Generation.objects.select_related("answer", "conversation")
    return await in_database(lambda: (found.get(pk=sent.generation.pk), events(sent.generation.pk)))


def revise(actor: Actor, generation: Generation, start: int, end: int, instruction: str = "Shorter.", **ids: Any):
    wanted = {
        "answer_id": generation.answer_id,
        "generation_id": uuid.uuid4(),
        "question_id": generation.question_id,
        "conversation_id": generation.conversation_id,
    }
    return answer_revise(
        actor=actor, **(wanted | ids), places=(start, end), instruction=instruction, start=lambda _: None
    )


@pytest.mark.asyncio
async def test_a_long_text_comes_section_by_section_behind_its_outline(owner: Actor, writer: Writer) -> None:
    generation, log = await written(owner)
    assert said(log) == WHOLE == generation.answer.text
    kinds = [event["kind"] for event in log]
    assert kinds.index("outline") < kinds.index("delta")
    assert generation.answer.notes == [{"kind": "outline", "headings": ["Why lamps", "How to choose"]}]
    assert "Light matters." in writer.told[2] and generation.outcome == "written"


@pytest.mark.asyncio
async def test_every_part_is_written_by_the_assistants_instructions(owner: Actor, writer: Writer) -> None:
    await in_database(Assistant.objects.update, instructions="Write like a poet.")
    await written(owner)
    assert len(writer.told) == 3 and all(told.startswith("Write like a poet.\n\n") for told in writer.told)


@pytest.mark.asyncio
async def test_a_short_text_comes_without_outline_and_headings(owner: Actor, writer: Writer) -> None:
    writer.says = ["Thanks\n", "Thank you for the lamp."]
    generation, _ = await written(owner)
    assert (generation.answer.text, generation.answer.notes) == ("Thank you for the lamp.", [])


@pytest.mark.asyncio
async def test_a_heading_that_must_not_be_shown_is_not_shown_in_the_outline_either(
    owner: Actor, writer: Writer
) -> None:
    writer.says = ["Why\nfuck off\n"]
    generation, log = await written(owner)
    assert generation.outcome == "blocked" and "fuck" not in str(log)


@pytest.mark.asyncio
async def test_only_the_passage_changes_and_the_version_before_stays(owner: Actor, writer: Writer) -> None:
    generation, _ = await written(owner)
    start = WHOLE.index("Light")
    sent = await in_database(revise, owner, generation, start, start + len("Light matters."))
    writer.says = ["\nLight!\n\n"]
    await generation_run(sent.generation.pk)
    answers = Message.objects.filter(role="assistant").values_list("text", flat=True)
    assert await in_database(lambda: list(answers)) == [WHOLE, WHOLE.replace("Light matters.", "Light!")]
    assert "Light matters." in writer.told[-1] and writer.asked[-1] == "Shorter."
    ids = {"conversation_id": generation.conversation_id, "message_id": generation.answer_id}
    shown = await in_database(lambda: version_show(actor=owner, **ids))
    assert shown.head_id == generation.answer_id


@pytest.mark.asyncio
async def test_a_revision_sent_twice_is_one(owner: Actor, writer: Writer) -> None:
    generation, _ = await written(owner)
    once = uuid.uuid4()
    for _ in range(2):
        await in_database(lambda: revise(owner, generation, 0, 5, generation_id=once))
    assert await in_database(Message.objects.count) == 3


@pytest.mark.asyncio
async def test_nobody_revises_what_is_not_theirs_or_quotes_documents_or_is_no_passage(
    owner: Actor, writer: Writer, cast
) -> None:
    generation, _ = await written(owner)
    for stranger in ("stranger", "passer_by", "reviewer"):
        with pytest.raises(NotFound):
            await in_database(revise, cast[stranger][0], generation, 0, 5)
    for start, end in ((5, 5), (0, 9999), (12, 14)):  # the last holds only line breaks
        with pytest.raises(BadInput):
            await in_database(revise, owner, generation, start, end)
    with pytest.raises(BadInput):
        await in_database(revise, owner, generation, 0, 5, "  ")
    await in_database(Assistant.objects.update, task="answer")
    with pytest.raises(BadInput):
        await in_database(revise, owner, generation, 0, 5)


@pytest.fixture
def documents(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The assistant has some; what is looked for in them. A section's search finds one passage more."""
    assistant.collections.add(Collection.objects.create(slug="lamps", name="Lamps"))
    asked: list[str] = []
    first, second = passage("Light calms.", title="Light"), passage("Write to li@shop.example.", title="Contact")

    async def find(*, collection_ids: Any, question: str, threshold: float, limit: int) -> Retrieval:
        asked.append(question)
        found = (second, first) if "choose" in question else (first,)
        return Retrieval(question, "en", found, 0.9, {})

    monkeypatch.setattr("apps.chat.generation.composing.material.asearch_wide", find)
    return asked


@pytest.mark.asyncio
async def test_a_text_takes_its_facts_from_the_documents_and_cites_them(
    owner: Actor, writer: Writer, documents: list[str]
) -> None:
    writer.says[1:] = ["Light calms [1].", "Write to li@shop.example [2]. It calms [1] [7]."]
    generation, log = await written(owner)
    asked = "Write about lamps."
    assert documents == [asked, f"{asked} Why lamps", f"{asked} How to choose"]
    assert all("[1] Light › Shop › Returns\nLight calms." in told for told in writer.told)
    assert "[2] Contact" in writer.told[2] and "[2] Contact" not in writer.told[1]
    text = "## Why lamps\n\nLight calms [1].\n\n## How to choose\n\nWrite to li@shop.example [2]. It calms [1] ."
    assert generation.answer.text == text  # an address that the material publishes is not masked
    sources = [(source["number"], source["title"]) for source in generation.answer.sources]
    assert sources == [(1, "Light"), (2, "Contact")]
    assert [event["passages"] for event in log if event.get("status") == "reading"] == [1, 1, 2]
    assert {one["title"] for one in generation.retrieval["passages"]} == {"Light", "Contact"}


@pytest.mark.asyncio
async def test_what_is_not_surely_about_it_is_no_material(
    owner: Actor, writer: Writer, documents: list[str]
) -> None:
    await in_database(lambda: Assistant.objects.update(threshold=0.95))
    writer.says[1:] = ["Light calms [1].", "Try them."]
    generation, _ = await written(owner)
    assert "Material" not in "".join(writer.told)
    assert generation.answer.sources == [] and "[1]" not in generation.answer.text


@pytest.mark.asyncio
async def test_a_revision_keeps_the_sources_of_the_text_and_their_numbers(
    owner: Actor, writer: Writer, documents: list[str]
) -> None:
    writer.says[1:] = ["Light calms [1].", "Try them."]
    generation, _ = await written(owner)
    start = generation.answer.text.index("Try")
    sent = await in_database(revise, owner, generation, start, start + len("Try them."))
    writer.says = ["Try them, light calms [1]."]
    await generation_run(sent.generation.pk)
    answer = await in_database(Message.objects.get, pk=sent.generation.answer_id)
    assert answer.text.count("[1]") == 2 and answer.sources == generation.answer.sources
    assert "[1] Light" in writer.told[-1]


@given(st.text(alphabet="a灯😀\n"), st.integers(-1, 9), st.integers(-1, 9))
def test_a_cut_loses_no_letter_and_splits_none(text: str, start: int, end: int) -> None:
    cut = passage_cut(text, start, end)
    assert cut is None or ("".join(cut) == text and len(cut[0].encode("utf-16-le")) == 2 * start)


@given(st.data())
def test_a_section_reads_the_same_however_it_is_cut(data: st.DataObject) -> None:
    text, expected = data.draw(
        st.sampled_from(
            [
                ("## Why lamps\n\nLight.\n\n- a\n- b\n", "Light.\n\n- a\n- b"),
                ("**Why lamps**", ""),
                ("Why lamps matter to all of us.", "Why lamps matter to all of us."),
                ("Short.", "Short."),
            ]
        )
    )
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text)))))
    reader = SectionReader("Why lamps")
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    pieces = [piece for part in parts for piece in reader.feed(part)] + reader.finish()
    assert "".join(piece.text for piece in pieces) == expected == reader.text


def test_an_outline_is_read_without_its_marks_and_each_heading_once() -> None:
    reader = OutlineReader()
    reader.feed("一、为什么需要灯\n2. 怎么挑选\n- 怎么挑选\n\n### 3) 保养\n2026 in review\n")
    assert reader.headings() == ["为什么需要灯", "怎么挑选", "保养", "2026 in review"]
