"""How the packaged English model gets to read Chinese."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.indexing.glossary import english_words, glossed, words_of
from apps.knowledge.indexing.glossary.words import PATH, Words
from tools.glossary.__main__ import OWN
from tools.glossary.lines import words_save, words_shown

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("快递三天没动了", "express delivery three day not move"),
        ("運費多少", "shipping fee how much"),  # traditional characters read as simplified ones
        ("打包 unique_identifier 失败，怎么办？", "package unique_identifier fail , what to do"),
        ("Plain English stays, 30 days.", "Plain English stays, 30 days."),
        ("的", ""),
    ],
)
def test_chinese_words_give_way_to_english_ones_and_all_else_stays(text: str, english: str) -> None:
    assert glossed(text) == english


def test_names_are_not_among_the_english_words() -> None:
    assert {"shipping", "album", "warranty"} <= english_words()
    assert not {"beyonce", "lhasa", "portugal", "weedszoysia"} & english_words()


@given(CHINESE)
def test_no_character_is_lost_or_doubled_by_finding_words(run: str) -> None:
    assert "".join(words_of(run)) == run


@given(st.text(max_size=60))
def test_no_chinese_is_left_over(text: str) -> None:
    assert not any("\u3400" <= sign <= "\u9fff" for sign in glossed(text))


def test_the_words_of_our_own_list_are_the_ones_that_are_read() -> None:
    shown = {word: gloss for word, _count, gloss in (line.split("\t") for line in words_shown(PATH))}
    own = dict(line.split("\t") for line in OWN.read_text(encoding="utf-8").splitlines())
    assert {word: shown.get(word) for word in own} == own


def test_every_word_is_found_with_its_own_gloss_whatever_follows_it(tmp_path: Path) -> None:
    lines = [line.split("\t") for line in words_shown(PATH)][::97]
    words = Words.loaded(PATH)
    for word, _count, gloss in lines:
        assert words.gloss(words.places(word + "的")[0, len(word) - 1]) == gloss
    words_save(tmp_path / "a.npz", {word: (int(count), gloss) for word, count, gloss in lines})
    words_save(tmp_path / "b.npz", {word: (int(count), gloss) for word, count, gloss in reversed(lines)})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert words_shown(tmp_path / "a.npz") == ["\t".join(line) for line in lines]
