"""What stays in the runtime's memory without being asked for, and what goes first when there is no room."""

from apps.core.threads import rest
from apps.registry.models import Kind, Source
from apps.registry.selectors import Target, alias_names, alias_previous, alias_targets, target_for

from ..models import UNDER_WAY, Rollout
from ..runtime.control import Loaded, loaded_models, model_unload
from .needs import needed

NO_ROOM = " GB are free"  # how the runtime ends its words about a model that does not fit
_GONE_SECONDS = 30.0
_POLL_SECONDS = 0.1


def ours(model: Loaded) -> bool:
    """Whether the model may be unloaded: `name@number`, and nobody else's."""
    return "@" in model.id and model.state in {"ready", "draining", "failed"}


def rollbacks() -> set[str]:
    """What stood behind each name of a language model before: putting it back must not wait for a load."""
    previous = [alias_previous(name) for name in alias_names(Kind.GENERATOR)]
    return {target.served_id for target in previous if target and target.version.source != Source.ENDPOINT}


def make_room(target: Target) -> bool:
    """Unloads what nothing asks for, or else the rollbacks; whether there was anything. Waits until it is gone."""
    coming = Rollout.objects.filter(state__in=UNDER_WAY).select_related("version__model")
    asked = [
        *alias_targets(Kind.GENERATOR),
        *needed(),
        *(target_for(one.version, one.quantization) for one in coming),
    ]
    kept = {target.served_id, *(one.served_id for one in asked)}
    spare = {model.id for model in loaded_models() if ours(model) and model.state != "failed"} - kept
    going = spare - rollbacks() or spare
    for served_id in going:
        model_unload(served_id=served_id)
    for _look in range(int(_GONE_SECONDS / _POLL_SECONDS)):
        if not going & {model.id for model in loaded_models()}:
            break
        rest(_POLL_SECONDS)
    return bool(going)
