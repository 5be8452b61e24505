"""Answers that quote their prompt: prefix reuse and drafts, and a grammar that leaves only sentences of the prompt.

The model is the one that copies (`copying`), int8. Several questions share their passages, one after another, as
the users of one product do. Free answers begin with the first words of a sentence, which the model goes on to
quote; verbatim ones choose sentences under the application's own grammar. Passages are others in every round.
"""

import contextlib
import random
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from apps.chat.generation.quoting.grammar import verbatim_grammar
from tools.bench import peers
from tools.bench.figures import Row, Target, ratio
from tools.bench.load import Load, load
from tools.bench.prompts import long_sentences, passages
from tools.bench.servers import Server
from tools.bench.settings import Settings

PATH = "/v1/completions"
CHARACTERS = 6300  # about 1,500 tokens
TOKENS = 96
LEAD_WORDS = 4
SENTENCES = 3
OFF = ("--draft-tokens", "0", "--no-prefix-cache")
Body = dict[str, object]


def quoting(settings: Settings) -> Iterator[Row]:
    """Free answers with both on and off, and verbatim ones, by the free ones with both off."""
    model, threads, count = settings.copying_model, settings.threads, settings.count(6, 2)
    loads: dict[str, list[Load]] = {"off": [], "on": [], "verbatim": []}
    shares: list[float] = []
    with contextlib.ExitStack() as stack:
        on, off = (
            stack.enter_context(peers.ours(model, quantization="int8", threads=threads, options=options))
            for options in ((), OFF)
        )
        for number in range(-1, settings.rounds):
            rng = settings.rng("quoting", number)
            texts = passages(rng, CHARACTERS)
            free, verbatim = _free(rng, texts, count), _verbatim(rng, texts, count)
            for name, server, bodies in (("off", off, free), ("on", on, free), ("verbatim", on, verbatim)):
                one = _asked(server, bodies)
                if number >= 0:
                    loads[name].append(one)
                    shares += [quoted_share(answer.text, texts) for answer in one.answers if name == "on"]
    prompt = statistics.median(
        answer.usage.get("prompt_tokens", 0) for one in loads["off"] for answer in one.answers
    )
    about = f"{count} questions on passages of {prompt:.0f} tokens"
    rates = {name: statistics.median(one.rate for one in found) for name, found in loads.items()}
    by_round = {name: [one.rate for one in found] for name, found in loads.items()}
    yield Row(
        f"{about}, quoted answers: prefix reuse and drafts on against both off",
        f"{rates['on']:.0f} / {rates['off']:.0f} tokens/s; {statistics.mean(shares):.0%} of the words quoted",
        ratio(by_round["on"], by_round["off"]),
        Target(2.0),
    )
    yield Row(
        f"{about}, verbatim answers under a grammar against free ones with both off",
        f"{rates['verbatim']:.0f} / {rates['off']:.0f} tokens/s",
        ratio(by_round["verbatim"], by_round["off"]),
        Target(4.0),
    )
    problems = [problem for found in loads.values() for one in found for problem in one.problems]
    if problems:
        yield Row("quoted answers that failed", f"{len(problems)}: {problems[0][:150]}")


def quoted_share(answer: str, texts: Sequence[str], length: int = 4) -> float:
    """The share of the answer's runs of `length` words that stand in the texts just so."""
    words, source = answer.split(), " " + " ".join(" ".join(texts).split()) + " "
    runs = [" ".join(words[start : start + length]) for start in range(len(words) - length + 1)]
    return sum(f" {run} " in source for run in runs) / len(runs) if runs else 0.0


def _asked(server: Server, bodies: Sequence[Body]) -> Load:
    with server.awake():
        return load(server.endpoint, PATH, bodies, clients=1)


def _body(texts: Sequence[str], question: str, answer: str) -> Body:
    prompt = "\n".join(texts) + f"\n\nQuestion: {question}\nAnswer: {answer}"
    return {"prompt": prompt, "max_tokens": TOKENS, "temperature": 0, **peers.USAGE}


def _free(rng: random.Random, texts: Sequence[str], count: int) -> list[Body]:
    # Not of the last passage: a quotation goes on behind its sentence.
    chosen = rng.sample(long_sentences(texts[:-1], 8), count)
    return [
        _body(texts, f"what says the sentence {number}?", " ".join(one.split()[:LEAD_WORDS])) | {"ignore_eos": True}
        for number, one in enumerate(chosen, 1)
    ]


def _verbatim(rng: random.Random, texts: Sequence[str], count: int) -> list[Body]:
    bodies: list[Body] = []
    for number in range(1, count + 1):
        candidates = rng.sample(long_sentences(texts, 8), 10)
        grammar = verbatim_grammar(candidates, {}, SENTENCES, SENTENCES)
        extra: dict[str, Any] = {"structured_outputs": {"grammar": grammar}}
        bodies.append(_body(texts, f"which sentences answer {number}?", "") | extra)
    return bodies
