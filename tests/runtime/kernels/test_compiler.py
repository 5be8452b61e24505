"""What is compiled is kept, found again, and never taken from a folder that others could have written in."""

import grp
import json
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from model_runtime.kernels import apart
from model_runtime.kernels.compiler import compiled

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
NAME = pwd.getpwuid(os.geteuid()).pw_name
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
        running = self.start(*words, **environment)
        *before, last = running.communicate()[0].splitlines()
        assert running.returncode == 0
        return json.loads(last), "\n".join(before)

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        passed = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
        path = f"{self.folder}:{Path(__file__).parents[3]}"
        return subprocess.Popen(
            [sys.executable, self.folder / "program.py", *words],
            env=passed | {"HOME": str(self.home), "PYTHONPATH": path} | environment,
            stdout=subprocess.PIPE,
            text=True,
        )

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


def test_what_was_compiled_for_another_processor_is_not_ready(program: Program) -> None:
    assert program.run("apart") == (FOUND, "")
    other = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert program.run("apart", **other) == (FOUND, "")
    assert program.aheads == 2


def test_a_compilation_ends_with_the_process_that_wants_it(program: Program) -> None:
    pid_file = program.folder / "pid"
    (program.folder / "ahead.py").write_text(
        f"import os, pathlib, time\nfile = pathlib.Path({str(pid_file)!r})\n"
        'file.with_suffix(".new").write_text(str(os.getpid()))\nfile.with_suffix(".new").rename(file)\ntime.sleep(60)'
    )
    wanting = program.start("apart")
    until(pid_file.exists)
    compiling = psutil.Process(int(pid_file.read_text()))
    wanting.kill()
    wanting.wait()
    until(lambda: not compiling.is_running() or compiling.status() == psutil.STATUS_ZOMBIE)


def test_a_compilation_that_hangs_is_ended_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @compiled
    def never(number: int) -> int:
        return number

    (tmp_path / "hanging.py").write_text("import time\ntime.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(apart, "PATIENCE", 0.1)
    apart.compile_apart(never, "hanging")
    assert "compiling apart failed" in caplog.text


@pytest.mark.parametrize("kept", ["program/__pycache__", "kept"])
@pytest.mark.parametrize("mode", [0o777, 0o2775])
def test_compiled_code_is_not_taken_from_a_folder_where_others_may_write(
    program: Program, tmp_path: Path, kept: str, mode: int
) -> None:
    elsewhere = {"NUMBA_CACHE_DIR": str(tmp_path / kept)} if kept == "kept" else {}
    assert program.run(**elsewhere)[0] == COMPILED
    (index,) = (tmp_path / kept).rglob("*.nbi")
    share(index.parent, mode)
    found, said = program.run(**elsewhere)
    assert found["found"] == 0
    assert f"others may write in {index.parent}" in said


@pytest.mark.parametrize(("mode", "found"), [(0o777, None), (0o2775, None), (0o1777, FOUND)])
def test_nor_from_one_that_others_may_exchange(
    program: Program, tmp_path: Path, mode: int, found: dict[str, int] | None
) -> None:
    elsewhere = {"NUMBA_CACHE_DIR": str(tmp_path / "shared" / "kept")}
    assert program.run(**elsewhere)[0] == COMPILED
    share(tmp_path / "shared", mode)
    if found:
        assert program.run(**elsewhere) == (found, "")
    else:
        assert f"others may write in {tmp_path / 'shared'}" in program.run(**elsewhere)[1]


def test_a_folder_that_its_owners_private_group_may_write_is_used(program: Program) -> None:
    """Where every user has a group, and so the umask 002."""
    if grp.getgrgid(os.getegid()).gr_name != NAME:
        pytest.skip("this user has no such group")
    assert program.run()[0] == COMPILED
    (program.folder / "__pycache__").chmod(0o2775)
    program.folder.chmod(0o2775)
    assert program.run() == (FOUND, "")


def test_a_tree_that_several_may_change_is_no_reason_to_compile_anew(program: Program) -> None:
    """Who may exchange what was compiled there may exchange its sources."""
    assert program.run()[0] == COMPILED
    share(program.folder, 0o2775)
    assert program.run() == (FOUND, "")


def share(folder: Path, mode: int) -> None:
    """With a group of other people, where this user may give it one."""
    others = [group.gr_gid for group in grp.getgrall() if group.gr_name != NAME]
    mine = others if os.geteuid() == 0 else [gid for gid in os.getgroups() if gid in others]
    if mode == 0o2775 and not mine:
        pytest.skip("this user is in no group that others may be in")
    if mine:
        os.chown(folder, -1, mine[0])
    folder.chmod(mode)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
