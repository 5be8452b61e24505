"""Words that are spelled out, with other letters beside them."""

import pytest

from apps.moderation.errors import Blocked
from apps.moderation.normal import normalise
from apps.moderation.window import OutputWindow

from .parted import POLICY, found


@pytest.mark.parametrize(
    "text", ["say b a d ly", "b a d el", "a b-a-d x", "so a b a d", "I b a d", "12 b a d", "bit by bit: b a d, e"]
)
def test_a_word_that_is_spelled_out_beside_others_is_found(text: str) -> None:
    [word] = found(text)
    assert word in {"b a d", "b-a-d"}
    window, shown = OutputWindow(POLICY, language="en"), ""
    with pytest.raises(Blocked):
        for character in text:
            shown += window.feed(character)
        window.finish()
    assert text[: text.index(word)].startswith(shown)


@pytest.mark.parametrize(
    "text",
    [
        "b a d b a d",
        "so b a d s n o r b e l f a x!",
        "B.A.D B.A.D",
        "y o u b a d",
        "b a d y o u r",
        "b a d b a d e n",
    ],
)
def test_words_that_are_spelled_out_one_behind_the_other_are_found(text: str) -> None:
    assert {"bad"} <= {normalise(word).text.replace(" ", "").replace(".", "") for word in found(text)}
    for width in (1, 3, 8):
        window, shown = OutputWindow(POLICY, language="en"), ""
        with pytest.raises(Blocked):
            for start in range(0, len(text), width):
                shown += window.feed(text[start : start + width])
            window.finish()
        assert text[: text.index(found(text)[0])].startswith(shown)
