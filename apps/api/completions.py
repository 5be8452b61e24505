"""`POST /v1/chat/completions`: a question to an assistant, by the same way as one from the page."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from functools import partial
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from apps.chat.endings import ending_message
from apps.chat.generation.delivery.onward import Diverged, unsaid
from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.fold import text_with, utf16_units
from apps.chat.generation.given import turns_judged
from apps.chat.generation.runner import stop_here
from apps.chat.images import RemadeImage, image_remade
from apps.chat.models import Generation, Outcome, Status
from apps.chat.reading.snapshot import notice_below
from apps.chat.services import generation_stop
from apps.chat.services.images import image_judge
from apps.core.actor import KeyActor
from apps.core.db import in_database
from apps.core.errors import ApplicationError, NotFound, Unavailable
from apps.core.threads import long_call, to_the_end

from .beats import with_beats
from .http import Call
from .keys import actor_of
from .limits import Admitted, place, question_ask
from .parameters import Asked, chat_read

Event = dict[str, Any]
# After so many seconds without an event a stream says that it is alive. Earlier failures have their status.
SILENCE = 3.0


async def completions(call: Call, admitted: Admitted) -> None:
    asked = chat_read(await call.json())
    await call.while_there(_Completion(call, admitted, asked).answer())


class _Completion:
    """One answer, whole or in pieces."""

    def __init__(self, call: Call, admitted: Admitted, asked: Asked) -> None:
        self.call, self.admitted, self.asked = call, admitted, asked
        self.created = int(time.time())
        self.generation_id = uuid4()
        self.conversation = self.text = self.said = ""  # of the text, what a stream was sent
        self.sources: list[Event] = []
        self.nearest: list[Event] = []  # where the documents come nearest to a question that they do not answer

    async def answer(self) -> None:
        async with aclosing(with_beats(self._events(), SILENCE)) as events:
            async for event in events:
                if event is not None:
                    await self._take(event)
                elif self.asked.is_stream:  # who waits behind others is told that we are there
                    await self._begin()
                    await self.call.write(b": waiting\n\n")

    async def _ask(self) -> None:
        key_id = self.admitted.key.pk
        try:
            async with place(key_id) as place_id:
                given = await turns_judged(self.asked.before, self.asked.model)
                images = await self._images()
                ask = partial(question_ask, key_id=key_id, place_id=place_id, generation_id=self.generation_id)
                sent = await to_the_end(
                    in_database(ask, ip=self.call.ip, asked=self.asked, given=given, images=images)
                )
                self.conversation = str(sent.conversation.pk)
        except asyncio.CancelledError:
            await self._stop()
            raise

    async def _images(self) -> list[RemadeImage]:
        if not self.asked.images:
            return []
        actor = await in_database(partial(actor_of, self.admitted.key, ip=self.call.ip))
        remade = [await long_call(image_remade, data) for data in self.asked.images]
        for image in remade:
            await image_judge(actor, image)
        return remade

    async def _events(self) -> AsyncGenerator[Event, None]:
        """What the log says. Who leaves before its end stops the answer, which frees its place."""
        await self._ask()
        is_over = False
        try:
            async with aclosing(watch(self.generation_id, 0)) as lines:
                async for _seq, event in lines:
                    is_over = event["kind"] == "end"
                    yield event
        finally:
            if not is_over:
                await self._stop()

    async def _stop(self) -> None:
        actor = KeyActor(key_id=self.admitted.key.pk)
        seen = utf16_units(self.said if self.asked.is_stream else self.text)
        with suppress(NotFound):  # left before the question was stored, or deleted meanwhile
            await in_database(generation_stop, actor=actor, generation_id=self.generation_id, seen_chars=seen)
        stop_here(self.generation_id, seen)

    async def _take(self, event: Event) -> None:
        self.text = text_with(self.text, event)
        match event["kind"]:
            case "source":
                self.sources.append({name: value for name, value in event.items() if name != "kind"})
            case "nearest":
                self.nearest = event["places"]
            case "kept":
                self.sources = list(event["sources"])
                self.nearest = next((note["places"] for note in event["notes"] if note["kind"] == "nearest"), [])
            case "end":
                await self._end(event)
                return
        if self.asked.is_stream:
            await self._say()

    async def _say(self) -> None:
        """What of the text was not sent yet; a stream that was sent something else by now is broken."""
        try:
            new = unsaid(self.said, self.text)
        except Diverged as error:
            raise _lost() from error
        if new:
            await self._chunk({"content": new})
            self.said = self.text

    async def _end(self, event: Event) -> None:
        if event["status"] != Status.DONE:
            raise _ending(event)
        if self.asked.is_stream and self.said != self.text:  # what was sent does not stand any more
            raise _lost()
        usage, notice = await in_database(self._beside)
        reason = "content_filter" if event["outcome"] == Outcome.BLOCKED else "stop"
        ids = {"conversation": self.conversation, "generation": str(self.generation_id)}
        grounds = {**ids, "outcome": event["outcome"], "confidence": event["confidence"], "sources": self.sources}
        beside = {"nearest": self.nearest, "notice": notice, "left_out": self.asked.left_out}
        grounds |= {name: value for name, value in beside.items() if value}
        if not self.asked.is_stream:
            message = {"role": "assistant", "content": self.text, "refusal": None}
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
            await self.call.answer(self._body("chat.completion", [choice]) | {"usage": usage, "parley": grounds})
            return
        await self._chunk({}, reason, parley=grounds)
        if self.asked.with_usage:
            await self.call.event(self._body("chat.completion.chunk", []) | {"usage": usage})
        await self.call.write(b"data: [DONE]\n\n", more=False)

    async def _begin(self) -> None:
        if not self.call.is_begun:
            await self.call.begin(200, "text/event-stream; charset=utf-8", {"x-accel-buffering": "no"})
            await self._chunk({"role": "assistant", "content": ""})

    async def _chunk(self, delta: Event, reason: str | None = None, **more: Any) -> None:
        await self._begin()
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        await self.call.event(self._body("chat.completion.chunk", [choice]) | more)

    def _body(self, kind: str, choices: list[Event]) -> Event:
        head = {"id": f"chatcmpl-{self.generation_id.hex}", "object": kind, "created": self.created}
        return head | {"model": self.asked.model, "choices": choices}

    def _beside(self) -> tuple[dict[str, int], str]:
        """What the model read and wrote, nothing where none was asked; and what is said below the answer."""
        generation = Generation.objects.select_related("answer", "conversation__assistant").get(
            pk=self.generation_id
        )
        read, written = generation.usage.get("prompt_tokens", 0), generation.usage.get("completion_tokens", 0)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        return usage, notice_below(generation.conversation.assistant, generation.answer)


class _Broken(ApplicationError):
    """The answer did not come to its end."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _lost() -> ApplicationError:
    return Unavailable(ending_message("lost") or "")


def _ending(event: Event) -> ApplicationError:
    code = event["code"] or "stopped"
    if code in {"runtime_unavailable", "check_unavailable", "shutdown", "lost"}:
        return Unavailable(ending_message(code) or "")
    return _Broken(code, _("The answer was stopped.") if code == "stopped" else ending_message(code) or "")
