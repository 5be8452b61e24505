"""`make bench-gpu`: models of the sizes of Qwen3 1.7B and 8B on a card, beside transformers on the same card."""

import contextlib
import json
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.bench import peers
from tools.bench import tokenizer as tokenizing
from tools.bench.checkpoint import random_tensors, write_checkpoint
from tools.bench.figures import HEAD, Row, Target, line, ratio
from tools.bench.load import Load, load
from tools.bench.servers import NotRun, Server
from tools.bench.settings import Settings
from tools.bench.shape import LARGE, MIDDLE, Shape
from tools.bench.speed import PATH, chats, felt

CLIENTS = (1, 8, 32)
KNOWN = 16_384
"""Tokens of the benchmark's tokenizer; the models have more, as theirs have."""
SIZES = {"1.7B": MIDDLE, "8B": LARGE}
CARD = ("--card-decoder",)
PLAIN = "ours, bfloat16"
OURS = {
    "ours, bfloat16 through transformers": ("none", ()),
    PLAIN: ("none", CARD),
    "ours, int8": ("int8", CARD),
    "ours, nf4": ("nf4", CARD),
}
PEERS = {
    "transformers serve --continuous-batching": ("--continuous-batching",),
    "the same with CUDA graphs": ("--continuous-batching", "--cb-use-cuda-graph"),
}
PEER_MEMORY = "0.2"
"""Share of the card's memory for a peer's cache: all servers are on it at once."""
TOKENS = 48
TARGET = Target(1.0)
Measured = dict[tuple[int, str], list[Load]]


def print_gpu(rounds: int, *, quick: bool, sizes: Mapping[str, Shape] = SIZES) -> None:
    """The tables, or one line that says why there are none."""
    import torch

    if not torch.cuda.is_available():
        print("bench-gpu: not run, no CUDA device here.")
        return
    print(
        f"\nThe runtime, {time.strftime('%Y-%m-%d')}, {torch.cuda.get_device_name()}; medians of {rounds} rounds\n"
    )
    print(HEAD, flush=True)
    tokenizer = tokenizing.train(KNOWN)
    for name, shape in sizes.items():
        with tempfile.TemporaryDirectory(prefix="parley-bench") as folder:
            settings = Settings(Path(folder), rounds, quick)
            began = time.monotonic()
            write_checkpoint(settings.random_model, shape, random_tensors(shape, KNOWN, "cuda"), tokenizer)
            torch.cuda.empty_cache()
            print(line((f"{name}: weights made", f"{time.monotonic() - began:.0f} s", "", "", "")), flush=True)
            for row in gpu(settings, name):
                print(line(row.cells(judged=not quick)), flush=True)


def gpu(settings: Settings, size: str) -> Iterator[Row]:
    """What each server takes to load and to hold, the comparisons, and what users felt."""
    with contextlib.ExitStack() as stack, ThreadPoolExecutor() as threads:
        # All at once, because a start is mostly waiting for libraries and the disk.
        wanted = _servers(settings.random_model)
        starting = {name: threads.submit(_entered, stack, start) for name, start in wanted.items()}
        servers: list[Server] = []
        for name, start in starting.items():
            try:
                servers.append(start.result())
            except NotRun as reason:
                yield Row(f"{size}, {name}", f"not run: {' '.join(str(reason).replace('|', '/').split())}")
        for server in servers:
            yield Row(f"{size}, {server.name}: loaded beside the others", f"{_facts(server)}{_held(server)}")
        measured = rounds(servers, settings)
    yield from compared(size, measured)
    for (clients, name), loads in measured.items():
        row = felt(clients, name, loads)
        yield Row(f"{size}, {row.what}", row.figure)


def _entered(stack: contextlib.ExitStack, start: contextlib.AbstractContextManager[Server]) -> Server:
    """Start a server, which `stack` ends."""
    return stack.enter_context(start)


def _servers(model: Path) -> "dict[str, contextlib.AbstractContextManager[Server]]":
    options = ("--draft-tokens", "0", "--context-length", "4096")
    slots = max(CLIENTS)
    wanted = {
        name: peers.ours(
            model, quantization=quantization, threads=4, slots=slots, options=(*options, *more), name=name
        )
        for name, (quantization, more) in OURS.items()
    }
    more = ("--dtype", "bfloat16", "--cb-max-memory-percent", PEER_MEMORY)
    return wanted | {
        name: peers.transformers(model, batching=True, device="cuda", options=(*flags[1:], *more), name=name)
        for name, flags in PEERS.items()
    }


def rounds(servers: list[Server], settings: Settings) -> Measured:
    """Loads of every number of clients; in a round all servers get the same prompts, one server at a time."""
    measured: Measured = {}
    for number in range(-1, settings.rounds):
        for clients in CLIENTS:
            for server in servers:
                tokens = settings.count(TOKENS, 8) if number >= 0 else 8
                count = clients * (1 if number < 0 else 2)
                bodies = chats(settings.rng(f"gpu {clients}", number), server, count, tokens=tokens)
                with server.awake():
                    one = load(server.endpoint, PATH, bodies, clients=clients)
                if number >= 0:  # the one before the first warms up
                    measured.setdefault((clients, server.name), []).append(one)
    return measured


def compared(size: str, measured: Measured) -> Iterator[Row]:
    """Ours in bfloat16 against each peer, and our others against it."""
    for clients in CLIENTS:
        for ours, theirs in [(PLAIN, name) for name in PEERS] + [(name, PLAIN) for name in OURS if name != PLAIN]:
            rates = [[one.rate for one in measured.get((clients, name), ())] for name in (ours, theirs)]
            # Who did not start, or only failed, is compared with nobody.
            if not all(rates) or 0 in rates[0] + rates[1]:
                continue
            figure = " / ".join(f"{statistics.median(found):.0f}" for found in rates) + " tokens/s"
            target = TARGET if ours == PLAIN else None
            yield Row(f"{size}, {clients} clients: {ours} against {theirs}", figure, ratio(*rates), target)


def _facts(server: Server) -> str:
    """What our server says of itself; nothing of another's."""
    url = f"http://127.0.0.1:{server.endpoint.port}/control/status"
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {server.endpoint.token}"})
    with contextlib.suppress(OSError), server.awake(), urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        facts = json.load(answer)
        size = facts["memory_bytes"] / 1e9
        reads, writes = (facts[f"{name}_tokens_per_second"] for name in ("prefill", "decode"))
        return (
            f"in {facts['load_seconds']:.1f} s by {facts['kernels']}; weights {size:.2f} GB; "
            f"alone it reads {reads:.0f} and writes {writes:.0f} tokens/s; {facts['slots']} slots; "
        )
    return ""


def _held(server: Server) -> str:
    """What the server's processes hold of the card's memory, where the driver tells."""
    words = ["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"]
    try:
        lines = subprocess.run(words, capture_output=True, text=True).stdout.split("\n")
    except FileNotFoundError:
        lines = []
    pids = {str(process.pid) for process in server.tree()}
    pairs = [line.split(", ") for line in lines if ", " in line]
    held = [int(size) for pid, size in pairs if pid in pids and size.isdigit()]
    return f"holds {sum(held)} MiB" if held else "what it holds is not told"
