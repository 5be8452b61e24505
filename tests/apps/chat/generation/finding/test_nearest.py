"""Who gets no answer is shown where the documents come nearest, and only there."""

from dataclasses import replace

import pytest

from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Outcome
from apps.core.actor import SYSTEM, Actor
from apps.core.db import in_database
from apps.knowledge.retrieval.types import PassageScores, RankedPassage
from apps.moderation.services import policy_publish

from ...fakes import ONE, THREE, TWO, FakeRuntime, FakeSearch, events, passage, send

NO = ["[no]", f" {phrases_for('en', name='Service', overrides={})['no']}"]


def near(found: RankedPassage, cosine: float, heading: str = "") -> RankedPassage:
    scores = PassageScores(1, 1, 1.0, cosine, 1.0)
    return replace(found, scores=scores, heading=heading or found.heading)


async def notes(owner: Actor, text: str = "Who designed the box?") -> tuple[Generation, list[dict]]:
    sent = await in_database(send, owner, text)
    await generation_run(sent.generation.pk)
    row = await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)
    told = [event for event in await in_database(events, row.pk) if event["kind"] == "nearest"]
    assert row.answer.notes == told  # what a reload shows
    return row, told


@pytest.mark.asyncio
async def test_a_declined_question_leads_to_the_two_best_places_one_a_heading(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    first = near(passage(ONE), 0.5)
    second = replace(near(passage(TWO), 0.4), document_id=first.document_id)  # the same section, cut
    others = [near(passage(THREE, title=f"Page {place}"), 0.2) for place in range(3)]
    search.passages, search.confidence, runtime.pieces = (first, second, *others), 0.1, NO
    generation, told = await notes(owner)
    assert generation.outcome == Outcome.DECLINED
    assert [place["title"] for place in told[0]["places"]] == ["Returns", "Page 0"]
    assert told[0]["places"][0] == {
        "passage": str(first.passage_id),
        "title": "Returns",
        "heading": "Shop › Returns",
    }


@pytest.mark.asyncio
async def test_a_section_stands_where_its_best_passage_does(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    first = near(passage(ONE), 0.5)
    others = [near(passage(THREE, title=f"Page {place}"), 0.4) for place in range(2)]
    worst = replace(near(passage(TWO), 0.3), document_id=first.document_id)
    search.passages, search.confidence, runtime.pieces = (first, *others, worst), 0.1, NO
    _generation, told = await notes(owner)
    assert [place["passage"] for place in told[0]["places"]] == [str(first.passage_id), str(others[0].passage_id)]


@pytest.mark.asyncio
@pytest.mark.parametrize(("cosine", "sure"), [(0.2, 0.1), (0.5, 0.01)])
async def test_on_another_subject_nothing_is_near(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, cosine: float, sure: float
) -> None:
    search.passages, search.confidence, runtime.pieces = (near(passage(ONE), cosine),), sure, NO
    _generation, told = await notes(owner)
    assert told == []


@pytest.mark.asyncio
async def test_an_answer_needs_no_nearest_place(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.passages = (near(passage(ONE, TWO), 0.9),)
    generation, told = await notes(owner)
    assert (generation.outcome, told) == (Outcome.ANSWERED, [])


@pytest.mark.asyncio
async def test_what_moderation_blocks_in_a_heading_is_not_shown_and_the_answer_stands(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    rules = {"output": {"personal": {"card": "block"}}}
    await in_database(lambda: policy_publish(actor=SYSTEM, rules=rules, note="stricter"))
    search.passages, search.confidence, runtime.pieces = (
        (near(passage(ONE), 0.6, "Card 4242 4242 4242 4242"),),
        0.1,
        NO,
    )
    generation, told = await notes(owner)
    assert (generation.outcome, told) == (Outcome.DECLINED, [])
