"""The model's labelled text becomes numbered sources and text, however it is cut into pieces."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.generation.pieces import Source, Text
from apps.chat.generation.quoting.candidates import Candidate
from apps.chat.generation.quoting.labels import LabelReader, NotVerbatim
from tests.examples import examples

from ...fakes import ONE, THREE, TWO, passage

RETURNS, REFUNDS = passage(ONE, TWO), passage(THREE, rank=3)
ZH = ["三十天内可以免费退货。", "请保留小票。"]
CHINESE = passage(*ZH)
ITEMS = ["Lunch 12:15, 9 pounds", "Tea 2 pounds", "午餐九元", "早餐六元"]
LIST = passage(*ITEMS)
SOURCES = (
    Candidate(ONE, RETURNS),
    Candidate(TWO, RETURNS),
    Candidate(THREE, REFUNDS),
    *(Candidate(text, CHINESE) for text in ZH),
    *(Candidate(text, LIST) for text in ITEMS),
)
PHRASES = {"no": "I found nothing [1] of this.", "hello": "Hello."}

ANSWERS = {
    f"[1] {ONE}": f"{ONE} [1]",
    f"[1] {ONE}\n[2] {TWO}": f"{ONE} {TWO} [1]",
    f"[1] {ONE}\n[3] {THREE}": f"{ONE} [1] {THREE} [2]",
    f"[3] {THREE}\n[1] {ONE}\n[3] {THREE}": f"{THREE} [1] {ONE} [2]",
    f"[1] {ONE}\n[3] {THREE}\n[2] {TWO}": f"{ONE} [1] {THREE} [2] {TWO} [1]",
    f"[4] {ZH[0]}\n[5] {ZH[1]}": f"{ZH[0]}{ZH[1]} [1]",
    f"[6] {ITEMS[0]}\n[7] {ITEMS[1]}": f"{ITEMS[0]}; {ITEMS[1]} [1]",
    f"[8] {ITEMS[2]}\n[9] {ITEMS[3]}": f"{ITEMS[2]}；{ITEMS[3]} [1]",
    "[no] I found nothing [1] of this.": "I found nothing [1] of this.",
    "[hello] Hello.": "Hello.",
}


def read(pieces: list[str]) -> tuple[str, list[int], LabelReader]:
    reader = LabelReader(SOURCES, PHRASES)
    out = [item for piece in pieces for item in reader.feed(piece)] + reader.finish()
    text = "".join(item.text for item in out if isinstance(item, Text))
    return text, [item.number for item in out if isinstance(item, Source)], reader


def cut(text: str, places: set[int]) -> list[str]:
    marks = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(marks)]


@given(st.sampled_from(sorted(ANSWERS)), st.sets(st.integers(0, 200), max_size=30))
@settings(max_examples=examples(300))
def test_any_cutting_gives_the_same_text(said: str, places: set[int]) -> None:
    assert read(cut(said, places))[0] == ANSWERS[said]


@pytest.mark.parametrize("said", sorted(ANSWERS))
def test_letter_by_letter_gives_the_same_text(said: str) -> None:
    assert read(list(said))[0] == ANSWERS[said]


def test_sources_are_numbered_by_passage_in_the_order_of_first_use() -> None:
    assert read([f"[3] {THREE}\n[1] {ONE}\n[2] {TWO}"])[1] == [1, 2]


def test_the_first_label_tells_the_outcome() -> None:
    outcomes = {said: read([said])[2].outcome for said in (f"[1] {ONE}", "[no] I found", "[hello] Hello.")}
    assert list(outcomes.values()) == ["answered", "declined", "smalltalk"]


@given(st.integers(5, len(ONE) + 4))
def test_a_sentence_that_is_cut_off_is_completed_from_the_document(length: int) -> None:
    assert read([f"[1] {ONE}"[:length]])[0] == f"{ONE} [1]"


def test_a_second_label_that_is_cut_off_is_dropped() -> None:
    assert read([f"[1] {ONE}\n[2"])[0] == f"{ONE} [1]"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Sure, ",
        "[9] x",
        "[1 ",
        "[]",
        "[who] I",
        f"[1] {ONE} More",
        f"[1] {ONE}\n[no] I",
        "[no] I found nothing [1] of this.\n",
    ],
)
def test_what_is_not_in_the_agreed_form_is_refused(said: str) -> None:
    with pytest.raises(NotVerbatim):
        read([said + "\n" if said == "[]" else said])


@given(st.text(min_size=1, max_size=10), st.integers(0, len(ONE)))
def test_nothing_but_the_announced_sentence_is_ever_let_through(wrong: str, place: int) -> None:
    reader, shown = LabelReader(SOURCES, PHRASES), ""
    try:
        for piece in ("[1] ", ONE[:place], wrong):
            shown += "".join(item.text for item in reader.feed(piece) if isinstance(item, Text))
    except NotVerbatim:
        pass
    assert ONE.startswith(shown)
