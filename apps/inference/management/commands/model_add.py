"""Registers a model version from a folder, the hub or another server, and puts it into service where asked."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.core.actor import SYSTEM
from apps.core.commands import ServiceCommand
from apps.inference.calls.trial import try_once
from apps.inference.hub import hub_fetch
from apps.inference.services import alias_activate
from apps.registry.models import Kind, ModelVersion, Quantization
from apps.registry.selectors import target_for
from apps.registry.services import model_register_endpoint, model_register_path


class Command(ServiceCommand):
    help = __doc__
    needs_runtime = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="small letters, digits and hyphens; a name that exists gets a new version")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument(
            "--path", type=Path, metavar="DIR", help="a Hugging Face folder on this machine; copied"
        )
        source.add_argument("--hub", metavar="ID", help="a model of huggingface.co; needs --allow-network")
        source.add_argument("--endpoint", metavar="URL", help="a server of the OpenAI protocol, up to /v1")
        parser.add_argument("--allow-network", action="store_true", help="let --hub fetch from huggingface.co")
        parser.add_argument("--remote-model", default="", help="what the server at --endpoint calls the model")
        kinds = [Kind.GENERATOR.value, Kind.EMBEDDER.value]
        parser.add_argument("--kind", choices=kinds, default=kinds[0], help="what the model at --endpoint does")
        parser.add_argument("--images", action="store_true", help="the model at --endpoint reads images, too")
        parser.add_argument("--key-env", default="", metavar="VAR", help="the variable that holds the server's key")
        parser.add_argument("--alias", default="", help="put it behind this name, e.g. production")
        parser.add_argument("--quantization", choices=Quantization.values, default="none")
        parser.add_argument("--reason", default="Added on the command line", help="kept in the name's history")

    def run(self, **options: Any) -> None:
        version = self._register(**options)
        self.say(f"{version.label} is ready.")
        if version.kind == Kind.EMBEDDER:
            self.say(f"Passages are found by it after: manage.py kb_index build {version.label}")
        data: dict[str, Any] = {"version": version.label, "id": str(version.id)}
        text = f"{version.label}"
        if options["alias"]:
            self.say("Loading it and trying a first answer …")
            trial = alias_activate(
                actor=SYSTEM,
                alias=options["alias"],
                version=version,
                quantization=options["quantization"],
                reason=options["reason"],
            )
            data |= {"alias": options["alias"], "trial": trial.as_dict()}
            quantized = "unquantized" if options["quantization"] == "none" else f"in {options['quantization']}"
            text += f" is behind {options['alias']}, {quantized}; its first answer took {trial.seconds:.1f} s"
        self.emit(data, text)

    def _register(self, **options: Any) -> ModelVersion:
        name = options["name"]
        if options["endpoint"]:
            self.say("Asking the server for a first answer …")
            return model_register_endpoint(
                actor=SYSTEM,
                name=name,
                base_url=options["endpoint"],
                remote_model=options["remote_model"],
                key_env=options["key_env"],
                kind=Kind(options["kind"]),
                images=options["images"],
                attempt=lambda version: try_once(target_for(version)),
            )
        if options["path"]:
            return model_register_path(actor=SYSTEM, name=name, path=options["path"])
        if not options["allow_network"]:
            raise CommandError("--hub fetches from huggingface.co: say --allow-network if that is wanted")
        with tempfile.TemporaryDirectory() as folder:
            return model_register_path(
                actor=SYSTEM, name=name, path=hub_fetch(hub_id=options["hub"], folder=Path(folder))
            )
