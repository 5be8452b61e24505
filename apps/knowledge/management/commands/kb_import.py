"""Imports files and folders, or pages of the web, into a collection, which is made if it is not there.

A sitemap's address stands for all pages that it lists. KNOWLEDGE_HOSTS names the hosts that may be imported from.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.knowledge.selectors import collection_splitting
from apps.knowledge.services import (
    ImportReport,
    Splitting,
    collection_ensure,
    collection_import,
    collection_splitting_set,
    paths_foresee,
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
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what files would change in the collection, and change nothing",
        )
        parser.add_argument("--prune", action="store_true", help="remove documents that are not among these files")

    def run(self, **options: Any) -> None:
        collection, given = options["collection"], options["paths"]
        if options["dry_run"]:
            self._foresee(collection, given, options)
            return
        if addresses := [text for text in given if _is_address(text)]:
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

    def _foresee(self, collection: str, given: list[str], options: dict[str, Any]) -> None:
        if any(_is_address(text) for text in given):
            raise CommandError("Addresses cannot be looked at first: what is there is known when it has come.")
        size, overlap = options["passage_size"], options["overlap"]
        found = paths_foresee(
            actor=SYSTEM,
            collection=collection,
            paths=[Path(text) for text in given],
            question=options["question"],
            answer=options["answer"],
            splitting=_splitting_asked(collection, size, overlap),
        )
        states, gone = found.states(), found.gone()[0] if options["prune"] else []
        self.emit(
            {"collection": collection, "states": states, "removed": gone}, _foretold(collection, states, gone)
        )

    def _progress(self, done: int, total: int, name: str) -> None:
        self.say(f"[{done}/{total}] {name}")


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def _splitting_asked(slug: str, size: str | None, overlap: str | None) -> Splitting | None:
    """What is not said stays as the collection has it; None where nothing is."""
    if size is None and overlap is None:
        return None
    now = collection_splitting(slug)
    return splitting_asked(size or str(now.size), str(now.overlap) if overlap is None else overlap)


def _splitting_set(slug: str, size: str | None, overlap: str | None) -> None:
    if asked := _splitting_asked(slug, size, overlap):
        found = collection_ensure(actor=SYSTEM, slug=slug)
        collection_splitting_set(actor=SYSTEM, collection_id=found.pk, splitting=asked)


def _foretold(collection: str, states: dict[str, str], gone: list[str]) -> str:
    counts = Counter(states.values())
    said = ", ".join(f"{counts[state]} {state}" for state in ("new", "changed", "unchanged"))
    said += f", {counts['failed']} cannot be read" if counts["failed"] else ""
    lines = [f"{collection}: {said}{f', {len(gone)} would be removed' if gone else ''}; nothing was changed"]
    lines += [f"  {state:<8} {name}" for name, state in sorted(states.items()) if state != "unchanged"]
    return "\n".join([*lines, *(f"  {'removed':<8} {name}" for name in gone)])


def _text(report: ImportReport) -> str:
    parts = [
        f"{len(report.imported)} new, {len(report.replaced)} changed, {len(report.unchanged)} unchanged",
        f"{report.removed} removed" if report.removed else "",
        f"{len(report.failed)} failed; {report.passages} passages in {report.seconds:.1f} s",
        f"{report.dropped_pairs} question-answer pairs left out" if report.dropped_pairs else "",
        f"{report.wide_rows} table rows with more cells than the first, told on the import's page"
        if report.wide_rows
        else "",
    ]
    lines = [f"{report.collection}: {', '.join(part for part in parts if part)}"]
    return "\n".join([*lines, *(f"  {name}: {reason}" for name, reason in report.failed)])
