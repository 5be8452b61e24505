"""Prefix reuse: what a slot holds is not computed again, and what is worth keeping is kept."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.engine.prefixes import FreeSlots, Held, common_prefix
from model_runtime.engine.request import CANCELLED, Limits
from tests.runtime.engine.contexts import ContextBackend, Listener
from tests.runtime.engine.stepping import Stepper

SYSTEM = [97 + index % 7 for index in range(40)]
LAW = [97 + index * index % 11 for index in range(60)]
FOOD = [97 + index * index % 13 for index in range(1, 31)]


def ask(*prompt: list[int], max_tokens: int = 5, **fields: object) -> Listener:
    return Listener([*chain(*prompt)], Limits(max_tokens, ignore_eos=True), **fields)  # type: ignore[arg-type]


def finish(stepper: Stepper, *listeners: Listener) -> list[int]:
    """Run requests to their end; the prompt tokens of each that were not computed again."""
    stepper.add(*listeners)
    stepper.finish()
    assert all(one.tokens == one.expected()[0] for one in listeners)
    return [one.finished.cached_tokens for one in listeners]


@given(st.integers(0, 600), st.lists(st.integers(0, 1), max_size=5), st.lists(st.integers(0, 1), max_size=5))
def test_a_common_beginning_is_measured_exactly(shared: int, one: list[int], other: list[int]) -> None:
    expected = shared
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        expected += 1
    assert common_prefix([7] * shared + one, [7] * shared + other) == expected


def test_the_same_prompt_again_computes_its_last_token_only() -> None:
    backend = ContextBackend(slots=1)
    stepper = Stepper(backend)
    assert finish(stepper, ask(SYSTEM)) == [0]
    before = len(backend.works)
    assert finish(stepper, ask(SYSTEM)) == [39]
    assert min(work.start for work in backend.works[before:]) == 39
    assert backend.copies == []


def test_answers_to_one_prompt_compute_it_once() -> None:
    backend = ContextBackend(slots=4)
    stepper = Stepper(backend, prefill_tokens=32)
    answers = [ask(SYSTEM, LAW, seed=seed) for seed in range(3)]
    assert finish(stepper, *answers) == [0, 99, 99]
    assert sum(len(work.tokens) for work in backend.works if work.start < 99) == 100
    assert [length for _, _, length in backend.copies] == [99, 99]


def test_a_prompt_that_is_just_being_computed_is_waited_for_and_then_shared() -> None:
    backend = ContextBackend(slots=2)
    stepper = Stepper(backend, prefill_tokens=16)
    first, second = ask(SYSTEM, LAW), ask(SYSTEM, FOOD)
    stepper.add(first)
    stepper.step()
    stepper.add(second)
    assert [work.slot for work in stepper.step()] == [0]
    stepper.finish()
    assert second.finished.cached_tokens == common_prefix(SYSTEM + LAW, SYSTEM + FOOD)


def test_when_the_prompt_waited_for_is_cancelled_what_it_computed_is_taken() -> None:
    backend = ContextBackend(slots=2)
    stepper = Stepper(backend, prefill_tokens=30)
    first, second = ask(SYSTEM, LAW), ask(SYSTEM, LAW)
    stepper.add(first, second)
    stepper.step()
    stepper.scheduler.running[0].end(CANCELLED)
    stepper.scheduler.retire()
    assert finish(stepper) == []
    assert second.finished.cached_tokens == 30
    assert second.tokens == second.expected()[0]


def test_another_conversation_with_the_same_instructions_leaves_the_first_one_warm() -> None:
    backend = ContextBackend(slots=2)
    stepper = Stepper(backend)
    finish(stepper, first := ask(SYSTEM, LAW))
    assert finish(stepper, ask(SYSTEM, [120], FOOD)) == [40]
    assert backend.copies == [(0, 1, 40)]
    assert finish(stepper, ask(SYSTEM, LAW, first.tokens, FOOD)) == [104]


def test_requests_with_nothing_in_common_take_the_slot_unused_longest() -> None:
    stepper = Stepper(ContextBackend(slots=3))
    finish(stepper, ask([120] * 30))
    finish(stepper, ask(SYSTEM, LAW))
    finish(stepper, ask([121] * 30), ask([122] * 30))
    assert finish(stepper, ask(SYSTEM, LAW, FOOD)) == [100]


def test_a_long_prompt_that_runs_is_preferred_to_a_short_beginning_that_is_free() -> None:
    backend = ContextBackend(slots=3)
    stepper = Stepper(backend)
    finish(stepper, ask(SYSTEM))
    stepper.add(ask(SYSTEM, LAW, max_tokens=50))
    stepper.step()
    stepper.add(second := ask(SYSTEM, LAW, FOOD))
    stepper.finish()
    assert second.finished.cached_tokens == 100


@pytest.mark.parametrize("fields", [{"adapter": "law"}, {"images": object()}])
def test_other_weights_or_images_share_nothing(fields: dict[str, object]) -> None:
    backend = ContextBackend(slots=2)
    backend.attach = lambda slot, images: None  # type: ignore[method-assign]
    stepper = Stepper(backend)
    finish(stepper, ask(SYSTEM, LAW))
    assert finish(stepper, ask(SYSTEM, LAW, **fields)) == [0]
    assert finish(stepper, ask(SYSTEM, LAW, FOOD)) == [100]


def test_an_adapter_shares_with_itself() -> None:
    stepper = Stepper(ContextBackend(slots=2))
    finish(stepper, ask(SYSTEM, LAW, adapter="law"))
    assert finish(stepper, ask(SYSTEM, LAW, FOOD, adapter="law")) == [100]


def test_images_that_the_model_cannot_read_end_their_own_request_only() -> None:
    stepper = Stepper(ContextBackend(slots=2))
    bad, good = ask(SYSTEM, images=object()), ask(LAW)
    stepper.add(bad, good)
    stepper.finish()
    assert (bad.finished.reason, bad.finished.code) == ("error", "generation_failed")
    assert bad.finished.error == "this model reads no images"
    assert good.finished.reason == "length"


def test_switched_off_every_prompt_is_computed_whole() -> None:
    stepper = Stepper(ContextBackend(slots=2), prefix_reuse=False)
    assert finish(stepper, ask(SYSTEM), ask(SYSTEM)) == [0, 0]
    assert finish(stepper, ask(SYSTEM)) == [0]


def test_a_short_beginning_in_common_is_not_worth_a_copy() -> None:
    free = FreeSlots(2)
    first = free.take(SYSTEM, None, {})
    free.release(first.slot, Held(SYSTEM))
    assert free.take(SYSTEM[:15] + LAW, None, {}).common == 0


def test_what_others_copy_from_counts_as_used() -> None:
    stepper = Stepper(ContextBackend(slots=3))
    finish(stepper, ask(SYSTEM, LAW))
    finish(stepper, ask([120] * 30))
    finish(stepper, ask(SYSTEM, [121], FOOD))
    finish(stepper, ask([122] * 30))
    assert finish(stepper, ask(SYSTEM, LAW, FOOD)) == [100]


def test_a_prompt_may_be_any_sequence_of_tokens() -> None:
    stepper = Stepper(ContextBackend(slots=1, context_length=500))
    finish(stepper, ask(SYSTEM * 10, max_tokens=1))
    again = ask(SYSTEM * 10, max_tokens=1)
    again.request.prompt = tuple(again.request.prompt)
    stepper.add(again)
    stepper.finish()
    assert again.finished.cached_tokens == 399


def test_probes_that_share_nothing_wear_out_one_slot_only() -> None:
    free = FreeSlots(4)
    for slot in (0, 1, 2):
        taken = free.take(list(range(100 * slot, 100 * slot + 50)), None, {})
        free.release(taken.slot, Held(list(range(100 * slot, 100 * slot + 50))))
    for _ in range(12):
        probe = free.take([0], None, {})
        free.release(probe.slot, Held([0, 7]))
    for slot in (0, 1, 2):
        warm = free.take([*range(100 * slot, 100 * slot + 50), 999], None, {})
        assert warm.common == 50
