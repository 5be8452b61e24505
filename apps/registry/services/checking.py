"""Starting the check of a version as a job."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from apps.core.actor import Actor
from apps.core.errors import Conflict

from ..models import ModelVersion, VersionState
from ..selectors import version_checkable, version_get
from .version import version_check, version_record

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


def version_check_again(*, actor: Actor, version_id: UUID, wait: bool = False) -> ModelVersion:
    """A rejected version whose files are still here is checked once more: in a job, or with `wait` here and now.

    Raises NotFound, and Conflict for any other version.
    """
    with transaction.atomic():
        version = version_get(version_id, locked=True)
        if not version_checkable(version):
            raise Conflict(_("Only a rejected version whose files are still here can be checked again."))
        version.state, version.rejection = VersionState.CHECKING, ""
        version.save(update_fields=["state", "rejection", "updated_at"])
        if not wait:
            check_defer(version)
        version_record(actor, "version.check_again", version)
    return version_check(actor=actor, version=version) if wait else version
