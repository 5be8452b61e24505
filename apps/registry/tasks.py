"""Checking a version takes seconds, so it is a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from apps.core.actor import SYSTEM

from .models import ModelVersion, VersionState
from .services.version import version_check


@app.task(name="registry.version_check")
def version_check_job(*, version_id: str) -> None:
    version = ModelVersion.objects.select_related("model").filter(pk=UUID(version_id)).first()
    if version is not None and version.state == VersionState.CHECKING:
        version_check(actor=SYSTEM, version=version)
