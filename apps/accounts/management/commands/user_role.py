"""Gives an account a role: `user_role NAME customer|reviewer|operator|admin`."""

from argparse import ArgumentParser
from typing import Any

from apps.accounts.services import user_role
from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand


class Command(ServiceCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role")

    def run(self, **options: Any) -> None:
        user = user_role(actor=SYSTEM, username=options["username"], role=options["role"])
        self.emit({"username": user.username, "role": user.role}, f"{user.username} is now {user.role}")
