"""Imports files and folders, or pages of the web, into a collection, which is made if it is not there.

A sitemap's address stands for all pages that it lists. KNOWLEDGE_HOSTS names the hosts that may be imported from.
"""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.knowledge.services import (
    ImportReport,
    collection_ensure,
    collection_import,
    collection_splitting_set,
    splitting_asked,
)


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("collection", help="a name of small letters, digits and hyphens")
        parser.add_argument(
            "paths", nargs="+", metavar="path", help="files and folders, or else https:// addresses"
        )
        parser.add_argument("--question", default="", help="the column of questions, where its name is not usual")
        parser.add_argument("--answer", default="", help="the column of answers")
        parser.add_argument(
            "--passage-size",
            metavar="SIZE",
            help="small, normal, large, or characters of English (Chinese: half); the collection keeps it",
        )
        parser.add_argument("--overlap", help="sentences that a passage repeats of the one before: 0, 1 or 2")
        parser.add_argument("--prune", action="store_true", help="remove documents that are not among these files")

    def run(self, **options: Any) -> None:
        collection, given = options["collection"], options["paths"]
        if addresses := [text for text in given if text.lower().startswith(("http://", "https://"))]:
            others = ("question", "answer", "prune")
            if len(addresses) < len(given) or any(options[name] for name in others):
                raise CommandError("Addresses are imported by themselves, without files and the options for files.")
            _splitting_set(collection, options["passage_size"], options["overlap"])
            report = collection_import(
                actor=SYSTEM,
                collection=collection,
                addresses=addresses,
                progress=self._progress,
            )
        else:
            _splitting_set(collection, options["passage_size"], options["overlap"])
            report = collection_import(
                actor=SYSTEM,
                collection=collection,
                paths=[Path(text) for text in given],
                progress=self._progress,
                question=options["question"],
                answer=options["answer"],
                prune=options["prune"],
            )
        self.emit(asdict(report), _text(report))
        if report.failed:
            sys.exit(1)

    def _progress(self, done: int, total: int, name: str) -> None:
        self.say(f"[{done}/{total}] {name}")


def _splitting_set(slug: str, size: str | None, overlap: str | None) -> None:
    """What is not said stays as the collection has it."""
    if size is None and overlap is None:
        return
    found = collection_ensure(actor=SYSTEM, slug=slug)
    asked = splitting_asked(size or str(found.passage_size), str(found.overlap) if overlap is None else overlap)
    collection_splitting_set(actor=SYSTEM, collection_id=found.pk, splitting=asked)


def _text(report: ImportReport) -> str:
    parts = [
        f"{len(report.imported)} new, {len(report.replaced)} changed, {len(report.unchanged)} unchanged",
        f"{report.removed} removed" if report.removed else "",
        f"{len(report.failed)} failed; {report.passages} passages in {report.seconds:.1f} s",
        f"{report.dropped_pairs} question-answer pairs left out" if report.dropped_pairs else "",
    ]
    lines = [f"{report.collection}: {', '.join(part for part in parts if part)}"]
    return "\n".join([*lines, *(f"  {name}: {reason}" for name, reason in report.failed)])
