"""`python -m tools.bench`: measures, and prints the tables of docs/benchmarks.md and docs/benchmarks-runtime.md."""

import argparse
import os
import platform
import signal
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("all", "product", "importing", "streaming", "runtime", "gpu"), default="all"
    )
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
    if options.what in ("all", "product"):
        print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}\n")
        with tempfile.TemporaryDirectory(prefix="parley") as folder:
            print_product(Path(folder))
            print_quality(Path(folder))
    if options.what in ("all", "importing"):
        with tempfile.TemporaryDirectory(prefix="parley") as folder:
            print_importing(Path(folder), quick=options.quick)
    if options.what in ("all", "streaming"):
        streamed = [part for part in streaming.PARTS if not options.part or part.__name__ in options.part]
        streaming.print_streaming(streamed, quick=options.quick)
    if options.what in ("all", "runtime"):
        parts = tuple(part for part in PARTS if not options.part or part.__name__ in options.part)
        print_runtime(options.rounds, parts, quick=options.quick, threads=options.threads)
    if options.what == "gpu":
        print_gpu(options.rounds, quick=options.quick)


if __name__ == "__main__":
    main()
