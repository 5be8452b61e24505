"""Batched steps over slots choose what one pass over the whole text, without cache or batch, would choose."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoConfig, AutoModelForCausalLM

from model_runtime.backends.base import Choice, Sampling, Work
from model_runtime.backends.transformers.backend import TransformersBackend
from model_runtime.backends.transformers.cache import SlotCache
from model_runtime.backends.transformers.grouping import passes
from model_runtime.loading.judging.architectures import ARCHITECTURES
from tests.runtime.support.devices import DEVICES

CAUSAL = {known.model_type for name, known in ARCHITECTURES.items() if name.endswith("ForCausalLM")}
GREEDY = Choice(Sampling(temperature=0), 0.5)
SIZES = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 200,
    "max_position_embeddings": 400,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
WINDOWED = {
    "mistral": {"sliding_window": 8},
    "gemma3_text": {"sliding_window": 8, "head_dim": 8},
    "qwen3": {"sliding_window": 8, "use_sliding_window": True, "max_window_layers": 1, "head_dim": 8},
}


def make_model(kind: str, device: str = "cpu") -> Any:
    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **SIZES, **WINDOWED.get(kind, {}))
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval().to(device)


def make_backend(model: Any, slots: int = 4) -> TransformersBackend:
    return TransformersBackend(
        model, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=400, slots=slots
    )


def rewrite(model: Any, tokens: list[int], prompt: int) -> list[int]:
    """What the model finds likeliest after each place from the prompt's end on: one pass, no cache, no batch."""
    logits = model(input_ids=torch.tensor([tokens], device=model.device)).logits[0, prompt - 1 : -1]
    return logits.argmax(-1).tolist()


def drive(backend: TransformersBackend, slots: dict[int, list[int]], steps: int, chunk: int = 7) -> None:
    """Advance the sequences in their slots: late starts, prompts in chunks, and a slot that pauses."""
    computed = dict.fromkeys(slots, 0)
    for step in range(steps):
        works = []
        for slot, tokens in slots.items():
            if step < slot or (slot == 1 and step % 5 == 4):
                continue
            start = computed[slot]
            piece = tokens[start : start + chunk]
            works.append(Work(slot, start, piece, [GREEDY] if start + len(piece) == len(tokens) else []))
        for work, chosen in zip(works, backend.run(works), strict=True):
            computed[work.slot] += len(work.tokens)
            slots[work.slot] += [one.token for one in chosen]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("kind", sorted(CAUSAL))
@torch.inference_mode()
def test_every_supported_architecture_writes_alike_in_a_batch_and_alone(kind: str, device: str) -> None:
    model = make_model(kind, device)
    prompts = {slot: torch.randint(3, 200, (length,)).tolist() for slot, length in ((0, 5), (1, 16), (3, 24))}
    slots = {slot: list(prompt) for slot, prompt in prompts.items()}
    drive(make_backend(model), slots, steps=18)
    for slot, prompt in prompts.items():
        written = slots[slot][len(prompt) :]
        assert len(written) > 8
        assert written == rewrite(model, slots[slot], len(prompt))


@torch.inference_mode()
def test_a_slot_is_used_again_and_the_cache_grows_past_its_first_size() -> None:
    model = make_model("llama")
    backend = make_backend(model, slots=2)
    for length in (300, 4, 350):
        prompt = torch.randint(3, 200, (length,)).tolist()
        slots = {0: list(prompt)}
        drive(backend, slots, steps=8 + length // 60, chunk=60)
        assert slots[0][length:] == rewrite(model, slots[0], length)


@pytest.mark.parametrize("kind", ["qwen3", "gemma3_text"])
@torch.inference_mode()
def test_drafts_and_prompts_of_unlike_lengths_share_passes_and_choose_alike(kind: str) -> None:
    model = make_model(kind)
    backend = make_backend(model)
    passed: list[int] = []
    model.register_forward_pre_hook(
        lambda _model, _args, given: passed.append(len(given["input_ids"])), with_kwargs=True
    )
    texts = [torch.randint(3, 200, (length,)).tolist() for length in (40, 33, 21, 6)]
    backend.run([Work(0, 0, texts[0][:36], ()), Work(1, 0, texts[1][:32], ()), Work(2, 0, texts[2][:20], ())])
    works = [
        Work(0, 36, texts[0][36:], [GREEDY] * 4),
        Work(1, 32, texts[1][32:], [GREEDY]),
        Work(2, 20, texts[2][20:], [GREEDY]),
        Work(3, 0, texts[3], [GREEDY]),
    ]
    passed.clear()
    results = backend.run(works)
    assert passed == [2, 2], "six and four tokens; two single tokens"
    for work, text, chosen in zip(works, texts, results, strict=True):
        logits = model(input_ids=torch.tensor([text])).logits[0, -len(work.choices) :]
        assert [one.token for one in chosen] == logits.argmax(-1).tolist()
        wanted = logits.log_softmax(-1).amax(-1).tolist()
        assert [one.logprob for one in chosen] == pytest.approx(wanted, abs=1e-4)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=9), st.integers(0, 20))
