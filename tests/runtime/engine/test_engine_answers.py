"""Whatever is reused, guessed or computed together: every answer is the one that would be written alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from model_runtime.backends.base import Sampling
from model_runtime.engine.request import Limits
from tests.examples import examples
from tests.runtime.engine.contexts import END, ContextBackend, Listener
from tests.runtime.engine.stepping import Stepper

FAMILIES = [[98 + (index * index * family) % 5 for index in range(90)] for family in range(1, 4)]


@st.composite
def listeners(draw: st.DrawFn) -> Listener:
    """A request whose prompt begins as others' do, goes on as another's answer may, or is all its own."""
    start = draw(st.sampled_from(FAMILIES))[: draw(st.integers(0, 90))]
    prompt = start + draw(st.lists(st.sampled_from([97, 98, 99]), min_size=0 if start else 1, max_size=30))
    limits = Limits(
        draw(st.integers(1, 60)),
        min_tokens=draw(st.sampled_from([0, 0, 10, 40])),
        ignore_eos=draw(st.booleans()),
        stop=tuple(draw(st.lists(st.text("abc", min_size=1, max_size=4), max_size=2))),
        stop_tokens=draw(st.sampled_from([frozenset[int](), frozenset({99}), frozenset({END, 102})])),
        include_stop=draw(st.booleans()),
    )
    sampling = Sampling(
        temperature=draw(st.sampled_from([0.0, 1.0])),
        frequency_penalty=draw(st.sampled_from([0.0, 0.0, 0.5])),
        repetition_penalty=draw(st.sampled_from([1.0, 1.0, 1.3])),
    )
    adapter = draw(st.sampled_from([None, None, "law"]))
    return Listener(prompt, limits, sampling=sampling, seed=draw(st.integers(0, 9)), adapter=adapter)


@settings(max_examples=examples(60))
@given(st.data())
def test_every_answer_is_what_would_be_written_alone(data: st.DataObject) -> None:
    asked = data.draw(st.lists(listeners(), min_size=1, max_size=8))
    backend = ContextBackend(
        slots=data.draw(st.integers(1, 4)),
        ragged=data.draw(st.booleans()),
        context_length=max(len(one.request.prompt) + one.request.limits.max_tokens for one in asked),
    )
    stepper = Stepper(
        backend,
        prefill_tokens=data.draw(st.sampled_from([1, 7, 64])),
        draft_tokens=data.draw(st.sampled_from([0, 3, 16])),
        prefix_reuse=data.draw(st.booleans()),
    )
    for listener in asked:
        stepper.add(listener)
        for _ in range(data.draw(st.integers(0, 12))):
            stepper.step()
    stepper.finish()
    for listener in asked:
        finished = listener.finished
        tokens, text, reason = listener.expected()
        assert (listener.tokens, listener.text, finished.reason) == (tokens, text, reason)
        assert finished.completion_tokens == len(tokens)
        assert finished.cached_tokens < finished.prompt_tokens
        assert finished.accepted_tokens <= finished.draft_tokens


@settings(max_examples=examples(40))
@given(listeners(), st.lists(st.sampled_from([97, 98, 99]), min_size=1, max_size=20))
def test_the_next_turn_of_a_conversation_computes_only_what_is_new(first: Listener, more: list[int]) -> None:
    stepper = Stepper(ContextBackend())
    stepper.add(first)
    stepper.finish()
    # The last token of an answer was chosen but never computed.
    known = len(first.request.prompt) + max(len(first.tokens) - 1, 0)
    prompt = [*first.request.prompt, *first.tokens, *more]
    second = Listener(prompt, first.request.limits, adapter=first.request.adapter)
    stepper.add(second)
    stepper.finish()
    assert second.finished.cached_tokens >= (known if known >= 16 else 0)
    assert second.tokens == second.expected()[0]
