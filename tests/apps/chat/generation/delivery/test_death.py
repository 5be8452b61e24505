"""A process that is killed in the middle of an answer: what was shown stays, and the answer goes on."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Message
from apps.chat.services import generations_recover
from apps.core.actor import Actor
from apps.core.db import in_database

from ...fakes import ONE, FakeRuntime, events, said, send

HERE = Path(__file__).resolve()


def answering_process(generation_id) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(settings.BASE_DIR), str(HERE.parents[3])])
    command = [
        sys.executable,
        str(HERE.with_name("child.py")),
        connection.settings_dict["NAME"],
        str(generation_id),
    ]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, cwd=settings.BASE_DIR)


async def shown_before_death(generation_id, process: subprocess.Popen[bytes], deltas: int) -> str:
    """Kills the process once a viewer here has read so many pieces, which it does by looking into the log."""
    text = ""
    async for _seq, event in watch(generation_id, 0):
        if event["kind"] == "delta":
            text += event["text"]
            deltas -= 1
        if deltas == 0:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return text
    raise AssertionError("the answer ended before it could be interrupted")


@pytest.mark.asyncio
async def test_the_answer_of_a_killed_process_goes_on_without_a_gap_or_a_word_twice(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.lookout.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("apps.chat.services.generation.SILENT", timedelta(0))
    sent = await in_database(send, owner)
    process = answering_process(sent.generation.pk)
    try:
        shown = await asyncio.wait_for(shown_before_death(sent.generation.pk, process, 3), 60)
    finally:
        process.kill()
    await generations_recover()
    runtime.pieces = ["[1] ", *ONE]
    await generation_run(sent.generation.pk)
    log = await in_database(events, sent.generation.pk)
    answer = await in_database(Message.objects.get, generation=sent.generation.pk)
    assert log[-1]["status"] == "done"
    assert ONE.startswith(shown) and answer.text == said(log) == f"{ONE} [1]"
