"""Why a model is not taken, or not even judged."""

from pathlib import Path


class ModelRefused(Exception):
    """The folder is no model we load. The message is shown to the person who offered it."""


class CannotJudge(Exception):
    """This installation lacks what judging a folder takes. The message says what, and whose fault it is not."""


def not_a_folder(path: Path) -> str:
    """What to say of a model's path that is no folder."""
    if path.is_file():
        return f"{path.name} is a file; a model is a folder with config.json, model.safetensors and tokenizer.json."
    return "There is no such folder. A model is a folder here, not a name of a hub: nothing is downloaded."
