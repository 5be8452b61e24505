"""How often int8 says what float32 says, token by token, after the same beginning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_runtime.engine.request import Limits
from tools.bench.figures import Row, Target
from tools.bench.grounded import grounded
from tools.bench.inprocess import loaded, written
from tools.bench.prompts import random_words
from tools.bench.settings import STARTER, Settings

if TYPE_CHECKING:
    from model_runtime.server.runtime import Generator

TARGET = Target(99.0)
TOKENS = 48
# Each prefix of an answer is the last one and a token, which prefix reuse makes cheap.
OPTIONS = ("--threads", "1", "--slots", "1")


@dataclass
class Count:
    """Tokens compared, and how many were the same."""

    same: int = 0
    all: int = 0

    def add(self, same: bool) -> None:
        self.same += same
        self.all += 1

    def row(self, what: str) -> Row:
        share = 100 * self.same / self.all
        return Row(
            f"int8 says the token of float32: {what}", f"{self.same} of {self.all} tokens", share, TARGET, "%"
        )


def agreement(settings: Settings) -> Iterator[Row]:
    """The shipped model with real prompts, free and under the application's grammar; then the random weights."""
    asked = grounded(settings.rng("agreement", 0), settings.count(80, 6))
    exact, int8 = loaded(STARTER, "none", *OPTIONS), loaded(STARTER, "int8", *OPTIONS)
    prompts = [exact.tokenizer.chat(one.messages) for one in asked]
    choices = Count()
    for prompt, one in zip(prompts, asked, strict=True):
        limits = Limits(512)
        answers = [written(model, prompt, limits, model.grammars.lark(one.grammar)) for model in (exact, int8)]
        for same in compared(*([(token.id, token.forced) for token in answer] for answer in answers)):
            choices.add(same)
    yield choices.row(f"the shipped model's choices under a grammar, {len(asked)} real prompts")
    yield _free(exact, int8, prompts, f"the shipped model writing freely, {len(asked)} real prompts")
    rng = settings.rng("agreement", 1)
    exact, int8 = (loaded(settings.random_model, kind, *OPTIONS) for kind in ("none", "int8"))
    prompts = [
        exact.tokenizer.chat([{"role": "user", "content": random_words(rng, 120)}])
        for _ in range(settings.count(20, 2))
    ]
    yield _free(exact, int8, prompts, f"random weights, {len(prompts)} prompts")


def compared(exact: Sequence[tuple[int, bool]], other: Sequence[tuple[int, bool]]) -> Iterator[bool]:
    """Whether each choice was the same, up to the first that was not: behind it nothing is comparable.

    Tokens are given with whether they were forced; forced ones are no choices.
    """
    for (mine, forced), (theirs, _) in zip(exact, other, strict=False):
        if not forced:
            yield mine == theirs
        if mine != theirs:
            return


def _free(exact: "Generator", int8: "Generator", prompts: Sequence[list[int]], what: str) -> Row:
    """float32 writes; int8 is asked for the one token after every beginning of that."""
    count = Count()
    for prompt in prompts:
        answer = [token.id for token in written(exact, prompt, Limits(TOKENS, ignore_eos=True))]
        for place, token in enumerate(answer):
            (next_one,) = written(int8, [*prompt, *answer[:place]], Limits(1, ignore_eos=True))
            count.add(next_one.id == token)
    return count.row(what)
