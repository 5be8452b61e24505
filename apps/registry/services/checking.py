"""Starting the check of a version as a job."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from ..models import ModelVersion, VersionState

_LOST_AFTER = timedelta(minutes=3)  # a check says at least once a minute that it goes on, see `version_check`


def check_defer(version: ModelVersion) -> None:
    """Queues the check unless it waits in the queue; in a transaction the job appears with its commit."""
    from ..tasks import version_check_job  # tasks import services

    job = version_check_job.configure(queueing_lock=f"version-check:{version.id}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(version_id=str(version.id))


def checks_recover() -> None:
    """Starts the checks again whose worker died."""
    lost = ModelVersion.objects.filter(state=VersionState.CHECKING, updated_at__lt=timezone.now() - _LOST_AFTER)
    for version in lost:
        version.save(update_fields=["updated_at"])
        check_defer(version)
