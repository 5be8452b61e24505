"""Who gets the next slot, who may wait, and how a step's prompt tokens are shared."""

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.backends.base import Sampling
from model_runtime.engine.loop import Engine, QueueFull
from model_runtime.engine.queue import FairQueue
from model_runtime.engine.request import GenerationRequest, Limits
from model_runtime.engine.scheduler import share
from tests.runtime.engine.contexts import ContextBackend, Listener
from tests.runtime.engine.stepping import Stepper
from tests.runtime.support.fake_backend import FakeBackend


def request(caller: str) -> GenerationRequest:
    return GenerationRequest([1], Sampling(), Limits(1), lambda events: None, caller=caller)


def served(callers: str, running: dict[str, int] | None = None) -> str:
    """Who is served, one after the other, when these wait in this order."""
    queue = FairQueue()
    for caller in callers:
        queue.push(request(caller))
    busy = Counter(running or {})
    order = ""
    while queue:
        order += queue.pop(busy).caller
        busy[order[-1]] += bool(running)
    return order


def test_a_caller_with_one_request_is_not_behind_anothers_many() -> None:
    assert served("aaaaab") == "abaaaa"
    assert served("aaabbc") == "abcaba"


def test_the_caller_who_runs_least_comes_first() -> None:
    assert served("aaabbb", {"a": 2}) == "bbabaa"


@given(st.lists(st.sampled_from("abcd"), max_size=30), st.data())
def test_each_callers_requests_keep_their_order_and_none_is_lost(callers: list[str], data: st.DataObject) -> None:
    queue = FairQueue()
    requests = [request(caller) for caller in callers]
    for one in requests:
        queue.push(one)
    gone = data.draw(st.lists(st.sampled_from(requests), unique_by=id)) if requests else []
    for one in gone:
        queue.remove(one)
    assert [queue.waiting(caller) for caller in "abcd"] == [
        sum(one.caller == caller for one in queue) for caller in "abcd"
    ]
    out = [queue.pop({}) for _ in range(len(queue))]
    assert not queue
    for caller in "abcd":
        kept = [one for one in requests if one.caller == caller and one not in gone]
        assert [one for one in out if one.caller == caller] == kept


@given(st.integers(1, 600), st.lists(st.integers(2, 400), max_size=8))
def test_a_steps_prompt_tokens_are_all_used_and_the_oldest_gets_a_quarter(budget: int, needs: list[int]) -> None:
    shares = share(budget, needs)
    assert sum(shares) == min(budget, sum(needs))
    assert all(0 <= given <= need for given, need in zip(shares, needs, strict=True))
    if needs:
        assert shares[0] >= min(needs[0], budget // 4)


def test_the_shortest_prompts_come_first_in_what_is_left() -> None:
    assert share(100, [500, 80, 30, 60]) == [25, 0, 30, 45]


def test_a_long_prompt_ends_although_short_ones_keep_coming() -> None:
    stepper = Stepper(ContextBackend(slots=4), prefill_tokens=40)
    long = Listener([97 + index * index % 13 for index in range(300)], Limits(1))
    stepper.add(long)
    for index in range(100):
        stepper.add(Listener([98 + index % 7] * 30, Limits(1)))
        stepper.step()
        if long.events:
            break
    assert 290 / 40 < index <= 30


def test_a_short_prompt_does_not_wait_for_a_long_one() -> None:
    stepper = Stepper(ContextBackend(slots=2), prefill_tokens=40)
    long, short = Listener([99] * 300, Limits(1)), Listener([98] * 30, Limits(1, ignore_eos=True))
    stepper.add(long, short)
    stepper.step()
    assert short.finished.completion_tokens == 1


def test_a_slot_goes_to_the_caller_who_has_none() -> None:
    stepper = Stepper(ContextBackend(slots=2))
    greedy = [Listener([97, index], Limits(20, ignore_eos=True), caller="greedy") for index in range(6)]
    modest = Listener([98], Limits(20, ignore_eos=True), caller="modest")
    stepper.add(*greedy)
    stepper.step()
    stepper.add(modest)
    while not modest.events:
        stepper.step()
    assert sum(bool(one.events) for one in greedy) == 3
    stepper.finish()


def test_one_caller_may_have_half_of_the_queue_while_others_wait() -> None:
    stepping, gate = threading.Event(), threading.Event()
    engine = Engine(FakeBackend(slots=1, gate=lambda: stepping.set() or gate.wait()), queue_size=8)  # type: ignore[func-returns-value]
    try:
        engine.submit(request("first"))
        assert stepping.wait(60)
        engine.submit(*(request("greedy") for _ in range(4)))
        engine.submit(request("greedy"))  # nobody else waits
        engine.submit(request("modest"))
        with pytest.raises(QueueFull) as refusal:
            engine.submit(request("greedy"))
        assert (refusal.value.waiting, refusal.value.size) == (5, 4)
        engine.submit(request("modest"))
        with pytest.raises(QueueFull) as full:
            engine.submit(request("modest"), request("modest"))
        assert (full.value.waiting, full.value.size) == (7, 8)
        assert str(full.value) == "7 requests are waiting, of at most 8"
    finally:
        gate.set()
        engine.stop()


def test_requests_of_unknown_callers_share_the_whole_queue() -> None:
    stepping, gate = threading.Event(), threading.Event()
    engine = Engine(FakeBackend(slots=1, gate=lambda: stepping.set() or gate.wait()), queue_size=4)  # type: ignore[func-returns-value]
    try:
        engine.submit(request(""))
        assert stepping.wait(60)
        engine.submit(request("named"))
        engine.submit(*(request("") for _ in range(3)))
    finally:
        gate.set()
        engine.stop()
