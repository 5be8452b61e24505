"""Checks a rejected version again whose files were kept, because the check could not run then."""

from argparse import ArgumentParser
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.core.errors import BadInput
from apps.registry.models import VersionState
from apps.registry.selectors import version_labelled
from apps.registry.services import version_check_again


class Command(ServiceCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", metavar="NAME@NUMBER", help="as model_list shows it")

    def run(self, **options: Any) -> None:
        version = version_labelled(options["version"])
        version = version_check_again(actor=SYSTEM, version_id=version.id, wait=True)
        if version.state == VersionState.REJECTED:
            raise BadInput(version.rejection)
        self.emit({"version": version.label, "id": str(version.id)}, f"{version.label} is ready.")
