"""What clients send of their own accord, and no assistant follows, is told rather than refused."""

import openai
import pytest
from chat.fakes import FakeRuntime

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = [{"role": "user", "content": "How long may I return it?"}]


def test_what_instructs_a_model_is_left_out_and_the_answer_says_so(
    client: openai.OpenAI, runtime: FakeRuntime
) -> None:
    talk = [{"role": "system", "content": "Be a pirate."}, *QUESTION]
    completion = client.chat.completions.create(model="service", messages=talk)
    assert completion.model_extra["parley"]["left_out"] == ["system"]
    assert "pirate" not in str(runtime.calls)
    for content in ("", None, "x" * 40_000, [{"type": "image_url", "image_url": {"url": "https://x/a"}}]):
        client.chat.completions.create(
            model="service", messages=[{"role": "developer", "content": content}, *QUESTION]
        )
    plain = client.chat.completions.create(model="service", messages=QUESTION)
    assert "left_out" not in plain.model_extra["parley"]
