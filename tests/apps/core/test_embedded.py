"""Embedded services live exactly as long as somebody holds a share in them, however the holders end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from apps.core.embedded.hold import Hold
from apps.core.embedded.postgres import shared_buffers, socket_dir

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys, time
from pathlib import Path
from apps.core.embedded.hold import Hold
hold = Hold("postgres", Path(sys.argv[1])).start()
print(hold.ready["pid"], flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pg")


@pytest.fixture
def holder(data: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(data)]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]


def server_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline())


def test_the_database_ends_with_its_last_share(data: Path) -> None:
    with Hold("postgres", data) as first:
        pid = first.ready["pid"]
        with Hold("postgres", data) as second:
            assert second.ready["pid"] == pid
        assert alive(pid)
    assert not alive(pid)
    assert not first.running()


def test_killing_the_only_holder_leaves_no_process(data: Path, holder: Callable[[], subprocess.Popen[str]]) -> None:
    process = holder()
    pid = server_pid(process)
    process.kill()
    assert eventually(lambda: not alive(pid))
    assert eventually(lambda: not Hold("postgres", data).running())


def test_a_second_holder_keeps_the_database_when_the_first_is_killed(
    data: Path, holder: Callable[[], subprocess.Popen[str]]
) -> None:
    process = holder()
    pid = server_pid(process)
    with Hold("postgres", data) as mine:
        process.kill()
        process.wait()
        with psycopg.connect(host=str(socket_dir(data)), user="parley", dbname="parley") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert mine.ready["pid"] == pid


def test_a_killed_server_is_started_again_with_its_rows(data: Path) -> None:
    where = {"host": str(socket_dir(data)), "user": "parley", "dbname": "parley"}
    with Hold("postgres", data) as mine:
        with psycopg.connect(**where, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        first = mine.ready["pid"]
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: (mine.files.read_ready() or {"pid": first})["pid"] != first)
        with psycopg.connect(**where) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_many_holders_at_once_start_one_server(data: Path) -> None:
    holds = [Hold("postgres", data) for _ in range(6)]
    threads = [threading.Thread(target=hold.start) for hold in holds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({hold.ready["pid"] for hold in holds}) == 1
    for hold in holds:
        hold.stop()
    assert not holds[0].running()


def test_a_long_data_path_still_gets_a_socket_the_system_accepts(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    assert len(str(socket_dir(deep) / ".s.PGSQL.5432")) < 107
    assert socket_dir(deep) != socket_dir(deep / "other")


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    part = tmp_path / "postgres" / "cluster.part"
    part.mkdir(parents=True)
    (part / "PG_VERSION").write_text("18")
    with Hold("postgres", tmp_path) as mine:
        assert mine.running()


@pytest.mark.parametrize(("gigabytes", "megabytes"), [(1, 64), (4, 128), (8, 256), (256, 256)])
def test_the_database_keeps_more_pages_at_hand_on_a_larger_machine(gigabytes: int, megabytes: int) -> None:
    assert shared_buffers(gigabytes * 1024**3) == megabytes
