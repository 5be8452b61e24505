"""The base of every command that a person types against data."""

import contextlib
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from .embedded.hold import Hold
from .embedded.service import EmbeddedError
from .errors import ApplicationError


@contextlib.contextmanager
def runtime_held() -> Iterator[None]:
    """A share in the embedded runtime, unless RUNTIME_URL names another one."""
    if settings.RUNTIME_URL:
        yield
        return
    with Hold("runtime", settings.DATA_DIR):
        yield


class ServiceCommand(BaseCommand):
    """Starts what it needs (database, runtime, demo), then calls `run`; an error is one line and exit status 1."""

    needs_runtime: ClassVar[bool] = False
    needs_starter: ClassVar[bool] = False  # the shipped model behind `production`
    needs_demo: ClassVar[bool] = False  # that, and the demo's assistants with their documents

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        parser = super().create_parser(*args, **kwargs)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print data as JSON")
        return parser

    def handle(self, *args: Any, as_json: bool = False, **options: Any) -> None:
        self.as_json = as_json
        try:
            with runtime_held() if self.needs_runtime else contextlib.nullcontext():
                prepare = import_string(settings.PREPARE)
                if printed := prepare(say=self.say, starter=self.needs_starter, demo=self.needs_demo):
                    self.say(printed)  # the passwords of the first start, which are shown nowhere else
                self.run(**options)
        except (ApplicationError, EmbeddedError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("stopped", returncode=130) from None

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def say(self, line: str) -> None:
        """Progress: to stderr, so that stdout holds nothing but the result."""
        self.stderr.write(line, lambda text: text)

    def emit(self, data: dict[str, Any] | list[Any], text: str) -> None:
        """The result, as JSON where `--json` asked for it, as text otherwise."""
        self.stdout.write(json.dumps(data, ensure_ascii=False, default=str) if self.as_json else text)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Commands add their own; `--json` is there already."""
