"""Files stay small enough to read at a sitting."""

import statistics
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("*.py", "*.js", "*.css", "*.html")
EXEMPT = ("/migrations/", "/vendor/", "/locale/", "demo/")


def lines() -> dict[str, int]:
    listed = subprocess.run(["git", "ls-files", *OURS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.splitlines() if not any(part in name for part in EXEMPT)]
    paths = [ROOT / name for name in names if (ROOT / name).exists()]
    return {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}


def test_no_file_is_longer_than_300_lines() -> None:
    assert {name: count for name, count in lines().items() if count > 300} == {}


@pytest.mark.parametrize(("share", "limit"), [(0.5, 80), (0.9, 200)])
def test_most_files_are_short(share: float, limit: int) -> None:
    counts = sorted(count for name, count in lines().items() if not name.endswith("__init__.py"))
    assert statistics.quantiles(counts, n=10)[int(share * 10) - 1] <= limit


def test_no_folder_of_tests_is_left_out() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    apart = {f"tests/{name}" for name in options["norecursedirs"]}
    folders = {str(path.parent.relative_to(ROOT)) for path in ROOT.glob("tests/*/**/test_*.py")}
    tops = {"/".join(folder.split("/")[:2]) for folder in folders}
    assert tops - apart == set(options["testpaths"])
