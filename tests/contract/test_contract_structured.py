"""Answers of a given form: OpenAI's response_format, and structured_outputs as vLLM has them."""

import json
import re
from collections.abc import Callable
from typing import Any

import openai
import pytest

HELLO: list[Any] = [{"role": "user", "content": "Who pays?"}]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"answer": {"enum": ["yes", "no"]}},
    "required": ["answer"],
    "additionalProperties": False,
}


def write(client: openai.OpenAI, model: str, form: dict[str, Any]) -> str:
    answer = client.chat.completions.create(
        model=model, messages=HELLO, max_tokens=64, temperature=1.0, extra_body={"structured_outputs": form}
    )
    assert answer.choices[0].finish_reason == "stop"
    return answer.choices[0].message.content or ""


@pytest.mark.parametrize("schema", [SCHEMA, json.dumps(SCHEMA)], ids=["object", "text"])
def test_json_by_a_schema(client: openai.OpenAI, model: str, needs: Callable[[str], None], schema: Any) -> None:
    needs("structured_json")
    assert json.loads(write(client, model, {"json": schema}))["answer"] in ("yes", "no")


@pytest.mark.parametrize("pattern", [r"[a-c]{3}/\d{2}", r"(ja|nein)!?", "退货(吗|呢)"])
def test_a_regular_expression_matches_the_whole_answer(
    client: openai.OpenAI, model: str, needs: Callable[[str], None], pattern: str
) -> None:
    needs("structured_regex")
    assert re.fullmatch(pattern, write(client, model, {"regex": pattern}))


def test_a_choice_is_one_of_the_texts_whatever_is_in_them(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("structured_choice")
    choice = ['say "yes"', "a/b\\c | d", "退货\n"]
    assert write(client, model, {"choice": choice}) in choice


def test_a_verbatim_answer_is_one_of_the_allowed_and_most_of_it_is_not_chosen(
    client: openai.OpenAI, model: str, needs: Callable[[str], None]
) -> None:
    needs("structured_lark")
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
    metrics = (parts[-1].model_extra or {}).get("metrics", {})
    assert metrics.get("forced_tokens", 1) > 0


@pytest.mark.parametrize(
    "form", [{"regex": "("}, {"grammar": "start: missing"}, {"json": "{"}, {"regex": "a", "choice": ["b"]}]
)
def test_a_form_that_makes_no_sense_is_a_bad_request(
    client: openai.OpenAI, model: str, needs: Callable[[str], None], form: dict[str, Any]
) -> None:
    for kind in ("structured_json", "structured_regex", "structured_choice", "structured_lark"):
        needs(kind)
    with pytest.raises(openai.BadRequestError):
        write(client, model, form)


def test_a_continuation_can_be_json_too(client: openai.OpenAI, model: str, needs: Callable[[str], None]) -> None:
    needs("completion_formats")
    form = {"type": "json_schema", "json_schema": {"name": "verdict", "schema": SCHEMA}}
    answer = client.completions.create(
        model=model, prompt="Who pays?", max_tokens=64, extra_body={"response_format": form}
    )
    assert json.loads(answer.choices[0].text)["answer"] in ("yes", "no")
