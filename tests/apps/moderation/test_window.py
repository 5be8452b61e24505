"""Nothing of a blocked span leaves the window, however the answer was cut into pieces."""

from pathlib import Path

import pytest

from apps.moderation.checks.words import WordCheck
from apps.moderation.policy import DEFAULT_RULES, policy_compile
from apps.moderation.services import Blocked, OutputWindow, published

DEMO = Path(__file__).resolve().parents[3] / "demo"
POLICY = policy_compile(1, DEFAULT_RULES)


def through(pieces: list[str], allow: frozenset[str] = frozenset()) -> tuple[str, bool]:
    """What was shown, and whether the answer was blocked."""
    window, shown = OutputWindow(POLICY, language="en", allow=allow), ""
    try:
        for piece in pieces:
            shown += window.feed(piece)
        return shown + window.finish(), False
    except Blocked:
        return shown, True


def splits(text: str) -> list[list[str]]:
    return [[text[:i], text[i:]] for i in range(len(text) + 1)] + [list(text)]


@pytest.mark.parametrize("before, after", [("Well, ", " indeed."), ("", ""), ("好的，", "。再见"), ("(", ")")])
def test_no_character_of_a_listed_word_is_shown_at_any_split(before: str, after: str) -> None:
    for word, _category in WordCheck().terms:
        for pieces in splits(before + word + after):
            shown, blocked = through(pieces)
            assert blocked and before.startswith(shown), pieces


@pytest.mark.parametrize(
    "written",
    [
        "ｆｕｃｋ",
        "FuCk",
        "f\u200buc\u200dk",
        "fu\u00adck",
        "f\u0301uck",
        "傻\u200b逼",
        "傻\ufe0f逼",
        "fuсk",
        "FUСК",
        "ꜰυᴄᴋ",
        "sħıt",
        "f`u`ck",
    ],
)
def test_a_disguised_word_is_blocked_at_every_split(written: str) -> None:
    for pieces in splits(f"Hm {written} hm"):
        shown, blocked = through(pieces)
        assert blocked and "Hm ".startswith(shown), pieces


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe and Penistone are towns; shiitake is a mushroom; Dickens, cocktails, classic assessment.",
        "年轻生活，来自杀毒软件，开支那么大，家畜生产，生日你妈妈来，不分贵贱人人平等，热狗日报，切割腕带。",
        "I want to diet. The suspension ends my lifetime warranty. 12 3 4",
        "Order 20251125000017, code 1381234567, price 13812345678901.",
    ],
)
def test_innocent_text_passes_whole_at_every_split(text: str) -> None:
    for pieces in splits(text):
        assert through(pieces) == (text, False), pieces


@pytest.mark.parametrize(
    "secret",
    [
        "13812345678",
        "+86 138 1234 5678",
        "11010519491231002X",
        "4111 1111 1111 1111",
        "li.lei+shop@mail.example.com",
        "１３８１２３４５６７８",
    ],
)
def test_personal_data_is_masked_at_every_split(secret: str) -> None:
    for pieces in splits(f"请联系 {secret}，谢谢 2 times"):
        shown, blocked = through(pieces)
        assert not blocked and shown.startswith("请联系 ") and shown.endswith("，谢谢 2 times"), shown
        assert "•" in shown and not set("0123456789@１３") & set(shown[4:].removesuffix("，谢谢 2 times")), shown


def test_a_card_after_another_number_is_still_found() -> None:
    for text in ("Paid for 2 4111 1111 1111 1111 today", "4111 1111 1111 1111 22abc"):
        assert "1111" not in through([text])[0]


def test_numbers_with_a_wrong_checksum_are_not_personal_data() -> None:
    text = "编号 110105194912310021 和 4111 1111 1111 1112"
    assert through([text]) == (text, False)


def test_contacts_that_the_sources_publish_are_shown() -> None:
    allow = published(["Write to Care@Shop.example or call 138-1234-5678."])
    text = "Call 13812345678 or care@shop.example, not 13912345678."
    assert through(list(text), allow)[0] == "Call 13812345678 or care@shop.example, not ••••••••."


def test_nothing_leaves_after_a_block_and_the_verdict_names_the_place() -> None:
    window = OutputWindow(POLICY, language="zh")
    assert window.feed("好的。你这个王八") == "好的。你这个"
    with pytest.raises(Blocked) as raised:
        window.feed("蛋 再说")
    finding = raised.value.verdict.findings[0]
    assert (finding.start, finding.end, finding.rule) == (6, 9, "abuse")
    with pytest.raises(Blocked):
        window.finish()


def test_ordinary_text_is_not_held_back_longer_than_a_word() -> None:
    window = OutputWindow(POLICY, language="en")
    shown = [
        window.feed(piece) for piece in ["Returns ", "are ", "free ", "within ", "30 ", "days, ", "您好", "，请"]
    ]
    assert "".join(shown) == "Returns are free within 30 days, 您好，请"


def test_a_check_that_breaks_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, text: str) -> list[object]:
        raise RuntimeError("gone")

    monkeypatch.setattr(WordCheck, "find", broken)
    assert through(["All ", "is well."]) == ("", True)


def test_no_page_of_the_demo_is_blocked_and_its_contacts_are_shown() -> None:
    pages = [path for path in DEMO.rglob("*") if path.suffix in {".md", ".txt", ".csv", ".html"}]
    assert len(pages) > 50
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert through([text], published([text])) == (text, False), path
