"""JSON from strangers: bounded, and no key twice (readers differ in which one they believe)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.errors import ModelRefused


def parse(text: bytes, what: str) -> Any:
    """The value of `text`. Raises ModelRefused, naming `what`, on bad UTF-8, bad JSON or a repeated key."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
            raise ModelRefused(f"{what}: the key {twice[:80]!r} appears twice.")
        return found

    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=unique, parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError) as error:
        raise ModelRefused(f"{what} is not valid JSON: {str(error)[:120]}.") from error
    except RecursionError as error:
        raise ModelRefused(f"{what} is nested too deeply.") from error


def read_object(path: Path, limit: int) -> dict[str, Any]:
    """The object in a file of at most `limit` bytes. Raises ModelRefused."""
    if path.stat().st_size > limit:
        raise ModelRefused(f"{path.name} is larger than {limit} bytes.")
    value = parse(path.read_bytes(), path.name)
    if not isinstance(value, dict):
        raise ModelRefused(f"{path.name} is not a JSON object.")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
