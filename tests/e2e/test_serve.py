"""The whole product as a newcomer starts it: one command, one question, ctrl-C, nothing left."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import websockets

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Parley:
    process: subprocess.Popen[str]
    port: int
    data: Path
    output: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tree(self) -> list[psutil.Process]:
        """Every process that works on this data folder, children or not."""
        mine = []
        for process in psutil.process_iter(["pid", "cmdline", "environ"]):
            words = " ".join(process.info["cmdline"] or [])
            if str(self.data) in words or (process.info["environ"] or {}).get("PARLEY_DATA") == str(self.data):
                mine.append(process)
        return mine


def start(data: Path, port: int) -> Parley:
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    env = {**os.environ, "PARLEY_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    parley = Parley(process, port, data, [])
    assert process.stdout
    for line in process.stdout:
        parley.output.append(line)
        if "Ctrl-C stops" in line:
            return parley
    raise AssertionError("it did not start:\n" + "".join(parley.output))


def stop(parley: Parley, how: int) -> float:
    began = time.monotonic()
    parley.process.send_signal(how)
    parley.process.wait(20)
    while parley.tree() and time.monotonic() - began < 15:
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    running = start(tmp_path_factory.mktemp("serve"), free_port())
    yield running
    if running.process.poll() is None:
        running.process.kill()
    assert running.process.stdout
    running.process.stdout.close()


async def ask(url: str, cookie: str, assistant: str, question: str) -> dict[str, Any]:
    """Asks over the websocket as the page does and returns the text, the sources and the end event."""
    frames: list[dict[str, Any]] = []
    headers = {"Cookie": cookie, "Origin": url}
    async with websockets.connect(url.replace("http", "ws") + "/ws/chat/", additional_headers=headers) as socket_:
        ids = {name: str(uuid.uuid4()) for name in ("message", "generation", "conversation")}
        await socket_.send(json.dumps({"type": "send", "assistant": assistant, "text": question, **ids}))
        async with asyncio.timeout(60):
            while not frames or frames[-1].get("event", {}).get("kind") != "end":
                frames.append(json.loads(await socket_.recv()))
                assert frames[-1]["type"] != "error", frames[-1]
    events = [frame["event"] for frame in frames if frame["type"] == "event"]
    return {
        "conversation": ids["conversation"],
        "text": "".join(event["text"] for event in events if event["kind"] == "delta"),
        "deltas": sum(event["kind"] == "delta" for event in events),
        "sources": [event for event in events if event["kind"] == "source"],
        "end": events[-1],
        "seqs": [frame["seq"] for frame in frames if frame["type"] == "event"],
    }


def asked(parley: Parley, question: str, assistant: str = "service") -> dict[str, Any]:
    with httpx.Client(base_url=parley.url) as client:
        client.get("/")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        answer = asyncio.run(ask(parley.url, cookie, assistant, question))
        answer["reloaded"] = client.get(f"/api/chat/conversations/{answer['conversation']}/").json()
    return answer


@pytest.mark.parametrize(
    ("question", "expected"),
    [("How many days do I have to return a lamp?", "30 days"), ("买了以后多少天内可以退货？", "30 天")],
)
def test_an_answer_streams_with_its_source_and_is_there_after_a_reload(
    parley: Parley, question: str, expected: str
) -> None:
    answer = asked(parley, question)
    assert expected in answer["text"].replace("\xa0", " ")
    assert answer["end"]["status"] == "done" and answer["end"]["outcome"] == "answered"
    assert answer["sources"] and "[1]" in answer["text"]
    assert answer["seqs"] == list(range(1, len(answer["seqs"]) + 1))
    assert [message["text"] for message in answer["reloaded"]["messages"]] == [question, answer["text"]]


@pytest.mark.parametrize("question", ["Who won the 1998 World Cup?", "怎么做红烧肉？"])
def test_an_off_topic_question_is_declined_in_its_own_language(parley: Parley, question: str) -> None:
    answer = asked(parley, question)
    assert answer["end"]["outcome"] == "declined" and answer["sources"] == []
    assert bool(re.search("[一-鿿]", answer["text"])) == bool(re.search("[一-鿿]", question))


def test_passwords_are_printed_at_the_first_start(parley: Parley) -> None:
    printed = "".join(parley.output)
    assert all(re.search(rf"  {role} +\S{{12}}", printed) for role in ("customer", "reviewer", "operator"))


def test_a_command_beside_the_running_product_shares_its_services(parley: Parley) -> None:
    command = [sys.executable, "manage.py", "ask", "service", "When is shipping free?", "--json"]
    env = {**os.environ, "PARLEY_DATA": str(parley.data)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "answered"
    assert httpx.get(f"{parley.url}/healthz").json() == {"status": "ok"}


def test_a_taken_port_is_one_clear_line(parley: Parley) -> None:
    command = [sys.executable, "manage.py", "serve", "--port", str(parley.port)]
    env = {**os.environ, "PARLEY_DATA": str(parley.data)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"Port {parley.port} is taken" in done.stderr and "Traceback" not in done.stderr


def test_ctrl_c_then_kill_leave_no_process(parley: Parley) -> None:
    assert stop(parley, signal.SIGINT) < 5
    assert parley.tree() == []
    assert parley.process.returncode == 0
    again = start(parley.data, parley.port)
    assert not any("Sign in as" in line for line in again.output)
    assert asked(again, "When is shipping free?")["end"]["outcome"] == "answered"
    stop(again, signal.SIGKILL)
    assert again.tree() == []
    assert again.process.stdout
    again.process.stdout.close()
