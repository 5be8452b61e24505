"""Tries a folder's tokenizer and chat template in a child that may be killed."""

import subprocess
import sys
from pathlib import Path

from model_runtime.loading.errors import ModelRefused

WALL_SECONDS = 20
"""Bound for the whole child, libraries included; the folder's own work has `trial_child.CPU_SECONDS`."""


def try_tokenizer(folder: Path, *, causal: bool) -> None:
    """Tokenize hostile strings and render conversations. Raises ModelRefused with what went wrong."""
    command = [sys.executable, "-m", "model_runtime.loading.trial_child", str(folder)]
    if causal:
        command.append("--chat")
    try:
        done = subprocess.run(command, capture_output=True, timeout=WALL_SECONDS, check=False, text=True)
    except subprocess.TimeoutExpired as error:
        raise ModelRefused("The tokenizer or the chat template does not come to an end.") from error
    if done.returncode < 0:
        raise ModelRefused("The tokenizer or the chat template takes too much time or memory.")
    if done.returncode != 0:
        lines = (done.stdout.strip() or "The tokenizer trial failed.").splitlines()
        raise ModelRefused(lines[-1][:500])
