"""Lists models, their versions with state and aliases, and what the runtime has loaded."""

from typing import Any

from apps.core.commands import ServiceCommand
from apps.core.errors import ApplicationError
from apps.inference.selectors import Loaded, deployments
from apps.registry.models import ModelVersion, Quantization
from apps.registry.selectors import model_list, size_shown, target_for


class Command(ServiceCommand):
    help = __doc__

    def run(self, **options: Any) -> None:
        loaded = self._loaded()
        data: list[dict[str, Any]] = [
            {
                "model": model.name,
                "description": model.description,
                "versions": [_version(version, loaded) for version in model.versions.all()],
            }
            for model in model_list()
        ]
        self.emit(data, "\n".join(_line(version) for model in data for version in model["versions"]))

    def _loaded(self) -> dict[str, Loaded]:
        try:
            return {model.id: model for model in deployments()}
        except ApplicationError as error:
            self.say(str(error.message))
            return {}


def _version(version: ModelVersion, loaded: dict[str, Loaded]) -> dict[str, Any]:
    targets = [target_for(version, quantization) for quantization in Quantization.values]
    return {
        "version": version.label,
        "state": version.state,
        "rejection": version.rejection,
        "source": version.source,
        "server": version.base_url,
        "size_bytes": version.size_bytes,
        "aliases": {alias.name: alias.quantization for alias in version.aliases.all()},
        "loaded": {t.quantization: loaded[t.served_id].state for t in targets if t.served_id in loaded},
    }


def _line(version: dict[str, Any]) -> str:
    names = ", ".join(f"{name} ({quantization})" for name, quantization in version["aliases"].items())
    if version["server"]:
        size, state = "-", f"at {version['server']}"
    else:
        size = size_shown(version["size_bytes"])
        loaded = (f"{state} ({quantization})" for quantization, state in version["loaded"].items())
        state = ", ".join(loaded) or "not loaded"
    return f"{version['version']:<28} {version['state']:<10} {size:>12}  {names or '-':<24} {state}"
