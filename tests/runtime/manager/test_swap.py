"""Replacing a model by another while people ask."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.runtime.support.processes import eventually
from tests.runtime.support.stand_ins import StandIns, text_of

COUNT = 12
ASKING = 4


class Traffic:
    """Clients that ask whatever version is current, one answer after the other."""

    def __init__(self, manager: StandIns, version: str, count: int = COUNT) -> None:
        self._count = count
        self.answers: list[tuple[str, str, list[Any]]] = []
        self._manager = manager
        self._current = version
        self._choosing: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(ASKING)]
        for thread in self._threads:
            thread.start()

    def switch(self, version: str) -> None:
        """From now on `version` is asked; returns when whoever chose another has been heard by the manager."""
        old, self._current = self._current, version
        eventually(lambda: not self._choosing[old])

    def end(self) -> None:
        """Let the last answers come."""
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _ask(self) -> None:
        while not self._over.is_set():
            with self._lock:
                version = self._current
                self._choosing[version] += 1
            text = uuid.uuid4().hex
            events = self._manager.stream(version, self._count, lambda version=version: self._heard(version), text)
            self.answers.append((version, text, events))

    def _heard(self, version: str) -> None:
        with self._lock:
            self._choosing[version] -= 1


def test_six_swaps_under_load_fail_and_double_no_request(start: Callable[..., StandIns]) -> None:
    manager = start()
    letters = {"m@0": "a"}
    manager.load("m@0", "a", step_seconds=0.005)
    traffic = Traffic(manager, "m@0")
    for number in range(1, 7):
        old, new = f"m@{number - 1}", f"m@{number}"
        letters[new] = chr(ord("a") + number)
        manager.load(new, letters[new], step_seconds=0.005)
        traffic.switch(new)
        manager.client.post("/control/unload", json={"id": old})
        asked = len(traffic.answers)
        eventually(lambda asked=asked: len(traffic.answers) > asked + ASKING)
        eventually(lambda old=old: manager.client.get(f"/control/models/{old}").status_code == 404)
    traffic.end()
    for version, _, events in traffic.answers:
        assert text_of(events) == letters[version] * COUNT, events
        assert {event["model"] for event in events if event != "[DONE]"} == {version}
        assert events.count("[DONE]") == 1
    for version in letters:
        computed = (manager.root / version / "asked").read_text().split()
        assert sorted(computed) == sorted(text for asked, text, _ in traffic.answers if asked == version)


def test_unloading_under_load_lets_the_answers_end(start: Callable[..., StandIns]) -> None:
    manager = start()
    manager.load("m@1", "a", step_seconds=0.005)
    manager.load("m@2", "b")
    traffic = Traffic(manager, "m@1", count=200)
    eventually(lambda: manager.status("m@1")["requests"] == ASKING)
    traffic.switch("m@2")
    manager.client.post("/control/unload", json={"id": "m@1"})
    eventually(lambda: manager.client.get("/control/models/m@1").status_code == 404)
    traffic.end()
    assert {text_of(events) for version, _, events in traffic.answers if version == "m@1"} == {"a" * 200}
    assert {text_of(events) for version, _, events in traffic.answers if version == "m@2"} == {"b" * 200}


def test_a_load_that_fails_leaves_the_old_version_serving(start: Callable[..., StandIns]) -> None:
    manager = start()
    manager.load("m@1", "a", step_seconds=0.005)
    traffic = Traffic(manager, "m@1")
    (manager.root / "broken").mkdir()
    manager.process.load("m@2", manager.root / "broken")
    failed = manager.settled("m@2")
    assert (failed["state"], failed["error"]) == ("failed", "There is no stand_in.json.")
    asked = len(traffic.answers)
    eventually(lambda: len(traffic.answers) > asked + ASKING)
    traffic.end()
    assert {text_of(events) for _, _, events in traffic.answers} == {"a" * COUNT}
    # The name is free again: what was mended is loaded under it.
    (manager.root / "broken" / "stand_in.json").write_text('{"letter": "b"}')
    manager.process.load("m@2", manager.root / "broken")
    assert manager.settled("m@2")["state"] == "ready"
