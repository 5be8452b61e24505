"""What is compiled is kept, found again, and never taken from a folder that others could have written in."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

LIBRARY = """
import sys
if "cannot write" in sys.argv:
    from numba.core import caching

    def refuse(**_):
        raise PermissionError("a read-only file system")

    caching.tempfile = type("tempfile", (), {"TemporaryFile": refuse})
from model_runtime.kernels.compiler import compiled

@compiled
def twice(number):
    return 2 * number
"""
AHEAD = """
from pathlib import Path
import library

library.twice(1)
with Path(__file__).with_name("aheads").open("a") as file:
    file.write("x")
"""
PROGRAM = """
import json, logging, sys
logging.basicConfig(stream=sys.stdout, format="%(message)s")
from library import twice

if "apart" in sys.argv:
    from model_runtime.kernels.apart import compile_apart

    compile_apart(twice, "ahead")
assert twice(21) == 42
found, missed = twice.stats.cache_hits, twice.stats.cache_misses
print(json.dumps({"found": sum(found.values()), "compiled": sum(missed.values())}))
"""
FOUND, COMPILED = {"found": 1, "compiled": 0}, {"found": 0, "compiled": 1}


class Program:
    """A program of one compiled function, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "program", folder / "home"
        self.folder.mkdir()
        for name, text in (("library", LIBRARY), ("ahead", AHEAD), ("program", PROGRAM)):
            (self.folder / f"{name}.py").write_text(text)

    def run(self, *words: str, **environment: str) -> tuple[dict[str, Any], str]:
        """What it found and compiled, and what it said before."""
        passed = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
        path = f"{self.folder}:{Path(__file__).parents[3]}"
        said = subprocess.check_output(
            [sys.executable, self.folder / "program.py", *words],
            env=passed | {"HOME": str(self.home), "PYTHONPATH": path} | environment,
            text=True,
        )
        *before, last = said.splitlines()
        return json.loads(last), "\n".join(before)

    @property
    def aheads(self) -> int:
        """How often it was compiled by another process."""
        file = self.folder / "aheads"
        return len(file.read_text()) if file.exists() else 0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_what_was_compiled_is_found_by_the_next_process_but_not_after_a_change(program: Program) -> None:
    assert program.run() == (COMPILED, "")
    assert program.run() == (FOUND, "")
    (program.folder / "beside.py").write_text("# it may be part of the compiled code")
    assert program.run()[0] == COMPILED


def test_a_user_who_may_not_write_there_uses_what_the_installer_compiled(program: Program) -> None:
    assert program.run()[0] == COMPILED
    assert program.run("cannot write") == (FOUND, "")


def test_where_nothing_can_be_kept_it_is_compiled_and_said(program: Program) -> None:
    (program.folder / "__pycache__").write_text("no folder")
    program.home.write_text("no folder either")
    found, said = program.run("apart")
    assert found["found"] == 0
    assert "cannot be kept" in said and "NUMBA_CACHE_DIR" in said
    assert program.aheads == 0, "it would be in vain"


def test_of_processes_that_begin_together_none_compiles_and_one_has_it_compiled(program: Program) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: program.run("apart"), range(2))) == [(FOUND, "")] * 2
    assert program.aheads == 1


@pytest.mark.parametrize("kept", ["program/__pycache__", "kept"])
def test_compiled_code_is_not_taken_from_a_folder_where_everybody_may_write(
    program: Program, tmp_path: Path, kept: str
) -> None:
    elsewhere = {"NUMBA_CACHE_DIR": str(tmp_path / kept)} if kept == "kept" else {}
    assert program.run(**elsewhere)[0] == COMPILED
    (index,) = (tmp_path / kept).rglob("*.nbi")
    index.parent.chmod(0o777)
    found, said = program.run(**elsewhere)
    assert found["found"] == 0
    assert f"others may write in {index.parent}" in said
