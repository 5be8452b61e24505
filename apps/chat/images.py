"""An image that somebody sends, made anew in a child process before anything here touches it."""

import json
import logging
import os
import signal
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.embedded.children import start_child
from apps.core.errors import BadInput, Unavailable

logger = logging.getLogger(__name__)
SECONDS = 20.0
_ROOT = Path(__file__).resolve().parents[2]
_reading = BoundedSemaphore(2)  # each may take a core and a gigabyte
_REASONS: dict[str, Promise] = {
    "type": gettext_lazy("This is no image that can be read here. Bring PNG, JPEG, WebP or GIF."),
    "broken": gettext_lazy("This image is damaged or not complete."),
    "pixels": gettext_lazy("This image has more than 50 megapixels. Bring a smaller one."),
    "shape": gettext_lazy("This image is far longer than it is wide. Bring a part of it."),
}


@dataclass(frozen=True)
class RemadeImage:
    """`data` is what models and people see, PNG or JPEG as `media_type` says; `small` a JPEG to stand beside a
    question. `width` and `height` in pixels, of `data`.
    """

    data: bytes
    small: bytes
    media_type: str
    width: int
    height: int


def image_remade(data: bytes) -> RemadeImage:
    """The first frame of a PNG, JPEG, WebP or GIF, from its pixels alone; blocks for a moment.

    Raises BadInput with why it cannot be taken, Unavailable where too many are being read.
    """
    if not _reading.acquire(timeout=SECONDS):
        raise Unavailable(_("Too many images are being read at the moment. Try again in a minute."))
    try:
        head, rest = _asked(data)
        if code := head.get("refused"):
            raise BadInput(str(_REASONS[code]))
        cut = head["bytes"]
        return RemadeImage(rest[:cut], rest[cut:], head["media_type"], head["width"], head["height"])
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError) as error:  # it died of this image
        logger.warning("an image could not be read: %r", error)
        raise BadInput(str(_REASONS["broken"])) from error
    finally:
        _reading.release()


def data_url(media_type: str, data: bytes) -> str:
    """As models are shown it."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def _asked(data: bytes) -> tuple[dict[str, Any], bytes]:
    child = start_child(
        [sys.executable, "-m", "apps.chat.image_child"],
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        die_with=signal.SIGKILL,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )
    try:
        answer, _nothing = child.communicate(data, timeout=SECONDS)
    finally:
        child.kill()
        child.wait()
    head, _break, rest = answer.partition(b"\n")
    return json.loads(head), rest
