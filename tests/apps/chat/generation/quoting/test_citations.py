"""A freely written answer: its citations are renumbered in the order of first use, however the text is cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.pieces import Source, Text
from apps.chat.generation.quoting.citations import CitationReader

from ...fakes import ONE, THREE, TWO, passage
from .test_labels import cut

PASSAGES = (passage(ONE), passage(TWO), passage(THREE))
SAID = "Refunds take days. [3] Returns are free [1][3], `list[1]` and\n```py\nx[2]\n```\nnot [7] or [x] or [2"
SHOWN = "Refunds take days. [1] Returns are free [2][1], `list[1]` and\n```py\nx[2]\n```\nnot  or [x] or [2"


def read(pieces: list[str]) -> tuple[str, list, CitationReader]:
    reader = CitationReader(PASSAGES)
    out = [item for piece in pieces for item in reader.feed(piece)] + reader.finish()
    return "".join(item.text for item in out if isinstance(item, Text)), out, reader


@given(st.sets(st.integers(0, 200), max_size=40))
def test_any_cutting_gives_the_same_text(places: set[int]) -> None:
    assert read(cut(SAID, places))[0] == SHOWN


def test_a_source_is_told_before_the_text_that_cites_it() -> None:
    _text, out, _reader = read(list(SAID))
    told: set[str] = set()
    shown = ""
    for item in out:
        if isinstance(item, Source):
            told.add(f"[{item.number}]")
        else:
            shown += item.text
        cited = set(re.findall(r"(?<![`\w])\[[12]\]", shown))
        assert cited <= told
    assert [item.passage.text for item in out if isinstance(item, Source)] == [THREE, ONE]


@pytest.mark.parametrize("closing", ["```", "`````"])
def test_behind_a_block_of_code_sources_are_cited_again(closing: str) -> None:
    assert read([f"```py\nx[2]\n{closing}\nSo [3]."])[0] == f"```py\nx[2]\n{closing}\nSo [1]."


def test_an_answer_that_cites_nothing_is_not_one_from_the_documents() -> None:
    assert read(["I am sorry, ", "I do not know."])[2].outcome == "declined"
    assert read([SAID])[2].outcome == "answered"
