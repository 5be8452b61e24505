"""What a file may be that is brought to a question."""

from typing import Any

from apps.knowledge.selectors import import_limits

IMAGES = [".png", ".jpg", ".jpeg", ".webp", ".gif"]
# Others are known to be images, and refused with what can be brought instead.
IMAGE_SUFFIXES = frozenset([*IMAGES, ".bmp", ".heic", ".svg", ".tif", ".tiff"])
_MEGABYTES = 8  # below what a request may hold

LIMITS: dict[str, Any] = {
    "bytes": _MEGABYTES * 1024**2,
    "megabytes": _MEGABYTES,
    "files": 5,  # with one question
    "suffixes": [suffix for suffix in import_limits()["suffixes"] if suffix != ".zip"],
    "images": IMAGES,
}
