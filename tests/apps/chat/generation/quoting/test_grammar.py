"""The grammar lets through exactly the agreed answers. Checked with the library that the runtime uses."""

import llguidance.hf
from hypothesis import given, settings
from hypothesis import strategies as st
from llguidance import LLMatcher
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from apps.chat.generation.quoting.grammar import verbatim_grammar
from tests.examples import examples

END = "<|endoftext|>"
# Any text that may stand on one line of a document, quotation marks, backslashes and emoji among it.
LINE = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\n\r\x00"), min_size=1, max_size=40)
LINES = st.lists(LINE, min_size=1, max_size=5, unique=True)


def byte_tokenizer() -> llguidance.LLTokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: place for place, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([END])
    return llguidance.hf.from_tokenizer(PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END))


TOKENIZER = byte_tokenizer()
PHRASES = {"no": "I found nothing.", "hello": "Hello."}


def allows(grammar: str, text: str) -> bool:
    """Whether `text` is a whole answer under the grammar."""
    matcher = LLMatcher(TOKENIZER, grammar)
    assert not matcher.is_error(), matcher.get_error()
    tokens = TOKENIZER.tokenize_str(text)
    return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()


@given(LINES)
@settings(max_examples=examples(60))
def test_each_sentence_may_be_said_alone_and_two_in_any_order(sentences: list[str]) -> None:
    grammar = verbatim_grammar(sentences, PHRASES, 2)
    said = [f"[{label}] {sentence}" for label, sentence in enumerate(sentences, 1)]
    assert all(allows(grammar, one) for one in said)
    if len(said) > 1:
        assert allows(grammar, f"{said[-1]}\n{said[0]}")
        assert not allows(grammar, "\n".join([said[0], said[1], said[0]]))


@given(LINES, st.data())
@settings(max_examples=examples(60))
def test_no_other_wording_is_possible(sentences: list[str], data: st.DataObject) -> None:
    grammar = verbatim_grammar(sentences, PHRASES, 2)
    label = data.draw(st.integers(1, len(sentences)))
    other = data.draw(LINE)
    if other != sentences[label - 1]:
        assert not allows(grammar, f"[{label}] {other}")
    assert not allows(grammar, sentences[0])


def test_a_sentence_is_not_repeated_and_phrases_stand_alone() -> None:
    grammar = verbatim_grammar(["One.", "Two.", "Three."], PHRASES, 3)
    assert allows(grammar, "[1] One.\n[2] Two.\n[3] Three.")
    assert not allows(grammar, "[1] One.\n[1] One.")
    assert not allows(grammar, "[1] One.\n[no] I found nothing.")
    assert not allows(grammar, "[no] I found nothing.\n[1] One.")
    assert allows(grammar, "[hello] Hello.")


def test_with_a_least_of_two_the_first_two_sentences_come_and_the_model_adds_others() -> None:
    grammar = verbatim_grammar(["One.", "Two.", "Three.", "Four."], PHRASES, 3, 2)
    assert not allows(grammar, "[1] One.")
    assert not allows(grammar, "[1] One.\n[3] Three.")
    assert not allows(grammar, "[2] Two.\n[1] One.")
    assert allows(grammar, "[1] One.\n[2] Two.")
    assert allows(grammar, "[1] One.\n[2] Two.\n[4] Four.")
    assert not allows(grammar, "[1] One.\n[2] Two.\n[1] One.")
    assert allows(grammar, "[no] I found nothing.")
    assert allows(verbatim_grammar(["One."], PHRASES, 3, 2), "[1] One.")
    assert allows(verbatim_grammar(["One.", "Two."], PHRASES, 2, 2), "[1] One.\n[2] Two.")


def test_without_sources_only_phrases_are_left() -> None:
    grammar = verbatim_grammar([], PHRASES, 2)
    assert allows(grammar, "[no] I found nothing.")
    assert not allows(grammar, "[1] One.")
