"""The log: JSON lines on standard error, with their time. Figures, names and reasons, never what people write."""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

_events = logging.getLogger("model_runtime.events")


class JsonLines(logging.Formatter):
    """A line a record, with `always` in each; what `note` tells by its own keys."""

    def __init__(self, **always: Any) -> None:
        super().__init__()
        self._always = always

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        said = {"event": "log", "logger": record.name, "message": record.getMessage()}
        line |= self._always | getattr(record, "facts", said)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def begin(**always: Any) -> None:
    """Send all logging of this process to standard error; `always` is in every line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(**always))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    _events.setLevel(logging.INFO)
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def note(event: str, level: int = logging.INFO, **facts: Any) -> None:
    """A line about something that happened to this process or one of its models."""
    _events.log(level, event, extra={"facts": {"event": event, **facts}})


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    logging.getLogger("model_runtime").critical(
        "%s was not caught", kind.__name__, exc_info=(kind, error or kind(), trace)
    )
