"""What a browser gets over ASGI: pages, files, refusals, and all of it in one thread with a kept connection."""

import asyncio
import threading
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils.translation import get_language

from apps.chat.services import files
from apps.core import db
from apps.core.errors import BadInput
from config.asgi import application
from config.urls import urlpatterns as real_urls
from tests.apps.core.test_db import close_all

Sent = tuple[int, list[tuple[bytes, bytes]], bytes]


async def asked(
    address: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: tuple[bytes, ...] = (b"",)
) -> Sent:
    """Status, headers and content of the answer; `body` comes in pieces. Who sends none goes at once."""
    waiting, sent = list(body), []
    names = {"host": "localhost", **(headers or {})}
    scope = {
        "type": "http",
        "method": method,
        "path": address,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
    }

    async def receive() -> dict[str, Any]:
        if not body:
            return {"type": "http.disconnect"}
        if not waiting:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    await application(scope, receive, send)
    if not sent:
        return 0, [], b""
    assert [message.get("more_body", False) for message in sent[1:]] == [True] * (len(sent) - 2) + [False]
    return sent[0]["status"], sent[0]["headers"], b"".join(message["body"] for message in sent[1:])


def where(request: HttpRequest) -> HttpResponse:
    """Which database connection answers, and in which language."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return HttpResponse(f"{cursor.fetchone()[0]} {get_language()} {threading.current_thread().name}")


def taken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.body)))


def flow(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(b"%06d" % number for number in range(30_000))


urlpatterns = [path("where", where), path("taken", taken), path("flow", flow), *real_urls]
handler404, handler500 = "apps.core.views.not_found", "apps.core.views.server_error"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.urls("tests.apps.core.test_pages"),
]


async def test_the_page_comes_with_its_cookies_in_the_browsers_language() -> None:
    sent = await asked("/", headers={"accept-language": "zh-CN"})
    assert sent[0] == 200 and 'lang="zh-Hans"' in sent[2].decode()
    cookies = {value.split(b"=")[0] for name, value in sent[1] if name == b"Set-Cookie"}
    assert cookies == {b"sessionid", b"csrftoken"}


async def test_a_long_content_comes_in_pieces_and_in_order() -> None:
    sent = await asked("/flow")
    assert sent[2] == b"".join(b"%06d" % number for number in range(30_000))


async def test_a_body_in_pieces_is_read_whole() -> None:
    headers = {"content-type": "application/octet-stream", "authorization": "none"}
    sent = await asked("/taken", method="PUT", headers=headers, body=(b"12345", b"67", b""))
    assert sent[0] == 403, "whoever shows no form token changes nothing"
    sent = await asked("/taken", headers=headers, body=(b"12345", b"67", b""))
    assert sent[2] == b"7"


async def test_who_goes_before_the_body_has_come_is_answered_nothing() -> None:
    assert (await asked("/taken", body=()))[0] == 0


async def test_an_address_that_is_not_there_gets_the_page_that_says_so() -> None:
    sent = await asked("/nowhere/")
    assert sent[0] == 404 and b"<html" in sent[2]


async def test_pages_keep_their_connection_and_their_own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "KEEP_SECONDS", 60.0)

    async def answer(language: str) -> list[str]:
        return (await asked("/where", headers={"accept-language": language}))[2].decode().split()

    first = await answer("en")
    answers = [first, *[await answer(language) for language in ("zh-CN", "en", "zh-CN")]]
    assert [language for _, language, _ in answers] == ["en", "zh-hans", "en", "zh-hans"]
    assert len({pid for pid, *_ in answers}) == len({thread for *_, thread in answers}), "one for each thread"
    await close_all({int(pid) for pid, *_ in answers})


async def test_a_page_waits_for_no_question_that_is_prepared() -> None:
    loop, release = asyncio.get_running_loop(), asyncio.Event()

    def waits() -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(120)

    asking = [asyncio.create_task(db.in_database(waits)) for _ in range(16)]
    await asyncio.sleep(0)
    try:
        assert (await asyncio.wait_for(asked("/healthz"), 60))[0] == 200
    finally:
        release.set()
        await asyncio.gather(*asking)


async def test_slow_files_keep_neither_pages_nor_the_look_after_health_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = threading.Event()

    def reads_slowly(**_: Any) -> None:
        release.wait(120)
        raise BadInput("read at last")

    monkeypatch.setattr(files, "personal_read", reads_slowly)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\nwords\r\n--x--\r\n"
    )
    visitors = [await visitor(len(form)) for _ in range(2)]
    bringing = [
        asyncio.create_task(asked("/api/chat/files/", method="POST", headers=headers, body=(form,)))
        for headers in visitors * 10
    ]
    try:
        await asyncio.sleep(0)
        for address in ("/", "/accounts/login/", "/healthz"):
            assert (await asyncio.wait_for(asked(address), 60))[0] == 200
        told = [(await answer)[0] for answer in islice(asyncio.as_completed(bringing, timeout=60), 16)]
        assert told == [503] * 16, "one too many is told so at once"
    finally:
        release.set()
        answers = [sent[0] for sent in await asyncio.gather(*bringing)]
    assert answers.count(400) == 4


async def visitor(length: int) -> dict[str, str]:
    """The headers of somebody who has opened the chat and sends a form of this length."""
    _, headers, _ = await asked("/")
    cookies = dict(value.decode().split(";")[0].split("=", 1) for name, value in headers if name == b"Set-Cookie")
    return {
        "content-length": str(length),
        "content-type": "multipart/form-data; boundary=x",
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "x-csrftoken": cookies["csrftoken"],
    }
