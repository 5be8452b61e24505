"""Imports files and folders into a collection, which is made if it is not there."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.knowledge.services import ImportReport, collection_import


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("collection", help="a name of small letters, digits and hyphens")
        parser.add_argument("paths", nargs="+", type=Path, metavar="path")

    def run(self, **options: Any) -> None:
        report = collection_import(
            actor=SYSTEM, collection=options["collection"], paths=options["paths"], progress=self._progress
        )
        self.emit(asdict(report), _text(report))
        if report.failed:
            raise CommandError(f"{len(report.failed)} of the documents could not be imported")

    def _progress(self, done: int, total: int, name: str) -> None:
        self.say(f"[{done}/{total}] {name}")


def _text(report: ImportReport) -> str:
    lines = [
        f"{report.collection}: {len(report.imported)} new, {len(report.replaced)} changed, "
        f"{len(report.unchanged)} unchanged, {len(report.failed)} failed; "
        f"{report.passages} passages in {report.seconds:.1f} s",
        *(f"  {name}: {error}" for name, error in report.failed),
    ]
    return "\n".join(lines)
