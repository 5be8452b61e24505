"""Starting the check of a version as a job."""

from datetime import timedelta

from django.utils import timezone

from ..models import ModelVersion, VersionState

_LOST_AFTER = timedelta(minutes=3)  # a check takes at most one


def check_defer(version: ModelVersion) -> None:
    """Queues the check; in a transaction the job appears with its commit."""
    from ..tasks import version_check_job  # tasks import services

    version_check_job.defer(version_id=str(version.id))


def checks_recover() -> None:
    """Starts the checks again whose worker died."""
    lost = ModelVersion.objects.filter(state=VersionState.CHECKING, updated_at__lt=timezone.now() - _LOST_AFTER)
    for version in lost:
        version.save(update_fields=["updated_at"])
        check_defer(version)
