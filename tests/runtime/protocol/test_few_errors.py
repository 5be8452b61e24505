"""A body is refused for what is wrong with it first: an error for each of a million entries takes minutes."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from model_runtime.protocol.base import RequestModel
from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.classify import ClassifyRequest
from model_runtime.protocol.completions import CompletionRequest
from model_runtime.protocol.embeddings import EmbeddingRequest
from model_runtime.protocol.rerank import RerankRequest

MANY = 5000
WRONG_LISTS: list[list[Any]] = [[{}] * MANY, [True] * MANY, [[-1]] * MANY, [[-1] * MANY], [""] * MANY, [-1] * MANY]
TALK = [{"role": "user", "content": "hi"}]
ENTRIES = {f"k{number}": [] for number in range(MANY)}


def errors_of(kind: type[RequestModel], **fields: Any) -> int:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate_json(json.dumps({"model": "m"} | fields))
    return refused.value.error_count()


@pytest.mark.parametrize("wrong", WRONG_LISTS)
def test_wrong_inputs_however_many_are_a_few_errors(wrong: list[Any]) -> None:
    assert errors_of(CompletionRequest, prompt=wrong) < 20
    assert errors_of(EmbeddingRequest, input=wrong) < 20
    assert errors_of(ClassifyRequest, input=wrong) < 20
    assert errors_of(RerankRequest, query="a", documents=wrong) <= 256


@pytest.mark.parametrize(
    "fields",
    [
        ENTRIES,
        {"logit_bias": ENTRIES},
        {"metadata": ENTRIES},
        {"chat_template_kwargs": ENTRIES},
        {"messages": [1] * MANY},
        {"messages": [{"role": "user", "content": [1] * 64}] * 512},
        {"messages": [TALK[0] | ENTRIES]},
    ],
)
def test_wrong_entries_however_many_are_a_few_errors(fields: dict[str, Any]) -> None:
    assert errors_of(ChatRequest, **({"messages": TALK} | fields)) < 20
