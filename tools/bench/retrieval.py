"""`python -m tools.bench.retrieval`: how long a search takes over many passages, without embedding the question."""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import psutil

from tools.bench.figures import line, percentile

DEMO = Path(__file__).resolve().parents[2] / "demo"
ASKING = {"en": "What is the {} and how many {}?", "zh": "请问{}的{}是多少？"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.retrieval", description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100, help="of each language and choice of collections")
    parser.add_argument("--data", type=Path, help="keep the filled database in this folder, or go on with it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parley") as folder:
        data = options.data or Path(folder)
        os.environ |= {"PARLEY_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
        from apps.core.embedded.hold import Hold

        with Hold("postgres", data):
            bench(options.passages, options.questions)


def bench(passages: int, questions: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from tools.bench.corpus_fill import fill

    call_command("migrate", verbosity=0)
    built = fill(passages, DEMO)
    for what, seconds in built.items():
        print(f"index of {what}: {seconds:.1f} s", file=sys.stderr)
    print(line(("language", "collections", "p50 ms", "p95 ms", "most", "counting", "passages", "sentences")))
    print(line(["---"] * 8))
    for language in ("en", "zh"):
        for slugs in (["half"], ["half", "quarter", "tenth", "small", "tiny"], ["small", "tiny"], ["tiny"]):
            print(line((language, ", ".join(slugs), *measured(language, slugs, questions))), flush=True)
    print(f"memory of this process: {psutil.Process().memory_info().rss / 2**20:.0f} MB", file=sys.stderr)


def measured(language: str, slugs: Sequence[str], count: int) -> list[str]:
    import numpy as np

    from apps.knowledge.models import Collection
    from apps.knowledge.retrieval.search import search
    from tools.bench.corpus_fill import near

    ids = list(Collection.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    asked = questions(language, ids, count)
    rng = np.random.default_rng(3)
    took: list[float] = []
    parts: dict[str, list[float]] = {}
    for document, question in asked:
        vector = near(document, rng).tolist()
        with patch("apps.knowledge.retrieval.candidates.embed", lambda *_, v=vector, **__: [v]):
            began = time.perf_counter()
            found = search(collection_ids=ids, question=question)
            took.append((time.perf_counter() - began) * 1000)
        for name, ms in found.timings_ms.items():
            parts.setdefault(name, []).append(ms)
    means = [f"{sum(values) / len(values):.1f}" for name, values in parts.items() if name != "total"]
    return [f"{percentile(took, 0.5):.1f}", f"{percentile(took, 0.95):.1f}", f"{max(took):.1f}", *means]


def questions(language: str, collection_ids: list[UUID], count: int) -> list[tuple[int, str]]:
    """(number of the document, question): some words of one of its sentences, in their order."""
    from apps.knowledge.models import Passage

    rng = random.Random(5)
    rows = Passage.objects.filter(collection__in=collection_ids, language=language, position=3)
    pks = sorted(rows.values_list("pk", flat=True))
    made = []
    for row in Passage.objects.select_related("document").filter(pk__in=rng.sample(pks, min(count, len(pks)))):
        start = rng.randrange(len(row.spans) // 2) * 2
        sentence = row.text[row.spans[start] : row.spans[start + 1] - 1]
        if language == "zh":
            places = sorted(rng.sample(range(max(len(sentence) - 4, 2)), 2))
            words = [sentence[place : place + rng.randint(3, 5)] for place in places]
        else:
            own = sentence.split()
            places = sorted(rng.sample(range(len(own) - 2), 2))
            words = [" ".join(own[place : place + rng.randint(2, 3)]) for place in places]
        made.append((int(row.document.name.removesuffix(".md")), ASKING[language].format(*words)))
    return made


if __name__ == "__main__":
    main()
