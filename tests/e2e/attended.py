"""The application, counting what it is answering, so that a test ends only when the site has come to rest."""

import threading
import urllib.request
from typing import Any

from scripted import PATIENCE


class Attended:
    """The application; `rest` waits until it is answering nobody."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.under_way: dict[int, str] = {}
        self._changed = threading.Condition()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        key = id(scope)
        with self._changed:
            self.under_way[key] = scope["path"]
        try:
            await self.application(scope, receive, send)
        finally:
            with self._changed:
                del self.under_way[key]
                self._changed.notify_all()

    def rest(self, site: str) -> None:
        """A closed page's last request may still be on its way: this one of ours comes in behind it."""
        urllib.request.urlopen(f"{site}/healthz", timeout=PATIENCE).close()
        with self._changed:
            done = self._changed.wait_for(lambda: not self.under_way, PATIENCE)
        assert done, f"still being answered: {sorted(self.under_way.values())}"
