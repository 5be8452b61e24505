"""Starts Parley as a person does, asks through the websocket as the page does, and looks at its processes.

Used by the tests of the whole product and by the benchmark.
"""

import asyncio
import itertools
import json
import os
import random
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import websockets

from tools.bench.streaming.frames import opened

ROOT = Path(__file__).resolve().parents[1]


# Below those that the system gives to whoever connects, and from another place in each process that asks, so that
# nobody else comes by one before it is used.
_PORTS = itertools.count(random.SystemRandom().randrange(20_000, 32_000))


def free_port() -> int:
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


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
    """Seconds until its last process was gone; none where it was stopped before."""
    began = time.monotonic()
    parley.process.send_signal(how)
    parley.process.wait(60)
    while parley.tree() and time.monotonic() - began < 60:
        time.sleep(0.05)
    return time.monotonic() - began


async def ask(url: str, cookie: str, assistant: str, question: str) -> dict[str, Any]:
    """Asks over the websocket as the page does and returns the text, the sources and the end event."""
    frames: list[dict[str, Any]] = []
    names: dict[int, str] = {}
    headers = {"Cookie": cookie, "Origin": url}
    async with websockets.connect(url.replace("http", "ws") + "/ws/chat/", additional_headers=headers) as socket_:
        ids = {name: str(uuid.uuid4()) for name in ("message", "generation", "conversation")}
        sent, first = time.monotonic(), 0.0
        frame = {"type": "send", "assistant": assistant, "text": question, "edits": None, **ids}
        await socket_.send(json.dumps(frame))
        async with asyncio.timeout(180):
            while not frames or frames[-1].get("event", {}).get("kind") != "end":
                frames.append(opened(json.loads(await socket_.recv()), names))
                assert frames[-1]["type"] != "error", frames[-1]
                if not first and frames[-1].get("event", {}).get("kind") == "delta":
                    first = time.monotonic() - sent
        total = time.monotonic() - sent
    events = [frame["event"] for frame in frames if frame["type"] == "event"]
    return {
        "conversation": ids["conversation"],
        "text": "".join(event["text"] for event in events if event["kind"] == "delta"),
        "deltas": sum(event["kind"] == "delta" for event in events),
        "sources": [event for event in events if event["kind"] == "source"],
        "end": events[-1],
        "first_ms": round(first * 1000),
        "total_ms": round(total * 1000),
        "seqs": [frame["seq"] for frame in frames if frame["type"] == "event"],
    }


def asked(parley: Parley, question: str, assistant: str = "service") -> dict[str, Any]:
    with httpx.Client(base_url=parley.url, timeout=60) as client:
        client.get("/")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        # In a thread: a browser that is driven beside this has an event loop of its own here.
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(asyncio.run, ask(parley.url, cookie, assistant, question)).result()
        answer["reloaded"] = client.get(f"/api/chat/conversations/{answer['conversation']}/").json()
    return answer
