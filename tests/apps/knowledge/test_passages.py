"""Cutting documents into passages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block, Extracted
from apps.knowledge.ingest.passages import NORMAL, Splitting, cut_document


def test_the_heading_path_stands_with_each_passage_and_leaves_the_title_out() -> None:
    document = Extracted(
        "Returns",
        [
            Block("heading", "Returns", level=1),
            Block("text", "Goods can be returned at any time."),
            Block("heading", "Costs", level=2),
            Block("heading", "Abroad", level=3),
            Block("text", "Five dollars are deducted from it."),
        ],
    )
    assert [piece.heading for piece in cut_document(document)] == ["", "Costs › Abroad"]


def test_a_question_with_its_answer_is_one_passage_whose_text_is_the_answer() -> None:
    [piece] = cut_document(Extracted("", [Block("pair", "Lin Yu founded it.", question="Who founded it?")]))
    assert (piece.heading, piece.text) == ("Who founded it?", "Lin Yu founded it.")


def test_a_list_item_or_row_is_one_sentence_even_with_full_stops_inside() -> None:
    row = "Mode: Sleep. Dark; Sound level: 22 dB at night; Use: At night"
    [piece] = cut_document(Extracted("", [Block("unit", row), Block("unit", "Another row of the table here")]))
    assert [piece.text[a:b] for a, b in piece.spans] == [row, "Another row of the table here"]


def test_what_is_too_short_to_quote_joins_its_neighbour_on_one_line() -> None:
    [piece] = cut_document(
        Extracted("", [Block("text", "Note."), Block("text", "The lamp gets hot after an hour.")])
    )
    assert [piece.text[a:b] for a, b in piece.spans] == ["Note. The lamp gets hot after an hour."]


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_a_section_that_was_cut_repeats_as_many_sentences_as_was_asked(overlap: int) -> None:
    sentences = [f"Sentence number {n} says something about the lamp." for n in range(40)]
    pieces = cut_document(Extracted("", [Block("text", " ".join(sentences))]), Splitting(NORMAL.size, overlap))
    texts = [[piece.text[start:end] for start, end in piece.spans] for piece in pieces]
    assert len(texts) > 1
    for left, right in pairwise(texts):
        assert left[len(left) - overlap :] == right[:overlap]
        assert left[-1] not in right[overlap:]


BLOCKS = st.lists(
    st.text(st.sampled_from("ab 中文。. ！\tW"), max_size=700).map(lambda text: Block("text", text.strip()))
)


SPLITTINGS = st.builds(Splitting, st.integers(200, 3600), st.integers(0, 2))


def test_sentences_are_repeated_only_as_far_as_there_is_room() -> None:
    sentences = [
        f"Sentence {n} of this long page says something about the lamp and about its warm light." for n in range(9)
    ]
    pieces = cut_document(Extracted("", [Block("text", " ".join(sentences))]), Splitting(200, 2))
    assert len(pieces) > 3 and all(len(piece.text) <= 200 for piece in pieces)
    assert pieces[1].text.startswith(sentences[1])


@given(BLOCKS, SPLITTINGS)
def test_passages_keep_to_the_limit_and_their_spans_are_lines_inside_the_text(
    blocks: list[Block], splitting: Splitting
) -> None:
    for piece in cut_document(Extracted("", [block for block in blocks if block.text]), splitting):
        assert len(piece.text) <= splitting.limit(piece.language) * 1.1 + 10
        for start, end in piece.spans:
            assert 0 <= start < end <= len(piece.text)
            assert "\n" not in piece.text[start:end]


@given(
    st.lists(
        st.sampled_from(["The lamp is warm today. ", "今天的灯很亮也很暖。", "It costs 3.50 dollars now! "]),
        max_size=60,
    ),
    SPLITTINGS,
)
def test_every_sentence_of_the_document_is_in_some_passage(parts: list[str], splitting: Splitting) -> None:
    pieces = cut_document(Extracted("", [Block("text", "".join(parts))] if parts else []), splitting)
    assert all(any(part.strip() in piece.text for piece in pieces) for part in parts)
