"""What an assistant would say to one question, and what decided it: staff look before customers ask."""

from dataclasses import replace

import pytest

from apps.chat.evaluation import trying
from apps.chat.evaluation.trying import Tried, assistant_tried, collection_tried
from apps.chat.models import Assistant, Conversation
from apps.core.errors import Unavailable
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection

from ..fakes import ONE, FakeRuntime, FakeSearch


def tried(assistant: Assistant, question: str = "How long for returns?", threshold: float = 0.3) -> Tried:
    return assistant_tried(assistant=assistant, question=question, threshold=threshold)


def test_an_answer_comes_with_its_numbered_sources_and_leaves_nothing_behind(
    assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    found = tried(assistant)
    assert (found.text, found.outcome, found.why, found.sure) == (f"{ONE} [1]", "answered", "", 0.9)
    assert [(source["number"], source["excerpt"]) for source in found.sources] == [(1, ONE)]
    assert 0 < found.likely < 1
    assert not Conversation.objects.exists()


def test_the_threshold_that_is_tried_decides_and_not_the_assistants(
    assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence = 0.6
    assert tried(assistant).outcome == "answered"
    runtime.pieces = ["[no] ", "Nothing."]
    assistant.texts = {"en": {"no": "Nothing."}}
    found = tried(assistant, threshold=0.7)
    assert (found.outcome, found.why, found.sure) == ("declined", "unsure", 0.6)
    assert "Nothing." in found.text and found.sources == []


def test_of_alike_sentences_none_is_said_although_the_threshold_is_reached(
    assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence = 0.4
    assistant.texts = {"en": {"no": "Nothing."}}
    runtime.pieces = ["[no] ", "Nothing."]
    assert tried(assistant).why == "alike"


def test_what_is_asked_back_says_so(assistant: Assistant, runtime: FakeRuntime, search: FakeSearch) -> None:
    search.confidence = 0.4
    found = tried(assistant, "What now?")
    assert (found.outcome, found.why) == ("smalltalk", "subject")
    prices = tuple(
        replace(
            passage, heading=f"Lamp {at}", sentences=(replace(passage.sentences[0], text=f"It costs {at}9 €."),)
        )
        for at, passage in enumerate(search.passages, 1)
    )
    search.passages = prices
    assert tried(assistant, "How much?").why == "price"


def test_a_greeting_is_small_talk(assistant: Assistant, runtime: FakeRuntime, search: FakeSearch) -> None:
    assistant.texts = {"en": {"hello": "Hello!"}}
    runtime.pieces = ["[hello] ", "Hello!"]
    assert (tried(assistant, "Hello").outcome, tried(assistant, "Hello").why) == ("smalltalk", "talk")


def test_a_collection_answers_as_a_new_assistant_would(
    assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    shop = Collection.objects.create(slug="shop", name="Shop")
    found = collection_tried(collection_id=shop.pk, question="How long for returns?", threshold=0.2)
    assert (found.text, found.why) == (f"{ONE} [1]", "")


def test_who_looks_is_not_kept_waiting_by_a_model_that_does_not_come(
    assistant: Assistant, runtime: FakeRuntime, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "WAIT_SECONDS", 0.2)
    runtime.paced = True
    with pytest.raises(Unavailable, match="still be loading"):
        tried(assistant)
    assert runtime.closed
    runtime.paced, runtime.error = False, RuntimeUnavailable("down")
    with pytest.raises(RuntimeUnavailable):
        tried(assistant)


def test_what_else_took_too_long_is_not_laid_to_the_model(
    assistant: Assistant, runtime: FakeRuntime, search: FakeSearch
) -> None:
    runtime.error = TimeoutError("the database")
    with pytest.raises(TimeoutError, match="the database"):
        tried(assistant)
