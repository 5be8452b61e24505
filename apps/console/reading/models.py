"""The registry's page: every version with its state here and in the runtime."""

from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import ApplicationError
from apps.inference.models import Rollout
from apps.inference.selectors import Loaded, deployments, rollouts
from apps.registry.models import Alias, AliasMove, ModelVersion, Quantization, RegisteredModel, Source, VersionState
from apps.registry.selectors import alias_list, alias_moves, alias_previous, model_list, target_for


@dataclass(frozen=True)
class Runtime:
    """What the runtime holds, by version label; `cause` says why it could not be asked."""

    loaded: dict[str, Loaded] = field(default_factory=dict)
    cause: str = ""

    def of(self, version: ModelVersion) -> list[Loaded]:
        """The version in each quantization that is loaded."""
        ids = {target_for(version, quantization).served_id for quantization in Quantization.values}
        return [model for served_id, model in self.loaded.items() if served_id in ids]

    def quantizations(self) -> list[tuple[str, Any]]:
        """What may be chosen, with labels. On a GPU int8 is bitsandbytes' anyway: kernels are no choice there."""
        processor = any(model.device == "cpu" for model in self.loaded.values())
        return [
            (value, label)
            for value, label in Quantization.choices
            if processor or value != Quantization.INT8_BITSANDBYTES
        ]


@dataclass(frozen=True)
class Behind:
    """An alias with what it stands on, how that is doing, and what stood there before."""

    alias: Alias
    loaded: Loaded | None
    elsewhere: bool
    previous: Any
    last_move: AliasMove | None


def runtime_state() -> Runtime:
    try:
        return Runtime({model.id: model for model in deployments()})
    except ApplicationError as error:
        return Runtime(cause=str(error.message))


def behind(runtime: Runtime) -> list[Behind]:
    found = []
    for alias in alias_list():
        target = target_for(alias.version, alias.quantization)
        found.append(
            Behind(
                alias=alias,
                loaded=runtime.loaded.get(target.served_id),
                elsewhere=alias.version.source == Source.ENDPOINT,
                previous=alias_previous(alias.name),
                last_move=alias_moves(alias.name).first(),
            )
        )
    return found


@dataclass(frozen=True)
class Family:
    """A model's versions with what of each is loaded; those that were rejected or put away stand apart."""

    model: RegisteredModel
    versions: list[tuple[ModelVersion, list[Loaded]]]
    away: list[tuple[ModelVersion, list[Loaded]]]


def models(runtime: Runtime) -> list[Family]:
    found = []
    for model in model_list():
        rows = [(version, runtime.of(version)) for version in model.versions.all()]
        away = [row for row in rows if row[0].state == VersionState.REJECTED]
        found.append(Family(model, [row for row in rows if row not in away], away))
    return found


def rollouts_of(version: ModelVersion) -> list[Rollout]:
    return list(rollouts().filter(version=version)[:10])
