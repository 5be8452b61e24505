"""The prompt that the starter is trained on."""

from model_runtime.training.examples.prompt import LABELS, render_messages, render_text
from model_runtime.training.sequences.tokens import train_tokenizer


def test_question_comes_first_and_every_sentence_is_followed_by_its_label() -> None:
    messages = render_messages("How long?", "en", ["Thirty days.", "No\nfees."])
    assert messages == [
        {"role": "system", "content": "Answer only with the numbered sentences, or decline."},
        {"role": "user", "content": "How long?\n\nThirty days. [1]\nNo fees. [2]"},
    ]


def test_without_sentences_the_user_message_is_the_question() -> None:
    assert render_messages("你好", "zh", []) == [
        {"role": "system", "content": "只用带编号的句子回答，否则婉拒。"},
        {"role": "user", "content": "你好"},
    ]


def test_at_most_ten_sentences_are_shown() -> None:
    content = render_messages("q", "en", [f"s{n}" for n in range(12)])[1]["content"]
    assert content.endswith("s9 [10]")


def test_the_text_is_chatml_and_ends_where_the_assistant_begins() -> None:
    assert render_text("Hi", "en", []) == (
        "<|im_start|>system\nAnswer only with the numbered sentences, or decline.<|im_end|>\n"
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )


def test_labels_newlines_and_chinese_characters_are_single_tokens() -> None:
    tokenizer = train_tokenizer(["我们支持退货。" * 3, "We accept returns.\n\n" * 3], vocabulary=400)
    for label in LABELS:
        assert len(tokenizer.encode(f"so {label}\n").ids) == len(tokenizer.encode("so ").ids) + 2
    assert tokenizer.encode("货。\n货").tokens.count("Ċ") == 1
    assert tokenizer.encode("货。\n\n货").tokens.count("\n\n") == 1
    assert len(tokenizer.encode("我们").ids) == 2
    text = "Both  spaces, 中文 and [12] labels\nsurvive."
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text
