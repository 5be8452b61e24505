"""Which passage of which text is to be written anew, and how: what a generation keeps of that."""

from dataclasses import replace
from typing import Any

from apps.core.language import detect_language

from ..brief import Brief
from ..cited import passages_cited
from ..pieces import source_again


def passage_cut(text: str, start: int, end: int) -> tuple[str, str, str] | None:
    """What stands before, in and behind the passage; places in UTF-16 units, as a browser counts them.

    None where the places hold no letter, or cut one in half.
    """
    units = text.encode("utf-16-le")
    if not 0 <= start < end <= len(units) // 2:
        return None
    try:
        before, passage, after = (
            part.decode("utf-16-le") for part in (units[: 2 * start], units[2 * start : 2 * end], units[2 * end :])
        )
    except UnicodeDecodeError:
        return None
    return (before, passage, after) if passage.strip() else None


def revised_brief(brief: Brief, revision: dict[str, Any]) -> Brief:
    """The brief of a generation with this `revision`: `instruction`, `before`, `passage`, `after`, `sources`."""
    sources = revision.get("sources", [])  # none where it was asked for before texts had any
    passages = passages_cited(sources, brief.collection_ids)
    return replace(
        brief,
        question=revision["instruction"],
        language=detect_language(revision["passage"]),
        sources=tuple(source_again(source, passage) for source, passage in zip(sources, passages, strict=True)),
        revision=(revision["before"], revision["passage"], revision["after"]),
    )
