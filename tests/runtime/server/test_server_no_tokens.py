"""A text of which a tokenizer without start and end tokens makes nothing is refused over HTTP, not computed."""

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, normalizers, processors

from tests.runtime.support.pooled_checkpoints import make_pooled
from tests.runtime.support.serving import loaded, serving


@pytest.mark.parametrize(
    ("task", "path", "empty", "good", "param"),
    [
        ("Model", "/v1/embeddings", {"input": ["Refunds", " "]}, {"input": ["Refunds"]}, "input"),
        ("ForSequenceClassification", "/v1/classify", {"input": " "}, {"input": "Refunds"}, "input"),
        (
            "ForSequenceClassification",
            "/v1/rerank",
            {"query": " ", "documents": [" "]},
            {"query": "Refunds", "documents": [" "]},
            "query",
        ),
    ],
)
def test_a_text_without_a_token_is_the_clients_error_and_the_next_is_answered(
    tmp_path: Path, task: str, path: str, empty: dict[str, Any], good: dict[str, Any], param: str
) -> None:
    folder = make_pooled(
        tmp_path / "model", "Bert", task, **({"id2label": {0: "answers"}} if task != "Model" else {})
    )
    file = str(folder / "tokenizer.json")
    tokenizer = Tokenizer.from_file(file)
    tokenizer.normalizer = normalizers.Strip()
    tokenizer.post_processor = processors.ByteLevel()
    tokenizer.save(file)
    with serving(loaded(folder)) as client:
        refused = client.post(path, json={"model": "m"} | empty)
        assert refused.status_code == 400
        assert refused.json()["error"]["param"] == param
        assert "has no tokens" in refused.json()["error"]["message"]
        assert client.post(path, json={"model": "m"} | good).status_code == 200
