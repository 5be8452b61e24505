"""Puts a policy of moderation into force: FILE.json holds stage -> check -> rule -> action."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.core.errors import BadInput
from apps.moderation.choosing import USUAL, with_classifier
from apps.moderation.selectors import policy_rules
from apps.moderation.services import policy_publish


class Command(ServiceCommand):
    help = __doc__
    needs_starter = True  # the classifier that ships

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE.json", help="default: the rules in force")
        parser.add_argument("--classifier", action="store_true", help="and ask the classifier that ships")
        parser.add_argument("--note", default="", help="kept with the version and in the audit log")

    def run(self, **options: Any) -> None:
        if options["file"] is None and not options["classifier"]:
            raise BadInput("Nothing changes: name a FILE.json or --classifier.")
        after, rules = policy_rules() if options["file"] is None else (None, _read(options["file"]))
        if options["classifier"]:
            rules = with_classifier(rules, USUAL)
        version = policy_publish(actor=SYSTEM, rules=rules, note=options["note"], after=after)
        self.emit({"number": version.number, "rules": version.rules}, f"Policy {version.number} is in force.")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}.") from error
