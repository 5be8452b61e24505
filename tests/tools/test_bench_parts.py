"""What the parts of the runtime's benchmark make of what they measured."""

import random
from pathlib import Path

import pytest

from tools.bench import peers
from tools.bench.agreement import compared
from tools.bench.client import Answer
from tools.bench.first_token import flops
from tools.bench.load import Load
from tools.bench.prompts import passages, random_words
from tools.bench.quoting import quoted_share
from tools.bench.servers import NotRun
from tools.bench.settings import Settings
from tools.bench.speed import BATCHING, COMPARED, LLAMA_F32, LLAMA_Q8, OURS_FLOAT, OURS_INT8, PLAIN, compare

SETTINGS = Settings(Path("nowhere"))


def loads(*rates: float) -> list[Load]:
    event = b'data: {"choices": [{"text": "x"}], "usage": {"completion_tokens": %d}}\n\n'
    return [Load([Answer(0.0, [(0.1, event % rate)], 200)], 1.0, 0.0) for rate in rates]


def test_a_peer_that_is_absent_makes_a_row_that_says_why() -> None:
    measured = {(clients, name): loads(100, 100) for clients in (1, 8) for name in (OURS_INT8, OURS_FLOAT)}
    absent = {LLAMA_Q8: "no binary", LLAMA_F32: "no binary", BATCHING: "no command", PLAIN: "no command"}
    rows = list(compare(measured, absent))
    assert len(rows) == len(COMPARED)
    assert {row.cells()[-1] for row in rows} == {"not run"}
    assert "no binary" in rows[0].figure


def test_a_comparison_is_of_the_same_rounds() -> None:
    names = (OURS_INT8, OURS_FLOAT, LLAMA_Q8, LLAMA_F32, BATCHING, PLAIN)
    measured = {(clients, name): loads(100, 10, 100) for clients in (1, 8) for name in names}
    measured[8, OURS_INT8] = loads(200, 20, 200)
    first = next(iter(compare(measured, {})))
    assert (first.value, first.figure) == (2.0, "200 / 100 tokens/s")


def test_llama_cpp_that_is_not_installed_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_SERVER", "/nonexistent/llama-server")
    with pytest.raises(NotRun, match="LLAMA_SERVER"):
        peers.llama(Path("model"), "q8_0")


def test_prompts_differ_from_round_to_round_and_not_from_run_to_run() -> None:
    texts = [random_words(SETTINGS.rng("speed", number), 120) for number in (0, 1, 0)]
    assert texts[0] != texts[1]
    assert texts[0] == texts[2]
    assert len(texts[0].split()) == 120


def test_passages_are_long_enough_and_none_comes_twice() -> None:
    texts = passages(random.Random(1), 6000)
    assert 6000 <= sum(map(len, texts)) < 7000
    assert len(texts) == len(set(texts))


def test_choices_are_compared_up_to_the_first_difference_and_forced_tokens_are_none() -> None:
    exact = [(1, False), (9, True), (2, False), (3, False)]
    other = [(1, False), (9, True), (5, False), (3, False)]
    assert list(compared(exact, other)) == [True, False]
    assert list(compared(exact, exact)) == [True, True, True]


def test_quoted_words_are_those_in_runs_that_stand_in_the_passages() -> None:
    texts = ["The lamp has a\nwarranty of two years.", "Shipping is free."]
    assert quoted_share("lamp has a warranty of two", texts) == 1.0
    assert quoted_share("lamp has a warranty for ever", texts) == pytest.approx(1 / 3)
    assert quoted_share("too short", texts) == 0.0


def test_the_arithmetic_of_a_prompt_counts_linear_layers_attention_and_one_output() -> None:
    config = {
        "hidden_size": 4,
        "num_attention_heads": 2,
        "head_dim": 2,
        "num_key_value_heads": 1,
        "intermediate_size": 8,
        "num_hidden_layers": 3,
        "vocab_size": 10,
    }
    linear = 3 * (4 * 4 + 4 * 2 + 4 * 2 + 4 * 4 + 3 * 4 * 8)  # q, k, v, o, and the perceptron
    attention = 3 * (2 * 4 * 5)  # scores and sums over half of ten positions
    assert flops(10, config) == 2 * 10 * (linear + attention) + 2 * 4 * 10
