"""Grammars: a verbatim answer is exactly one of the allowed, and what is certain is forced."""

import json
import random
import re

import pytest

from model_runtime.backends.grammar import BadGrammar, GrammarCompiler, GrammarConstraint
from tests.runtime.support.checkpoints import TEXTS, make_tokenizer

SENTENCES = TEXTS[:4]
EOS = 2


@pytest.fixture(scope="module")
def compiler() -> GrammarCompiler:
    tokenizer = make_tokenizer()
    return GrammarCompiler(tokenizer.to_str(), [EOS], tokenizer.get_vocab_size())


def verbatim(sentences: list[str], most: int = 2) -> str:
    """Sentences with their labels, at most `most` of them, or the declining phrase."""
    lines = " | ".join(
        json.dumps(f"[{number}] {text}", ensure_ascii=False) for number, text in enumerate(sentences, 1)
    )
    more = "".join(' ("\\n" line' for _ in range(most - 1)) + ")?" * (most - 1)
    return f'start: line{more} | "[no] I do not know."\nline: {lines}'


def write(constraint: GrammarConstraint, compiler: GrammarCompiler, rng: random.Random) -> tuple[str, int, int]:
    """Choose at random where there is a choice: the text, and how many tokens were forced and chosen."""
    tokens = constraint.forced(500)
    forced, chosen = len(tokens), 0
    while not constraint.complete:
        assert constraint.mask is not None
        bits = int.from_bytes(constraint.mask, "little")
        token = rng.choice([index for index in range(bits.bit_length()) if bits >> index & 1])
        constraint.accept(token)
        chosen += 1
        if token == EOS:
            break
        more = constraint.forced(500)
        tokens += [token, *more]
        forced += len(more)
    return b"".join(map(compiler.token_bytes, tokens)).decode(), forced, chosen


@pytest.mark.parametrize("seed", range(30))
def test_a_verbatim_answer_is_exactly_one_of_the_allowed(compiler: GrammarCompiler, seed: int) -> None:
    text, forced, chosen = write(compiler.lark(verbatim(SENTENCES)), compiler, random.Random(seed))
    allowed = {f"[{number}] {sentence}" for number, sentence in enumerate(SENTENCES, 1)}
    lines = text.split("\n")
    assert text == "[no] I do not know." or (len(lines) <= 2 and set(lines) <= allowed)
    assert forced > chosen, "only labels, and whether to go on, are choices"


def test_one_label_token_is_the_only_choice_before_a_sentence(compiler: GrammarCompiler) -> None:
    constraint = compiler.lark('start: "[1] Refunds are paid." | "[no] Sorry."')
    assert constraint.forced(100) == []
    label = make_tokenizer().token_to_id("[1]")
    constraint.accept(label)
    rest = constraint.forced(100)
    assert b"".join(map(compiler.token_bytes, rest)) == b" Refunds are paid."
    assert constraint.complete


def test_a_grammar_of_one_text_needs_no_choice_at_all(compiler: GrammarCompiler) -> None:
    constraint = compiler.lark('start: "你好，世界"')
    tokens = constraint.forced(100)
    assert b"".join(map(compiler.token_bytes, tokens)).decode() == "你好，世界"
    assert constraint.complete


def test_forcing_respects_its_limit(compiler: GrammarCompiler) -> None:
    constraint = compiler.lark('start: "one two three four"')
    assert len(constraint.forced(3)) == 3
    assert not constraint.complete


@pytest.mark.parametrize("seed", range(5))
def test_json_follows_its_schema(compiler: GrammarCompiler, seed: int) -> None:
    schema = {
        "type": "object",
        "properties": {"answer": {"enum": ["yes", "no"]}, "sure": {"type": "boolean"}},
        "required": ["answer", "sure"],
        "additionalProperties": False,
    }
    text, _, _ = write(compiler.json_schema(schema), compiler, random.Random(seed))
    assert re.fullmatch(r'\{"answer":"(yes|no)","sure":(true|false)\}', text)


@pytest.mark.parametrize("grammar", ["start: missing", "start: (", "", 'begin: "a"', "start: /(/"])
def test_a_grammar_that_does_not_compile_says_so(compiler: GrammarCompiler, grammar: str) -> None:
    with pytest.raises(BadGrammar):
        compiler.lark(grammar)


def test_a_schema_that_does_not_compile_says_so(compiler: GrammarCompiler) -> None:
    with pytest.raises(BadGrammar):
        compiler.json_schema({"type": "nonsense"})


def test_a_copy_goes_its_own_way(compiler: GrammarCompiler) -> None:
    first = compiler.lark('start: "[1] a" | "[2] b"')
    second = first.copy()
    tokenizer = make_tokenizer()
    first.accept(tokenizer.token_to_id("[1]"))
    second.forced(10)
    second.accept(tokenizer.token_to_id("[2]"))
    assert compiler.token_bytes(second.forced(10)[-1]) == b"b"


def test_a_token_outside_the_grammar_is_refused_without_a_word_of_the_answer(compiler: GrammarCompiler) -> None:
    constraint = compiler.lark('start: "Who pays?" ("[1] a" | "[3] b")')
    constraint.forced(10)
    with pytest.raises(ValueError, match="the grammar stopped") as refused:
        constraint.accept(make_tokenizer().token_to_id("[2]"))
    assert "Who" not in str(refused.value)


def test_a_schema_deeper_than_python_goes_does_not_compile(compiler: GrammarCompiler) -> None:
    schema: dict[str, object] = {"type": "object"}
    for _ in range(2000):
        schema = {"anyOf": [schema]}
    with pytest.raises(BadGrammar, match="recursion"):
        compiler.json_schema(schema)
