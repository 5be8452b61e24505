"""Completions and embeddings as the official client sees them."""

import math
from collections.abc import Callable

import openai
import pytest


def test_a_text_is_continued_alike_whole_and_streamed(client: openai.OpenAI, model: str) -> None:
    whole = client.completions.create(model=model, prompt="Refunds are", max_tokens=8, temperature=0)
    parts = list(
        client.completions.create(model=model, prompt="Refunds are", max_tokens=8, temperature=0, stream=True)
    )
    assert "".join(part.choices[0].text for part in parts if part.choices) == whole.choices[0].text
    assert whole.object == "text_completion"


def test_a_prompt_of_token_numbers_is_taken_too(client: openai.OpenAI, model: str) -> None:
    answer = client.completions.create(model=model, prompt=[5, 6, 7], max_tokens=2)
    assert answer.usage is not None and answer.usage.prompt_tokens == 3


def test_log_probabilities_of_a_continuation_are_parallel_lists(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("legacy_logprobs")
    answer = client.completions.create(model=model, prompt="Refunds are", max_tokens=2, logprobs=2)
    assert answer.usage is not None
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None and len(logprobs.tokens or []) == answer.usage.completion_tokens


def test_vectors_come_in_order_with_length_one(
    client: openai.OpenAI, embedding_model: str, needs: Callable[[str], None]
) -> None:
    needs("embeddings")
    texts = ["Refunds are paid.", "退货请在三十天内提出。", "Refunds are paid."]
    answer = client.embeddings.create(model=embedding_model, input=texts)
    vectors = [item.embedding for item in answer.data]
    assert [item.index for item in answer.data] == [0, 1, 2]
    assert all(math.hypot(*vector) == pytest.approx(1, abs=1e-4) for vector in vectors)
    assert vectors[0] == pytest.approx(vectors[2], abs=1e-5)
    assert answer.usage.prompt_tokens > 0


def test_vectors_are_the_same_as_numbers_and_as_base64(
    client: openai.OpenAI, embedding_model: str, needs: Callable[[str], None]
) -> None:
    needs("embeddings")
    as_numbers = client.embeddings.create(model=embedding_model, input="hello", encoding_format="float")
    packed = client.embeddings.create(
        model=embedding_model, input="hello"
    )  # the client asks for base64 and unpacks
    assert as_numbers.data[0].embedding == pytest.approx(packed.data[0].embedding, abs=1e-6)


def test_wrong_dimensions_are_refused(
    client: openai.OpenAI, embedding_model: str, needs: Callable[[str], None]
) -> None:
    needs("embeddings")
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model=embedding_model, input="hello", dimensions=7)


def test_token_numbers_are_embedded_too(
    client: openai.OpenAI, embedding_model: str, needs: Callable[[str], None]
) -> None:
    needs("embeddings")
    many = client.embeddings.create(model=embedding_model, input=[[5, 6, 7], [8]])
    one = client.embeddings.create(model=embedding_model, input=[5, 6, 7])
    assert many.usage.prompt_tokens == 4
    assert one.data[0].embedding == pytest.approx(many.data[0].embedding, abs=1e-5)
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model=embedding_model, input=[2**23])
