"""The embedding models that come with the product: one that was made for English, one that reads Chinese too."""

import fcntl
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.embedded.children import end_child, start_child
from apps.core.embedded.runtime import embedder_dir, packed_embedder
from apps.core.language import Language

from ..errors import RuntimeUnavailable

logger = logging.getLogger(__name__)
Purpose = Literal["passage", "query"]
UNPACK_SECONDS = 120.0  # it takes two
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Packaged:
    """An embedding model, how it is loaded, what it wants to read before a text, and the folder of the adapter that
    is worked into it. Its vectors have 384 numbers and length 1.
    """

    name: str
    quantization: str = "none"
    prefixes: Mapping[Purpose, str] = field(default_factory=dict)
    adapter: Path | None = None

    @cached_property
    def served_id(self) -> str:
        """What the runtime calls it: with another adapter it is another model."""
        return f"{self.name}-{_digest(self.adapter)}" if self.adapter else self.name


def _digest(adapter: Path) -> str:
    files = ("adapter_config.json", "adapter_model.safetensors")
    return sha256(b"".join((adapter / name).read_bytes() for name in files)).hexdigest()[:8]


ENGLISH = Packaged("all-minilm-l6-v2")
# int8: a cosine of .999 to its vectors in float32, in two fifths of the time.
CHINESE = Packaged(
    "multilingual-e5-small",
    "int8",
    {"passage": "passage: ", "query": "query: "},
    Path(settings.STARTER_DIR) / "embedder",
)
EMBEDDER_ID = ENGLISH.served_id


def packaged_for(language: Language) -> Packaged:
    """The one for texts in `language`, and for questions about them."""
    return CHINESE if language == "zh" else ENGLISH


def packaged_id(language: Language) -> str:
    """The name of the model for texts in `language`: what goes by another name makes other vectors."""
    return packaged_for(language).served_id


def is_former(served_id: str) -> bool:
    """Whether it is the Chinese model of another release: with another adapter, or without any."""
    ours = re.fullmatch(rf"{CHINESE.name}(-[0-9a-f]{{8}})?", served_id)
    return bool(ours) and served_id != CHINESE.served_id


def packaged_folder(model: Packaged, *, make: bool = True) -> Path | None:
    """Where its files lie, None where its package is not installed.

    The Chinese one comes packed into one file: its folder is made at the first use, or with `make` false not yet.
    Raises RuntimeUnavailable where that fails.
    """
    if model is ENGLISH:
        return embedder_dir()
    packed = packed_embedder()
    if packed is None:
        return None
    # The size tells one release of the package from another, the model's name one adapter.
    folder = Path(settings.MODELS_DIR) / f"{model.served_id}-{packed.stat().st_size}"
    if folder.exists() or not make:
        return folder if folder.exists() else None
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:  # the web and the worker may both be first
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _unpack(packed, folder, *filter(None, [model.adapter]))
    return folder


def _unpack(packed: Path, *folders: Path) -> None:
    """In a child, for the memory it takes; without the application's secrets, as all that reads foreign files."""
    command = [sys.executable, "-m", "model_runtime.loading.packed", str(packed), *map(str, folders)]
    try:
        child = start_child(command, env=_ENVIRONMENT, die_with=signal.SIGKILL, cwd=settings.BASE_DIR)
        try:
            if status := child.wait(UNPACK_SECONDS):
                raise subprocess.CalledProcessError(status, command)
        finally:
            end_child(child, signal.SIGKILL, 1.0)
    except (OSError, subprocess.SubprocessError) as error:
        logger.exception("%s was not unpacked", packed)
        raise RuntimeUnavailable(_("The Chinese embedding model could not be unpacked.")) from error
