"""Word lists of one's own: over the release's, in force at once, each change in the audit log."""

import pytest

from apps.audit.selectors import audit_events
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict
from apps.moderation.checks.words import WordCheck, shipped
from apps.moderation.models import ListedWord
from apps.moderation.selectors import policy_active, words_listed, words_met, words_written
from apps.moderation.services import (
    Blocked,
    OutputWindow,
    check_text,
    policy_publish,
    word_change,
    word_remove,
    words_put,
    words_read,
)
from apps.moderation.word_changes import MOST_AT_ONCE, MOST_LISTED

pytestmark = pytest.mark.django_db
ADA = Actor(user_id=1, label="ada")


def found(text: str) -> list[tuple[str, str]]:
    """What a question with that text is found to hold, and what follows."""
    verdict = check_text(text=text, stage="input", language="en")
    return [(finding.rule, finding.action) for finding in verdict.findings]


def listed() -> dict[str, str]:
    return {word.term: word.category for word in words_listed() if word.category}


def events() -> list[tuple[str, str, dict[str, str]]]:
    """The oldest first."""
    rows = audit_events().filter(action__startswith="word.").order_by("id")
    return [(row.action, row.target, row.data) for row in rows]


def test_a_word_is_looked_for_from_its_commit_on_and_no_more_once_it_is_taken_out() -> None:
    assert found("Try Acme instead") == []
    words_put(actor=ADA, words=[("Acme", "other")])
    assert found("Try ＡＣＭＥ instead") == [("other", "flag")] and found("Acmeville") == []
    word_remove(actor=ADA, term="acme")
    assert found("Try Acme instead") == [] and not ListedWord.objects.exists()


def test_an_answer_with_a_word_of_ones_own_is_blocked_however_it_is_cut() -> None:
    words_put(actor=ADA, words=[("竞品公司", "other")])
    for cut in range(1, 4):
        window = OutputWindow(policy_active(), language="zh")
        shown = window.feed("推荐竞品公司"[: 2 + cut])
        with pytest.raises(Blocked):
            shown += window.feed("推荐竞品公司"[2 + cut :]) + window.finish()
        assert shown == "推荐"


def test_a_word_of_the_release_is_taken_out_and_put_back() -> None:
    assert found("bullshit") == [("abuse", "flag")]
    word_remove(actor=ADA, term="bullshit")
    assert found("bullshit") == []
    (off,) = [word for word in words_listed() if not word.category]
    assert (off.term, off.shipped, off.by) == ("bullshit", "abuse", "ada")
    words_put(actor=ADA, words=[("bullshit", "abuse")])
    assert found("bullshit") == [("abuse", "flag")] and not ListedWord.objects.exists()


def test_a_word_of_the_release_moves_to_another_list_and_a_later_release_does_not_move_it_back() -> None:
    assert word_change(actor=ADA, was="bullshit", term="bullshit", category="slur")
    assert found("bullshit") == [("slur", "block")]
    shipped()["bullshit"] = ("bullshit", "self_harm")
    try:
        assert listed()["bullshit"] == "slur"
    finally:
        shipped.cache_clear()


def test_a_word_is_written_otherwise() -> None:
    words_put(actor=ADA, words=[("Acme Ltd", "other")])
    assert word_change(actor=ADA, was="Acme Ltd", term="Acme Inc", category="slur")
    assert found("acme ltd") == [] and found("acme inc") == [("slur", "block")]
    assert word_change(actor=ADA, was="acme inc", term="ACME Inc", category="slur") and "ACME Inc" in listed()
    assert not word_change(actor=ADA, was="acme inc", term="ACME Inc", category="slur")
    with pytest.raises(BadInput, match="“bullshit” is listed already"):
        word_change(actor=ADA, was="ACME Inc", term="bullshit", category="slur")
    word_remove(actor=ADA, term="ACME Inc")
    with pytest.raises(Conflict, match="meanwhile"):
        word_change(actor=ADA, was="ACME Inc", term="ACME", category="slur")


def test_each_change_is_an_event_with_the_word_its_list_and_who_did_it() -> None:
    words_put(actor=ADA, words=[("Acme", "other"), ("Zeta", "other"), ("bullshit", "slur")])
    word_change(actor=ADA, was="Zeta", term="Eta", category="abuse")
    word_remove(actor=ADA, term="Acme")
    assert events() == [
        ("word.added", "word:Acme", {"list": "other"}),
        ("word.added", "word:Zeta", {"list": "other"}),
        ("word.changed", "word:bullshit", {"list": "slur", "list_before": "abuse"}),
        ("word.removed", "word:Zeta", {"list": "other"}),
        ("word.added", "word:Eta", {"list": "abuse"}),
        ("word.removed", "word:Acme", {"list": "other"}),
    ]
    assert set(audit_events().values_list("actor_label", flat=True)) == {"ada"}
    words_put(actor=ADA, words=[("Eta", "abuse"), ("kike", "slur")])
    assert len(events()) == 6


