"""A passage that runs over pages names them all, and each sentence the one that most of it stands on."""

from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block, Extracted
from apps.knowledge.ingest.passages import Piece, Splitting, cut_document, whole_piece
from apps.knowledge.ingest.reading import Reading

THIRD = "The lamp can be returned within thirty days."
TURNED = "Its box has to be whole, and the cable must lie in it."
FOURTH = "Shipping abroad is paid by whoever returns the lamp."


def two_pages() -> Piece:
    text = f"{TURNED} {FOURTH}"
    blocks = [Block("text", THIRD, page=3), Block("text", text, page=3, turns=((len("Its box has to"), 4),))]
    [piece] = cut_document(Extracted("", blocks))
    return piece


def test_a_passage_names_all_its_pages_and_a_sentence_the_one_that_most_of_it_stands_on() -> None:
    piece = two_pages()
    assert (piece.page_range, piece.row_range) == ((3, 4), None)
    assert [piece.text[start:end] for start, end in piece.spans] == [THIRD, TURNED, FOURTH]
    assert piece.rows == (3, 4, 4)


def test_a_passage_of_one_page_names_that_alone() -> None:
    [piece] = cut_document(Extracted("", [Block("text", THIRD, page=3), Block("text", FOURTH, page=3)]))
    assert (piece.page_range, piece.rows) == ((3, 3), ())


def test_pages_come_through_the_parsing_child_as_they_are() -> None:
    assert Reading.unpacked(Reading("", pieces=[two_pages()]).packed()).pieces == [two_pages()]


def test_sentences_that_staff_leave_as_they_are_keep_their_pages() -> None:
    piece = two_pages()
    before = [(piece.text[start:end], page) for (start, end), page in zip(piece.spans, piece.rows, strict=True)]
    edited = whole_piece("", f"{THIRD} Whole boxes only, please do. {FOURTH}", 3, "en", before)
    assert (edited.rows, edited.page_range) == ((3, 0, 4), (3, 4))


@given(st.lists(st.integers(1, 5), max_size=9), st.sampled_from([200, 900]))
def test_wherever_a_paragraph_turns_the_page_its_sentences_say_where_they_stand(
    pages: list[int], size: int
) -> None:
    text, turns, begins = "", [], []
    for page, count in enumerate(pages, 1):
        turns.append((len(text), page))
        begins += [page] * count
        text += f"{THIRD} " * count
    blocks = [Block("text", text, page=1, turns=tuple(turns[1:]))] if pages else []
    told = [
        page
        for piece in cut_document(Extracted("", blocks), Splitting(size, 0))
        for page in piece.rows or [piece.page] * len(piece.spans)
    ]
    assert told == begins
