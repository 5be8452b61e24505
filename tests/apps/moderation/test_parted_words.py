"""Listed terms with blanks and signs between letters or words, and words that only stand beside each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.moderation.checks.words import WordCheck
from apps.moderation.errors import Blocked
from apps.moderation.normal import normalise
from apps.moderation.window import OutputWindow
from tests.examples import examples

from .parted import POLICY, WORDS, found
from .windows import pieces_give_what_the_whole_gives


@pytest.mark.parametrize(
    "written",
    [
        "臭 图 书 馆",
        "臭　图　书　馆",
        "臭  图\t书  馆",
        "臭.图.书.馆",
        "臭_图**书**馆",
        "臭·图·书・馆",
        "Snorbel-fax",
        "SNORBEL_FAX",
        "snor-bel-fax",
        "snor–bel−fax",
        "kill–time",
        "b/a/d",
        "b,a|d",
        "B—A—D",
        "s:n+o=r\\b;e‧l/f/a/x",
        "b`a`d",
        "臭/图|书—馆",
        "kill\x0btime",
        "kill\x0ctime",
        "kill\x85time",
        "kill\u2028time",
        "kill\u2800time",
        "b\u3164a\u1160d",
        "臭\uffa0图\u115f书\u2800馆",
        "s n o r b e l f a x",
        "S.N.O.R.B.E.L.F.A.X",
        "s-n o.r b*e_l f a x",
        "b a d",
        "b \ta  d",
        "b\na \n d",
        "b** **a** **d",
        "b-ad",
        "b**ad",
        "kill  time",
        "kill\ntime",
        "kill \n\n time",
        "kill\u3000time",
        "kill-time",
        "kill\u200btime",
        "k\u2060ill\u200b\u200btime",
        "KILL_TIME",
        "kill.time",
        "kill** **time",
        "k i l l t i m e",
        "k i l l  t i m e",
        "k.i.l.l.t.i.m.e",
        "ki-ll time",
        "k i l l-time",
    ],
)
@pytest.mark.parametrize("around", ["{}", "so ein {} hier", "你们是{}吧", "({})", "no. {}!"])
def test_a_word_is_found_with_something_between_its_letters(written: str, around: str) -> None:
    assert found(around.format(written)) == [written]
    for width in (1, 2, 5, 40):
        text, window, shown = around.format(written), OutputWindow(POLICY, language="en"), ""
        with pytest.raises(Blocked):
            for start in range(0, len(text), width):
                shown += window.feed(text[start : start + width])
            window.finish()
        assert text[: text.index(written)].startswith(shown)


@pytest.mark.parametrize(
    "text",
    [
        "the snorbel faxes are here",
        "b\n\na\n\nd",
        f"b{' ' * 17}a{' ' * 17}d",
        f"kill{' ' * 17}time",
        "the snorbel fax",  # two words
        "snorbel. Fax it",
        "snorbel  fax",
        "snorbel--fax",
        "snorbel—fax",
        "that may kill—time flies",
        "kill/time, kill|time",
        "snorbel/fax",
        "b, a, d",
        "臭，图，书，馆",
        "有点臭/图书馆里",
        "snorbel\nfax",
        "s n o r b e l fax",
        "xs n o r b e l f a x",
        "s n o r b e l f a xy",
        "asnorbel-fax",
        "o-x and o x",  # too short to tell
        "b ad",
        "a bad-ge",
        "the years 89-64, 8 9 6 4",
        "the s\u200bkill\u200btime",
        "b\u200bad\u200bge",
        "kill\u00adtime",
        "臭\n图书馆",
        "有点臭图\n书馆里",
        "臭图\n\n书馆",
        "臭图\n书\n馆",
        "臭，图书馆",
        "臭、图、书、馆",
        # words of a phrase stand apart, and no sentence or item of a list ends between them
        "killtime",
        "ki lltime",
        "kil ltime",
        "it may kill. Time flies",
        "kill - time",
        "kill, time",
        "- kill\n- time",
        "kill\n* time",
        "skill  time",
        "kill-times",
        "k i l l t i m e s",
        # spelled out, these are other words
        "my code is 7 b a d 2",
        "B A D E N",
        "it is B-a-d-e-n",
        "B.A.D.E.N",
        "s n o r b e l f a x e s",
        "o b a d",
        "m a b a d",
        "a-b-a-d",
        "b-a-den",
        "b a d e b a d",
        # a clause, a sentence or a cell ends within
        "有点臭. 图书馆里",
        "有点臭 - 图书馆里",
        "有点臭-图书馆里",
        "有点臭.图书馆里",
        "有点臭·图书馆里",
        "臭. 图. 书. 馆",
        "有点臭 图书馆里",
        "有点臭图 书馆里",
        "臭图\t书馆",
        "臭图  书馆",
        "今年 会议",
        "今年.会",
    ],
)
def test_what_only_stands_side_by_side_is_not_found(text: str) -> None:
    assert found(text) == (["bad"] if "bad-ge" in text else [])


@pytest.mark.parametrize("around", ["{}", "so ein {} hier", "你们是{}", "({})", "no. {}!", "真{}，是吧"])
@pytest.mark.parametrize("written", ["臭图 书馆", "臭 图书 馆", "年 会", "臭图\n书馆", "臭图 \r\n书馆"])
def test_a_blank_within_a_chinese_word_is_none_where_the_clause_ends_with_it(written: str, around: str) -> None:
    assert found(around.format(written)) == [written]
    assert found(around.format(f"{written}吗")) == [written]
    assert found(around.format(f"{written}吧台")) == []
    assert found(f"{around.format(written)}里" if around == "{}" else f"{written}里") == []


@pytest.mark.parametrize(
    "text",
    [
        "B a d e n",
        "m a b a d",
        "killtime, a kill. Time",
        "my code is 7 b a d 2, b a d e",
        "有点臭 图书馆里",
        "今年.会",
    ],
)
def test_what_is_none_passes_whole_in_any_pieces(text: str) -> None:
    for width in range(1, 6):
        window = OutputWindow(POLICY, language="en")
        pieces = (text[start : start + width] for start in range(0, len(text), width))
        assert "".join(window.feed(piece) for piece in pieces) + window.finish() == text


def test_no_listed_word_of_the_release_is_put_together_from_two_clauses() -> None:
    check = WordCheck()
    for text in ("她不想. 自杀率", "我要 - 自杀预防热线", "我 想自 残留", "去 死吧台", "姓名 死人 - 妖猫传"):
        assert check.find(normalise(text).text) == [], text
    for text in ("S C U N T H O R P E", "spell it S-c-u-n-t-h-o-r-p-e", "S.C.U.N.T.H.O.R.P.E"):
        assert check.find(normalise(text).text) == [], text
    for text in ("code: 7 k i k e 2", "M i s h i t"):
        assert check.find(normalise(text).text) == [], text
    for text in ("Was a seat free? I was as sure. The gas station", "go back. To your country", "人很傻 逼近三十"):
        assert check.find(normalise(text).text) == [], text


def test_a_phrase_of_the_release_is_found_with_more_between_its_words() -> None:
    for text in ("go back  to your country", "porch-monkey", "go\nto\nhell", "g o t o h e l l", "I'll  kill-you"):
        [hit] = WordCheck().find(normalise(text).text)
        assert (hit.start, hit.end) == (0, len(text))


def test_a_word_as_it_is_listed_is_found_once() -> None:
    assert found("臭图书馆, snorbelfax, kill time, 8964 and ox") == [
        *WORDS[1:2],
        WORDS[0],
        *WORDS[2:3],
        "8964",
        "ox",
    ]


@pytest.mark.parametrize(
    "text", ["I am a bit of a fan.", "他 一 年 参加 两次 聚会。", "It is so-so, e.g. at 3 p.m."]
)
def test_prose_is_held_back_for_a_word_at_most(text: str) -> None:
    window = OutputWindow(POLICY, language="en")
    held = 0
    for character in text:
        window.feed(character)
        held = max(held, window.fed - window.released)
    assert window.finish() is not None and held <= 8


@pytest.mark.parametrize("more", ["\n\n\n\n", "    ", "****", "~~~~"])
def test_an_answer_that_gets_stuck_behind_the_first_word_of_a_phrase_is_not_held_back(more: str) -> None:
    window = OutputWindow(POLICY, language="en")
    window.feed("kill")
    for _ in range(50):
        window.feed(more)
        assert window.fed - window.released <= 24


BITS = [
    *"臭图书馆年会 \t-_.*\nsnorbelfaxSX",
    "  ",
    "snorbel",
    "fax",
    "b",
    "ad",
    "b a d",
    "b a d e",
    "-a-d",
    " e",
    "臭 图 书",
    "o",
    "kill",
    " time",
    "\ntime",
    "** **",
    "k i l l",
    " t i m e",
    " a ",
    " b a d",
    " y o u",
    "\r\n",
    "\x0b",
    "\u2028",
    "\u3164",
    "–",
    "/",
    ",",
    "а",
    " " * 15,
    "吗",
    "吧",
    "é",
    "\u200b",
    "aaa",
    "lll",
    "b4",
    "1",
    "@d",
    "8",
    "96",
]


@settings(max_examples=examples(400))
@given(
    text=st.lists(st.sampled_from(BITS), max_size=16).map("".join), cuts=st.lists(st.integers(0, 40), max_size=8)
)
def test_pieces_give_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    pieces_give_what_the_whole_gives(POLICY, text, cuts)
