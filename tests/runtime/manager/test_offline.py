"""Loading and serving reach nothing but this machine."""

import json
from pathlib import Path

import psutil
import pytest

from tests.runtime.support.processes import RuntimeProcess

# Every Python process of the tree runs this first: it notes each address that Python looks up or sends to. What
# uvloop opens it does not see; the open connections are looked at for that.
HOOK = """
import json, os, sys

def write(*what):
    with open(os.environ["RUNTIME_NOTED"], "a") as file:
        file.write(json.dumps(what) + "\\n")

def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        write(event, str(arguments[0]))
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        where = arguments[1]
        write(event, str(where[0] if isinstance(where, tuple) else where))

sys.addaudithook(note)
write("process", sys.argv)
"""
LOOPBACK = {"127.0.0.1", "::1", "None"}


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the addresses are noted."""
    (tmp_path / "sitecustomize.py").write_text(HOOK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("RUNTIME_NOTED", str(tmp_path / "noted"))
    return tmp_path / "noted"


def test_loading_and_serving_open_no_connection_beyond_loopback(noted: Path, models: Path) -> None:
    manager = RuntimeProcess("--manager", "--root", str(models), "--exit-with-parent")
    try:
        for name in ("tiny", "encoder"):
            manager.load(name, models / name)
        assert [manager.settled(name)["state"] for name in ("tiny", "encoder")] == ["ready", "ready"]
        body = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 2}
        assert manager.client.post("/v1/chat/completions", json=body).status_code == 200
        asked = {"model": "encoder", "input": "hi"}
        assert manager.client.post("/v1/embeddings", json=asked).status_code == 200
        manager_process = psutil.Process(manager.process.pid)
        for process in (manager_process, *manager_process.children(recursive=True)):
            for connection in process.net_connections():
                assert connection.laddr.ip in LOOPBACK, connection
                assert not connection.raddr or connection.raddr.ip in LOOPBACK, connection
    finally:
        manager.close()
    events = [json.loads(line) for line in noted.read_text().splitlines()]
    assert sum(event == "process" for event, _ in events) >= 3, "the manager and its two children"
    assert {host for event, host in events if event != "process"} <= LOOPBACK
