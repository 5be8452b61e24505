"""Giving up a version that nobody uses."""

import shutil
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.core.sentences import stored

from ..files import version_folder
from ..models import ModelVersion, VersionState
from ..reasons import DISCARDED
from ..selectors import version_discardable, version_get
from .version import version_record


@transaction.atomic
def version_discard(*, actor: Actor, version_id: UUID) -> ModelVersion:
    """It counts as rejected, its files go, its number stays: what it answered names it.

    Raises NotFound, and Conflict unless it is discardable.
    """
    ModelVersion.objects.select_for_update().filter(pk=version_id).first()  # no name is moved to it meanwhile
    version = version_get(version_id)
    if not version_discardable(version):
        raise Conflict(_("This version is in use, or could be put back. Only others can be put away."))
    version.state, version.rejection = VersionState.REJECTED, stored(DISCARDED)
    version.save(update_fields=["state", "rejection", "updated_at"])
    if Path(version.path) == version_folder(version.pk):  # not a folder that was taken over where it lay
        transaction.on_commit(lambda: shutil.rmtree(version_folder(version.pk), ignore_errors=True))
    version_record(actor, "version.discarded", version)
    return version
