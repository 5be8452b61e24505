"""What must hold after every fault, by the rows (O1 to O6 of the design). `Rows` runs a statement and returns rows.

Each raises AssertionError with what it found.
"""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from tools.bench.streaming.viewer import Viewer

Rows = Callable[..., list[tuple[Any, ...]]]
ENDED = ("done", "stopped", "error", "interrupted")


def log_of(rows: Rows, generation: str) -> list[tuple[int, dict[str, Any]]]:
    statement = "SELECT seq, event FROM chat_generationevent WHERE generation_id = %s ORDER BY seq"
    return [(seq, event) for seq, event in rows(statement, generation)]


def each_question_once(rows: Rows, messages: Iterable[str]) -> None:
    """O1: what was accepted is there, once, with one answer in the making or made."""
    for message in messages:
        found = rows("SELECT count(*) FROM chat_generation WHERE question_id = %s", message)
        assert found == [(1,)], f"question {message} has {found[0][0]} answers"


def same_text(rows: Rows, viewers: Iterable[Viewer]) -> None:
    """O2: what the reader has is what the log says letter by letter, and what is kept."""
    for viewer in viewers:
        log = log_of(rows, viewer.generation)
        said = ""
        for _, event in log:
            said = event["text"] if event["kind"] == "kept" else said + event.get("text", "")
        kept = rows(
            "SELECT text FROM chat_message m JOIN chat_generation g ON g.answer_id = m.id WHERE g.id = %s",
            viewer.generation,
        )[0][0]
        cut = log[-1][1].get("kept_chars")
        assert viewer.said == said, f"{viewer.generation}: the reader has {viewer.said!r}, the log {said!r}"
        assert kept == (said if cut is None else said[:cut]), f"{viewer.generation}: kept is {kept!r}"


def one_end(rows: Rows, generations: Iterable[str]) -> None:
    """O3: lines without a gap but before `kept`, one end, which is last and says what the row says."""
    for generation in generations:
        log = log_of(rows, generation)
        for (before, _), (seq, event) in itertools.pairwise([(0, {}), *log]):
            assert seq == before + 1 or event["kind"] == "kept", f"{generation} has gaps"
        ends = [event for _, event in log if event["kind"] == "end"]
        assert len(ends) == 1 and log[-1][1] == ends[0], f"{generation} ends {len(ends)} times"
        status = rows("SELECT status FROM chat_generation WHERE id = %s", generation)[0][0]
        assert status == ends[0]["status"] and status in ENDED, f"{generation}: {status}, {ends[0]['status']}"


def something_serves(rows: Rows) -> None:
    """O4: a version that is ready stands behind the name that answers."""
    statement = (
        "SELECT v.state FROM registry_alias a JOIN registry_modelversion v ON v.id = a.version_id "
        "WHERE a.name = 'production'"
    )
    assert rows(statement) == [("ready",)]


def nothing_left(rows: Rows) -> None:
    """O6, of the rows: no generation that still runs, and no job of one, a while after the last fault."""
    assert rows("SELECT id FROM chat_generation WHERE status IN ('queued', 'running')") == []
    left = "SELECT id, status FROM procrastinate_jobs WHERE task_name = 'generation_run' AND status <> 'succeeded'"
    assert rows(left) == [], rows(left)


def everything_holds(rows: Rows, viewers: Iterable[Viewer]) -> None:
    """O1 to O4 after the viewers have ended. O5 is `manage.py audit_verify`, O6 `nothing_left`."""
    viewers = list(viewers)
    each_question_once(rows, {viewer.ids["message"] for viewer in viewers})
    one_end(rows, {viewer.generation for viewer in viewers})
    same_text(rows, viewers)
    something_serves(rows)
