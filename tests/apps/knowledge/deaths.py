"""An import whose worker is killed several times."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count

from apps.audit.models import AuditEvent
from apps.core.actor import SYSTEM
from apps.knowledge.ingest.reading import Task, read
from apps.knowledge.models import PENDING, Document, Import, Passage, PassageVector
from apps.knowledge.services import collection_ensure, import_start

PAGE = {
    "en": "# Lamp {n}\n\nThe lamp number {n} draws {n} watts.\n\n## Cable\n\nIts cable is {n} metres long.\n",
    "zh": "# 台灯 {n}\n\n{n} 号台灯夜间的功率是 {n} 瓦。\n\n## 电源线\n\n它的电源线长 {n} 米，可以更换。\n",
}


def pages_write(folder: Path, count: int) -> None:
    for n in range(count):
        language = ("en", "zh")[n % 2]
        (folder / f"{n:04}.md").write_text(PAGE[language].format(n=n))


def import_through_deaths(folder: Path, *, deaths: int, at_once: int, seed: int) -> Import:
    """Imports the folder with workers that take `at_once` documents; all but the last are killed at moments that
    `seed` decides: a while after so many documents are done.
    """
    rng = random.Random(seed)
    row = import_start(actor=SYSTEM, collection=collection_ensure(actor=SYSTEM, slug="help"), paths=[folder])
    total = row.items.count()
    for done in sorted(rng.sample(range(total // 2), deaths)):
        worker = _worker(at_once)
        try:
            while _done(row) < done:
                assert worker.poll() is None, "it ended by itself"
                time.sleep(0.005)
            time.sleep(rng.uniform(0, 0.05))
        finally:
            worker.kill()
            worker.wait()
    assert _done(row) < total, "all was done before the last death"
    assert _worker(at_once).wait(300) == 0
    row.refresh_from_db()
    return row


def assert_everything_is_in_exactly_once(row: Import, folder: Path) -> None:
    """Documents, passages, vectors, states, and one word of the end in the audit log."""
    wanted = {
        path.name: len(read(Task(str(path), path.name), path.read_bytes()).pieces) for path in folder.iterdir()
    }
    found = Document.objects.annotate(held=Count("passages")).values_list("name", "held")
    assert len(found) == len(wanted)
    assert dict(found) == wanted
    passages = Passage.objects.all()
    assert PassageVector.objects.count() == passages.count() == passages.filter(vectors__isnull=False).count()
    assert (row.state, set(row.items.values_list("state", flat=True))) == ("ended", {"ready"})
    ends = AuditEvent.objects.filter(action="collection.imported")
    assert [event.data["imported"] for event in ends] == [len(wanted)]


def _done(row: Import) -> int:
    return row.items.exclude(state__in=PENDING).count()


def _worker(at_once: int) -> subprocess.Popen[bytes]:
    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-m", "tests.apps.knowledge.worker_child", name, str(at_once)]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ})
