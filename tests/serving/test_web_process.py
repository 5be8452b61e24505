"""What the web process takes of the machine."""

import subprocess
import sys

from config.serving.web import OPEN_FILES

_SHOW = """
import resource
from config.serving.web import open_files_raise
limits = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (200, limits[1]))
open_files_raise()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_a_server_that_is_started_with_leave_for_few_sockets_takes_what_it_may_have() -> None:
    done = subprocess.run([sys.executable, "-c", _SHOW], check=True, capture_output=True, text=True)
    now, most = map(int, done.stdout.split())
    assert now == (OPEN_FILES if most < 0 else min(OPEN_FILES, most))
