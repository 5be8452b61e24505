"""The shipped model's first token on a grounded prompt, beside what the arithmetic alone would take."""

import json
import statistics
import time
from collections.abc import Iterator

from tokenizers import Tokenizer

from tools.bench import peers
from tools.bench.figures import Row, Target
from tools.bench.grounded import grounded
from tools.bench.load import load
from tools.bench.settings import STARTER, Settings
from tools.bench.speed import PATH

TOKENS = range(540, 661)  # which prompts are of about 600


def first_token(settings: Settings) -> Iterator[Row]:
    """One client, one thread, the application's prompt and grammar, every prompt new to the server."""
    tokenizer = Tokenizer.from_file(str(STARTER / "tokenizer.json"))
    asked = [
        one
        for one in grounded(settings.rng("first token", 0), 180, together=2)
        if sum(len(tokenizer.encode(message["content"]).ids) for message in one.messages) in TOKENS
    ][: settings.count(30, 6)]
    with peers.ours(STARTER, quantization="none", threads=1) as server:
        bodies = [
            {
                "messages": one.messages,
                "structured_outputs": {"grammar": one.grammar},
                "max_tokens": 200,
                "temperature": 0,
                **peers.USAGE,
            }
            for one in asked
        ]
        with server.awake():
            answers = load(server.endpoint, PATH, bodies, clients=1).answers
    good = [one for one in answers if not one.problem]
    speed = gigaflops()
    sizes, times = [one.usage["prompt_tokens"] for one in good], [one.first * 1e3 for one in good]
    beyond = [first - floor_ms(tokens, speed) for tokens, first in zip(sizes, times, strict=True)]
    tokens, first = statistics.median(sizes), statistics.median(times)
    yield Row(
        f"first token of the shipped model, {tokens:.0f} tokens of prompt, above the arithmetic's floor",
        f"{first:.0f} ms, floor {floor_ms(tokens, speed):.0f} ms at {speed:.0f} GFLOP/s; "
        f"{len(good)} of {len(asked)} prompts answered",
        statistics.median(beyond),
        Target(100, at_least=False),
        unit="ms",
    )


def flops(tokens: float, config: dict[str, int]) -> float:
    """Additions and multiplications of reading a prompt: the linear layers, causal attention, one output."""
    hidden, heads, size = config["hidden_size"], config["num_attention_heads"], config["head_dim"]
    queries, keys = heads * size, config["num_key_value_heads"] * size
    linear = hidden * (2 * queries + 2 * keys) + 3 * hidden * config["intermediate_size"]
    attention = 2 * queries * tokens / 2  # scores and sums, over half of all pairs
    return 2 * tokens * config["num_hidden_layers"] * (linear + attention) + 2 * hidden * config["vocab_size"]


def floor_ms(tokens: float, speed: float) -> float:
    """Milliseconds of that at `speed` GFLOP/s."""
    return flops(tokens, json.loads((STARTER / "config.json").read_text())) / speed / 1e6


def gigaflops() -> float:
    """What one thread reaches here in float32, at its best, on a large product."""
    import torch

    torch.set_num_threads(1)
    size = 1024
    left, right = torch.randn(size, size), torch.randn(size, size)
    best = float("inf")
    for _ in range(10):
        began = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best / 1e9
