"""What the parsing child makes of a file: passages that only need to be embedded and stored. Knows no Django."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..retrieval.tokens import tokenize, tsvector
from .blocks import Columns, Extracted, Refused, Sheet, Table, Wide
from .cleaning import Dropped, clean_pairs
from .decode import encoding_of
from .extract import CHECKS, ENCODED, EXTRACTORS, TABLES
from .extract.archive import Member, list_members, members_hashed
from .languages import language_of
from .passages import NORMAL, Piece, Splitting, cut_document, passage_text
from .sniff import SLIDES, sniff
from .steps import unmarked
from .titles import title_of

_OTHERS = 50  # names that are told


@dataclass(frozen=True)
class Task:
    """A file to read. `name` is the document's; `member` its name inside the zip file at `path`.

    `question`, `answer`, `ignored` and `rows` are those of `Columns`, `size` and `overlap` those of `Splitting`.
    `known` is the SHA-256 of the bytes that the document was last made of: the same ones are not read again. With
    `hashed` it is only seen whether the file can be opened, and what a zip file holds, with a hash each.
    """

    path: str
    name: str
    member: str = ""
    known: str = ""
    question: str = ""
    answer: str = ""
    size: int = NORMAL.size
    overlap: int = NORMAL.overlap
    ignored: tuple[str, ...] = ()
    rows: bool = False
    hashed: bool = False


@dataclass(frozen=True)
class Reading:
    """Of a document its passages, of a zip file only its `members`, and of known bytes nothing but `unchanged`.

    `encoding` is that of a text file, `table` what a table looks like (None for others); `pairs` counts the
    questions with answers among its rows. `others` names the first files of a zip file that are no documents, and
    `others_more` counts the rest.
    """

    sha256: str
    unchanged: bool = False
    title: str = ""
    media_type: str = ""
    language: str = ""
    encoding: str = ""
    table: Table | None = None
    pairs: int = 0
    pages: int = 0
    pieces: list[Piece] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    others_more: int = 0

    @property
    def slides(self) -> bool:
        """Whether its pages are slides."""
        return self.media_type == SLIDES

    @property
    def languages(self) -> list[str]:
        """Those of its passages."""
        return sorted({piece.language for piece in self.pieces}) or [self.language]

    def packed(self) -> dict[str, Any]:
        """Plain data for a line of JSON."""
        rows = [[*vars(piece).values()] for piece in self.pieces]
        return vars(self) | {
            "pieces": rows,
            "dropped": [vars(pair) for pair in self.dropped],
            "members": [vars(member) for member in self.members],
            "table": asdict(self.table) if self.table else None,
        }

    @classmethod
    def unpacked(cls, data: dict[str, Any]) -> "Reading":
        pieces = [
            Piece(heading, text, language, page, tuple(map(tuple, spans)), lexemes, count, tuple(rows))
            for heading, text, language, page, spans, lexemes, count, rows in data["pieces"]
        ]
        dropped = [Dropped(**pair) for pair in data["dropped"]]
        members = [Member(**member) for member in data["members"]]
        table = None
        if shown := data.get("table"):
            wide = (Wide(told["how"], tuple(told["rows"]), told["more"]) for told in shown["wide"])
            table = Table(tuple(map(_sheet, shown["sheets"])), tuple(wide))
        return cls(**data | {"pieces": pieces, "dropped": dropped, "members": members, "table": table})


def _sheet(packed: dict[str, Any]) -> Sheet:
    tuples = {"headers": tuple(packed["headers"]), "rows": tuple(map(tuple, packed["rows"]))}
    return Sheet(**packed | tuples)


def read(task: Task, data: bytes) -> Reading:
    """Raises Refused for what cannot be a document."""
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 == task.known:
        return Reading(sha256, unchanged=True)
    kind, media_type = sniff(task.member or task.path, data)
    if kind == "zip":
        if task.member:
            raise Refused("zip_in_zip")
        members, others = list_members(data)
        members = members_hashed(data, members, _check_member) if task.hashed else members
        return Reading(sha256, members=members, others=others[:_OTHERS], others_more=max(0, len(others) - _OTHERS))
    if task.hashed:
        CHECKS.get(kind, lambda _data: None)(data)
        return Reading(sha256)
    extract = EXTRACTORS[kind]
    columns = [Columns(task.question, task.answer, tuple(task.ignored), task.rows)] if kind in TABLES else []
    extracted = extract(data, *columns)
    blocks, dropped = clean_pairs(extracted.blocks)
    title = title_of(extracted.title, task.name)
    splitting = Splitting(task.size, task.overlap)
    document = Extracted(title, blocks)
    pieces = [indexed(title, piece) for piece in cut_document(document, splitting)]
    if not pieces and not dropped:
        raise Refused("empty")
    return Reading(
        sha256,
        title=title,
        media_type=media_type,
        language=language_of(document),
        encoding=encoding_of(data) if kind in ENCODED else "",
        table=extracted.table,
        pairs=sum(block.kind == "pair" for block in blocks),
        pages=extracted.pages,
        pieces=pieces,
        dropped=dropped,
    )


def _check_member(name: str, data: bytes) -> None:
    """Raises Refused, as reading it would at once."""
    kind, _media_type = sniff(name, data)
    if kind == "zip":
        raise Refused("zip_in_zip")
    CHECKS.get(kind, lambda _data: None)(data)


def indexed(title: str, piece: Piece) -> Piece:
    """With the tokens that a search finds it by."""
    tokens = tokenize(passage_text(title, piece.heading, unmarked(piece.text, piece.spans)))
    return replace(piece, lexemes=tsvector(tokens), tokens_count=len(tokens))
