"""The lean decoder computes what transformers computes, whatever shares its pass."""

import math
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

import model_runtime
from model_runtime.backends.base import Choice, Sampling, Work
from model_runtime.backends.decoder.backend import DecoderBackend
from model_runtime.backends.decoder.load import load_decoder
from model_runtime.backends.decoder.shape import supports
from model_runtime.loading.device import choose_device
from model_runtime.loading.judging.architectures import PLAIN_DECODERS
from tests.runtime.support.imports import libraries_for

STARTER = Path(model_runtime.__file__).parent / "starter"
GREEDY = Choice(Sampling(temperature=0, top_logprobs=5), 0.5)
SIZES = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 200,
    "max_position_embeddings": 700,
    "sliding_window": None,
    "eos_token_id": 2,
}
VARIANTS: dict[str, dict[str, Any]] = {
    "llama": {"tie_word_embeddings": False},
    "llama with biases": {"attention_bias": True},
    "llama stretched": {
        "rope_parameters": {
            "rope_type": "llama3",
            "rope_theta": 10000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        }
    },
    "mistral": {"head_dim": 8},
    "qwen2": {},
    "qwen3": {"head_dim": 32, "tie_word_embeddings": True},
}


def make_model(variant: str) -> Any:
    torch.manual_seed(0)
    config = AutoConfig.for_model(variant.split(" ", maxsplit=1)[0], **SIZES, **VARIANTS[variant])
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    for name, parameter in model.named_parameters():
        # Norms and biases are born as ones and zeros, which would hide a mistake in using them.
        if "norm" in name or "bias" in name:
            torch.nn.init.normal_(parameter, mean=1.0, std=0.2)
    return model


def make_backend(
    model: Any, folder: Path, *, int8: bool = False, slots: int = 4, threads: int = 1
) -> DecoderBackend:
    model.save_pretrained(folder)
    decoder = load_decoder(folder, model.config, int8=int8, slots=slots, context_length=700, threads=threads)
    return DecoderBackend(
        decoder, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=700, slots=slots
    )


def expected(model: Any, tokens: list[int]) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = model(input_ids=torch.tensor([tokens])).logits[0]
    return logits.log_softmax(-1)


def assert_chosen(chosen: Any, logprobs: torch.Tensor) -> None:
    values, tokens = logprobs.topk(5)
    assert [token for token, _ in chosen.top] == tokens.tolist()
    assert [value for _, value in chosen.top] == pytest.approx(values.tolist(), abs=2e-4)
    assert chosen.token == tokens[0]


def test_every_supported_type_is_tried_here() -> None:
    assert {variant.split(" ")[0] for variant in VARIANTS} == PLAIN_DECODERS


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_prompts_drafts_and_single_tokens_in_one_pass_get_the_logits_of_transformers(
    variant: str, tmp_path: Path
) -> None:
    model = make_model(variant)
    assert supports(model.config)
    backend = make_backend(model, tmp_path)
    texts = [torch.randint(3, 200, (length,)).tolist() for length in (40, 300, 22, 31)]
    # One sequence is read in pieces beside others; then one writes, one verifies drafts, one goes on reading.
    backend.run([Work(0, 0, texts[0][:39], ()), Work(1, 0, texts[1][:100], ()), Work(3, 0, texts[3][:26], ())])
    works = [
        Work(0, 39, texts[0][39:], [GREEDY]),
        Work(1, 100, texts[1][100:], [GREEDY]),
        Work(2, 0, texts[2], [GREEDY]),
        Work(3, 26, texts[3][26:], [GREEDY] * 5),
    ]
    for work, text, chosen in zip(works, texts, backend.run(works), strict=True):
        wanted = expected(model, text)[-len(work.choices) :]
        assert len(chosen) == len(work.choices)
        for one, logprobs in zip(chosen, wanted, strict=True):
            assert_chosen(one, logprobs)


def test_a_copied_prefix_is_as_good_as_a_computed_one(tmp_path: Path) -> None:
    model = make_model("qwen3")
    backend = make_backend(model, tmp_path)
    text = torch.randint(3, 200, (290,)).tolist()
    backend.run([Work(2, 0, text[:280], ())])
    backend.copy(2, 0, 270)
    backend.run([Work(2, 0, text[100:200], ())])
    (chosen,) = backend.run([Work(0, 270, text[270:], [GREEDY])])
    assert_chosen(chosen[0], expected(model, text)[-1])


