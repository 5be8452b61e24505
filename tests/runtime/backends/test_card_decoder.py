"""The lean decoder for a card computes what transformers computes.

It needs Triton: on a card, or with TRITON_INTERPRET=1 anywhere, which takes minutes (docs/subsystems/runtime.md).
"""

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from model_runtime.backends.base import Work
from model_runtime.backends.decoder.backend import DecoderBackend
from model_runtime.backends.recording import CudaRecorder
from model_runtime.quantizations import QUANTIZATIONS, Quantization
from tests.runtime.backends.test_decoder_backend import GREEDY, VARIANTS, expected, make_model
from tests.runtime.support.devices import CUDA

triton = pytest.importorskip("triton")
pytestmark = pytest.mark.skipif(
    not CUDA and os.environ.get("TRITON_INTERPRET") != "1", reason="neither a card nor Triton's interpreter"
)
DEVICE = "cuda" if CUDA else "cpu"
# On a card Triton's float32 products have 10 bits (tf32).
NEAR = 0.05 if CUDA else 2e-4
FAR = {"none": NEAR, "int8": 0.3, "nf4": 1.5}


def make_backend(model: Any, folder: Path, quantization: Quantization = "none") -> DecoderBackend:
    from model_runtime.backends.card.load import load_card_decoder

    model.save_pretrained(folder)
    decoder = load_card_decoder(
        folder,
        model.config,
        quantization=quantization,
        slots=4,
        context_length=700,
        record=CudaRecorder() if CUDA else lambda compute: compute,
        device=DEVICE,
        dtype=torch.float32,
    )
    return DecoderBackend(decoder, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=700, slots=4)


def assert_near(chosen: Any, logprobs: torch.Tensor, tolerance: float = NEAR) -> None:
    assert chosen.logprob == pytest.approx(float(logprobs[chosen.token]), abs=tolerance)
    assert chosen.logprob == pytest.approx(float(logprobs.max()), abs=2 * tolerance)


@pytest.mark.parametrize("quantization", QUANTIZATIONS if CUDA else ("none", "int8"))
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_prompts_drafts_and_single_tokens_in_one_pass_get_the_logits_of_transformers(
    variant: str, quantization: Quantization, tmp_path: Path
) -> None:
    model = make_model(variant)
    backend = make_backend(model, tmp_path, quantization)
    texts = [torch.randint(3, 200, (length,)).tolist() for length in (40, 300 if CUDA else 70, 22, 31)]
    backend.run([Work(0, 0, texts[0][:39], ()), Work(1, 0, texts[1][:50], ()), Work(3, 0, texts[3][:26], ())])
    works = [
        Work(0, 39, texts[0][39:], [GREEDY]),
        Work(1, 50, texts[1][50:], [GREEDY]),
        Work(2, 0, texts[2], [GREEDY]),
        Work(3, 26, texts[3][26:], [GREEDY] * 5),
    ]
    for work, text, chosen in zip(works, texts, backend.run(works), strict=True):
        wanted = expected(model, text)[-len(work.choices) :]
        for one, logprobs in zip(chosen, wanted, strict=True):
            assert_near(one, logprobs, FAR[quantization])
    # And replayed: a token each, in slots that do not follow each other.
    again = [Work(slot, len(texts[slot]) - 1, texts[slot][-1:], [GREEDY]) for slot in (0, 3, 2)]
    for work, (one,) in zip(again, backend.run(again), strict=True):
        assert_near(one, expected(model, texts[work.slot])[-1], FAR[quantization])


def test_a_copied_prefix_is_as_good_as_a_computed_one(tmp_path: Path) -> None:
    model = make_model("qwen3")
    backend = make_backend(model, tmp_path)
    text = torch.randint(3, 200, (90,)).tolist()
    backend.run([Work(2, 0, text[:80], ())])
    backend.copy(2, 0, 70)
    backend.run([Work(2, 0, text[10:60], ())])
    ((chosen,),) = backend.run([Work(0, 70, text[70:], [GREEDY])])
    assert_near(chosen, expected(model, text)[-1])


def test_nan_breaks_its_own_sequence_only(tmp_path: Path) -> None:
    model = make_model("llama")
    with torch.no_grad():
        model.model.embed_tokens.weight[7] = float("nan")
    backend = make_backend(model, tmp_path)
    text = torch.randint(8, 200, (30,)).tolist()
    broken, beside = backend.run([Work(1, 0, [*text[:28], 7, 9], [GREEDY]), Work(0, 0, text, [GREEDY])])
    assert broken[0].logprob != broken[0].logprob
    assert_near(beside[0], expected(model, text)[-1])
    ((after,),) = backend.run([Work(1, 0, text[:25], [GREEDY])])
    assert_near(after, expected(model, text[:25])[-1])


@pytest.mark.skipif(not CUDA, reason="no CUDA device here")
def test_a_cache_that_grows_takes_what_it_holds_along(tmp_path: Path) -> None:
    model = make_model("llama")
    backend = make_backend(model, tmp_path)
    decoder: Any = backend._decoder
    decoder._stores = [store[:, :64].contiguous() for store in decoder._stores]
    decoder._recorded.clear()
    text = torch.randint(8, 200, (60,)).tolist()
    backend.run([Work(2, 0, text, ())])
    for place in range(60, 90):
        text.append(5 + place)
        ((chosen,),) = backend.run([Work(2, place, text[-1:], [GREEDY])])
    assert_near(chosen, expected(model, text)[-1])
