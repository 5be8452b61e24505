"""Puts the demo away: closes its assistants, and with --documents deletes its collections."""

from argparse import ArgumentParser
from typing import Any

from apps.chat.services import demo_bring_back, demo_put_away
from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand


class Command(ServiceCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--documents", action="store_true", help="delete its collections too")
        parser.add_argument("--back", action="store_true", help="open its assistants again")

    def run(self, **options: Any) -> None:
        if options["back"]:
            demo_bring_back(actor=SYSTEM)
        else:
            demo_put_away(actor=SYSTEM, documents=options["documents"])
        self.emit(
            {"away": not options["back"]}, "The demo is back." if options["back"] else "The demo is put away."
        )
