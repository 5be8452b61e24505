"""A restarted runtime says the same as before, to the last bit."""

import os
import subprocess
import sys
from pathlib import Path

import torch

from model_runtime.backends.base import Work
from tests.runtime.backends.test_decoder_backend import GREEDY, make_backend, make_model

TEXT = list(range(3, 90))


def spoken(folder: Path) -> str:
    """The likeliest tokens after TEXT with all bits of their log-probabilities, in float32 and in int8."""
    model, lines = make_model("qwen3"), []
    for int8 in (False, True):
        ((chosen,),) = make_backend(model, folder, int8=int8).run([Work(0, 0, TEXT, [GREEDY])])
        lines += [f"{token} {value.hex()}" for token, value in chosen.top]
    return "\n".join(lines)


def spoken_elsewhere(folder: Path, **environment: str) -> str:
    """The same, of another process."""
    module = "tests.runtime.backends.test_decoder_processes"
    code = f"from pathlib import Path; from {module} import spoken; print(spoken(Path({str(folder)!r})))"
    run = [sys.executable, "-c", code]
    return subprocess.check_output(run, env=os.environ | environment, text=True).strip()


def test_another_process_gives_the_same_bits(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    try:
        assert spoken(tmp_path) == spoken_elsewhere(tmp_path)
    finally:
        torch.set_num_threads(threads)
