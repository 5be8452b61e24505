"""Loads the demo into the database: the starter model, an invented company's documents, assistants and accounts."""

from argparse import ArgumentParser
from typing import Any

from apps.core.commands import ServiceCommand
from config.demo import demo_load, demo_load_again, demo_missing
from config.prepare import demo_ensure


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--later",
            action="store_true",
            help="leave the vectors to a worker; until it has made them, documents are found by their words",
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="read its documents that are gone again; nothing that is there is changed or opened",
        )

    def run(self, *, later: bool = False, again: bool = False, **options: Any) -> None:
        printed = demo_ensure(say=self.say, vectors=not later)
        if demo_missing():  # also where a start is told to begin without it
            demo_load(say=self.say, vectors=not later)
        elif again:
            demo_load_again(say=self.say, vectors=not later)
        told = "The demo's documents are there." if again else "The demo is there already."
        self.emit({"accounts": printed.splitlines()}, printed or told)
