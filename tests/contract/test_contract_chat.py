"""Chat completions as the official client sees them."""

import json
import re
from typing import Any

import openai
import pytest

HELLO: list[Any] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who pays?"}]


def test_the_model_is_listed(client: openai.OpenAI, model: str) -> None:
    assert model in {card.id for card in client.models.list()}
    assert client.models.retrieve(model).id == model


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


def test_a_verbatim_answer_is_one_of_the_allowed_and_streams_token_by_token(
    client: openai.OpenAI, model: str
) -> None:
    sentences = '"[1] Refunds are paid to the card." | "[2] 退货请在三十天内提出。"'
    grammar = f'start: one ("\\n" one)? | "[no] Sorry."\none: {sentences}'
    stream = client.chat.completions.create(
        model=model,
        messages=HELLO,
        temperature=1.0,
        stream=True,
        stream_options={"include_usage": True},
        extra_body={"structured_outputs": {"grammar": grammar}},
    )
    parts = list(stream)
    deltas = [part.choices[0].delta.content for part in parts if part.choices and part.choices[0].delta.content]
    one = r"(\[1\] Refunds are paid to the card\.|\[2\] 退货请在三十天内提出。)"
    assert re.fullmatch(rf"{one}(\n{one})?|\[no\] Sorry\.", "".join(deltas))
    assert len(deltas) > 2
    metrics = (parts[-1].model_extra or {})["metrics"]
    assert metrics["forced_tokens"] > 0


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"model": "nobody"}, openai.NotFoundError),
        ({"temperature": 9}, openai.BadRequestError),
        ({"extra_body": {"surprise": 1}}, openai.BadRequestError),
        ({"messages": []}, openai.BadRequestError),
        ({"messages": [{"role": "user", "content": "word " * 5000}]}, openai.BadRequestError),
    ],
)
def test_errors_are_of_the_clients_own_kinds(
    client: openai.OpenAI, model: str, fields: dict[str, Any], error: type[openai.APIStatusError]
) -> None:
    with pytest.raises(error) as refused:
        client.chat.completions.create(**{"model": model, "messages": HELLO, "max_tokens": 1} | fields)
    assert refused.value.body and refused.value.message


def test_a_wrong_key_is_an_authentication_error(base_url: str, model: str) -> None:
    with (
        openai.OpenAI(base_url=base_url, api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.chat.completions.create(model=model, messages=HELLO)
