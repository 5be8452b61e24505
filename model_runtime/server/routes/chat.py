"""POST /v1/chat/completions."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from model_runtime.engine.request import Piece
from model_runtime.loading.tokenizer import BadSwitch
from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.chat_answer import AnswerMessage, ChatChoice, ChatCompletion, ChoiceLogprobs
from model_runtime.server.answering.chunks import Envelope
from model_runtime.server.answering.collect import collect
from model_runtime.server.answering.event_stream import EventStream
from model_runtime.server.answering.images import insert_images, refuse_images
from model_runtime.server.answering.render import LogprobRenderer, metrics_of, usage_of
from model_runtime.server.answering.run import Prepared, start
from model_runtime.server.answering.wishes import constraint_of, limits_of
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.sse import encode
from model_runtime.server.runtime import Generator


async def chat_completions(request: Request) -> Response | ASGIApp:
    """Answer a conversation, streamed or whole."""
    body, generator, run = await start(request, ChatRequest, _prepare, param="messages")
    logprobs = LogprobRenderer(generator, body.alternatives) if body.logprobs else None
    head: dict[str, Any] = {"id": f"chatcmpl-{run.exchange.id}", "created": int(time.time()), "model": body.model}
    if body.stream:
        envelope = Envelope(head | {"object": "chat.completion.chunk"}, usage=body.wants_usage)
        chunks = ChatChunks(envelope, logprobs)
        return EventStream(run, chunks, usage=body.wants_usage, running_usage=body.wants_running_usage)
    choices = [
        ChatChoice(
            index=index,
            message=AnswerMessage(content=answer.text),
            logprobs=ChoiceLogprobs(content=logprobs.content(answer.tokens)) if logprobs else None,
            finish_reason=answer.reason,
        )
        for index, answer in enumerate(await collect(request, run))
    ]
    ended = run.exchange.finished
    whole = ChatCompletion(**head, choices=choices, usage=usage_of(ended), metrics=metrics_of(ended))
    return Response(whole.model_dump_json(), media_type="application/json")


def _prepare(body: ChatRequest, generator: Generator) -> Prepared:
    if generator.images is None:
        refuse_images(body)
    messages: list[dict[str, Any]] = [
        {
            "role": "system" if message.role == "developer" else message.role,
            "content": message.text if generator.images is None else message.parts,
        }
        | ({"name": message.name} if message.name is not None else {})
        for message in body.messages
    ]
    try:
        prompt = generator.tokenizer.chat(
            messages,
            open_turn=body.opens_turn,
            continue_final=body.continue_final_message,
            switches=body.chat_template_kwargs,
        )
    except BadSwitch as error:
        raise ApiError(400, str(error), param="chat_template_kwargs") from error
    except ValueError as error:
        raise ApiError(400, str(error)[:500], param="messages", code="invalid_messages") from error
    if not prompt:
        raise ApiError(400, "The prompt is empty.", param="messages")
    images = None
    if generator.images is not None:
        prompt, images = insert_images(body, prompt, generator.images, generator.engine.context_length)
    # Before anything is computed: images may be many tokens.
    limits_of(body, len(prompt), generator.engine.context_length, "messages")
    return Prepared(prompt, constraint_of(body, generator), images)


class ChatChunks:
    """The chunks of a streamed conversation (`server.chunks.Chunks`)."""

    def __init__(self, envelope: Envelope, logprobs: LogprobRenderer | None) -> None:
        self.envelope = envelope
        self._logprobs = logprobs

    def opening(self, index: int, end: str) -> str:
        """The chunk that says whose turn it is."""
        return self._chunk(index, '{"role":"assistant","content":""}', "null", "null", end)

    def piece(self, index: int, piece: Piece, end: str) -> str:
        """The chunk of some more text."""
        logprobs = encode({"content": self._logprobs.content(piece.tokens)}) if self._logprobs else "null"
        return self._chunk(index, f'{{"content":{encode(piece.text)}}}', logprobs, "null", end)

    def ending(self, index: int, reason: str, end: str) -> str:
        """The chunk that says why the answer ended."""
        return self._chunk(index, "{}", "null", f'"{reason}"', end)

    def _chunk(self, index: int, delta: str, logprobs: str, reason: str, end: str) -> str:
        return (
            f'{self.envelope.begin}{{"index":{index},"delta":{delta},'
            f'"logprobs":{logprobs},"finish_reason":{reason}}}{end}'
        )
