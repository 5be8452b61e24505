"""All models of the manager, by id."""

import asyncio
from pathlib import Path

from model_runtime.manager.child import Launch
from model_runtime.manager.served import ServedModel
from model_runtime.protocol.control import LoadRequest, ModelStatus
from model_runtime.server.errors import ApiError


class Supervisor:
    """Loads and unloads. Paths must lie under one of `roots`, links followed."""

    def __init__(self, roots: list[Path], *, threads: int) -> None:
        self._roots = [root.resolve() for root in roots]
        self._threads = threads
        self._models: dict[str, ServedModel] = {}
        self._stopping: set[asyncio.Task[None]] = set()

    def load(self, wish: LoadRequest) -> ModelStatus:
        """Start loading; a no-op if that model is there. Raises ApiError 400, 404 or 409."""
        launch = Launch(wish.id, self._folder(wish.path), wish.quantization, self._threads)
        present = self._models.get(wish.id)
        if present is not None:
            if present.state == "stopping":
                raise ApiError(409, f"{wish.id} is being unloaded; try again when it is gone.", code="stopping")
            if present.state != "failed":
                if present.launch != launch:
                    raise ApiError(409, f"{wish.id} is loaded from another folder or otherwise.", param="id")
                return present.status()
        self._models[wish.id] = ServedModel(launch)
        return self._models[wish.id].status()

    def unload(self, model_id: str) -> ModelStatus:
        """Start draining; the model leaves the list when its process has ended. Raises ApiError 404."""
        model = self.get(model_id)
        if model.state != "stopping":
            task = asyncio.create_task(self._stop(model_id, model))
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)
            model.state = "stopping"
        return model.status()

    def get(self, model_id: str) -> ServedModel:
        """One model. Raises ApiError 404."""
        if model_id not in self._models:
            raise ApiError(
                404, f"The model {model_id[:128]!r} does not exist here.", param="model", code="model_not_found"
            )
        return self._models[model_id]

    def all(self) -> list[ServedModel]:
        """Every model, in the order they were loaded."""
        return list(self._models.values())

    def abandon(self) -> None:
        """End all processes at once."""
        for model in self._models.values():
            model.abandon()

    async def _stop(self, model_id: str, model: ServedModel) -> None:
        await model.stop()
        self._models.pop(model_id, None)

    def _folder(self, path: str) -> Path:
        if "\0" in path or not Path(path).is_absolute():
            raise ApiError(400, "The path must be absolute.", param="path")
        folder = Path(path).resolve()
        if not any(folder.is_relative_to(root) for root in self._roots):
            raise ApiError(400, "The path is not under a folder that models may be loaded from.", param="path")
        if not folder.is_dir():
            raise ApiError(404, "There is no such folder.", param="path", code="path_not_found")
        return folder
