"""`python -m tools.bench`: measures, and prints the tables of docs/benchmarks.md and docs/benchmarks-runtime.md.

Without a word it measures everything that needs no GPU, each stage in a process of its own: what one of them leaves
behind, or fails at, is nothing to the next.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.bench.gpu import print_gpu
from tools.bench.importing import print_importing
from tools.bench.product import print_product
from tools.bench.quality import print_quality
from tools.bench.runtime import PARTS, print_runtime
from tools.bench.streaming import parts as streaming
from tools.product import ROOT

STAGES = (
    ["product"],
    ["quality"],
    ["importing"],
    *(["streaming", "--part", part.__name__] for part in streaming.PARTS),
    ["runtime"],
)
MOST_SECONDS = 1800  # of a stage; the longest takes a third of it


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    choices = ("all", "product", "quality", "importing", "streaming", "runtime", "gpu")
    parser.add_argument("what", nargs="?", choices=choices, default="all")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the runtime's measurements")
    parser.add_argument("--quick", action="store_true", help="ask little, only to see that everything runs")
    parser.add_argument("--threads", type=int, default=2, help="threads of our servers")
    parser.add_argument(
        "--part",
        action="append",
        choices=[part.__name__ for part in (*PARTS, *streaming.PARTS)],
        help="only this part",
    )
    options = parser.parse_args()
    # Servers are ended on the way out, so being told to stop must be a way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if options.what == "all":
        everything(["--rounds", str(options.rounds), "--threads", str(options.threads)], quick=options.quick)
    else:
        stage(options)


def everything(words: list[str], *, quick: bool) -> None:
    """Exits with 1 and the names of the stages that failed, after all the others."""
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}", flush=True)
    failed = []
    for one in STAGES:
        name, began = " ".join(one).replace("--part ", ""), time.monotonic()
        print(f"\n## {name}", flush=True)
        command = [sys.executable, "-m", "tools.bench", *one, *words, *(["--quick"] if quick else [])]
        if not _ended_well(command):
            failed.append(name)
        print(f"\n{name}: {(time.monotonic() - began) / 60:.1f} min", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def _ended_well(command: list[str]) -> bool:
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        return child.wait(MOST_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if child.poll() is None:
            child.terminate()  # it ends its own servers
            child.wait()


def stage(options: argparse.Namespace) -> None:
    quick, chosen = options.quick, options.part or []
    with tempfile.TemporaryDirectory(prefix="parley") as folder:
        match options.what:
            case "product":
                print_product(Path(folder))
            case "quality":
                print_quality(Path(folder), quick=quick)
            case "importing":
                print_importing(Path(folder), quick=quick)
            case "streaming":
                streamed = [part for part in streaming.PARTS if not chosen or part.__name__ in chosen]
                streaming.print_streaming(streamed, quick=quick)
            case "runtime":
                parts = tuple(part for part in PARTS if not chosen or part.__name__ in chosen)
                print_runtime(options.rounds, parts, quick=quick, threads=options.threads)
            case "gpu":
                print_gpu(options.rounds, quick=quick)


if __name__ == "__main__":
    main()
