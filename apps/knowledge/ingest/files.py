"""The files of an import, with the names they get inside the collection."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from apps.core.errors import BadInput, NotFound

from .sniff import known


@dataclass(frozen=True)
class Source:
    """A file to import; `name` is its path below the folder that was given, `size` in bytes."""

    path: Path
    name: str
    size: int


def collect_sources(paths: list[Path]) -> list[Source]:
    """Files as given; folders recursively, with only the formats that can be read, nothing hidden and no links.

    With several folders each name starts with its folder's, so that "en/returns.md" and "zh/returns.md" stay two.
    """
    folders = [path for path in paths if path.is_dir()]
    sources: list[Source] = []
    for path in paths:
        if path.is_dir():
            prefix = f"{path.resolve().name}/" if len(folders) > 1 else ""
            sources += [
                Source(file, prefix + file.relative_to(path).as_posix(), file.stat().st_size)
                for file in _walk(path)
            ]
        elif path.is_file():
            sources.append(Source(path, path.name, path.stat().st_size))
        else:
            raise NotFound(_("There is no file or folder %(path)s.") % {"path": path})
    counted = Counter(source.name for source in sources)
    if twice := next((name for name, count in counted.items() if count > 1), None):
        raise BadInput(_("Two files would both be named %(name)s. Import the folder above them.") % {"name": twice})
    return sources


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden and known(path.name):
            yield path
