"""Adapters over HTTP: models of their own beside their base, all in one process."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.runtime.support.adapters import make_adapter
from tests.runtime.support.processes import RuntimeProcess, eventually


@pytest.fixture(scope="module")
def adapted(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuntimeProcess]:
    root = tmp_path_factory.mktemp("adapters")
    folders = {name: make_adapter(root / name, models / "tiny", seed=len(name)) for name in ("polite", "terse")}
    options = [f"--adapter={name}={folder}" for name, folder in folders.items()]
    process = RuntimeProcess("--model", str(models / "tiny"), "--exit-with-parent", *options)
    eventually(lambda: process.client.get("/ready").status_code == 200)
    yield process
    process.close()


def answer(process: RuntimeProcess, model: str) -> str:
    body = {"model": model, "prompt": "You can return", "temperature": 0, "max_tokens": 16, "ignore_eos": True}
    answered = process.client.post("/v1/completions", json=body)
    assert answered.status_code == 200, answered.text
    assert answered.json()["model"] == model
    return str(answered.json()["choices"][0]["text"])


def test_adapters_are_listed_with_their_parent(adapted: RuntimeProcess) -> None:
    cards = adapted.client.get("/v1/models").json()["data"]
    assert [(card["id"], card["parent"]) for card in cards] == [
        ("tiny", None),
        ("tiny:polite", "tiny"),
        ("tiny:terse", "tiny"),
    ]
    assert adapted.client.get("/v1/models/tiny:terse").json()["parent"] == "tiny"


def test_base_and_adapters_asked_at_once_each_answer_in_their_own_way(adapted: RuntimeProcess) -> None:
    names = ["tiny", "tiny:polite", "tiny:terse"] * 3
    with ThreadPoolExecutor(len(names)) as threads:
        answers = list(threads.map(lambda name: answer(adapted, name), names))
    assert answers[:3] == answers[3:6] == answers[6:]
    assert len(set(answers)) == 3


def test_an_unknown_adapter_is_no_model(adapted: RuntimeProcess) -> None:
    for name in ("tiny:rude", "polite", "tiny:"):
        refused = adapted.client.post("/v1/completions", json={"model": name, "prompt": "x"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")
