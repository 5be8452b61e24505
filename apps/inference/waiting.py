"""Loading a model and waiting until it can be used."""

import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from .control import Loaded, loaded_models, model_load
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

    Raises RuntimeRefused with the runtime's reason when it fails, RuntimeUnavailable when it takes too long.
    """
    deadline = time.monotonic() + seconds
    found = _find(served_id)
    while found is not None and found.state == "stopping":  # let it go before it can come again
        found = _wait(served_id, seconds, deadline, sleep)
    if found is None or found.state != "ready":
        model_load(served_id=served_id, path=path, quantization=quantization)
        found = _find(served_id)
    while found is None or found.state != "ready":
        if found is not None and found.state == "failed":
            cause = found.error or _("no reason given")
            raise RuntimeRefused(_("The model did not load: %(cause)s") % {"cause": cause}, extra={"cause": cause})
        found = _wait(served_id, seconds, deadline, sleep)
    return found


def _wait(served_id: str, seconds: float, deadline: float, sleep: Callable[[float], None]) -> Loaded | None:
    if time.monotonic() > deadline:
        raise RuntimeUnavailable(_("The model is still loading after %(seconds)d s.") % {"seconds": seconds})
    sleep(_POLL_SECONDS)
    return _find(served_id)


def _find(served_id: str) -> Loaded | None:
    return next((model for model in loaded_models() if model.id == served_id), None)
