"""`make bench`: measures the product as its users meet it, and prints the tables of docs/benchmarks.md.

Starts, answers and memory come from the whole product in an empty data folder; the quality of answers from
`kb_evaluate` on the demo's sets and, where ../shared/data lies beside the project, on the development set.
"""

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tools.product import ROOT, Parley, asked, free_port, start, stop

QUESTIONS = {
    "en": ["How many days do I have to return a lamp?", "When is shipping free?", "Can I pay by instalments?"],
    "zh": ["买了以后多少天内可以退货？", "满多少包邮？", "可以分期付款吗？"],
}
REPEATS = 5
MEASURES = ("recall_at_1", "recall_at_3", "recall_at_5", "answer_contains_gold", "declined", "declined_offtopic")


def megabytes(parley: Parley) -> float:
    """Proportional set size of the whole process tree: shared pages are counted once."""
    total = 0
    for process in parley.tree():
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue  # it ended while we looked
    return total / 2**20


def product(data: Path) -> list[tuple[str, str]]:
    """Starts twice, asks, stops; returns rows of a table."""
    port, rows = free_port(), []
    for kind in ("cold start (database made, demo loaded)", "warm start"):
        began = time.monotonic()
        parley = start(data, port)
        up = time.monotonic() - began
        asked(parley, QUESTIONS["en"][0])
        rows.append((f"{kind}: page / first answer complete", f"{up:.1f} s / {time.monotonic() - began:.1f} s"))
        if kind == "warm start":
            break
        stop(parley, signal.SIGINT)
    time.sleep(10)  # at rest means: nothing is being loaded any more
    rows.append(("memory at rest", f"{megabytes(parley):.0f} MB"))
    peak = 0.0
    for language, questions in QUESTIONS.items():
        answers = [asked(parley, question) for _ in range(REPEATS) for question in questions]
        peak = max(peak, megabytes(parley))
        first = statistics.median(answer["first_ms"] for answer in answers)
        total = statistics.median(answer["total_ms"] for answer in answers)
        rows.append((f"{language}: first token / whole answer, median", f"{first:.0f} ms / {total:.0f} ms"))
    rows.append(("memory after answering", f"{peak:.0f} MB"))
    rows.append(("ctrl-C until the last process is gone", f"{stop(parley, signal.SIGINT):.1f} s"))
    return rows


def manage(data: Path, *words: str) -> Any:
    env = {**os.environ, "PARLEY_DATA": str(data)}
    command = [sys.executable, "manage.py", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def quality(data: Path) -> list[tuple[str, dict[str, Any]]]:
    """`kb_evaluate` of every set; the development set is imported first where its sources are at hand."""
    sets = [
        (f"demo {path.stem}", path.stem.rpartition("-")[0], path)
        for path in sorted((ROOT / "demo" / "evaluation").glob("*.jsonl"))
    ]
    shared = ROOT.parent / "shared" / "data"
    if shared.exists():
        out = data / "devset"
        subprocess.run(
            [sys.executable, "-m", "tools.devset", "--data", str(shared), "--out", str(out)], cwd=ROOT, check=True
        )
        for language in ("en", "zh"):
            manage(data, "kb_import", f"dev-{language}", str(out / language / "documents"))
            sets.append((f"development {language}", f"dev-{language}", out / language / "questions.jsonl"))
    return [(name, manage(data, "kb_evaluate", collection, str(path))) for name, collection, path in sets]


def main() -> None:
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {platform.machine()}\n")
    with tempfile.TemporaryDirectory(prefix="parley") as folder:
        data = Path(folder)
        print("| what | measured |\n| --- | --- |")
        for what, measured in product(data):
            print(f"| {what} | {measured} |", flush=True)
        print("\n| set | questions | " + " | ".join(MEASURES) + " | retrieval / first token / answer, ms |")
        print("| --- " * (len(MEASURES) + 3) + "|")
        for name, result in quality(data):
            shown = " | ".join(f"{result[key]:.3f}" if result.get(key) is not None else "–" for key in MEASURES)
            times = " / ".join(f"{result['median_ms'][key]:.0f}" for key in ("retrieval", "first_token", "answer"))
            print(f"| {name} | {result['questions']} | {shown} | {times} |", flush=True)


if __name__ == "__main__":
    main()
