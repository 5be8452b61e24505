"""What a program hears where the documents hold no answer."""

import openai
from chat.fakes import FakeRuntime, FakeSearch

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