def test_what_is_exported_makes_another_installation_the_same() -> None:
    words_put(actor=ADA, words=[("Acme", "other"), ("混账东西", "slur"), ("re:zero", "other")])
    word_remove(actor=ADA, term="bullshit")
    before = listed()
    text = words_written((word.term, word.category) for word in words_listed() if word.category)
    for word in before:
        word_remove(actor=ADA, term=word)
    assert listed() == {} and found("fuck") == []
    done = words_put(actor=ADA, words=words_read(text), replace=True)
    assert listed() == before and (done.added, done.removed) == (len(before), 0)
    done = words_put(actor=ADA, words=[("only this", "other")], replace=True)
    assert listed() == {"only this": "other"} and (done.added, done.removed) == (1, len(before))


def test_a_file_says_its_lists_or_those_without_one_are_told_by_their_lines() -> None:
    text = "# ours\nAbuse: dolt，twerp\n\nother： 竞品、Acme\n"
    assert words_read(text) == [("dolt", "abuse"), ("twerp", "abuse"), ("竞品", "other"), ("Acme", "other")]
    assert words_read("re:zero\nslur: x y", "other") == [("re:zero", "other"), ("x y", "slur")]
    with pytest.raises(BadInput, match=r"“abuse:”: 2, 4\."):
        words_read("slur: a b\nsluur: c\n\nd\n")


@pytest.mark.parametrize(
    "term, why",
    [
        ("", "Write a word"),
        ("\u200b", "Write a word"),
        ("x" * 61, "too long"),
        ("ﷺ" * 40, "too long"),
        ("a, b", "comma"),
        ("e", "nearly every text"),
        ("。", "nearly every text"),
        ("?!", "nearly every text"),
        ("$", "nearly every text"),
        ("¥ =", "nearly every text"),
        ("的", "nearly every text"),
        ("７", "nearly every text"),
        ("The", "nearly every text"),
        ("我们", "nearly every text"),
    ],
)
def test_what_cannot_be_a_word_of_a_list_is_refused_and_changes_nothing(term: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        words_put(actor=ADA, words=[("fine", "other"), (term, "other")])
    assert "fine" not in listed() and events() == []


@pytest.mark.parametrize("term", ["🖕", "👎🏽", "C++", "屌丝", "这个骗子", "US$"])
def test_a_picture_and_a_word_that_holds_a_common_one_are_words_of_a_list(term: str) -> None:
    words_put(actor=ADA, words=[(term, "other")])
    assert found(f"一二 {term} 三") == [("other", "flag")]


def test_a_word_with_an_accent_by_itself_is_written_otherwise_and_taken_out_like_any_other() -> None:
    words_put(actor=ADA, words=[("´foo", "other")])
    assert found("foo") == [("other", "flag")]
    assert word_change(actor=ADA, was="´foo", term="´foo", category="slur")
    assert word_remove(actor=ADA, term="´foo") and found("foo") == []
    assert not word_remove(actor=ADA, term="´foo")


def test_what_is_changed_at_once_has_an_end_that_a_file_of_all_lists_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(shipped()) + MOST_LISTED < MOST_AT_ONCE
    monkeypatch.setattr("apps.moderation.word_changes.MOST_AT_ONCE", 3)
    for words, replace in [([f"word{number}" for number in range(4)], False), (["only this"], True)]:
        before = listed()
        with pytest.raises(BadInput, match="At most 3 words"):
            words_put(actor=ADA, words=[(word, "other") for word in words], replace=replace)
        assert listed() == before and events() == []


def test_a_list_that_does_not_exist_and_too_many_words_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="no list “sluur”"):
        words_put(actor=ADA, words=[("fine", "sluur")])
    monkeypatch.setattr("apps.moderation.word_changes.MOST_LISTED", 3)
    with pytest.raises(BadInput, match="3 at most"):
        words_put(actor=ADA, words=[(f"word{number}", "other") for number in range(4)])
    assert not ListedWord.objects.exists() and events() == []


def test_a_sentence_is_tried_against_all_lists_also_those_that_the_rules_let_pass() -> None:
    policy_publish(actor=ADA, rules={})
    words_put(actor=ADA, words=[("Acme", "other")])
    assert found("Acme is bullshit") == []
    text = "Ａcme is bull\u200bshit"
    met = [(word.category, text[word.start : word.end]) for word in words_met(text)]
    assert met == [("other", "Ａcme"), ("abuse", "bull\u200bshit")]


def test_no_list_at_all_finds_nothing() -> None:
    check = WordCheck(())
    assert check.find("fuck") == [] and check.open_from("fuck") == 4
