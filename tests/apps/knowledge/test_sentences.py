"""Cutting prose into quotable sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.sentences import split_sentences

PROSE = st.text(st.sampled_from("ab A1 .!?。！？…，,；;\n（）()“”\"'’[]1中文 U.S.e.g"), max_size=80)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@given(PROSE)
def test_nothing_but_white_space_is_lost_and_offsets_are_in_order(text: str) -> None:
    end = 0
    for start, stop in split_sentences(text):
        assert not text[end:start].strip()
        assert start < stop
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()


@given(PROSE)
def test_no_sentence_goes_over_a_line_break(text: str) -> None:
    assert all("\n" not in sentence for sentence in sentences(text))


@given(
    st.lists(
        st.sampled_from(["今天下雨。", "你来吗？", "太好了！", "他说：“走吧。”", "详见说明（第三页。）的内容。"]),
        min_size=1,
    )
)
def test_chinese_sentences_come_back_as_they_were_put_together(parts: list[str]) -> None:
    assert sentences("".join(parts)) == parts


@given(
    st.lists(
        st.sampled_from(["It rained.", "Dr. Lee paid $3.50 for it.", "Is it on?", 'He said "go."', "See v2.1."]),
        min_size=1,
    )
)
def test_english_sentences_come_back_as_they_were_put_together(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. Army came. It left.", ["The U.S. Army came.", "It left."]),
        ("Use filters, e.g. DF2. They fit.", ["Use filters, e.g. DF2.", "They fit."]),
        ("We close at 5 p.m. The shop opens at 9.", ["We close at 5 p.m.", "The shop opens at 9."]),
        ("J. K. Rowling wrote it. Yes.", ["J. K. Rowling wrote it.", "Yes."]),
        ("1. Open the app. 2. Tap it.", ["1. Open the app.", "2. Tap it."]),
        ("It ended.[3] Then it began.", ["It ended.[3]", "Then it began."]),
        ("功率为 3.5 瓦。待机 0.3 瓦。", ["功率为 3.5 瓦。", "待机 0.3 瓦。"]),
        ("“为什么？”他问。没人回答……然后他走了。", ["“为什么？”", "他问。", "没人回答……", "然后他走了。"]),
        (
            'They did "Who\'s on First?" on the radio. It ran.',
            ['They did "Who\'s on First?" on the radio.', "It ran."],
        ),
        ("Yahoo! was sold. Ready? Go!", ["Yahoo! was sold.", "Ready?", "Go!"]),
    ],
)
def test_full_stops_that_end_nothing_are_known(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
