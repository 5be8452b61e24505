"""The product as its users meet it: starts, answers and memory of the whole product in an empty data folder."""

import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tools.product import Parley, asked, free_port, start, stop

QUESTIONS = {
    "en": ["How many days do I have to return a lamp?", "When is shipping free?", "Can I pay by instalments?"],
    "zh": ["买了以后多少天内可以退货？", "满多少包邮？", "可以分期付款吗？"],
}
REPEATS = 5
Rows = list[tuple[str, str]]


def megabytes(parley: Parley) -> float:
    """Proportional set size of the whole process tree: shared pages are counted once."""
    total = 0
    for process in parley.tree():
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue  # it ended while we looked
    return total / 2**20


def product(data: Path) -> Rows:
    """Starts twice, asks, stops; returns rows of a table."""
    port, rows = free_port(), []
    with _started("cold start (database made, demo loaded)", data, port, rows):
        pass
    with _started("warm start", data, port, rows) as parley:
        rows += _answering(parley)
        rows.append(("ctrl-C until the last process is gone", f"{stop(parley, signal.SIGINT):.1f} s"))
    return rows


@contextmanager
def _started(kind: str, data: Path, port: int, rows: Rows) -> Iterator[Parley]:
    began = time.monotonic()
    parley = start(data, port)
    try:
        up = time.monotonic() - began
        asked(parley, QUESTIONS["en"][0])
        rows.append((f"{kind}: page / first answer complete", f"{up:.1f} s / {time.monotonic() - began:.1f} s"))
        yield parley
    finally:
        stop(parley, signal.SIGINT)


def _answering(parley: Parley) -> Iterator[tuple[str, str]]:
    time.sleep(10)  # at rest means: nothing is being loaded any more
    yield "memory at rest", f"{megabytes(parley):.0f} MB"
    peak = 0.0
    for language, questions in QUESTIONS.items():
        answers = [asked(parley, question) for _ in range(REPEATS) for question in questions]
        peak = max(peak, megabytes(parley))
        first = statistics.median(answer["first_ms"] for answer in answers)
        total = statistics.median(answer["total_ms"] for answer in answers)
        yield f"{language}: first token / whole answer, median", f"{first:.0f} ms / {total:.0f} ms"
    yield "memory after answering", f"{peak:.0f} MB"


def print_product(data: Path) -> None:
    print("| what | measured |\n| --- | --- |")
    for what, measured in product(data):
        print(f"| {what} | {measured} |", flush=True)
