"""Passes that are recorded once and replayed. Without a card a recording is computed anew from its inputs."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.backends.base import Work
from model_runtime.backends.recording import CudaRecorder
from model_runtime.backends.transformers.backend import TransformersBackend
from model_runtime.backends.transformers.graphs import LENGTHS, MOST_TOKENS, PassGraphs
from tests.runtime.backends.test_transformers_backend import GREEDY, drive, make_backend, make_model, rewrite
from tests.runtime.support.devices import DEVICES, needs_cuda

Compute = Callable[[], torch.Tensor]


def replaying(model: Any, record: Callable[[Compute], Compute], slots: int = 4) -> TransformersBackend:
    """A backend that records passes; on a card by graphs, elsewhere by `record`."""
    backend = make_backend(model, slots)
    if model.device.type == "cpu":
        backend._graphs = PassGraphs(backend._compute, model.device, record)
    return backend


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("kind", ["qwen3", "gemma3_text"])
@torch.inference_mode()
def test_replayed_passes_write_what_one_pass_over_the_whole_text_would(kind: str, device: str) -> None:
    model = make_model(kind, device)
    prompts = {slot: torch.randint(3, 200, (length,)).tolist() for slot, length in ((0, 5), (1, 16), (3, 24))}
    slots = {slot: list(prompt) for slot, prompt in prompts.items()}
    drive(replaying(model, lambda compute: compute), slots, steps=30)
    for slot, prompt in prompts.items():
        assert len(slots[slot]) > len(prompt) + 18
        assert slots[slot][len(prompt) :] == rewrite(model, slots[slot], len(prompt))


@pytest.mark.parametrize("device", DEVICES)
@torch.inference_mode()
def test_drafts_beside_single_tokens_are_replayed_and_a_long_prompt_is_not(device: str) -> None:
    model = make_model("llama", device)
    recorded: list[Compute] = []
    backend = replaying(model, lambda compute: recorded.append(compute) or compute)
    texts = [torch.randint(3, 200, (length,)).tolist() for length in (40, 33, 60)]
    backend.run([Work(0, 0, texts[0][:36], ()), Work(1, 0, texts[1][:32], ())])
    assert not recorded, "prompts"
    for _ in range(2):
        results = backend.run(
            [
                Work(2, 0, texts[2], [GREEDY]),
                Work(1, 32, texts[1][32:], [GREEDY]),
                Work(0, 36, texts[0][36:], [GREEDY] * 4),
            ]
        )
        for chosen, text in zip(results, (texts[2], texts[1], texts[0]), strict=True):
            logits = model(input_ids=torch.tensor([text], device=device)).logits[0, -len(chosen) :]
            assert [one.token for one in chosen] == logits.argmax(-1).tolist()
    assert device == "cuda" or len(recorded) == 1, "one size, recorded once"


@pytest.mark.parametrize("device", DEVICES)
@torch.inference_mode()
def test_what_was_recorded_is_forgotten_when_the_cache_moves(device: str) -> None:
    model = make_model("llama", device)
    backend = replaying(model, lambda compute: compute, slots=2)
    backend._cache._smallest = 32
    slots = {0: torch.randint(3, 200, (20,)).tolist()}
    drive(backend, slots, steps=60)
    assert len(slots[0]) > 70
    assert slots[0][20:] == rewrite(model, slots[0], 20)


def test_a_model_that_cannot_be_recorded_answers_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_compute: Compute) -> Compute:
        raise RuntimeError("operation not permitted when stream is capturing")

    model = make_model("llama")
    slots = {0: torch.randint(3, 200, (20,)).tolist()}
    with caplog.at_level(logging.WARNING), torch.inference_mode():
        drive(replaying(model, refuse), slots, steps=12)
        assert slots[0][20:] == rewrite(model, slots[0], 20)
    assert [record.message for record in caplog.records] == [
        "passes cannot be recorded, so they are launched kernel by kernel: "
        "operation not permitted when stream is capturing"
    ]


@given(st.lists(st.integers(1, LENGTHS[-1]), min_size=1, max_size=20), st.integers(1, 300))
def test_rows_are_led_and_followed_by_copies_of_their_own(lengths: list[int], start: int) -> None:
    seen: list[torch.Tensor] = []

    def compute(tokens: torch.Tensor, positions: torch.Tensor, slots: torch.Tensor, reach: int) -> torch.Tensor:
        seen[:] = [tokens, positions, slots, torch.tensor(reach)]
        return torch.zeros(*tokens.shape, 3)

    graphs = PassGraphs(compute, torch.device("cpu"), lambda compute: compute)
    if not graphs.takes(len(lengths), max(lengths)):
        return
    tokens = [[100 * row + at for at in range(length)] for row, length in enumerate(lengths)]
    positions = [list(range(start, start + length)) for length in lengths]
    given_slots = list(range(len(lengths)))
    logits = graphs.run(tokens, positions, given_slots, capacity=4096)
    ids, places, slots, reach = seen
    assert len(logits) == len(lengths)
    assert ids.numel() <= MOST_TOKENS
    assert start + max(lengths) <= int(reach) <= 4096
    written = {
        (int(slots[row]), int(places[row, at]), int(ids[row, at]))
        for row in range(len(ids))
        for at in range(ids.shape[1])
    }
    assert written == {
        (slot, place, token)
        for slot, (row, where) in enumerate(zip(tokens, positions, strict=True))
        for place, token in zip(where, row, strict=True)
    }
    for row, length in enumerate(lengths):
        assert ids[row, -length:].tolist() == tokens[row], "the last places are the row's own"


@needs_cuda
@torch.inference_mode()
def test_a_card_replays_rather_than_launches() -> None:
    model = make_model("qwen3", "cuda")
    backend = make_backend(model)
    calls: list[int] = []
    model.register_forward_pre_hook(lambda *_: calls.append(1))
    slots = {0: torch.randint(3, 200, (20,)).tolist()}
    drive(backend, slots, steps=60)
    assert len(slots[0]) > 70
    assert len(calls) < 12, "each size is computed once, once more and recorded"


@needs_cuda
@torch.inference_mode()
def test_what_a_recording_reads_lives_as_long_as_it_does() -> None:
    inputs = torch.ones(100, device="cuda")

    def twice() -> Callable[[], torch.Tensor]:
        two = torch.full((100,), 2.0, device="cuda")
        return lambda: inputs * two

    replay = CudaRecorder()(twice())
    others = [torch.full((100,), 9.0, device="cuda") for _ in range(200)]  # they would take its place
    inputs.fill_(3)
    assert set(replay().tolist()) == {6.0}
    assert len(others) == 200
