"""Hostile files on their way through the real import, with honest ones among them."""

from collections.abc import Mapping
from pathlib import Path

import psutil
from django.utils import translation

from apps.core.actor import SYSTEM
from apps.knowledge.models import Document, Import, Passage
from apps.knowledge.services import collection_import

from .case import Case

HONEST = 5


def attack(folder: Path, cases: Mapping[str, Case]) -> None:
    """Asserts that each file ends as its case says and the honest ones come in, and that nothing else is left."""
    files = []
    for name, case in cases.items():
        files.append(folder / name)
        files[-1].write_bytes(case.make())
    step = max(1, len(files) // HONEST)
    for number in range(HONEST):
        honest = folder / f"honest-{number}.txt"
        honest.write_text(f"This page number {number} is honest and says what it says.")
        files.insert(number * (step + 1), honest)
    collection_import(actor=SYSTEM, collection="attack", paths=files)
    row = Import.objects.get()
    assert (row.state, row.items.filter(state__in=["queued", "importing"]).count()) == ("ended", 0)
    ended: dict[str, set[str]] = {}
    for item in row.items.all():
        ended.setdefault(item.name.partition("/")[0], set()).add(item.failure.get("code", ""))
        if item.state == "failed":
            _one_sentence_in_each_language(item)
        else:
            assert item.state == "ready"
    wanted = {file.name: {cases[file.name].cause if file.name in cases else ""} for file in files}
    assert {name: found for name, found in ended.items() if found != wanted[name]} == {}
    assert set(ended) == set(wanted)
    _nothing_else_is_left()


def _one_sentence_in_each_language(item: object) -> None:
    said = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said.append(item.reason)  # type: ignore[attr-defined]
    assert all(text and "\n" not in text and "%" not in text and "Traceback" not in text for text in said)
    assert said[0] != said[1]


def _nothing_else_is_left() -> None:
    """No parsing child, no name that leads anywhere, no text of a file of this machine."""
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if "apps.knowledge.ingest.worker" in child.cmdline()]
    for name in Document.objects.values_list("name", flat=True):
        assert not name.startswith("/")
        assert not {"", ".", ".."} & set(name.split("/"))
        assert name.isprintable()
    assert not Passage.objects.filter(text__contains="root:").exists()
