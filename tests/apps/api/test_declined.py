"""What a program hears where the documents hold no answer."""

from dataclasses import replace

import openai
from chat.fakes import ONE, FakeRuntime, FakeSearch, passage
from chat.generation.finding.test_nearest import NO, near

from apps.chat.models import Assistant


def test_a_program_that_gets_no_answer_is_offered_nobody(
    client: openai.OpenAI, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence, runtime.pieces = 0.1, ["[no]", " "]
    for escalates in (False, True):
        Assistant.objects.update(handover=True, escalates=escalates)
        completion = client.chat.completions.create(
            model="service", messages=[{"role": "user", "content": "How long may I return it?"}]
        )
        assert completion.choices[0].message.content == (
            "I found no answer to this in the documents. Other words may help."
        )


def test_where_the_documents_come_nearest_is_told_beside_the_text(
    client: openai.OpenAI, runtime: FakeRuntime, search: FakeSearch
) -> None:
    found = replace(near(passage(ONE), 0.5), heading="Shop › Returns")
    search.passages, search.confidence, runtime.pieces = (found,), 0.1, NO
    asked = {"model": "service", "messages": [{"role": "user", "content": "How long may I return it?"}]}
    place = {"passage": str(found.passage_id), "title": "Returns", "heading": "Shop › Returns"}
    assert client.chat.completions.create(**asked).model_extra["parley"]["nearest"] == [place]
    *_chunks, last = client.chat.completions.create(**asked, stream=True)
    assert last.model_extra["parley"]["nearest"] == [place]
    search.confidence = 0.9
    runtime.pieces = ["[1]", " ", *ONE]
    assert "nearest" not in client.chat.completions.create(**asked).model_extra["parley"]
