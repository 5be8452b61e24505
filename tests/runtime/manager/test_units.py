"""The shipped systemd units say what the programs understand."""

import shlex
from pathlib import Path

import pytest

from model_runtime.options import parser
from tests.runtime.support.processes import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def settings(unit: Path) -> dict[str, str]:
    text = unit.read_text().replace("\\\n", " ")
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_has_a_user_of_its_own_and_few_rights(unit: Path) -> None:
    found = settings(unit)
    assert found["User"] not in ("", "root")
    assert (found["NoNewPrivileges"], found["ProtectSystem"], found["PrivateTmp"]) == ("yes", "strict", "yes")
    assert found["CapabilityBoundingSet"] == ""


def test_the_runtimes_command_is_one_it_takes_and_systemd_waits_for_its_drain() -> None:
    found = settings(ROOT / "deploy" / "systemd" / "parley-runtime.service")
    words = shlex.split(found["ExecStart"])
    arguments = parser().parse_args(words[words.index("model_runtime") + 1 :])
    assert arguments.manager
    assert arguments.drain_seconds + 2 < float(found["TimeoutStopSec"])
    assert found["KillMode"] == "mixed", "children that got SIGTERM too would break their answers off"
    assert (found["IPAddressDeny"], found["IPAddressAllow"]) == ("any", "localhost")
    assert found["User"] != settings(ROOT / "deploy" / "systemd" / "parley-web.service")["User"]


def test_what_the_runtime_compiles_is_kept_where_only_its_own_user_writes() -> None:
    found = settings(ROOT / "deploy" / "systemd" / "parley-runtime.service")
    kept = f"%C/{found['CacheDirectory']}"
    assert found["Environment"].split() == [f"NUMBA_CACHE_DIR={kept}", f"TRITON_CACHE_DIR={kept}/triton"]
    assert found["CacheDirectoryMode"] == "0700"
