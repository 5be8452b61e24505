"""Takes the second step of an account away, for who lost the phone: `user_second_step_remove NAME`."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.services import second_step_remove
from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand


class Command(ServiceCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def run(self, **options: Any) -> None:
        user = second_step_remove(actor=SYSTEM, username=options["username"])
        self.emit({"username": user.username}, f"{user.username} signs in without a second step now")
