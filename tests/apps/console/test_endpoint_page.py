"""Another server's model is connected in the console, where its host is open for it and it answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.audit.selectors import audit_events
from apps.registry.models import ModelVersion, Source

PAGE = "/console/models/connect/"
ANSWER = {"choices": [{"message": {"content": "Hello"}}], "usage": {"completion_tokens": 1}}


class Answering(BaseHTTPRequestHandler):
    keys: list[str | None] = []

    def do_POST(self) -> None:
        self.keys.append(self.headers["Authorization"])
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def host() -> Iterator[str]:
    Answering.keys.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def form(host: str, **more: str) -> dict[str, str]:
    return {
        "name": "far",
        "base_url": f"http://{host}/v1",
        "remote_model": "big",
        "kind": "generator",
        "key_env": "",
    } | more


def test_a_server_that_answers_is_connected(
    operator: Client, host: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODEL_HOSTS = [host]
    monkeypatch.setenv("FAR_API_KEY", "sesame")
    response = operator.post(PAGE, form(host, key_env="FAR_API_KEY"))
    version = ModelVersion.objects.get()
    assert response.headers["Location"] == f"/console/models/versions/{version.pk}/"
    assert (version.source, version.remote_model, version.key_env) == (Source.ENDPOINT, "big", "FAR_API_KEY")
    assert Answering.keys == ["Bearer sesame"]
    assert audit_events(action="version.created").get().actor_label == "operator-person"


def test_a_host_that_nobody_opened_is_not_asked(operator: Client, host: str, settings: LazySettings) -> None:
    settings.MODEL_HOSTS = ["api.example.com"]
    page = operator.post(PAGE, form(host)).content.decode()
    assert "MODEL_HOSTS" in page and host in page and 'value="big"' in page
    assert not Answering.keys and not ModelVersion.objects.exists()


def test_a_server_that_does_not_answer_leaves_nothing_behind(operator: Client, settings: LazySettings) -> None:
    settings.MODEL_HOSTS = ["127.0.0.1:9"]
    page = operator.post(PAGE, form("127.0.0.1:9")).content.decode()
    assert "did not answer the trial question" in page and not ModelVersion.objects.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/v1", "http://[::1/v1", "file:///etc/passwd"])
def test_what_is_no_address_is_said(operator: Client, settings: LazySettings, address: str) -> None:
    settings.MODEL_HOSTS = ["127.0.0.1:9"]
    assert "must look like" in operator.post(PAGE, form("", base_url=address)).content.decode()


def test_no_secret_of_the_server_can_be_sent_as_a_key(
    operator: Client, host: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODEL_HOSTS = [host]
    monkeypatch.setenv("DATABASE_PASSWORD", "hidden")
    operator.post(PAGE, form(host, key_env="DATABASE_PASSWORD"))
    assert not Answering.keys and not ModelVersion.objects.exists()


def test_without_open_hosts_the_page_says_who_opens_them(operator: Client) -> None:
    page = operator.get(PAGE).content.decode()
    assert "MODEL_HOSTS=" in page and "<textarea" not in page and 'name="base_url"' not in page
