"""All models of the manager, by id."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from model_runtime.journal import note
from model_runtime.manager.launch import Launch
from model_runtime.manager.served import ServedModel
from model_runtime.protocol.control import LoadRequest, ModelStatus
from model_runtime.server.http.errors import ApiError

_BREAK_OFF_SECONDS = 0.6
"""Less than the second for which a server that shuts down still sends (`server.http.listen`)."""


class Supervisor:
    """Loads and unloads. Paths must lie under one of `roots`, links followed.

    `shared` are words of the command line that every child gets; `drain_seconds` is how long an unloaded model's
    answers may take to end.
    """

    def __init__(self, roots: list[Path], *, shared: Sequence[str] = (), drain_seconds: float) -> None:
        self._roots = [root.resolve() for root in roots]
        self._shared = tuple(shared)
        self.drain_seconds = drain_seconds
        self._models: dict[str, ServedModel] = {}
        self._unloading: set[asyncio.Task[None]] = set()
        self.stopping = False

    def load(self, wish: LoadRequest) -> ModelStatus:
        """Start loading, or end a drain; a no-op if that model serves. Raises ApiError 400, 404, 409 or 503."""
        self._refuse_if_stopping()
        launch = Launch(
            id=wish.id,
            path=self._folder(wish.path, "path"),
            quantization=wish.quantization,
            quantization_backend=wish.quantization_backend,
            adapters=tuple((name, self._folder(path, "adapters")) for name, path in wish.adapters.items()),
            slots=wish.slots,
            context_length=wish.context_length,
            shared=self._shared,
        )
        present = self._models.get(wish.id)
        if present is None or present.state == "failed":
            note("load", model=wish.id, path=str(launch.path), quantization=launch.quantization)
            present = self._models[wish.id] = ServedModel(launch, drain_seconds=self.drain_seconds)
        elif present.state == "stopping":
            raise ApiError(409, f"{wish.id} is being unloaded; try again when it is gone.", code="stopping")
        elif present.launch != launch:
            raise ApiError(409, f"{wish.id} is loaded from another folder or otherwise.", param="id")
        present.resume()
        return present.status()

    def unload(self, model_id: str) -> ModelStatus:
        """Start draining; the model leaves the list when its process has ended. Raises ApiError 404."""
        model = self.get(model_id)
        if model.state != "stopping":
            task = asyncio.create_task(self._unload(model_id, model))
            self._unloading.add(task)
            task.add_done_callback(self._unloading.discard)
            note("unload", model=model_id)
            model.stopping()
        return model.status()

    def get(self, model_id: str) -> ServedModel:
        """One model. Raises ApiError 404."""
        if model_id not in self._models:
            raise ApiError(
                404, f"The model {model_id[:128]!r} does not exist here.", param="model", code="model_not_found"
            )
        return self._models[model_id]

    def answering(self, name: str) -> ServedModel:
        """Who answers requests for `name`, which is ID or ID:ADAPTER. Raises ApiError 404 or 503."""
        self._refuse_if_stopping()
        return self._serving(name) or self.get(name)

    def known(self, name: str | None) -> str | None:
        """`name` if it is a model or an adapter of one, else None."""
        return name if self._serving(name or "") else None

    def all(self) -> list[ServedModel]:
        """Every model, in the order they were loaded."""
        return list(self._models.values())

    def stop(self) -> None:
        """Take no more requests of any kind; what runs goes on."""
        self.stopping = True

    def break_off(self) -> None:
        """Have all processes cancel their answers and end; those that do not are ended soon, before we are."""
        for model in self._models.values():
            model.break_off()
        asyncio.get_running_loop().call_later(_BREAK_OFF_SECONDS, self.abandon)

    def abandon(self) -> None:
        """End all processes at once."""
        for model in self._models.values():
            model.abandon()

    def _serving(self, name: str) -> ServedModel | None:
        if name in self._models:
            return self._models[name]
        base, _, adapter = name.rpartition(":")
        return self._models[base] if base in self._models and self._models[base].has_adapter(adapter) else None

    def _refuse_if_stopping(self) -> None:
        if self.stopping:
            raise ApiError(503, "The runtime is stopping.", code="stopping", headers={"Retry-After": "2"})

    async def _unload(self, model_id: str, model: ServedModel) -> None:
        await model.stop()
        self._models.pop(model_id, None)
        note("unloaded", model=model_id)

    def _folder(self, path: str, param: str) -> Path:
        if "\0" in path or not Path(path).is_absolute():
            raise ApiError(400, "The path must be absolute.", param=param, code="invalid_value")
        folder = Path(path).resolve()
        if not any(folder.is_relative_to(root) for root in self._roots):
            roots = ", ".join(map(str, self._roots))
            raise ApiError(400, f"The path is not under a --root ({roots}).", param=param, code="path_not_allowed")
        if not folder.is_dir():
            raise ApiError(404, "There is no such folder.", param=param, code="path_not_found")
        return folder
