"""Bodies of every kind of nonsense get a refusal with a reason, or an answer; never a 500, and the server lives."""

import json
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.completions import CompletionRequest
from model_runtime.protocol.embeddings import EmbeddingRequest
from tests.examples import examples

ROUTES: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "/v1/chat/completions": (ChatRequest, {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}),
    "/v1/completions": (CompletionRequest, {"model": "fake", "prompt": "hi"}),
    "/v1/embeddings": (EmbeddingRequest, {"model": "fake", "input": "hi"}),
}
STRANGERS = [
    "chat_template", "prompt_embeds", "guided_json", "tools", "functions", "n_discard",
    "best_of", "use_beam_search", "vllm_xargs", "kv_transfer_params", "documents", "__proto__", "",
]  # fmt: skip

numbers = st.sampled_from([-1, 0, 1, 2, 7, 2**31, 2**63, -(2**63), 2**64, 1e300, -0.0, 0.5, 1e-320])
leaves = st.none() | st.booleans() | numbers | st.text(max_size=20) | st.just("x" * 3000) | st.just("\ud800")
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "role", "content", "json", "schema", "0", "a"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("path", ROUTES)
@settings(
    max_examples=examples(50), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_body_breaks_the_server(served: Any, path: str, data: st.DataObject) -> None:
    model, good = ROUTES[path]
    names = [field.alias or name for name, field in model.model_fields.items()] + STRANGERS
    changes = data.draw(st.dictionaries(st.sampled_from(names), values, max_size=5))
    limit = {} if path == "/v1/embeddings" else {"max_tokens": 2}
    answer = served.client.post(path, content=json.dumps(good | limit | changes))
    assert answer.status_code in (200, 400, 404), (changes, answer.text)
    if answer.status_code != 200:
        assert answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity", "1e999", "-1", "9223372036854775808", "true"])
def test_every_number_is_strict_on_every_route(served: Any, path: str, constant: str) -> None:
    model, good = ROUTES[path]
    for name in ("n", "max_tokens", "temperature", "top_p", "min_p", "seed", "logprobs", "dimensions"):
        if name not in model.model_fields or (name == "seed" and constant == "-1"):
            continue
        if (name, constant, path) == ("logprobs", "true", "/v1/chat/completions"):
            continue
        raw = json.dumps(good)[:-1] + f', "{name}": {constant}}}'
        assert served.client.post(path, content=raw).status_code == 400, name


def test_great_counts_and_deep_bodies_take_no_memory(served: Any) -> None:
    good = ROUTES["/v1/chat/completions"][1]
    bodies = [
        json.dumps(good | {"n": 1_000_000}),
        json.dumps(good | {"max_tokens": 2**62}),
        json.dumps(good | {"stop": ["x"] * 100_000}),
        json.dumps(good | {"messages": good["messages"] * 20_000}),
        json.dumps(good | {"logprobs": True, "top_logprobs": 1_000_000}),
        json.dumps(good | {"structured_outputs": {"choice": ["x"] * 100_000}}),
        '{"messages":' + "[" * 200_000,
        '{"a":' * 200_000,
    ]
    for body in bodies:
        served.client.post("/v1/chat/completions", content=body)
    before = psutil.Process().memory_info().rss
    for body in bodies * 5:
        assert served.client.post("/v1/chat/completions", content=body).status_code == 400
    assert psutil.Process().memory_info().rss - before < 32 * 2**20
