"""Uploads that have arrived are hashed behind, so that their page can say what they would change."""

import contextlib
from pathlib import Path

from django.db import transaction
from django.db.models import F, QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from apps.core.threads import rest

from ..models import Import, ImportItem, ImportState
from .blocks import Refused
from .foresight import hashes_of
from .sandbox import Sandbox

_AT_ONCE = 100  # files whose hashes are written down together


def unhashed() -> QuerySet[ImportItem]:
    """Of the uploads whose bytes are all there and that nobody has begun."""
    whole = Import.objects.filter(state=ImportState.RECEIVING, received=F("size"))
    return ImportItem.objects.filter(hashes__isnull=True, parent__in=whole).order_by("parent", "position")


def uploads_hash() -> None:
    """Goes on until nothing is left; raises Unavailable when its process stops."""
    with Sandbox() as sandbox:
        while portion := list(unhashed()[:_AT_ONCE]):
            for item in portion:
                rest()
                _look(item, sandbox)
            ImportItem.objects.bulk_update(portion, ["hashes", "failure"])


def _look(item: ImportItem, sandbox: Sandbox) -> None:
    """One that cannot be opened has no hashes, and says why."""
    try:
        item.hashes, item.failure = hashes_of(Path(item.path), item.name, sandbox), {}
    except Refused as error:
        item.hashes, item.failure = {}, {"code": error.code, "values": error.values}


def uploads_hash_wake() -> None:
    """Makes sure that a worker looks; in a transaction the job appears with its commit."""
    from ..tasks import uploads_job  # tasks run what is here

    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        uploads_job.defer()
