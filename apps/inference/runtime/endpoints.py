"""Which server answers for a target, and with which key."""

import os
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.embedded.runtime import runtime_address
from apps.registry.models import Source
from apps.registry.selectors import Target

from ..errors import RuntimeUnavailable


@dataclass(frozen=True)
class Endpoint:
    """A server of the OpenAI protocol: `base_url` ends with its version segment, e.g. `http://127.0.0.1:9/v1`.

    `ours` is true for a runtime that this installation asks to load and unload models.
    """

    base_url: str
    token: str
    ours: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def control_url(self) -> str:
        return self.base_url.removesuffix("/v1") + "/control"


def runtime_endpoint() -> Endpoint:
    """The runtime of this installation: RUNTIME_URL where set, else the embedded one."""
    if settings.RUNTIME_URL:
        return Endpoint(settings.RUNTIME_URL.rstrip("/").removesuffix("/v1") + "/v1", settings.RUNTIME_TOKEN, True)
    address = runtime_address(settings.DATA_DIR)
    if address is None:
        raise RuntimeUnavailable(_("The model runtime is not running. It starts with the product; try again soon."))
    return Endpoint(f"{address.url}/v1", address.token, True)


def endpoint_for(target: Target) -> Endpoint:
    """The version's own server when it is one, else this installation's runtime."""
    version = target.version
    if version.source != Source.ENDPOINT:
        return runtime_endpoint()
    token = os.environ.get(version.key_env, "") if version.key_env else ""
    if version.key_env and not token:
        raise RuntimeUnavailable(_("The environment variable %(name)s is not set.") % {"name": version.key_env})
    return Endpoint(version.base_url.rstrip("/"), token, False)


def endpoint_keys() -> list[str]:
    """The variables of this environment that hold keys for other servers, by how their names end."""
    return sorted(name for name, value in os.environ.items() if name.endswith("_API_KEY") and value)
