"""Pieces of answers in the protocol's words."""

from typing import Any

from model_runtime.engine.request import Finished, Piece, Token
from model_runtime.protocol.base import Metrics, Usage
from model_runtime.protocol.chat import TokenLogprob, TopLogprob
from model_runtime.server.runtime import Generator


def usage_of(finished: list[Finished]) -> Usage:
    """Counts over all answers; the prompt, which they share, once."""
    prompt = finished[0].prompt_tokens
    written = sum(one.completion_tokens for one in finished)
    return Usage(prompt_tokens=prompt, completion_tokens=written, total_tokens=prompt + written)


def metrics_of(finished: list[Finished]) -> Metrics:
    """How the first answer went."""
    one = finished[0]
    return Metrics(
        queue_ms=round(one.queue_ms, 2),
        first_token_ms=round(one.first_token_ms, 2),
        decode_ms=round(one.decode_ms, 2),
        forced_tokens=one.forced_tokens,
        mean_logprob=one.mean_logprob,
    )


class LogprobRenderer:
    """Renders tokens with their log-probabilities; `top` alternatives each."""

    def __init__(self, generator: Generator, top: int) -> None:
        self._bytes = generator.token_bytes
        self._top = top

    def content(self, piece: Piece) -> list[TokenLogprob]:
        """Entries for the tokens of a piece, in order."""
        return [self._token(token) for token in piece.tokens]

    def text(self, token: int) -> str:
        """A token alone as text; broken characters show as U+FFFD."""
        return self._bytes(token).decode("utf-8", errors="replace")

    def _token(self, token: Token) -> TokenLogprob:
        top = [self._entry(number, logprob) for number, logprob in token.top[: self._top]]
        return TokenLogprob(**self._entry(token.id, token.logprob).model_dump(), top_logprobs=top)

    def _entry(self, token: int, logprob: float) -> TopLogprob:
        # JSON has no infinity; a token that a ban made impossible is as good as -9999.
        return TopLogprob(token=self.text(token), logprob=max(logprob, -9999.0), bytes=list(self._bytes(token)))


def error_chunk(message: str) -> dict[str, Any]:
    """The last event of a stream that failed half-way."""
    return {"error": {"message": message, "type": "server_error", "param": None, "code": "generation_failed"}}
