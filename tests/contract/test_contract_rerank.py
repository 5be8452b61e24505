"""/v1/rerank as clients of vLLM, Jina and Cohere see it; the official OpenAI client posts it by hand.

Set CONTRACT_RERANKER to the name of a reranker on another server.
"""

import os
from collections.abc import Callable

import httpx
import openai
import pytest

from tests.contract.conftest import OURS
from tests.runtime.support.pooled_checkpoints import make_classifier
from tests.runtime.support.shared import shared_manager, shared_models

DOCUMENTS = ["Refunds are paid.", "The customer pays for the return.", "We ship on Mondays."]


@pytest.fixture
def reranker(needs: Callable[[str], None]) -> str:
    needs("reranking")
    if name := os.environ.get("CONTRACT_RERANKER"):
        return name
    if not OURS:
        pytest.skip("CONTRACT_RERANKER is not set")
    manager = shared_manager()
    if not (shared_models() / "reranker").exists():
        manager.load("reranker", make_classifier(shared_models() / "reranker", id2label={0: "answers"}))
    assert manager.settled("reranker")["state"] == "ready"
    return "reranker"


def test_every_document_gets_a_score_best_first(client: openai.OpenAI, reranker: str) -> None:
    body = {"model": reranker, "query": "Who pays for the return?", "documents": DOCUMENTS}
    answer = client.post("/rerank", cast_to=httpx.Response, body=body).json()
    assert answer["model"] == reranker
    assert sorted(result["index"] for result in answer["results"]) == [0, 1, 2]
    scores = [result["relevance_score"] for result in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["usage"]["total_tokens"] > 0


def test_only_the_best_are_told_when_asked(client: openai.OpenAI, reranker: str) -> None:
    body = {"model": reranker, "query": "Who pays?", "documents": DOCUMENTS, "top_n": 1}
    answer = client.post("/rerank", cast_to=httpx.Response, body=body).json()
    assert len(answer["results"]) == 1


def test_an_unknown_model_is_a_not_found_error(client: openai.OpenAI, reranker: str) -> None:
    with pytest.raises(openai.NotFoundError):
        client.post("/rerank", cast_to=httpx.Response, body={"model": "nobody", "query": "x", "documents": ["y"]})
