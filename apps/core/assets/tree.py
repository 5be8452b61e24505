"""The files of a folder as they are sent, and what each script imports."""

import gzip
import hashlib
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import brotli

from .stylesheet import merged

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Compressed at each start: the best of brotli would take a second, and saves a twelfth.
_BROTLI_QUALITY = 5
_IMPORT = re.compile(r"""^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*"(\.[^"]+)";""", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """`packed`: its forms by the name of their encoding, the best first."""

    body: bytes
    type: str
    packed: dict[str, bytes]

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:16]


@dataclass(frozen=True)
class Tree:
    """`assets` by their paths below the folder. `version` changes with any of them."""

    assets: dict[str, Asset]
    _closures: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        told = "".join(f"{name}\0{asset.digest}\0" for name, asset in sorted(self.assets.items()))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def modules(self, name: str) -> list[str]:
        """The script `name` and what it imports before it runs, not what it may import later. Raises KeyError."""
        if name not in self._closures:
            found = [name]
            for one in found:
                text = self.assets[one].body.decode()
                paths = (posixpath.normpath(f"{posixpath.dirname(one)}/{path}") for path in _IMPORT.findall(text))
                found.extend(path for path in dict.fromkeys(paths) if path not in found)
            self._closures[name] = found
        return self._closures[name]


def tree_read(root: Path) -> Tree:
    """Style sheets come with those that they import."""
    bodies = {path.relative_to(root).as_posix(): path.read_bytes() for path in files_below(root)}
    return Tree({name: _asset(name, bodies) for name in bodies})


def files_below(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))


def _asset(name: str, bodies: dict[str, bytes]) -> Asset:
    suffix = posixpath.splitext(name)[1]
    body = merged(name, bodies) if suffix == ".css" else bodies[name]
    packed = {}
    if suffix in TYPES:
        packed = {"br": brotli.compress(body, quality=_BROTLI_QUALITY), "gzip": gzip.compress(body, mtime=0)}
    worth = {encoding: content for encoding, content in packed.items() if len(content) < len(body)}
    return Asset(body, TYPES.get(suffix, "application/octet-stream"), worth)
