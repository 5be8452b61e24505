"""Choosing from logits, with torch and without."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from model_runtime.backends import sampling as with_torch
from model_runtime.backends.base import Choice, Chosen, Sampling
from model_runtime.backends.decoder import choosing as without

LOGITS = torch.tensor([[0.0, 3.0, 2.0, 1.0, -50.0]])


class Mask:
    """A grammar that allows the given tokens."""

    complete = False

    def __init__(self, *allowed: int) -> None:
        self.mask = sum(1 << token for token in allowed).to_bytes(2, "little")

    def forced(self, limit: int) -> list[int]:
        return []

    def accept(self, token: int) -> None:
        pass


def chosen_without(logits: torch.Tensor, choices: list[Choice]) -> list[Chosen]:
    totals = logits.logsumexp(-1).tolist()
    rows = zip(logits.numpy(), totals, choices, strict=True)
    return [without.choose(row, int(row.argmax()), total, choice) for row, total, choice in rows]


def choose(logits: torch.Tensor, choices: list[Choice]) -> list[Chosen]:
    """What both ways come to. Tokens that are alike to the last bit but one may change places."""
    found = with_torch.choose(logits, choices)
    for one, other in zip(found, chosen_without(logits, choices), strict=True):
        assert one.token == other.token or one.logprob == pytest.approx(other.logprob, abs=1e-6)
        assert one.logprob == pytest.approx(other.logprob, abs=1e-5, nan_ok=True)
        assert [value for _, value in one.top] == pytest.approx([value for _, value in other.top], abs=1e-5)
    return found


def pick(uniform: float = 0.5, **options: object) -> int:
    names = {"banned", "counts", "constraint", "prompt"}
    asked = {name: value for name, value in options.items() if name in names}
    sampling = Sampling(**{name: value for name, value in options.items() if name not in names})  # type: ignore[arg-type]
    return choose(LOGITS, [Choice(sampling, uniform, **asked)])[0].token  # type: ignore[arg-type]


def test_temperature_zero_takes_the_likeliest() -> None:
    assert pick(temperature=0, uniform=0.999) == 1


def test_the_draw_follows_the_probabilities() -> None:
    counts = Counter(pick(uniform=step / 2000) for step in range(2000))
    expected = torch.softmax(LOGITS[0], 0).tolist()
    assert all(abs(counts[token] / 2000 - expected[token]) < 0.002 for token in range(5))


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"top_k": 2}, {1, 2}),
        ({"top_k": 1}, {1}),
        ({"top_p": 0.6}, {1}),
        ({"top_p": 0.7}, {1, 2}),
        ({"min_p": 0.2}, {1, 2}),
        ({"min_p": 0.1}, {1, 2, 3}),
        ({"temperature": 1e-3}, {1}),
        ({}, {0, 1, 2, 3}),
    ],
)
def test_filters_keep_the_likeliest(options: dict[str, float], kept: set[int]) -> None:
    assert {pick(uniform=step / 500, **options) for step in range(500)} == kept


def test_a_grammar_leaves_only_its_tokens() -> None:
    assert {pick(uniform=step / 50, constraint=Mask(3, 4)) for step in range(50)} == {3}
    assert pick(temperature=0, constraint=Mask(4)) == 4


def test_the_log_probability_is_the_models_own_not_the_grammars() -> None:
    (chosen,) = choose(LOGITS, [Choice(Sampling(top_logprobs=2), 0.5, constraint=Mask(3))])
    assert chosen.logprob == pytest.approx(math.log(torch.softmax(LOGITS[0], 0)[3]))
    assert [token for token, _ in chosen.top] == [1, 2]


def test_bans_biases_and_penalties_move_the_choice() -> None:
    assert pick(temperature=0, banned=frozenset({1})) == 2
    assert pick(temperature=0, logit_bias={4: 100.0}) == 4
    assert pick(temperature=0, presence_penalty=2.0, counts={1: 1}) == 2
    assert pick(temperature=0, frequency_penalty=0.6, counts={1: 4, 2: 3}) == 3
    assert pick(temperature=0, frequency_penalty=-2.0, counts={3: 2}) == 3


def test_a_repetition_penalty_makes_what_was_read_or_written_less_likely_whatever_its_sign() -> None:
    assert pick(temperature=0, repetition_penalty=2.0, counts={1: 3}) == 2
    assert pick(temperature=0, repetition_penalty=2.0, prompt=frozenset({1})) == 2
    assert pick(temperature=0, repetition_penalty=4.0, counts={1: 1}, prompt=frozenset({2})) == 3
    assert pick(temperature=0, repetition_penalty=0.5, prompt=frozenset({2})) == 2, "below 1 it invites repeating"
    likely, penalised = (
        choose(-LOGITS - 1, [Choice(Sampling(temperature=0, repetition_penalty=penalty), 0.5, prompt=known)])[
            0
        ].token
        for penalty, known in ((1.0, frozenset[int]()), (1e3, frozenset({4})))
    )
    assert (likely, penalised) == (4, 4), "a positive logit stays above the negative ones"
    below = -LOGITS[:, :4] - 1
    (chosen,) = choose(below, [Choice(Sampling(temperature=0, repetition_penalty=3.0), 0.5, prompt=frozenset({0}))])
    assert chosen.token == 3, "a negative logit falls"


def test_repetition_is_penalised_before_presence_and_frequency_as_vllm_does() -> None:
    known = {"prompt": frozenset({1}), "counts": {2: 1}}
    assert pick(temperature=0, repetition_penalty=2.0, presence_penalty=-0.9, **known) == 2, "3/2 < 2/2 + 0.9"


@given(st.integers(0, 2**32), st.floats(0, 1, exclude_max=True), st.integers(1, 6))
def test_a_row_is_chosen_alike_alone_and_in_a_batch(seed: int, uniform: float, rows: int) -> None:
    logits = torch.randn(rows, 50, generator=torch.Generator().manual_seed(seed))
    choices = [Choice(Sampling(top_p=0.9), uniform) for _ in range(rows)]
    together = [chosen.token for chosen in choose(logits, choices)]
    assert together == [choose(logits[row : row + 1], [choices[row]])[0].token for row in range(rows)]


@pytest.mark.parametrize("bad", [float("nan"), -float("nan"), float("inf")])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_row_that_is_no_numbers_says_so_and_leaves_the_others_alone(bad: float, temperature: float) -> None:
    logits = LOGITS.repeat(3, 1)
    logits[1, 2] = bad
    choices = [Choice(Sampling(temperature=temperature, top_logprobs=2), 0.5)] * 3
    first, broken, last = choose(logits, choices)
    assert first == last == choose(LOGITS, choices[:1])[0]
    assert math.isnan(broken.logprob)


def test_a_grammar_that_allows_only_what_the_model_rules_out_fails_for_nobody_else() -> None:
    logits = LOGITS.repeat(2, 1)
    logits[0, 3] = -math.inf
    choices = [Choice(Sampling(), 0.5, constraint=Mask(3)), Choice(Sampling(), 0.5)]
    for way in (with_torch.choose, chosen_without):
        assert way(logits, choices)[1] == way(LOGITS, choices[1:])[0]


@pytest.mark.parametrize("temperature", [1e-320, 1e-40, 1e-6, 2e-5])
def test_the_coldest_temperatures_take_the_likeliest_token(temperature: float) -> None:
    (chosen,) = choose(LOGITS * 30, [Choice(Sampling(temperature=temperature), 0.999999)])
    assert chosen.token == 1
    assert math.isfinite(chosen.logprob)


@example(seed=303, temperature=2.0, top_k=301, top_p=1.0, min_p=0.0, flat=True)
@given(
    st.integers(0, 2**32),
    st.floats(0.05, 3),
    st.integers(0, 700),
    st.floats(0.05, 1),
    st.floats(0, 0.5),
    st.booleans(),
)
def test_whoever_computes_draws_the_same_token(
    seed: int, temperature: float, top_k: int, top_p: float, min_p: float, flat: bool
) -> None:
    rng = torch.Generator().manual_seed(seed)
    logits = torch.randn(3, 600, generator=rng) * (0.01 if flat else 4)  # flat: the nucleus is wider than a head
    sampling = Sampling(temperature, top_p, top_k, min_p, 0.3, 0.2, 1.2, logit_bias={3: 2.0}, top_logprobs=4)
    counts, prompt = {seed % 600: 2, 7: 1}, frozenset({8, 9})
    choose(
        logits,
        [
            Choice(sampling, float(uniform), banned=frozenset({5}), counts=counts, prompt=prompt)
            for uniform in torch.rand(3, generator=rng)
        ],
    )
