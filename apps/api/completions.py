"""`POST /v1/chat/completions`: a question to an assistant, by the same way as one from the page."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat.endings import ending_message
from apps.chat.generation.fold import utf16_units
from apps.chat.generation.given import turns_judged
from apps.chat.generation.runner import stop_here
from apps.chat.generation.watch import watch
from apps.chat.models import Generation, Outcome, Status
from apps.chat.services import generation_stop
from apps.core.actor import KeyActor
from apps.core.db import in_database
from apps.core.errors import ApplicationError, Unavailable

from .http import Call
from .limits import Admitted, question_ask
from .parameters import Asked, chat_read

Event = dict[str, Any]


async def completions(call: Call, admitted: Admitted) -> None:
    asked = chat_read(await call.json())
    await call.while_there(_Completion(call, admitted, asked).answer())


class _Completion:
    """One answer, whole or in pieces."""

    def __init__(self, call: Call, admitted: Admitted, asked: Asked) -> None:
        self.call, self.admitted, self.asked = call, admitted, asked
        self.created = int(time.time())
        self.generation_id = UUID(int=0)
        self.text = ""
        self.sources: list[Event] = []

    async def answer(self) -> None:
        key = self.admitted.key
        given = await turns_judged(self.asked.before)
        sent = await in_database(question_ask, key_id=key.pk, ip=self.call.ip, asked=self.asked, given=given)
        assert sent.generation is not None  # noqa: S101  (a key's conversation is never with a person)
        self.generation_id = sent.generation.pk
        async with aclosing(self._events(KeyActor(key_id=key.pk))) as events:
            async for event in events:
                await self._take(event)

    async def _events(self, actor: KeyActor) -> AsyncGenerator[Event, None]:
        """What the log says. Who leaves before its end stops the answer, which frees its place."""
        is_over = False
        try:
            async with aclosing(watch(self.generation_id, 0)) as lines:
                async for _seq, event in lines:
                    is_over = event["kind"] == "end"
                    yield event
        finally:
            if not is_over:
                seen = utf16_units(self.text)
                stop = {"actor": actor, "generation_id": self.generation_id, "seen_chars": seen}
                await in_database(lambda: generation_stop(**stop))  # type: ignore[arg-type]
                stop_here(self.generation_id, seen)

    async def _take(self, event: Event) -> None:
        match event["kind"]:
            case "source":
                self.sources.append({name: value for name, value in event.items() if name != "kind"})
            case "delta":
                if self.asked.is_stream:
                    await self._chunk({"content": event["text"]})
                self.text += event["text"]
            case "end":
                await self._end(event)

    async def _end(self, event: Event) -> None:
        if event["status"] != Status.DONE:
            raise _ending(event)
        usage = await in_database(self._usage)
        reason = "content_filter" if event["outcome"] == Outcome.BLOCKED else "stop"
        grounds = {"outcome": event["outcome"], "confidence": event["confidence"], "sources": self.sources}
        if not self.asked.is_stream:
            message = {"role": "assistant", "content": self.text, "refusal": None}
            choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
            await self.call.answer(self._body("chat.completion", [choice]) | {"usage": usage, "parley": grounds})
            return
        await self._chunk({}, reason, parley=grounds)
        if self.asked.with_usage:
            await self.call.event(self._body("chat.completion.chunk", []) | {"usage": usage})
        await self.call.write(b"data: [DONE]\n\n", more=False)

    async def _chunk(self, delta: Event, reason: str | None = None, **more: Any) -> None:
        if not self.call.is_begun:
            await self.call.begin(200, "text/event-stream; charset=utf-8", {"x-accel-buffering": "no"})
            await self._chunk({"role": "assistant", "content": ""})
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        await self.call.event(self._body("chat.completion.chunk", [choice]) | more)

    def _body(self, kind: str, choices: list[Event]) -> Event:
        head = {"id": f"chatcmpl-{self.generation_id.hex}", "object": kind, "created": self.created}
        return head | {"model": self.asked.model, "choices": choices}

    def _usage(self) -> dict[str, int]:
        """What the model read and wrote; nothing where no model was asked."""
        usage = Generation.objects.values_list("usage", flat=True).get(pk=self.generation_id)
        read, written = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


class _Broken(ApplicationError):
    """The answer did not come to its end."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _ending(event: Event) -> ApplicationError:
    code = event["code"] or "stopped"
    if code in {"runtime_unavailable", "shutdown", "lost"}:
        return Unavailable(ending_message(code) or "")
    return _Broken(code, _("The answer was stopped.") if code == "stopped" else ending_message(code) or "")
