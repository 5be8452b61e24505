"""Reading the registry."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound

from .files import NAMES
from .models import (
    ALIAS_KINDS,
    Alias,
    AliasMove,
    Kind,
    ModelVersion,
    Quantization,
    RegisteredModel,
    Source,
    VersionState,
)
from .reasons import reason_shown
from .sizes import size_shown

__all__ = [
    "Target",
    "alias_list",
    "alias_moves",
    "alias_names",
    "alias_previous",
    "alias_target",
    "alias_targets",
    "model_list",
    "moves_since",
    "reason_shown",
    "size_shown",
    "target_for",
    "target_named",
    "upload_names",
    "version_checkable",
    "version_discardable",
    "version_get",
    "version_labelled",
]


@dataclass(frozen=True)
class Target:
    """What a request to a runtime is for. `served_id` is the name that the runtime knows it by."""

    version: ModelVersion
    quantization: str
    served_id: str


def target_for(version: ModelVersion, quantization: str = Quantization.NONE) -> Target:
    """`name@number`, with `+int8` or `+nf4` where quantized; another server's model keeps that server's name."""
    if version.source == Source.ENDPOINT:
        return Target(version, Quantization.NONE, version.remote_model)
    suffix = "" if quantization == Quantization.NONE else f"+{quantization}"
    return Target(version, quantization, f"{version.label}{suffix}")


def alias_target(name: str) -> Target:
    """The model behind an alias that writes answers; NotFound when nobody has put one there."""
    target = target_named(name)
    if target.version.kind != Kind.GENERATOR:
        raise NotFound(_("The model behind “%(alias)s” does not write text.") % {"alias": name})
    return target


def target_named(name: str) -> Target:
    """What an alias points at, or a version by its own name: `name@number`, `name@number+int8`; of any kind.

    Raises NotFound, also for a version that is not ready.
    """
    if "@" not in name:
        alias = alias_list().filter(name=name).first()
        if alias is None:
            raise NotFound(
                _("No model is behind “%(alias)s” yet. Put one there in the registry.") % {"alias": name}
            )
        return target_for(alias.version, alias.quantization)
    label, _plus, quantization = name.partition("+")
    version = _labelled(label)
    known = (quantization or Quantization.NONE) in Quantization.values
    if version is None or version.state != VersionState.READY or not known:
        raise NotFound(_("There is no model version “%(name)s” that is ready.") % {"name": name})
    return target_for(version, quantization or Quantization.NONE)


def alias_targets(kind: Kind) -> list[Target]:
    """The version of that kind behind each alias, without repetition."""
    aliases = alias_list().filter(version__kind=kind)
    targets = [target_for(alias.version, alias.quantization) for alias in aliases]
    return list({target.served_id: target for target in targets}.values())


def alias_list() -> QuerySet[Alias]:
    return Alias.objects.select_related("version__model")


def alias_names(kind: str) -> list[str]:
    """The names that a version of that kind may be put behind: the product's own one first."""
    own = [name for name, wanted in ALIAS_KINDS.items() if wanted == kind]
    there = Alias.objects.filter(version__kind=kind).exclude(name__in=own).values_list("name", flat=True)
    return [*own, *there] if kind in ALIAS_KINDS.values() else []


def alias_moves(name: str = "") -> QuerySet[AliasMove]:
    """The history, newest first; of one alias when named."""
    moves = AliasMove.objects.select_related("alias", "from_version__model", "to_version__model")
    return moves.filter(alias__name=name) if name else moves


def moves_since(moment: datetime) -> QuerySet[AliasMove]:
    return alias_moves().filter(created_at__gt=moment)


def alias_previous(name: str) -> Target | None:
    """What stood behind the alias before its last move, or None when nothing did."""
    last = alias_moves(name).first()
    if last is None or last.from_version is None:
        return None
    return target_for(last.from_version, last.from_quantization)


def version_get(version_id: UUID, *, locked: bool = False) -> ModelVersion:
    """Raises NotFound. `locked` is for a transaction that changes the version."""
    versions = ModelVersion.objects.select_related("model")
    if locked:
        versions = versions.select_for_update(no_key=True, of=("self",))
    version = versions.filter(pk=version_id).first()
    if version is None:
        raise NotFound(_("There is no such model version."))
    return version


def version_kept(version_id: UUID) -> None:
    """Until the transaction ends nobody puts the version away. Nothing else waits for it: who changes the version
    may wait for the audit log, which a move holds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registry_modelversion WHERE id = %s FOR KEY SHARE", [version_id])


def version_labelled(label: str) -> ModelVersion:
    """The version `name@number`, in any state. Raises NotFound."""
    version = _labelled(label)
    if version is None:
        raise NotFound(_("There is no such model version."))
    return version


def _labelled(label: str) -> ModelVersion | None:
    model, _at, number = label.partition("@")
    if not number.isdecimal() or len(number) > 8:
        return None
    return ModelVersion.objects.select_related("model").filter(model__name=model, number=int(number)).first()


def version_checkable(version: ModelVersion) -> bool:
    """Whether it was rejected and its files are still here, so that it can be checked again."""
    return version.state == VersionState.REJECTED and bool(version.path) and Path(version.path).is_dir()


def model_list() -> QuerySet[RegisteredModel]:
    """Every model with its versions (newest first) and their aliases."""
    versions = ModelVersion.objects.select_related("model").prefetch_related("aliases").order_by("-number")
    return RegisteredModel.objects.prefetch_related(Prefetch("versions", queryset=versions))


def version_discardable(version: ModelVersion) -> bool:
    """Whether it is a language model that no name leads to, nor would where its last move is taken back. Policies
    name classifiers and the search's index an embedding model, which nobody here sees.
    """
    if version.state != VersionState.READY or version.kind != Kind.GENERATOR or version.aliases.exists():
        return False
    previous = [alias_previous(name) for name in Alias.objects.values_list("name", flat=True)]
    return all(target is None or target.version != version for target in previous)


def image_classifiers() -> QuerySet[ModelVersion]:
    """Every version that a policy may ask about images."""
    ready = ModelVersion.objects.filter(kind=Kind.IMAGE_CLASSIFIER, state=VersionState.READY)
    return ready.select_related("model").order_by("model__name", "number")


def upload_names() -> list[str]:
    """The exact names that an upload may have, besides any *.safetensors."""
    return sorted(NAMES)
