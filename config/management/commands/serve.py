"""Starts Parley: the web server, the job worker, and in the embedded mode the database and the model runtime."""

import asyncio
import os
import signal
import sys
import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.commands import runtime_held
from apps.core.embedded.runtime import runtime_command, runtime_environment
from apps.core.embedded.service import EmbeddedError
from apps.core.errors import ApplicationError
from config.prepare import prepare
from config.serving.process import serve
from config.serving.web import bind, open_files_raise, preload

ROLES = ("web", "worker", "runtime")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--role", choices=ROLES, help="run one part alone; without it, everything")

    def handle(self, *args: Any, host: str, port: int, role: str | None, **options: Any) -> None:
        if role == "runtime":
            command = runtime_command(settings.MODELS_DIR, host=host, port=port)
            environment = runtime_environment(settings.RUNTIME_TOKEN)
            os.execve(sys.executable, command, environment)  # noqa: S606  (our own interpreter)
        # A shell that starts us in the background has it ignored; then not even a polite kill would end us.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        started = time.monotonic()
        try:
            listening = None if role == "worker" else bind(host, port)
            open_files_raise()
            with runtime_held():
                welcome = prepare(say=self.say, demo=role is None, vectors=False)
                preload()
                if listening is not None:
                    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104
                    self.say(
                        f"\nParley is at http://{shown}:{port}  (started in {time.monotonic() - started:.1f} s)"
                    )
                    self.say(welcome)
                    self.say("Ctrl-C stops everything.\n")
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    told = partial(self.ready, started) if role is None else None
                    runner.run(serve(listening, worker=role != "web", told=told))
        except (ApplicationError, EmbeddedError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass  # during the preparation; what was half done is taken up by the next start
        self.say("Stopped.")

    def ready(self, started: float, problem: str) -> None:
        """What a person who waits for the first answer wants to know."""
        self.say(
            f"Not ready to answer: {problem}"
            if problem
            else f"The models are loaded ({time.monotonic() - started:.1f} s)."
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
