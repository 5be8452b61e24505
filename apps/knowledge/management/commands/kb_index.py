"""Embedding indexes: shows them, builds one with another embedding model, or gives up one that is unfinished.

Answers go on with the index in use until the new one is complete. Also makes search tokens anew.
"""

import time
from argparse import ArgumentParser
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.knowledge.indexing.tokens import documents_outdated, tokens_renew
from apps.knowledge.models import EmbeddingIndex
from apps.knowledge.selectors import INDEX_LANGUAGES, embedding_indexes
from apps.knowledge.services import index_build, index_build_cancel, index_build_start

_TELL_SECONDS = 5.0


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list", help="the index in use, and those that are unfinished")
        build = what.add_parser("build", help="build an index and put it into use; goes on with one that was left")
        build.add_argument("embedder", help="the name of the embedding model")
        build.add_argument("--languages", nargs="+", choices=INDEX_LANGUAGES, default=[], help="that it reads")
        build.add_argument("--queue", action="store_true", help="leave it to the worker, and return at once")
        what.add_parser("cancel", help="give up what is unfinished")
        what.add_parser("tokens", help="now what the worker does after an upgrade: new search tokens")

    def run(self, **options: Any) -> None:
        match options["what"]:
            case "build":
                self._build(options["embedder"], options["languages"], options["queue"])
            case "cancel":
                for unfinished in embedding_indexes(actor=SYSTEM)[1:]:
                    index_build_cancel(actor=SYSTEM, index_id=unfinished.index.pk)
            case "tokens":
                self._tokens()
        shown = [progress.index for progress in embedding_indexes(actor=SYSTEM)]
        self.emit([_data(index) for index in shown], "\n".join(map(_line, shown)))

    def _build(self, embedder: str, languages: list[str], queue: bool) -> None:
        if queue:
            index_build_start(actor=SYSTEM, embedder=embedder, languages=languages)
            return
        self._told = time.monotonic()
        index_build(actor=SYSTEM, embedder=embedder, languages=languages, progress=self._progress)

    def _tokens(self) -> None:
        left = documents_outdated().count()
        for renewed in tokens_renew():
            left = max(0, left - renewed)
            self.say(f"{left} documents left")

    def _progress(self, index: EmbeddingIndex) -> None:
        if time.monotonic() - self._told > _TELL_SECONDS:
            self._told = time.monotonic()
            self.say(f"{index.done} of {index.total} passages")


def _data(index: EmbeddingIndex) -> dict[str, Any]:
    fields = (
        "embedder",
        "languages",
        "dimension",
        "state",
        "done",
        "total",
        "failure",
        "created_at",
        "activated_at",
    )
    return {"id": str(index.pk)} | {name: getattr(index, name) for name in fields}


def _line(index: EmbeddingIndex) -> str:
    languages = ", ".join(index.languages) or "all languages"
    progress = f"   {index.done} of {index.total} passages" if index.activated_at is None else ""
    failure = f"   {index.failure}" if index.failure else ""
    return f"{index.state:<9} {index.embedder}   {languages}   {index.dimension} numbers{progress}{failure}"
