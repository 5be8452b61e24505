"""The parsing child: reads a file's task a line, answers with its reading as a line of JSON. Started by `sandbox`.

It is told no secret and no database, writes no file, and has bounds on memory and (in the parent) on time: a
document that exhausts or crashes a parser ends this process and nothing else. It is no jail: a document that made a
parser run its code could read what the server's user may read.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from .blocks import Refused
from .extract.archive import read_member
from .reading import Task, read
from .sniff import MAX_BYTES


def main() -> None:
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(3000)
    # Whatever a library prints must not mix with the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(Task(**json.loads(line)))), file=answers, flush=True)


def _answer(task: Task) -> dict[str, Any]:
    try:
        return read(task, _bytes(task)).packed()
    except Refused as error:
        return {"refused": error.code, "values": error.values}
    except MemoryError:
        return {"refused": "crashed", "values": {}}
    except Exception as error:  # noqa: BLE001  any failure of a parsing library is this document's failure
        kind = Path(task.member or task.path).suffix.lstrip(".").upper()
        return {"refused": "malformed", "values": {"kind": kind}, "detail": repr(error)[:300]}


def _bytes(task: Task) -> bytes:
    try:
        with Path(task.path).open("rb") as file:
            data = read_member(file, task.member, MAX_BYTES) if task.member else file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Refused("gone") from error
    except OSError as error:
        raise Refused("unreadable", cause=error.strerror) from error
    if len(data) > MAX_BYTES:
        raise Refused("size", limit=MAX_BYTES // 1024**2)
    return data


if __name__ == "__main__":
    main()
