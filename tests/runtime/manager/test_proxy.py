"""What passes through the manager, in both directions."""

import contextlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from model_runtime.manager.app import ROUTES, build_manager
from model_runtime.manager.connection import Broken
from model_runtime.server.app import ROUTES as OF_A_SERVER
from model_runtime.server.http import listen
from model_runtime.server.http.request_id import FORM
from tests.runtime.support.processes import TOKEN, eventually
from tests.runtime.support.stand_ins import StandIns, text_of
from tests.runtime.support.wire import asked


@pytest.fixture(scope="module")
def slow(stand_ins: StandIns) -> StandIns:
    """A manager with a model `slow` of one slot."""
    stand_ins.load("slow", step_seconds=0.01)
    return stand_ins


def posted(routes: list) -> set[str]:
    return {route.path for route in routes if "POST" in route.methods and route.path.startswith("/v1/")}


def test_whatever_a_server_answers_the_manager_passes_on() -> None:
    assert posted(ROUTES) == posted(OF_A_SERVER)


def test_ids_and_time_limits_reach_the_child_and_its_id_comes_back(slow: StandIns) -> None:
    body = slow.body("slow", 2)
    named = slow.client.post("/v1/chat/completions", json=body, headers={"X-Request-Id": "mine-1"})
    assert named.headers["x-request-id"] == "mine-1"
    unnamed = slow.client.post("/v1/chat/completions", json=body)
    assert unnamed.headers["x-request-id"]
    late = slow.client.post(
        "/v1/chat/completions", json=slow.body("slow", 500), headers={"X-Request-Timeout": "0.1"}
    )
    assert late.status_code >= 400


