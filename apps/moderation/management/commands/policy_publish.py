"""Puts a policy of moderation into force: FILE.json holds stage -> check -> rule -> action."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.core.errors import BadInput
from apps.moderation.services import policy_publish


class Command(ServiceCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")
        parser.add_argument("--note", default="", help="kept with the version and in the audit log")

    def run(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            rules = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise BadInput(f"{path} is not JSON: {error}.") from error
        version = policy_publish(actor=SYSTEM, rules=rules, note=options["note"])
        self.emit({"number": version.number, "rules": version.rules}, f"Policy {version.number} is in force.")
