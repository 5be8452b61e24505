"""Which files make a model, and where they lie."""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import BadInput

WEIGHTS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.safetensors")
POOLING = "1_Pooling/config.json"  # the one file of a model that lies in a folder of its own
NAMES = frozenset(
    {
        "config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "model.safetensors.index.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "chat_template.jinja",
        "vocab.json",
        "merges.txt",
        "tokenizer.model",
        "added_tokens.json",
        "modules.json",
        "sentence_bert_config.json",
        "config_sentence_transformers.json",
        POOLING,
        "README.md",
        "LICENSE",
    }
)
# Found in folders of models, of no use to a runtime and harmless to leave behind.
_LEFT_BEHIND = re.compile(r"\..*|LICENSE.*|NOTICE.*|.*\.(?:md|txt|pdf|png|jpg|svg)", re.IGNORECASE)
_PIECE_BYTES = 4 * 1024 * 1024


def name_allowed(name: object) -> bool:
    """An exact name, or weights: never a client's path, never anything that could hold code."""
    return isinstance(name, str) and (name in NAMES or WEIGHTS.fullmatch(name) is not None)


def names_check(names: Iterable[object]) -> None:
    """Raises BadInput for a name that is not on the list, a repeated one, or what is missing for a model."""
    seen: set[str] = set()
    for name in names:
        if not isinstance(name, str) or not name_allowed(name):
            raise BadInput(
                _("“%(name)s” is not a file of a model that is accepted here. Accepted: *.safetensors, %(names)s.")
                % {"name": str(name)[:80], "names": ", ".join(sorted(NAMES))}
            )
        if name in seen:
            raise BadInput(_("“%(name)s” is there twice.") % {"name": name})
        seen.add(name)
    # A model of images has a preprocessor in the tokenizer's place.
    reader = "preprocessor_config.json" if "preprocessor_config.json" in seen else "tokenizer.json"
    for needed in ("config.json", reader):
        if needed not in seen:
            raise BadInput(_("%(name)s is missing.") % {"name": needed})
    if not any(WEIGHTS.fullmatch(name) for name in seen):
        raise BadInput(_("The weights (*.safetensors) are missing."))


def folder_names(folder: Path) -> list[str]:
    """The model's files in a folder on the server. Raises BadInput for files that have no place in a model."""
    if not folder.is_dir():
        raise BadInput(_("There is no folder %(path)s.") % {"path": folder})
    names = [str(path.relative_to(folder)) for path in _files(folder)]
    kept = [name for name in names if name_allowed(name) or not _LEFT_BEHIND.fullmatch(name)]
    names_check(kept)
    return sorted(kept)


def version_folder(version_id: Any) -> Path:
    """Named by the version's id alone: no text of a client becomes a path."""
    return Path(settings.MODELS_DIR) / str(version_id)


def file_digest(path: Path, beat: Callable[[], None] = lambda: None) -> str:
    """SHA-256 as hexadecimal digits; `beat` is called at every piece, because a large file takes minutes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
            beat()
    return digest.hexdigest()


def manifest_of(folder: Path, beat: Callable[[], None]) -> dict[str, dict[str, Any]]:
    """Size in bytes and SHA-256 of each file."""
    return {
        str(path.relative_to(folder)): {"size": path.stat().st_size, "sha256": file_digest(path, beat)}
        for path in sorted(_files(folder))
    }


def _files(folder: Path) -> list[Path]:
    return [path for path in (*folder.iterdir(), folder / POOLING) if path.is_file()]
