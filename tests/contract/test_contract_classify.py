"""/v1/classify as a client of vLLM sees it; the official OpenAI client posts it by hand.

Set CONTRACT_CLASSIFIER to the name of a classifier of texts on another server.
"""

import os
from collections.abc import Callable

import httpx
import openai
import pytest

from tests.contract.conftest import OURS
from tests.runtime.support.pooled_checkpoints import make_classifier
from tests.runtime.support.shared import shared_manager, shared_models


@pytest.fixture
def classifier(needs: Callable[[str], None]) -> str:
    needs("classification")
    if name := os.environ.get("CONTRACT_CLASSIFIER"):
        return name
    if not OURS:
        pytest.skip("CONTRACT_CLASSIFIER is not set")
    manager = shared_manager()
    if not (shared_models() / "classifier").exists():
        manager.load("classifier", make_classifier(shared_models() / "classifier"))
    assert manager.settled("classifier")["state"] == "ready"
    return "classifier"


def test_each_text_gets_a_label_and_probabilities(client: openai.OpenAI, classifier: str) -> None:
    texts = ["Refunds are paid.", "Who pays for the return?", "Refunds are paid."]
    answer = client.post("/classify", cast_to=httpx.Response, body={"model": classifier, "input": texts}).json()
    assert (answer["object"], answer["model"]) == ("list", classifier)
    assert [item["index"] for item in answer["data"]] == [0, 1, 2]
    for item in answer["data"]:
        assert item["num_classes"] == len(item["probs"]) > 1
        assert sum(item["probs"]) == pytest.approx(1, abs=1e-3)
        assert item["label"]
    assert answer["data"][0]["probs"] == pytest.approx(answer["data"][2]["probs"], abs=1e-4)
    assert answer["usage"]["prompt_tokens"] == answer["usage"]["total_tokens"] > 0


def test_a_text_alone_is_a_list_of_one(client: openai.OpenAI, classifier: str) -> None:
    answer = client.post("/classify", cast_to=httpx.Response, body={"model": classifier, "input": "hello"}).json()
    assert [item["index"] for item in answer["data"]] == [0]


def test_a_text_longer_than_the_window_is_cut_only_when_asked(client: openai.OpenAI, classifier: str) -> None:
    body = {"model": classifier, "input": "word " * 20_000}
    with pytest.raises(openai.BadRequestError):
        client.post("/classify", cast_to=httpx.Response, body=body)
    answer = client.post("/classify", cast_to=httpx.Response, body=body | {"truncate_prompt_tokens": -1}).json()
    assert len(answer["data"]) == 1


def test_an_unknown_model_is_a_not_found_error(client: openai.OpenAI, classifier: str) -> None:
    with pytest.raises(openai.NotFoundError):
        client.post("/classify", cast_to=httpx.Response, body={"model": "nobody", "input": "x"})
