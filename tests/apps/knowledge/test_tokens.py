"""Search tokens of both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.retrieval.tokens import question_tokens, tokenize, tsvector


def test_english_words_are_stemmed_and_stop_words_left_out() -> None:
    assert tokenize("The lamps were charging") == ["lamp", "charg"]


def test_chinese_gives_characters_and_bigrams() -> None:
    assert tokenize("退票期") == ["退", "票", "期", "退票", "票期"]


def test_words_of_a_shop_that_mean_the_same_share_a_token_in_either_script() -> None:
    assert set(tokenize("满多少包邮")) & set(tokenize("什麼時候免運費")) == {"≈免运费"}


def test_latin_words_and_numbers_inside_chinese_are_tokens_of_their_own() -> None:
    assert {"ember", "30", "台灯"} <= set(tokenize("Ember台灯保修30天"))


def test_a_word_is_found_however_it_is_hyphenated() -> None:
    assert "wifi" in tokenize("Wi-Fi")
    assert "wifi" in tokenize("wifi")


def test_full_width_and_thousands_make_no_difference() -> None:
    assert tokenize("Ｅ１　１，２９９") == tokenize("e1 1299")


def test_words_that_only_ask_do_not_count() -> None:
    assert question_tokens("台灯是什么时候上市的？") == tokenize("台灯 上市")


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("我可以退货吗", "退货"),
        ("你们能不能开发票呀", "开发票"),
        ("会员要付年费吗", "会员 付年费"),
        ("智能灯还能用吗", "智能灯 用"),
        ("主要功能有哪些", "主要功能"),
    ],
)
def test_chinese_words_that_say_nothing_do_not_count_but_words_that_hold_them_do(question: str, about: str) -> None:
    assert question_tokens(question) == tokenize(about)


def test_a_question_of_nothing_but_asking_words_keeps_them() -> None:
    assert question_tokens("为什么")


@given(st.text(max_size=60))
def test_tokens_hold_no_white_space_and_are_lower_case(text: str) -> None:
    assert all(token and not any(c.isspace() for c in token) for token in tokenize(text))


@given(st.text(max_size=60))
def test_tokenising_the_same_text_twice_gives_the_same(text: str) -> None:
    assert tokenize(text) == tokenize(text)


def test_the_vector_keeps_how_often_a_token_stands() -> None:
    assert tsvector(["a", "b", "a"]) == "'a':1,3 'b':2"


def test_traditional_and_simplified_characters_are_the_same_words() -> None:
    assert tokenize("退貨運費誰承擔") == tokenize("退货运费谁承担")
    assert question_tokens("檯燈是什麼時候上市的？") == question_tokens("台灯是什么时候上市的？")
