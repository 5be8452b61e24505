"""Asking a reranker: which one, what it says, and what happens while it is not loaded."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from apps.core.actor import SYSTEM
from apps.inference.calls import reranking
from apps.inference.errors import RuntimeRefused, RuntimeUnavailable
from apps.inference.runtime.endpoints import Endpoint
from apps.inference.services import rerank_sync, reranker_target, reranker_targets
from apps.registry.models import Kind, ModelVersion, RegisteredModel, Source, VersionState
from apps.registry.selectors import Target, target_for
from apps.registry.services import alias_move

Ask = Callable[..., list[float]]


def version_of(labels: list[str], kind: Kind = Kind.CLASSIFIER, **fields: Any) -> ModelVersion:
    return ModelVersion(
        model=RegisteredModel(name="judge"), number=1, source=Source.PATH, kind=kind, labels=labels, **fields
    )


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks what `handler` answers."""
    endpoint = Endpoint("http://runtime.example/v1", "s3cret", True)
    monkeypatch.setattr(reranking, "endpoint_for", lambda target: endpoint)

    def call(handler: Callable[[httpx.Request], httpx.Response], documents: list[str]) -> list[float]:
        client = httpx.Client(transport=httpx.MockTransport(handler))
        monkeypatch.setattr(reranking, "sync_client", lambda: client)
        target = target_for(version_of(["answers"]))
        return rerank_sync(target=target, query="Who pays?", documents=documents, seconds=2.0)

    return call


def test_scores_come_in_the_documents_order_whatever_the_answers(ask: Ask) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        results = [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.2}]
        return httpx.Response(200, json={"results": results})

    assert ask(handler, ["a", "b"]) == [0.2, 0.9]
    assert seen[0].url == "http://runtime.example/v1/rerank"
    assert json.loads(seen[0].content) == {"model": "judge@1", "query": "Who pays?", "documents": ["a", "b"]}
    assert seen[0].headers["authorization"] == "Bearer s3cret" and seen[0].headers["x-request-timeout"] == "2.000"


@pytest.mark.parametrize(
    "results",
    [
        [{"index": 0, "relevance_score": 0.5}],
        [{"index": 0, "relevance_score": 0.5}, {"index": 0, "relevance_score": 0.5}],
        [{"index": 0, "relevance_score": 0.5}, {"index": 1, "relevance_score": 7}],
        [{"index": 0}, {"index": 1}],
        "none",
    ],
)
def test_an_answer_without_a_probability_for_each_document_is_unreadable(ask: Ask, results: Any) -> None:
    with pytest.raises(RuntimeUnavailable, match="unreadable"):
        ask(lambda _: httpx.Response(200, json={"results": results}), ["a", "b"])


def test_a_model_that_is_not_loaded_is_asked_for_and_nobody_waits(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []
    monkeypatch.setattr(reranking, "model_load", lambda *, served_id, **_: loads.append(served_id))
    missing = httpx.Response(404, json={"error": {"message": "no", "code": "model_not_found"}})
    with pytest.raises(RuntimeUnavailable):
        ask(lambda _: missing, ["a"])
    assert loads == ["judge@1"]
    with pytest.raises(RuntimeRefused):
        ask(lambda _: httpx.Response(400, json={"error": {"message": "too long"}}), ["a"])
    assert loads == ["judge@1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "labels", "there"),
    [
        (Kind.CLASSIFIER, ["answers"], True),
        (Kind.CLASSIFIER, ["bad", "good"], False),
        (Kind.GENERATOR, [], False),
    ],
)
def test_what_stands_behind_the_alias_is_asked_if_it_has_one_class(
    kind: Kind, labels: list[str], there: bool
) -> None:
    assert reranker_target() is None and reranker_targets() == []
    model = RegisteredModel.objects.create(name="judge")
    version = version_of(labels, kind, state=VersionState.READY)
    version.model = model
    version.save()
    alias_move(actor=SYSTEM, alias="reranker", version=version, quantization="int8", reason="try it")
    found: Target | None = reranker_target()
    assert (found.served_id if found else "") == ("judge@1+int8" if there else "")
