"""From a set of files to a version that may be loaded."""

import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput
from apps.core.sentences import stored
from apps.core.threads import rest

from ..files import manifest_of, version_folder
from ..models import ModelVersion, RegisteredModel, VersionState
from ..reasons import DAMAGED, GONE
from ..verdict import FolderVerdict, folder_judge

_BEAT_SECONDS = 30.0
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def name_check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadInput(_("A model’s name has small letters, digits and hyphens, at most 64."))


def version_create(*, name: str, description: str = "", **fields: object) -> ModelVersion:
    """The next number under `name`, which is registered at its first use. Call inside a transaction that ends with
    `version_record`: whoever holds the audit log's lock must wait for no other.
    """
    name_check(name)
    RegisteredModel.objects.get_or_create(name=name, defaults={"description": description})
    model = RegisteredModel.objects.select_for_update(no_key=True).get(
        name=name
    )  # two at once get different numbers
    last = model.versions.aggregate(last=Max("number"))["last"] or 0
    return ModelVersion.objects.create(model=model, number=last + 1, **fields)


def version_record(actor: Actor, action: str, version: ModelVersion) -> None:
    """Into the audit log; the last step of a transaction."""
    data = {"version": version.label, "source": version.source, "reason": version.rejection}
    audit_record(actor=actor, action=action, target=f"version:{version.id}", data=data)


def version_check(*, actor: Actor, version: ModelVersion, tried: bool = True) -> ModelVersion:
    """Judges the files of a version that is `checking`; it becomes ready or rejected. What was refused does not
    stay on the disk, unless the check could not run here: then it can be checked again. `tried` as `folder_judge`.

    Takes seconds, for large files minutes, in which the row's `updated_at` says that somebody is at it.
    """
    folder = Path(version.path)
    manifest: dict[str, dict[str, Any]] = {}
    verdict = FolderVerdict(stored(GONE))
    if folder.is_dir():
        manifest = manifest_of(folder, _beat(version))
        verdict = _damaged(version, manifest) or folder_judge(folder, tried=tried)
    reason = verdict.reason
    with transaction.atomic():
        versions = ModelVersion.objects.select_for_update(no_key=True, of=("self",)).select_related("model")
        version = versions.get(pk=version.pk)
        if version.state != VersionState.CHECKING:
            return version  # somebody else's check was first
        version.manifest = manifest
        version.size_bytes = sum(file["size"] for file in manifest.values())
        version.state = VersionState.REJECTED if reason else VersionState.READY
        version.rejection = reason
        if not reason:
            version.config = json.loads((folder / "config.json").read_bytes())
            version.kind, version.labels = verdict.kind, list(verdict.labels)
            version.embedding = verdict.embedding
        version.save()
        version_record(actor, f"version.{version.state}", version)
    if reason and not verdict.ours and folder == version_folder(version.id):
        shutil.rmtree(folder, ignore_errors=True)
    return version


def _beat(version: ModelVersion) -> Callable[[], None]:
    """To be called often: tells the row that the check goes on, and ends the check when its job is given up."""
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        rest()
        if time.monotonic() - last >= _BEAT_SECONDS:
            last = time.monotonic()
            ModelVersion.objects.filter(pk=version.pk).update(updated_at=timezone.now())

    return beat


def _damaged(version: ModelVersion, manifest: dict[str, dict[str, Any]]) -> FolderVerdict | None:
    """A refusal where a file is not what its sender has."""
    for file in version.files.exclude(sha256=""):
        if manifest.get(file.name, {}).get("sha256") != file.sha256:
            return FolderVerdict(stored(DAMAGED, name=file.name))
    return None
