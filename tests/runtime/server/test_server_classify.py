"""/v1/classify over HTTP: shapes, bounds, queue, cancellation; and which model answers what."""

import base64
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from model_runtime.engine.pooling import PoolingEngine, PoolingJob
from model_runtime.loading.judging.labels import Labels
from model_runtime.server.runtime import Runtime
from tests.runtime.support.pooled_checkpoints import make_classifier, make_image_classifier
from tests.runtime.support.processes import eventually
from tests.runtime.support.serving import loaded, serving
from tests.runtime.support.wire import asked


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A served BERT classifier with a window of 130 tokens."""
    with serving(loaded(make_classifier(tmp_path_factory.mktemp("texts") / "model"))) as client:
        yield client


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A served ViT classifier."""
    with serving(loaded(make_image_classifier(tmp_path_factory.mktemp("images") / "model"))) as client:
        yield client


def classify(client: httpx.Client, value: Any, **fields: Any) -> httpx.Response:
    return client.post("/v1/classify", json={"model": "m", "input": value} | fields)


def picture(side: int = 40, kind: str = "png", seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 255, (side, side, 3), dtype=np.uint8)).save(file, kind)
    url = f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def test_an_answer_has_vllms_shape(texts: httpx.Client) -> None:
    answer = classify(texts, ["Refunds are paid.", "退货"]).json()
    assert set(answer) == {"id", "object", "created", "model", "data", "usage"}
    assert answer["id"].startswith("classify-")
    assert (answer["object"], answer["model"]) == ("list", "m")
    assert [item["index"] for item in answer["data"]] == [0, 1]
    for item in answer["data"]:
        assert set(item) == {"index", "label", "probs", "num_classes"}
        assert item["num_classes"] == len(item["probs"]) == 3
        assert sum(item["probs"]) == pytest.approx(1)
        assert item["label"] == ["fine", "rude", "危险"][item["probs"].index(max(item["probs"]))]
    assert answer["usage"]["prompt_tokens"] == answer["usage"]["total_tokens"] > 4
    assert answer["usage"]["completion_tokens"] == 0


def test_texts_and_token_numbers_may_come_alone_or_in_lists(texts: httpx.Client) -> None:
    alone = classify(texts, "Refunds").json()
    assert classify(texts, ["Refunds"]).json()["data"] == alone["data"]
    tokens = [1, 7, 8, 2]
    row = classify(texts, tokens).json()["data"]
    assert classify(texts, [tokens, [1, 2]]).json()["data"][0]["probs"] == pytest.approx(row[0]["probs"], abs=1e-5)


