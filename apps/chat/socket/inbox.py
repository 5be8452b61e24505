"""The socket of the console's inbox: it only says that something has changed, and the page reads it again."""

import asyncio
import json
import logging

from channels.generic.websocket import AsyncWebsocketConsumer

from apps.core.db import in_database
from apps.core.errors import ApplicationError

from ..generation.delivery.hub import Subscription, hub
from ..generation.delivery.pokes import pokes_follow
from ..news import INBOX
from .person import socket_actor

logger = logging.getLogger(__name__)

QUIET_SECONDS = 600.0
CLOSED_TO_YOU = 4403


class InboxConsumer(AsyncWebsocketConsumer):
    """Takes no frames. Whoever may not attend is sent away, also when the right ends later."""

    channel_layer_alias = "none"

    async def connect(self) -> None:
        pokes_follow()
        await self.accept()
        self.listening = asyncio.create_task(self._listen())

    async def disconnect(self, code: int) -> None:
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)

    async def _listen(self) -> None:
        news = Subscription()
        try:
            async with hub.joined(INBOX, news):
                while True:
                    await in_database(socket_actor, self.scope, "conversations.attend")
                    if await news.wait(QUIET_SECONDS):
                        await self.send(text_data=json.dumps({"type": "changed"}))
        except ApplicationError:
            await self.close(code=CLOSED_TO_YOU)
        except Exception:  # the browser connects again; a socket that hears nothing would look as if nobody waited
            logger.exception("the inbox could not listen for news")
            await self.close(code=1011)
