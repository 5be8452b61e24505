"""Loading a model and waiting until it can be used."""

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from .control import Loaded, loaded_models, model_load, model_unload
from .errors import RuntimeRefused, RuntimeUnavailable

LOAD_SECONDS = 600.0
_POLL_SECONDS = 0.1


def model_ensure(
    *,
    served_id: str,
    path: str,
    quantization: str = "none",
    seconds: float = LOAD_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Loaded:
    """Loads the model unless it is loaded, and returns once it has proved itself with a first token or vector.

    Raises RuntimeRefused with the runtime's reason when it fails, after which the runtime has forgotten it, so that
    a later try starts afresh.
    """
    found = _find(served_id)
    if found is None or found.state != "ready":
        if found is not None and found.state == "failed":
            _forget(served_id, sleep)
        model_load(served_id=served_id, path=path, quantization=quantization)
    deadline = time.monotonic() + seconds
    while (found := _find(served_id)) is None or found.state != "ready":
        if found is not None and found.state == "failed":
            cause = found.error or _("no reason given")
            _forget(served_id, sleep)
            raise RuntimeRefused(_("The model did not load: %(cause)s") % {"cause": cause}, extra={"cause": cause})
        if time.monotonic() > deadline:
            raise RuntimeUnavailable(_("The model is still loading after %(seconds)d s.") % {"seconds": seconds})
        sleep(_POLL_SECONDS)
    return found


def _find(served_id: str) -> Loaded | None:
    return next((model for model in loaded_models() if model.id == served_id), None)


def _forget(served_id: str, sleep: Callable[[float], None]) -> None:
    model_unload(served_id=served_id)
    for _attempt in range(50):
        if _find(served_id) is None:
            return
        sleep(_POLL_SECONDS)
