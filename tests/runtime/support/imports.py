"""What a process that serves a model had to import for it."""

import json
import subprocess
import sys
from pathlib import Path

_CODE = """
import json, sys
from model_runtime.options import parser, serve_options
from model_runtime.server.load import load_into
from model_runtime.server.runtime import Runtime
runtime = Runtime("m")
load_into(runtime, serve_options(parser().parse_args(["--threads", "1", *sys.argv[1:]])))
print(json.dumps([runtime.state, sorted({"torch", "transformers"} & set(sys.modules))]))
"""


def libraries_for(folder: Path, *options: str) -> list[str]:
    """Which of torch and transformers are imported once the model of `folder` is ready."""
    said = subprocess.check_output([sys.executable, "-c", _CODE, "--model", str(folder), *options], text=True)
    state, libraries = json.loads(said.splitlines()[-1])
    assert state == "ready"
    return list(libraries)
