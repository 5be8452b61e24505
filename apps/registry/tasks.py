"""Checking a version takes seconds, minutes for a large one, so it is a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from apps.core.actor import SYSTEM
from apps.core.threads import long_call

from .models import ModelVersion, VersionState
from .services.version import version_check


@app.task(name="registry.version_check")
async def version_check_job(*, version_id: str) -> None:
    await long_call(check_run, UUID(version_id))


def check_run(version_id: UUID) -> None:
    """Checks the version unless somebody else has."""
    version = ModelVersion.objects.select_related("model").filter(pk=version_id).first()
    if version is not None and version.state == VersionState.CHECKING:
        version_check(actor=SYSTEM, version=version)
