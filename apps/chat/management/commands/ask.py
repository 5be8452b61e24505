"""Asks an assistant from the terminal: the whole pipeline, streamed, with or without a server beside it."""

import asyncio
import time
import uuid
from argparse import ArgumentParser
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.core.errors import Unavailable
from apps.inference.services import deployment_ensure, embedder_ensure
from apps.registry.selectors import alias_target

from ...endings import ending_message
from ...generation.delivery.onward import Diverged, unsaid
from ...generation.delivery.watch import watch
from ...generation.fold import text_with
from ...generation.runner import generation_run
from ...models import Generation, Message
from ...reading.snapshot import source_line
from ...selectors import access_assistant
from ...services import message_send


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True
    needs_demo = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("assistant", help="the assistant's slug")
        parser.add_argument("question")

    def run(self, **options: Any) -> None:
        assistant = options["assistant"]
        deployment_ensure(target=alias_target(access_assistant(actor=SYSTEM, slug=assistant).alias))
        embedder_ensure()
        began = time.perf_counter()
        generation_id = uuid.uuid4()
        message_send(
            actor=SYSTEM,
            message_id=uuid.uuid4(),
            generation_id=generation_id,
            conversation_id=uuid.uuid4(),
            assistant=assistant,
            text=options["question"],
            start=lambda _generation_id: None,  # this process answers itself
        )
        try:
            first_token_ms = asyncio.run(self._follow(generation_id, began))
        except Diverged as error:  # what is on the terminal stays there
            raise Unavailable(ending_message("lost") or "") from error
        generation = Generation.objects.select_related("answer", "model_version__model").get(pk=generation_id)
        if generation.status != "done":
            raise Unavailable(ending_message(generation.error_code) or generation.status)
        self._result(generation, first_token_ms)

    async def _follow(self, generation_id: uuid.UUID, began: float) -> float | None:
        """Prints the text as it comes; returns the milliseconds to its first piece. The first failure ends both."""
        _none, first_token_ms = await asyncio.gather(
            generation_run(generation_id), self._print(generation_id, began)
        )
        return first_token_ms

    async def _print(self, generation_id: uuid.UUID, began: float) -> float | None:
        first_token_ms, said, text = None, "", ""
        async for _seq, event in watch(generation_id, 0):
            text = text_with(text, event)
            if new := unsaid(said, text):
                first_token_ms = first_token_ms or round((time.perf_counter() - began) * 1000, 1)
                said = text
                self._show(new)
        return first_token_ms

    def _show(self, text: str) -> None:
        if not self.as_json:
            self.stdout.write(text, ending="")
            self.stdout.flush()

    def _result(self, generation: Generation, first_token_ms: float | None) -> None:
        version = generation.model_version
        answer = Message.objects.get(generation=generation)
        data = {
            "text": answer.text,
            "sources": answer.sources,
            "outcome": generation.outcome,
            "confidence": generation.confidence,
            "model": version.label if version else None,
            "first_token_ms": first_token_ms,
            "tokens_per_second": _speed(generation),
            "timings_ms": generation.timings,
            "usage": generation.usage,
        }
        lines = [f"[{source['number']}] {source_line(source)}" for source in answer.sources]
        facts = [f"outcome {generation.outcome}", f"confidence {generation.confidence:.2f}"]
        facts += [f"first token {first_token_ms:.0f} ms"] if first_token_ms is not None else []
        facts += [f"{speed:.0f} tokens/s with the copied ones"] if (speed := data["tokens_per_second"]) else []
        self.emit(data, "\n".join(["", "", *lines, *([""] if lines else []), ", ".join(facts)]))


def _speed(generation: Generation) -> float | None:
    """Tokens of the answer, forced ones included, by the time from the first to the last."""
    took = generation.timings.get("answer", 0) - generation.timings.get("first_token", 0)
    tokens = generation.usage.get("completion_tokens", 0)
    return round(tokens / took * 1000, 1) if took > 0 and tokens > 1 else None
