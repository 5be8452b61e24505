"""Loads the demo into the database: the starter model, an invented company's documents, assistants and accounts."""

from typing import Any

from apps.core.commands import ServiceCommand
from config.prepare import demo_ensure


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def run(self, **options: Any) -> None:
        printed = demo_ensure(say=self.say)
        self.emit({"accounts": printed.splitlines()}, printed or "The demo is there already.")
