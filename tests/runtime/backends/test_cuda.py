"""On a CUDA card, where there is one: each quantization loads, writes, and says nearly what bfloat16 does."""

from pathlib import Path

import pytest
import torch

from model_runtime.backends.base import Choice, Sampling, Work
from model_runtime.backends.sampling import choose
from model_runtime.backends.transformers.backend import TransformersBackend
from model_runtime.loading.adapters import read_adapter
from model_runtime.loading.fit import require_memory, slots_that_fit
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.folder import read_weights
from model_runtime.loading.quantization import choose_kernels
from model_runtime.loading.weights import load_module
from model_runtime.quantizations import QUANTIZATIONS, Quantization
from tests.runtime.backends.test_transformers_backend import GREEDY, drive
from tests.runtime.support.adapters import make_adapter
from tests.runtime.support.devices import needs_cuda
from tests.runtime.support.serving import loaded, serving

pytestmark = needs_cuda
PROMPT = list(range(5, 45))
LAYERS = {"none": "Linear", "int8": "Linear8bitLt", "nf4": "Linear4bit"}


def on_card(folder: Path, quantization: Quantization) -> torch.nn.Module:
    module: torch.nn.Module = load_module(
        folder,
        quantization=quantization,
        kernels=choose_kernels(quantization, "cuda", "auto"),
        device="cuda",
        architecture="Qwen3ForCausalLM",
    )
    return module


def backend_of(module: torch.nn.Module, **more: object) -> TransformersBackend:
    return TransformersBackend(
        module, eos=frozenset({2}), token_bytes=lambda _token: b"", context_length=512, slots=4, **more
    )


@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_every_quantization_loads_onto_the_card_and_says_nearly_what_bfloat16_does(
    models: Path, quantization: Quantization
) -> None:
    module = on_card(models / "tiny", quantization)
    layer = module.model.layers[0].mlp.up_proj
    assert type(layer).__name__ == LAYERS[quantization]
    assert {one.device.type for one in module.parameters()} == {"cuda"}
    tokens = torch.tensor([PROMPT], device="cuda")
    with torch.inference_mode():
        wanted = on_card(models / "tiny", "none")(input_ids=tokens).logits.float().log_softmax(-1)
        seen = module(input_ids=tokens).logits.float().log_softmax(-1)
    assert float((wanted - seen).abs().mean()) < 0.25 * float(wanted.std())


@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_replayed_steps_say_what_launched_ones_do(models: Path, quantization: Quantization) -> None:
    module = on_card(models / "tiny", quantization)
    replayed, launched = backend_of(module), backend_of(module)
    launched._graphs = None
    written: list[dict[int, list[int]]] = []
    for backend in (replayed, launched):
        slots = {0: PROMPT[:9], 2: PROMPT[3:30]}
        drive(backend, slots, steps=40, chunk=30)
        written.append(slots)
    for slot, prompt in ((0, 9), (2, 27)):
        # Rounding may part them somewhere; what is recorded wrongly parts them at once.
        assert written[0][slot][: prompt + 4] == written[1][slot][: prompt + 4]
    assert replayed._graphs is not None
    # bitsandbytes' int8 looks for outliers in every product and waits for what it found: nothing to record.
    assert replayed._graphs.takes(1, 1) == (quantization != "int8")


def test_adapters_and_plain_rows_share_a_pass_on_the_card(models: Path, tmp_path: Path) -> None:
    folder = make_adapter(tmp_path / "a", models / "tiny", rank=4)
    adapter = read_adapter("a", folder, read_weights(models / "tiny"))
    module = on_card(models / "tiny", "none")
    (alone,) = backend_of(module).run([Work(0, 0, PROMPT, [GREEDY])])
    backend = backend_of(module, adapters=[adapter])
    plain, adapted = backend.run([Work(0, 0, PROMPT, [GREEDY]), Work(1, 0, PROMPT, [GREEDY], "a")])
    assert plain[0].token == alone[0].token
    assert adapted[0].logprob != pytest.approx(plain[0].logprob, abs=1e-3)


def test_draws_on_the_card_are_those_on_the_cpu() -> None:
    logits = torch.randn(6, 700, generator=torch.Generator().manual_seed(1))
    ways = [
        Sampling(temperature=0),
        Sampling(),
        Sampling(temperature=0.7, top_p=0.9),
        Sampling(top_k=20, min_p=0.01),
        Sampling(temperature=0.8, repetition_penalty=1.2, presence_penalty=0.3, top_logprobs=3),
        Sampling(temperature=0.5, logit_bias={3: 4.0}),
    ]
    choices = [Choice(way, 0.37, counts={5: 2}, prompt=frozenset({7})) for way in ways]
    here, there = choose(logits, choices), choose(logits.cuda(), choices)
    assert [one.token for one in here] == [one.token for one in there]
    assert [one.logprob for one in here] == pytest.approx([one.logprob for one in there], abs=1e-4)


def test_what_the_card_cannot_hold_is_refused_and_slots_follow_its_memory(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = check_folder(models / "tiny")
    require_memory(facts, "none", "cuda")
    assert slots_that_fit(facts, "none", "cuda", wanted=32, context_length=512) == 32
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda: (100_000_000, 80_000_000_000))
    with pytest.raises(ModelRefused, match=r"0\.1 GB are free on the GPU"):
        require_memory(facts, "none", "cuda")


@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_a_server_on_the_card_answers_under_a_grammar_and_with_a_seed(
    models: Path, quantization: Quantization
) -> None:
    runtime = loaded(models / "tiny", "--quantization", quantization, device="cuda")
    assert runtime.report["device"] == "cuda"
    assert runtime.report["kernels"] == {"none": "bfloat16", "int8": "triton", "nf4": "bitsandbytes"}[quantization]
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 12, "seed": 4}
    with serving(runtime) as client:
        free = [client.post("/v1/chat/completions", json=body).json() for _ in range(2)]
        assert free[0]["choices"] == free[1]["choices"]
        chosen = client.post(
            "/v1/chat/completions", json=body | {"structured_outputs": {"choice": ["refunds", "shipping"]}}
        ).json()
    assert chosen["choices"][0]["message"]["content"] in ("refunds", "shipping")
