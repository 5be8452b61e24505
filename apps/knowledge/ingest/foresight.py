"""What files would change in a collection, told before anything is changed. The database compares: of an upload's
thousands of files only those that somebody looks at leave it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from django.db import connection

from ..models import WRITTEN, Collection, Import
from .blocks import Refused
from .columns import TABLES
from .expanding import member_name
from .passages import READER
from .reading import Reading, Task
from .sandbox import BROKE, Sandbox

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
FAILED = "failed"  # what cannot be opened

# The documents that the files would become: item, position, name, sha256 (empty: it cannot be opened), question,
# answer, ignored, rows; and the files that cannot be opened.
_UPLOADED = """
one AS (
    SELECT item.id AS item, item.position, item.name, item.hashes,
        item.question, item.answer, item.ignored, item.rows,
        parent.question AS usual_question, parent.answer AS usual_answer,
        coalesce(substring(lower(item.path) FROM '[.][a-z]+$') = ANY(%(tables)s), false) AS is_table,
        item.question || item.answer <> '' OR item.ignored <> '[]' OR item.rows AS is_chosen
    FROM knowledge_importitem item JOIN knowledge_import parent ON parent.id = item.parent_id
    WHERE item.parent_id = %(upload)s
),
file AS (
    SELECT item, position, found.key AS name, found.value AS sha256,
        CASE WHEN NOT is_table THEN '' WHEN is_chosen THEN question ELSE usual_question END AS question,
        CASE WHEN NOT is_table THEN '' WHEN is_chosen THEN answer ELSE usual_answer END AS answer,
        CASE WHEN is_table THEN ignored ELSE '[]' END AS ignored, is_table AND rows AS rows
    FROM one CROSS JOIN LATERAL jsonb_each_text(hashes) found
),
closed AS (SELECT item, position, name FROM one WHERE hashes = '{}')
"""
_GIVEN = """
file AS (
    SELECT NULL::uuid AS item, 0 AS position, found.*, '[]'::jsonb AS ignored, false AS rows
    FROM unnest(%(names)s::text[], %(hashes)s::text[], %(questions)s::text[], %(answers)s::text[])
        AS found(name, sha256, question, answer)
),
closed AS (SELECT NULL::uuid AS item, 0 AS position, name FROM unnest(%(closed)s::text[]) AS found(name))
"""
_COMPARED = """,
compared AS (
    SELECT item, position, file.name, CASE
        WHEN file.sha256 = '' THEN 'failed'
        WHEN there.imported_at IS NULL THEN 'new'
        WHEN there.state = 'ready' AND there.sha256 = file.sha256
            AND (there.passage_size, there.overlap, there.reader) = (%(size)s, %(overlap)s, %(reader)s)
            AND (there.question, there.answer, there.ignored, there.rows)
                = (file.question, file.answer, file.ignored, file.rows) THEN 'unchanged'
        ELSE 'changed' END AS state
    FROM file LEFT JOIN knowledge_document there
        ON there.collection_id = %(collection)s AND there.name = file.name
    UNION ALL SELECT item, position, name, 'failed' FROM closed
)
"""
_STATES = "SELECT name, state FROM compared"
_COUNTS = "SELECT state, count(*), count(DISTINCT item) FROM compared GROUP BY state"
_ITEMS = """
SELECT item FROM compared WHERE state = %(show)s GROUP BY item, position ORDER BY position
LIMIT %(most)s OFFSET %(first)s
"""
_OUTCOMES = """
SELECT item, state, count(*) FROM compared WHERE item = ANY(%(items)s) GROUP BY item, state ORDER BY state
"""
# As `ending._prune` removes them.
_GONE = """
SELECT name, count(*) OVER () FROM knowledge_document document
WHERE collection_id = %(collection)s AND media_type <> %(written)s
    AND (EXISTS (SELECT FROM file) OR EXISTS (SELECT FROM closed))
    AND NOT EXISTS (SELECT FROM file WHERE file.name = document.name)
    AND NOT EXISTS (
        SELECT FROM closed WHERE document.name = closed.name OR starts_with(document.name, closed.name || '/'))
    AND NOT EXISTS (
        SELECT FROM knowledge_importitem item JOIN knowledge_import parent ON parent.id = item.parent_id
        WHERE parent.collection_id = document.collection_id AND parent.created_at > %(opened)s
            AND item.name = document.name)
