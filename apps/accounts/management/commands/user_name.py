"""Gives an account the full name that customers read: `user_name USERNAME "FULL NAME"`; "" takes it away."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.services import user_name
from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand


class Command(ServiceCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")

    def run(self, **options: Any) -> None:
        user = user_name(actor=SYSTEM, username=options["username"], name=options["name"])
        name = user.get_full_name()
        self.emit({"username": user.username, "name": name}, f"{user.username} is now called “{name}”")