def test_an_int8_answer_is_bit_for_bit_the_same_beside_neighbours(tmp_path: Path) -> None:
    backend = make_backend(make_model("qwen3"), tmp_path, int8=True)
    text = torch.randint(3, 200, (60,)).tolist()

    def written(*neighbours: int) -> list[Any]:
        backend.run([Work(0, 0, text[:30], ())])
        steps = []
        for position in range(30, 60):
            works = [Work(slot, position - 30, [slot + position], [GREEDY]) for slot in neighbours]
            steps.append(backend.run([Work(0, position, [text[position]], [GREEDY]), *works])[0][0])
        return steps

    assert written(1, 2, 3) == written()


@pytest.mark.parametrize("int8", [False, True])
def test_a_token_is_bit_for_bit_the_same_read_with_others_or_alone_by_any_number_of_threads(
    int8: bool, tmp_path: Path
) -> None:
    model = make_model("qwen3")
    text = torch.randint(3, 200, (90,)).tolist()
    at_once = make_backend(model, tmp_path, int8=int8).run([Work(0, 0, text, [GREEDY] * 90)])[0]
    backend = make_backend(model, tmp_path, int8=int8, threads=3)
    one_by_one = [backend.run([Work(1, at, [token], [GREEDY])])[0][0] for at, token in enumerate(text)]
    assert one_by_one == at_once


@pytest.mark.parametrize("int8", [False, True])
def test_a_token_of_nan_breaks_its_own_sequence_only(int8: bool, tmp_path: Path) -> None:
    model = make_model("qwen3")
    with torch.no_grad():
        model.model.embed_tokens.weight[7] = math.nan
        model.lm_head.weight = torch.nn.Parameter(make_model("qwen3").model.embed_tokens.weight.detach())
        model.config.tie_word_embeddings = False
    backend = make_backend(model, tmp_path, int8=int8)
    text = torch.randint(8, 200, (30,)).tolist()
    alone = backend.run([Work(0, 0, text, [GREEDY])])
    broken, beside = backend.run([Work(1, 0, [*text[:20], 7, 9], [GREEDY]), Work(0, 0, text, [GREEDY])])
    assert math.isnan(broken[0].logprob)
    assert [beside] == alone
    assert backend.run([Work(1, 0, text, [GREEDY])]) == alone, "the slot is as good as before"


def test_steps_that_grow_and_shrink_are_computed_right_by_two_threads(tmp_path: Path) -> None:
    model = make_model("llama")
    backend = make_backend(model, tmp_path, threads=2)
    texts = [torch.randint(3, 200, (length,)).tolist() for length in (3, 80, 9, 600, 2)]
    for text in texts:
        (chosen,) = backend.run([Work(0, 0, text, [GREEDY])])
        assert_chosen(chosen[0], expected(model, text)[-1])


def test_more_positions_than_the_context_has_are_refused_rather_than_written_behind_the_slot(
    tmp_path: Path,
) -> None:
    backend = make_backend(make_model("llama"), tmp_path)
    with pytest.raises(ValueError, match="701 positions"):
        backend.run([Work(0, 699, [3, 3], [GREEDY])])


def test_a_pass_is_right_after_threads_for_a_larger_one_could_not_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model("llama")
    backend = make_backend(model, tmp_path, threads=2)
    text = torch.randint(3, 200, (300,)).tolist()

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(threading.Thread, "start", refuse)
        backend.run([Work(0, 0, text, [GREEDY])])
    (chosen,) = backend.run([Work(0, 0, text[:20], [GREEDY])])
    assert_chosen(chosen[0], expected(model, text[:20])[-1])


def test_int8_stays_close_to_full_precision(tmp_path: Path) -> None:
    model = make_model("llama with biases")
    backend = make_backend(model, tmp_path, int8=True)
    text = torch.randint(3, 200, (80,)).tolist()
    (chosen,) = backend.run([Work(0, 0, text, [GREEDY] * 80)])
    wanted = expected(model, text)
    errors = [abs(one.logprob - float(row[one.token])) for one, row in zip(chosen, wanted, strict=True)]
    assert max(errors) < 0.1


@pytest.mark.parametrize(
    "changed",
    [
        {"hidden_act": "gelu"},
        {"sliding_window": 100},
        {"rope_parameters": {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0}},
    ],
)
def test_what_it_does_not_compute_is_left_to_transformers(changed: dict[str, Any]) -> None:
    config = AutoConfig.for_model("mistral", **(SIZES | changed))
    assert not supports(config)


@pytest.mark.skipif(choose_device() == "cuda", reason="a card computes with torch")
def test_a_process_that_serves_the_shipped_model_imports_no_torch() -> None:
    assert libraries_for(STARTER, "--quantization", "int8") == ["transformers"]
