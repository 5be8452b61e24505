"""Shows what a question finds in collections: passages, best sentences, scores, confidence and time."""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from apps.core.commands import ServiceCommand
from apps.knowledge.retrieval.explain import ExplainedPassage, Explanation, explain
from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.knowledge.selectors import collection_get
from apps.knowledge.services import search_wide


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("collection", help="the collection's slug, or several with commas between them")
        parser.add_argument("question")
        parser.add_argument("--limit", type=int, default=5, help="passages to show (5)")
        parser.add_argument(
            "--threshold", type=float, default=0.2, help="below it the other language is searched too (0.2)"
        )
        parser.add_argument("--explain", action="store_true", help="every candidate with its numbers")

    def run(self, **options: Any) -> None:
        ids = [collection_get(slug).pk for slug in options["collection"].split(",")]
        threshold, limit = options["threshold"], options["limit"]
        found = search_wide(collection_ids=ids, question=options["question"], threshold=threshold, limit=limit)
        data = asdict(found) | {"unknown": sorted(found.unknown)}
        if options["explain"]:
            why = explain(collection_ids=ids, question=options["question"])
            self.emit(data | {"explanation": asdict(why)}, f"{_text(found)}\n\n{_explained(why)}")
        else:
            self.emit(data, _text(found))


def _text(found: Retrieval) -> str:
    parts = ", ".join(f"{name} {ms:.0f}" for name, ms in found.timings_ms.items())
    across = "   across languages" if found.across else ""
    lines = [f"confidence {found.confidence:.2f}   language {found.language}{across}   ms: {parts}"]
    for number, passage in enumerate(found.passages, 1):
        lines += ["", *_passage(number, passage)]
    return "\n".join(lines)


def _passage(number: int, passage: RankedPassage) -> list[str]:
    sentences = (f"   {'*' if s.rank <= 2 else ' '} [{s.rank}] {s.score:+.2f}  {s.text}" for s in passage.sentences)
    return [f"{number}. {passage.score:+.2f}  {_where(passage.title, passage.heading)}", *sentences]


def _explained(why: Explanation) -> str:
    lines = [f"{why.passages_in_scope} passages in scope   compared by {why.embedder or 'words alone'}"]
    lines.append("words: " + ", ".join(f"{word} {weight:.1f}" for word, weight in why.words.items()))
    for number, one in enumerate(why.candidates, 1):
        lines += _why(number, one)
    return "\n".join(lines)


def _why(number: int, one: ExplainedPassage) -> Iterator[str]:
    scores = one.scores
    words = f"words {_rank(scores.lexical_rank)} BM25 {scores.bm25:.2f}"
    meaning = f"meaning {_rank(scores.dense_rank)} cosine {_number(scores.cosine)}"
    yield ""
    yield f"{number}. fused {scores.fused:+.2f}   {words}   {meaning}"
    yield f"   {_where(one.title, one.heading)}   holds: {' '.join(one.held)}"
    yield f"   {one.sentence_score:+.2f}  {one.sentence}"
    yield "   " + "  ".join(f"{name} {value:.2f}" for name, value in one.features.items() if value)


def _where(*parts: str) -> str:
    return " › ".join(part for part in parts if part)


def _rank(rank: int | None) -> str:
    return f"#{rank}" if rank else "–"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
