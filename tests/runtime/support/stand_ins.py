"""A manager whose models are stand-ins, with what tests do with one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.runtime.support.processes import RuntimeProcess
from tests.runtime.support.stand_in import make_model


class StandIns:
    """A running manager over `root`, which holds the folders of stand-in models."""

    def __init__(self, root: Path, *arguments: str, log: Path | None = None) -> None:
        self.root = root
        self.process = RuntimeProcess(
            "--manager", "--root", str(root), "--exit-with-parent", *arguments,
            module="tests.runtime.support.stand_in", log=log,
        )  # fmt: skip
        self.client = self.process.client
        self.status = self.process.status
        self.settled = self.process.settled

    def load(self, model_id: str, letter: str = "a", **behaviour: Any) -> Path:
        """Make a model and load it; returns its folder once it is ready."""
        folder = make_model(self.root / model_id, letter, **behaviour)
        assert self.process.load(model_id, folder).status_code == 202
        assert self.settled(model_id)["state"] == "ready"
        return folder

    def chat(self, model: str, count: int = 4, **fields: Any) -> httpx.Response:
        """One answer, whole."""
        return self.client.post("/v1/chat/completions", json=self.body(model, count) | fields)

    def body(self, model: str, count: int, text: str = "hi", **fields: Any) -> dict[str, Any]:
        """A request for `count` letters."""
        messages = [{"role": "user", "content": text}]
        return {"model": model, "messages": messages, "max_tokens": count, "temperature": 0} | fields

    def stream(
        self, model: str, count: int, on_start: Callable[[], object] = lambda: None, text: str = "hi"
    ) -> list[Any]:
        """All events of a streamed answer; `on_start` is called at the first. A refusal is the only event."""
        events: list[Any] = []
        body = self.body(model, count, text, stream=True)
        with self.client.stream("POST", "/v1/chat/completions", json=body) as response:
            if response.status_code != 200:
                on_start()
                return [json.loads(response.read())]
            for line in response.iter_lines():
                if line and not line.startswith(":"):
                    data = line.removeprefix("data: ")
                    events.append(data if data == "[DONE]" else json.loads(data))
                    if len(events) == 1:
                        on_start()
        return events

    def counter(self, name: str, model: str) -> float:
        """One value of /metrics."""
        lines = self.client.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(f'{name}{{model="{model}"'))


def text_of(events: list[Any]) -> str:
    """The text of a stream's events."""
    choices = [event["choices"][0] for event in events if isinstance(event, dict) and event.get("choices")]
    return "".join(choice["delta"].get("content") or "" for choice in choices)
