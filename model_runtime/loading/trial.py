"""Tries a folder in a child that may be killed: its tokenizer and template, its config and every tensor."""

import subprocess
import sys
from pathlib import Path

from model_runtime.loading.judging.errors import CannotJudge, ModelRefused
from model_runtime.loading.trial_child import NOT_INSTALLED, TOO_MUCH

WALL_SECONDS = 50
"""Bound for the whole child, libraries included; the folder's own work has `trial_child.CPU_SECONDS`."""


def try_folder(folder: Path) -> None:
    """Try a folder that `check_folder` has judged. Raises ModelRefused with what went wrong.

    Raises CannotJudge when the libraries are not there, which is not the folder's fault.
    """
    command = [sys.executable, "-m", "model_runtime.loading.trial_child", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WALL_SECONDS, check=False, text=True)
    except subprocess.TimeoutExpired as error:
        raise ModelRefused("The tokenizer or the chat template does not come to an end.") from error
    lines = done.stdout.strip().splitlines() or ["The trial of the folder failed."]
    if done.returncode == NOT_INSTALLED:
        raise CannotJudge(lines[-1][:500])
    if done.returncode < 0 or done.returncode == TOO_MUCH:
        raise ModelRefused("The tokenizer, the chat template or the config takes too much time or memory.")
    if done.returncode != 0:
        raise ModelRefused(lines[-1][:500])
