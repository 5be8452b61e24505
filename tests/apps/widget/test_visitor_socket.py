"""The socket of a widget's frame: nothing before a hello with a session's token, then the chat as everywhere."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from chat.fakes import ONE, FakeRuntime, send
from chat.sockets import Tab, text_of
from django.test import Client

from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Message
from apps.core.db import in_database
from apps.widget import consumer
from apps.widget.models import Inbox
from apps.widget.sessions import session_actor, session_end
from config.asgi import application

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def socket(cookies: str = "", origin: str = "http://localhost") -> AsyncIterator[Tab]:
    headers = {"cookie": cookies, "origin": origin, "host": "localhost"}
    scope: dict[str, Any] = {"type": "websocket", "path": "/ws/widget/", "query_string": b"", "subprotocols": []}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
    line = ApplicationCommunicator(application, scope)
    await line.send_input({"type": "websocket.connect"})
    try:
        yield Tab(line)
    finally:
        await line.send_input({"type": "websocket.disconnect", "code": 1000})
        await line.wait(60)


async def accepted(tab: Tab) -> None:
    assert (await tab.socket.receive_output(60))["type"] == "websocket.accept"


async def closed_with(tab: Tab) -> int:
    message = await tab.socket.receive_output(60)
    assert message["type"] == "websocket.close", message
    return message["code"]


async def greet(tab: Tab, token: str, language: str = "en") -> None:
    await accepted(tab)
    await tab.say(type="hello", token=token, language=language)


async def test_after_the_hello_a_question_is_answered_as_anywhere(open_session, runtime: FakeRuntime) -> None:
    token = (await in_database(open_session)).json()["token"]
    async with socket() as tab:
        await greet(tab, token)
        asked = await tab.ask("How long may I return it?")
        assert (await tab.hear())["type"] == "accepted"
        generation = await in_database(Generation.objects.get)
        await generation_run(generation.pk)
        assert text_of(await tab.hear_out()) == f"{ONE} [1]"
    assert str(generation.conversation_id) == asked["conversation"]


@pytest.mark.parametrize(
    "first",
    [
        {"type": "hello", "token": "guessed", "language": "en"},
        {"type": "hello", "token": 7, "language": "en"},
        {"type": "hello", "token": "guessed"},
        {"type": "send"},
        [],
        "x" * 40_000,
    ],
)
async def test_who_says_something_else_first_is_shown_out(inbox: Inbox, first: object) -> None:
    async with socket() as tab:
        await accepted(tab)
        await tab.raw(text=json.dumps(first))
        assert await closed_with(tab) == consumer.NOT_GREETED


async def test_who_says_nothing_is_shown_out(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "GREETING_SECONDS", 0.01)
    async with socket() as tab:
        await accepted(tab)
        assert await closed_with(tab) == consumer.NOT_GREETED


async def test_cookies_open_nothing(inbox: Inbox, cast) -> None:
    client: Client = cast["owner"][1]
    async with socket(f"sessionid={client.cookies['sessionid'].value}") as tab:
        await accepted(tab)
        await tab.ask()
        assert await closed_with(tab) == consumer.NOT_GREETED


async def test_another_origin_gets_no_socket(inbox: Inbox) -> None:
    async with socket(origin="https://evil.example") as tab:
        refused = await tab.socket.receive_output(60)
        assert refused["type"] == "websocket.close"  # before it was accepted: the browser is told 403


async def test_nobody_follows_or_stops_the_answer_of_another_visitor(open_session, sign, runtime) -> None:
    def asked() -> tuple[str, str]:
        alice, bob = open_session(sign("alice")).json()["token"], open_session(sign("bob")).json()["token"]
        return str(send(session_actor(alice)).generation.pk), bob

    generation, bob = await in_database(asked)
    async with socket() as tab:
        await greet(tab, bob, "zh-hans")
        await tab.say(type="resume", generation=generation, after_seq=0)
        frame = await tab.hear()
        assert (frame["type"], frame["code"]) == ("error", "not_found")
        await tab.say(type="stop", generation=generation, seen_chars=0)
        assert (await tab.hear())["code"] == "not_found"
        assert not await tab.hears_anything()


async def test_a_session_that_ends_says_so_at_the_next_frame(open_session) -> None:
    token = (await in_database(open_session)).json()["token"]
    async with socket() as tab:
        await greet(tab, token)
        await tab.say(type="stop", generation=str(uuid4()), seen_chars=0)
        assert (await tab.hear())["code"] == "not_found"  # so it has been greeted
        await in_database(session_end, token)
        await tab.ask()
        assert (await tab.hear())["code"] == "session_ended"


async def test_a_stopped_answer_goes_on_for_its_own_visitor(open_session, runtime: FakeRuntime) -> None:
    token = (await in_database(open_session)).json()["token"]
    async with socket() as tab:
        await greet(tab, token)
        asked = await tab.ask("How long may I return it?")
        assert (await tab.hear())["type"] == "accepted"
        await in_database(lambda: Generation.objects.update(status="interrupted"))
        ids = {"message": asked["message"], "conversation": asked["conversation"], "continued": asked["generation"]}
        await tab.say(type="continue", generation=str(uuid4()), **ids)
        assert (await tab.hear())["type"] == "accepted"


async def test_a_passage_is_written_anew_for_its_own_visitor(open_session, runtime: FakeRuntime) -> None:
    await in_database(lambda: Assistant.objects.update(task="write"))
    tokens = [(await in_database(open_session)).json()["token"] for _ in range(2)]
    async with socket() as tab, socket() as other:
        await greet(tab, tokens[0])
        await greet(other, tokens[1])
        asked = await tab.ask("A note about lamps")
        assert (await tab.hear())["type"] == "accepted"
        answer = await in_database(lambda: Message.objects.get(role="assistant"))
        await in_database(lambda: Message.objects.filter(pk=answer.pk).update(text="Lamps are bright."))
        await in_database(lambda: Generation.objects.update(status="done"))
        ids = {"message": asked["message"], "conversation": asked["conversation"], "answer": str(answer.pk)}
        revise = {"type": "revise", "start": 0, "end": 17, "instruction": "Shorter", **ids}
        await other.say(generation=str(uuid4()), **revise)
        assert (await other.hear())["code"] == "not_found"
        await tab.say(generation=str(uuid4()), **revise)
        assert (await tab.hear())["type"] == "accepted"
