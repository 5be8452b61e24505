"""Asking the runtime's judge about a folder, in a child that can be killed."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.embedded.children import end_child, start_child
from apps.core.sentences import stored
from apps.core.threads import rest

from .reasons import BROKEN, NO_REASON, NOT_ENDED

CANNOT_TELL = 2  # the judge's exit status where this installation lacks what judging takes

CHECK_SECONDS = 60.0  # less than what counts as a lost check, with room


@dataclass(frozen=True)
class FolderVerdict:
    """`reason` says in an operator's words what is wrong; empty when the model may be loaded. It is `ours` where
    the check could not run here, which says nothing about the folder.

    `kind` is the runtime's word for what the model does, `labels` a classifier's, in the order of its outputs,
    `embedding` a model of vectors' `dimension`, `pooling` and `tokens`.
    """

    reason: str
    ours: bool = False
    architecture: str = ""
    kind: str = ""
    labels: tuple[str, ...] = ()
    embedding: dict[str, Any] = field(default_factory=dict)


def folder_judge(folder: Path, *, seconds: float = CHECK_SECONDS, tried: bool = True) -> FolderVerdict:
    """Never loads weights. A judge that takes longer than `seconds` or dies is a refusal too.

    Not `tried`, files and config are compared and nothing else, in a tenth of the time.
    """
    child = start_child(
        [sys.executable, "-m", "model_runtime", "--check" if tried else "--facts", str(folder)],
        env={"LC_ALL": "C.UTF-8"},
        die_with=signal.SIGKILL,
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        output = _output(child, time.monotonic() + seconds)
    except subprocess.TimeoutExpired:
        return FolderVerdict(stored(NOT_ENDED, seconds=int(seconds)))
    finally:
        end_child(child, signal.SIGKILL, 1.0)
    try:
        verdict = json.loads(output)
    except ValueError:
        return FolderVerdict(stored(BROKEN, status=child.returncode))
    if not verdict.get("ok"):
        ours = child.returncode == CANNOT_TELL
        return FolderVerdict(str(verdict.get("reason") or stored(NO_REASON))[:1000], ours)
    labels = tuple(str(label) for label in verdict.get("labels") or ())
    return FolderVerdict(
        "",
        architecture=str(verdict.get("architecture") or ""),
        kind=str(verdict.get("kind") or ""),
        labels=labels,
        embedding=verdict.get("embedding") or {},
    )


def _output(child: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    """Raises TimeoutExpired at the deadline, and Unavailable as soon as this process stops."""
    while True:
        try:
            output, _errors = child.communicate(timeout=min(0.2, max(0.0, deadline - time.monotonic())))
            return output
        except subprocess.TimeoutExpired:
            rest()
            if time.monotonic() >= deadline:
                raise