def test_no_work_is_lost_and_no_pass_is_padded_beyond_the_bound(lengths: list[int], padding: int) -> None:
    works = [Work(slot, 0, [5] * length) for slot, length in enumerate(lengths)]
    groups = passes(works, padding)
    assert sorted(work.slot for group in groups for work in group) == list(range(len(works)))
    for group in groups:
        longest = max(len(work.tokens) for work in group)
        assert sum(longest - len(work.tokens) for work in group) <= padding
    together = {len(work.tokens): index for index, group in enumerate(groups) for work in group}
    for index, group in enumerate(groups):
        assert all(together[len(work.tokens)] == index for work in group), "equal lengths are never parted"


def test_a_copied_prefix_is_as_good_as_a_computed_one() -> None:
    model = make_model("llama")
    backend = make_backend(model)
    text = torch.randint(3, 200, (300,)).tolist()
    backend.run([Work(2, 0, text[:280], ())])
    backend.copy(2, 0, 270)
    backend.run([Work(2, 0, text[100:200], ())])
    ((chosen,),) = backend.run([Work(0, 270, text[270:], [GREEDY])])
    with torch.inference_mode():
        assert chosen.token == int(model(input_ids=torch.tensor([text])).logits[0, -1].argmax())


@pytest.mark.parametrize("asked", [True, False])
def test_a_token_of_nan_breaks_its_own_sequence_only_and_not_the_next_in_its_slot(asked: bool) -> None:
    model = make_model("llama")
    with torch.no_grad():
        model.model.embed_tokens.weight[7] = math.nan
    backend = make_backend(model, slots=2)
    text = torch.randint(8, 200, (30,)).tolist()
    for slot in (0, 1):
        backend.attach(slot, None)
    alone = backend.run([Work(0, 0, text, [GREEDY])])
    broken, beside = backend.run([Work(1, 0, [*text[:28], 7, 9], [GREEDY] * asked), Work(0, 0, text, [GREEDY])])
    assert not asked or math.isnan(broken[0].logprob)
    assert beside[0].token == alone[0][0].token
    backend.attach(1, None)
    # Beside a longer one, so that what the broken sequence left is looked at, though masked.
    short, _ = backend.run([Work(1, 0, text[:25], [GREEDY]), Work(0, 0, text, [GREEDY])])
    with torch.inference_mode():
        assert short[0].token == int(model(input_ids=torch.tensor([text[:25]])).logits[0, -1].argmax())


def test_a_cache_that_could_not_grow_grows_later(monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model("llama")
    backend = make_backend(model, slots=1)
    text = torch.randint(3, 200, (300,)).tolist()
    backend.run([Work(0, 0, text[:10], ())])
    room = SlotCache._empty
    left = iter([True, True, False])

    def empty(self: SlotCache, *arguments: Any) -> torch.Tensor:
        if not next(left, True):
            raise MemoryError
        return room(self, *arguments)

    monkeypatch.setattr(SlotCache, "_empty", empty)
    with pytest.raises(MemoryError):
        backend.run([Work(0, 0, text, [GREEDY])])
    ((chosen,),) = backend.run([Work(0, 0, text, [GREEDY])])
    with torch.inference_mode():
        assert chosen.token == int(model(input_ids=torch.tensor([text])).logits[0, -1].argmax())
