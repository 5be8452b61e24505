"""Chat over HTTP: shapes, queue, cancellation, failures."""

import threading
from collections.abc import Callable
from typing import Any

from model_runtime.server.load_generator import measure
from tests.runtime.server.events import chunks
from tests.runtime.support.fake_backend import FakeBackend
from tests.runtime.support.processes import eventually

USAGE = {
    "prompt_tokens": 2,
    "completion_tokens": 3,
    "total_tokens": 5,
    "prompt_tokens_details": {"cached_tokens": 0},
}


def test_a_whole_answer_has_the_protocols_shape(served: Any) -> None:
    answer = served.chat(max_tokens=3).json()
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "fake"
    (choice,) = answer["choices"]
    assert choice["message"] == {"role": "assistant", "content": "abc", "refusal": None}
    assert (choice["finish_reason"], choice["logprobs"]) == ("length", None)
    assert answer["usage"] == USAGE
    assert answer["metrics"]["forced_tokens"] == 0


def test_a_stream_says_the_same_token_by_token_and_ends_once(served: Any) -> None:
    parts = chunks(served.chat(max_tokens=3, stream=True, stream_options={"include_usage": True}))
    assert parts[-1] == "[DONE]"
    assert parts[-2]["choices"] == []
    assert parts[-2]["usage"] == USAGE
    assert set(parts[-2]["metrics"]) == {
        "queue_ms", "first_token_ms", "decode_ms", "forced_tokens", "draft_tokens", "accepted_tokens",
        "mean_logprob",
    }  # fmt: skip
    deltas = [part["choices"][0] for part in parts[:-2]]
    assert [choice["delta"].get("content") for choice in deltas] == ["", "a", "b", "c", None]
    assert [choice["finish_reason"] for choice in deltas] == [None, None, None, None, "length"]
    assert {part["id"] for part in parts[:-1]} == {parts[0]["id"]}


def test_several_answers_come_with_their_numbers(served: Any) -> None:
    answer = served.chat(n=3, max_tokens=2).json()
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert answer["usage"]["completion_tokens"] == 6


def test_logprobs_come_with_bytes_and_alternatives(served: Any) -> None:
    answer = served.chat(max_tokens=1, logprobs=True, top_logprobs=1).json()
    entry = {"token": "a", "logprob": -0.5, "bytes": [97]}
    assert answer["choices"][0]["logprobs"]["content"] == [entry | {"top_logprobs": [entry]}]


def test_characters_of_several_tokens_come_whole_with_all_their_logprobs(serve: Callable[..., Any]) -> None:
    raw = "é你".encode()
    served = serve(FakeBackend(lambda position: raw[position] if position < len(raw) else 0))
    parts = chunks(served.chat(stream=True, logprobs=True))
    shown = [part["choices"][0] for part in parts[:-1] if part["choices"][0]["delta"].get("content")]
    assert [choice["delta"]["content"] for choice in shown] == ["é", "你"]
    assert [len(choice["logprobs"]["content"]) for choice in shown] == [2, 3]


def test_a_stop_string_is_cut_out(served: Any) -> None:
    answer = served.chat(stop=["de", "zz"]).json()
    assert answer["choices"][0]["message"]["content"] == "abc"
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_a_full_queue_is_429_with_retry_after_and_the_place(serve: Callable[..., Any]) -> None:
    gate = threading.Event()
    served = serve(FakeBackend(slots=1, gate=gate.wait), queue_size=1)
    threads = [threading.Thread(target=served.chat) for _ in range(2)]
    for thread in threads:
        thread.start()
    eventually(lambda: served.engine.metrics.waiting + served.engine.stalled_for() > 1)
    refused = eventually(lambda: (answer := served.chat(max_tokens=1)).status_code == 429 and answer)
    assert refused.json()["error"]["code"] == "queue_full"
    assert "waiting" in refused.json()["error"]["message"]
    assert int(refused.headers["retry-after"]) >= 1
    gate.set()
    for thread in threads:
        thread.join()


def test_a_client_that_leaves_a_stream_frees_the_slot(serve: Callable[..., Any]) -> None:
    served = serve(FakeBackend(slots=1, context_length=100_000, step_seconds=0.001))
    body = {"model": "fake", "messages": [{"role": "user", "content": "hi"}], "stream": True}
    with served.client.stream("POST", "/v1/chat/completions", json=body) as response:
        next(response.iter_lines())
    eventually(lambda: served.engine.metrics.finished["cancelled"] == 1)
    assert served.chat(max_tokens=2).json()["choices"][0]["message"]["content"] == "ab"


def test_a_failing_model_is_a_500_or_an_error_event_never_a_hang(serve: Callable[..., Any]) -> None:
    def fail() -> None:
        raise MemoryError("no room")

    served = serve(FakeBackend(gate=fail))
    answer = served.chat()
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "generation_failed"
    parts = chunks(served.chat(stream=True))
    assert "no room" in parts[-1]["error"]["message"]


def test_a_prompt_that_leaves_no_room_is_refused_at_once_with_the_numbers(served: Any) -> None:
    assert served.chat("x" * 199).status_code == 200
    refused = served.chat("x" * 200)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert "200 tokens" in error["message"]


def test_a_template_that_loops_is_interrupted(serve: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setattr("model_runtime.server.http.helper.run_bounded.__kwdefaults__", {"seconds": 0.3})
    served = serve()
    refused = served.chat("loop")
    assert refused.json()["error"]["code"] == "too_slow"
    assert served.chat("fine", max_tokens=1).status_code == 200


def test_a_hanging_step_turns_readiness_red_and_a_finished_one_green(
    serve: Callable[..., Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr("model_runtime.server.routes.health.STALLED_AFTER", 0.2)
    gate = threading.Event()
    served = serve(FakeBackend(gate=gate.wait))
    red = served.client.get("/ready")
    assert red.status_code == 503
    assert "token" in red.json()["error"]
    gate.set()
    assert eventually(lambda: served.client.get("/ready").status_code == 200)


def test_while_loading_requests_get_503_and_readiness_is_red(serve: Callable[..., Any]) -> None:
    served = serve()
    served.runtime.state = "loading"
    assert served.chat().status_code == 503
    assert served.client.get("/ready").status_code == 503
    assert served.client.get("/v1/models").json()["data"] == []


def test_counters_are_in_prometheus_text(served: Any) -> None:
    served.chat(max_tokens=1)
    text = served.client.get("/metrics").text
    assert 'parley_runtime_requests_finished_total{model="fake",reason="length"}' in text


def test_a_deadline_is_counted_as_such_and_what_only_asks_how_the_model_is_not_at_all(
    serve: Callable[..., Any],
) -> None:
    served = serve(FakeBackend(context_length=1_000_000, step_seconds=0.001))
    assert served.client.get("/ready").status_code == 200
    assert sum(served.engine.metrics.finished.values()) == 0
    measure(served.engine)
    assert sum(served.engine.metrics.finished.values()) == 0
    body = {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}
    served.client.post("/v1/chat/completions", json=body, headers={"X-Request-Timeout": "0.05"})
    assert served.engine.metrics.finished["deadline_exceeded"] == 1
    assert served.engine.metrics.finished["error"] == 0
