"""The socket of a widget's frame: that of the chat, for whoever the first frame names."""

import asyncio
import json

from apps.chat.socket.consumer import ChatConsumer
from apps.chat.socket.frames import LONGEST_FRAME
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import ApplicationError

from .sessions import session_actor

GREETING_SECONDS = 10.0
NOT_GREETED = 4401
LANGUAGES = {"en", "zh-hans"}


class WidgetConsumer(ChatConsumer):
    """Nothing is heard or said before {"type": "hello", "token": …, "language": …}. Cookies do not count."""

    async def connect(self) -> None:
        self.token = ""
        self.greeted = asyncio.Event()
        await super().connect()

    def actor(self) -> Actor:
        return session_actor(self.token, ip=(self.scope.get("client") or [""])[0])

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                await self.greeted.wait()
        except TimeoutError:
            await self.close(code=NOT_GREETED)
            return
        await super()._listen()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.greeted.is_set():
            await super().receive(text_data, bytes_data)
            return
        hello = _hello(text_data)
        if hello is None:
            await self.close(code=NOT_GREETED)
            return
        self.token, self.language = hello
        try:
            await in_database(self.actor)
        except ApplicationError:
            await self.close(code=NOT_GREETED)
            return
        self.greeted.set()


def _hello(text: str | None) -> tuple[str, str] | None:
    """(token, language), or None for anything else than a hello."""
    try:
        data = json.loads(text or "") if len(text or "") <= LONGEST_FRAME else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or set(data) != {"type", "token", "language"} or data["type"] != "hello":
        return None
    token, language = data["token"], data["language"]
    return (token, language) if isinstance(token, str) and language in LANGUAGES else None
