"""Tokens a second of ordinary chats, ours beside llama.cpp and transformers, round by round in turn.

Drafts are off: an untrained model soon repeats one word, so every draft would be right and flatter us.
"""

import contextlib
import random
import statistics
from collections.abc import Iterator, Sequence

from tools.bench import peers
from tools.bench.figures import Row, Target, ratio
from tools.bench.load import Load, load
from tools.bench.prompts import random_words
from tools.bench.servers import NotRun, Server
from tools.bench.settings import Settings

PATH = "/v1/chat/completions"
WORDS, TOKENS = 120, 64
OURS_INT8, OURS_FLOAT = "ours, int8", "ours, float32"
LLAMA_Q8, LLAMA_F32 = "llama.cpp, q8_0", "llama.cpp, f32"
BATCHING, PLAIN = "transformers serve --continuous-batching", "transformers serve"
COMPARED = (
    (8, OURS_INT8, LLAMA_Q8, Target(1.0, aim=1.5)),
    (8, OURS_FLOAT, LLAMA_F32, Target(0.6)),
    (8, OURS_FLOAT, BATCHING, Target(2.0)),
    (1, OURS_INT8, LLAMA_Q8, Target(0.5, aim=1.0)),
    (1, OURS_FLOAT, PLAIN, Target(2.0)),
)
Body = dict[str, object]
Measured = dict[tuple[int, str], list[Load]]


def speed(settings: Settings) -> Iterator[Row]:
    """Every comparison, then what each server's users felt."""
    without_drafts = ("--draft-tokens", "0")
    model, threads = settings.random_model, settings.threads
    wanted = {
        OURS_INT8: lambda: peers.ours(model, quantization="int8", threads=threads, options=without_drafts),
        LLAMA_Q8: lambda: peers.llama(model, "q8_0"),
        OURS_FLOAT: lambda: peers.ours(model, quantization="none", threads=threads, options=without_drafts),
        LLAMA_F32: lambda: peers.llama(model, "f32"),
        BATCHING: lambda: peers.transformers(model, batching=True),
        PLAIN: lambda: peers.transformers(model, batching=False),
    }
    absent: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        running: list[Server] = []
        for name, start in wanted.items():
            try:
                running.append(stack.enter_context(start()))
            except NotRun as reason:
                absent[name] = str(reason)
        measured = rounds(running, settings)
    yield from compare(measured, absent)
    for (clients, name), loads in measured.items():
        yield felt(clients, name, loads)
    shares = [one.client_seconds / one.seconds for loads in measured.values() for one in loads]
    yield Row("what asking took of a core, most of all rounds", f"{max(shares, default=0):.1%}")


def chats(
    rng: random.Random, server: Server, count: int, *, words: int = WORDS, tokens: int = TOKENS
) -> list[Body]:
    """Bodies of greedy chats."""
    fixed: Body = {"max_tokens": tokens, "temperature": 0, **server.extra}
    contents = [random_words(rng, words) for _ in range(count)]
    return [{"messages": [{"role": "user", "content": content}], **fixed} for content in contents]


def rounds(servers: Sequence[Server], settings: Settings) -> Measured:
    """Loads of eight clients and of one; in a round all servers get the same prompts, one server at a time."""
    measured: Measured = {}
    tokens = settings.count(TOKENS, 16)
    for number in range(-1, settings.rounds):
        for clients, count in ((8, settings.count(16, 8)), (1, settings.count(4, 1))):
            for server in servers:
                if clients == 8 and server.name == PLAIN:
                    continue  # it takes one at a time
                rng = settings.rng(f"speed {clients}", number)
                with server.awake():
                    one = load(server.endpoint, PATH, chats(rng, server, count, tokens=tokens), clients=clients)
                if number >= 0:  # the one before the first warms up
                    measured.setdefault((clients, server.name), []).append(one)
    return measured


def compare(measured: Measured, absent: dict[str, str]) -> Iterator[Row]:
    """A row for each comparison that is wanted."""
    for clients, our, their, target in COMPARED:
        what = f"{clients} client{'s' if clients > 1 else ''}: {our} against {their}"
        reasons = [absent[name] for name in (our, their) if name in absent]
        ours, theirs = measured.get((clients, our)), measured.get((clients, their))
        if ours is None or theirs is None:
            yield Row(what, f"not run: {'; '.join(reasons)}", None, target)
            continue
        rates = [statistics.median(one.rate for one in loads) for loads in (ours, theirs)]
        value = ratio([one.rate for one in ours], [one.rate for one in theirs])
        yield Row(what, f"{rates[0]:.0f} / {rates[1]:.0f} tokens/s", value, target)


def felt(clients: int, name: str, loads: Sequence[Load]) -> Row:
    """What a user of one server felt: medians over the rounds of each round's percentiles."""

    def middle(of: str, share: float) -> float:
        return statistics.median(getattr(one, of)(share) for one in loads)

    problems = [problem for one in loads for problem in one.problems]
    figure = (
        f"{statistics.median(one.rate for one in loads):.0f} tokens/s; first token p50/p95 "
        f"{middle('first', 0.5):.0f}/{middle('first', 0.95):.0f} ms; between {middle('between', 0.5):.1f}/"
        f"{middle('between', 0.95):.1f} ms"
    )
    if problems:
        figure += f"; {len(problems)} failed: {problems[0][:120]}"
    return Row(f"{clients} client{'s' if clients > 1 else ''}: {name}", figure)