ORDER BY name LIMIT %(most)s
"""


@dataclass(frozen=True)
class Hashed:
    """A file with the hashes of the documents that it would become, by name; one that cannot be opened has none.
    `question` and `answer` are the columns of tables in it.
    """

    name: str
    hashes: Mapping[str, str]
    question: str = ""
    answer: str = ""


class Foresight:
    """What files would change in `collection`, which may be one that is not saved yet; each method looks anew."""

    def __init__(self, collection: Collection, files: str, **values: Any) -> None:
        self._compared = f"WITH {files}{_COMPARED}"
        self._values = {
            **values,
            "collection": collection.pk,
            "size": collection.passage_size,
            "overlap": collection.overlap,
            "reader": READER,
            "written": WRITTEN,
        }

    def states(self) -> dict[str, str]:
        """Of every document that the files would become whether it is new, changed or unchanged, or failed."""
        return dict(self._rows(_STATES))

    def counts(self) -> tuple[Counter[str], Counter[str]]:
        """How many documents are each of these, and how many files hold such documents, or "failed"."""
        rows = self._rows(_COUNTS)
        documents = Counter({state: count for state, count, _files in rows if state != FAILED})
        return documents, Counter({state: files for state, _count, files in rows})

    def gone(self, most: int | None = None) -> tuple[list[str], int]:
        """The first of the documents that are not among the files, and would leave with an import that prunes; and
        how many there are.
        """
        rows = self._rows(_GONE, most=most)
        return [name for name, _count in rows], rows[0][1] if rows else 0

    def items(self, show: str, first: int, most: int) -> list[UUID]:
        """The upload's items with documents that are `show`, in order."""
        return [item for (item,) in self._rows(_ITEMS, show=show, first=first, most=most)]

    def outcomes(self, items: Sequence[UUID]) -> dict[UUID, list[tuple[str, int]]]:
        """Into what each item would change the collection: (state, how many documents)."""
        found: dict[UUID, list[tuple[str, int]]] = {item: [] for item in items}
        for item, state, count in self._rows(_OUTCOMES, items=list(items)):
            found[item].append((state, count))
        return found

    def _rows(self, select: str, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self._compared + select, self._values | values)
            return cursor.fetchall()


def upload_foresight(row: Import) -> Foresight:
    """Of an upload that has arrived, and whose files a worker has hashed. What came since it was opened stays."""
    return Foresight(row.collection, _UPLOADED, upload=row.pk, tables=list(TABLES), opened=row.created_at)


def files_foresight(collection: Collection, files: Iterable[Hashed]) -> Foresight:
    files = list(files)
    found = [(name, sha256, *_columns(name, file)) for file in files for name, sha256 in file.hashes.items()]
    names, hashes, questions, answers = map(list, zip(*found, strict=True)) if found else ([], [], [], [])
    return Foresight(
        collection,
        _GIVEN,
        names=names,
        hashes=hashes,
        questions=questions,
        answers=answers,
        closed=[file.name for file in files if not file.hashes],
        opened=None,
    )


def hashes_of(path: Path, name: str, sandbox: Sandbox) -> dict[str, str]:
    """For `Hashed`. Raises Refused for what cannot be opened; what can may still hold nothing that can be read: the
    import finds out.
    """
    reading = _opened(path, name, sandbox)
    if PurePath(name).suffix.lower() != ".zip":
        return {name: reading.sha256}
    return {member_name(name, member.name): member.sha256 for member in reading.members}


def _opened(path: Path, name: str, sandbox: Sandbox) -> Reading:
    """A child that broke may have been ended by others, or kept waiting: another one has a try, too."""
    task = Task(str(path), name, hashed=True)
    try:
        return sandbox.read(task)
    except Refused as error:
        if error.code not in BROKE:
            raise
        return sandbox.read(task)


def _columns(name: str, file: Hashed) -> tuple[str, str]:
    return (file.question, file.answer) if PurePath(name).suffix.lower() in TABLES else ("", "")
