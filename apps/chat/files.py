"""What a file may be that is brought to a question."""

from typing import Any

from apps.knowledge.selectors import import_limits

PICTURES = frozenset([".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic", ".svg", ".tif", ".tiff"])
_MEGABYTES = 10

LIMITS: dict[str, Any] = {
    "bytes": _MEGABYTES * 1024**2,
    "megabytes": _MEGABYTES,
    "files": 5,  # with one question
    "suffixes": [suffix for suffix in import_limits()["suffixes"] if suffix != ".zip"],
}
