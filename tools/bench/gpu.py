"""`make bench-gpu`: the same on a CUDA card, beside transformers on the same card."""

import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.bench import peers
from tools.bench import tokenizer as tokenizing
from tools.bench.checkpoint import random_weights, write_checkpoint
from tools.bench.figures import Row, Target, ratio
from tools.bench.load import Load, load
from tools.bench.runtime import print_rows
from tools.bench.settings import Settings
from tools.bench.shape import LARGE
from tools.bench.speed import PATH, chats, felt

CLIENTS = (1, 8, 32)
TARGET = Target(1.0)


def print_gpu(rounds: int, *, quick: bool) -> None:
    """The table, or one line that says why there is none."""
    import torch

    if not torch.cuda.is_available():
        print("bench-gpu: not run, no CUDA device here.")
        return
    name = torch.cuda.get_device_name()
    with tempfile.TemporaryDirectory(prefix="parley-bench") as folder:
        settings = Settings(Path(folder), rounds, quick)
        write_checkpoint(settings.random_model, LARGE, random_weights(LARGE), tokenizing.train(LARGE.vocabulary))
        print(f"\nThe runtime, {time.strftime('%Y-%m-%d')}, {name}, bfloat16; medians of {rounds} rounds\n")
        print_rows((gpu,), settings)


def gpu(settings: Settings) -> Iterator[Row]:
    """Ours against `transformers serve --continuous-batching`, at 1, 8 and 32 clients."""
    slots, model = max(CLIENTS), settings.random_model
    options = ("--draft-tokens", "0")
    measured: dict[tuple[int, str], list[Load]] = {}
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(peers.ours(model, quantization="none", threads=2, slots=slots, options=options)),
            stack.enter_context(
                peers.transformers(model, batching=True, device="cuda", options=("--dtype", "bfloat16"))
            ),
        ]
        for number in range(-1, settings.rounds):
            for clients in CLIENTS:
                for server in servers:
                    bodies = chats(settings.rng(f"gpu {clients}", number), server, 2 * clients)
                    with server.awake():
                        one = load(server.endpoint, PATH, bodies, clients=clients)
                    if number >= 0:
                        measured.setdefault((clients, server.name), []).append(one)
    ours, theirs = (server.name for server in servers)
    for clients in CLIENTS:
        rates = [[one.rate for one in measured[clients, name]] for name in (ours, theirs)]
        figure = " / ".join(f"{statistics.median(found):.0f}" for found in rates) + " tokens/s"
        yield Row(f"{clients} clients: ours against {theirs}", figure, ratio(*rates), TARGET)
    for (clients, name), loads in measured.items():
        yield felt(clients, name, loads)
