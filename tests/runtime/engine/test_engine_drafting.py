"""Guessing ahead: what is guessed, how much, and that nobody can tell from the answers."""

import random
from collections import Counter
from collections.abc import Sequence as Tokens
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.backends.base import Choice, Chosen, Sampling
from model_runtime.engine.drafting import Drafter
from model_runtime.engine.request import Limits
from model_runtime.engine.scheduler import DRAFTS_A_STEP
from model_runtime.engine.sequence import Sequence
from tests.runtime.engine.contexts import ContextBackend, Listener
from tests.runtime.engine.stepping import Stepper


class DrawnBackend(ContextBackend):
    """Every token is drawn from one distribution, whatever came before."""

    odds = {97: 0.6, 98: 0.3, 99: 0.1}

    def choose(self, context: Tokens[int], adapter: str | None, choice: Choice) -> int:
        left = choice.uniform
        for token, share in self.odds.items():
            left -= share
            if left < 0:
                return token
        return 99


class RoundBackend(ContextBackend):
    """Writes one round of letters again and again."""

    def choose(self, context: Tokens[int], adapter: str | None, choice: Choice) -> int:
        return 97 + len(context) % 9


class NewBackend(ContextBackend):
    """Never repeats itself, though pairs recur at times."""

    def choose(self, context: Tokens[int], adapter: str | None, choice: Choice) -> int:
        return random.Random(len(context)).randrange(1, 60)

    def token_bytes(self, token: int) -> bytes:
        return b"a"


def naive(tokens: list[int]) -> list[int]:
    """What followed the latest earlier place where the last three (else two) tokens stand."""
    for size in (3, 2):
        for place in range(len(tokens) - 1, size - 1, -1):
            if tokens[place - size : place] == tokens[len(tokens) - size :]:
                return tokens[place:]
    return []


@given(st.lists(st.integers(0, 3), max_size=40), st.lists(st.integers(0, 3), max_size=20))
def test_the_guess_is_what_followed_the_latest_longest_match(prompt: list[int], answer: list[int]) -> None:
    tokens = list(prompt)
    drafter = Drafter(tokens, 4)
    for token in [*answer, 0]:
        drafted = drafter.draft(2)
        expected = naive(tokens)
        assert drafted == (expected * 2)[: len(drafted)]
        assert len(drafted) == (2 if expected else 0)
        tokens.append(token)


def test_a_text_that_repeats_itself_is_guessed_to_go_on_so() -> None:
    drafter = Drafter([1, 2, 3, 1, 2, 3, 1, 2], 16)
    for _ in range(3):
        drafter.learn(len(drafter.draft(16)), len(drafter.draft(16)))
    assert drafter.draft(16) == [3, 1, 2] * 5 + [3]


def test_guesses_grow_while_right_and_shrink_when_wrong() -> None:
    drafter = Drafter([5] * 9, 16)
    lengths = []
    for accepted in (4, 8, 16, 16, 9, 3, 2):
        lengths.append(len(drafter.draft(99)))
        drafter.learn(lengths[-1], min(accepted, lengths[-1]))
    assert lengths == [4, 8, 16, 16, 16, 9, 4]


def test_after_misses_guessing_pauses_ever_longer_and_a_hit_ends_that() -> None:
    drafter = Drafter([5] * 9, 16)
    pauses = []
    for _ in range(8):
        waited = 0
        while not drafter.draft(16):
            waited += 1
        pauses.append(waited)
        drafter.learn(4, 1)
    assert pauses == [0, 1, 3, 7, 15, 31, 63, 64]
    while not drafter.draft(16):
        pass
    drafter.learn(4, 2)
    assert drafter.draft(16)


def run(backend: ContextBackend, *listeners: Listener, **options: object) -> int:
    """Answer the requests; how many steps it took."""
    stepper = Stepper(backend, **options)
    stepper.add(*listeners)
    steps = 0
    while stepper.scheduler.busy:
        stepper.step()
        steps += 1
    return steps


def test_an_answer_that_repeats_takes_a_fraction_of_the_steps() -> None:
    listener = Listener([1, 2, 3], Limits(300))
    assert run(RoundBackend(), listener) < 40
    assert listener.finished.completion_tokens == 300
    assert listener.finished.accepted_tokens > 260


