"""The manager and its children, as processes."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from model_runtime.manager.app import ROUTES
from tests.runtime.support.checkpoints import edit_json
from tests.runtime.support.processes import TOKEN, RuntimeProcess, eventually
from tests.runtime.support.stand_ins import StandIns

BODY: dict[str, Any] = {"messages": [{"role": "user", "content": "hi"}], "temperature": 0}


def chat(manager: RuntimeProcess, model: str = "tiny@1", **fields: Any) -> httpx.Response:
    return manager.client.post("/v1/chat/completions", json=BODY | {"model": model, "max_tokens": 4} | fields)


def child_of(manager: RuntimeProcess, model: str) -> psutil.Process:
    """The living one: a killed child may be told to be ready for a moment longer."""
    return eventually(lambda: _child(manager, model))


def _child(manager: RuntimeProcess, model: str) -> psutil.Process | None:
    for child in psutil.Process(manager.process.pid).children():
        with suppress(psutil.NoSuchProcess):  # a zombie, too
            if model in child.cmdline():
                return child
    return None


def test_a_loaded_model_is_ready_and_says_what_it_takes(manager: RuntimeProcess) -> None:
    status = manager.status("tiny@1")
    assert (status["state"], status["error"], status["quantization"]) == ("ready", None, "none")
    assert (status["kind"], status["device"], status["dtype"], status["kernels"]) == (
        "generator", "cpu", "float32", "float32",
    )  # fmt: skip
    assert (status["slots"], status["context_length"], status["requests"]) == (8, 512, 0)
    assert status["prefill_tokens_per_second"] > 1
    assert (manager.status("encoder")["kind"], manager.status("encoder")["labels"]) == ("embedder", None)
    assert status["memory_bytes"] > 0
    assert status["load_seconds"] > 0
    assert status["decode_tokens_per_second"] > 1
    assert {card["id"] for card in manager.client.get("/v1/models").json()["data"]} >= {"tiny@1", "encoder"}
    assert manager.client.get("/ready").status_code == 200


def test_loading_again_changes_nothing_and_otherwise_is_a_conflict(manager: RuntimeProcess, models: Path) -> None:
    before = child_of(manager, "tiny@1").pid
    again = manager.load("tiny@1", models / "tiny")
    assert (again.status_code, again.json()) == (202, {"id": "tiny@1", "state": "ready"})
    assert manager.load("tiny@1", models / "encoder").status_code == 409
    assert child_of(manager, "tiny@1").pid == before


def test_the_counters_of_all_children_are_in_one_text(manager: RuntimeProcess) -> None:
    text = manager.client.get("/metrics").text
    assert text.count("# TYPE parley_runtime_memory_bytes gauge") == 1
    assert text.count("parley_runtime_memory_bytes{model=") >= 2


@pytest.mark.parametrize("path", ["/etc", "relative", "/no/such/folder", "a\0b"])
def test_only_folders_below_a_root_are_loaded(manager: RuntimeProcess, path: str) -> None:
    assert manager.load("x", Path(path)).status_code == 400


def test_links_and_dots_do_not_lead_out_of_a_root(manager: RuntimeProcess, models: Path) -> None:
    link = models / "link"
    link.symlink_to("/etc")
    try:
        assert manager.load("x", link).status_code == 400
        assert manager.load("x", models / ".." / "..").status_code == 400
    finally:
        link.unlink()


@pytest.mark.parametrize("model_id", ["", "../x", "a b", "a/b", "x" * 129, "a\n"])
def test_ids_are_plain_names(manager: RuntimeProcess, models: Path, model_id: str) -> None:
    assert manager.load(model_id, models / "tiny").status_code == 400


def test_a_model_nobody_loaded_is_404(manager: RuntimeProcess) -> None:
    assert chat(manager, "nobody").status_code == 404
    assert manager.client.get("/control/models/nobody").status_code == 404
    assert manager.client.post("/control/unload", json={"id": "nobody"}).status_code == 404


def test_every_route_but_health_needs_the_token(manager: RuntimeProcess) -> None:
    paths = {(method, re.sub("{.*}", "x", route.path)) for route in ROUTES for method in route.methods or ()}
    assert len(paths) > 15
    for method, path in sorted({*paths, ("GET", "/nothing"), ("GET", "/docs"), ("POST", "/invocations")}):
        for authorization in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
            answer = httpx.request(method, manager.url + path, headers=authorization, trust_env=False)
            assert answer.status_code == (200 if path == "/health" else 401), path


def test_a_load_that_fails_says_why_and_the_other_model_goes_on(manager: RuntimeProcess, models: Path) -> None:
    bad = Path(shutil.copytree(models / "tiny", models / "bad"))
    try:
        edit_json(bad / "config.json", auto_map={"AutoModel": "evil.Model"})
        assert manager.load("bad@1", bad).status_code == 202
        assert chat(manager).status_code == 200
        status = manager.settled("bad@1")
        assert status["state"] == "failed"
        assert "auto_map" in status["error"]
        refused = chat(manager, "bad@1")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "failed")
        manager.client.post("/control/unload", json={"id": "bad@1"})
        eventually(lambda: manager.client.get("/control/models/bad@1").status_code == 404)
    finally:
        shutil.rmtree(bad)


def test_a_client_that_leaves_is_noticed_by_the_child(manager: RuntimeProcess) -> None:
    def metrics() -> str:
        return str(manager.client.get("/metrics").text)

    def running() -> str:
        return next(line for line in metrics().splitlines() if line.startswith("parley_runtime_requests_running{"))

    def noticed() -> bool:
        """A busy machine may have written all of it before the client is gone."""
        with manager.client.stream("POST", "/v1/chat/completions", json=body) as response:
            next(response.iter_lines())
        eventually(lambda: running().endswith(" 0.0"))
        return 'finished_total{model="tiny@1",reason="cancelled"} 0' not in metrics()

    body = BODY | {"model": "tiny@1", "stream": True, "ignore_eos": True, "max_tokens": 480}
    eventually(noticed)


def test_a_killed_child_breaks_its_streams_and_comes_back(manager: RuntimeProcess) -> None:
    body = BODY | {"model": "tiny@1", "stream": True, "ignore_eos": True, "max_tokens": 480}
    for _ in range(5):  # an answer that was over before the kill shows nothing
        eventually(lambda: manager.status("tiny@1")["state"] == "ready")
        child = child_of(manager, "tiny@1")
        with manager.client.stream("POST", "/v1/chat/completions", json=body) as response:
            lines = response.iter_lines()
            next(lines)
            child.kill()
            rest = [line for line in lines if line]
        if "[DONE]" not in rest[-1]:
            break
    assert '"broken"' in rest[-1]
    eventually(lambda: manager.status("tiny@1")["state"] != "ready")
    refused = chat(manager)
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert "SIGKILL" in manager.status("tiny@1")["error"]
    eventually(lambda: manager.status("tiny@1")["state"] == "ready")
    assert manager.status("tiny@1")["error"] is None
    assert chat(manager).status_code == 200


@pytest.fixture
def lonely(models: Path) -> Iterator[RuntimeProcess]:
    """A manager of its own, with a model that is still loading."""
    process = RuntimeProcess("--manager", "--root", str(models), "--exit-with-parent")
    process.load("tiny@1", models / "tiny")
    eventually(lambda: psutil.Process(process.process.pid).children())
    yield process
    process.close()


@pytest.mark.parametrize("way", ["killed", "told to end", "left alone by its parent"])
def test_children_end_with_their_manager(lonely: RuntimeProcess, way: str) -> None:
    children = psutil.Process(lonely.process.pid).children(recursive=True)
    if way == "killed":
        lonely.process.kill()
    elif way == "told to end":
        lonely.process.send_signal(signal.SIGTERM)
    else:
        assert lonely.process.stdin is not None
        lonely.process.stdin.close()
    lonely.process.wait(60)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


def test_grammars_that_nobody_sent_before_write_nothing_to_disk(manager: RuntimeProcess) -> None:
    child = child_of(manager, "tiny@1")
    before = child.rlimit(psutil.RLIMIT_FSIZE)
    child.rlimit(psutil.RLIMIT_FSIZE, (0, before[1]))  # the first byte to any file would end the process
    try:
        for number in range(100):
            answer = chat(manager, structured_outputs={"grammar": f'start: "{number}"'}, max_tokens=8)
            assert answer.json()["choices"][0]["message"]["content"] == str(number)
        assert child_of(manager, "tiny@1").pid == child.pid
    finally:
        child.rlimit(psutil.RLIMIT_FSIZE, before)


def test_without_a_token_nothing_starts() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "RUNTIME_TOKEN"}
    done = subprocess.run(
        [sys.executable, "-m", "model_runtime", "--manager"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "RUNTIME_TOKEN" in done.stderr


def test_the_manager_imports_no_torch(manager: RuntimeProcess) -> None:
    maps = Path(f"/proc/{manager.process.pid}/maps").read_text()
    assert "libtorch" not in maps


def test_a_report_of_thousands_of_labels_is_heard(start: Callable[..., StandIns]) -> None:
    # Longer than the 64 KiB that a line of a child's output may have unless more is asked for.
    one = start()
    one.load("many", labels=5_000)
    labels = one.status("many")["labels"]
    assert (len(labels), labels[-1][:4]) == (5_000, "4999")
    answer = one.client.post("/v1/classify", json={"model": "many", "input": "x"})
    assert answer.json()["data"][0]["num_classes"] == 5_000
