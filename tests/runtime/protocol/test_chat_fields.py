"""Which fields a chat completion takes, which it refuses, and what they come to."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.completions import CompletionRequest

ASK: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
BEGUN: dict[str, Any] = {"messages": [*ASK["messages"], {"role": "assistant", "content": "Once"}]}


def chat(**fields: Any) -> ChatRequest:
    return ChatRequest.model_validate_json(json.dumps(ASK | fields))


def refusal(**fields: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        chat(**fields)
    return str(refused.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": {"ticket": "7"}},
        {"store": False},
        {"service_tier": "auto"},
        {"service_tier": "default"},
        {"prompt_cache_key": "k"},
        {"modalities": ["text"]},
        {"stream": True, "stream_options": {"include_obfuscation": False}},
    ],
)
def test_fields_that_change_nothing_are_taken(fields: dict[str, Any]) -> None:
    assert chat(**fields).messages[0].text == "hi"


@pytest.mark.parametrize(
    "fields",
    [
        {"store": True},
        {"service_tier": "priority"},
        {"modalities": ["audio"]},
        {"tools": []},
        {"tool_choice": "auto"},
        {"parallel_tool_calls": False},
        {"reasoning_effort": "low"},
        {"verbosity": "low"},
        {"prediction": {"type": "content", "content": "x"}},
        {"web_search_options": {}},
        {"echo": True},
        {"stream": True, "stream_options": {"include_obfuscation": True}},
    ],
)
def test_fields_that_would_do_nothing_but_should_are_refused_by_name(fields: dict[str, Any]) -> None:
    name = [*fields][-1]
    assert name in refusal(**fields)


@pytest.mark.parametrize("field", ["best_of", "echo", "suffix", "prompt_embeds", "use_beam_search"])
def test_completions_refuse_what_they_do_not_do_by_name(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        CompletionRequest.model_validate_json(json.dumps({"model": "m", "prompt": "x", field: 1}))


@pytest.mark.parametrize(
    "fields",
    [
        {"repetition_penalty": 0},
        {"repetition_penalty": -1.0},
        {"repetition_penalty": True},
        {"stop_token_ids": [-1]},
        {"stop_token_ids": ["1"]},
        {"stop_token_ids": list(range(65))},
        {"include_stop_str_in_output": "yes"},
    ],
)
def test_penalties_and_stops_out_of_bounds_are_refused_by_name(fields: dict[str, Any]) -> None:
    assert [*fields][-1] in refusal(**fields)


def test_null_is_as_good_as_absent_also_inside_messages() -> None:
    fields = ["n", "stop", "stream", "logprobs", "temperature", "presence_penalty", "response_format", "tools"]
    replayed = {"role": "assistant", "content": "hello", "refusal": None, "tool_calls": None, "audio": None}
    body = chat(messages=[*ASK["messages"], replayed, *ASK["messages"]], **dict.fromkeys(fields))
    assert (body.n, body.stops, body.logprobs, body.presence_penalty) == (1, (), False, 0.0)
    assert body.messages[1].text == "hello"


def test_text_parts_make_one_text() -> None:
    parts = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    assert chat(messages=[{"role": "user", "content": parts}]).messages[0].text == "one two"


def test_the_safety_identifier_is_the_caller_and_else_the_user() -> None:
    assert chat().caller == ""
    assert chat(user="u").caller == "u"
    assert chat(user="u", safety_identifier="s").caller == "s"


def test_both_names_of_the_bound_are_taken_unless_they_differ() -> None:
    assert chat(max_tokens=3).token_limit == 3
    assert chat(max_completion_tokens=4).token_limit == 4
    assert chat(max_tokens=4, max_completion_tokens=4).token_limit == 4
    assert "differ" in refusal(max_tokens=3, max_completion_tokens=4)


def test_a_turn_is_opened_unless_the_last_message_is_to_be_continued() -> None:
    assert chat().opens_turn
    assert not chat(add_generation_prompt=False).opens_turn
    assert not chat(**BEGUN, continue_final_message=True).opens_turn
    assert not chat(**BEGUN, continue_final_message=True, add_generation_prompt=False).opens_turn


def test_continuing_goes_with_an_assistants_message_and_without_a_new_turn() -> None:
    assert "exclude" in refusal(**BEGUN, continue_final_message=True, add_generation_prompt=True)
    assert "messages" in refusal(continue_final_message=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"structured_outputs": {"regex": "a"}, "response_format": {"type": "json_object"}},
        {"structured_outputs": {"regex": "a"}, "min_tokens": 2},
        {"response_format": {"type": "json_object"}, "ignore_eos": True},
        {"min_tokens": 5, "max_tokens": 4},
        {"top_logprobs": 2},
        {"stream_options": {"include_usage": True}},
        {"stream": True, "stream_options": {"continuous_usage_stats": True}},
    ],
)
def test_fields_that_exclude_or_need_each_other_are_refused(fields: dict[str, Any]) -> None:
    assert [*fields][-1] in refusal(**fields)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"regex": "a", "choice": ["b"]},
        {"choice": []},
        {"choice": [""]},
        {"json": 1},
        {"json": ""},
        {"grammar": "x" * 300_000},
        {"structural_tag": "x"},
    ],
)
def test_a_form_is_exactly_one_of_the_four(form: dict[str, Any]) -> None:
    assert "structured_outputs" in refusal(structured_outputs=form)


def test_a_text_format_is_no_form() -> None:
    assert chat(response_format={"type": "text"}, min_tokens=2).min_tokens == 2


@pytest.mark.parametrize(("given", "prompt"), [("x", "x"), (["x"], "x"), ([1, 2], [1, 2]), ([[1, 2]], [1, 2])])
def test_a_prompt_may_stand_in_a_list_of_one(given: Any, prompt: Any) -> None:
    body = CompletionRequest.model_validate_json(json.dumps({"model": "m", "prompt": given}))
    assert body.only_prompt == prompt


@pytest.mark.parametrize("given", [["x", "y"], [[1], [2]], [], [[]], [""], [1, "x"], [-1], [True], [1.5]])
def test_several_prompts_and_mixtures_are_refused(given: Any) -> None:
    with pytest.raises(ValidationError, match="prompt"):
        CompletionRequest.model_validate_json(json.dumps({"model": "m", "prompt": given}))


def test_switches_of_a_template_are_named_and_short() -> None:
    assert chat(chat_template_kwargs={"enable_thinking": False}).chat_template_kwargs == {"enable_thinking": False}
    for bad in (
        {"__class__": True},
        {"a": 10**9},
        {"a": "x" * 65},
        {"a": ["b"]},
        {str(n): True for n in range(17)},
    ):
        assert "chat_template_kwargs" in refusal(chat_template_kwargs=bad)
