"""Import at its size: 10,000 short documents in both languages through the worker of a running product.

Rates are end to end, from the request to the import's last state. The embedder's own rate is that of one client
which sends it the same texts and does nothing else.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psutil

from tools.bench.corpus import made_passages
from tools.bench.figures import HEAD, Row, Target, line
from tools.product import ROOT, Parley, free_port, start, stop

DOCUMENTS, QUICK_DOCUMENTS = 10_000, 400
EMBEDDED, QUICK_EMBEDDED = 1_000, 40  # of each language
_SAMPLE = 400  # documents that the embedder alone is measured on
_LANGUAGES = {"en": "English", "zh": "Chinese"}
_NO_LANGUAGE = ["none"]  # of an embedding index: nothing is embedded
_MOST_SECONDS = 600


def print_importing(data: Path, *, quick: bool = False) -> None:
    print(f"\n{HEAD}")
    for row in importing(data, quick=quick):
        print(line(row.cells(judged=not quick)), flush=True)


def importing(data: Path, *, quick: bool = False) -> Iterator[Row]:
    """Starts the product in the folder `data`, imports without embedding and with it, stops it."""
    count = QUICK_DOCUMENTS if quick else DOCUMENTS
    folders = [data / "documents" / language for language in ("en", "zh")]
    for folder in folders:
        documents_write(folder, folder.name, count // 2)
    embedded = {language: data / "embedded" / language for language in ("en", "zh")}
    for language, folder in embedded.items():
        documents_write(folder, language, QUICK_EMBEDDED if quick else EMBEDDED)
    parley = start(data, free_port())
    try:
        with _django(data):
            for language, folder in embedded.items():
                yield from _with_embedding(parley, language, folder)
            yield from _without_embedding(parley, folders)
    finally:
        stop(parley, signal.SIGINT)


def documents_write(folder: Path, language: str, count: int) -> None:
    """Documents of one passage: a title, a heading and some sentences."""
    folder.mkdir(parents=True)
    made = (one for one in made_passages(20 * count, ROOT / "demo") if one.language == language)
    for number, one in zip(range(count), made, strict=False):
        joint = " " if language == "en" else ""
        text = joint.join(one.texts[:4])
        (folder / f"{number:05}.md").write_text(f"# {one.title} {number}\n\n## {one.heading}\n\n{text}\n")


@contextmanager
def _django(data: Path) -> Iterator[None]:
    """This process as another one of the installation."""
    os.environ |= {"PARLEY_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
    from apps.core.embedded.hold import Hold

    with Hold("postgres", data), Hold("runtime", data):
        import django

        django.setup()
        yield


def _with_embedding(parley: Parley, language: str, folder: Path) -> Iterator[Row]:
    alone = _embedder_alone(sorted(folder.iterdir())[:_SAMPLE])
    count, seconds, grown = _imported(parley, f"embedded-{language}", [folder])
    figure = f"{count / seconds:.1f} / {alone:.1f} passages/s"
    yield Row(
        f"{count} {_LANGUAGES[language]} documents, all embedded, against the embedder alone",
        figure,
        count / seconds / alone,
        Target(0.7),
    )
    yield _memory(grown)


def _without_embedding(parley: Parley, folders: list[Path]) -> Iterator[Row]:
    from apps.knowledge.models import EmbeddingIndex

    EmbeddingIndex.objects.update(languages=_NO_LANGUAGE)
    count, seconds, grown = _imported(parley, "plain", folders)
    what = f"{count} documents, half of each language, nothing embedded"
    yield Row(what, f"{seconds:.1f} s", count / seconds, Target(100), "documents/s")
    yield _memory(grown)


def _memory(grown: float) -> Row:
    what = "meanwhile: memory of the web process, whose worker imports"
    return Row(what, "grown by at most", grown, Target(50, at_least=False), "MB")


def _embedder_alone(files: list[Path]) -> float:
    """Passages a second of one client that sends what an import embeds of them, the longest together."""
    from apps.inference.services import embed_sync
    from apps.knowledge.ingest.reading import Task, read

    readings = [read(Task(str(file), file.name), file.read_bytes()) for file in files]
    pieces = [(reading.title, piece) for reading in readings for piece in reading.pieces]
    seconds = 0.0
    for language in {piece.language for _, piece in pieces}:
        own = [(title, piece) for title, piece in pieces if piece.language == language]
        texts = [piece.text[start:end] for _, piece in own for start, end in piece.spans]
        texts += [f"{title}, {piece.heading}" for title, piece in own]
        embed_sync(texts=texts[:64], purpose="passage", language=language)  # it is loaded at its first use
        began = time.monotonic()
        embed_sync(texts=sorted(set(texts), key=len), purpose="passage", language=language)
        seconds += time.monotonic() - began
    return len(pieces) / seconds


def _imported(parley: Parley, slug: str, folders: list[Path]) -> tuple[int, float, float]:
    """Documents, the seconds that their import took, and by how many MB the web process grew meanwhile."""
    from apps.core.actor import SYSTEM
    from apps.knowledge.services import collection_ensure, import_start

    with _growth(parley) as grown:
        began = time.monotonic()
        row = import_start(actor=SYSTEM, collection=collection_ensure(actor=SYSTEM, slug=slug), paths=folders)
        _wait(row.pk)
        took = time.monotonic() - began
    row.refresh_from_db()
    if other := row.items.exclude(state="ready").count():
        raise SystemExit(f"{other} documents did not come in")
    return row.items.count(), took, grown[0]


def _wait(import_id: UUID) -> None:
    from apps.knowledge.models import Import

    deadline = time.monotonic() + _MOST_SECONDS
    while not Import.objects.filter(pk=import_id, ended_at__isnull=False).exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"the import did not end in {_MOST_SECONDS} s")
        time.sleep(0.1)


@contextmanager
def _growth(parley: Parley) -> Iterator[list[float]]:
    """One number, right once the block has ended: the most resident memory meanwhile above that before, in MB."""
    process, ended, grown = psutil.Process(parley.process.pid), threading.Event(), [0.0]
    before = process.memory_info().rss

    def look() -> None:
        while not ended.wait(0.1):
            grown[0] = max(grown[0], (process.memory_info().rss - before) / 2**20)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield grown
    finally:
        ended.set()
        watcher.join()
