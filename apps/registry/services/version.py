"""From a set of files to a version that may be loaded."""

import json
import re
import shutil
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput

from ..files import manifest_of, version_folder
from ..models import ModelVersion, RegisteredModel, VersionState
from ..verdict import FolderVerdict, folder_judge

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def version_create(*, actor: Actor, name: str, description: str = "", **fields: object) -> ModelVersion:
    """The next number under `name`, which is registered at its first use. Call inside a transaction."""
    if not _NAME.fullmatch(name):
        raise BadInput(_("A model's name has small letters, digits and hyphens, at most 64."))
    RegisteredModel.objects.get_or_create(name=name, defaults={"description": description})
    model = RegisteredModel.objects.select_for_update().get(name=name)  # two at once get different numbers
    last = model.versions.aggregate(last=Max("number"))["last"] or 0
    version = ModelVersion.objects.create(model=model, number=last + 1, created_by=actor.label, **fields)
    audit_record(
        actor=actor,
        action="version.created",
        target=f"version:{version.id}",
        data={"version": version.label, "source": version.source},
    )
    return version


def version_check(*, actor: Actor, version: ModelVersion) -> ModelVersion:
    """Judges the files of a version that is `checking`; it becomes ready or rejected. Takes seconds: no request."""
    folder = Path(version.path)
    if folder.is_dir():
        manifest, verdict = manifest_of(folder), folder_judge(folder)
    else:
        manifest, verdict = {}, FolderVerdict(_("The files are gone. Register the model again."))
    if not verdict.reason and not verdict.architecture.endswith("ForCausalLM"):
        verdict = FolderVerdict(
            _("%(architecture)s does not write text; a model of the kind …ForCausalLM is needed.")
            % {"architecture": verdict.architecture}
        )
    with transaction.atomic():
        version = ModelVersion.objects.select_for_update().select_related("model").get(pk=version.pk)
        if version.state != VersionState.CHECKING:
            return version  # somebody else's check was first
        version.manifest = manifest
        version.size_bytes = sum(file["size"] for file in manifest.values())
        version.state = VersionState.REJECTED if verdict.reason else VersionState.READY
        version.rejection = verdict.reason
        if not verdict.reason:
            version.config = json.loads((folder / "config.json").read_bytes())
        version.save()
        audit_record(
            actor=actor,
            action=f"version.{version.state}",
            target=f"version:{version.id}",
            data={"version": version.label, "reason": verdict.reason},
        )
    if verdict.reason and folder == version_folder(version.id):
        shutil.rmtree(folder, ignore_errors=True)  # nothing that was refused stays on the disk
    return version
