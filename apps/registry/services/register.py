"""Versions that do not come through the page: a folder on the server, or a model of another server."""

import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.actor import Actor
from apps.core.chunks import space_check
from apps.core.errors import BadInput
from apps.core.network import host_listed

from ..files import folder_names, version_folder
from ..models import Kind, ModelVersion, RegisteredModel, Source, VersionState
from .version import name_check, version_check, version_create, version_record

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")


def model_register_path(
    *, actor: Actor, name: str, path: Path, description: str = "", shipped: bool = False
) -> ModelVersion:
    """A version from a folder on the server, checked like an upload; blocks for seconds. What is `shipped` with the
    product was tried before it was, and is not tried again.

    The model's files are copied, so that the version stays what was checked; a folder that lies in the models
    folder already is taken over as it is. Raises BadInput with the reason when the check refuses it (the refused
    version stays in the list).
    """
    name_check(name)
    names = folder_names(path)
    in_place = path.resolve().parent == Path(settings.MODELS_DIR).resolve()
    if not in_place:
        space_check(Path(settings.MODELS_DIR), sum((path / file).stat().st_size for file in names))
    version_id = uuid4()
    folder = path.resolve() if in_place else version_folder(version_id)
    if not in_place:
        _copy(path, names, folder)  # before there is a row: a check that begins meanwhile would find no files
    with transaction.atomic():
        version = version_create(
            name=name,
            description=description,
            created_by=actor.label,
            id=version_id,
            path=str(folder),
            source=Source.PATH,
            state=VersionState.CHECKING,
        )
        version_record(actor, "version.created", version)
    version = version_check(actor=actor, version=version, tried=not shipped)
    if version.state == VersionState.REJECTED:
        raise BadInput(version.rejection, extra={"version": version.label})
    return version


def _copy(path: Path, names: list[str], folder: Path) -> None:
    part = folder.with_suffix(".part")
    part.mkdir()
    try:
        for file in names:
            (part / file).parent.mkdir(exist_ok=True)
            shutil.copyfile(path / file, part / file)
        part.rename(folder)
    except BaseException:  # half a copy is of no use, whatever ended it
        shutil.rmtree(part, ignore_errors=True)
        raise


def model_register_endpoint(  # noqa: PLR0913  what is known of another server's model
    *,
    actor: Actor,
    name: str,
    base_url: str,
    remote_model: str,
    key_env: str = "",
    kind: Kind = Kind.GENERATOR,
    images: bool = False,
    description: str = "",
    hosts: Collection[str] | None = None,
    attempt: Callable[[ModelVersion], object] = lambda version: None,
) -> ModelVersion:
    """A model that any server of the OpenAI protocol serves: `base_url` is what stands before /chat/completions,
    or before /embeddings where `kind` is that.

    `key_env` names the environment variable with the key; a key is never stored. `images`: it reads images beside
    text. Where `hosts` are given its host must be one of them, as `host_listed` reads them. `attempt` is given the
    version before there is a row; what it raises leaves nothing behind.
    """
    name_check(name)
    _address_check(base_url, hosts)
    if not remote_model.strip() or len(remote_model) > 200:
        raise BadInput(_("Say what that server calls the model."))
    if key_env and not _VARIABLE.fullmatch(key_env):
        raise BadInput(_("The key is given as the NAME of an environment variable, in capitals."))
    fields: dict[str, Any] = {
        "created_by": actor.label,
        "source": Source.ENDPOINT,
        "state": VersionState.READY,
        "base_url": base_url.rstrip("/"),
        "kind": kind,
        "remote_model": remote_model.strip(),
        "key_env": key_env,
        "config": {"images": True} if images else {},
    }
    attempt(ModelVersion(model=RegisteredModel(name=name), number=0, **fields))
    with transaction.atomic():
        version = version_create(name=name, description=description, **fields)
        version_record(actor, "version.created", version)
    return version


def _address_check(base_url: str, hosts: Collection[str] | None) -> None:
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:  # no port, or no address of IPv6
        parts, host, port = SplitResult("", "", "", "", ""), None, None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    if usual is None or not host or parts.username or parts.query or parts.fragment:
        raise BadInput(_("The address must look like https://host:port/v1, without user or query."))
    if hosts is not None and not host_listed(host, port or usual, usual, hosts):
        named = host if port in {None, usual} else f"{host}:{port}"
        raise BadInput(
            _("%(host)s cannot be connected: the operator of the server has not listed it in MODEL_HOSTS.")
            % {"host": named}
        )
