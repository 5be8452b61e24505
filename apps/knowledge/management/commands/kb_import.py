"""Imports files and folders into a collection, which is made if it is not there."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.knowledge.services import ImportReport, collection_import


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("collection", help="a name of small letters, digits and hyphens")
        parser.add_argument("paths", nargs="+", type=Path, metavar="path")
        parser.add_argument("--question", default="", help="the column of questions, where its name is not usual")
        parser.add_argument("--answer", default="", help="the column of answers")
        parser.add_argument("--prune", action="store_true", help="remove documents that are not among these files")

    def run(self, **options: Any) -> None:
        names = ("collection", "paths", "question", "answer", "prune")
        report = collection_import(actor=SYSTEM, progress=self._progress, **{name: options[name] for name in names})
        self.emit(asdict(report), _text(report))
        if report.failed:
            sys.exit(1)

    def _progress(self, done: int, total: int, name: str) -> None:
        self.say(f"[{done}/{total}] {name}")


def _text(report: ImportReport) -> str:
    parts = [
        f"{len(report.imported)} new, {len(report.replaced)} changed, {len(report.unchanged)} unchanged",
        f"{report.removed} removed" if report.removed else "",
        f"{len(report.failed)} failed; {report.passages} passages in {report.seconds:.1f} s",
        f"{report.dropped_pairs} question-answer pairs left out" if report.dropped_pairs else "",
    ]
    lines = [f"{report.collection}: {', '.join(part for part in parts if part)}"]
    return "\n".join([*lines, *(f"  {name}: {reason}" for name, reason in report.failed)])
