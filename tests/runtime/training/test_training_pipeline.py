"""The whole pipeline in small, and the exported model in transformers."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from model_runtime.training.__main__ import main
from model_runtime.training.examples.prompt import render_messages, render_text
from model_runtime.training.export import to_transformers
from model_runtime.training.network.network import Network
from model_runtime.training.sequences.tokens import train_tokenizer

DATA = Path(__file__).parents[4] / "shared" / "data"


def test_transformers_computes_what_the_training_network_computes() -> None:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(["some text"], vocabulary=400)
    network = Network(tokenizer.get_vocab_size()).bfloat16()
    model = to_transformers(network, tokenizer).float()
    ids = torch.randint(0, tokenizer.get_vocab_size(), (2, 40))
    with torch.no_grad():
        ours = network.float()(ids)[-1] @ network.embed_tokens.weight.T
        theirs = model(ids).logits
    assert torch.allclose(ours, theirs, rtol=1e-3, atol=0.05)


@pytest.mark.skipif(not DATA.is_dir(), reason="the data folder ../shared/data is missing")
def test_the_quick_pipeline_exports_a_model_that_transformers_loads(tmp_path: Path) -> None:
    out = tmp_path / "starter"
    arguments = ["--data", str(DATA), "--work", str(tmp_path / "work"), "--out", str(out)]
    assert main([*arguments, "--threads", "1", "--quick"]) == 0
    tokenizer = AutoTokenizer.from_pretrained(out)
    model = AutoModelForCausalLM.from_pretrained(out)
    messages = render_messages("谁？", "zh", ["张三。", "李四。"])
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert text == render_text("谁？", "zh", ["张三。", "李四。"])
    assert model(**tokenizer(text, return_tensors="pt")).logits.shape[-1] == len(tokenizer)
    assert tokenizer.eos_token == "<|im_end|>"
    assert "| English" in (out / "README.md").read_text(encoding="utf-8")
