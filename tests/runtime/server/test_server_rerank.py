"""/v1/rerank over HTTP: what the scores are, their order, bounds; and which model answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import torch
from tokenizers import Tokenizer, processors
from transformers import BertForSequenceClassification

from tests.runtime.support.pooled_checkpoints import make_classifier, make_pooled
from tests.runtime.support.serving import loaded, serving

WINDOW = 130
QUERY = "Who pays for the return?"
DOCUMENTS = ["Refunds are paid.", "The customer pays for the return.", "退货", "We ship on Mondays. " * 4]


def make_reranker(folder: Path, family: str = "Bert") -> Path:
    """A cross-encoder that tells query and document by their segments, as BERT's tokenizer does."""
    make_classifier(folder, family, id2label={0: "answers"})
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|im_start|> $A <|im_end|>",
        pair="<|im_start|> $A <|im_end|> $B:1 <|im_end|>:1",
        special_tokens=[("<|im_start|>", 1), ("<|im_end|>", 2)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_reranker(tmp_path_factory.mktemp("reranker") / "model")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with serving(loaded(folder)) as client:
        yield client


def rerank(client: httpx.Client, documents: list[str], query: str = QUERY, **fields: Any) -> httpx.Response:
    body = {"model": "m", "query": query, "documents": documents} | fields
    return client.post("/v1/rerank", json=body)


def test_scores_are_those_of_transformers_and_come_best_first(client: httpx.Client, folder: Path) -> None:
    answer = rerank(client, DOCUMENTS).json()
    assert set(answer) == {"id", "model", "results", "usage"}
    assert answer["id"].startswith("rerank-") and answer["model"] == "m"
    assert all(set(result) == {"index", "relevance_score"} for result in answer["results"])
    scores = [result["relevance_score"] for result in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    count = 0
    for result in answer["results"]:
        read = tokenizer.encode(QUERY, DOCUMENTS[result["index"]])
        with torch.inference_mode():
            logit = model(input_ids=torch.tensor([read.ids]), token_type_ids=torch.tensor([read.type_ids])).logits
        assert result["relevance_score"] == pytest.approx(torch.sigmoid(logit).item(), abs=1e-5)
        count += len(read.ids)
    assert answer["usage"] == {"prompt_tokens": count, "total_tokens": count}


def test_only_the_best_are_told_when_asked_with_their_texts_if_wanted(client: httpx.Client) -> None:
    everything = rerank(client, DOCUMENTS).json()["results"]
    best = rerank(client, DOCUMENTS, top_n=2, return_documents=True).json()["results"]
    assert [result["index"] for result in best] == [result["index"] for result in everything[:2]]
    assert [result["document"]["text"] for result in best] == [DOCUMENTS[result["index"]] for result in best]
    assert len(rerank(client, DOCUMENTS, top_n=100).json()["results"]) == len(DOCUMENTS)


def test_a_long_document_is_cut_and_a_query_without_room_is_refused_with_the_numbers(client: httpx.Client) -> None:
    answer = rerank(client, ["short", "We ship on Mondays. " * 300])
    assert answer.status_code == 200
    refused = rerank(client, ["short"], query="Who pays? " * 300)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["param"], error["code"]) == ("query", "context_length_exceeded")
    assert f"this model reads {WINDOW}" in error["message"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"documents": []}, "documents"),
        ({"documents": [""]}, "documents"),
        ({"documents": ["x"] * 257}, "documents"),
        ({"query": ""}, "query"),
        ({"top_n": 0}, "top_n"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_no_request_is_refused_by_the_field(client: httpx.Client, fields: Any, param: str) -> None:
    body = {"model": "m", "query": QUERY, "documents": DOCUMENTS} | fields
    refused = client.post("/v1/rerank", json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"].startswith(param)


def test_a_reranker_still_classifies_a_text_alone(client: httpx.Client) -> None:
    (item,) = client.post("/v1/classify", json={"model": "m", "input": QUERY}).json()["data"]
    assert item["label"] == "answers" and 0 < item["probs"][0] < 1


@pytest.mark.parametrize(
    ("family", "task", "labels"),
    [
        ("Bert", "ForSequenceClassification", {0: "fine", 1: "rude"}),
        ("Llama", "ForSequenceClassification", {0: "answers"}),
        ("Bert", "Model", None),
    ],
)
def test_a_model_that_reads_no_two_texts_says_what_it_does_instead(
    tmp_path: Path, family: str, task: str, labels: dict[int, str] | None
) -> None:
    folder = make_pooled(tmp_path / "model", family, task, **({"id2label": labels} if labels else {}))
    with serving(loaded(folder)) as client:
        refused = rerank(client, DOCUMENTS)
        unknown = client.post("/v1/rerank", json={"model": "nobody", "query": "x", "documents": ["y"]})
    assert refused.status_code == 400
    assert refused.json()["error"]["message"].endswith("it does not rerank.")
    assert unknown.status_code == 404


@pytest.mark.parametrize("family", ["Roberta", "DistilBert", "ModernBert"])
def test_families_without_segments_rerank_too(tmp_path: Path, family: str) -> None:
    with serving(loaded(make_reranker(tmp_path / "model", family))) as client:
        scores = {r["index"]: r["relevance_score"] for r in rerank(client, DOCUMENTS).json()["results"]}
        alone = rerank(client, DOCUMENTS[1:2]).json()["results"][0]["relevance_score"]
    assert scores[1] == pytest.approx(alone, abs=1e-4)  # whom a pair shares a batch with changes nothing
