"""Chat completions as the official client sees them."""

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest

HELLO: list[Any] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who pays?"}]


def test_the_model_is_listed(client: openai.OpenAI, model: str) -> None:
    assert model in {card.id for card in client.models.list()}


def test_a_model_is_found_by_its_name(client: openai.OpenAI, model: str, needs: Callable[[str], None]) -> None:
    needs("one_model_by_its_name")
    assert client.models.retrieve(model).id == model
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nobody")


def test_an_answer_is_complete_and_counted(client: openai.OpenAI, model: str) -> None:
    answer = client.chat.completions.create(model=model, messages=HELLO, max_tokens=7)
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason in ("stop", "length")
    assert answer.usage is not None
    assert 0 <= answer.usage.completion_tokens <= 7
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_says_what_the_whole_answer_says(client: openai.OpenAI, model: str) -> None:
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "max_completion_tokens": 12, "temperature": 0}
    whole = client.chat.completions.create(**fields)
    parts = list(client.chat.completions.create(**fields, stream=True, stream_options={"include_usage": True}))
    text = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert text == whole.choices[0].message.content
    reasons = [part.choices[0].finish_reason for part in parts if part.choices]
    assert [reason for reason in reasons if reason] == [whole.choices[0].finish_reason]
    assert parts[-1].usage == whole.usage
    assert parts[-1].choices == []


def test_the_same_seed_writes_the_same_answer(client: openai.OpenAI, model: str) -> None:
    def write(seed: int) -> str | None:
        answer = client.chat.completions.create(
            model=model, messages=HELLO, max_tokens=16, temperature=1.5, seed=seed
        )
        return answer.choices[0].message.content

    assert write(11) == write(11)
    assert len({write(seed) for seed in range(4)}) > 1


def test_several_answers_differ(client: openai.OpenAI, model: str) -> None:
    answer = client.chat.completions.create(model=model, messages=HELLO, n=3, max_tokens=16, temperature=1.5)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert len({choice.message.content for choice in answer.choices}) > 1


def test_log_probabilities_belong_to_the_tokens(client: openai.OpenAI, model: str) -> None:
    answer = client.chat.completions.create(
        model=model, messages=HELLO, max_tokens=6, temperature=0, logprobs=True, top_logprobs=3
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None and logprobs.content
    for entry in logprobs.content:
        assert entry.logprob <= 0
        assert len(entry.top_logprobs) == 3
        assert entry.top_logprobs[0].token == entry.token, "the likeliest is taken at temperature 0"
    raw = b"".join(bytes(entry.bytes or b"") for entry in logprobs.content)
    assert raw.decode(errors="replace").startswith(answer.choices[0].message.content or "")


def test_a_stop_string_ends_the_answer_and_is_not_in_it(client: openai.OpenAI, model: str) -> None:
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "max_tokens": 16, "temperature": 0}
    text = client.chat.completions.create(**fields).choices[0].message.content or ""
    stop = text[3:5]
    stopped = client.chat.completions.create(**fields, stop=stop)
    assert stopped.choices[0].message.content == text[: text.index(stop)]
    assert stopped.choices[0].finish_reason == "stop"


def test_json_by_schema(client: openai.OpenAI, model: str) -> None:
    schema = {
        "type": "object",
        "properties": {"answer": {"enum": ["yes", "no"]}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model=model,
        messages=HELLO,
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "verdict", "schema": schema, "strict": True},
        },
    )
    assert json.loads(answer.choices[0].message.content or "")["answer"] in ("yes", "no")


@pytest.mark.parametrize(
    ("fields", "error", "capability"),
    [
        ({"model": "nobody"}, openai.NotFoundError, "refusal_of_unknown_models"),
        ({"temperature": 9}, openai.BadRequestError, "refusal_of_wild_temperatures"),
        ({"extra_body": {"surprise": 1}}, openai.BadRequestError, "refusal_of_unknown_fields"),
        ({"messages": []}, openai.BadRequestError, "refusal_of_empty_conversations"),
        ({"messages": [{"role": "user", "content": "word " * 5000}]}, openai.BadRequestError, None),
        ({"messages": [{"role": "nobody", "content": 1}]}, openai.BadRequestError, None),
    ],
)
def test_errors_are_of_the_clients_own_kinds(
    client: openai.OpenAI,
    model: str,
    needs: Callable[[str], None],
    fields: dict[str, Any],
    error: type[openai.APIStatusError],
    capability: str | None,
) -> None:
    if capability:
        needs(capability)
    with pytest.raises(error) as refused:
        client.chat.completions.create(**{"model": model, "messages": HELLO, "max_tokens": 1} | fields)
    assert refused.value.body and refused.value.message


def test_a_wrong_key_is_an_authentication_error(base_url: str, model: str, needs: Callable[[str], None]) -> None:
    needs("keys")
    with (
        openai.OpenAI(base_url=base_url, api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.chat.completions.create(model=model, messages=HELLO)


def test_an_answer_can_be_given_back_as_the_client_has_it(client: openai.OpenAI, model: str) -> None:
    first = client.chat.completions.create(model=model, messages=HELLO, max_tokens=4).choices[0].message
    again: list[Any] = [*HELLO, first, {"role": "user", "content": [{"type": "text", "text": "And then?"}]}]
    assert client.chat.completions.create(model=model, messages=again, max_tokens=2).choices[0].message.role


def test_several_streamed_answers_come_with_their_numbers(client: openai.OpenAI, model: str) -> None:
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "max_tokens": 8, "temperature": 0}
    whole = client.chat.completions.create(**fields).choices[0].message.content
    texts = ["", ""]
    reasons: list[list[str]] = [[], []]
    for part in client.chat.completions.create(**fields, n=2, stream=True):
        for choice in part.choices:
            texts[choice.index] += choice.delta.content or ""
            reasons[choice.index] += [choice.finish_reason] if choice.finish_reason else []
    assert texts == [whole, whole]
    assert [len(one) for one in reasons] == [1, 1]


def test_streamed_log_probabilities_are_those_of_the_whole_answer(client: openai.OpenAI, model: str) -> None:
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "max_tokens": 6, "temperature": 0}
    fields |= {"logprobs": True, "top_logprobs": 2}
    whole = client.chat.completions.create(**fields).choices[0].logprobs
    streamed = [
        entry
        for part in client.chat.completions.create(**fields, stream=True)
        for choice in part.choices
        if choice.logprobs
        for entry in choice.logprobs.content or []
    ]
    assert whole is not None and whole.content
    assert [entry.token for entry in streamed] == [entry.token for entry in whole.content]
    assert [entry.logprob for entry in streamed] == pytest.approx(
        [entry.logprob for entry in whole.content], abs=1e-3
    )


def test_a_penalty_keeps_a_text_from_repeating_itself(client: openai.OpenAI, model: str) -> None:
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "max_tokens": 24, "temperature": 0}
    answer = client.chat.completions.create(**fields, frequency_penalty=2.0, presence_penalty=2.0, logprobs=True)
    plain = client.chat.completions.create(**fields, logprobs=True)

    def kinds(one: Any) -> int:
        return len({entry.token for entry in one.choices[0].logprobs.content})

    assert kinds(answer) >= kinds(plain)


def test_a_bias_decides_the_token(client: openai.OpenAI, model: str) -> None:
    answer = client.chat.completions.create(
        model=model, messages=HELLO, max_tokens=3, temperature=0, logprobs=True, logit_bias={"70": 100}
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None and logprobs.content
    assert len({entry.token for entry in logprobs.content}) == 1
