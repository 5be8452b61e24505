"""The answers to one HTTP request, from their start to their end."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import Request

from model_runtime.backends.grammar import GrammarConstraint
from model_runtime.engine.request import Event, Finished
from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.completions import CompletionRequest
from model_runtime.server.answering.body import parse_request
from model_runtime.server.answering.engine_errors import cancelled, failure
from model_runtime.server.answering.images import look
from model_runtime.server.answering.room import room_for
from model_runtime.server.answering.submit import Answers
from model_runtime.server.answering.waiting import while_wanted
from model_runtime.server.answering.wishes import limits_of, sampling_of
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import exchange_of, seconds_of
from model_runtime.server.http.helper import run_bounded
from model_runtime.server.runtime import Generator, Runtime

if TYPE_CHECKING:
    from model_runtime.loading.multimodal import PromptImages

Body = TypeVar("Body", ChatRequest, CompletionRequest)


@dataclass(frozen=True)
class Prepared:
    """What a request became: token numbers, the form of the answer, and what image tokens stand for."""

    prompt: list[int]
    constraint: GrammarConstraint | None
    images: "PromptImages | None" = None


async def start(
    request: Request, kind: type[Body], prepare: Callable[[Body, Generator], Prepared], *, param: str
) -> "tuple[Body, Generator, Run]":
    """Read the body, `prepare` it in a thread, queue the answers; the body, what answers it, and its answers.

    `param` is the name of the field that the prompt comes from. Raises ApiError.
    """
    runtime: Runtime = request.app.state.runtime
    body = await parse_request(request, kind)
    generator = runtime.need_generator(body.model)
    exchange = exchange_of(request)
    exchange.caller = body.caller
    with room_for(runtime, body.n, generator=generator):
        prepared = await while_wanted(request, run_bounded(runtime.helper, prepare, body, generator))
        if prepared.images is not None and generator.images is not None:
            await look(request, prepared.images, generator.images)
        return body, generator, Run(request, body, generator, prepared, param)


class Run:
    """Running answers, until the block ends in which they are used."""

    def __init__(
        self,
        request: Request,
        body: ChatRequest | CompletionRequest,
        generator: Generator,
        prepared: Prepared,
        param: str,
    ) -> None:
        """Start `body.n` answers. Raises ApiError 400, 429 or 503."""
        runtime: Runtime = request.app.state.runtime
        self.exchange = exchange_of(request)
        self.count = body.n
        self.prompt_tokens = len(prepared.prompt)
        self.failure: ApiError | None = None
        """Why the answers cannot become complete; set by the batch that tells so."""
        self._answers = Answers(generator)
        self._answers.start(
            prepared.prompt,
            sampling_of(body, generator, body.alternatives),
            limits_of(body, self.prompt_tokens, generator.engine.context_length, param),
            count=body.n,
            seed=body.seed,
            constraint=prepared.constraint,
            caller=self.exchange.caller,
            deadline_seconds=seconds_of(request),
            adapter=runtime.adapter_of(body.model),
            images=prepared.images,
            request_id=self.exchange.id,
        )
        self.exchange.stop = self.cancel

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    def cancel(self) -> None:
        """End all answers within a step."""
        self._answers.close()

    def nudge(self) -> None:
        """Have `batches` yield what is ready, though that be nothing."""
        self._answers.nudge()

    async def batches(self) -> AsyncIterator[list[tuple[int, list[Event]]]]:
        """All events that are ready, with the numbers of their answers, until each answer has ended."""
        async for batch in self._answers.batches():
            for _, events in batch:
                last = events[-1]
                if isinstance(last, Finished):
                    self.exchange.finished.append(last)
                    self.failure = self.failure or failure(last)
            self.exchange.decided = len(self.exchange.finished) == self.count
            if self.exchange.cancelled and self.exchange.decided:  # perhaps when all had just ended
                self.failure = self.failure or cancelled()
            yield batch
