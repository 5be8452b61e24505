"""What other rooms may ask of the knowledge base: to import, and to search."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict

from .ingest.files import collect_sources
from .ingest.run import Outcome, document_import
from .ingest.sandbox import Sandbox
from .models import Collection
from .retrieval.search import asearch, search

__all__ = ["ImportReport", "Progress", "asearch", "collection_ensure", "collection_import", "search"]

Progress = Callable[[int, int, str], None]  # done, total, the name of the document that was just done


@dataclass
class ImportReport:
    """Names by what became of them; `failed` with the reason; `passages` are those of the documents now written."""

    collection: str
    imported: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0


def collection_ensure(*, slug: str, name: str = "") -> Collection:
    """The collection of that slug, made if it is not there. Raises BadInput for what is no slug."""
    if not slug or slugify(slug) != slug:
        raise BadInput(_("A collection's name is made of small letters, digits and hyphens."))
    made, _created = Collection.objects.get_or_create(slug=slug, defaults={"name": name or slug.capitalize()})
    return made


def collection_import(
    *, actor: Actor, collection: str, paths: list[Path], progress: Progress | None = None
) -> ImportReport:
    """Imports files and folders into the collection `collection` (a slug), which is made if it is not there.

    A file with the bytes of the last import is left alone, a changed one is replaced in one transaction, and one
    that cannot be imported is reported and stops nothing. Raises NotFound for a path that is not there and
    Conflict while another import into the collection runs.
    """
    began = time.monotonic()
    sources = collect_sources(paths)
    target = collection_ensure(slug=collection)
    report = ImportReport(collection)
    with _only_import(target), Sandbox() as sandbox:
        for done, source in enumerate(sources, 1):
            outcome, document = document_import(collection=target, source=source, sandbox=sandbox)
            if outcome is Outcome.FAILED:
                report.failed.append((source.name, document.reason))
            else:
                getattr(report, outcome.value).append(source.name)
            if outcome in {Outcome.IMPORTED, Outcome.REPLACED}:
                report.passages += document.passages_count
            if progress:
                progress(done, len(sources), source.name)
        report.seconds = time.monotonic() - began
        _record(actor, target, report)
    return report


@contextlib.contextmanager
def _only_import(collection: Collection) -> Iterator[None]:
    """Holds the collection's import lock, which the database drops by itself if this process dies."""
    key = collection.pk.int & 0x7FFF_FFFF_FFFF_FFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise Conflict(_("An import into this collection is already running."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _record(actor: Actor, collection: Collection, report: ImportReport) -> None:
    counts = {outcome.value: len(getattr(report, outcome.value)) for outcome in Outcome}
    audit_record(actor=actor, action="collection.imported", target=f"collection:{collection.pk}", data=counts)