def test_a_text_that_is_too_long_is_refused_with_the_numbers_or_cut_when_asked(texts: httpx.Client) -> None:
    long = "Who pays? " * 300
    refused = classify(texts, ["short", long])
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert error["message"].startswith("Input 1 has ") and "this model reads 130" in error["message"]
    assert classify(texts, long, truncate_prompt_tokens=-1).json()["usage"]["prompt_tokens"] == 130
    assert classify(texts, long, truncate_prompt_tokens=9).json()["usage"]["prompt_tokens"] == 9
    assert classify(texts, [[5] * 300], truncate_prompt_tokens=9).json()["usage"]["prompt_tokens"] == 9


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": []}, "input"),
        ({"input": [""]}, "input"),
        ({"input": [[]]}, "input"),
        ({"input": ["a", 1]}, "input"),
        ({"input": ["a"] * 257}, "input"),
        ({"input": [-1]}, "input"),
        ({"input": [2**40]}, "input"),
        ({"input": [100_000]}, "input"),
        ({"input": None}, "input"),
        ({"input": "a", "truncate_prompt_tokens": -2}, "truncate_prompt_tokens"),
        ({"input": "a", "truncate_prompt_tokens": 0}, "truncate_prompt_tokens"),
        ({"input": "a", "truncate_prompt_tokens": 131}, "truncate_prompt_tokens"),
        ({"input": "a", "truncate_prompt_tokens": True}, "truncate_prompt_tokens"),
        ({"input": "a", "surprise": 1}, "surprise"),
        ({"input": "a", "model": "other"}, "model"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_the_fields_name(
    texts: httpx.Client, body: dict[str, Any], param: str
) -> None:
    refused = texts.post("/v1/classify", json={"model": "m"} | body)
    assert refused.status_code in (400, 404)
    assert param in f"{refused.json()['error']['param']}"


def test_images_are_classified_one_by_one_and_in_any_allowed_format(images: httpx.Client) -> None:
    answer = classify(images, [picture(seed=1), picture(90, "jpeg", 2), picture(33, "webp", 3)]).json()
    assert [item["index"] for item in answer["data"]] == [0, 1, 2]
    assert {item["label"] for item in answer["data"]} <= {"cat", "dog", "crane"}
    assert answer["usage"]["prompt_tokens"] == 0
    alone = classify(images, picture(seed=1)).json()["data"][0]
    assert alone["probs"] == pytest.approx(answer["data"][0]["probs"], abs=1e-5)


def test_texts_and_images_are_for_their_own_models(texts: httpx.Client, images: httpx.Client) -> None:
    assert "images" in classify(images, "a text").json()["error"]["message"]
    assert "texts" in classify(texts, [picture()]).json()["error"]["message"]
    assert classify(images, [picture(), "a text"]).status_code == 400


def test_an_image_is_never_fetched(images: httpx.Client) -> None:
    for url in ("http://127.0.0.1:1/x.png", "file:///etc/passwd", "data:text/plain;base64,eA==", ""):
        refused = classify(images, {"type": "image_url", "image_url": {"url": url}})
        assert refused.status_code == 400, url


def test_a_classifier_writes_no_text_and_makes_no_vectors(texts: httpx.Client) -> None:
    chat = texts.post("/v1/chat/completions", json={"model": "m", "messages": [{"role": "user", "content": "x"}]})
    assert (chat.status_code, "classifies" in chat.json()["error"]["message"]) == (400, True)
    assert texts.post("/v1/embeddings", json={"model": "m", "input": "x"}).status_code == 400


def test_a_text_model_does_not_classify(served: Any) -> None:
    refused = served.client.post("/v1/classify", json={"model": "fake", "input": "x"})
    assert (refused.status_code, "writes text" in refused.json()["error"]["message"]) == (400, True)


def test_readiness_is_proved_by_an_answer(texts: httpx.Client, images: httpx.Client) -> None:
    assert texts.get("/ready").json()["status"] == "ready"
    assert images.get("/ready").json()["status"] == "ready"


class Gated:
    """A text classifier that computes only when it may."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.batches: list[int] = []
        self.jobs: list[PoolingJob] = []
        self.labels = Labels(("a", "b"), several=False)
        self.window, self.vocab_size = 100, 300

    def probe(self) -> list[int]:
        return [1]

    def size(self, item: list[int]) -> int:
        return len(item)

    def tokenize(self, texts: list[str], limit: int | None) -> list[list[int]]:
        return [list(text.encode())[:limit] for text in texts]

    def run(self, batch: list[list[int]]) -> list[list[float]]:
        self.batches.append(len(batch))
        assert self.gate.wait(60)
        if batch[0] == list(b"fail"):
            raise MemoryError("no room")
        return [[0.25, 0.75] for _ in batch]


@pytest.fixture
def gated() -> Iterator[tuple[Gated, httpx.Client]]:
    backend = Gated()
    runtime = Runtime("m", state="ready", queue_size=2)
    runtime.classifier = PoolingEngine(backend, queue_size=2)  # type: ignore[arg-type]
    backend.jobs = runtime.classifier._jobs
    with serving(runtime) as client:
        yield backend, client
    backend.gate.set()
    runtime.classifier.stop()


def test_a_full_queue_is_429_with_retry_after(gated: tuple[Gated, httpx.Client]) -> None:
    backend, client = gated
    threads = [threading.Thread(target=classify, args=(client, "x")) for _ in range(2)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(backend.jobs) == 2)
    refused = classify(client, "y")
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "queue_full"
    assert int(refused.headers["retry-after"]) >= 1
    backend.gate.set()
    for thread in threads:
        thread.join(60)


def test_what_a_client_that_left_had_asked_is_not_computed(gated: tuple[Gated, httpx.Client]) -> None:
    backend, client = gated
    with asked(str(client.base_url.join("/v1/classify")), {"model": "m", "input": ["x" * 90] * 100}):
        eventually(lambda: backend.jobs)
    eventually(lambda: all(job.cancelled for job in backend.jobs))
    backend.gate.set()
    assert classify(client, "y").json()["data"][0]["label"] == "b"
    assert sum(backend.batches) < 30, "most of the hundred texts were never computed"


def test_a_model_that_fails_is_a_500_and_the_next_question_is_answered(gated: tuple[Gated, httpx.Client]) -> None:
    backend, client = gated
    backend.gate.set()
    assert classify(client, "fail").status_code == 500
    assert classify(client, "fine").status_code == 200


def test_a_long_answer_elsewhere_does_not_hold_up_the_event_loop(gated: tuple[Gated, httpx.Client]) -> None:
    backend, client = gated
    asking = threading.Thread(target=classify, args=(client, "x"))
    asking.start()
    eventually(lambda: backend.batches)
    assert client.get("/health").status_code == 200
    backend.gate.set()
    asking.join(60)


def test_a_classifier_of_images_needs_no_context(tmp_path: Path) -> None:
    runtime = loaded(make_image_classifier(tmp_path / "model", "ConvNext"), "--quantization", "int8")
    assert runtime.state == "ready"
    assert runtime.memory_bytes > 0
    assert "context_length" not in runtime.report


def test_an_answer_that_takes_longer_than_its_limit_is_504_and_is_not_computed(
    gated: tuple[Gated, httpx.Client],
) -> None:
    backend, client = gated
    body = {"model": "m", "input": ["x" * 90] * 100}
    late = client.post("/v1/classify", json=body, headers={"X-Request-Timeout": "0.05"})
    assert (late.status_code, late.json()["error"]["code"]) == (504, "deadline_exceeded")
    assert all(job.cancelled for job in backend.jobs)
    backend.gate.set()
    eventually(lambda: not backend.jobs)


def test_a_request_that_is_being_computed_is_cancelled_by_its_id(gated: tuple[Gated, httpx.Client]) -> None:
    backend, client = gated
    answers: list[httpx.Response] = []
    body = {"model": "m", "input": ["x" * 90] * 100}

    def ask() -> None:
        answers.append(client.post("/v1/classify", json=body, headers={"X-Request-Id": "mine"}))

    asking = threading.Thread(target=ask)
    asking.start()
    eventually(lambda: backend.batches)
    assert client.post("/control/requests/mine/cancel").json() == {"id": "mine", "cancelled": 1}
    asking.join(60)
    assert (answers[0].status_code, answers[0].json()["error"]["code"]) == (499, "cancelled")
    assert client.post("/control/requests/mine/cancel").status_code == 404
    backend.gate.set()
    eventually(lambda: not backend.jobs)
    assert sum(backend.batches) < 30, "most of the hundred texts were never computed"


def test_the_figures_of_a_classifier_are_in_prometheus_text(gated: tuple[Gated, httpx.Client]) -> None:
    backend, client = gated
    backend.gate.set()
    assert client.get("/ready").status_code == 200
    assert classify(client, "x").status_code == 200
    text = client.get("/metrics").text
    assert 'parley_runtime_requests_finished_total{model="m",reason="stop"} 1.0' in text
    assert 'parley_runtime_queue_seconds_count{model="m"} 1.0' in text
    assert 'parley_runtime_requests_waiting{model="m"} 0.0' in text
