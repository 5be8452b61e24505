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
        thread.join(10)
        assert answered.is_set()
    else:
        thread.join(10)
        assert not answered.is_set(), "it may have ended by itself, but then nothing was cancelled"
