"""Grammars through llguidance: which tokens may follow, and which must."""

import json
from collections.abc import Iterable
from typing import Any

from llguidance import LLMatcher, LLTokenizer


class BadGrammar(Exception):
    """The grammar does not compile; the message says why."""


class GrammarCompiler:
    """Makes matchers for one tokenizer. Safe to use from several threads."""

    def __init__(self, tokenizer_json: str, eos: Iterable[int], vocab_size: int) -> None:
        """`tokenizer_json` is a tokenizer.json's text; `vocab_size` the width of the model's output."""
        self._eos = sorted(eos)
        self._tokenizer = LLTokenizer(tokenizer_json, n_vocab=vocab_size, eos_token=self._eos)

    def token_bytes(self, token: int) -> bytes:
        """The bytes that a token stands for."""
        raw: bytes = self._tokenizer.decode_bytes([token])
        return raw

    def lark(self, grammar: str) -> "GrammarConstraint":
        """A constraint from llguidance's Lark dialect. Raises BadGrammar."""
        return self._compile(LLMatcher.grammar_from_lark(grammar))

    def regex(self, pattern: str) -> "GrammarConstraint":
        """A constraint to text that a regular expression matches from start to end. Raises BadGrammar."""
        return self._compile(LLMatcher.grammar_from_regex(pattern))

    def json_schema(self, schema: dict[str, Any]) -> "GrammarConstraint":
        """A constraint to JSON of this schema ({"type": "object"} for any object). Raises BadGrammar."""
        try:
            # Free white space lets a weak model write blanks for ever, so JSON is compact.
            options = {"whitespace_flexible": False}
            grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), defaults=options)
        except (ValueError, RecursionError) as error:
            raise BadGrammar(str(error)) from error
        return self._compile(grammar)

    def _compile(self, grammar: str) -> "GrammarConstraint":
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise BadGrammar(_reason(matcher))
        return GrammarConstraint(matcher, self._eos)


class GrammarConstraint:
    """The place of one answer in its grammar (`backends.base.Constraint`)."""

    def __init__(self, matcher: LLMatcher, eos: list[int]) -> None:
        self._matcher = matcher
        self._eos = frozenset(eos)
        self.complete = False
        self.mask: bytes | None = None

    def copy(self) -> "GrammarConstraint":
        """A second place, independent of this one, for another choice of the same request."""
        return GrammarConstraint(self._matcher.deep_copy(), sorted(self._eos))

    def forced(self, limit: int) -> list[int]:
        """Take the tokens that follow without a choice, at most `limit`. Raises ValueError on a grammar failure."""
        taken: list[int] = []
        while len(taken) < limit and not self._ended():
            forced = self._matcher.compute_ff_tokens()[: limit - len(taken)]
            if not forced:
                self.mask = self._matcher.compute_bitmask()
                only = _single(self.mask)
                if only is None:
                    break
                if only in self._eos:
                    self.complete = True
                    break
                # Fast-forward stops where a longer text could be spelled otherwise; one way left is no choice.
                forced = [only]
            self._consume(forced)
            taken += forced
        self._ended()
        return taken

    def accept(self, token: int) -> None:
        """Take a chosen token. Raises ValueError if the grammar does not allow it."""
        self._consume([token])

    def _consume(self, tokens: list[int]) -> None:
        if not self._matcher.consume_tokens(tokens):
            raise ValueError(f"the grammar stopped: {_reason(self._matcher)}")

    def _ended(self) -> bool:
        if self._matcher.is_error():
            raise ValueError(f"the grammar stopped: {_reason(self._matcher)}")
        self.complete = self.complete or self._matcher.is_stopped()
        return self.complete


def _reason(matcher: LLMatcher) -> str:
    """Why it failed, without the answer so far."""
    reason: str = matcher.get_error().split("\n<state>")[0][:500]
    return reason


def _single(mask: bytes) -> int | None:
    """The one bit set in a mask, or None if there are none or several."""
    bits = int.from_bytes(mask, "little")
    return bits.bit_length() - 1 if bits and not bits & (bits - 1) else None
