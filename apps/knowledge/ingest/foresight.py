"""What files would change in a collection, told before anything is changed."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath

from django.db.models import QuerySet

from ..models import WRITTEN, Collection, Document, ImportItem
from .blocks import Columns, Refused
from .columns import TABLES
from .expanding import member_name
from .known import documents_known
from .reading import Task
from .sandbox import Sandbox

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True)
class Hashed:
    """A file with the hashes of the documents that it would become, by name; an archive that cannot be opened has
    none. `columns` are for the tables in it.
    """

    name: str
    hashes: Mapping[str, str]
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True)
class Foreseen:
    """`states` tells of every document that the files would become whether it is new, changed or unchanged; `gone`
    are the documents that are not among the files, and would leave with an import that prunes.
    """

    states: Mapping[str, str]
    gone: list[str]

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.states.values())


def hashes_of(path: Path, name: str, sandbox: Sandbox) -> dict[str, str]:
    """For `Hashed`. A file that cannot be read has an empty hash: it is no document's."""
    try:
        if PurePath(name).suffix.lower() != ".zip":
            with path.open("rb") as file:
                return {name: hashlib.file_digest(file, "sha256").hexdigest()}
        members = sandbox.read(Task(str(path), name, hashed=True)).members
    except OSError:
        return {name: ""}
    except Refused:
        return {}
    return {member_name(name, member.name): member.sha256 for member in members}


def foresee(collection: Collection, files: Iterable[Hashed], *, opened: datetime | None = None) -> Foreseen:
    """`collection` may be one that is not saved yet. What imports brought that were `opened` later stays."""
    files = list(files)
    columns = {name: _columns(name, file) for file in files for name in file.hashes}
    known = documents_known(collection, columns)
    there = Document.objects.filter(collection=collection)
    before = set(there.filter(imported_at__isnull=False, name__in=columns).values_list("name", flat=True))
    states = {
        name: NEW if name not in before else UNCHANGED if digest == known.get(name) else CHANGED
        for file in files
        for name, digest in file.hashes.items()
    }
    kept = set(states)
    if opened:
        later = ImportItem.objects.filter(parent__collection=collection, parent__created_at__gt=opened)
        kept |= set(later.values_list("name", flat=True))
    return Foreseen(states, _gone(there, files, kept))


def _columns(name: str, file: Hashed) -> Columns:
    return file.columns if PurePath(name).suffix.lower() in TABLES else Columns()


def _gone(there: QuerySet[Document], files: list[Hashed], kept: set[str]) -> list[str]:
    """As `ending._prune` removes them."""
    if not files:
        return []
    closed = tuple(f"{file.name}/" for file in files if not file.hashes)
    names = there.exclude(media_type=WRITTEN).order_by("name").values_list("name", flat=True)
    return [name for name in names if name not in kept and not name.startswith(closed)]
