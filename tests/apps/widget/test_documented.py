"""The examples of docs/widget.md sign tokens that are taken."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from apps.widget.models import Inbox

from .conftest import Open

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "widget.md").read_text()


def example(language: str, holding: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)
    return next(block for block in blocks if holding in block)


@pytest.mark.parametrize("program", ["python", "node"])
def test_a_token_of_the_documented_example_is_taken(
    program: str, inbox: Inbox, secret: str, open_session: Open, tmp_path: Path
) -> None:
    if program == "python":
        code = example("python", "widget_token") + '\nprint(widget_token("alice", "Alice"))'
        file, run = tmp_path / "sign.py", sys.executable
    else:
        run = shutil.which("node") or pytest.skip("no node here")
        code = example("js", "widgetToken") + '\nconsole.log(widgetToken("alice", "Alice"));'
        file = tmp_path / "sign.mjs"
    file.write_text(code)
    environment = os.environ | {"PARLEY_INBOX": str(inbox.pk), "PARLEY_SECRET": secret}
    done = subprocess.run([run, str(file)], env=environment, capture_output=True, text=True, check=True)
    opened = open_session(done.stdout.strip())
    assert (opened.status_code, opened.json()["name"]) == (201, "Alice")
