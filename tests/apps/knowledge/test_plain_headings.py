"""Headings of plain texts that have no blank line below them."""

import pytest

from apps.knowledge.ingest.extract.text import extract

CLOSED = "All buildings are closed from 24 December to 1 January, and loans are extended without a fee."
WORKS = "The branch is closed for works on the heating from 7 to 18 December. Reserved books wait for you."


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in extract(text.encode()).blocks]


def test_short_lines_above_whole_sentences_are_headings() -> None:
    text = f"Closures, winter 2026\n\nHolidays\n{CLOSED}\n\nHillside branch\n{WORKS}\n"
    assert extract(text.encode()).title == "Closures, winter 2026"
    assert kinds(text) == [
        ("heading", "Holidays"),
        ("text", CLOSED),
        ("heading", "Hillside branch"),
        ("text", WORKS),
    ]


def test_the_first_of_such_headings_is_no_title() -> None:
    closed, works = (
        "2026 年 12 月 24 日至 2027 年 1 月 1 日全部馆舍闭馆。",
        "山坡分馆因暖气检修于 12 月 7 日至 18 日闭馆。",
    )
    text = f"节假日\n{closed}\n\n山坡分馆\n{works}\n"
    assert extract(text.encode()).title == ""
    assert [text for kind, text in kinds(text) if kind == "heading"] == ["节假日", "山坡分馆"]


@pytest.mark.parametrize(
    "text",
    [
        f"Dear reader\n{CLOSED}\n\n{WORKS}\n",  # one alone
        "Harbour City Library\n12 Quay Street\n\nHillside branch\n4 Mill Lane\n",  # addresses
        f"Bring with you:\n{CLOSED}\n\nThen:\n{WORKS}\n",
        "Paper and card\n- Folded, and without the tape that closed the parcel.\n\n"
        "Glass\n- Empty bottles and jars, without their lids or corks.\n",
    ],
)
def test_other_short_lines_are_text(text: str) -> None:
    assert not any(kind == "heading" for kind, _text in kinds(text))


def test_a_letter_has_no_title_for_the_comma_in_its_first_line() -> None:
    assert extract(f"Hamburg, 3 May 2026\n\n{CLOSED}\n\n{WORKS}\n".encode()).title == ""
