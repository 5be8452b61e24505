"""One manager for all tests of a session: starting a model's process takes seconds."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from tests.runtime.support.checkpoints import make_causal, make_encoder
from tests.runtime.support.processes import RuntimeProcess


@functools.cache
def shared_models() -> Path:
    """A folder with a causal model (`tiny`) and an encoder (`encoder`); read only."""
    root = Path(tempfile.mkdtemp(prefix="runtime-models-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    make_causal(root / "tiny")
    make_encoder(root / "encoder")
    return root


@functools.cache
def shared_manager() -> RuntimeProcess:
    """A manager with both models ready, as `tiny@1` and `encoder`."""
    models = shared_models()
    process = RuntimeProcess("--manager", "--root", str(models), "--exit-with-parent")
    atexit.register(process.close)
    process.load("tiny@1", models / "tiny")
    process.load("encoder", models / "encoder")
    for model_id in ("tiny@1", "encoder"):
        assert process.settled(model_id)["state"] == "ready"
    return process
