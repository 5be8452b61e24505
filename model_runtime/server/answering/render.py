"""Pieces of answers in the protocol's words."""

import functools
from collections.abc import Sequence

from model_runtime.engine.request import Finished, Token
from model_runtime.protocol.base import Metrics, PromptTokensDetails, Usage
from model_runtime.protocol.chat_answer import TokenLogprob, TopLogprob
from model_runtime.server.runtime import Generator


def usage_of(finished: list[Finished]) -> Usage:
    """Counts over all answers; the prompt, which they share and of which one computed what was not known, once."""
    prompt = finished[0].prompt_tokens
    written = sum(one.completion_tokens for one in finished)
    cached = min(one.cached_tokens for one in finished)
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=written,
        total_tokens=prompt + written,
        prompt_tokens_details=PromptTokensDetails(cached_tokens=cached),
    )


def metrics_of(finished: list[Finished]) -> Metrics:
    """How the first answer went."""
    one = finished[0]
    return Metrics(
        queue_ms=round(one.queue_ms, 2),
        first_token_ms=round(one.first_token_ms, 2),
        decode_ms=round(one.decode_ms, 2),
        forced_tokens=one.forced_tokens,
        draft_tokens=one.draft_tokens,
        accepted_tokens=one.accepted_tokens,
        mean_logprob=one.mean_logprob,
    )


class LogprobRenderer:
    """Renders tokens with their log-probabilities; `top` alternatives each."""

    def __init__(self, generator: Generator, top: int) -> None:
        self._bytes = functools.lru_cache(maxsize=1024)(generator.token_bytes)
        self._top = top

    def content(self, tokens: Sequence[Token]) -> list[TokenLogprob]:
        """Entries for tokens, in order."""
        return [
            {
                **self._entry(token.id, token.logprob),
                "top_logprobs": [self._entry(number, logprob) for number, logprob in token.top[: self._top]],
            }
            for token in tokens
        ]

    def _entry(self, token: int, logprob: float) -> TopLogprob:
        raw = self._bytes(token)
        return {
            "token": raw.decode("utf-8", errors="replace"),
            # JSON has no infinity; a token that a ban made impossible is as good as -9999.
            "logprob": logprob if logprob > -9999.0 else -9999.0,
            "bytes": list(raw),
        }
