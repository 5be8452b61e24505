"""The parts of `python -m tools.bench streaming`, and their table."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.bench.figures import HEAD, line
from tools.bench.settings import Part, Settings
from tools.bench.streaming.breaking import deaths, herd, resumes, taken_over
from tools.bench.streaming.browser import browser
from tools.bench.streaming.delay import alone, delay
from tools.bench.streaming.sockets import sockets

PARTS: tuple[Part, ...] = (delay, alone, sockets, resumes, deaths, taken_over, herd, browser)


def print_streaming(parts: Sequence[Part], *, quick: bool = False) -> None:
    print(f"\n{HEAD}")
    for part in parts:
        with tempfile.TemporaryDirectory(prefix="parley") as folder:
            for row in part(Settings(Path(folder), quick=quick)):
                print(line(row.cells()), flush=True)