def test_text_without_repetition_costs_next_to_no_guesses() -> None:
    backend = NewBackend(context_length=3000)
    listener = Listener([1, 2, 3], Limits(2000))
    run(backend, listener)
    assert 0 < sum(len(work.choices) > 1 for work in backend.works) < 50
    assert listener.finished.completion_tokens == 2000


@pytest.mark.parametrize(("writers", "guesses"), [(8, True), (12, False)])
def test_many_sequences_share_the_guesses_and_too_many_make_none(writers: int, guesses: bool) -> None:
    stepper = Stepper(RoundBackend(slots=12))
    stepper.add(*(Listener([1, 2, index], Limits(200)) for index in range(writers)))
    most = 0
    while stepper.scheduler.busy:
        works = stepper.step()
        if len(works) == writers:
            most = max(most, sum(len(work.choices) - 1 for work in works if work.choices))
    assert 0 < most <= DRAFTS_A_STEP if guesses else most == 0


def test_a_backend_that_computes_lengths_apart_guesses_for_one_alone() -> None:
    backend = RoundBackend(ragged=False)
    stepper = Stepper(backend)
    stepper.add(Listener([1, 2, 3], Limits(100)), Listener([1, 2, 4], Limits(30)))
    together = alone = 0
    while stepper.scheduler.busy:
        works = stepper.step()
        guessed = sum(len(work.choices) - 1 for work in works if work.choices)
        together, alone = (together + guessed, alone) if len(works) > 1 else (together, alone + guessed)
    assert together == 0 < alone


def test_switched_off_or_under_a_grammar_nothing_is_guessed() -> None:
    free = SimpleNamespace(complete=False, mask=None, forced=lambda limit: [], accept=lambda token: None)
    for listener, options in (
        (Listener([1, 2, 3], Limits(90)), {"draft_tokens": 0}),
        (Listener([1, 2, 3], Limits(90), constraint=free), {}),
    ):
        run(RoundBackend(), listener, **options)
        assert listener.finished.draft_tokens == 0
        assert listener.finished.completion_tokens == 90


def test_an_end_token_is_never_guessed() -> None:
    backend = RoundBackend()
    run(backend, Listener([97, 98, 0, 97, 98, 0, 97, 98], Limits(50)))
    assert all(0 not in work.tokens[1:] for work in backend.works if len(work.choices) > 1)


def test_each_guess_is_judged_as_the_token_it_would_be() -> None:
    repeating = [97, 98, 97, 98, 97, 98]
    listener = Listener(
        repeating, Limits(20, min_tokens=2), sampling=Sampling(presence_penalty=1), seed=7, caller="anyone"
    )
    sequence = Sequence(listener.request, 0, ContextBackend(), draft_tokens=2)
    sequence.computed = 5
    work = sequence.write(8)
    draws = random.Random(7)
    assert work.tokens == [98, 97, 98]
    assert [choice.uniform for choice in work.choices] == [draws.random() for _ in range(3)]
    assert [dict(choice.counts) for choice in work.choices] == [{}, {97: 1}, {97: 1, 98: 1}]
    assert [bool(choice.banned) for choice in work.choices] == [True, True, False]
    # A wrong guess: the draw for its place is kept for the place, not thrown away with the guess.
    sequence.advance(work, [Chosen(97, -0.5), Chosen(99, -0.5), Chosen(98, -0.5)])
    assert sequence.tokens == [*repeating, 97, 99]
    assert (sequence.computed, sequence.waiting_tokens) == (7, 1)
    (choice,) = sequence.write(0).choices
    assert choice.uniform == work.choices[2].uniform
    assert dict(choice.counts) == {97: 1, 99: 1}


def test_nothing_is_guessed_beyond_the_last_token_wanted() -> None:
    backend = RoundBackend()
    run(backend, Listener([1, 2, 3], Limits(40)))
    assert max(work.start + len(work.tokens) for work in backend.works) == 3 + 40 - 1


@pytest.mark.parametrize("series", range(3))
def test_guessing_leaves_the_odds_of_every_token_as_they_are(series: int) -> None:
    backend = DrawnBackend(slots=8, context_length=500)
    listeners = [Listener([97, 98] * 8, Limits(400), seed=1000 * series + seed) for seed in range(24)]
    run(backend, *listeners)
    written = Counter(token for listener in listeners for token in listener.tokens)
    assert sum(listener.finished.accepted_tokens for listener in listeners) > 300
    for token, share in backend.odds.items():
        # Three standard deviations of 9600 draws.
        assert abs(written[token] / 9600 - share) < 0.015
