"""What the server refuses: no token, unknown fields, values out of bounds, oversized bodies, nonsense."""

import json
import random
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from model_runtime.loading.tokenizer import BadSwitch
from model_runtime.server.app import ROUTES
from tests.runtime.support.processes import TOKEN

GOOD: dict[str, Any] = {"model": "fake", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}


def post(served: Any, body: Any, path: str = "/v1/chat/completions") -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return served.client.post(path, content=raw)


def test_every_route_but_health_needs_the_token(served: Any) -> None:
    for route in ROUTES:
        path = route.path.replace("{name:path}", "fake")
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        for authorization in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
            answer = httpx.request(method, served.url + path, headers=authorization, trust_env=False)
            assert answer.status_code == (200 if path == "/health" else 401), path


def test_an_unknown_route_needs_the_token_too(served: Any) -> None:
    assert httpx.get(f"{served.url}/invocations", trust_env=False).status_code == 401
    missing = served.client.get("/invocations")
    assert (missing.status_code, missing.json()["error"]["type"]) == (404, "not_found_error")


@pytest.mark.parametrize("field", ["chat_template", "prompt_embeds", "guided_json", "tools", "functions", "x"])
def test_an_unknown_field_is_refused_by_name(served: Any, field: str) -> None:
    refused = post(served, GOOD | {field: {}})
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == field
    assert field in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("n", [0, -1, 9, 1_000_000, 1.5, "1", True]),
        ("max_tokens", [0, -1, 2**63, "1", True]),
        ("temperature", [-0.1, 2.1, "1", True]),
        ("top_p", [0, -1, 1.1]),
        ("top_k", [-2, 1.5]),
        ("seed", [2**63, -(2**63) - 1, 1.5, "1"]),
        ("stop", [["x"] * 9, [""], "x" * 201, 1]),
        ("logit_bias", [{"a": 1}, {"1": 101}, {"999": 1}, {"-1": 1}]),
        ("messages", [[], [{}], "hi", [{"role": "user"}]]),
        ("messages", [[{"role": "user", "content": 1}], [{"role": "tool", "content": ""}]]),
        ("top_logprobs", [21, -1]),
        ("response_format", [{"type": "xml"}, {"type": "json_schema"}, {}]),
        ("structured_outputs", [{}, {"grammar": ""}, {"grammar": "start: missing"}, {"regex": "(a"}]),
        ("stream", ["yes", 1]),
        ("stream_options", [{"include_usage": True}]),
        ("model", ["", None, 1]),
    ],
)  # fmt: skip
def test_a_value_out_of_bounds_is_refused_by_the_fields_name(served: Any, field: str, values: list[Any]) -> None:
    for value in values:
        refused = post(served, GOOD | {"logprobs": True, field: value})
        assert refused.status_code == 400, value
        error = refused.json()["error"]
        assert field in f"{error['param']} {error['message']}", (value, error)


def test_not_a_number_is_no_number(served: Any) -> None:
    for constant in ("NaN", "Infinity", "-Infinity", "1e999"):
        raw = json.dumps(GOOD)[:-1] + f', "temperature": {constant}}}'
        assert post(served, raw.encode()).status_code == 400


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 50_000, b'{"a":' * 50_000])
def test_a_body_that_is_no_object_is_refused(served: Any, raw: bytes) -> None:
    assert post(served, raw).status_code == 400


def test_a_body_too_large_is_refused_with_or_without_a_length(served: Any) -> None:
    large = b"x" * (17 * 1024 * 1024)

    def parts() -> Iterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    for body in (large, parts()):
        try:
            refused = served.client.post("/v1/chat/completions", content=body)
        except httpx.HTTPError:
            continue  # the server answered and closed while we were still sending
        assert refused.status_code == 413


def test_a_giant_header_is_refused(served: Any) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        try:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000)
            answer = connection.recv(100)
        except ConnectionError:
            answer = b""
        assert not answer or answer.startswith(b"HTTP/1.1 4")


def test_endless_trailers_are_refused(served: Any) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    head = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    trailers = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 1000) for number in range(200))
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        answer = b""
        try:
            connection.sendall(head + trailers)
            while part := connection.recv(4096):
                answer += part
        except ConnectionError:
            pass
        assert b"HTTP/1.1 400" in answer


def test_another_models_name_is_404(served: Any) -> None:
    missing = post(served, GOOD | {"model": "other"})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


def test_a_text_model_makes_no_embeddings(served: Any) -> None:
    assert post(served, {"model": "fake", "input": "x"}, "/v1/embeddings").status_code == 400


def test_completions_refuse_tokens_that_do_not_exist(served: Any) -> None:
    assert post(served, {"model": "fake", "prompt": [300]}, "/v1/completions").status_code == 400
    assert post(served, {"model": "fake", "prompt": []}, "/v1/completions").status_code == 400
    assert post(served, {"model": "fake", "prompt": ""}, "/v1/completions").status_code == 400


def test_a_storm_of_nonsense_gets_only_refusals_and_the_server_lives(served: Any) -> None:
    rng = random.Random(7)
    values: list[Any] = [None, True, -1, 2**70, 1.5, "", "x", [], [None], {}, {"a": {"b": []}}, "x" * 1000]
    fields = [*GOOD, "n", "stop", "seed", "logit_bias", "stream", "tools", "response_format", "structured_outputs"]
    for _ in range(300):
        body = GOOD | {rng.choice(fields): rng.choice(values) for _ in range(rng.randint(1, 4))}
        assert post(served, body).status_code in (200, 400, 404)
    assert post(served, GOOD).status_code == 200


def test_every_bad_request_has_a_code(served: Any) -> None:
    for fields in ({"logit_bias": {"9999999": 1}}, {"n": 0}, {"stop": [""]}, {"surprise": 1}):
        answer = served.chat("hi", **fields)
        assert (answer.status_code, bool(answer.json()["error"]["code"])) == (400, True), fields


@pytest.mark.parametrize("value", ["", [""], [], {}, 1])
def test_of_an_input_of_many_forms_the_fields_own_name_is_told(served: Any, value: object) -> None:
    refused = served.client.post("/v1/embeddings", json={"model": "fake", "input": value})
    assert (refused.status_code, refused.json()["error"]["param"].split(".")[0]) == (400, "input")
    assert "constrained" not in refused.text


def test_a_switch_that_may_not_be_set_is_told_by_its_field(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def chat(*_: Any, **__: Any) -> list[int]:
        raise BadSwitch("not this one")

    monkeypatch.setattr(served.runtime.generator.tokenizer, "chat", chat)
    error = served.chat("hi", chat_template_kwargs={"tools": True}).json()["error"]
    assert (error["param"], error["code"], error["message"]) == (
        "chat_template_kwargs",
        "invalid_value",
        "not this one",
    )


@pytest.mark.parametrize(
    ("value", "param", "message"),
    [
        (["a"] * 3000, "input", "at most 2048 items"),
        ([], "input", "at least 1 item"),
        (["a", ""], "input.1", "at least 1 character"),
        ([5, -1], "input.1", "greater than or equal to 0"),
    ],
)
def test_of_an_input_of_many_forms_what_is_wrong_with_the_form_it_has_is_told(
    served: Any, value: object, param: str, message: str
) -> None:
    refused = served.client.post("/v1/embeddings", json={"model": "fake", "input": value}).json()["error"]
    assert refused["param"] == param
    assert message in refused["message"]
