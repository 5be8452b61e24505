"""Plain continuations over HTTP."""

from typing import Any

import httpx
import pytest

from tests.runtime.server.events import chunks


def complete(served: Any, **fields: Any) -> httpx.Response:
    return served.client.post("/v1/completions", json={"model": "fake", "prompt": "hi", "max_tokens": 3} | fields)


def test_a_continuation_has_the_protocols_shape(served: Any) -> None:
    answer = complete(served).json()
    assert (answer["object"], answer["model"]) == ("text_completion", "fake")
    assert answer["choices"] == [{"index": 0, "text": "abc", "logprobs": None, "finish_reason": "length"}]
    assert answer["usage"]["total_tokens"] == 5


def test_sixteen_tokens_are_written_unless_told_otherwise(served: Any) -> None:
    assert complete(served, max_tokens=None).json()["usage"]["completion_tokens"] == 16


def test_a_stream_says_the_same_and_its_offsets_go_on(served: Any) -> None:
    parts = chunks(complete(served, stream=True, logprobs=1, stream_options={"include_usage": True}))
    shown = [part["choices"][0] for part in parts[:-2]]
    assert "".join(choice["text"] for choice in shown) == "abc"
    assert [choice["logprobs"]["text_offset"] for choice in shown[:-1]] == [[0], [1], [2]]
    assert shown[0]["logprobs"]["top_logprobs"] == [{"a": -0.5}]
    assert shown[-1]["finish_reason"] == "length"
    assert (parts[-2]["choices"], parts[-2]["usage"]["completion_tokens"]) == ([], 3)
    assert parts[-1] == "[DONE]"


def test_whole_and_streamed_logprobs_are_the_same(served: Any) -> None:
    (whole,) = complete(served, logprobs=2).json()["choices"]
    parts = [part["choices"][0]["logprobs"] for part in chunks(complete(served, logprobs=2, stream=True))[:-2]]
    for name in ("tokens", "token_logprobs", "top_logprobs", "text_offset"):
        assert whole["logprobs"][name] == [entry for part in parts for entry in part[name]]


@pytest.mark.parametrize("prompt", [["hi"], [104, 105], [[104, 105]]])
def test_a_prompt_may_be_numbers_or_stand_in_a_list(served: Any, prompt: Any) -> None:
    assert complete(served, prompt=prompt).json()["usage"]["prompt_tokens"] == 2


def test_several_prompts_are_refused_by_name(served: Any) -> None:
    refused = complete(served, prompt=["a", "b"])
    assert refused.status_code == 400
    assert "prompt" in refused.json()["error"]["param"]
