"""The quality of answers: `kb_evaluate` on the demo's sets, and on the development set where its sources lie by."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.product import ROOT

MEASURES = (
    "recall_at_1",
    "recall_at_3",
    "recall_at_5",
    "answer_contains_gold",
    "declined",
    "declined_offtopic",
    "declined_near",
)

QUICK_QUESTIONS = "5"


def manage(data: Path, *words: str) -> Any:
    env = {**os.environ, "PARLEY_DATA": str(data)}
    command = [sys.executable, "manage.py", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)


def quality(data: Path, *, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """`kb_evaluate` of every set; the development set is imported first where its sources are at hand."""
    sets = [
        (f"demo {path.stem}", path.stem.rpartition("-")[0].replace("multiturn", "shop"), path)
        for path in sorted((ROOT / "demo" / "evaluation").glob("*.jsonl"))
    ]
    # Questions near a page that yet does not answer them: what counts is how many are declined.
    sets += [
        (f"demo {path.stem}, nearly answered", path.stem.rpartition("-")[0], path)
        for path in sorted((ROOT / "demo" / "evaluation" / "near").glob("*.jsonl"))
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
    limit = ["--limit", QUICK_QUESTIONS] if quick else []
    for name, collection, path in sets:
        yield name, manage(data, "kb_evaluate", collection, str(path), *limit)


def print_quality(data: Path, *, quick: bool = False) -> None:
    print("\n| set | questions | " + " | ".join(MEASURES) + " | retrieval / first token / answer, ms |")
    print("| --- " * (len(MEASURES) + 3) + "|")
    for name, result in quality(data, quick=quick):
        shown = " | ".join(f"{result[key]:.3f}" if result.get(key) is not None else "–" for key in MEASURES)
        medians = [result["median_ms"][key] for key in ("retrieval", "first_token", "answer")]
        times = " / ".join(f"{one:.0f}" if one is not None else "–" for one in medians)
        print(f"| {name} | {result['questions']} | {shown} | {times} |", flush=True)
