"""`make bench-runtime`: the model runtime beside its peers, in one table."""

import os
import platform
import tempfile
import time
from pathlib import Path

from tools.bench import tokenizer as tokenizing
from tools.bench.agreement import agreement
from tools.bench.cancelling import cancelling
from tools.bench.checkpoint import random_weights, write_checkpoint
from tools.bench.copying import COPYING, copying_weights
from tools.bench.crowd import crowd
from tools.bench.figures import HEAD, Row, line
from tools.bench.first_token import first_token
from tools.bench.memory import memory
from tools.bench.overhead import overhead
from tools.bench.quoting import quoting
from tools.bench.servers import NotRun
from tools.bench.settings import Part, Settings
from tools.bench.shape import SMALL
from tools.bench.speed import speed

# Servers first: what is computed in this process leaves its threads and memory behind.
PARTS: tuple[Part, ...] = (speed, quoting, crowd, memory, first_token, overhead, agreement, cancelling)


def machine() -> str:
    """The processor's name where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [one.partition(":")[2].strip() for one in lines if one.startswith("model name")]
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}"


def make_checkpoints(settings: Settings) -> None:
    """Both models of the benchmark; takes some seconds."""
    tokenizer = tokenizing.train(SMALL.vocabulary)
    write_checkpoint(settings.random_model, SMALL, random_weights(SMALL), tokenizer)
    write_checkpoint(settings.copying_model, COPYING, copying_weights(), tokenizer)


def print_rows(parts: tuple[Part, ...], settings: Settings) -> None:
    """The table, row by row as they are measured; a part that cannot run says why and stops nothing."""
    print(HEAD, flush=True)
    for part in parts:
        try:
            for row in part(settings):
                print(line(row.cells(judged=not settings.quick)), flush=True)
        except NotRun as reason:
            print(line(Row(part.__name__.replace("_", " "), f"not run: {one_line(reason)}").cells()), flush=True)


def one_line(reason: object) -> str:
    return " ".join(str(reason).replace("|", "/").split())


def print_runtime(rounds: int, parts: tuple[Part, ...] = PARTS, *, quick: bool, threads: int) -> None:
    """Everything about the runtime; nothing is downloaded, all servers listen on loopback."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="parley-bench") as folder:
        settings = Settings(Path(folder), rounds, quick, threads)
        make_checkpoints(settings)
        print(
            f"\nThe runtime, {time.strftime('%Y-%m-%d')}, {machine()}; ours with {threads} threads; medians of "
            f"{rounds} rounds{', QUICK: no measurement, only a trial' if quick else ''}\n"
        )
        print_rows(parts, settings)
    print(f"\nTook {(time.monotonic() - began) / 60:.1f} min.")
