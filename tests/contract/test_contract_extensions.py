"""What vLLM adds to the protocol, and what we do: continuing a message, counts in every chunk, ids, time limits."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest

HELLO: list[Any] = [{"role": "user", "content": "Who pays for the return?"}]


def test_a_continued_message_goes_on_as_one_long_answer_would(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("continuation")
    fields: dict[str, Any] = {"model": model, "temperature": 0, "max_tokens": 8}
    compared = 0
    for number in range(12):
        messages: list[Any] = [{"role": "user", "content": f"Who pays for return {number}?"}]
        whole = client.chat.completions.create(**fields, messages=messages, logprobs=True)
        logprobs = whole.choices[0].logprobs
        assert whole.usage is not None and logprobs is not None and logprobs.content
        begun = bytes(logprobs.content[0].bytes or b"").decode(errors="replace")
        answer = client.chat.completions.create(
            **fields | {"max_tokens": 7},
            messages=[*messages, {"role": "assistant", "content": begun}],
            extra_body={"continue_final_message": True, "add_generation_prompt": False},
        )
        assert answer.usage is not None
        if answer.usage.prompt_tokens != whole.usage.prompt_tokens + 1:
            continue  # the same text is spelled by other tokens here, so the model may go on otherwise
        compared += 1
        assert begun + (answer.choices[0].message.content or "") == whole.choices[0].message.content
    assert compared


def test_a_token_ends_the_answer_and_is_shown_only_where_that_is_asked_for(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("stop_tokens")
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "temperature": 0, "max_tokens": 6}
    whole = client.chat.completions.create(**fields, logit_bias={"40": 100}).choices[0]
    text = whole.message.content or ""
    assert whole.finish_reason == "length"
    assert text == text[: len(text) // 6] * 6 != ""
    for include in (False, True):
        one = client.chat.completions.create(
            **fields,
            logit_bias={"40": 100},
            extra_body={"stop_token_ids": [40], "include_stop_str_in_output": include, "ignore_eos": True},
        ).choices[0]
        assert one.finish_reason == "stop"
        assert one.message.content == (text[: len(text) // 6] if include else "")
    late = client.chat.completions.create(
        **fields, logit_bias={"40": 100}, extra_body={"stop_token_ids": [40], "min_tokens": 6, "ignore_eos": True}
    )
    assert late.choices[0].finish_reason == "length"


def test_a_stop_string_is_shown_where_that_is_asked_for(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("stop_tokens")
    fields: dict[str, Any] = {"model": model, "messages": HELLO, "temperature": 0, "max_tokens": 12}
    whole = (
        client.chat.completions.create(**fields, extra_body={"ignore_eos": True}).choices[0].message.content or ""
    )
    stop = whole[4:6]
    cut, shown = (
        client.chat.completions.create(
            **fields, stop=stop, extra_body={"ignore_eos": True, "include_stop_str_in_output": include}
        ).choices[0]
        for include in (False, True)
    )
    assert (cut.finish_reason, shown.finish_reason) == ("stop", "stop")
    assert cut.message.content == whole[: whole.index(stop)]
    assert shown.message.content == whole[: whole.index(stop)] + stop


def test_with_a_high_repetition_penalty_no_token_is_written_twice(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("repetition_penalty")
    answer = client.chat.completions.create(
        model=model,
        messages=HELLO,
        temperature=0,
        max_tokens=32,
        logprobs=True,
        extra_body={"ignore_eos": True, "repetition_penalty": 10.0},
    )
    assert answer.choices[0].logprobs is not None
    tokens = [tuple(token.bytes or ()) for token in answer.choices[0].logprobs.content or ()]
    shown = [token for token in tokens if token]  # control tokens have no text to tell them apart by
    assert len(shown) > 8
    assert len(set(shown)) == len(shown)


def test_a_stop_token_that_does_not_exist_is_refused_by_name(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("stop_tokens")
    needs("refusal_of_unknown_fields")
    with pytest.raises(openai.BadRequestError, match="stop_token_ids"):
        client.chat.completions.create(
            model=model, messages=HELLO, max_tokens=1, extra_body={"stop_token_ids": [9_999_999]}
        )


def test_continuing_and_opening_a_new_turn_exclude_each_other(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("continuation")
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(
            model=model,
            messages=[*HELLO, {"role": "assistant", "content": "We"}],
            max_tokens=1,
            extra_body={"continue_final_message": True, "add_generation_prompt": True},
        )


def test_every_chunk_can_carry_the_counts(client: openai.OpenAI, model: str, needs: Callable[[str], None]) -> None:
    needs("running_usage")
    options: Any = {"include_usage": True, "continuous_usage_stats": True}
    parts = list(
        client.chat.completions.create(
            model=model, messages=HELLO, max_tokens=5, stream=True, stream_options=options
        )
    )
    counts = [part.usage.completion_tokens for part in parts if part.usage]
    assert len(counts) == len(parts)
    assert counts == sorted(counts)


def test_a_repeated_prompt_is_not_computed_again(client: openai.OpenAI, model: str) -> None:
    messages: list[Any] = [{"role": "system", "content": "Be brief and kind. " * 8}, *HELLO]
    for _ in range(2):
        answer = client.chat.completions.create(model=model, messages=messages, max_tokens=2)
    assert answer.usage is not None
    details = answer.usage.prompt_tokens_details
    if details is None or details.cached_tokens is None:
        pytest.skip("this server does not tell what it has not computed again")
    assert 0 < details.cached_tokens <= answer.usage.prompt_tokens


def test_an_answer_that_takes_too_long_is_a_timeout(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("time_limits")
    with pytest.raises(openai.InternalServerError) as late:
        client.chat.completions.create(
            model=model,
            messages=HELLO,
            extra_body={"ignore_eos": True},
            extra_headers={"X-Request-Timeout": "0.002"},
        )
    assert (late.value.status_code, late.value.code) == (504, "deadline_exceeded")


def test_a_request_can_be_cancelled_by_its_id(
    client: openai.OpenAI, base_url: str, model: str, needs: Callable[[str], None]
) -> None:
    needs("request_ids")
    control = base_url.removesuffix("/v1") + "/control/requests/contract-2/cancel"
    headers = {"Authorization": f"Bearer {client.api_key}"}
    stream = client.chat.completions.create(
        model=model,
        messages=HELLO,
        stream=True,
        extra_body={"ignore_eos": True},
        extra_headers={"X-Request-Id": "contract-2"},
    )
    next(stream)
    answered = threading.Event()

    def cancel() -> None:
        if httpx.post(control, headers=headers, trust_env=False).status_code == 200:
            answered.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        for _ in stream:
            pass
    except openai.APIError as error:
        assert error.code == "cancelled"
        thread.join(60)
        assert answered.is_set()
    else:
        thread.join(60)
        assert not answered.is_set(), "it may have ended by itself, but then nothing was cancelled"
