"""The socket: a thin relay. It owns nothing; answers are made elsewhere and go on when it closes."""

import asyncio
import json
import logging
from contextlib import aclosing
from typing import Any
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import InterfaceError, OperationalError
from django.utils import translation

from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import ApplicationError

from ..endings import ending_message
from ..generation.delivery.hub import Subscription, hub
from ..generation.delivery.pokes import pokes_follow
from ..generation.delivery.watch import watch
from ..generation.runner import stop_here
from ..news import conversation_tell, tabs_key
from ..reading.transcript import standing_data
from ..selectors import access_generation
from ..services import Sent, answer_revise, generation_continue, generation_stop, message_again, message_send
from .frames import Again, Continue, Frame, Resume, Revise, Send, Stop, frame_read, ref_of
from .person import socket_actor, socket_language

logger = logging.getLogger(__name__)

WATCHES = 8  # generations that one socket follows at a time
QUIET_SECONDS = 600.0
SLOW_SECONDS = 30.0  # a reader who takes nothing for so long is gone
AWAY = (OperationalError, InterfaceError)  # the database restarts
BROKEN, RESTARTING, TRY_LATER = 1011, 1012, 1013


class ChatConsumer(AsyncWebsocketConsumer):
    """One browser tab. Frames are handled one after the other; each is checked against the person's rights anew."""

    channel_layer_alias = "none"  # a socket must not depend on Redis: pokes come through the process's one listener

    async def connect(self) -> None:
        pokes_follow()
        self.language = socket_language(self.scope)
        self.watching: dict[UUID, asyncio.Task[None]] = {}
        self.relays = 0
        self.is_left = False
        self.news = Subscription()
        await self.accept()
        self.listening = asyncio.create_task(self._listen())

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own would first see to the connection of a thread that nothing here works in."""
        await getattr(self, get_handler_name(message))(message)

    def actor(self) -> Actor:
        """Who sits there, as the database knows them now. Raises NotAllowed."""
        return socket_actor(self.scope)

    async def disconnect(self, code: int) -> None:
        tasks = (self.listening, *self.watching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        """Passes on what was done elsewhere: in another tab of the same person, or by who answers them."""
        try:
            async with hub.joined(tabs_key(await in_database(self.actor)), self.news):
                while True:
                    if await self.news.wait(QUIET_SECONDS):
                        await in_database(self.actor)
                        await self._say({"type": "changed"})
        except ApplicationError as error:  # no session, or none any more
            for task in self.watching.values():
                task.cancel()
            with translation.override(self.language):
                await self._error(None, error.code, str(error.message))
        except TimeoutError:
            await self._leave(TRY_LATER)
        except AWAY:
            await self._leave(RESTARTING)
        except Exception:  # the browser connects again
            logger.exception("a socket could not listen for news")
            await self._leave(BROKEN)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        ref = None
        with translation.override(self.language):
            try:
                frame = frame_read(text_data)
                ref = str(frame.ref)
                await self._handle(frame)
            except ApplicationError as error:
                await self._error(ref or ref_of(text_data), error.code, str(error.message))
            except AWAY as error:  # no answer at all: the browser connects again, and asks or resumes once more
                logger.warning("a frame could not be handled now: %s", error)
                await self._leave(RESTARTING)
            except Exception:  # a fault of ours must not cost the person the socket
                logger.exception("a frame could not be handled")
                await self._error(ref, "internal", str(ending_message("internal")))

    async def _handle(self, frame: Frame) -> None:
        match frame:
            case Send():
                await self._accepted(frame, await in_database(self._message_send, frame))
            case Again():
                await self._accepted(frame, await in_database(self._message_again, frame))
            case Continue():
                await self._accepted(frame, await in_database(self._generation_continue, frame))
            case Revise():
                await self._accepted(frame, await in_database(self._answer_revise, frame))
            case Resume():
                await in_database(self._generation_access, frame)
                self._watch(frame.generation, frame.after_seq)
            case Stop():
                await in_database(self._generation_stop, frame)
                stop_here(frame.generation, frame.seen_chars)

    async def _accepted(self, frame: Send | Again | Continue | Revise, sent: Sent) -> None:
        ids = {name: str(getattr(frame, name)) for name in ("message", "generation", "conversation")}
        accepted = {"type": "accepted", **ids, "title": sent.conversation.title}
        if sent.generation is None:  # a person answers
            standing = await in_database(standing_data, sent.conversation)
            await self._say(accepted | {"standing": standing})
        else:
            await self._say(accepted)
            self._watch(frame.generation, 0)
        if not sent.repeated:
            # Where people answer, something may stand behind the question that this tab does not know either.
            await conversation_tell(sent.conversation, but=self.news if sent.generation else None)

    def _message_again(self, frame: Again) -> Sent:
        return message_again(
            actor=self.actor(),
            question_id=frame.message,
            generation_id=frame.generation,
            conversation_id=frame.conversation,
        )

    def _generation_continue(self, frame: Continue) -> Sent:
        return generation_continue(
            actor=self.actor(),
            generation_id=frame.generation,
            continued_id=frame.continued,
            question_id=frame.message,
            conversation_id=frame.conversation,
        )

    def _answer_revise(self, frame: Revise) -> Sent:
        return answer_revise(
            actor=self.actor(),
            answer_id=frame.answer,
            generation_id=frame.generation,
            question_id=frame.message,
            conversation_id=frame.conversation,
            places=(frame.start, frame.end),
            instruction=frame.instruction,
        )

    def _message_send(self, frame: Send) -> Sent:
        return message_send(
            actor=self.actor(),
            message_id=frame.message,
            generation_id=frame.generation,
            conversation_id=frame.conversation,
            assistant=frame.assistant,
            text=frame.text,
            edits=frame.edits,
            files=frame.files,
        )

    def _generation_access(self, frame: Resume) -> None:
        access_generation(actor=self.actor(), generation_id=frame.generation)

    def _generation_stop(self, frame: Stop) -> None:
        generation_stop(actor=self.actor(), generation_id=frame.generation, seen_chars=frame.seen_chars)

    def _watch(self, generation_id: UUID, after_seq: int) -> None:
        if (before := self.watching.pop(generation_id, None)) is not None:
            before.cancel()
        if len(self.watching) >= WATCHES:  # the oldest goes: the tab shows another one by now, and can resume it
            self.watching.pop(next(iter(self.watching))).cancel()
        self.relays += 1
        self.watching[generation_id] = asyncio.create_task(self._relay(generation_id, after_seq, self.relays))

    async def _relay(self, generation_id: UUID, after_seq: int, number: int) -> None:
        """The first line says which `number` stands for the generation in the short lines of text behind it."""
        name: dict[str, Any] = {"as": number}
        try:
            async with aclosing(watch(generation_id, after_seq)) as lines:
                async for seq, event in lines:
                    if event["kind"] == "delta" and not name:
                        await self._say([number, seq, event["text"]])
                    else:
                        await self._event(generation_id, seq, event, name)
                        name = {}
        except ApplicationError as error:
            with translation.override(self.language):
                await self._error(str(generation_id), error.code, str(error.message))
        except TimeoutError:
            await self._leave(TRY_LATER)
        except AWAY:
            await self._leave(RESTARTING)
        except Exception:  # the browser connects again and resumes from the line it has
            logger.exception("generation %s could not be followed", generation_id)
            await self._leave(BROKEN)
        finally:
            if self.watching.get(generation_id) is asyncio.current_task():
                del self.watching[generation_id]

    async def _event(self, generation_id: UUID, seq: int, event: dict[str, Any], name: dict[str, Any]) -> None:
        if event["kind"] == "end":
            with translation.override(self.language):
                event = event | {"message": ending_message(event["code"])}
        await self._say({"type": "event", "generation": str(generation_id), **name, "seq": seq, "event": event})

    async def _error(self, ref: str | None, code: str, message: str) -> None:
        await self._say({"type": "error", "ref": ref, "code": code, "message": message})

    async def _say(self, data: dict[str, Any] | list[Any]) -> None:
        if self.is_left:
            return
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                await self.send(text_data=json.dumps(data, ensure_ascii=False, separators=(",", ":")))
        except TimeoutError:
            raise
        except OSError:  # the browser is gone; `disconnect` follows
            self.is_left = True

    async def _leave(self, code: int) -> None:
        """Closes once, whichever of the tasks was first; the others have nobody to tell any more."""
        if not self.is_left:
            self.is_left = True
            await self.close(code=code)
