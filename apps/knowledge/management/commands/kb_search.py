"""Shows what a question finds in a collection: passages, best sentences, scores, confidence and time."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from apps.core.commands import ServiceCommand
from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.knowledge.selectors import collection_get
from apps.knowledge.services import search


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("collection")
        parser.add_argument("question")
        parser.add_argument("--limit", type=int, default=5, help="passages to show (5)")

    def run(self, **options: Any) -> None:
        collection = collection_get(options["collection"])
        found = search(collection_ids=[collection.pk], question=options["question"], limit=options["limit"])
        self.emit(asdict(found), _text(found))


def _text(found: Retrieval) -> str:
    parts = ", ".join(f"{name} {ms:.0f}" for name, ms in found.timings_ms.items())
    lines = [f"confidence {found.confidence:.2f}   language {found.language}   ms: {parts}"]
    for number, passage in enumerate(found.passages, 1):
        lines += ["", *_passage(number, passage)]
    return "\n".join(lines)


def _passage(number: int, passage: RankedPassage) -> list[str]:
    where = " › ".join(part for part in (passage.title, passage.heading) if part)
    sentences = (f"   {'*' if s.rank <= 2 else ' '} [{s.rank}] {s.score:+.2f}  {s.text}" for s in passage.sentences)
    return [f"{number}. {passage.score:+.2f}  {where}", *sentences]