def test_a_cancelled_request_frees_its_slot_and_its_client_is_told(slow: StandIns) -> None:
    begun = threading.Event()
    body = slow.body("slow", 5000, stream=True)
    lines: list[str] = []

    def ask() -> None:
        with slow.client.stream(
            "POST", "/v1/chat/completions", json=body, headers={"X-Request-Id": "cancel-me"}
        ) as response:
            for line in response.iter_lines():
                lines.append(line)
                begun.set()

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        assert begun.wait(60)
        done = slow.client.post("/control/requests/cancel-me/cancel")
        assert (done.status_code, done.json()) == (200, {"id": "cancel-me", "cancelled": 1})
        asking.result(60)
    assert "error" in "".join(lines)
    assert slow.counter("parley_runtime_requests_running", "slow") == 0
    again = slow.client.post("/control/requests/cancel-me/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "request_not_found")


@pytest.mark.parametrize("odd", ["nobody", "a%0d%0ab", "..%2f..", "x" * 300, "%20"])
def test_cancelling_what_nobody_asked_is_404(slow: StandIns, odd: str) -> None:
    assert slow.client.post(f"/control/requests/{odd}/cancel").status_code == 404


def test_a_full_queue_comes_back_with_the_time_to_wait(stand_ins: StandIns) -> None:
    folder = stand_ins.load("full")
    (folder / "hang").touch()
    with ThreadPoolExecutor(80) as pool:
        asking = [pool.submit(stand_ins.chat, "full") for _ in range(80)]
        refused = eventually(lambda: next((one for one in asking if one.done()), None)).result()
        (folder / "hang").unlink()
        codes = {one.result(60).status_code for one in asking}
    assert refused.status_code in (429, 503)
    assert int(refused.headers["retry-after"]) >= 1
    assert 200 in codes


def test_a_client_that_leaves_frees_the_slot(slow: StandIns) -> None:
    body = slow.body("slow", 5000, stream=True)
    with slow.client.stream("POST", "/v1/chat/completions", json=body) as response:
        next(response.iter_lines())
    eventually(lambda: slow.counter("parley_runtime_requests_running", "slow") == 0)
    with asked(f"{slow.process.url}/v1/chat/completions", slow.body("slow", 5000)):
        eventually(lambda: slow.counter("parley_runtime_requests_running", "slow") == 1)
    eventually(lambda: slow.status("slow")["requests"] == 0)
    eventually(lambda: slow.counter("parley_runtime_requests_running", "slow") == 0)


def test_a_long_stream_arrives_whole_and_in_order(stand_ins: StandIns) -> None:
    stand_ins.load("fast", "x")
    events = stand_ins.stream("fast", 3000)
    assert text_of(events) == "x" * 3000
    assert events[-1] == "[DONE]"


def test_the_child_keeps_connections_longer_than_anybody_who_uses_them() -> None:
    # Who closes an idle connection first must not be who is asked: a request on its way would be lost.
    assert listen.server_config(None).timeout_keep_alive > 60


def test_a_load_says_how_it_shall_be_served_and_the_status_shows_it(stand_ins: StandIns) -> None:
    folder = stand_ins.load("first")
    (folder.parent / "second").mkdir()
    os.link(folder / "stand_in.json", folder.parent / "second" / "stand_in.json")
    wish = {"slots": 3, "context_length": 77, "quantization": "int8", "quantization_backend": "bitsandbytes"}
    wish["adapters"] = {"legal": str(folder)}
    stand_ins.process.load("second", folder.parent / "second", **wish)
    status = stand_ins.settled("second")
    assert (status["slots"], status["context_length"], status["adapters"]) == (3, 77, ["legal"])
    assert status["quantization"] == "int8"
    assert "second:legal" in {card["id"] for card in stand_ins.client.get("/v1/models").json()["data"]}
    assert stand_ins.chat("second:legal").status_code == 200
    assert stand_ins.chat("second:other").status_code == 404
    assert stand_ins.process.load("second", folder.parent / "second").status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slots", 0), ("slots", 10_000), ("slots", "4"), ("context_length", 1), ("quantization_backend", "magic"),
        ("adapters", {"a=b": "/x"}), ("adapters", {"a": "/etc"}), ("adapters", ["a"]), ("trust_remote_code", True),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_refused(stand_ins: StandIns, field: str, value: object) -> None:
    folder = stand_ins.root
    assert stand_ins.process.load("wish", folder, **{field: value}).status_code == 400


@pytest.mark.parametrize("odd", ["/v1/completions%0a", "/v1/completions?x=%0d%0aa", "/%76%31/completions"])
def test_only_the_routes_own_path_reaches_the_child(odd: str) -> None:
    asked: list[str] = []

    class Anything:
        """Stands for the supervisor, its only model and the way to it."""

        state = "ready"

        @contextlib.contextmanager
        def passing_on(self) -> Iterator["Anything"]:
            yield self

        def known(self, name: str) -> str:
            return name

        def answering(self, _model: str) -> "Anything":
            return self

        async def request(self, _method: str, path: str, *_: object) -> None:
            asked.append(path)
            raise Broken

    client = TestClient(build_manager(Anything(), token=TOKEN))  # type: ignore[arg-type]
    client.post(odd, json={"model": "m"}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert asked == ["/v1/completions"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/chat/completions", {"Authorization": "Bearer wrong"}, 401),
        ("/v1/chat/completions", {}, 404),
        ("/v1/chat/completions", {"X-Request-Id": "a b"}, 400),
        ("/v1/chat/completions", {"X-Request-Timeout": "soon"}, 404),
        ("/v1/nothing", {}, 404),
        ("/control/load", {}, 400),
    ],
)
def test_the_managers_own_refusals_have_an_id(
    stand_ins: StandIns, path: str, headers: dict[str, str], status: int
) -> None:
    refused = stand_ins.client.post(path, json={"model": "nobody"}, headers=headers)
    assert refused.status_code == status
    assert FORM.fullmatch(refused.headers["x-request-id"])
    if "X-Request-Id" not in headers:
        mine = stand_ins.client.post(path, json={"model": "nobody"}, headers=headers | {"X-Request-Id": "mine"})
        assert mine.headers["x-request-id"] == "mine"


def test_the_id_that_the_manager_made_up_is_the_one_the_child_knows(slow: StandIns) -> None:
    answer = slow.client.post("/v1/chat/completions", json=slow.body("slow", 2))
    assert answer.json()["id"] == f"chatcmpl-{answer.headers['x-request-id']}"
