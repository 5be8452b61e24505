"""The parsing child: reads a file's path a line, answers with its blocks as a line of JSON. Started by `sandbox`.

It is told no secret and no database, writes no file, and has bounds on memory and (in the parent) on time: a
document that exhausts or crashes a parser ends this process and nothing else. It is no jail: a document that made a
parser run its code could read what the server's user may read.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .blocks import Refused
from .extract import EXTRACTORS


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
        print(json.dumps(_answer(json.loads(line))), file=answers, flush=True)


def _answer(task: dict[str, str]) -> dict[str, Any]:
    try:
        document = EXTRACTORS[task["kind"]](Path(task["path"]).read_bytes())
    except Refused as error:
        return {"refused": error.code, "values": error.values}
    except MemoryError:
        return {"refused": "crashed", "values": {}}
    except Exception as error:  # noqa: BLE001  any failure of a parsing library is this document's failure
        return {"refused": "malformed", "values": {"kind": task["kind"].upper()}, "detail": repr(error)[:300]}
    return asdict(document)


if __name__ == "__main__":
    main()
